"""The values that `decide` reads, resolved for one period in which no rule changes."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from toeleiding.law.rules import Rule


class RulesError(ValueError):
    """A rule set that cannot be used. The message is Dutch and says what to do."""


def _whole(value: object, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= highest


def _choice(*words: str) -> Callable[[object], bool]:
    return lambda value: value in words


def _yes_or_no(value: object) -> bool:
    return isinstance(value, bool)


def _days(value: object) -> bool:
    return _whole(value, 3650)


def _years(value: object) -> bool:
    return _whole(value, 150)


def _share(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1


def _reminders(value: object) -> bool:
    return isinstance(value, dict) and all(_days(value.get(name)) for name in ("reminder", "escalation"))


def _services(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"VLAANDEREN", "BRUSSEL"}
        and all(service in ("VDAB", "ACTIRIS") for service in value.values())
    )


_YES_NO = (_yes_or_no, "de waarde is true of false.")
_YEARS = (_years, "de waarde is een leeftijd in hele jaren, zoals 65.")
_DAYS = (_days, "de waarde is een aantal hele dagen, zoals 60.")
_DECIDES = (_choice("CASEWORKER", "YES", "NO"), 'de waarde is "CASEWORKER", "YES" of "NO".')
_SHAPES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "R-01": (lambda value: type(value) is date, "de waarde is een datum, zoals 2022-03-01."),
    "R-05": _DAYS,
    "R-08": (_services, 'de waarde is { VLAANDEREN = "VDAB", BRUSSEL = "ACTIRIS" }.'),
    "R-09": _YEARS,
    "R-10": _YEARS,
    "R-16": _YES_NO,
    "W-01": (_share, "de waarde is een deel van voltijds tussen 0 en 1, zoals 0.5."),
    "W-02": (lambda value: _whole(value, 120), "de waarde is een aantal hele maanden, zoals 3."),
    "W-03": _YES_NO,
    "W-04": _YES_NO,
    "W-05": _DECIDES,
    "W-06": _DECIDES,
    "W-07": (_choice("CASEWORKER", "NO"), 'de waarde is "CASEWORKER" of "NO".'),
    "W-09": _YES_NO,
    "A-01": (_reminders, "de waarde is { reminder = 30, escalation = 45 }."),
    "A-02": _DAYS,
    "K-02": _YEARS,
    "K-06": (_choice("VDAB", "ACTIRIS"), 'de waarde is "VDAB" of "ACTIRIS".'),
}


def value_error(rule_id: str, value: object) -> str | None:
    """What is wrong with the value of a rule that `decide` reads, in Dutch; None when it is usable."""
    shape = _SHAPES.get(rule_id)
    return None if shape is None or shape[0](value) else shape[1]


class InForce:
    """What `decide` needs on one day: each value under a plain name, each rule to name it by."""

    # Named in a reason without a value of their own that changes the outcome.
    NAMED: ClassVar = ("R-06", "R-07", "R-11", "R-12", "R-17", "W-08", "K-01", "K-04", "K-05", "K-07", "K-09")
    OPTIONAL: ClassVar = ("R-16",)
    NEEDED: ClassVar = (*(one for one in _SHAPES if one != "R-16"), *NAMED)
    READ: ClassVar = (*NEEDED, *OPTIONAL)

    __slots__ = (
        "adds_up", "compulsory_until", "duration_months", "employment_service", "escalation_day",
        "first_contract_on", "lower_age", "placement_counts", "protection_without_term", "region_unknown",
        "reminder_day", "rule_set", "rules", "secondary_counts", "self_employed_counts", "share", "stale_days",
        "study_counts", "term_days", "unfit_counts", "upper_age",
    )  # fmt: skip

    def __init__(self, rule_set: str, rules: "Mapping[str, Rule]") -> None:
        values: dict[str, Any] = {rule_id: rule.value for rule_id, rule in rules.items()}
        self.rule_set = rule_set
        self.rules = rules
        self.first_contract_on: date = values["R-01"]
        self.term_days: int = values["R-05"]
        self.employment_service: dict[str, str] = values["R-08"]
        self.region_unknown: str = values["K-06"]
        self.lower_age: int = values["R-09"]
        self.upper_age: int = values["R-10"]
        self.compulsory_until: int = values["K-02"]
        self.protection_without_term: bool = values.get("R-16", False)
        self.share: float = values["W-01"]
        self.duration_months: int = values["W-02"]
        self.self_employed_counts: bool = values["W-03"]
        self.secondary_counts: bool = values["W-04"]
        self.placement_counts: str = values["W-05"]
        self.study_counts: str = values["W-06"]
        self.unfit_counts: str = values["W-07"]
        self.adds_up: bool = values["W-09"]
        self.reminder_day: int = values["A-01"]["reminder"]
        self.escalation_day: int = values["A-01"]["escalation"]
        self.stale_days: int = values["A-02"]
