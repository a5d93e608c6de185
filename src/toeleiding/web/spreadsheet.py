"""A spreadsheet that opens as one expects: real dates, headings that stay in sight, what is confidential on top."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

# Text stays text: what begins with "=" is no formula.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the line on top, the headings and the rows."""

    name: str
    on_top: str
    heading: Sequence[str]
    rows: Iterable[Sequence[Any]]


def make(title: str, on: date, sheets: Iterable[Sheet]) -> bytes:
    """The file; the same bytes for the same data on the same day."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, _OPTIONS)
    book.set_properties({"title": title, "created": datetime.combine(on, time())})
    day, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.on_top)
        for place, words in enumerate(sheet.heading):
            page.write_string(1, place, words, bold)
        page.freeze_panes(2, 1)
        page.set_column(0, 0, 36)
        page.set_column(1, max(len(sheet.heading) - 1, 1), 20)
        for line, row in enumerate(sheet.rows, 2):
            for place, cell in enumerate(row):
                _write(page, line, place, cell, day)
    book.close()
    return made.getvalue()


def _write(page: Any, line: int, place: int, cell: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(line, place, cell)
    elif isinstance(cell, int | float):
        page.write_number(line, place, cell)
    else:
        page.write_datetime(line, place, cell, day)
