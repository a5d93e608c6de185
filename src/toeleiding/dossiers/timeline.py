"""`record`: the only way to write a dossier.

It appends events, lets the fold change the state, asks the rules for a decision, keeps columns, numbers and
tasks equal to them and tells the rooms above, all in one transaction and set-based: one dossier or a thousand
take the same number of queries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from toeleiding.dossiers import bulk, task_sync
from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.fold import apply, effective, fold
from toeleiding.dossiers.models import Dossier, Event, PersonNumber
from toeleiding.dossiers.projection import Verdict, decision_columns, fact_columns, verdict
from toeleiding.dossiers.state import State
from toeleiding.dossiers.weave import woven
from toeleiding.law import RuleSet
from toeleiding.organisations.models import Organisation, Staff
from toeleiding.rulebook.selectors import in_force


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something to write down. `occurred_on` is when it was true; when we learned it is now.

    `message` is the exchange message it came from; `corrects` the id of the event it puts right.
    """

    data: e.Data
    occurred_on: date
    source: e.Source
    actor: Staff | None = None
    message: UUID | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `record` did to one dossier, for the rooms above: its new events and where it stands now."""

    dossier: Dossier
    state: State
    verdict: Verdict
    events: tuple[NewEvent, ...]


class WrongCorrectionError(ValueError):
    """A correction names an event that this dossier does not have."""


class NumberTakenError(ValueError):
    """An INSZ belongs to another dossier already. One number, one dossier, also for numbers of the past."""

    def __init__(self, dossier: Dossier) -> None:
        super().__init__(f"Dit nummer hoort bij dossier {dossier.number}. Open dat dossier.")
        self.dossier = dossier


@dataclass(slots=True)
class _Item:
    """One dossier on its way through `_write`."""

    dossier: Dossier
    state: State
    news: tuple[NewEvent, ...]
    fresh: bool
    verdict: Verdict = field(init=False)


def record(dossier: Dossier | int, *news: NewEvent, now: datetime | None = None) -> Dossier:
    """Write events into one dossier and return it as it is afterwards.

    Raises Dossier.DoesNotExist, or WrongCorrectionError when a correction names no event of this dossier.
    """
    key = dossier if isinstance(dossier, int) else dossier.pk
    return record_many({key: news}, now=now)[0].dossier


@transaction.atomic
def record_many(
    news: Mapping[int, Sequence[NewEvent]], *, now: datetime | None = None, rules: RuleSet | None = None
) -> list[Recorded]:
    """Write events into many dossiers at once, in the order of their ids.

    `news` is dossier id -> events in order. `now` is the moment of recording (frozen in tests and in the
    demonstration). The dossiers are locked in id order, so that two calls never wait for each other in a ring.
    What is meant for a dossier that was merged is written into the one that stayed.
    """
    items = _locked(news, merged_into=None)
    if len(items) != len(news):
        return record_many(_to_the_kept(news), now=now, rules=rules)
    return _write(items, now or timezone.now(), rules or in_force())


@transaction.atomic
def record_split(dossier: int, news: Sequence[NewEvent], *, now: datetime | None = None) -> Recorded:
    """Write into a signpost itself what makes it a dossier again."""
    return _write(_locked({dossier: news}), now or timezone.now(), in_force())[0]


def _locked(news: Mapping[int, Sequence[NewEvent]], **only: None) -> list[_Item]:
    locked = Dossier.objects.select_for_update().filter(pk__in=news, **only).order_by("pk")
    return [_Item(found, load_state(found), tuple(news[found.pk]), fresh=False) for found in locked]


def _to_the_kept(news: Mapping[int, Sequence[NewEvent]]) -> dict[int, list[NewEvent]]:
    """The same news for the dossiers that stayed. Raises Dossier.DoesNotExist."""
    there = dict(Dossier.objects.filter(pk__in=news).values_list("pk", "merged_into"))
    if missing := sorted(set(news) - there.keys()):
        raise Dossier.DoesNotExist(f"Deze dossiers bestaan niet: {missing}.")
    found: dict[int, list[NewEvent]] = {}
    for key, events in news.items():
        found.setdefault(there[key] or key, []).extend(events)
    return found


@transaction.atomic
def open_many(
    opened: Sequence[tuple[str, Sequence[NewEvent]]],
    *,
    now: datetime | None = None,
    rules: RuleSet | None = None,
) -> list[Recorded]:
    """Open dossiers: (number, first events) each, the first of which is `Opened`. Returns them in order."""
    ids = bulk.next_ids(Dossier, len(opened))
    items = [
        _Item(Dossier(pk=key, number=number), State(), tuple(news), fresh=True)
        for key, (number, news) in zip(ids, opened, strict=True)
    ]
    return _write(items, now or timezone.now(), rules or in_force())


def load_state(dossier: Dossier) -> State:
    """The stored state of a dossier in its typed form."""
    return msgspec.convert(dossier.state, State, strict=False)


def timeline_of(dossiers: Sequence[int]) -> dict[int, list[Happened]]:
    """The whole timelines of some dossiers, in order, as the fold reads them: one query.

    Who took in another dossier gets both timelines as one; that takes one query more.
    """
    return woven(own_timelines(dossiers), timelines_by_number)


def own_timelines(dossiers: Sequence[int]) -> dict[int, list[Happened]]:
    """What was recorded in these very dossiers."""
    found: dict[int, list[Happened]] = {key: [] for key in dossiers}
    for row in Event.objects.filter(dossier__in=dossiers).select_related("actor").order_by("id"):
        found[row.dossier_id].append(happened(row))
    return found


def timelines_by_number(numbers: Sequence[str]) -> dict[str, list[Happened]]:
    """The own timelines of dossiers by their number."""
    found: dict[str, list[Happened]] = {}
    rows = Event.objects.filter(dossier__number__in=numbers).select_related("actor", "dossier").order_by("id")
    for row in rows.defer("dossier__state"):
        found.setdefault(row.dossier.number, []).append(happened(row))
    return found


def events_of(dossier: Dossier, state: State) -> QuerySet[Event]:
    """The rows of a dossier's timeline, with those of the dossiers it took in, each with its actor."""
    whose = Q(dossier=dossier)
    if state.absorbed:
        whose = Q(dossier__number__in=[dossier.number, *state.absorbed])
    return Event.objects.filter(whose).select_related("actor")


def state_as_of(dossier: int, day: date, *, by: Literal["recorded_at", "occurred_on"] = "recorded_at") -> State:
    """The state of a dossier on a day that passed.

    By `recorded_at`: what we knew at the end of that day, mistakes included. By `occurred_on`: what was so on
    that day as far as we know now, corrections included. An empty state when there was no dossier yet.
    """
    if by == "recorded_at":
        own = [event for event in own_timelines([dossier])[dossier] if timezone.localdate(event.recorded_at) <= day]
        told = woven({dossier: own}, timelines_by_number)[dossier]
        return fold(event for event in told if timezone.localdate(event.recorded_at) <= day)
    state = State()
    for event in effective(timeline_of([dossier])[dossier]):
        if event.occurred_on <= day:
            apply(state, event)
    return state


def happened(row: Event) -> Happened:
    """A stored event as the fold reads it."""
    return Happened(
        e.from_builtins(row.kind, row.data),
        row.occurred_on,
        row.recorded_at,
        e.Source(row.source),
        row.actor.username if row.actor else "",
        row.pk,
        row.corrects_id,
    )


def _write(items: list[_Item], moment: datetime, rules: RuleSet) -> list[Recorded]:
    if not items:
        return []
    today = timezone.localdate(moment)
    again = _folded_again(items, moment)
    for item in items:
        if item.dossier.pk in again:
            _check_corrections(item, again[item.dossier.pk])
            item.state = fold(again[item.dossier.pk])
        else:
            for new in item.news:
                apply(item.state, _coming(new, moment))
        item.verdict = verdict(item.state, today, rules)
        decided = _decided(item)
        if decided is not None:
            item.news = (*item.news, decided)
    _free_numbers(items)
    _store_numbers(items)
    _store_dossiers(items, moment)
    _store_events(items, moment)
    task_sync.sync([(item.dossier.pk, item.state, item.verdict) for item in items], moment, rules)
    done = [Recorded(item.dossier, item.state, item.verdict, item.news) for item in items]
    for subscriber in _subscribers(tuple(settings.TIMELINE_SUBSCRIBERS)):
        subscriber(done)
    return done


def _folded_again(items: list[_Item], moment: datetime) -> dict[int, list[Happened]]:
    """The timelines, news included, of who cannot just be carried on: the past counts otherwise from now on."""
    found = {
        item.dossier.pk: [_coming(new, moment) for new in item.news]
        for item in items
        if any(new.corrects or isinstance(new.data, e.MergedWith) for new in item.news)
    }
    if not found:
        return {}
    own = own_timelines(list(found))
    return woven({key: [*own[key], *coming] for key, coming in found.items()}, timelines_by_number)


def _coming(new: NewEvent, moment: datetime) -> Happened:
    actor = new.actor.username if new.actor else ""
    return Happened(new.data, new.occurred_on, moment, new.source, actor, None, new.corrects)


def _check_corrections(item: _Item, timeline: list[Happened]) -> None:
    known = {event.id for event in timeline if event.id is not None}
    for new in item.news:
        if new.corrects is not None and new.corrects not in known:
            raise WrongCorrectionError(
                f"Gebeurtenis {new.corrects} staat niet in dossier {item.dossier.number}. Kies er een van dit dossier."
            )


def _decided(item: _Item) -> NewEvent | None:
    """The event that says what the rules made of it, when that is something new."""
    now = item.verdict.decision
    kept = item.dossier
    if item.state.merged_into:  # a signpost is not decided about
        return None
    if not item.fresh and (kept.outcome, kept.step, kept.due_on) == (now.outcome, now.step, now.due_on):
        return None
    return decided_event(now, None if item.fresh else kept.outcome)


def decided_event(decision: Any, was: str | None) -> NewEvent:
    """A `Decided` event for a decision of the rules."""
    data = e.Decided(
        outcome=decision.outcome,
        step=decision.step,
        rule_set=decision.rule_set,
        due_on=decision.due_on,
        was=was,
        rules=tuple(dict.fromkeys(rule.id for rule in decision.rules_used)),
    )
    return NewEvent(data, decision.as_of, e.Source.SYSTEM)


def _store_dossiers(items: list[_Item], moment: datetime) -> None:
    agencies = _ids(Organisation, "code", {item.state.agency for item in items})
    into = _ids(Dossier, "number", {item.state.merged_into for item in items if item.state.merged_into})
    staff = _ids(Staff, "username", {item.state.case_worker for item in items if item.state.case_worker})
    rows = []
    for item in items:
        columns = {
            **fact_columns(item.state),
            **decision_columns(item.state, item.verdict),
            "agency_id": agencies[item.state.agency],
            "case_worker_id": staff[item.state.case_worker] if item.state.case_worker else None,
            "merged_into_id": into[item.state.merged_into] if item.state.merged_into else None,
            "state": msgspec.to_builtins(item.state),
            "events": (item.dossier.events or 0) + len(item.news),
            "changed_at": moment,
        }
        for name, value in columns.items():
            setattr(item.dossier, name, value)
        rows.append({"id": item.dossier.pk, "number": item.dossier.number, **columns})
    names = list(rows[0])
    bulk.insert(Dossier, names, [row for row, item in zip(rows, items, strict=True) if item.fresh])
    bulk.update(
        Dossier,
        [name for name in names if name not in ("id", "number")],
        [row for row, item in zip(rows, items, strict=True) if not item.fresh],
    )


def _ids(model: type[Any], key: str, wanted: set[Any]) -> dict[Any, int]:
    found = dict(model.objects.filter(**{f"{key}__in": wanted}).values_list(key, "pk")) if wanted else {}
    if missing := wanted - set(found):
        raise LookupError(f"Onbekend: {', '.join(sorted(missing))}. Voer `toeleiding check` uit.")
    return found


EVENT_COLUMNS = (
    "id",
    "dossier_id",
    "kind",
    "occurred_on",
    "recorded_at",
    "source",
    "actor_id",
    "message",
    "data",
    "corrects_id",
)


def event_row(key: int, dossier: int, new: NewEvent, moment: datetime) -> dict[str, Any]:
    """One row of the timeline, by column."""
    return {
        "id": key,
        "dossier_id": dossier,
        "kind": new.data.kind,
        "occurred_on": new.occurred_on,
        "recorded_at": moment,
        "source": new.source.value,
        "actor_id": new.actor.pk if new.actor else None,
        "message": new.message,
        "data": new.data,
        "corrects_id": new.corrects,
    }


def _store_events(items: list[_Item], moment: datetime) -> None:
    pairs = [(item.dossier.pk, new) for item in items for new in item.news]
    ids = bulk.next_ids(Event, len(pairs))
    rows = [event_row(key, dossier, new, moment) for key, (dossier, new) in zip(ids, pairs, strict=True)]
    bulk.insert(Event, EVENT_COLUMNS, rows)


_NUMBER_EVENTS = (e.NumberAssigned, e.NumberReplaced, e.NumberCancelled, e.MergedWith)


def _free_numbers(items: list[_Item]) -> None:
    """A number whose assignment was withdrawn belongs to nobody any more."""
    changed = [item for item in items if any(isinstance(new.data, e.Withdrawn) for new in item.news)]
    if changed:
        kept = [number.insz for item in changed for number in item.state.numbers]
        PersonNumber.objects.filter(dossier__in=[item.dossier.pk for item in changed]).exclude(insz__in=kept).delete()


def _store_numbers(items: list[_Item]) -> None:
    """Give each dossier its numbers. Who gives out the same number at this moment is waited for."""
    rows = [
        {
            "insz": number.insz,
            "dossier_id": item.dossier.pk,
            "is_bis": number.is_bis,
            "status": number.status,
            "replaced_by": number.replaced_by or "",
        }
        for item in items
        if item.state.merged_into is None
        and any(isinstance(new.data, _NUMBER_EVENTS) or new.corrects for new in item.news)
        for number in item.state.numbers
    ]
    bulk.insert(
        PersonNumber,
        ("insz", "dossier_id", "is_bis", "status", "replaced_by"),
        rows,
        "on conflict (insz) do update set is_bis = excluded.is_bis, status = excluded.status,"
        " replaced_by = excluded.replaced_by where dossiers_personnumber.dossier_id = excluded.dossier_id",
    )
    owners = {row["insz"]: row["dossier_id"] for row in rows}
    for held in PersonNumber.objects.filter(insz__in=owners).select_related("dossier") if owners else ():
        if held.dossier_id != owners[held.insz]:
            raise NumberTakenError(held.dossier)


@lru_cache
def _subscribers(paths: tuple[str, ...]) -> tuple[Callable[[list[Recorded]], None], ...]:
    return tuple(import_string(path) for path in paths)
