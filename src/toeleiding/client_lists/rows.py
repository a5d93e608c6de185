"""Rows of a file into rows of the database: cleaned cell by cell, streamed with COPY."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from toeleiding.client_lists import cells, limits
from toeleiding.client_lists.cells import Cell
from toeleiding.client_lists.columns import FIELDS
from toeleiding.client_lists.models import Row
from toeleiding.dossiers import bulk

_ENCODE = msgspec.json.Encoder().encode
# The columns of a row that a cell fills, in the order in which they are written.
VALUES = tuple(FIELDS)
_COLUMNS = (
    "upload_id", "number", "given", *VALUES, "problems", "repairs", "kind", "differences", "candidates", "choice",
    "done", "created", "note",
)  # fmt: skip
_NOTHING = "{}"


def clean(
    given: Mapping[str, str], cleaners: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The values, problems and repairs of one row, each by field."""
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    repairs: dict[str, str] = {}
    for field, cell in given.items():
        value, problem, repair = cleaners[field](cells.text_of(cell))
        values[field] = value
        if problem:
            problems[field] = problem
        elif repair:
            repairs[field] = repair
    return values, problems, repairs


def store(
    upload: UUID,
    fields: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Cell]]],
    today: date,
    staff: Mapping[str, str],
) -> int:
    """Clean all rows and stream them into the database; returns how many.

    Without problems a row counts as CREATE until it is classified.
    """
    counted = _Counter()
    bulk.copy(Row._meta.db_table, _COLUMNS, _prepared(upload, fields, rows, cells.cleaners(today, staff), counted))
    return counted.rows


class _Counter:
    rows = 0


def _prepared(
    upload: UUID,
    fields: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Cell]]],
    cleaners: Mapping[str, Any],
    counted: _Counter,
) -> Iterator[tuple[Any, ...]]:
    places = [(place, field, cleaners[field]) for place, field in enumerate(fields) if field]
    key = str(upload)
    at = {field: index for index, field in enumerate(VALUES)}
    contract = at["contract_signed_on"]
    for number, row in rows:
        counted.rows += 1
        values: list[str | None] = [""] * len(VALUES)
        given: dict[str, str] = {}
        problems: dict[str, str] = {}
        repairs: dict[str, str] = {}
        length = len(row)
        for place, field, cleaner in places:
            cell = row[place] if place < length else None
            if cell is None or cell == "":
                continue
            text = cells.text_of(cell)
            value, problem, repair = cleaner(text)
            given[field] = text if len(text) <= limits.CELL_CHARACTERS else text[: limits.CELL_CHARACTERS]
            values[at[field]] = value
            if problem:
                problems[field] = problem
            elif repair:
                repairs[field] = repair
        values[contract] = values[contract] or None
        yield (
            key, number, _ENCODE(given).decode().replace("\\u0000", ""), *values,
            _ENCODE(problems).decode() if problems else _NOTHING, _ENCODE(repairs).decode() if repairs else _NOTHING,
            "ERROR" if problems else "CREATE", _NOTHING, "[]", "", "PENDING", False, "",
        )  # fmt: skip
