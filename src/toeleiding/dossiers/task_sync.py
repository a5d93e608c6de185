"""Tasks follow the decisions: what is wanted and not there is opened, what is there and not wanted is closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from toeleiding.dossiers import bulk
from toeleiding.dossiers.models import Task, TaskKind
from toeleiding.dossiers.projection import Verdict, wanted_tasks
from toeleiding.dossiers.state import State
from toeleiding.law import IN_FORCE, RuleSet

_COLUMNS = ("dossier_id", "kind", "starts_on", "due_on", "opened_at")


def sync(dossiers: Sequence[tuple[int, State, Verdict]], moment: datetime, rules: RuleSet = IN_FORCE) -> None:
    """Bring the open tasks of these dossiers in line with their verdicts, in at most four queries."""
    keys = [key for key, _, _ in dossiers]
    standing: dict[int, dict[str, Task]] = {}
    for task in Task.objects.filter(dossier__in=keys, closed_at__isnull=True):
        standing.setdefault(task.dossier_id, {})[task.kind] = task
    fresh: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    done: list[int] = []
    for key, state, verdict in dossiers:
        wanted = wanted_tasks(state, verdict, moment, rules)
        there = standing.get(key, {})
        done += [task.pk for kind, task in there.items() if TaskKind(kind) not in wanted]
        for kind, (starts_on, due_on) in wanted.items():
            standing_task = there.get(kind.value)
            if standing_task is None:
                values = (key, kind.value, starts_on, due_on, moment)
                fresh.append(dict(zip(_COLUMNS, values, strict=True)))
            elif standing_task.due_on != due_on:
                sooner = min(standing_task.starts_on, starts_on)
                moved.append({"id": standing_task.pk, "starts_on": sooner, "due_on": due_on})
    if done:
        Task.objects.filter(pk__in=done).update(closed_at=moment)
    bulk.update(Task, ("starts_on", "due_on"), moved)
    bulk.insert(Task, _COLUMNS, fresh)
