"""Reading the fault file of CONTRACTS 4, with what may stand in it besides rules: waits, outages, batch files.

Every mistake gives one Dutch sentence that names the place and says what to do.
"""

import re
from datetime import datetime, time
from pathlib import Path
from typing import Any

import msgspec

from toeleiding.magda.services import BY_KEY
from toeleiding.simulator import numbers
from toeleiding.simulator.disturbances import (
    NAMES,
    WITH_VALUE,
    BatchFaults,
    Fault,
    FaultFileError,
    Faults,
    Match,
    Rule,
)
from toeleiding.simulator.latency import MAX_MS, Latency, OfficeHours, Spikes
from toeleiding.simulator.outages import SHOWS, Outage

__all__ = ["BatchFaults", "Fault", "FaultFileError", "Faults", "Match", "Rule", "load", "read", "read_all"]

_KNOWN_SERVICES = frozenset(name for name, _ in BY_KEY)
_MAX_SECONDS = 3600.0
_EXPLAIN = (
    "Kies timeout, http500, reset, slow:SECONDEN, duplicate, soapfault, exception:CODE, truncated, "
    "wrong_reference, replaced:INSZ of after_effect_timeout."
)
_TIMES = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


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
    return read_all(data, seed)


def read(data: bytes) -> tuple[Rule, ...]:
    """The rules in a JSON text (see `load` for errors)."""
    return _rules(_document(data))


def read_all(data: bytes, seed: int) -> Faults:
    """Everything in a JSON text (see `load` for errors)."""
    document = _document(data)
    return Faults(
        _rules(document),
        seed,
        tuple(_latency(number, given) for number, given in enumerate(_list(document, "latency"), 1)),
        tuple(_outage(number, given) for number, given in enumerate(_list(document, "outages"), 1)),
        _batch(document.get("batch")),
    )


def _document(data: bytes) -> dict[str, Any]:
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
    return document


def _rules(document: dict[str, Any]) -> tuple[Rule, ...]:
    return tuple(_rule(number, given) for number, given in enumerate(document["rules"], 1))


def _list(document: dict[str, Any], name: str) -> list[Any]:
    given = document.get(name, [])
    if not isinstance(given, list):
        raise FaultFileError(f'"{name}" in het foutenbestand moet een lijst zijn. Zet er haken rond.')
    return given


def _rule(number: int, given: Any) -> Rule:
    where = f"Regel {number} van het foutenbestand"
    given = _fields(where, given, ("service", "match", "fault", "times"))
    service = _service(where, given)
    times = given.get("times")
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        raise FaultFileError(f"{where}: times moet een geheel getal van 1 of meer zijn. Verbeter het.")
    return Rule(_fault(where, given.get("fault")), service, _match(where, given.get("match")), times)


def _fault(where: str, given: Any) -> Fault:
    name, _, value = given.partition(":") if isinstance(given, str) else ("", "", "")
    if name not in NAMES or bool(value) != (name in WITH_VALUE):
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


def _fields(where: str, given: Any, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise FaultFileError(f"{where} is geen object. Schrijf ze tussen accolades.")
    unknown = set(given) - set(known)
    if unknown:
        named = f"{', '.join(known[:-1])} en {known[-1]}" if len(known) > 1 else known[0]
        raise FaultFileError(f"{where} heeft een onbekend veld {sorted(unknown)[0]!r}. Gebruik {named}.")
    return given


def _service(where: str, given: dict[str, Any]) -> str | None:
    service = given.get("service")
    if service is None or (isinstance(service, str) and service in _KNOWN_SERVICES):
        return service
    raise FaultFileError(
        f"{where} noemt de dienst {service!r}, die hier niet bestaat. Kies {', '.join(sorted(_KNOWN_SERVICES))}."
    )


def _number(where: str, given: dict[str, Any], name: str, low: float, high: float) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise FaultFileError(f"{where}: {name} moet een getal van {low:g} tot en met {high:g} zijn. Verbeter het.")
    return float(value)


def _latency(number: int, given: Any) -> Latency:
    where = f"Wachttijd {number} van het foutenbestand"
    given = _fields(where, given, ("service", "fixed_ms", "p50_ms", "p95_ms", "office_hours", "spikes"))
    fixed = _number(where, given, "fixed_ms", 0, MAX_MS)
    middle, tail = _number(where, given, "p50_ms", 1, MAX_MS), _number(where, given, "p95_ms", 1, MAX_MS)
    spread = middle is not None or tail is not None
    if spread and (middle is None or tail is None or tail < middle or fixed is not None):
        raise FaultFileError(
            f"{where}: geef fixed_ms, of p50_ms samen met een p95_ms die even groot of groter is. Verbeter het."
        )
    return Latency(
        _service(where, given), fixed, middle, tail, _office(where, given.get("office_hours")),
        _spikes(where, given.get("spikes")),
    )  # fmt: skip


def _office(where: str, given: Any) -> OfficeHours | None:
    if given is None:
        return None
    where = f"{where}, office_hours"
    given = _fields(where, given, ("hours", "factor"))
    begin, end = _window(where, given.get("hours"))
    factor = _number(where, given, "factor", 0, 100)
    if factor is None or begin >= end:
        raise FaultFileError(f'{where}: geef hours ("09:00-17:00") en factor (bijvoorbeeld 3).')
    return OfficeHours(begin, end, factor)


def _spikes(where: str, given: Any) -> Spikes | None:
    if given is None:
        return None
    where = f"{where}, spikes"
    given = _fields(where, given, ("rate", "ms"))
    rate, extra = _number(where, given, "rate", 0, 1), _number(where, given, "ms", 0, MAX_MS)
    if rate is None or extra is None:
        raise FaultFileError(f"{where}: geef rate (0 tot 1) en ms (bijvoorbeeld 5000).")
    return Spikes(rate, extra)


def _window(where: str, given: Any) -> tuple[time, time]:
    found = _TIMES.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise FaultFileError(f'{where}: {given!r} is geen tijdvak. Schrijf het als "02:00-04:00".')
    hour, minute, until_hour, until_minute = (int(part) for part in found.groups())
    return time(hour, minute), time(until_hour, until_minute)


def _outage(number: int, given: Any) -> Outage:
    where = f"Onderbreking {number} van het foutenbestand"
    given = _fields(where, given, ("service", "from", "to", "daily", "shows", "clock"))
    shows = given.get("shows", "http503")
    if shows not in SHOWS:
        raise FaultFileError(f"{where}: shows is {shows!r}. Kies {', '.join(SHOWS)}.")
    begin, end = _moment(where, given, "from"), _moment(where, given, "to")
    daily = _window(where, given["daily"]) if given.get("daily") is not None else None
    if begin is None and end is None and daily is None:
        raise FaultFileError(f'{where}: geef from en to, of daily ("02:00-04:00").')
    if begin is not None and end is not None and end <= begin:
        raise FaultFileError(f"{where}: to komt niet na from. Verbeter het.")
    clock = given.get("clock", "simulated")
    if clock not in ("simulated", "wall"):
        raise FaultFileError(f"{where}: clock is {clock!r}. Kies simulated of wall.")
    return Outage(_service(where, given), begin, end, daily, shows, clock == "wall")


def _moment(where: str, given: dict[str, Any], name: str) -> datetime | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise FaultFileError(f'{where}: {name} is geen moment. Schrijf het als "2026-11-23T02:00", in Belgische tijd.')
    return moment


def _batch(given: Any) -> BatchFaults:
    if given is None:
        return BatchFaults()
    where = 'Het deel "batch" van het foutenbestand'
    given = _fields(where, given, ("shuffle", "missing", "level1", "level2"))
    shuffle = given.get("shuffle", False)
    if not isinstance(shuffle, bool):
        raise FaultFileError(f"{where}: shuffle is true of false. Verbeter het.")
    codes = {}
    for name in ("level1", "level2"):
        code = given.get(name)
        if code is not None and not (isinstance(code, str) and re.fullmatch(r"[0-9]{1,10}", code)):
            raise FaultFileError(f"{where}: {name} is geen code van MAGDA. Schrijf alleen cijfers, tussen quotes.")
        codes[name] = code
    return BatchFaults(shuffle, _number(where, given, "missing", 0, 1) or 0.0, codes["level1"], codes["level2"])
