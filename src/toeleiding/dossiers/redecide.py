"""Deciding again without a new fact: a day has passed, or the rules changed. Set-based, in steady memory.

The states are streamed, decided in Python and written back through one temporary table per batch: decision
columns by one UPDATE, changed decisions as events by one COPY, their tasks by one sync.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from toeleiding.dossiers import bulk, task_sync
from toeleiding.dossiers.events import encode
from toeleiding.dossiers.models import Event
from toeleiding.dossiers.projection import Verdict, decision_columns, verdict
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import EVENT_COLUMNS, decided_event, event_row
from toeleiding.law import RuleSet
from toeleiding.rulebook.selectors import in_force

BATCH = 5_000
_DECODER = msgspec.json.Decoder(State)
_STREAM = (
    "select id, outcome, step, due_on, agency_id, valid_until, state::text from dossiers_dossier"
    " where id > %s and merged_into_id is null {where} order by id limit %s {lock}"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A dossier as it is decided now: what a what-if compares with."""

    id: int
    outcome: str
    step: str
    due_on: date | None
    agency_id: int
    valid_until: date | None
    state: State


@dataclass(frozen=True, slots=True)
class Redecided:
    """How many dossiers were decided again, and how many of them got another decision."""

    seen: int
    changed: int


def stream(where: str = "", params: tuple[Any, ...] = (), *, lock: bool = False) -> Iterator[list[Standing]]:
    """All dossiers that meet an SQL condition (begins with `and`), in batches by id."""
    last = 0
    sql = _STREAM.format(where=where, lock="for update" if lock else "")
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [last, *params, BATCH])
            rows = cursor.fetchall()
        if not rows:
            return
        yield [_standing(row) for row in rows]
        last = rows[-1][0]


def _standing(row: Any) -> Standing:
    key, outcome, step, due_on, agency, valid_until, state = row
    return Standing(key, outcome, step, due_on, agency, valid_until, _DECODER.decode(state))


def redecide_due(today: date | None = None) -> Redecided:
    """The nightly pass: everybody whose decision can change by itself today or before.

    It also finishes what a change of rules left behind: who was opened while the rules changed, or a pass that was
    stopped halfway.
    """
    day = today or timezone.localdate()
    rules = in_force()
    return redecide("and (valid_until <= %s or rule_set <> %s)", (day, rules.name), day, rules)


def redecide_all(
    rules: RuleSet | None = None, today: date | None = None, progress: Callable[[int], None] | None = None
) -> Redecided:
    """After a change of rules: everybody, with one event for each dossier whose decision changes."""
    return redecide("", (), today or timezone.localdate(), rules, progress)


def redecide(
    where: str,
    params: tuple[Any, ...],
    today: date,
    rules: RuleSet | None = None,
    progress: Callable[[int], None] | None = None,
) -> Redecided:
    """Decide again for the dossiers that meet an SQL condition. Each batch is its own transaction."""
    known = rules or in_force()
    seen = changed = last = 0
    while True:
        with transaction.atomic():
            batch = next(stream(f"and id > {last:d} {where}", params, lock=True), None)
            if not batch:
                return Redecided(seen, changed)
            changed += _write(batch, today, known)
            seen += len(batch)
            last = batch[-1].id
        if progress:
            progress(len(batch))


def _write(batch: list[Standing], today: date, rules: RuleSet) -> int:
    moment = timezone.now()
    verdicts = [verdict(one.state, today, rules) for one in batch]
    other = [
        (one, found)
        for one, found in zip(batch, verdicts, strict=True)
        if (one.outcome, one.step, one.due_on) != (found.decision.outcome, found.decision.step, found.decision.due_on)
    ]
    _store(batch, verdicts, {one.id for one, _ in other}, moment)
    if other:
        _tell(other, moment)
        task_sync.sync([(one.id, one.state, found) for one, found in other], moment, rules)
    return len(other)


def _store(batch: list[Standing], verdicts: list[Verdict], told: set[int], moment: datetime) -> None:
    """Write the decision columns, and count the new event of who is `told` of another decision, in one UPDATE.

    The range of ids keeps the database on the index: a batch never reads the whole table.
    """
    rows = [decision_columns(one.state, found) for one, found in zip(batch, verdicts, strict=True)]
    names = ", ".join(f'"{name}"' for name in rows[0])
    sets = ", ".join(f'"{name}" = given."{name}"' for name in rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"create temporary table decided on commit drop as select id, {names}, events as told"
            " from dossiers_dossier with no data"
        )
        bulk.copy(
            "decided",
            ["id", *rows[0], "told"],
            ((one.id, *row.values(), int(one.id in told)) for one, row in zip(batch, rows, strict=True)),
        )
        cursor.execute(
            f"update dossiers_dossier kept set {sets}, events = kept.events + given.told,"
            " changed_at = case given.told when 1 then %s else kept.changed_at end"
            " from decided given where kept.id = given.id and kept.id between %s and %s",
            [moment, batch[0].id, batch[-1].id],
        )
        cursor.execute("drop table decided")


def _tell(other: list[tuple[Standing, Verdict]], moment: datetime) -> None:
    ids = bulk.next_ids(Event, len(other))
    rows = [
        event_row(key, one.id, decided_event(found.decision, one.outcome), moment)
        for key, (one, found) in zip(ids, other, strict=True)
    ]
    bulk.copy(
        Event._meta.db_table,
        EVENT_COLUMNS,
        (_as_sent(row) for row in rows),
    )


def _as_sent(row: dict[str, Any]) -> list[Any]:
    """An event row in the order of its columns, its data as the JSON that COPY takes."""
    return [encode(row[column]).decode() if column == "data" else row[column] for column in EVENT_COLUMNS]
