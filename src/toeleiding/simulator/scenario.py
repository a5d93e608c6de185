"""A scenario as it stands in a file: what happens, to whom, and when. JSON or TOML.

Every mistake gives one Dutch sentence that names the place and says what to do.
"""

import json
import tomllib
from datetime import date, datetime, time
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct

from toeleiding.magda.services import BY_KEY
from toeleiding.simulator import numbers
from toeleiding.simulator.edge_cases import EDGE_CASES
from toeleiding.simulator.life import Service, WorkKind

_SERVICES = frozenset(name for name, _ in BY_KEY)
_WHEN = ("at", "day", "after")
#: What a step needs besides `do` and `insz`, and what it may have.
FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "register": ((), ("category", "service")),
    "category": (("category",), ("service",)),
    "end": ((), ("service",)),
    "counsellor": ((), ("first_name", "surname")),
    "invite": ((), ("meeting_in_days", "referral")),
    "missed": ((), ()),
    "hire": ((), ("kind", "fraction", "until_days")),
    "leave": ((), ()),
    "replace": ((), ("new",)),
    "cancel": ((), ()),
    "notify": ((), ()),
    "clock": (("days",), ()),
}
_SILENT = frozenset(("hire", "leave", "clock"))  # nobody is told of these by notification
_PACKAGED = "toeleiding.simulator.scenarios"


class ScenarioError(Exception):
    """The scenario cannot be used; the message is a Dutch sentence that says what to do."""


class After(Struct, frozen=True):
    """After the n-th question to a service (about one person, when given) since the program started."""

    service: str
    nth: int
    insz: str = ""


class Notice(Struct, frozen=True):
    """How readers hear of it: not at all (0 times), once or more, days too late, before what came earlier."""

    times: int = 1
    late_days: int = 0
    first: bool = False


class Act(Struct, frozen=True):
    """One step. Without `at`, `day` or `after` it waits until somebody asks for it."""

    do: str
    insz: str = ""
    at: datetime | None = None
    day: int | None = None
    after: After | None = None
    notify: Notice | None = None
    service: Service = "VDAB"
    category: str = "03"
    first_name: str = ""
    surname: str = ""
    meeting_in_days: int = 7
    referral: str = ""
    kind: WorkKind = "EMPLOYEE"
    fraction: float = 1.0
    until_days: int | None = None
    new: str = ""
    days: int = 0

    def told(self) -> dict[str, Any]:
        """The step for who looks at the scenario."""
        when = "op verzoek"
        if self.at is not None:
            when = f"vanaf {self.at:%Y-%m-%d %H:%M}"
        elif self.day is not None:
            when = f"op dag {self.day}"
        elif self.after is not None:
            about = f" over {self.after.insz}" if self.after.insz else ""
            when = f"na vraag {self.after.nth} aan {self.after.service}{about}"
        return {"do": self.do, "insz": self.insz or None, "wanneer": when}


class Scenario(Struct, frozen=True):
    """A scenario: its name, one sentence, its steps."""

    name: str
    about: str
    acts: tuple[Act, ...]


def packaged() -> list[Scenario]:
    """The scenarios that come with the product, by name."""
    folder = resources.files(_PACKAGED)
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
    return [read(each.read_bytes(), each.name) for each in files]


def load(given: str) -> Scenario:
    """The scenario of a file, or one that comes with the product.

    Raises:
        ScenarioError: there is none, or it cannot be meant.
    """
    path = Path(given)
    if path.suffix not in (".json", ".toml"):
        named = {each.name: each for each in packaged()}
        if given not in named:
            raise ScenarioError(f"Er is geen scenario {given!r}. Kies {', '.join(named)}, of geef een bestand.")
        return named[given]
    try:
        return read(path.read_bytes(), path.name)
    except OSError as error:
        raise ScenarioError(f"Het scenario {path} kan niet gelezen worden. Kijk de naam en de rechten na.") from error


def read(data: bytes, name: str) -> Scenario:
    """The scenario in the bytes of a file (see `load` for errors).

    Args:
        data: JSON or TOML in UTF-8.
        name: of the file; ".toml" or ".json" says which.
    """
    try:
        text = data.decode("utf-8")
        document = tomllib.loads(text) if name.endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "TOML" if name.endswith(".toml") else "JSON"
        place = str(error).rpartition("(")[2].rstrip(")") if "(" in str(error) else ""
        where = f" ({place})" if place else ""
        raise ScenarioError(f"Het scenario {name} is geen geldige {kind} in UTF-8{where}. Kijk het na.") from None
    top = _fields(f"Het scenario {name}", document, ("name", "about", "steps"))
    steps = top.get("steps")
    if not isinstance(steps, list) or not steps:
        raise ScenarioError(f'Het scenario {name} heeft geen lijst "steps". Voeg minstens één stap toe.')
    own, about = top.get("name", name.rpartition(".")[0]), top.get("about", "")
    if not isinstance(own, str) or not isinstance(about, str) or not own:
        raise ScenarioError(f"Het scenario {name}: name en about zijn teksten. Zet er quotes rond.")
    return Scenario(own, about, tuple(read_act(f"Stap {at} van {name}", step) for at, step in enumerate(steps, 1)))


def read_act(where: str, given: Any) -> Act:
    """One step (see `load` for errors); `where` begins the sentence of a mistake."""
    do = given.get("do") if isinstance(given, dict) else None
    if not isinstance(do, str) or do not in FIELDS:
        raise ScenarioError(f"{where}: do is {do!r}. Kies {', '.join(FIELDS)}.")
    needs, may = FIELDS[do]
    whom = () if do == "clock" else ("insz",)
    told = () if do in _SILENT else ("notify",)
    step = _fields(where, given, ("do", *whom, *_WHEN, *told, *needs, *may))
    for name in (*whom, *needs):
        if name not in step:
            raise ScenarioError(f"{where}: {name} ontbreekt. Vul het in.")
    if sum(name in step for name in _WHEN) > 1:
        raise ScenarioError(f"{where}: geef maar één van at, day en after.")
    return Act(
        do=do,
        insz=_insz(where, step["insz"]) if whom else "",
        at=_moment(where, step["at"]) if "at" in step else None,
        day=_whole(where, step, "day", 0, 3650) if "day" in step else None,
        after=_after(where, step["after"]) if "after" in step else None,
        notify=_notice(where, step["notify"]) if "notify" in step else None,
        service=_one_of(where, step, "service", get_args(Service), "VDAB"),
        category=_text(where, step, "category", 2) or "03",
        first_name=_text(where, step, "first_name", 50),
        surname=_text(where, step, "surname", 50),
        meeting_in_days=_whole(where, step, "meeting_in_days", 0, 365, 7),
        referral=_text(where, step, "referral", 36),
        kind=_one_of(where, step, "kind", get_args(WorkKind), "EMPLOYEE"),
        fraction=_fraction(where, step),
        until_days=_whole(where, step, "until_days", 0, 3650) if "until_days" in step else None,
        new=_insz(where, step["new"], named=False) if "new" in step else "",
        days=_whole(where, step, "days", 1, 3650, 0),
    )


def _fields(where: str, given: Any, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ScenarioError(f"{where} is geen object. Schrijf velden met een naam en een waarde.")
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ScenarioError(f"{where} heeft een onbekend veld {unknown[0]!r}. Gebruik {', '.join(known)}.")
    return given


def _insz(where: str, given: Any, named: bool = True) -> str:
    if isinstance(given, str) and (numbers.valid(given) or (named and given in EDGE_CASES)):
        return given
    also = " of de naam van een randgeval" if named else ""
    raise ScenarioError(f"{where}: {given!r} is geen geldig INSZ{also}. Kijk het na.")


def _moment(where: str, given: Any) -> datetime:
    """A moment; TOML knows dates of its own, JSON holds texts."""
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            given = None
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime.combine(given, time())
    if not isinstance(given, datetime) or given.tzinfo is not None:
        raise ScenarioError(f'{where}: at is geen moment. Schrijf het als "2026-11-24T09:00", in Belgische tijd.')
    return given


def _after(where: str, given: Any) -> After:
    where = f"{where}, after"
    step = _fields(where, given, ("service", "nth", "insz"))
    service = _one_of(where, step, "service", tuple(sorted(_SERVICES)), "")
    if not service:
        raise ScenarioError(f"{where}: service ontbreekt. Vul het in.")
    insz = _insz(where, step["insz"]) if "insz" in step else ""
    return After(service, _whole(where, step, "nth", 1, 1_000_000, 1), insz)


def _notice(where: str, given: Any) -> Notice:
    where = f"{where}, notify"
    step = _fields(where, given, ("times", "late_days", "first"))
    first = step.get("first", False)
    if not isinstance(first, bool):
        raise ScenarioError(f"{where}: first is true of false. Verbeter het.")
    return Notice(_whole(where, step, "times", 0, 10, 1), _whole(where, step, "late_days", 0, 365, 0), first)


def _whole(where: str, step: dict[str, Any], name: str, low: int, high: int, usual: int = 0) -> int:
    value = step.get(name, usual)
    if name not in step:
        return usual
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ScenarioError(f"{where}: {name} moet een geheel getal van {low} tot en met {high} zijn. Verbeter het.")
    return value


def _fraction(where: str, step: dict[str, Any]) -> float:
    value = step.get("fraction", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ScenarioError(f"{where}: fraction moet groter dan 0 en hoogstens 1 zijn. Verbeter het.")
    return float(value)


def _text(where: str, step: dict[str, Any], name: str, longest: int) -> str:
    value = step.get(name, "")
    if not isinstance(value, str) or len(value) > longest or (name in step and not value.strip()):
        raise ScenarioError(f"{where}: {name} moet een tekst van 1 tot {longest} tekens zijn. Verbeter het.")
    return value


def _one_of(where: str, step: dict[str, Any], name: str, choices: tuple[str, ...], usual: str) -> Any:
    value = step.get(name, usual)
    if name in step and value not in choices:
        raise ScenarioError(f"{where}: {name} is {value!r}. Kies {', '.join(choices)}.")
    return value
