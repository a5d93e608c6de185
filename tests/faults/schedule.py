"""What happens in one schedule, drawn from its number: who is asked about, what goes wrong, where a worker stops."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Literal

from tests.faults import referrals
from tests.faults.names import FAULTS, ON_THE_LINE, Point
from tests.faults.outside import Outage
from toeleiding.simulator.population import CAPACITY, EDGE_CASES, number_of

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
VDAB, WORK, INSCRIPTION = "GeefDossierVDAB", "GeefWerkrelaties", "RegistreerInschrijving"
ENDING = "RegistreerUitschrijving"
REFERRAL = "RegistreerToeleiding"
MAIN = (VDAB, WORK, INSCRIPTION)
SERVICES = (VDAB, VDAB, WORK, INSCRIPTION, "GeefInschrijvingWerkzoekende")
POINTS: tuple[Point | None, ...] = (None, *Point)
# What a register may answer instead. 30001 and 40143 are left out: they are answers, and would be true ones.
CODES = (
    "40003", "40088", "60006", "99996", "13001", "15021", "30002", "30003", "30004", "30042", "20002", "60007", "30030",
)  # fmt: skip

Kind = Literal["VDAB", "ACTIRIS", "WORK"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the n-th person, so many seconds after the beginning."""

    person: int
    kind: Kind
    after: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The track of the n-th person ends, or goes on again, so many seconds after the beginning."""

    person: int
    again: bool
    after: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the simulator knows."""

    insz: str
    contract: date


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that is drawn. `fault` and `point` are what this schedule is about; more faults may come along."""

    number: int
    fault: str
    point: Point | None
    people: tuple[Person, ...]
    asked: tuple[Asked, ...]
    rules: tuple[dict[str, Any], ...]
    outages: tuple[Outage, ...]
    crashes: tuple[tuple[Point, int], ...]
    poisoned: int | None
    poison: str
    stalls: int
    full_disk: int
    in_flight: int
    batch: int
    ended: tuple[Ended, ...] = ()
    referred: tuple[referrals.Referred, ...] = ()


def draw(number: int) -> Schedule:
    """The schedule of this number. Every fault meets every point once in `len(FAULTS) * len(POINTS)` numbers."""
    chance = Random(number)
    fault = FAULTS[number % len(FAULTS)]
    point = POINTS[number // len(FAULTS) % len(POINTS)]
    people = _people(chance)
    again = chance.random() < 0.4
    rules = [_rule(chance, fault, people) | {"service": chance.choice(MAIN)}] if fault in ON_THE_LINE else []
    rules += [_rule(chance, chance.choice(ON_THE_LINE), people) for _ in range(chance.choice((0, 0, 1, 2)))]
    # Drawn apart, so that the numbers of the other faults stay what they were.
    later = Random(-1 - number)
    ended = _ended(later, len(people))
    if ended and later.random() < 0.4:
        rules.append(_rule(later, later.choice(ON_THE_LINE), people) | {"service": ENDING})
    apart = Random(-1_000_000 - number)
    referred = referrals.draw(apart, len(people))
    if referred and apart.random() < 0.6:
        rules.append(_rule(apart, apart.choice(ON_THE_LINE), people) | {"service": REFERRAL})
    return Schedule(
        number,
        fault,
        point,
        people,
        _asked(chance, len(people), again),
        tuple(rules),
        _outages(chance, fault),
        tuple((point, chance.randint(1, 5)) for _ in range(chance.choice((1, 1, 2, 3)))) if point else (),
        poisoned=chance.randrange(len(people)) if fault == "poison" else None,
        poison=chance.choice(("write", "read", "apply", "store")),
        stalls=chance.randint(1, 3) if fault == "reordered" else 0,
        full_disk=chance.randint(1, 3) if fault == "disk_full" else 0,
        in_flight=chance.choice((1, 2, 4)),
        batch=chance.choice((1, 3, 8, 64)),
        ended=ended,
        referred=referred,
    )


def _people(chance: Random) -> tuple[Person, ...]:
    numbers = {number_of(chance.choice(list(EDGE_CASES.values()))) for _ in range(chance.randint(0, 3))}
    while len(numbers) < 3 or (chance.random() < 0.6 and len(numbers) < 8):
        numbers.add(number_of(chance.randrange(len(EDGE_CASES), CAPACITY)))
    today = START.date()
    return tuple(Person(insz, today - timedelta(days=chance.randint(0, 75))) for insz in sorted(numbers))


def _asked(chance: Random, people: int, again: bool) -> tuple[Asked, ...]:
    found = []
    for person in range(people):
        kinds: list[Kind] = ["ACTIRIS" if chance.random() < 0.15 else "VDAB", "WORK"]
        found += [Asked(person, kind, 0.0) for kind in chance.sample(kinds, chance.randint(1, 2))]
        if again and chance.random() < 0.5:
            found.append(Asked(person, chance.choice(kinds), chance.choice((0.0, 1.0, 45.0, 4000.0, 90_000.0))))
    return tuple(sorted(found, key=lambda one: one.after))


def _ended(chance: Random, people: int) -> tuple[Ended, ...]:
    found = []
    for person in range(people):
        after = chance.choice((0.0, 2.0, 60.0, 5000.0, 90_000.0))
        for again in (False, True, False)[: chance.choice((0, 0, 0, 1, 2, 3))]:
            found.append(Ended(person, again, after))
            after += chance.choice((0.0, 3.0, 3600.0))
    return tuple(sorted(found, key=lambda one: one.after))


def _rule(chance: Random, name: str, people: tuple[Person, ...]) -> dict[str, Any]:
    fault = name
    if name == "slow":
        fault = f"slow:{chance.choice((1, 45))}"
    elif name == "exception":
        fault = f"exception:{chance.choice(CODES)}"
    elif name == "replaced":
        fault = f"replaced:{number_of(chance.randrange(len(EDGE_CASES), CAPACITY))}"
    match: dict[str, Any] = {}
    drawn = chance.random()
    if drawn < 0.3:
        match = {"insz": chance.choice(people).insz}
    elif drawn < 0.5:
        match = {"rate": 0.5}
    elif drawn < 0.6:
        match = {"nth": chance.randint(1, 2)}
    rule: dict[str, Any] = {"service": chance.choice(SERVICES), "fault": fault, "match": match}
    if chance.random() < 0.9:
        rule["times"] = chance.randint(1, 4)
    return rule


def _outages(chance: Random, fault: str) -> tuple[Outage, ...]:
    if not fault.startswith("outage"):
        return ()
    begin = START - timedelta(seconds=1) + timedelta(seconds=chance.choice((0, 0, 3, 60)))
    lasts = timedelta(minutes=5) if fault == "outage_5_minutes" else timedelta(hours=24)
    return (Outage(begin, begin + lasts, chance.choice(("", "", VDAB, INSCRIPTION))),)
