"""Misbehaviour on request: the fault file of CONTRACTS 4.

Draws depend on (service, INSZ) alone: the third question about a person is the third one whatever
else is asked at the same moment. `times` counts per (service, INSZ) as well, for the same reason.
"""

import re
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from toeleiding.magda.services import BY_KEY
from toeleiding.simulator import numbers
from toeleiding.simulator.chance import Chance

FaultName = Literal[
    "timeout", "http500", "reset", "slow", "duplicate", "soapfault", "exception", "truncated",
    "wrong_reference", "replaced", "after_effect_timeout",
]  # fmt: skip
_NAMES = frozenset(get_args(FaultName))
_WITH_VALUE = frozenset(("slow", "exception", "replaced"))
_KNOWN_SERVICES = frozenset(name for name, _ in BY_KEY)
_MAX_SECONDS = 3600.0
_EXPLAIN = (
    "Kies timeout, http500, reset, slow:SECONDEN, duplicate, soapfault, exception:CODE, truncated, "
    "wrong_reference, replaced:INSZ of after_effect_timeout."
)


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


class Faults:
    """The rules with their counters. Thread-safe; the first rule that holds wins."""

    def __init__(self, rules: tuple[Rule, ...], seed: int) -> None:
        self._rules = rules
        self._seed = seed
        self._asked: Counter[tuple[str, str]] = Counter()
        self._fired: Counter[tuple[int, str, str]] = Counter()
        self._lock = Lock()

    def draw(self, service: str, subject: str) -> Fault | None:
        """The fault for the next question of this service about this subject, if any."""
        if not self._rules:
            return None
        with self._lock:
            self._asked[service, subject] += 1
            nth = self._asked[service, subject]
            for at, rule in enumerate(self._rules):
                if not self._holds(at, rule, service, subject, nth):
                    continue
                if rule.times is not None and self._fired[at, service, subject] >= rule.times:
                    continue
                self._fired[at, service, subject] += 1
                return rule.fault
        return None

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


def load(path: Path, seed: int) -> Faults:
    """The faults of a file.

    Raises:
        FaultFileError: the file is absent, no JSON, or holds a rule that cannot be meant.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FaultFileError(
            f"Het foutenbestand {path} kan niet gelezen worden. Kijk de naam en de rechten na."
        ) from error
    return Faults(read(data), seed)


def read(data: bytes) -> tuple[Rule, ...]:
    """The rules in a JSON text (see `load` for errors)."""
    try:
        document = msgspec.json.decode(data)
    except RecursionError:
        raise FaultFileError("Het foutenbestand zit te diep genest. Gebruik alleen de velden van een regel.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        place = re.search(r"byte (\d+)", str(error))
        where = f" (vanaf byte {place[1]})" if place else ""
        raise FaultFileError(f"Het foutenbestand is geen geldige JSON in UTF-8{where}. Kijk het na.") from error
    if not isinstance(document, dict) or not isinstance(document.get("rules"), list):
        raise FaultFileError('Het foutenbestand moet een object zijn met een lijst "rules". Voeg die toe.')
    return tuple(_rule(number, given) for number, given in enumerate(document["rules"], 1))


def _rule(number: int, given: Any) -> Rule:
    where = f"Regel {number} van het foutenbestand"
    if not isinstance(given, dict):
        raise FaultFileError(f"{where} is geen object. Schrijf ze tussen accolades.")
    unknown = set(given) - {"service", "match", "fault", "times"}
    if unknown:
        raise FaultFileError(
            f"{where} heeft een onbekend veld {sorted(unknown)[0]!r}. Gebruik service, match, fault en times."
        )
    service = given.get("service")
    if service is not None and (not isinstance(service, str) or service not in _KNOWN_SERVICES):
        raise FaultFileError(
            f"{where} noemt de dienst {service!r}, die hier niet bestaat. Kies {', '.join(sorted(_KNOWN_SERVICES))}."
        )
    times = given.get("times")
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        raise FaultFileError(f"{where}: times moet een geheel getal van 1 of meer zijn. Verbeter het.")
    return Rule(_fault(where, given.get("fault")), service, _match(where, given.get("match")), times)


def _fault(where: str, given: Any) -> Fault:
    name, _, value = given.partition(":") if isinstance(given, str) else ("", "", "")
    if name not in _NAMES or bool(value) != (name in _WITH_VALUE):
        raise FaultFileError(f"{where} heeft geen gekende fout (fault: {given!r}). {_EXPLAIN}")
    if name == "slow" and not _seconds(value):
        raise FaultFileError(f"{where}: slow:{value} is geen aantal seconden van 0 tot 3600. Verbeter het.")
    if name == "exception" and not re.fullmatch(r"[0-9]{1,10}", value):
        raise FaultFileError(f"{where}: exception:{value} is geen code van MAGDA. Schrijf alleen cijfers.")
    if name == "replaced" and not numbers.valid(value):
        raise FaultFileError(f"{where}: replaced:{value} is geen geldig INSZ. Kijk het nummer na.")
    return Fault(name, value)  # type: ignore[arg-type]


def _seconds(value: str) -> bool:
    try:
        return 0.0 <= float(value) <= _MAX_SECONDS
    except ValueError:
        return False


def _match(where: str, given: Any) -> Match:
    try:
        match = Match() if given is None else msgspec.convert(given, Match)
    except msgspec.ValidationError as error:
        raise FaultFileError(
            f"{where}: match klopt niet. Gebruik alleen nth (geheel getal), insz (tekst) of rate (0 tot 1)."
        ) from error
    if match.rate is not None and not 0.0 <= match.rate <= 1.0:
        raise FaultFileError(f"{where}: rate is {match.rate}. Kies een getal van 0 tot en met 1.")
    if match.nth is not None and match.nth < 1:
        raise FaultFileError(f"{where}: nth is {match.nth}. De eerste vraag is nummer 1.")
    if match.insz is not None and not numbers.valid(match.insz):
        raise FaultFileError(f"{where}: {match.insz} is geen geldig INSZ. Kijk het nummer na.")
    return match
