"""The proof that the columns are a cache: fold every timeline again and compare."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, transaction

from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.fold import fold
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.projection import decision_columns, fact_columns, verdict
from toeleiding.dossiers.timeline import load_state, timelines_by_number
from toeleiding.dossiers.weave import woven
from toeleiding.law import RuleSet
from toeleiding.rulebook.selectors import by_name

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that does not say what the timeline says."""

    number: str
    column: str
    stored: Any
    folded: Any


def rebuild(
    rules_of: Callable[[str], RuleSet] = by_name, progress: Callable[[int], None] | None = None
) -> Iterator[Difference]:
    """Fold all timelines again and yield every difference with what is stored.

    `rules_of` gives the rule set by the name stored with a decision: a decision is judged by its own rules.
    Nobody has to stop working: who was written to between the reading of the columns and of the timeline is
    looked at once more while nobody can write there.
    """
    rules = cache(rules_of)
    last = 0
    while batch := list(
        Dossier.objects.filter(pk__gt=last).select_related("agency", "case_worker").order_by("pk")[:BATCH]
    ):
        timelines = _timelines([dossier.pk for dossier in batch])
        for dossier in batch:
            if any(_compare(dossier, timelines.get(dossier.pk, []), rules(dossier.rule_set))):
                yield from _compare_held(dossier.pk, rules)
        last = batch[-1].pk
        if progress:
            progress(len(batch))


def _compare_held(key: int, rules: Callable[[str], RuleSet]) -> list[Difference]:
    with transaction.atomic():
        held = Dossier.objects.select_for_update(of=("self",)).select_related("agency", "case_worker").get(pk=key)
        return list(_compare(held, _timelines([key]).get(key, []), rules(held.rule_set)))


def _timelines(keys: list[int]) -> dict[int, list[Happened]]:
    found: dict[int, list[Happened]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select v.dossier_id, v.kind, v.data::text, v.occurred_on, v.recorded_at, v.source,"
            " coalesce(s.username, ''), v.id, v.corrects_id"
            " from dossiers_event v left join organisations_staff s on s.id = v.actor_id"
            " where v.dossier_id = any(%s) order by v.id",
            [keys],
        )
        for dossier, kind, data, occurred_on, recorded_at, source, actor, key, corrects in cursor:
            event = Happened(e.decode(kind, data), occurred_on, recorded_at, e.Source(source), actor, key, corrects)
            found.setdefault(dossier, []).append(event)
    return woven(found, timelines_by_number)


def _compare(dossier: Dossier, timeline: list[Happened], rules: RuleSet) -> Iterable[Difference]:
    state = fold(timeline)
    folded = {
        **fact_columns(state),
        **decision_columns(state, verdict(state, dossier.decided_on, rules)),
        "agency": state.agency,
        "case_worker": state.case_worker,
        "events": sum(not event.absorbed for event in timeline),
        "merged_into": state.merged_into,
        "state": state,
    }
    stored = {name: getattr(dossier, name) for name in folded}
    stored["agency"] = dossier.agency.code
    stored["case_worker"] = dossier.case_worker.username if dossier.case_worker else None
    stored["merged_into"] = dossier.merged_into.number if dossier.merged_into else None
    stored["state"] = load_state(dossier)
    for name, value in folded.items():
        if stored[name] != value:
            yield Difference(dossier.number, name, stored[name], value)
