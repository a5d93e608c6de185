"""Misbehaviour on request: rules, waits and outages with their counters (CONTRACTS 4; `faults` reads the file).

Draws depend on (service, INSZ) alone: the third question about a person is the third one whatever
else is asked at the same moment. `times` counts per (service, INSZ) as well, for the same reason.
"""

from collections import Counter
from datetime import datetime
from threading import Lock
from typing import Literal, get_args

from msgspec import Struct

from toeleiding.simulator.chance import Chance
from toeleiding.simulator.latency import Latency
from toeleiding.simulator.outages import Outage

FaultName = Literal[
    "timeout", "http500", "reset", "slow", "duplicate", "soapfault", "exception", "truncated",
    "wrong_reference", "replaced", "after_effect_timeout",
]  # fmt: skip
NAMES = frozenset(get_args(FaultName))
WITH_VALUE = frozenset(("slow", "exception", "replaced"))


class FaultFileError(Exception):
    """The fault file cannot be used; the message is a Dutch sentence that says what to do."""


class Fault(Struct, frozen=True):
    """One thing that goes wrong: its name, and the value behind the colon."""

    name: FaultName
    value: str = ""


class Match(Struct, frozen=True, forbid_unknown_fields=True):
    """When a rule holds; every field that is given must hold."""

    nth: int | None = None
    insz: str | None = None
    rate: float | None = None


class Rule(Struct, frozen=True):
    """One rule: without a service it is for all of them, without `times` it holds always."""

    fault: Fault
    service: str | None = None
    match: Match = Match()
    times: int | None = None


class BatchFaults(Struct, frozen=True):
    """What happens to a whole file of answers.

    Attributes:
        shuffle: the answers come in another order.
        missing: the share of the questions that get no answer, drawn per (service, INSZ).
        level1: an exception beside an absent Repliek.
        level2: an exception that holds for every question.
    """

    shuffle: bool = False
    missing: float = 0.0
    level1: str | None = None
    level2: str | None = None


class Faults:
    """The rules with their counters, the waits and the outages. Thread-safe; the first that holds wins."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        seed: int,
        latency: tuple[Latency, ...] = (),
        outages: tuple[Outage, ...] = (),
        batch: BatchFaults = BatchFaults(),  # noqa: B008 - frozen
    ) -> None:
        self.rules = rules
        self.latency = latency
        self.outages = outages
        self.batch = batch
        self._seed = seed
        self._waited: Counter[tuple[str, str]] = Counter()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._fired: Counter[tuple[int, str, str]] = Counter()
        self._lock = Lock()

    def draw(self, service: str, subject: str) -> Fault | None:
        """The fault for the next question of this service about this subject, if any."""
        if not self.rules:
            return None
        with self._lock:
            self._asked[service, subject] += 1
            nth = self._asked[service, subject]
            for at, rule in enumerate(self.rules):
                if not self._holds(at, rule, service, subject, nth):
                    continue
                if rule.times is not None and self._fired[at, service, subject] >= rule.times:
                    continue
                self._fired[at, service, subject] += 1
                return rule.fault
        return None

    def wait(self, service: str, subject: str, moment: datetime) -> float:
        """Seconds that the next question of this service about this subject waits for its answer."""
        profile = next((each for each in self.latency if each.service in (None, service)), None)
        if profile is None:
            return 0.0
        with self._lock:
            self._waited[service, subject] += 1
            nth = self._waited[service, subject]
        return profile.seconds(Chance(self._seed, "latency", f"{service}|{subject}|{nth}"), moment)

    def outage(self, service: str, moment: datetime, wall: datetime) -> Outage | None:
        """The outage in which this service is, if any.

        Args:
            service: which source is asked.
            moment: now in the world's own time.
            wall: now on the machine.
        """
        return next((each for each in self.outages if each.holds(service, wall if each.wall else moment)), None)

    def _holds(self, at: int, rule: Rule, service: str, subject: str, nth: int) -> bool:
        match = rule.match
        if rule.service is not None and rule.service != service:
            return False
        if match.insz is not None and match.insz != subject:
            return False
        if match.nth is not None and match.nth != nth:
            return False
        if match.rate is None:
            return True
        return Chance(self._seed, "fault", f"{at}|{service}|{subject}|{nth}").hit(match.rate)
