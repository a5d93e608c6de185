"""The closed set of what a register can answer, and the dated table from codes to that set.

Source: CONTRACTS chapter 2; INTERFACE 1.3 (codes) and 6 (status of the KSZ).
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec import Struct

Severity = Literal["FOUT", "WAARSCHUWING", "INFORMATIE"]


class Outcome(StrEnum):
    """What a register's answer means for us. Nothing else can come out of a question."""

    KNOWN = "KNOWN"
    NOT_KNOWN = "NOT_KNOWN"
    REPLACED = "REPLACED"
    CANCELLED = "CANCELLED"
    NOT_INTEGRATED = "NOT_INTEGRATED"
    PARTIAL = "PARTIAL"
    REFUSED = "REFUSED"
    AMBIGUOUS = "AMBIGUOUS"
    SOURCE_DOWN = "SOURCE_DOWN"
    INVALID = "INVALID"
    NOT_UNDERSTOOD = "NOT_UNDERSTOOD"


class CodeRow(Struct, frozen=True):
    """One line of the table.

    Attributes:
        code: Uitzondering/Identificatie, or the code in a status of the KSZ.
        outcome: what it means.
        source: where that is written.
        valid_from: first day on which the line holds; None = as long as we know.
        valid_to: last day; None = still.
    """

    code: str
    outcome: Outcome
    source: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the line is in force on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def _rows(outcome: Outcome, source: str, *codes: str) -> tuple[CodeRow, ...]:
    return tuple(CodeRow(code, outcome, source) for code in codes)


_CODES, _KSZ = "CONTRACTS 2, INTERFACE 1.3", "CONTRACTS 2, INTERFACE 6"

TABLE: tuple[CodeRow, ...] = (
    *_rows(Outcome.NOT_KNOWN, _CODES, "30001", "30016"),
    *_rows(Outcome.NOT_KNOWN, _KSZ, "MSG00100", "MSG00009"),
    *_rows(Outcome.REPLACED, _CODES, "30004"),
    *_rows(Outcome.REPLACED, _KSZ, "MSG00006"),
    *_rows(Outcome.CANCELLED, _CODES, "30002", "30003"),
    *_rows(Outcome.CANCELLED, _KSZ, "MSG00005"),
    *_rows(Outcome.NOT_INTEGRATED, _CODES, "13202", "40003"),
    *_rows(Outcome.NOT_INTEGRATED, _KSZ, "MSG00012"),
    *_rows(Outcome.PARTIAL, _CODES, "30030", "30040"),
    *_rows(Outcome.PARTIAL, _KSZ, "HAN20200"),
    *_rows(Outcome.REFUSED, _CODES, "15021", "13001", "13501", "40001", "40005", "40006", "60011"),
    *_rows(Outcome.REFUSED, _KSZ, "MSG00013", "MSG00015"),
    *_rows(Outcome.AMBIGUOUS, _CODES, "30042"),
    *_rows(Outcome.SOURCE_DOWN, _CODES, "40088", "60006", "60009", "60013", "70003"),
    *_rows(Outcome.SOURCE_DOWN, _CODES, "99986", "99994", "99995", "99996", "99997"),
    *_rows(Outcome.SOURCE_DOWN, _KSZ, "MSG00003"),
    *_rows(Outcome.INVALID, _CODES, "20002", "20003", "20004", "20005", "20006", "20007"),
    *_rows(Outcome.INVALID, _CODES, "13101", "25001", "30014", "30034", "40035", "50000"),
    *_rows(Outcome.INVALID, _KSZ, "MSG00008", "MSG00011"),
    *_rows(Outcome.NOT_UNDERSTOOD, _CODES, "60007"),
    *_rows(Outcome.KNOWN, _CODES, "40143"),
    *_rows(Outcome.KNOWN, _KSZ, "MSG00000"),
)

# Worst first. A number that is wrong goes before a source that is down: asking again would not
# help. NOT_KNOWN is the mildest of all failures, so that it never hides one ("could not ask" is
# never "not registered").
_WORST_FIRST = (
    Outcome.NOT_UNDERSTOOD,
    Outcome.INVALID,
    Outcome.REFUSED,
    Outcome.CANCELLED,
    Outcome.REPLACED,
    Outcome.NOT_INTEGRATED,
    Outcome.SOURCE_DOWN,
    Outcome.AMBIGUOUS,
    Outcome.PARTIAL,
    Outcome.NOT_KNOWN,
    Outcome.KNOWN,
)
_RANK = {outcome: rank for rank, outcome in enumerate(_WORST_FIRST)}

_TODAY_ROWS: dict[str, list[CodeRow]] = {}
for _row in TABLE:
    _TODAY_ROWS.setdefault(_row.code, []).append(_row)


def meaning(code: str, on: date | None = None) -> Outcome | None:
    """What a code means on a day; None when the table does not list it.

    Args:
        code: Identificatie of an Uitzondering, or a status code of the KSZ.
        on: the day; None takes the latest line.
    """
    rows = _TODAY_ROWS.get(code)
    if not rows:
        return None
    if on is None:
        return rows[-1].outcome
    return next((row.outcome for row in reversed(rows) if row.holds_on(on)), None)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of one or more outcomes."""
    return min(outcomes, key=_RANK.__getitem__)


class KindRow(Struct, frozen=True):
    """One Dimona code (AardWerknemer) and the kind of work it is for the rules."""

    code: str
    kind: str
    source: str = "CONTRACTS 2, INTERFACE 7"
    valid_from: date | None = None
    valid_to: date | None = None


#: Codes that are not here are OTHER: the published list is not closed.
DIMONA_KINDS: tuple[KindRow, ...] = (
    *(KindRow(code, "EMPLOYEE") for code in ("OTH", "DWD", "BCW", "PMP")),
    KindRow("STU", "STUDENT"),
    KindRow("FLX", "FLEXI"),
    *(KindRow(code, "OCCASIONAL") for code in ("EXT", "A17", "T17", "S17", "O17")),
    KindRow("IVT", "IBO"),
    *(KindRow(code, "OTHER") for code in ("QUA", "RTA")),
)
_KINDS = {row.code: row.kind for row in DIMONA_KINDS}


def work_kind(code: str | None) -> str:
    """The kind of work behind an AardWerknemer; OTHER for a code we do not know or that is absent."""
    return _KINDS.get(code or "", "OTHER")
