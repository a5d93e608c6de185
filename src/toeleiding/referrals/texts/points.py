"""The eight points of the explanation (EXPERIENCE 5.4) as headings, sentences and lists of a text."""

from dataclasses import dataclass
from datetime import date

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.state import State
from toeleiding.law.rules import RuleSet
from toeleiding.referrals.texts.gate import Given

# id of the point -> (heading, sentences before the list, items, sentences after it)
_POINTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("waarom", ("waarom",), (), ()),
    ("wie", ("wie", "wie_werk", "wie_brussel"), (), ()),
    ("dienst", ("dienst", "dienst_hulp"), (), ()),
    ("hoe", (), ("hoe_online", "hoe_telefoon", "hoe_samen"), ()),
    ("mee", (), ("mee_kaart", "mee_nummer", "mee_contact", "mee_ervaring"), ("mee_email",)),
    ("wanneer", ("wanneer_datum", "wanneer_termijn", "wanneer_zonder"), (), ()),
    ("gevolg", ("gevolg_attest", "gevolg_boete"), (), ()),
    ("daarna", ("daarna_gesprek", "daarna_melden", "daarna_rechten", "vragen"), (), ()),
)
POINT_IDS = tuple(point[0] for point in _POINTS)
_PICTURES = dict(
    zip(POINT_IDS, ("info", "users", "briefcase", "globe", "document", "calendar", "alert", "phone"), strict=True)
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point in one language. `picture` is an icon beside it, for who does not read easily."""

    id: str
    heading: str
    before: list[str]
    items: list[str]
    after: list[str]
    picture: str


@dataclass(frozen=True, slots=True)
class Term:
    """Somebody's own term: its last day, and how many days it counts from the contract on.

    `days` is None where only the rule is known, 0 for who has no term at all (R-16).
    """

    due_on: date | None = None
    days: int | None = None


ANYBODY = Term()


def term_of(dossier: Dossier, state: State, rules: RuleSet, today: date) -> Term:
    """The term that this person reads. Suspended days count along, so the number is her own."""
    if state.temporary_protection and rules.in_force(today).protection_without_term:
        return Term(days=0)
    signed = dossier.contract_signed_on
    days = (dossier.due_on - signed).days if dossier.due_on and signed else None
    return Term(dossier.due_on, days)


def points(text: Given, term: Term = ANYBODY) -> list[Point]:
    """The eight points. Without a date the sentence that names it is left out; so is what has no word yet."""

    def said(keys: tuple[str, ...]) -> list[str]:
        words = [_say(text, key, term) for key in keys]
        return [one for one in words if one]

    return [
        Point(key, text.say(f"{key}_kop"), said(before), said(items), said(after), _PICTURES[key])
        for key, before, items, after in _POINTS
    ]


def _say(text: Given, key: str, term: Term) -> str:
    if key == "wanneer_datum":
        return text.say(key, datum=text.day(term.due_on)) if term.due_on else ""
    if key == "wanneer_termijn" and term.days is not None:
        return text.say(key, dagen=str(term.days)) if term.days else ""
    if key == "wanneer_zonder" and term.days != 0:
        return ""
    if key == "wie_brussel" and text.service != "VDAB":
        return ""
    return text.say(key)
