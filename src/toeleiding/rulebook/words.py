"""Rules in Dutch words: status, value, validity."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from toeleiding.law import Rule, Status, Value
from toeleiding.web.dates import long_date, number, percent

STATUS_WORDS: dict[Status, str] = {
    "documented": "Gedocumenteerd",
    "inferred": "Afgeleid",
    "proposal": "Ons voorstel",
    "unconfirmed": "Nog te bevestigen",
}
STATUS_HINTS: dict[Status, str] = {
    "documented": "Een openbare tekst zegt dit.",
    "inferred": "Dit volgt uit een openbare tekst, maar staat er niet letterlijk.",
    "proposal": "Wij kozen dit zelf. Iemand moet het nog goedkeuren.",
    "unconfirmed": "We vonden geen tekst. Dit is een aanname.",
}
STATUS_TONES: dict[Status, str] = {
    "documented": "goed",
    "inferred": "info",
    "proposal": "neutraal",
    "unconfirmed": "letop",
}
STATUS_ICONS: dict[Status, str] = {
    "documented": "check",
    "inferred": "info",
    "proposal": "pencil",
    "unconfirmed": "alert",
}
FAMILIES = {
    "R": "Wie, waar en tegen wanneer",
    "W": "Wat werk en studie is",
    "K": "Onze werkregels",
    "A": "Herinneringen en verse gegevens",
    "C": "VDAB",
    "P": "Participatie- en netwerktraject",
    "L": "Nederlands",
    "M": "Maatschappelijke oriëntatie",
    "F": "Prijzen",
    "S": "Sancties",
    "B": "Brussel",
    "V": "Vervolgtrajecten",
    "G": "Privacy en cijfers",
}
_WORDS = {
    "CASEWORKER": "trajectbegeleider beslist",
    "YES": "ja",
    "NO": "nee",
    "VLAANDEREN": "Vlaanderen",
    "BRUSSEL": "Brussel",
    "ACTIRIS": "Actiris",
    "WORKING": "aan het werk",
    "NOT_WORKING": "niet aan het werk",
    "UNDETERMINED": "onbepaald",
    "reminder": "herinnering",
    "escalation": "dringend",
    "from": "van",
    "until": "tot",
    "practical": "praktisch",
    "practical_of": "praktisch, op",
    "norms": "normen en waarden",
    "norms_of": "normen en waarden, op",
    "target": "streven",
    "acceptable": "aanvaardbaar",
    "lessons": "lessen",
    "test": "test",
    "min": "minstens",
    "max": "hoogstens",
    "report_months": "aanmelden (maanden)",
    "finish_months": "afronden (maanden)",
    "fine_min": "boete minstens (euro)",
    "fine_max": "boete hoogstens (euro)",
}
# A unit that only says what kind of value it is adds nothing behind the value itself.
_SILENT_UNITS = {
    "ja of nee", "gebeurtenis", "telling", "groepen", "groep", "grens", "keuze", "dienst", "wie beslist",
    "uitkomsten", "dienst per gewest", "code en naam", "gegevens", "termijn", "niveau", "contractdatum vanaf",
    "datum van de plicht vanaf", "maanden en euro",
}  # fmt: skip


def word(text: str) -> str:
    """A word out of a value in Dutch; what is Dutch already stays."""
    return _WORDS.get(text, text)


def value_words(rule: Rule) -> str:
    """The value of a rule as a person reads it: "60 dagen", "ja", "vanaf 1 maart 2022"."""
    said = _said(rule.value)
    if rule.unit == "deel van voltijds" and isinstance(rule.value, int | float):
        return f"{percent(rule.value)} van voltijds"
    if rule.unit.endswith(" vanaf"):
        return f"{rule.unit} {said}"
    return said if rule.unit in _SILENT_UNITS else f"{said} {rule.unit}"


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int):
        return number(value)
    if isinstance(value, float):
        return number(value, 2)
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{word(key)}: {_said(one)}" for key, one in value.items())
    return word(value)


def validity_words(rule: Rule) -> str:
    """From when until when a version holds: "vanaf 1 maart 2022", "altijd"."""
    if rule.valid_from and rule.valid_to:
        return f"{long_date(rule.valid_from)} tot en met {long_date(rule.valid_to)}"
    if rule.valid_from:
        return f"vanaf {long_date(rule.valid_from)}"
    return f"tot en met {long_date(rule.valid_to)}" if rule.valid_to else "altijd"


def dated_json(versions: Sequence[Rule]) -> list[dict[str, Any]]:
    """The dated values of one rule as they are kept in the history: words and not code, so that they last."""
    return [
        {"value": value_words(rule), "validity": validity_words(rule), "status": rule.status, "source": rule.source}
        for rule in versions
    ]
