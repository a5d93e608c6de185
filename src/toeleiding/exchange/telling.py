"""Telling others that something of ours changed about a joint client (INTERFACE 9.1): that it did, never what.

Only facts that the employment service works with, only about people whom it knows as its own client and whose file
we declared to handle, and only what was learnt here: what came from a register is not told back to it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from toeleiding.dossiers import bulk
from toeleiding.dossiers import events as e
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import NewEvent, Recorded
from toeleiding.exchange import limits, outbox
from toeleiding.exchange.models import Inscription, Question, Service, Status

SOURCE, KIND = "KBI", "DOSSIERKBI"
_OURS = (e.Source.CASE_WORKER, e.Source.CLIENT)


def block_of(data: e.Data) -> str | None:
    """The top block of the integration file that changes with an event; None: nobody else needs to know."""
    match data:
        case e.ContractRegistered():
            return "Contracten"
        case e.Moved():
            return "Personalia"
        case e.AgencyChanged() | e.TrackEnded() | e.TrackReopened():
            return "Trajecten"
    return None


def on_recorded(recorded: Sequence[Recorded]) -> bool:
    """Put the notifications about these changes into the outbox, at most one per person. Says whether it did."""
    if not limits.notify_others():
        return False
    changes = {one.dossier.pk: (one, blocks) for one in recorded if (blocks := _blocks(one)) and _joint(one.state)}
    if not changes:
        return False
    standing = Inscription.objects.filter(
        insz__in=[one.state.insz for one, _ in changes.values()],
        capacity=settings.MAGDA_HOEDANIGHEID,
        confirmed_at__isnull=False,
    )
    inscribed = set(standing.values_list("insz", flat=True))
    changes = {key: found for key, found in changes.items() if found[0].state.insz in inscribed}
    now = recorded[0].dossier.changed_at
    rest = _added({key: blocks for key, (_, blocks) in changes.items()})
    outbox.ask([_wanted(one, blocks, now) for key, (one, blocks) in changes.items() if key in rest], now)
    return bool(changes)


def _blocks(one: Recorded) -> list[str]:
    if any(isinstance(new.data, e.Opened) for new in one.events):
        return []
    return sorted({block for new in one.events if new.source in _OURS and (block := block_of(new.data))})


def _joint(state: State) -> bool:
    """Whether VDAB knows this person as its client now."""
    known = state.employment
    return bool(state.insz and known and known.service == "VDAB" and known.answer == "KNOWN" and known.ended_on is None)


def _added(blocks: Mapping[int, list[str]]) -> set[int]:
    """Add to notifications that still wait and were never sent; the dossiers that have none to add to."""
    if not blocks:
        return set()
    waiting = Question.objects.select_for_update(no_key=True).filter(
        dossier__in=blocks, service=Service.NOTIFY, status=Status.WAITING, attempts=0
    )
    rows: dict[int, tuple[UUID, dict[str, Any]]] = {}
    for question in waiting.order_by("pk"):
        changed = sorted({*question.details["changed"], *blocks[question.dossier_id]})
        rows[question.dossier_id] = (question.pk, {**question.details, "changed": changed})
    bulk.update(Question, ("details",), [{"id": key, "details": details} for key, details in rows.values()])
    return set(blocks) - rows.keys()


def _wanted(one: Recorded, blocks: list[str], now: datetime) -> outbox.Wanted:
    told = _last(one.events)
    at = timezone.localtime(now).replace(tzinfo=None).isoformat(timespec="minutes")
    details = {"source": SOURCE, "kind": KIND, "at": at, "changed": blocks}
    asker = told.actor.pk if told.actor else None
    return outbox.Wanted(Service.NOTIFY, one.dossier.pk, one.state.insz or "", None, asker=asker, details=details)


def _last(events: Sequence[NewEvent]) -> NewEvent:
    return [new for new in events if new.source in _OURS and block_of(new.data)][-1]
