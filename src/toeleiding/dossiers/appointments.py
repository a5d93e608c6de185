"""How appointments and agreements change the state. Each goes by a stable id; an unknown one counts nowhere."""

from datetime import date
from typing import Any
from uuid import UUID

from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.state import Agreement, Planned, State


def contact_held(state: State, day: date) -> None:
    """There was contact with the employment service: who waited to be called together waits no more."""
    state.contact_held_on = day
    if state.call_since is not None and day >= state.call_since:
        state.call_since = None


def contact_missed(state: State, day: date) -> None:
    """A contact was missed; an older one than what we know of since then asks nothing of anybody."""
    state.contact_missed_on = day
    if state.contact_held_on is None or day >= state.contact_held_on:
        state.call_since = day


def _find(state: State, appointment: UUID) -> Planned | None:
    return next((one for one in state.planned if one.appointment == appointment), None)


def _planned(state: State, data: e.AppointmentPlanned, event: Happened) -> None:
    state.planned = [
        *state.planned,
        Planned(
            data.appointment,
            data.subject,
            data.at,
            data.minutes,
            data.staff,
            data.form,
            data.place,
            data.language,
            data.interpreter,
            data.support,
        ),
    ]


def _moved(state: State, data: e.AppointmentMoved, event: Happened) -> None:
    one = _find(state, data.appointment)
    if one is None:
        return
    one.at, one.minutes, one.staff = data.at, data.minutes, data.staff
    one.form, one.place = data.form, data.place
    one.language, one.interpreter = data.language, data.interpreter
    one.status, one.changes = "PLANNED", one.changes + 1


def _cancelled(state: State, data: e.AppointmentCancelled, event: Happened) -> None:
    one = _find(state, data.appointment)
    if one is not None and one.status != "CANCELLED":
        one.status, one.changes = "CANCELLED", one.changes + 1


def _ended(state: State, data: e.AppointmentEnded, event: Happened) -> None:
    one = _find(state, data.appointment)
    if one is None:
        return
    one.status = "HELD" if data.held else "MISSED"
    if one.subject == "EMPLOYMENT_SERVICE":
        contact_held(state, event.occurred_on) if data.held else contact_missed(state, event.occurred_on)
    else:
        _own(state, data.held, event.occurred_on)


def _own(state: State, held: bool, day: date) -> None:
    """One of our own. Missed asks for a call as well; held says nothing about the employment service."""
    if not held:
        state.call_since = max(day, state.call_since or day)
    elif state.call_since is not None and day >= state.call_since:
        state.call_since = None


def _agreed(state: State, data: e.AgreementMade, event: Happened) -> None:
    state.agreements = [
        *state.agreements,
        Agreement(data.agreement, data.who, data.what, event.occurred_on, data.by),
    ]


def _closed(state: State, data: e.AgreementClosed, event: Happened) -> None:
    for one in state.agreements:
        if one.agreement == data.agreement:
            one.kept = data.kept


# What `fold` does with each of these events.
STEPS: dict[type[e.Data], Any] = {
    e.AppointmentPlanned: _planned,
    e.AppointmentMoved: _moved,
    e.AppointmentCancelled: _cancelled,
    e.AppointmentEnded: _ended,
    e.AgreementMade: _agreed,
    e.AgreementClosed: _closed,
}
