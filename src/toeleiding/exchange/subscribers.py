"""What the exchange does with a recorded event, in the same transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from toeleiding.dossiers import events as e
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import NewEvent, Recorded
from toeleiding.exchange import outbox, telling
from toeleiding.exchange.bell import ring
from toeleiding.exchange.models import Service
from toeleiding.exchange.repertorium import lifecycle


def on_recorded(recorded: Sequence[Recorded]) -> None:
    """Put every question that was just asked and is still open into the outbox, and ring once after commit.

    A question that was answered in the same breath (history that is being loaded) needs no asking. Losing the
    bell loses nothing: the row is there, and another bell rings every minute. Others are told of what changed
    before an inscription ends; inscriptions end and begin before the questions that need them.
    """
    told = telling.on_recorded(recorded)
    arranged = lifecycle.on_recorded(recorded)
    wanted = [_wanted(one, new, found) for one in recorded for new in one.events if (found := _asked(one.state, new))]
    if wanted:
        outbox.ask(wanted, recorded[0].dossier.changed_at)
    if wanted or told or arranged:
        transaction.on_commit(ring)


def _asked(state: State, new: NewEvent) -> tuple[UUID, Service] | None:
    """The question that an event asks, when it still stands open."""
    match new.data:
        case e.EmploymentServiceAsked(question=question, service=service):
            if state.asked is None or state.asked.question != question:
                return None
            return question, Service.JOB_SEEKER if service == "ACTIRIS" else Service.VDAB_FILE
        case e.WorkAsked(question=question):
            if state.work_asked is None or state.work_asked.question != question:
                return None
            return question, Service.WORK
    return None


def _wanted(one: Recorded, new: NewEvent, found: tuple[UUID, Service]) -> outbox.Wanted:
    question, service = found
    details: dict[str, Any] = {"employment_service": "ACTIRIS"} if service is Service.JOB_SEEKER else {}
    return outbox.Wanted(
        service,
        one.dossier.pk,
        one.state.insz or "",
        one.verdict.decision.due_on,
        question,
        new.actor.pk if new.actor else None,
        details=details,
    )
