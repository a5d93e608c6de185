"""Dated rules as data: what a value is, since when, on whose word.

A `RuleSet` is the whole book under one name. It is read from TOML, never changed in place, and checks itself:
versions of one rule do not overlap, and what `decide` reads has a usable value on every day.
"""

import hashlib
import itertools
import json
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from toeleiding.law.in_force import InForce, RulesError, value_error

Status = Literal["documented", "inferred", "proposal", "unconfirmed"]
STATUS_WORDS: dict[Status, str] = {
    "documented": "Gedocumenteerd",
    "inferred": "Afgeleid",
    "proposal": "Eigen voorstel",
    "unconfirmed": "Aanname, nog te bevestigen",
}
Value: TypeAlias = bool | int | float | str | date | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule. Both ends of its validity are included; None is open.

    `source` names the documents of the domain description (S02, S20, ...).
    """

    id: str
    title: str
    value: Value
    unit: str
    status: Status
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
    changed_by: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class RuleSet:
    """A named book of rules.

    Raises RulesError, in Dutch and saying what to do, when two versions overlap or when a rule that `decide`
    reads has no usable value on some day.
    """

    name: str
    rules: tuple[Rule, ...]
    _versions: dict[str, list[Rule]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        versions: dict[str, list[Rule]] = {}
        for rule in self.rules:
            versions.setdefault(rule.id, []).append(rule)
        for several in versions.values():
            several.sort(key=_begin)
            _check_versions(several)
        object.__setattr__(self, "_versions", versions)
        self._check_readable()

    def __hash__(self) -> int:
        return hash((self.name, self.hash))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    @property
    def ids(self) -> list[str]:
        """Every rule id once, in the order of the book."""
        return list(self._versions)

    def versions(self, rule_id: str) -> Sequence[Rule]:
        """All versions of a rule, oldest first; empty when there is no such rule."""
        return tuple(self._versions.get(rule_id, ()))

    def at(self, rule_id: str, on: date) -> Rule | None:
        """The version of a rule that is in force on a day, or None."""
        for rule in self._versions.get(rule_id, ()):
            if rule.holds_on(on):
                return rule
        return None

    def value(self, rule_id: str, on: date) -> Value | None:
        """The value of a rule on a day, or None when it is not in force then."""
        rule = self.at(rule_id, on)
        return None if rule is None else rule.value

    def with_changes(self, name: str, changes: Iterable[Rule]) -> "RuleSet":
        """A new set in which the changed rules replace all versions of the same id. Raises RulesError."""
        by_id: dict[str, list[Rule]] = {}
        for rule in changes:
            by_id.setdefault(rule.id, []).append(rule)
        kept: list[Rule] = []
        for rule_id in dict.fromkeys([*self._versions, *by_id]):
            kept += by_id.get(rule_id, self._versions.get(rule_id, []))
        return RuleSet(name, tuple(kept))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the rules in a fixed form: the same rules give the same hash, whatever the name."""
        ordered = [rule for rule_id in sorted(self._versions) for rule in self._versions[rule_id]]
        return hashlib.sha256("".join(_rule_as_toml(rule) for rule in ordered).encode()).hexdigest()

    @cached_property
    def start(self) -> date:
        """The first day on which all rules that `decide` needs are in force (K-01)."""
        return max(_begin(self._versions[rule_id][0]) for rule_id in InForce.NEEDED)

    @cached_property
    def _calendar(self) -> tuple[list[date], list[InForce]]:
        """The days on which something changes for `decide`, and what is in force from each of them."""
        days = {self.start}
        for rule_id in InForce.READ:
            for rule in self._versions.get(rule_id, ()):
                days.update(day for day in (_begin(rule), _after(rule)) if day is not None and day > self.start)
        ordered = sorted(days)
        return ordered, [InForce(self.name, self._of(day)) for day in ordered]

    def in_force(self, on: date) -> InForce:
        """The values that `decide` reads on a day, resolved once per period. Before `start`: those of `start`."""
        days, periods = self._calendar
        return periods[max(bisect_right(days, on) - 1, 0)]

    @cached_property
    def _turns(self) -> dict[tuple[str, ...], list[date]]:
        """For the rules that were asked about: the days on which one of them begins or ends, in order."""
        return {}

    def next_change(self, after: date, rule_ids: tuple[str, ...]) -> date | None:
        """The first day after `after` (and after `start`) on which one of these rules begins or ends."""
        days = self._turns.get(rule_ids)
        if days is None:
            several = (rule for rule_id in rule_ids for rule in self._versions.get(rule_id, ()))
            turns = {day for rule in several for day in (_begin(rule), _after(rule)) if day is not None}
            days = self._turns[rule_ids] = sorted(turns)
        place = bisect_right(days, max(after, self.start))
        return days[place] if place < len(days) else None

    def _of(self, day: date) -> dict[str, Rule]:
        found = ((rule_id, self.at(rule_id, day)) for rule_id in InForce.READ)
        return {rule_id: rule for rule_id, rule in found if rule is not None}

    def _check_readable(self) -> None:
        for rule_id in InForce.NEEDED:
            several = self._versions.get(rule_id)
            if not several:
                raise RulesError(f"Regel {rule_id} ontbreekt. Voeg hem toe: zonder deze regel kan niemand beslissen.")
            for before, then in itertools.pairwise(several):
                if _after(before) != _begin(then):
                    raise RulesError(f"Regel {rule_id} heeft een gat na {before.valid_to}. Sluit de versies aan.")
            if several[-1].valid_to is not None:
                raise RulesError(f"Regel {rule_id} stopt op {several[-1].valid_to}. Voeg een volgende versie toe.")
        for rule in self.rules:
            problem = value_error(rule.id, rule.value)
            if problem:
                raise RulesError(f"Regel {rule.id}: {problem}")


def _begin(rule: Rule) -> date:
    return rule.valid_from or date.min


def _after(rule: Rule) -> date | None:
    return None if rule.valid_to in (None, date.max) else rule.valid_to + timedelta(days=1)


def _check_versions(several: list[Rule]) -> None:
    for rule in several:
        if rule.valid_to is not None and rule.valid_to < _begin(rule):
            raise RulesError(f"Regel {rule.id} stopt op {rule.valid_to}, voor hij begint. Verbeter de datums.")
    for before, then in itertools.pairwise(several):
        if before.valid_to is None or before.valid_to >= _begin(then):
            raise RulesError(f"Twee versies van regel {before.id} gelden op {_begin(then)}. Laat ze aansluiten.")


def load(source: str | Path) -> RuleSet:
    """A rule set from a TOML file (Path) or from TOML text (str), as `dump` writes it.

    Raises RulesError in Dutch when it is no rule set, and OSError when the file cannot be read.
    """
    try:
        text = source.read_text("utf-8") if isinstance(source, Path) else source
        book = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(f"Dit is geen leesbare regelset (TOML): {error}. Verbeter die plaats.") from error
    name, tables = book.get("name"), book.get("rule")
    if not isinstance(name, str) or not name or not isinstance(tables, list):
        raise RulesError("Een regelset heeft bovenaan een naam (name) en daarna regels ([[rule]]). Vul die aan.")
    return RuleSet(name, tuple(_rule(table) for table in tables))


_TEXTS = ("id", "title", "unit", "status", "source", "note", "changed_by")
_KNOWN = {one.name for one in fields(Rule)}


def _rule(table: object) -> Rule:
    if not isinstance(table, dict) or not isinstance(table.get("id"), str):
        raise RulesError('Elke regel heeft een id, zoals id = "R-05". Vul die aan.')
    rule_id = table["id"]
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise RulesError(f"Regel {rule_id}: het veld {unknown[0]} bestaat niet. Haal het weg.")
    for name in ("title", "value", "unit", "status", "source"):
        if name not in table:
            raise RulesError(f"Regel {rule_id}: het veld {name} ontbreekt. Vul het in.")
    for name in _TEXTS:
        if not isinstance(table.get(name, ""), str):
            raise RulesError(f"Regel {rule_id}: het veld {name} moet tekst zijn.")
    for name in ("valid_from", "valid_to"):
        # A TOML date-time is a `datetime`, which is a `date` too.
        if name in table and type(table[name]) is not date:
            raise RulesError(f"Regel {rule_id}: {name} moet een datum zijn, zoals 2022-03-01.")
    if table["status"] not in get_args(Status):
        raise RulesError(f"Regel {rule_id}: status {table['status']} bestaat niet. Kies uit {', '.join(STATUS_WORDS)}.")
    return Rule(**table)


def dump(rule_set: RuleSet) -> str:
    """A rule set as TOML text; `load(dump(x)) == x`."""
    return "\n".join([f"name = {_toml(rule_set.name)}\n", *(_rule_as_toml(rule) for rule in rule_set.rules)])


def _rule_as_toml(rule: Rule) -> str:
    lines = ["[[rule]]"]
    for name in ("id", "title", "value", "unit", "valid_from", "valid_to", "status", "source", "note", "changed_by"):
        value = getattr(rule, name)
        if value is not None and not (name in ("note", "changed_by") and not value):
            lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, dict):
        pairs = [f"{_toml(key)} = {_toml(one)}" for key, one in value.items()]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    return value.isoformat() if isinstance(value, date) else repr(value)


IN_FORCE: RuleSet = load(resources.files("toeleiding.law").joinpath("rules.toml").read_text("utf-8"))
