"""Writing many rows of one table in one statement: the rows travel as one JSON document.

PostgreSQL turns the document into typed rows by the types of the model's own columns, so one row and a
thousand take the same single query. For whole populations `copy` is used instead.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

Row = dict[str, Any]


def next_ids(model: type[Model], count: int) -> list[int]:
    """Take `count` primary keys at once, in rising order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Row], on_conflict: str = "") -> None:
    """Insert rows given as column -> value. `on_conflict` is SQL such as `on conflict do nothing`."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    _run(
        f'insert into "{model._meta.db_table}" ({names}) select {names}'
        f" from jsonb_to_recordset(%s::jsonb) as given({_types(model, columns)}) {on_conflict}",
        rows,
    )


def update(model: type[Model], columns: Sequence[str], rows: Sequence[Row], key: str = "id") -> None:
    """Set `columns` of the rows whose `key` is given in each row."""
    if not rows:
        return
    sets = ", ".join(f'"{column}" = given."{column}"' for column in columns)
    _run(
        f'update "{model._meta.db_table}" as kept set {sets}'
        f" from jsonb_to_recordset(%s::jsonb) as given({_types(model, [key, *columns])})"
        f' where kept."{key}" = given."{key}"',
        rows,
    )


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Stream rows into a table with COPY. Values are adapted by psycopg; JSON comes as text."""
    names = ", ".join(f'"{column}"' for column in columns)
    connection.ensure_connection()
    with connection.cursor() as cursor, cursor.copy(f'copy "{table}" ({names}) from stdin') as stream:
        for row in rows:
            stream.write_row(row)


def _run(sql: str, rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [msgspec.json.encode(rows).decode()])


def _types(model: type[Model], columns: Sequence[str]) -> str:
    return _types_of(model, tuple(columns))


@lru_cache(maxsize=256)
def _types_of(model: type[Model], columns: tuple[str, ...]) -> str:
    fields = {field.column: field for field in model._meta.concrete_fields}
    return ", ".join(f'"{column}" {fields[column].cast_db_type(connection)}' for column in columns)
