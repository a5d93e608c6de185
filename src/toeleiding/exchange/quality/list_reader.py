"""A list that VDAB delivers: the bytes of a CSV or a spreadsheet become rows, and what cannot be read is counted."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from toeleiding.exchange.quality import limits
from toeleiding.magda import insz
from toeleiding.web import dates, workbook

_HEADINGS = {
    "insz": ("insz", "rijksregisternummer", "rijksregisternr", "rrn", "nummer"),
    "category": ("categorie", "category", "werkzoekendencategorie"),
    "registered_on": ("ingeschreven op", "inschrijvingsdatum", "datum inschrijving", "registered_on"),
    "ended_on": ("uitgeschreven op", "einddatum", "datum uitschrijving", "ended_on"),
}
_HEADER_WITHIN = 10


class ListError(ValueError):
    """The file is no list that can be compared. The message is a Dutch sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file, by its number there."""

    line: int
    insz: str
    category: str
    registered_on: date | None
    ended_on: date | None


@dataclass(slots=True)
class Read:
    """The rows that could be read. `first_problem` names the first row that could not, never a number of a person."""

    rows: list[Row] = field(default_factory=list)
    unreadable: int = 0
    first_problem: str = ""


def load(path: Path) -> bytes:
    """The bytes of a file; what is too large to be a list is not read. Raises ListError or OSError."""
    check_size(path.stat().st_size)
    return path.read_bytes()


def check_size(size: int) -> None:
    """Refuse a file of so many bytes when it cannot be a list. Raises ListError."""
    if size > limits.LIST_BYTES:
        raise ListError(
            f"Dit bestand is groter dan {limits.LIST_BYTES // 1_000_000} MB. Vraag VDAB een kleinere lijst."
        )


def read(content: bytes, file_name: str) -> Read:
    """Read a whole list. Raises ListError when it is none, or when no row of it can be read."""
    check_size(len(content))
    cells = _csv(content) if file_name.lower().endswith((".csv", ".txt")) else _sheet(content)
    numbered = enumerate(cells, 1)
    columns = _header(islice(numbered, _HEADER_WITHIN))
    found = Read()
    for line, row in numbered:
        if not any(cell not in ("", None) for cell in row):
            continue
        if len(found.rows) + found.unreadable >= limits.LIST_ROWS:
            raise ListError(f"Deze lijst heeft meer dan {limits.LIST_ROWS} rijen. Vraag VDAB een kleinere lijst.")
        try:
            found.rows.append(_row(line, row, columns))
        except ValueError as error:
            found.unreadable += 1
            found.first_problem = found.first_problem or f"Rij {line}: {error}"
    if not found.rows:
        raise ListError(found.first_problem or "Er staat niemand op deze lijst. Kijk na of je het juiste bestand hebt.")
    return found


def _header(rows: Iterable[tuple[int, Sequence[Any]]]) -> dict[str, int]:
    for _, row in rows:
        titles = [str(cell or "").strip().lower() for cell in row]
        found = {name: titles.index(title) for name, known in _HEADINGS.items() for title in known if title in titles}
        if "insz" in found:
            return found
    raise ListError(
        "We vinden geen kolomtitels. Zet bovenaan een rij met INSZ, Categorie, Ingeschreven op en Uitgeschreven op."
    )


def _row(line: int, row: Sequence[Any], columns: dict[str, int]) -> Row:
    def cell(name: str) -> Any:
        at = columns.get(name)
        return row[at] if at is not None and at < len(row) else ""

    number = "".join(each for each in _text(cell("insz")) if each.isdigit()).zfill(11)
    if not insz.is_valid(number):
        raise ValueError("dit is geen geldig rijksregisternummer.")
    category = _text(cell("category"))
    category = category.zfill(2) if category else ""
    if len(category) > 4:
        raise ValueError("deze categorie is te lang.")
    registered_on, ended_on = _day(cell("registered_on")), _day(cell("ended_on"))
    if registered_on and ended_on and ended_on < registered_on:
        raise ValueError("het einde ligt voor de inschrijving.")
    return Row(line, number, category, registered_on, ended_on)


def _text(cell: Any) -> str:
    """A spreadsheet keeps a number as 3.0 and drops the zero in front."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "").strip()


def _day(cell: Any) -> date | None:
    if cell in ("", None):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell).strip()[:10])
    except ValueError:
        found = dates.parse_date(str(cell))
    if found is None:
        raise ValueError("dit is geen datum. Schrijf de dag als 2026-11-24.")
    return found


def _csv(content: bytes) -> Iterator[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise ListError(
            "Dit CSV-bestand is niet goed gevormd. Bewaar de lijst opnieuw en probeer het nog eens."
        ) from None


def _sheet(content: bytes) -> Iterator[list[Any]]:
    try:
        yield from workbook.first_sheet(content).iter_rows()
    except workbook.TooLargeError:
        raise ListError("Dit rekenblad is uitgepakt te groot. Vraag VDAB een kleinere lijst.") from None
    except workbook.UnreadableError:
        raise ListError("Dit bestand kan niet gelezen worden. Geef een .csv of .xlsx zonder wachtwoord.") from None
