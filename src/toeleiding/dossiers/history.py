"""Writing whole lives at once: many dossiers with years of timeline, in a few COPY statements per batch.

It is `record` for a population: the same fold, the same decisions on the same days, the same events, columns
and tasks, only written together. Between two moments the nightly pass is played as well: a decision that can
change by itself does so on its day. Used by the demonstration; the subscribers are not told, because nothing
of the past must be asked of anybody again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import bulk
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.events import encode
from toeleiding.dossiers.fold import apply
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.projection import Verdict, decision_columns, fact_columns, verdict, wanted_tasks
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import NewEvent, decided_event
from toeleiding.law import RuleSet
from toeleiding.organisations.models import Organisation, Staff

BATCH = 1_000
_NIGHT = time(0, 10)
_MOST_NIGHTS = 400  # a decision that would change every night for longer than this is left to the last day
_ENCODER = msgspec.json.Encoder()


@dataclass(slots=True)
class History:
    """One dossier to write: its number, and what was recorded at which moments, in order of time."""

    number: str
    moments: Sequence[tuple[datetime, Sequence[NewEvent]]]


@dataclass(slots=True)
class _Lived:
    number: str
    state: State = field(default_factory=State)
    verdict: Verdict | None = None
    events: list[tuple[datetime, NewEvent]] = field(default_factory=list)
    open_tasks: dict[str, list[Any]] = field(default_factory=dict)
    tasks: list[list[Any]] = field(default_factory=list)
    changed_at: datetime | None = None


def write_histories(histories: Iterable[History], until: datetime, rules: RuleSet) -> Iterator[int]:
    """Live through the histories up to `until` and store them. Yields how many dossiers each batch wrote."""
    agencies = dict(Organisation.objects.values_list("code", "pk"))
    staff = dict(Staff.objects.values_list("username", "pk"))
    source = iter(histories)
    while batch := list(islice(source, BATCH)):
        lived = [_live(history, until, rules) for history in batch]
        with transaction.atomic():
            _store(lived, agencies, staff)
        yield len(lived)


def _live(history: History, until: datetime, rules: RuleSet) -> _Lived:
    life, zone = _Lived(history.number), timezone.get_current_timezone()
    for local, news in history.moments:
        moment = local.astimezone(UTC)
        if moment > until:
            break
        today = moment.astimezone(zone).date()
        _nights(life, today, rules)
        for new in news:
            actor = new.actor.username if new.actor else ""
            apply(life.state, Happened(new.data, new.occurred_on, moment, new.source, actor))
            life.events.append((moment, new))
        _decide(life, moment, today, rules)
    _nights(life, until.astimezone(zone).date() + timedelta(days=1), rules)
    return life


def _nights(life: _Lived, until: date, rules: RuleSet) -> None:
    """Play the nightly passes up to, and not with, a day."""
    for _ in range(_MOST_NIGHTS):
        change = life.verdict.decision.valid_until if life.verdict else None
        if change is None or change >= until:
            return
        night = timezone.make_aware(datetime.combine(change, _NIGHT))
        _decide(life, night.astimezone(UTC), change, rules)


def _decide(life: _Lived, moment: datetime, today: date, rules: RuleSet) -> None:
    before = life.verdict
    found = verdict(life.state, today, rules)
    life.verdict, life.changed_at = found, moment
    now = found.decision
    was = before.decision if before else None
    if was is None or (was.outcome, was.step, was.due_on) != (now.outcome, now.step, now.due_on):
        life.events.append((moment, decided_event(now, was.outcome if was else None)))
    wanted = wanted_tasks(life.state, found, moment, rules)
    for kind in [kind for kind in life.open_tasks if kind not in wanted]:
        task = life.open_tasks.pop(kind)
        task[4] = moment
        life.tasks.append(task)
    for kind, (starts_on, due_on) in wanted.items():
        standing = life.open_tasks.setdefault(kind.value, [kind.value, starts_on, due_on, moment, None])
        standing[1], standing[2] = min(standing[1], starts_on), due_on


def _store(lived: list[_Lived], agencies: dict[str, int], staff: dict[str, int]) -> None:
    keys = bulk.next_ids(Dossier, len(lived))
    rows = [_dossier(key, life, agencies, staff) for key, life in zip(keys, lived, strict=True)]
    bulk.copy(Dossier._meta.db_table, list(rows[0]), (tuple(row.values()) for row in rows))
    events = [(key, moment, new) for key, life in zip(keys, lived, strict=True) for moment, new in life.events]
    ids = bulk.next_ids(Event, len(events))
    bulk.copy(
        Event._meta.db_table,
        ("id", "dossier_id", "kind", "occurred_on", "recorded_at", "source", "actor_id", "message", "data"),
        (
            (
                event,
                key,
                new.data.kind,
                new.occurred_on,
                moment,
                new.source.value,
                new.actor.pk if new.actor else None,
                new.message,
                encode(new.data).decode(),
            )
            for event, (key, moment, new) in zip(ids, events, strict=True)
        ),
    )
    bulk.copy(
        "dossiers_personnumber",
        ("insz", "dossier_id", "is_bis", "status", "replaced_by"),
        (
            (number.insz, key, number.is_bis, number.status, number.replaced_by or "")
            for key, life in zip(keys, lived, strict=True)
            for number in life.state.numbers
        ),
    )
    bulk.copy(
        "dossiers_task",
        ("dossier_id", "kind", "starts_on", "due_on", "opened_at", "closed_at"),
        (
            (key, *task)
            for key, life in zip(keys, lived, strict=True)
            for task in (*life.tasks, *life.open_tasks.values())
        ),
    )


def _dossier(key: int, life: _Lived, agencies: dict[str, int], staff: dict[str, int]) -> dict[str, Any]:
    assert life.verdict is not None, "a history begins with an event"
    state = life.state
    return {
        "id": key,
        "number": life.number,
        **fact_columns(state),
        **decision_columns(state, life.verdict),
        "agency_id": agencies[state.agency],
        "case_worker_id": staff[state.case_worker] if state.case_worker else None,
        "state": _ENCODER.encode(state).decode(),
        "events": len(life.events),
        "changed_at": life.changed_at,
    }
