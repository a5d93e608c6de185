"""A list of dossiers as a file that opens well in a Dutch spreadsheet: the worklist, and the lists of higher rooms."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from toeleiding.dossiers.filters import STEPS
from toeleiding.dossiers.models import Dossier, Tab
from toeleiding.dossiers.wording import language_name
from toeleiding.organisations.access import Access
from toeleiding.web import dates
from toeleiding.web.spreadsheet import Sheet, make

BYTE_ORDER_MARK = "\ufeff"
HEADER = (
    "Dossier",
    "Voornaam",
    "Naam",
    "Contacttaal",
    "Gemeente",
    "Weergave",
    "Stap",
    "VDAB-status",
    "Contractdatum",
    "Uiterste datum",
    "Dagen over",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What leaves as a file: how it is called, its headings, its rows and the ids of the dossiers in them."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    dossiers: Sequence[int]


def file_name(title: str, today: date, kind: str) -> str:
    """toeleiding_werklijst_2026-11-24.csv"""
    return f"toeleiding_{title.lower().replace(' ', '_')}_{today.isoformat()}.{kind}"


def watermark(access: Access, why: str, today: date) -> tuple[str, ...]:
    """The first row of every file with names: confidential, for what, by whom and when."""
    return "Vertrouwelijk", f"Alleen voor: {why}", f"Gemaakt op {dates.long_date(today)} door {access.staff}"


def worklist(found: QuerySet[Dossier], today: date) -> Listing:
    """One row per dossier, and the ids of the dossiers in it. A national number is never in it."""
    rows: list[tuple[Cell, ...]] = []
    kept: list[int] = []
    for one in found.only(*_COLUMNS).iterator(chunk_size=2000):
        kept.append(one.pk)
        rows.append(
            (
                one.number,
                one.first_name,
                one.last_name,
                language_name(one.language),
                one.municipality,
                str(Tab(one.tab).label),
                STEPS[one.step_number],
                one.pill,
                one.contract_signed_on,
                one.due_on,
                (one.due_on - today).days if one.due_on else None,
            )
        )
    return Listing("Werklijst", HEADER, rows, kept)


def as_csv(listing: Listing, on_top: Sequence[str]) -> bytes:
    """With a semicolon between cells and dates as 2026-11-24, in the code that a Dutch spreadsheet expects."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([on_top, listing.header])
    for row in listing.rows:
        writer.writerow([_text(cell) for cell in row])
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def _text(cell: Cell) -> str | int:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else harmless(cell) if isinstance(cell, str) else cell


def as_xlsx(listing: Listing, on_top: Sequence[str], today: date) -> bytes:
    """The same rows as a spreadsheet with real dates."""
    sheet = Sheet(listing.title, ". ".join(on_top), listing.header, listing.rows)
    return make(f"{listing.title}, {dates.long_date(today)}", today, [sheet])


_COLUMNS = (
    "number",
    "first_name",
    "last_name",
    "language",
    "municipality",
    "tab",
    "step_number",
    "pill",
    "contract_signed_on",
    "due_on",
)


def harmless(cell: str) -> str:
    """A text that a spreadsheet does not take for a formula: an apostrophe in front keeps it a text."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
