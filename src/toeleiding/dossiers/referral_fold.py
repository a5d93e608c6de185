"""How a referral changes the state: where it stands, and what VDAB's file or its counsellor proves about it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from toeleiding.dossiers import appointments
from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.state import ReferralStanding, ReferralStatus, State


def stands(state: State, referral: UUID | str | None, status: ReferralStatus, day: date, *only: ReferralStatus) -> None:
    """Let the referral with this identity stand there, when it is the latest of its direction (and stood at `only`)."""
    for standing in (state.referral, state.referred_to_us):
        if standing is not None and str(standing.id) == str(referral) and (not only or standing.status in only):
            standing.status, standing.since = status, day


_NOT_TAKEN_UP: tuple[ReferralStatus, ...] = ("SENT", "NOT_ARRIVED", "RECEIVED", "QUESTION_ASKED", "ANSWERED")


def seen(state: State, data: e.EmploymentServiceAnswered, event: Happened) -> None:
    """VDAB's file names our referral: the proof that VDAB took it up, and whether the person came."""
    for step in (*data.invitations, *data.advices, *data.tests):
        if state.referral is None or step.referral != str(state.referral.id):
            continue
        stands(state, step.referral, "ACCEPTED", event.occurred_on, *_NOT_TAKEN_UP)
        day = step.on or event.occurred_on
        if step.attended:
            if _news(day, state.contact_held_on):
                appointments.contact_held(state, day)
            stands(state, step.referral, "TAKEN_OVER", event.occurred_on, "ACCEPTED")
        elif step.attended is False and _news(day, state.contact_missed_on):
            appointments.contact_missed(state, day)


def _news(day: date, known: date | None) -> bool:
    """The file says the same in each answer: only a day after what is known asks for something."""
    return known is None or day > known


def _sent(state: State, data: e.ReferralSent, event: Happened) -> None:
    state.referral = ReferralStanding(data.referral, "SENT", event.occurred_on)


def _received(state: State, data: e.ReferralReceived, event: Happened) -> None:
    state.referred_to_us = ReferralStanding(data.referral, "RECEIVED", event.occurred_on)


def _delivered(state: State, data: e.ReferralDelivered, event: Happened) -> None:
    stands(state, data.referral, "RECEIVED", event.occurred_on, "SENT", "NOT_ARRIVED")


def _lost(state: State, data: e.ReferralNotDelivered, event: Happened) -> None:
    stands(state, data.referral, "NOT_ARRIVED", event.occurred_on, "SENT")


def _questioned(state: State, data: e.ReferralQuestioned, event: Happened) -> None:
    stands(state, data.referral, "QUESTION_ASKED", event.occurred_on)


def _answered(state: State, data: e.ReferralAnswered, event: Happened) -> None:
    stands(state, data.referral, "ANSWERED", event.occurred_on)


def _returned(state: State, data: e.ReferralReturned, event: Happened) -> None:
    stands(state, data.referral, "RETURNED", event.occurred_on)


def _withdrawn(state: State, data: e.ReferralWithdrawn, event: Happened) -> None:
    stands(state, data.referral, "WITHDRAWN", event.occurred_on)


def _closed(state: State, data: e.ReferralClosed, event: Happened) -> None:
    stands(state, data.referral, "CLOSED", event.occurred_on)


def _feedback(state: State, data: e.FeedbackGiven, event: Happened) -> None:
    """What VDAB reports; a missed appointment is a sign to call together and changes no duty."""
    match data.event:
        case "APPOINTMENT_HELD":
            appointments.contact_held(state, event.occurred_on)
            stands(state, data.referral, "TAKEN_OVER", event.occurred_on, "ACCEPTED")
        case "APPOINTMENT_MISSED":
            appointments.contact_missed(state, event.occurred_on)
        case "TRAINING_STARTED":
            stands(state, data.referral, "TAKEN_OVER", event.occurred_on, "ACCEPTED")
        case "WORK_FOUND":
            state.work_reported_on = event.occurred_on
            stands(state, data.referral, "CLOSED", event.occurred_on, "ACCEPTED", "TAKEN_OVER")
        case "STOPPED":
            stands(state, data.referral, "CLOSED", event.occurred_on, "ACCEPTED", "TAKEN_OVER")


STEPS: dict[type[e.Data], Callable[[State, Any, Happened], None]] = {
    e.ReferralSent: _sent,
    e.ReferralReceived: _received,
    e.ReferralDelivered: _delivered,
    e.ReferralNotDelivered: _lost,
    e.ReferralQuestioned: _questioned,
    e.ReferralAnswered: _answered,
    e.ReferralReturned: _returned,
    e.ReferralWithdrawn: _withdrawn,
    e.ReferralClosed: _closed,
    e.FeedbackGiven: _feedback,
}
