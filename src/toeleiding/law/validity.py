"""Until when a decision stands by itself: the next day on which the same facts may lead to another one."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from toeleiding.law.calendar import age_on, birthday, plus_days
from toeleiding.law.facts import Facts, Person, Suspension, WorkEntry
from toeleiding.law.in_force import InForce

if TYPE_CHECKING:
    from toeleiding.law.rules import RuleSet

# R-10 moves with the birth date and R-16 touches only some: they are looked at apart.
_FOR_ALL = tuple(rule_id for rule_id in InForce.NEEDED if rule_id != "R-10")


def valid_until(facts: Facts, as_of: date, due_on: date | None, rules: "RuleSet") -> date | None:
    """The first day after `as_of` that may bring another outcome, step, due date or unconfirmed rule, or None.

    On the safe side: a day may be named on which nothing changes after all, never one too late.
    """
    days = [day for day in _dates(facts) if day is not None and day > as_of]
    person = facts.person
    days += [day for day in _rule_days(person, as_of, rules) if day is not None and day > as_of]
    if due_on is not None:
        days += _suspension_days(facts.suspensions or [], as_of)
    return min(days, default=None)


def _dates(facts: Facts) -> Iterator[date | None]:
    """Every day on which a dated fact starts or stops counting."""
    yield facts.contract_signed_on
    yield facts.explained_on
    if facts.determination is not None:
        yield facts.determination.on
    told = facts.employment_service
    if told is not None:
        yield told.asked_on
        yield told.registered_on
        yield told.ended_on
        yield _next(told.ended_on)
    for entry in facts.work or ():
        yield from _work_days(entry)


def _work_days(entry: WorkEntry) -> Iterator[date | None]:
    if not entry.cancelled:
        yield entry.begin
        yield _next(entry.end)


def _next(day: date | None) -> date | None:
    return None if day is None or day == date.max else plus_days(day, 1)


def _rule_days(person: Person | None, as_of: date, rules: "RuleSet") -> Iterator[date | None]:
    """Birthdays that matter, and days on which a rule that may be used begins or ends."""
    yield rules.next_change(as_of, _FOR_ALL)
    if person is None:
        return
    if person.temporary_protection:
        yield rules.next_change(as_of, ("R-16",))
    if person.birth_date is not None:
        yield birthday(person.birth_date, rules.in_force(as_of).lower_age)
        if person.compulsory_education is None:
            yield birthday(person.birth_date, rules.in_force(as_of).compulsory_until)
        yield _pension_day(person.birth_date, as_of, rules)


def _pension_day(born: date, as_of: date, rules: "RuleSet") -> date | None:
    """The next day on which somebody reaches pension age or, by a higher one, falls under it again (R-10)."""
    change = rules.next_change(as_of, ("R-10",))
    upper = rules.in_force(as_of).upper_age
    if age_on(born, as_of) >= upper:
        return change
    day: date | None = as_of
    while day is not None:
        reached = birthday(born, rules.in_force(day).upper_age)
        change = rules.next_change(day, ("R-10",))
        if reached is not None and (change is None or reached < change):
            return max(reached, day)
        day = change
    return None


def _suspension_days(suspensions: list[Suspension], as_of: date) -> list[date]:
    """A suspension that runs tomorrow moves the term tomorrow; a later one on the day it begins."""
    tomorrow = _next(as_of)
    if tomorrow is None:
        return []
    return [
        max(one.begin, tomorrow)
        for one in suspensions
        if one.begin is not None and (one.end is None or one.end >= max(one.begin, tomorrow))
    ]
