"""One line in, one line out: a case as JSON, its decision or its error as JSON or as a row (CONTRACTS chapter 1)."""

import json
import re
from datetime import date
from typing import NamedTuple, TypeAlias

import msgspec

from toeleiding.law.decide import decide
from toeleiding.law.decision import Decision, Outcome, Reason, Service, Step
from toeleiding.law.facts import Case
from toeleiding.law.rules import IN_FORCE, RuleSet
from toeleiding.law.wording import OUTCOMES, STEPS, days, short

Id: TypeAlias = str | int


class Decided(msgspec.Struct, frozen=True):
    """The decision of one line, in the order in which it is written."""

    id: Id
    as_of: date
    outcome: Outcome
    step: Step
    employment_service: Service | None
    due_on: date | None
    days_left: int | None
    overdue: bool
    suspended_days: int
    unconfirmed: tuple[str, ...]
    reasons: tuple[Reason, ...]
    rule_set: str


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a line: the field as a dotted path (None: the whole line) and what to do, in Dutch."""

    field: str | None
    message: str


class Failed(msgspec.Struct, frozen=True):
    """A line that could not be decided. `id` is None when it could not be read."""

    id: Id | None
    error: Problem


class Answered(NamedTuple):
    """A line that was decided."""

    id: Id
    decision: Decision


Line: TypeAlias = Answered | Failed
_DECODER = msgspec.json.Decoder(Case)
_ENCODER = msgspec.json.Encoder()


def answer(line: bytes, rules: RuleSet = IN_FORCE) -> Line:
    """Decide about one line of JSON. Never raises: what does not fit gives a `Failed`."""
    try:
        case = _DECODER.decode(line)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        return _failed(line, error)
    return Answered(case.id, decide(case, case.as_of, rules))


def decided(case_id: Id, decision: Decision) -> Decided:
    """A decision with its reasons worded."""
    return Decided(
        case_id,
        decision.as_of,
        decision.outcome,
        decision.step,
        decision.employment_service,
        decision.due_on,
        decision.days_left,
        decision.overdue,
        decision.suspended_days,
        decision.unconfirmed,
        decision.reasons,
        decision.rule_set,
    )


def as_json(line: Line) -> bytes:
    """One line of JSON with its line end."""
    return _ENCODER.encode(line if isinstance(line, Failed) else decided(*line)) + b"\n"


_WIDTHS = (14, 19, 19, 15, 12)


def heading() -> bytes:
    """The heading of a table."""
    return _row(("Zaak", "Uitkomst", "Stap", "Uiterste datum", "Nog"), "Waarom")


def as_row(line: Line) -> bytes:
    """One row for people: what, by when, and the reason that weighs most."""
    if isinstance(line, Failed):
        field = f"{line.error.field}: " if line.error.field else ""
        return _row(("?" if line.id is None else str(line.id), "Fout", "", "", ""), field + line.error.message)
    decision = line.decision
    due = "" if decision.due_on is None else short(decision.due_on)
    left = (
        "" if decision.days_left is None or decision.step == "CLOSED" else _left(decision.days_left, decision.overdue)
    )
    return _row((str(line.id), OUTCOMES[decision.outcome], STEPS[decision.step], due, left), decision.main_reason.text)


def _left(count: int, overdue: bool) -> str:
    if overdue:
        return f"{-count} te laat"
    return days(count) if count >= 0 else "voorbij"


def _row(cells: tuple[str, ...], last: str) -> bytes:
    printable = ["".join(c if c.isprintable() else " " for c in cell) for cell in (*cells, last)]
    fixed = (cell.ljust(width) for cell, width in zip(printable, _WIDTHS, strict=False))
    return (" ".join((*fixed, printable[-1])).rstrip() + "\n").encode("utf-8", "replace")


_NOT_JSON = 'Deze regel is geen geldige JSON. Zet één zaak per regel, in UTF-8, zoals {"id": "1", ...}.'
_TOO_DEEP = "Deze regel zit te diep genest. Gebruik alleen de velden van een zaak."
_FIELD = re.compile(r"^(?P<what>.*?)(?: - at `(?P<key>key in )?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<field>\w+)`$")
_VALUE = re.compile(r"^Invalid enum value (?P<value>.+)$", re.DOTALL)
_CHOICES = {
    "region": "VLAANDEREN, BRUSSEL of WALLONIE",
    "target_group": "VERPLICHT of RECHTHEBBEND",
    "kind": "EMPLOYEE, INTERIM, SELF_EMPLOYED_MAIN, SELF_EMPLOYED_SECONDARY, FLEXI, STUDENT, OCCASIONAL, IBO, ART60 "
    "of OTHER",
    "outcome": "WORKING, STUDYING of NOT_WORKING",
    "answer": "KNOWN, NOT_KNOWN, REPLACED, CANCELLED, NOT_INTEGRATED, PARTIAL, REFUSED, AMBIGUOUS, SOURCE_DOWN, "
    "INVALID of NOT_UNDERSTOOD",
}
_DATES = ("birth_date", "contract_signed_on", "begin", "end", "review_on", "on", "registered_on", "ended_on", "as_of",
          "asked_on", "explained_on")  # fmt: skip
_YES_NO = ("may_work", "compulsory_education", "temporary_protection", "cancelled", "enrolled")
_REQUIRED = {
    "id": "Geef elke zaak een id, een tekst of een geheel getal.",
    "as_of": "Geef de dag van de beslissing (as_of), zoals 2022-05-01.",
    "reason": "Geef een reden bij de vaststelling.",
}


def _failed(line: bytes, error: Exception) -> Failed:
    try:
        raw = _any(line)
    except RecursionError:
        return Failed(None, Problem(None, _TOO_DEEP))
    except ValueError:
        return Failed(None, Problem(None, _NOT_JSON))
    found = raw.get("id") if isinstance(raw, dict) else None
    case_id = found if isinstance(found, (str, int)) and not isinstance(found, bool) else None
    return Failed(case_id, _problem(str(error)))


def _any(line: bytes) -> object:
    """Whatever the line holds. Raises ValueError when it is no JSON, RecursionError when it is too deep."""
    try:
        return msgspec.json.decode(line)
    except msgspec.ValidationError:  # JSON with a number that is too large to hold
        raw: object = json.loads(line)
        return raw
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


def _problem(said: str) -> Problem:
    """The message of the decoder as a field and a sentence that says what to do."""
    match = _FIELD.match(said)
    what, path = (said, "") if match is None else (match["what"], match["path"] or "")
    missing = _MISSING.match(what)
    field = ".".join(part for part in (path.lstrip("."), missing["field"] if missing else "") if part)
    if not field:
        return Problem(None, "Deze regel is geen zaak. Zet elke zaak tussen { en }, met een id en een as_of.")
    return Problem(field, _sentence(field.rpartition(".")[2], what))


def _sentence(name: str, what: str) -> str:
    plain = re.sub(r"\[\d+\]$", "", name)
    if plain in _REQUIRED and (plain != "as_of" or what.startswith("Object missing")):
        return _REQUIRED[plain]
    if plain in _DATES:
        return "Geef een datum die bestaat, als jaar-maand-dag, zoals 2022-05-01."
    if plain in _CHOICES:
        value = _VALUE.match(what)
        wrong = f"{value['value'][:60]} bestaat niet. " if value else ""
        return f"{wrong}Kies uit {_CHOICES[plain]}."
    if plain in _YES_NO:
        return "Geef true of false, of laat het weg als je het niet weet."
    if plain == "fraction":
        return "Geef een deel van voltijds als getal, zoals 0.5 voor halftijds."
    if plain in ("work", "suspensions"):
        return "Geef een lijst tussen [ en ], met elk deel tussen { en }."
    if plain in ("person", "study", "incapacity", "determination", "employment_service"):
        return "Geef de velden tussen { en }, of laat het weg als je het niet weet."
    return "Geef een tekst tussen aanhalingstekens, of laat het weg als je het niet weet."
