"""What the exchange does with a recorded event, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from toeleiding.dossiers import events as e
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import NewEvent, Recorded
from toeleiding.exchange import outbox, referring, telling, words
from toeleiding.exchange.bell import ring
from toeleiding.exchange.models import Handled, Question, Service, Status
from toeleiding.exchange.recovery import journal
from toeleiding.exchange.repertorium import lifecycle
from toeleiding.organisations.models import Purpose


def on_recorded(recorded: Sequence[Recorded]) -> None:
    """Put every question that was just asked and is still open into the outbox, and ring once after commit.

    A question that was answered in the same breath (history that is being loaded) needs no asking. Losing the
    bell loses nothing: the row is there, and another bell rings every minute. Others are told of what changed
    before an inscription ends; inscriptions end and begin before the questions that need them.
    """
    now = recorded[0].dossier.changed_at
    told = telling.on_recorded(recorded)
    arranged = lifecycle.on_recorded(recorded)
    if gone := [new.data for one in recorded for new in one.events if isinstance(new.data, e.ReferralWithdrawn)]:
        _call_off([data.referral for data in gone], now)
    asked = [(one, new, found) for one in recorded for new in one.events if (found := _asked(one.state, new))]
    if asked:
        outbox.ask([_wanted(one, new, found) for one, new, found in asked], now)
        lines = [_line(one, new, found, now) for one, new, found in asked]
        transaction.on_commit(partial(journal.write, lines))
    if asked or told or arranged:
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
        case e.ReferralSent(referral=referral, question=question):
            if state.referral is None or state.referral.id != referral or state.referral.status != "SENT":
                return None
            return question, Service.REFERRAL
    return None


def _call_off(referrals: Sequence[UUID], now: datetime) -> None:
    """A referral that was taken back is not sent any more; what is on its way is not sent again."""
    said = words.unsent()
    ours = Question.objects.filter(service=Service.REFERRAL, details__referral__in=[str(key) for key in referrals])
    ours.filter(status=Status.WAITING).update(
        status=Status.DEAD, handled=Handled.WITHDRAWN, cause=said.cause, next_step=said.next_step, finished_at=now
    )
    for question in ours.filter(status=Status.IN_FLIGHT):  # one at most
        Question.objects.filter(pk=question.pk).update(details={**question.details, "withdrawn": True})


def _wanted(one: Recorded, new: NewEvent, found: tuple[UUID, Service]) -> outbox.Wanted:
    question, service = found
    details: dict[str, Any] = {"employment_service": "ACTIRIS"} if service is Service.JOB_SEEKER else {}
    if isinstance(new.data, e.ReferralSent):
        details = referring.details(new.data.referral, new.data.content)
    return outbox.Wanted(
        service,
        one.dossier.pk,
        one.state.insz or "",
        one.verdict.decision.due_on,
        question,
        new.actor.pk if new.actor else None,
        details=details,
    )


def _line(one: Recorded, new: NewEvent, found: tuple[UUID, Service], now: datetime) -> journal.Line:
    question, service = found
    about = {Service.JOB_SEEKER: "ACTIRIS", Service.WORK: "WORK"}.get(service, "VDAB")
    referral = new.data.referral if isinstance(new.data, e.ReferralSent) else None
    asker = new.actor.username if new.actor else ""
    return journal.Line(
        now, question, one.dossier.number, about, Purpose.GUIDANCE.value, new.source.value, asker, referral
    )
