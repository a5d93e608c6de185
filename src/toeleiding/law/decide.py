"""`decide`: the questions of the law in their order; the first that settles it wins (CONTRACTS chapter 1)."""

from datetime import date
from typing import cast

from toeleiding.law import wording
from toeleiding.law.calendar import age_on
from toeleiding.law.decision import SERVICE_NAMES, Decision, Inquiry, Outcome, Service, Step
from toeleiding.law.facts import Facts, Person
from toeleiding.law.rules import IN_FORCE, RuleSet
from toeleiding.law.service import registration
from toeleiding.law.term import Term, term_of
from toeleiding.law.work import work_situation

_NOBODY = Person()
_STEP_OF: dict[Outcome, Step] = {
    "NOT_APPLICABLE": "CLOSED",
    "WORKING": "CLOSED",
    "STUDYING": "CLOSED",
    "TO_ASSESS": "WORK_SITUATION",
    "UNDETERMINED": "WORK_SITUATION",
}


def decide(facts: Facts, as_of: date, rules: RuleSet = IN_FORCE) -> Decision:
    """What the rules say about `facts` on the day `as_of`.

    Total and deterministic: every `Facts` that could be decoded leads to a decision, and the same facts, day and
    rules to the same one. A fact dated after `as_of` does not count yet. A `Case` is a `Facts` too.
    """
    asking = Inquiry(facts, as_of, rules.in_force(as_of))
    if as_of < rules.start:
        asking.note("K-01", wording.before_start, as_of, rules.start)
    person = facts.person or _NOBODY
    signed = facts.contract_signed_on
    if signed is not None and signed > as_of:
        asking.note("K-09", wording.contract_later, signed, as_of)
        signed = None
    settled = _who(asking, person, signed)
    if settled is not None and settled[0] == "NOT_APPLICABLE":
        return _decision(asking, settled[0], "CLOSED", settled[1], signed, None, len(asking.notes) - 1, rules)
    protected = bool(person.temporary_protection and asking.now.protection_without_term)
    term = None if signed is None or protected else _term(facts, signed, as_of, rules)
    settled = settled or work_situation(asking)
    if settled is not None:
        outcome, question = settled
        step = _STEP_OF[outcome]
    else:
        asking.note("R-12", wording.applies)
        duty = "R-16" if protected else "R-05"
        outcome, step = registration(asking, duty, None if term is None else term.due_on)
        question = 9
    settled_by = len(asking.notes) - 1
    if protected:
        asking.note("R-16", wording.without_term)
    elif term is not None and signed is not None:
        _explain_term(asking, term, signed, rules)
    return _decision(asking, outcome, step, question, signed, term, settled_by, rules)


def _decision(
    asking: Inquiry,
    outcome: Outcome,
    step: Step,
    question: int,
    signed: date | None,
    term: Term | None,
    settled_by: int,
    rules: RuleSet,
) -> Decision:
    due_on, suspended = (None, 0) if term is None else (term.due_on, term.suspended_days)
    return Decision(
        asking.facts, asking.as_of, outcome, step, question, asking.service, signed, due_on, suspended,
        asking.unconfirmed, asking.notes, settled_by, rules,
    )  # fmt: skip


def _who(asking: Inquiry, person: Person, signed: date | None) -> tuple[Outcome, int] | None:
    """Questions 1 to 4: is this somebody whom the pillar is for? None: yes."""
    now = asking.now
    asking.service = _service(asking, person)
    if signed is not None and signed < now.first_contract_on:
        asking.note("R-01", wording.contract_before, signed, now.first_contract_on)
        return "NOT_APPLICABLE", 1
    if signed is None and asking.facts.contract_signed_on is None:
        asking.note("R-01", wording.contract_missing, asking.as_of)
    if asking.service is None:
        return "NOT_APPLICABLE", 2
    return _of_age(asking, person) or _allowed(asking, person)


def _service(asking: Inquiry, person: Person) -> Service | None:
    """Which service helps this person to work; None in Wallonia."""
    region = person.region
    if region == "WALLONIE":
        asking.note("R-08", wording.wallonia)
        return None
    if region is None:
        service = asking.now.region_unknown
        asking.note("K-06", wording.region_missing, SERVICE_NAMES[service])
    else:
        service = asking.now.employment_service[region]
        asking.note("R-08", wording.lives_in, region, SERVICE_NAMES[service])
    return cast(Service, service)


def _of_age(asking: Inquiry, person: Person) -> tuple[Outcome, int] | None:
    now, as_of = asking.now, asking.as_of
    if person.compulsory_education:
        asking.note("R-09", wording.compulsory)
        return "NOT_APPLICABLE", 3
    born = person.birth_date
    if born is None:
        asking.note("R-09", wording.birth_date_missing)
        return "UNDETERMINED", 3
    age = age_on(born, as_of)
    if age < now.lower_age:
        asking.note("R-09", wording.too_young, age, as_of, now.lower_age)
        return "NOT_APPLICABLE", 3
    if age >= now.upper_age:
        asking.note("R-10", wording.pension_age, age, as_of, now.upper_age)
        return "NOT_APPLICABLE", 3
    if person.compulsory_education is None and age < now.compulsory_until:
        asking.note("K-02", wording.compulsory_missing, age, now.compulsory_until)
        return "UNDETERMINED", 3
    asking.note("R-10", wording.working_age, age, as_of, now.lower_age, now.upper_age)
    return None


def _allowed(asking: Inquiry, person: Person) -> tuple[Outcome, int] | None:
    if person.may_work is None:
        asking.note("R-11", wording.may_work_missing)
        return "UNDETERMINED", 4
    if not person.may_work:
        asking.note("R-11", wording.may_not_work)
        return "NOT_APPLICABLE", 4
    asking.note("R-11", wording.may_work)
    return None


def _term(facts: Facts, signed: date, as_of: date, rules: RuleSet) -> Term:
    """R-05 to R-07 are those of the contract date."""
    return term_of(signed, rules.in_force(signed).term_days, facts.suspensions, as_of)


def _explain_term(asking: Inquiry, term: Term, signed: date, rules: RuleSet) -> None:
    then = rules.in_force(signed)
    asking.notes += (
        (then.rules["R-05"], wording.term, (term.due_on, signed, then.term_days, term.suspended_days)),
        (then.rules["R-06"], wording.term_starts, (signed,)),
        (then.rules["R-07"], wording.calendar_days, ()),
    )
    for one in term.counted:
        given = (one.begin, one.end, one.days, one.running, one.suspension.reason)
        asking.note("K-04", wording.suspended, *given)
    for ignored in term.ignored:
        asking.note("K-04", wording.suspension_ignored, ignored.begin, ignored.reason)
