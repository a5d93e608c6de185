"""The worklist as a file that opens well in a Dutch spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet

from toeleiding.dossiers.filters import STEPS
from toeleiding.dossiers.models import Dossier, Tab
from toeleiding.dossiers.wording import language_name
from toeleiding.organisations.access import Access
from toeleiding.web import dates

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


def file_name(today: date) -> str:
    """toeleiding_werklijst_2026-11-24.csv"""
    return f"toeleiding_werklijst_{today.isoformat()}.csv"


def worklist_csv(found: QuerySet[Dossier], access: Access, why: str, today: date) -> tuple[str, list[int]]:
    """The text of the file, and the ids of the dossiers in it.

    The first row is the watermark: confidential, for what, by whom and when. Then the header and one row per
    dossier, with a semicolon between cells and dates as 2026-11-24. A national number is never in it.
    """
    kept: list[int] = []

    def lines() -> Iterable[Sequence[str | int]]:
        yield ("Vertrouwelijk", f"Alleen voor: {why}", f"Gemaakt op {dates.long_date(today)} door {access.staff}")
        yield HEADER
        for one in found.only(*_COLUMNS).iterator(chunk_size=2000):
            kept.append(one.pk)
            yield (
                one.number,
                one.first_name,
                one.last_name,
                language_name(one.language),
                one.municipality,
                str(Tab(one.tab).label),
                STEPS[one.step_number],
                one.pill,
                one.contract_signed_on.isoformat() if one.contract_signed_on else "",
                one.due_on.isoformat() if one.due_on else "",
                (one.due_on - today).days if one.due_on else "",
            )

    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for line in lines():
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in line])
    return BYTE_ORDER_MARK + written.getvalue(), kept


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
