"""Which of the facts that came in are new for a dossier. What it knew already is not written again."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import msgspec

from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.fold import apply
from toeleiding.dossiers.state import Employment, State
from toeleiding.dossiers.timeline import NewEvent

# When we learned something is no part of what we know.
_MOMENTS = frozenset({"at", "answered_at"})


def only_new(state: State, candidates: Iterable[NewEvent], now: datetime) -> tuple[list[NewEvent], State]:
    """The events that change what a dossier knows, in order, and what it knows after them.

    Each is judged after the ones before it. An answer that is older than the one we have changes nothing, nor
    does the same answer twice.
    """
    known = deepcopy(state)
    fresh = []
    for new in candidates:
        if _known_already(known, new.data, new.occurred_on):
            continue
        after = deepcopy(known)
        apply(after, Happened(new.data, new.occurred_on, now, new.source))
        if _content(after) != _content(known):
            fresh.append(new)
            known = after
    return fresh, known


def _known_already(known: State, data: e.Data, day: date) -> bool:
    match data:
        case e.NumberAssigned(insz=insz):  # also a number that was replaced since: it must not come back
            return any(number.insz == insz for number in known.numbers)
        case e.ExplanationGiven():
            return known.explanation is not None and day <= known.explanation.on
        case e.WorkAnswered():
            return known.work_answered_on is not None and day < known.work_answered_on
        case e.EmploymentServiceAnswered(answer=answer):
            told = known.employment
            if told is None or answer not in ("KNOWN", "NOT_KNOWN"):
                return False
            return day < told.answered_on or (day == told.answered_on and _same(told, data))
    return False


def _same(told: Employment, data: e.EmploymentServiceAnswered) -> bool:
    """The answer that the dossier holds from this very day."""
    if data.answer == "NOT_KNOWN":
        return told.answer == "NOT_KNOWN" or told.ended_derived
    return (told.answer, told.category, told.registered_on, told.ended_on, told.counsellor) == (
        data.answer,
        data.category,
        data.registered_on or told.registered_on,
        data.ended_on,
        data.counsellor,
    )


def _content(state: State) -> Any:
    return _without_moments(msgspec.to_builtins(state))


def _without_moments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_moments(inner) for key, inner in value.items() if key not in _MOMENTS}
    if isinstance(value, list | tuple):
        return [_without_moments(inner) for inner in value]
    return value
