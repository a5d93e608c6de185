"""Why this outcome and this date: one decision laid out so that a person can check it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.projection import verdict
from toeleiding.dossiers.state import State
from toeleiding.law import Decision, Rule, RuleSet
from toeleiding.law.term import Counted, term_of


@dataclass(frozen=True, slots=True)
class Because:
    """One reason with the version of the rule behind it."""

    rule: Rule
    text: str
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    """The term as a sum: signature + term + suspended periods = due date."""

    signed_on: date
    term_days: int
    first_due_on: date
    suspended: tuple[Counted, ...]
    ignored: int
    due_on: date
    days_left: int
    overdue: bool

    @property
    def days_over(self) -> int:
        return -self.days_left


@dataclass(frozen=True, slots=True)
class Earlier:
    """One decision of the past: what it became, from when on, by which rules.

    `moves` is how often only its due date changed afterwards (each day of a suspension does that); `due_on` is the
    last one.
    """

    at: datetime
    was: str
    became: str
    due_on: date | None
    rule_set: str
    rules: tuple[str, ...]
    moves: int = 0


@dataclass(frozen=True, slots=True)
class Coming:
    """The next day on which the decision can change by itself, and what it becomes when nothing else happens."""

    on: date
    becomes: str
    changes: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its reasons, its day count, and what can change it. `standing` is outcome and step in words."""

    decision: Decision
    standing: str
    reasons: tuple[Because, ...]
    assumptions: tuple[Rule, ...]
    days: DayCount | None
    coming: Coming | None
    same_as_stored: bool


def explain(dossier: Dossier, state: State, rules: RuleSet, today: date) -> Explanation:
    """Decide again from the stored facts by `rules`, on `today`, and lay it out.

    `same_as_stored` is false when the stored decision is of another day: the nightly pass will follow.
    """
    decision = verdict(state, today, rules).decision
    pairs = zip(decision.rules_used, decision.reasons, strict=True)
    return Explanation(
        decision,
        standing_words(decision.outcome, decision.step, decision.employment_service),
        tuple(Because(rule, reason.text, rule.id in decision.unconfirmed) for rule, reason in pairs),
        tuple(rule for key in decision.unconfirmed if (rule := rules.at(key, today))),
        _days(decision, rules),
        _coming(decision, state, rules),
        (dossier.outcome, dossier.step, dossier.due_on) == (decision.outcome, decision.step, decision.due_on),
    )


def standing_words(outcome: str, step: str, service: str | None = None) -> str:
    """Outcome and step in one line: "Nog in te schrijven, stap Toelichting"."""
    said = w.OUTCOMES[outcome].capitalize()
    if step == "CLOSED":
        return said
    name = f"{w.SERVICES[service]} nagaan" if service and step == "EMPLOYMENT_SERVICE_CHECK" else w.STEPS[step]
    return f"{said}, stap {name}"


def _days(decision: Decision, rules: RuleSet) -> DayCount | None:
    signed, due_on, left = decision.contract_signed_on, decision.due_on, decision.days_left
    if signed is None or due_on is None or left is None:
        return None
    length = rules.in_force(signed).term_days
    term = term_of(signed, length, decision.facts.suspensions, decision.as_of)
    first = term_of(signed, length, None, decision.as_of).due_on
    return DayCount(signed, length, first, tuple(term.counted), len(term.ignored), due_on, left, decision.overdue)


def _coming(decision: Decision, state: State, rules: RuleSet) -> Coming | None:
    if decision.valid_until is None:
        return None
    then = verdict(state, decision.valid_until, rules).decision
    return Coming(
        decision.valid_until,
        standing_words(then.outcome, then.step, then.employment_service),
        (then.outcome, then.step) != (decision.outcome, decision.step),
    )


def earlier(rows: Iterable[Event], service: str | None) -> list[Earlier]:
    """The decisions of a timeline, newest first, from its `DECIDED` rows in order."""
    found: list[Earlier] = []
    for row in rows:
        data = e.from_builtins(row.kind, row.data)
        assert isinstance(data, e.Decided)
        became = standing_words(data.outcome, data.step, service)
        last = found[-1] if found else None
        if last and (last.became, last.rule_set) == (became, data.rule_set):
            found[-1] = replace(last, due_on=data.due_on, moves=last.moves + 1)
        else:
            was = last.became if last and last.became != became else ""
            found.append(Earlier(row.recorded_at, was, became, data.due_on, data.rule_set, data.rules))
    return found[::-1]
