"""The days on which a running term asks for attention (DOMAIN A-01, R-05)."""

from dataclasses import dataclass
from datetime import date

from toeleiding.law.calendar import plus_days
from toeleiding.law.decision import Decision
from toeleiding.law.rules import IN_FORCE, RuleSet
from toeleiding.law.term import term_of


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The moments of one term, in this order. `overdue_on` is the day after `due_on`."""

    reminder_on: date
    escalation_on: date
    due_on: date
    overdue_on: date


def deadlines(decision: Decision, rules: RuleSet = IN_FORCE) -> Deadlines:
    """The reminder (day 30), the escalation (day 45), the last day and the day after it, for a running term.

    Each is moved by the suspended days before it, and none lies after the term. The rules are those of the contract
    date. Raises ValueError for a decision without a term (`due_on` is None).
    """
    signed, due_on = decision.contract_signed_on, decision.due_on
    if signed is None or due_on is None:
        raise ValueError("Deze beslissing heeft geen termijn: vraag geen herinneringen.")
    then = rules.in_force(signed)
    suspensions = decision.facts.suspensions

    def moved(count: int) -> date:
        return min(term_of(signed, count, suspensions, decision.as_of).due_on, due_on)

    return Deadlines(moved(then.reminder_day), moved(then.escalation_day), due_on, plus_days(due_on, 1))
