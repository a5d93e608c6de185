"""A spreadsheet that opens as one expects: real dates, headings that stay in sight, what is confidential on top."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

DAY = "dd/mm/yyyy"
# Text stays text: what begins with "=" is no formula.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the line on top, the headings and the rows."""

    name: str
    on_top: str
    heading: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A number with the format in which it is shown, such as 0.0%."""

    value: float | None
    code: str


def make(title: str, on: date, sheets: Sequence[Sheet]) -> bytes:
    """The file; the same bytes for the same data on the same day."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, _OPTIONS)
    book.set_properties({"title": title, "created": datetime.combine(on, time())})
    formats = {code: book.add_format({"num_format": code}) for code in dict.fromkeys((DAY, *_codes(sheets)))}
    bold = book.add_format({"bold": True})
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
                _write(page, line, place, cell, formats)
    book.close()
    return made.getvalue()


def _codes(sheets: Sequence[Sheet]) -> Iterator[str]:
    return (cell.code for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Shown))


def _write(page: Any, line: int, place: int, cell: Any, formats: Mapping[str, Any]) -> None:
    value, code = (cell.value, cell.code) if isinstance(cell, Shown) else (cell, "")
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(line, place, value)
    elif isinstance(value, int | float):
        page.write_number(line, place, value, formats.get(code))
    else:
        page.write_datetime(line, place, value, formats[code or DAY])
