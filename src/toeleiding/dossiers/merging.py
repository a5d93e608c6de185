"""Two dossiers about one person: proposed, merged without losing an event, split again.

The timeline only grows, so nothing moves: the dossier that stays reads the other's timeline as part of its own
(`weave`), and the other becomes a signpost. Splitting takes back the two events that said so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.fold import corrections, effective, fold
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal, PersonNumber, ProposalStatus
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import (
    NewEvent,
    load_state,
    own_timelines,
    record_many,
    record_split,
    timelines_by_number,
)
from toeleiding.dossiers.weave import taken_in, woven
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, Staff

BOTH = (
    "Je mag maar een van deze twee dossiers zien. Vraag de teamleider van het andere agentschap om het dossier over "
    "te dragen, of om de twee samen te voegen."
)
_NUMBERS = (e.NumberAssigned, e.NumberReplaced, e.NumberCancelled)
_OF_THE_SYSTEM = (e.Decided, e.MergedWith, e.MergedInto, e.Split)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two dossiers, by id, that may be about one person. `insz` is the number that led to it."""

    one: int
    other: int
    why: Likeness
    insz: str = ""


def propose(pairs: Iterable[Pair], now: datetime | None = None) -> None:
    """Ask somebody to look at these pairs, once per pair: one insert however many there are.

    A pair that was rejected stays rejected, unless it was rejected on its name and now a number links the two.
    """
    found = {(min(p.one, p.other), max(p.one, p.other)): p for p in pairs if p.one != p.other}
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into dossiers_mergeproposal as kept (one_id, other_id, why, insz, status, proposed_at, reason)"
            " select one, other, why, insz, 'OPEN', %s, ''"
            " from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) as given(one, other, why, insz)"
            " on conflict (one_id, other_id) do update set status = 'OPEN', why = excluded.why, insz = excluded.insz,"
            " proposed_at = excluded.proposed_at, decided_by_id = null, decided_at = null, reason = ''"
            " where kept.why = 'NEAR_DOUBLE' and excluded.why <> 'NEAR_DOUBLE' and kept.status <> 'MERGED'",
            [
                now or timezone.now(),
                [one for one, _ in found],
                [other for _, other in found],
                [pair.why.value for pair in found.values()],
                [pair.insz for pair in found.values()],
            ],
        )


def kept_of(dossiers: Iterable[int]) -> dict[int, int]:
    """Of these dossiers those that are signposts now, each with the dossier that stayed in the end."""
    asked = list(dossiers)
    if not asked:
        return {}
    found = dict(Dossier.objects.filter(pk__in=asked, merged_into__isnull=False).values_list("pk", "merged_into"))
    kept = {one: into for one, into in found.items() if into is not None}
    further = kept_of(set(kept.values())) if kept else {}
    return {one: further.get(into, into) for one, into in kept.items()}


def with_absorbed(dossier: Dossier) -> list[int]:
    """The dossier with all that went up into it, over however many merges: they are about one person."""
    absorbed = dossier.state.get("absorbed", [])
    return [dossier.pk, *Dossier.objects.filter(number__in=absorbed).values_list("pk", flat=True)]


_NEAR = """
select fresh.id, old.id from dossiers_dossier fresh
join lateral (
  select d.id from dossiers_dossier d
  where upper(d.last_name) %% upper(fresh.last_name) and similarity(upper(d.first_name), upper(fresh.first_name)) >= 0.5
    and left(d.birth, 4) = left(fresh.birth, 4) and d.id <> fresh.id and d.merged_into_id is null
) old on true
where fresh.changed_at >= %s and fresh.birth <> '' and fresh.merged_into_id is null
"""


def find_doubles(since: datetime) -> int:
    """Propose who was written to since a moment and looks like somebody else: alike in name, of one birth year.

    Only the dossiers that changed are compared, each by the index on names. Returns how many pairs look alike.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [since])
        pairs = {(min(pair), max(pair)) for pair in cursor.fetchall()}
    propose(Pair(one, other, Likeness.NEAR_DOUBLE) for one, other in sorted(pairs))
    return len(pairs)


def open_proposals(access: Access) -> QuerySet[MergeProposal]:
    """The pairs to decide about of which somebody may see both dossiers."""
    mine = Dossier.objects.filter(visible_to(access)).values("pk")
    found = MergeProposal.objects.filter(status=ProposalStatus.OPEN, one__in=mine, other__in=mine)
    return found.select_related("one__agency", "other__agency").defer("one__state", "other__state")


def proposals_about(dossier: Dossier) -> QuerySet[MergeProposal]:
    """The open proposals that name a dossier, whoever may see the other one."""
    return MergeProposal.objects.filter(Q(one=dossier) | Q(other=dossier), status=ProposalStatus.OPEN)


@transaction.atomic
def merge(access: Access, proposal: MergeProposal, kept: Dossier, reason: str) -> Dossier:
    """Read two dossiers as one from now on; returns the one that stays.

    Raises DossierError when it was decided meanwhile, when there is no reason, or when one is not theirs to see.
    """
    one, other = _both(access, proposal)
    if not reason.strip():
        raise DossierError("Vul in waarom het om dezelfde persoon gaat.")
    stays, goes = (one, other) if kept.pk == one.pk else (other, one)
    insz = _holding(proposal, load_state(stays), load_state(goes))
    today, now = timezone.localdate(), timezone.now()
    into = e.MergedInto(number=stays.number, reason=reason)
    record_many({goes.pk: [NewEvent(into, today, e.Source.CASE_WORKER, access.staff)]}, now=now)
    PersonNumber.objects.filter(dossier=goes).update(dossier=stays)
    took = e.MergedWith(number=goes.number, insz=insz, reason=reason)
    done = record_many({stays.pk: [NewEvent(took, today, e.Source.CASE_WORKER, access.staff)]}, now=now)[0]
    _other_pairs(goes, stays, now)
    _decide(proposal, ProposalStatus.MERGED, access.staff, reason, now)
    access.log(AccessAction.CHANGED, [stays.pk, goes.pk], "dossiers samengevoegd")
    return done.dossier


def reject(access: Access, proposal: MergeProposal, reason: str) -> None:
    """Say that these are two people. Raises DossierError as `merge` does."""
    with transaction.atomic():
        _both(access, proposal)
        if not reason.strip():
            raise DossierError("Vul in waarom het om twee personen gaat.")
        _decide(proposal, ProposalStatus.REJECTED, access.staff, reason, timezone.now())
        access.log(AccessAction.CHANGED, [proposal.one_id, proposal.other_id], "voorstel tot samenvoegen afgewezen")


def _both(access: Access, proposal: MergeProposal) -> list[Dossier]:
    """The two dossiers of an open proposal, held."""
    held = MergeProposal.objects.select_for_update().get(pk=proposal.pk)
    pair = (held.one_id, held.other_id)
    found = list(Dossier.objects.select_for_update().filter(visible_to(access), pk__in=pair).order_by("pk"))
    if len(found) != 2:
        raise DossierError(BOTH)
    if held.status != ProposalStatus.OPEN or any(dossier.merged_into_id for dossier in found):
        raise DossierError("Hierover is intussen beslist. Open het dossier opnieuw.")
    return found


def _decide(proposal: MergeProposal, status: ProposalStatus, by: Staff, reason: str, now: datetime) -> None:
    proposal.status, proposal.decided_by, proposal.decided_at, proposal.reason = status, by, now, reason[:300]
    proposal.save(update_fields=["status", "decided_by", "decided_at", "reason"])


def _other_pairs(gone: Dossier, stays: Dossier, now: datetime) -> None:
    """Who looked like the dossier that became a signpost looks like the one that stayed."""
    open_pairs = proposals_about(gone).exclude(Q(one=stays) | Q(other=stays))
    moved = [
        Pair(stays.pk, one.other_id if one.one_id == gone.pk else one.one_id, Likeness(one.why), one.insz)
        for one in open_pairs
    ]
    open_pairs.delete()
    propose(moved, now)


def _holding(proposal: MergeProposal, stays: State, goes: State) -> str | None:
    """The number that holds: where a replaced one leads to, else that of the dossier that stays."""
    for state in (stays, goes):
        if proposal.insz and any(number.insz == proposal.insz for number in state.numbers) and state.insz:
            return state.insz
    return stays.insz or goes.insz


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that still stands, and what was recorded since that could belong to either of the two."""

    event: int
    kept: Dossier
    gone: Dossier
    at: datetime
    since: list[Event]


def merges_of(kept: Dossier) -> list[Merge]:
    """The merges of a dossier that can be undone, the latest first."""
    own = own_timelines([kept.pk])[kept.pk]
    found = []
    for event in reversed(taken_in(own)):
        assert isinstance(event.data, e.MergedWith)
        assert event.id is not None
        gone = Dossier.objects.select_related("agency").get(number=event.data.number)
        choosable = [one.id for one in _since(own, event.id) if one.id is not None]
        rows = list(Event.objects.filter(pk__in=choosable).select_related("actor").order_by("pk"))
        found.append(Merge(event.id, kept, gone, event.recorded_at, rows))
    return found


def _since(own: Sequence[Happened], merge: int) -> list[Happened]:
    """What somebody may choose a dossier for: facts of their own, not decisions, corrections or numbers."""
    left_out = (*_NUMBERS, *_OF_THE_SYSTEM)
    standing = {event.id for event in own if event.id is not None and event.id > merge and event.corrects is None}
    corrected = {root for _, root in corrections(own)}
    counting = [event for event in effective(own) if not isinstance(event.data, left_out)]
    return [event for event in counting if event.id in standing - corrected]


@transaction.atomic
def split(access: Access, kept: Dossier, merge: int, reason: str, moved: Iterable[int] = ()) -> Dossier:
    """Undo a merge: each of the two stands on its own timeline again. Returns the dossier that was a signpost.

    `merge` is the id of the event; `moved` are events recorded since that belong to the other dossier. They are
    written there and taken back here. Numbers and corrections learnt meanwhile go where their numbers and the
    events they correct are. Raises DossierError.
    """
    if not reason.strip():
        raise DossierError("Vul in waarom het om twee personen gaat.")
    own = own_timelines([kept.pk])[kept.pk]
    took = next((event for event in taken_in(own) if event.id == merge), None)
    if took is None or not isinstance(took.data, e.MergedWith):
        raise DossierError("Deze samenvoeging is intussen al ongedaan gemaakt. Open het dossier opnieuw.")
    pair = Dossier.objects.filter(visible_to(access)).filter(Q(pk=kept.pk) | Q(number=took.data.number))
    held = {dossier.pk: dossier for dossier in pair.select_for_update().order_by("pk")}
    gone = next((dossier for dossier in held.values() if dossier.number == took.data.number), None)
    if len(held) != 2 or gone is None:
        raise DossierError(BOTH)
    return _Split(access, held[kept.pk], gone, took, reason, frozenset(moved)).run()


class _Split:
    """One split on its way: what leaves, what is taken back, and in which order the two are written."""

    def __init__(
        self, access: Access, kept: Dossier, gone: Dossier, took: Happened, reason: str, moved: frozenset[int]
    ) -> None:
        assert took.id is not None
        self.access, self.kept, self.gone, self.reason = access, kept, gone, reason
        self.merge = took.id
        timelines = own_timelines([kept.pk, gone.pk])
        self.own = timelines[kept.pk]
        self.theirs = woven({gone.pk: timelines[gone.pk]}, timelines_by_number)[gone.pk]
        self.moved = moved & {event.id for event in _since(self.own, self.merge) if event.id is not None}
        self.leaving: list[NewEvent] = []
        self.taken_back: list[int] = []

    def run(self) -> Dossier:
        now = timezone.now()
        self._sort_out()
        # The dossier that stayed lets go of a number before the other one holds it again.
        record_many({self.kept.pk: [*self._back(), self._said(self.gone, self.merge)]}, now=now)
        into = max(
            event.id or 0 for event in self.theirs if isinstance(event.data, e.MergedInto) and not event.absorbed
        )
        news = [self._said(self.kept, into), *self.leaving]
        self._restore_numbers()
        done = record_split(self.gone.pk, news, now=now)
        pair = {"one_id": min(self.kept.pk, self.gone.pk), "other_id": max(self.kept.pk, self.gone.pk)}
        for proposal in MergeProposal.objects.filter(**pair):
            _decide(proposal, ProposalStatus.REJECTED, self.access.staff, f"Weer gesplitst: {self.reason}", now)
        self.access.log(AccessAction.CHANGED, [self.kept.pk, self.gone.pk], "dossiers weer gesplitst")
        return done.dossier

    def _said(self, other: Dossier, merge: int) -> NewEvent:
        data = e.Split(number=other.number, reason=self.reason)
        return NewEvent(data, timezone.localdate(), e.Source.CASE_WORKER, self.access.staff, corrects=merge)

    def _back(self) -> list[NewEvent]:
        data = e.Withdrawn(reason=f"Hoort bij dossier {self.gone.number}, weer gesplitst")
        today = timezone.localdate()
        return [
            NewEvent(data, today, e.Source.CASE_WORKER, self.access.staff, corrects=event) for event in self.taken_back
        ]

    def _sort_out(self) -> None:
        """Numbers go with their chain, chosen events with the choice, corrections with what they correct."""
        since = Event.objects.filter(dossier=self.kept, pk__gt=self.merge).select_related("actor")
        rows = {row.pk: row for row in since}
        mine = self._before()
        theirs = {number.insz for number in fold(self.theirs).numbers}
        for event in effective(self.own):
            if event.id is None or event.id not in rows:
                continue
            named = _named(event.data)
            if named & theirs:
                self.taken_back.append(event.id)
                if not named & mine:
                    theirs |= named
                    self.leaving.append(_again(rows[event.id]))
            else:
                mine |= named
                if event.id in self.moved:
                    self.taken_back.append(event.id)
                    self.leaving.append(_again(rows[event.id]))
        about_theirs = {root: event for event, root in corrections([*self.theirs, *self.own]) if event.id in rows}
        ours = {event.id for event in self.own}
        self.leaving += [
            _again(rows[event.id], root) for root, event in about_theirs.items() if event.id and root not in ours
        ]

    def _before(self) -> set[str]:
        before = [event for event in self.own if event.id is not None and event.id < self.merge]
        return {number.insz for number in fold(woven({0: before}, timelines_by_number)[0]).numbers}

    def _restore_numbers(self) -> None:
        """Give the numbers of the split-off dossier back to it, those that were learnt meanwhile included."""
        learnt: set[str] = set().union(*(_named(new.data) for new in self.leaving))
        theirs = {number.insz for number in fold(self.theirs).numbers} | learnt
        kept = {number.insz for number in load_state(Dossier.objects.get(pk=self.kept.pk)).numbers}
        PersonNumber.objects.filter(insz__in=theirs - kept, dossier=self.kept).update(dossier=self.gone)


def _named(data: e.Data) -> set[str]:
    """The numbers that an event speaks of."""
    match data:
        case e.NumberAssigned(insz=insz) | e.NumberCancelled(insz=insz):
            return {insz}
        case e.NumberReplaced(old=old, new=new):
            return {old, new}
    return set()


def _again(row: Event, corrects: int | None = None) -> NewEvent:
    """The same event once more, for the other dossier: who said it and when it was true stay as they were."""
    data = msgspec.convert(row.data, e.KINDS[row.kind], strict=False)
    return NewEvent(data, row.occurred_on, e.Source(row.source), row.actor, row.message, corrects)
