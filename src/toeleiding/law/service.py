"""Question 9: does the employment service know the person, and is the person registered there today?"""

from datetime import date

from toeleiding.law import wording
from toeleiding.law.decision import SERVICE_NAMES, Inquiry, Outcome, Step
from toeleiding.law.facts import EmploymentService


def registration(asking: Inquiry, duty: str, due_on: date | None) -> tuple[Outcome, Step]:
    """The outcome and step for somebody who neither works nor studies.

    `duty` is the rule that asks to register: R-05, or R-16 without a term. `due_on` is the last day of the term.
    Only KNOWN and NOT_KNOWN say something about a registration; everything else is "could not ask" (K-05).
    """
    name = SERVICE_NAMES[asking.service or "VDAB"]
    told = asking.facts.employment_service
    if told is None or told.answer is None:
        asking.note("K-05", wording.not_asked, name)
        return "TO_REFER", "EMPLOYMENT_SERVICE_CHECK"
    if told.asked_on is not None and told.asked_on > asking.as_of:
        asking.note("K-09", wording.answered_later, name, told.asked_on, asking.as_of)
        return "TO_REFER", "EMPLOYMENT_SERVICE_CHECK"
    _stale(asking, told, name)
    if told.answer == "NOT_KNOWN":
        asking.note(duty, wording.not_known, name, told.asked_on)
        return "TO_REFER", _explained(asking, told)
    if told.answer == "KNOWN":
        return _known(asking, told, name, duty, due_on)
    asking.note("K-05", wording.no_answer, name, told.answer)
    return "TO_REFER", "EMPLOYMENT_SERVICE_CHECK"


def _known(asking: Inquiry, told: EmploymentService, name: str, duty: str, due_on: date | None) -> tuple[Outcome, Step]:
    since, ended = told.registered_on, told.ended_on
    if ended is not None and ended < asking.as_of:
        asking.note(duty, wording.lapsed, name, ended)
        if since is not None and due_on is not None and since <= due_on:
            asking.note("R-17", wording.old_term)
        return "TO_REFER", _explained(asking, told)
    if (since is None and (told.category or "").strip()) or (since is not None and since <= asking.as_of):
        asking.note(duty, wording.registered, name, since, told.category)
        return "REGISTERED", "FOLLOW_UP"
    asking.note("K-05", wording.no_answer, name, "KNOWN")
    return "TO_REFER", "EMPLOYMENT_SERVICE_CHECK"


def _explained(asking: Inquiry, told: EmploymentService) -> Step:
    """An explanation counts when it was given on or after the end of the last registration."""
    on = asking.facts.explained_on
    if on is None or on > asking.as_of:
        return "EXPLANATION"
    ended = told.ended_on
    if ended is not None and on < ended <= asking.as_of:
        asking.note("R-12", wording.explained_before_end, on, ended)
        return "EXPLANATION"
    asking.note("R-12", wording.explained, on)
    return "REGISTRATION"


def _stale(asking: Inquiry, told: EmploymentService, name: str) -> None:
    """A-02 adds a reason and changes nothing else."""
    if told.asked_on is not None:
        age = (asking.as_of - told.asked_on).days
        if age > asking.now.stale_days:
            asking.note("A-02", wording.stale, name, told.asked_on, age)
