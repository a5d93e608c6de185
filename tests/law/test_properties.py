"""What holds for every case, whatever is in it."""

from datetime import date, timedelta
from typing import Any, get_args

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toeleiding.law import (
    IN_FORCE,
    Answer,
    Case,
    Decision,
    Determination,
    EmploymentService,
    Facts,
    Incapacity,
    Person,
    Study,
    Suspension,
    WorkEntry,
    WorkKind,
    answer,
    decide,
    situation,
)
from toeleiding.law.lines import as_json, as_row

# Close together, so that borders meet often; and the ends of the calendar.
NEAR = st.dates(date(2022, 2, 1), date(2022, 8, 31))
DAYS = st.one_of(
    NEAR,
    st.dates(date(2021, 1, 1), date(2031, 1, 1)),
    st.sampled_from([date.min, date(2022, 2, 28), date(2022, 3, 1), date(2023, 5, 16), date(2024, 2, 29), date.max]),
)
BIRTHS = st.one_of(
    st.dates(date(1955, 1, 1), date(2010, 12, 31)),
    st.sampled_from([date(1960, 2, 29), date(1957, 5, 1), date(2008, 2, 29), date(1960, 1, 31), date.min, date.max]),
)
TEXTS = st.sampled_from(["gesprek", "ziek\nthuis", "é\u2028", "x" * 40])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def facts(days: st.SearchStrategy[date] = DAYS) -> st.SearchStrategy[Facts]:
    flag = maybe(st.booleans())
    people = st.builds(
        Person,
        birth_date=maybe(BIRTHS),
        region=maybe(st.sampled_from(["VLAANDEREN", "BRUSSEL", "WALLONIE"])),
        may_work=st.sampled_from([True, True, True, False, None]),
        compulsory_education=st.sampled_from([False, False, None, True]),
        temporary_protection=flag,
        target_group=maybe(st.sampled_from(["VERPLICHT", "RECHTHEBBEND"])),
    )
    work = st.builds(
        WorkEntry,
        kind=maybe(st.sampled_from(get_args(WorkKind))),
        begin=maybe(days),
        end=maybe(days),
        fraction=maybe(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.8, 1.0, 2.0])),
        cancelled=flag,
    )
    determinations = st.builds(
        Determination,
        reason=TEXTS,
        outcome=maybe(st.sampled_from(["WORKING", "STUDYING", "NOT_WORKING"])),
        by=maybe(TEXTS),
        on=maybe(days),
    )
    told = st.builds(
        EmploymentService,
        answer=maybe(st.sampled_from(["KNOWN", "NOT_KNOWN", *get_args(Answer)])),
        category=maybe(st.sampled_from(["03", "93", "ZZ"])),
        registered_on=maybe(days),
        ended_on=maybe(days),
        asked_on=maybe(days),
    )
    suspensions = st.builds(Suspension, begin=maybe(days), end=maybe(days), reason=maybe(TEXTS))
    return st.builds(
        Facts,
        person=maybe(people),
        contract_signed_on=maybe(days),
        work=maybe(st.lists(work, max_size=3)),
        study=maybe(st.builds(Study, enrolled=flag)),
        incapacity=st.none() | st.none() | st.builds(Incapacity, review_on=maybe(days)),
        determination=st.none() | determinations,
        employment_service=maybe(told),
        explained_on=maybe(days),
        suspensions=maybe(st.lists(suspensions, max_size=3)),
    )


SOMEBODY = Person(birth_date=date(1990, 2, 3), region="VLAANDEREN", may_work=True)


def in_scope() -> st.SearchStrategy[Facts]:
    """Facts of somebody whom the pillar is for, with a contract before the summer of 2022."""
    signed = st.dates(date(2022, 3, 1), date(2022, 6, 1))
    return st.builds(
        lambda known, on: msgspec.structs.replace(known, person=SOMEBODY, contract_signed_on=on), facts(NEAR), signed
    )


def anybody() -> st.SearchStrategy[Facts]:
    return st.one_of(facts(), in_scope(), in_scope())


many = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fewer = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STEPS = {
    "NOT_APPLICABLE": {"CLOSED"},
    "WORKING": {"CLOSED"},
    "STUDYING": {"CLOSED"},
    "TO_ASSESS": {"WORK_SITUATION"},
    "UNDETERMINED": {"WORK_SITUATION"},
    "REGISTERED": {"FOLLOW_UP"},
    "TO_REFER": {"EMPLOYMENT_SERVICE_CHECK", "EXPLANATION", "REGISTRATION"},
}


@many
@given(anybody(), DAYS)
def test_total_deterministic_and_consistent(known: Facts, as_of: date) -> None:
    decision = decide(known, as_of)
    assert decision == decide(known, as_of)
    assert decision.step in STEPS[decision.outcome]
    assert decision.reasons
    assert all(reason.text and "None" not in reason.text for reason in decision.reasons)
    assert (decision.days_left is None) == (decision.due_on is None)
    assert not decision.overdue or decision.outcome == "TO_REFER"
    if decision.outcome == "NOT_APPLICABLE":
        assert decision.due_on is None
    assert decision.valid_until is None or decision.valid_until > as_of
    assert set(decision.unconfirmed) <= {rule.id for rule in IN_FORCE if rule.status == "unconfirmed"}


@many
@given(anybody(), DAYS)
def test_every_reason_names_a_rule_that_was_in_force(known: Facts, as_of: date) -> None:
    """In force on the day of the decision or, for the term, on the contract date; never before the pillar (K-01)."""
    decision = decide(known, as_of)
    for rule, reason in zip(decision.rules_used, decision.reasons, strict=True):
        on = max(as_of, IN_FORCE.start)
        if rule.id in ("R-05", "R-06", "R-07") and decision.contract_signed_on is not None:
            on = min(on, max(decision.contract_signed_on, IN_FORCE.start))
        assert rule is IN_FORCE.at(reason.rule, on)
        assert reason.status == rule.status


@many
@given(anybody(), DAYS, st.sampled_from([one for one in get_args(Answer) if one not in ("KNOWN", "NOT_KNOWN")]))
def test_could_not_ask_never_becomes_registered_or_not_registered(known: Facts, as_of: date, failure: Answer) -> None:
    told = known.employment_service or EmploymentService()
    failed = msgspec.structs.replace(known, employment_service=msgspec.structs.replace(told, answer=failure))
    silent = msgspec.structs.replace(known, employment_service=None)
    for one in (failed, silent):
        decision = decide(one, as_of)
        assert decision.outcome != "REGISTERED"
        assert decision.step not in ("EXPLANATION", "REGISTRATION", "FOLLOW_UP")
        assert shown(decision, one).pill not in ("Niet gekend", "Gekend, niet meer ingeschreven", "Ingeschreven")


@many
@given(in_scope(), st.dates(date(2022, 6, 1), date(2022, 8, 31)), st.integers(1, 400))
def test_a_later_day_alone_never_shortens_the_term(known: Facts, as_of: date, later: int) -> None:
    before, after = decide(known, as_of), decide(known, as_of + timedelta(later))
    assert before.due_on is not None
    assert after.due_on is not None
    assert after.due_on >= before.due_on
    assert after.suspended_days >= before.suspended_days


def conclusion(decision: Decision) -> tuple[object, ...]:
    return (
        decision.outcome,
        decision.step,
        decision.due_on,
        decision.employment_service,
        decision.suspended_days,
        decision.unconfirmed,
    )


@many
@given(st.one_of(facts(NEAR), in_scope()), st.one_of(NEAR, DAYS), st.lists(st.integers(0, 9_000), max_size=4))
def test_a_decision_stands_until_its_day(known: Facts, as_of: date, later: list[int]) -> None:
    decision = decide(known, as_of)
    until = decision.valid_until
    last = date.max if until is None else until - timedelta(days=1)
    span = (last - as_of).days
    for count in {span, min(1, span), *(day for day in later if day <= span)}:
        assert conclusion(decide(known, as_of + timedelta(count))) == conclusion(decision)


@fewer
@given(anybody(), DAYS)
def test_json_round_trips_and_stays_compact(known: Facts, as_of: date) -> None:
    text = msgspec.json.encode(known)
    assert msgspec.json.decode(text, type=Facts) == known
    assert b"null" not in text
    line = msgspec.json.encode({"id": "x", "as_of": as_of, **msgspec.json.decode(text)})
    case = msgspec.json.decode(line, type=Case)
    assert case.facts == known
    assert decide(case, as_of).outcome == decide(known, as_of).outcome


@fewer
@given(anybody(), DAYS, st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_every_decision_has_a_situation(
    known: Facts, as_of: date, asked: bool, supported: bool, counsellor: bool, contact: bool
) -> None:
    decision = decide(known, as_of)
    found = situation(
        decision,
        known,
        asked_pending=asked,
        support_given=supported,
        counsellor_known=counsellor,
        contact_held=contact,
    )
    assert 1 <= found.step_number <= 6
    assert found.pill
    assert "{" not in found.next_action + found.explanation
    if decision.employment_service == "ACTIRIS":
        assert "VDAB" not in found.next_action + found.explanation + found.pill


def shown(decision: Decision, known: Facts) -> Any:
    return situation(
        decision, known, asked_pending=False, support_given=False, counsellor_known=False, contact_held=False
    )


@fewer
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_lead_to_a_traceback(line: bytes) -> None:
    given_back = answer(line)
    assert msgspec.json.decode(as_json(given_back))
    assert as_row(given_back).endswith(b"\n")
