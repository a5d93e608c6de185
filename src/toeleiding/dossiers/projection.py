"""From a state to a decision, to the columns of a dossier and to the tasks that follow."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from toeleiding.dossiers.models import Dossier, Tab, TaskKind
from toeleiding.dossiers.state import State
from toeleiding.law import IN_FORCE, Decision, RuleSet, Situation, deadlines, decide, situation


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision with the words and the place on the worklist that belong to it."""

    decision: Decision
    situation: Situation
    tab: Tab
    contract_signed_on: date | None


def verdict(state: State, as_of: date, rules: RuleSet = IN_FORCE) -> Verdict:
    """Decide about a state on a day.

    An incomplete birth date is reckoned with its first and its last possible day: when both lead to the same
    outcome and step that decision stands, otherwise the birth date counts as not known.
    """
    born = state.birth_dates()
    if born is None or born[0] == born[1]:
        facts = state.facts(rules, born[0] if born else None)
        decision = decide(facts, as_of, rules)
    else:
        facts = state.facts(rules, born[0])
        decision = decide(facts, as_of, rules)
        other = decide(state.facts(rules, born[1]), as_of, rules)
        if (other.outcome, other.step) != (decision.outcome, decision.step):
            facts = state.facts(rules)
            decision = decide(facts, as_of, rules)
    said = situation(
        decision,
        facts,
        asked_pending=state.asked is not None,
        support_given=state.support is not None,
        counsellor_known=bool(state.employment and state.employment.counsellor),
        contact_held=state.contact_held_on is not None,
    )
    return Verdict(decision, said, _tab(state, decision), facts.contract_signed_on)


def _tab(state: State, decision: Decision) -> Tab:
    if decision.step == "CLOSED" or state.ended_on is not None:
        return Tab.DONE
    if decision.step == "FOLLOW_UP":
        return Tab.FOLLOW_UP
    if state.asked is not None and decision.step == "EMPLOYMENT_SERVICE_CHECK":
        return Tab.WAITING
    return Tab.TODO


def appointment(state: State, today: date) -> date | None:
    """The next invitation or first appointment at the employment service, today's included."""
    known = [invited.on for invited in state.employment.invitations] if state.employment else []
    if state.first_appointment:
        known.append(state.first_appointment.on)
    return min((day for day in known if day and day >= today), default=None)


def planned_on(state: State) -> list[date]:
    """The days, in Brussels, of the appointments in our own agenda that stand."""
    return sorted({timezone.localdate(one.at) for one in state.planned if one.status == "PLANNED"})


def decision_columns(state: State, found: Verdict) -> dict[str, Any]:
    """The columns that the rules write."""
    decision, said = found.decision, found.situation
    if state.merged_into:
        return {**_decided(decision, said, found), **_SIGNPOST}
    return _decided(decision, said, found)


# Who was merged is decided about in the dossier that stayed; this one counts nowhere and changes no more.
_SIGNPOST: dict[str, Any] = {
    "outcome": "NOT_APPLICABLE",
    "step": "CLOSED",
    "step_number": 6,
    "pillar_state": "NIET_VAN_TOEPASSING",
    "pill": "Samengevoegd",
    "tone": "neutraal",
    "next_action": "view_reason",
    "tab": Tab.DONE.value,
    "due_on": None,
    "valid_until": None,
}
_NOT_OF_A_SIGNPOST: dict[str, Any] = {
    "insz": None,
    "office": "",
    "asked_at": None,
    "appointment_on": None,
    "planned_on": [],
    "call_since": None,
    "conflict": False,
}


def _decided(decision: Decision, said: Situation, found: Verdict) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "step": decision.step,
        "step_number": said.step_number,
        "pillar_state": said.state,
        "pill": said.pill,
        "tone": said.tone,
        "next_action": said.next_action_code,
        "tab": found.tab.value,
        "due_on": decision.due_on,
        "suspended_days": decision.suspended_days,
        "unconfirmed": list(decision.unconfirmed),
        "rule_set": decision.rule_set,
        "decided_on": decision.as_of,
        "valid_until": decision.valid_until,
        "service": decision.employment_service or "",
        # Which of several contracts starts the term is a rule, so a change of rules can change it.
        "contract_signed_on": found.contract_signed_on,
    }


# A register may send more than a column holds; the whole of it stands in the state and on the timeline.
_WIDTHS = {
    field.name: field.max_length
    for field in Dossier._meta.concrete_fields
    if field.name in ("first_name", "last_name", "language", "municipality", "category", "office")
}


def fact_columns(state: State) -> dict[str, Any]:
    """The columns that facts write. Agency and case worker are looked up by the timeline."""
    known = state.employment
    counsellor = known.counsellor if known else None
    return {
        "insz": state.insz,
        "first_name": state.first_name[: _WIDTHS["first_name"]],
        "last_name": state.last_name[: _WIDTHS["last_name"]],
        "birth": state.birth or "",
        "language": (state.language or "")[: _WIDTHS["language"]],
        "municipality": (state.municipality or "")[: _WIDTHS["municipality"]],
        "region": state.region or "",
        "target_group": state.target_group or "",
        "answer": known.answer if known else "",
        "category": ((known.category or "") if known else "")[: _WIDTHS["category"]],
        "office": ((counsellor.office or "") if counsellor else "")[: _WIDTHS["office"]],
        "registered_on": known.registered_on if known else None,
        "answered_on": known.answered_on if known else None,
        "asked_at": state.asked.at if state.asked else None,
        "appointment_on": appointment(state, known.answered_on) if known else None,
        "planned_on": planned_on(state),
        "call_since": state.call_since,
        "conflict": state.conflict,
        **(_NOT_OF_A_SIGNPOST if state.merged_into else {}),
    }


_STEP_TASKS = {
    "WORK_SITUATION": TaskKind.WORK_SITUATION,
    "EMPLOYMENT_SERVICE_CHECK": TaskKind.EMPLOYMENT_SERVICE_CHECK,
    "EXPLANATION": TaskKind.EXPLANATION,
    "REGISTRATION": TaskKind.REGISTRATION,
    "FOLLOW_UP": TaskKind.FOLLOW_UP,
}


def wanted_tasks(
    state: State, found: Verdict, now: datetime, rules: RuleSet = IN_FORCE
) -> dict[TaskKind, tuple[date, date | None]]:
    """Which tasks should be open: kind -> (shows from, due on). Reminders lie in the future."""
    decision = found.decision
    today = decision.as_of
    if state.ended_on is not None or state.merged_into:
        return {}
    wanted: dict[TaskKind, tuple[date, date | None]] = {}
    if decision.step in _STEP_TASKS and found.tab is not Tab.WAITING:
        wanted[_STEP_TASKS[decision.step]] = (today, decision.due_on)
    if decision.outcome == "TO_REFER" and decision.due_on is not None:
        moments = deadlines(decision, rules)
        wanted[TaskKind.REMINDER] = (moments.reminder_on, decision.due_on)
        wanted[TaskKind.ESCALATION] = (moments.escalation_on, decision.due_on)
        wanted[TaskKind.OVERDUE] = (moments.overdue_on, decision.due_on)
    if state.call_since is not None:
        wanted[TaskKind.CALL_TOGETHER] = (state.call_since, None)
    if state.help_asked_on is not None:
        wanted[TaskKind.CLIENT_HELP] = (state.help_asked_on, None)
    if state.conflict:
        wanted[TaskKind.SETTLE_CONFLICT] = (today, None)
    assessed = state.assessment
    if assessed and assessed.choice == "TEMPORARILY_UNABLE" and assessed.review_on:
        wanted[TaskKind.REVIEW] = (assessed.review_on, assessed.review_on)
    if assessed and assessed.choice == "NO_WORK" and _work_since(state, assessed.on):
        wanted[TaskKind.LOOK_AGAIN] = (today, None)
    if assessed and assessed.choice == "LASTING_WORK" and _work_ended(state, assessed.on, today):
        wanted[TaskKind.LOOK_AGAIN] = (today, None)
    if state.work_reported_on and (assessed is None or assessed.on < state.work_reported_on):
        wanted[TaskKind.LOOK_AGAIN] = (today, None)
    if state.failure and state.asked is None and decision.step == "EMPLOYMENT_SERVICE_CHECK":
        wanted[TaskKind.NO_ANSWER] = (today, decision.due_on)
    return wanted


def _work_since(state: State, day: date) -> bool:
    """Work that began after the caseworker judged that there was none."""
    return any(entry.begin and entry.begin > day and not entry.cancelled for entry in state.work or ())


def _work_ended(state: State, judged_on: date, today: date) -> bool:
    """The last known work ended after the caseworker judged that it lasted."""
    entries = [entry for entry in state.work or () if not entry.cancelled]
    if not entries or any(entry.end is None or entry.end >= today for entry in entries):
        return False
    return any(entry.end and entry.end >= judged_on for entry in entries)
