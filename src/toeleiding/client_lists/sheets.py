"""From the bytes of a file to its rows: XLSX, XLS and ODS through calamine, CSV by its own signs."""

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from toeleiding.client_lists import columns, limits
from toeleiding.client_lists.cells import Cell
from toeleiding.web import workbook


class SheetError(ValueError):
    """The file cannot be read as a list. The message is a Dutch sentence that says what to do."""


class Sheet(NamedTuple):
    """The headings with the field of each, and the rows under them with their number in the file."""

    headings: list[str]
    fields: list[str]
    rows: Iterator[tuple[int, list[Cell]]]


def read(content: bytes, file_name: str) -> Sheet:
    """The first sheet of a file. Empty rows are passed over. Raises SheetError or columns.HeaderError."""
    if len(content) > limits.FILE_BYTES:
        raise SheetError(
            f"Dit bestand is groter dan {limits.FILE_BYTES // 1_000_000} MB. Splits de lijst in kleinere bestanden."
        )
    if not content.strip():
        raise SheetError("Dit bestand is leeg. Kies een ander bestand.")
    if file_name.lower().endswith((".csv", ".txt")):
        return _under_header(_csv_rows(content))
    return _under_header(_sheet_rows(content))


def _under_header(rows: Iterator[list[Cell]]) -> Sheet:
    numbered = enumerate(rows, 1)
    for number, cells in numbered:
        if columns.is_header(cells):
            headings = [str(cell or "").strip()[:60] for cell in cells]
            return Sheet(headings, columns.read_header(cells), _filled(numbered))
        if number == limits.HEADER_WITHIN:
            break
    raise SheetError(
        "We vinden geen kolomtitels. Zet bovenaan een rij met titels zoals Rijksregisternummer, Voornaam en Achternaam."
    )


def _filled(numbered: Iterator[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell]]]:
    count = 0
    for number, cells in numbered:
        if not any(cell not in ("", None) for cell in cells):
            continue
        count += 1
        if count > limits.ROWS:
            raise SheetError(f"Deze lijst heeft meer dan {limits.ROWS} rijen. Splits ze in kleinere bestanden.")
        yield number, cells


def _sheet_rows(content: bytes) -> Iterator[list[Cell]]:
    try:
        sheet = workbook.first_sheet(content)
    except workbook.TooLargeError:
        raise SheetError("Dit rekenblad is uitgepakt te groot. Splits de lijst in kleinere bestanden.") from None
    except workbook.UnreadableError as error:
        raise SheetError(
            "Dit bestand kan niet gelezen worden. Bewaar het als .xlsx of .csv, zonder wachtwoord, en probeer opnieuw."
        ) from error
    begin = sheet.start[0] if sheet.start else 0
    # Rows above the first filled one are not given; numbers must be those that a person sees.
    for _ in range(begin):
        yield []
    for row in _from_start(sheet.iter_rows(), begin):
        yield list(row)


def _from_start(rows: Iterator[Any], begin: int) -> Iterator[list[Any]]:
    """calamine pads with empty rows in some formats and not in others: pass over as many as it gives."""
    padding = 0
    for row in rows:
        if padding < begin and not any(cell not in ("", None) for cell in row):
            padding += 1
            continue
        yield row


def _csv_rows(content: bytes) -> Iterator[list[Cell]]:
    text = _decoded(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t|", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield list(row)
    except csv.Error as error:
        raise SheetError(
            "Dit CSV-bestand is niet goed gevormd. Bewaar de lijst als .xlsx en probeer opnieuw."
        ) from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with its mark, else what Windows writes."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
