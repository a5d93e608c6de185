"""Lists as people send them: spreadsheets and text files made on the spot."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

HEADINGS = ("Rijksregisternummer", "Voornaam", "Naam", "Geboortedatum", "Taal", "Gemeente", "GSM", "Contractdatum")


def xlsx(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS, above: int = 0) -> bytes:
    """A spreadsheet with these rows; `above` counts rows with a title before the headings."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for line in range(above):
        sheet.write(line, 0, f"Titel {line}")
    for place, heading in enumerate(headings):
        sheet.write(above, place, heading)
    for line, row in enumerate(rows, above + 1):
        for place, cell in enumerate(row):
            sheet.write(line, place, cell)
    book.close()
    return made.getvalue()


def text(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS, delimiter: str = ";") -> bytes:
    """A CSV as a Dutch spreadsheet program writes it."""
    return "\r\n".join(delimiter.join(row) for row in (headings, *rows)).encode("utf-8-sig")
