"""The population: one number per person and one person per number, with the shares of DOMAIN 11."""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.asking import TODAY
from toeleiding.magda.insz import is_valid
from toeleiding.simulator import numbers
from toeleiding.simulator.life import Life
from toeleiding.simulator.population import CAPACITY, EDGE_CASES, index_of, life, life_of, lives, number_of

# DOMAIN 6.4, in its order.
DEMANDED = {
    "loses-job-in-week-3", "works-one-day-a-week", "flexi-job", "student-job", "interim-work", "ibo-training",
    "self-employed-secondary", "registered-before-arrival", "actiris-moves-to-flanders", "moves-antwerp-mechelen",
    "bis-to-national-number", "turns-66-within-term", "registered-on-day-61", "vdab-no-data-with-proof",
    "lapsed-category-93", "unknown-category", "counsellor-empty", "counsellor-left", "temporary-protection",
    "ocmw-registers", "contract-before-pillar-3", "duty-before-pillar-3", "entitled-declines",
    "messages-out-of-order", "duplicate-message",
}  # fmt: skip


@cache
def ordinary() -> tuple[Life, ...]:
    return tuple(each for each in lives(2022, 12_000, TODAY) if each.edge_case is None)


def share(those: int) -> float:
    return those / len(ordinary())


def works_lastingly(each: Life, on: date) -> bool:
    return any(job.active_on(on) and job.fraction >= 0.5 for job in each.jobs)


def known_on(each: Life, day: date) -> bool:
    return any(registration.open_on(day) for registration in each.registrations)


def to_refer() -> list[Life]:
    return [
        each
        for each in ordinary()
        if each.may_work and not (each.compulsory_education or each.study or each.incapacity)
        and each.contract_on.year - each.birth_year < 66
        and not works_lastingly(each, each.contract_on) and not known_on(each, each.contract_on)
    ]  # fmt: skip


@given(st.integers(0, CAPACITY - 1))
def test_every_index_has_a_valid_test_number_that_leads_back_to_it(index: int) -> None:
    number = number_of(index)
    assert is_valid(number)
    assert 60 <= int(number[2:4]) <= 72
    assert index_of(number) == index


@given(st.integers(0, CAPACITY - 1))
def test_the_replacing_number_is_another_valid_test_number_of_the_same_person(index: int) -> None:
    found = life(2022, index)
    if found.replaced_by:
        assert is_valid(found.replaced_by)
        assert found.replaced_by != found.insz
        assert found.is_bis
        assert index_of(found.replaced_by) == index
        assert life_of(2022, found.replaced_by) == found


def test_no_two_people_share_a_number() -> None:
    taken = [number for each in ordinary() for number in (each.insz, each.replaced_by) if number]
    assert len(taken) == len(set(taken))


def test_there_is_room_for_three_hundred_thousand_people_who_signed() -> None:
    reached = ordinary()[-1].index
    assert CAPACITY * len(ordinary()) / reached > 300_000


def test_a_number_that_nobody_was_given_leads_to_nobody() -> None:
    assert index_of("12661299835") is None
    assert index_of("900101" + "00123") is None
    assert index_of("geen nummer") is None


def test_an_index_beyond_the_population_is_refused_in_words() -> None:
    with pytest.raises(IndexError, match="bestaat niet"):
        life(2022, CAPACITY)


def test_a_person_is_the_same_whatever_the_population_and_another_with_another_seed() -> None:
    few, many = list(lives(2022, 80, TODAY)), list(lives(2022, 300, TODAY))
    assert many[:80] == few
    assert life(2023, few[-1].index).insz == few[-1].insz
    assert [life(2023, each.index).surname for each in few[60:]] != [each.surname for each in few[60:]]


def test_who_has_not_signed_yet_comes_later() -> None:
    then = {each.index for each in lives(2022, 400, date(2025, 1, 1))}
    now = {each.index for each in lives(2022, 900, TODAY)}
    assert then < now


def test_people_can_be_asked_for_by_when_they_signed_and_from_where_a_call_stopped() -> None:
    recent = list(lives(2022, 30, TODAY, signed_since=date(2026, 9, 24)))
    assert len(recent) == 30
    assert all(date(2026, 9, 24) <= each.contract_on <= TODAY for each in recent)
    whole, first = list(lives(2022, 90, TODAY)), list(lives(2022, 70, TODAY))
    assert first + list(lives(2022, 20, TODAY, start=first[-1].index + 1)) == whole


def test_everybody_lives_a_possible_life() -> None:
    for each in ordinary()[:4000]:
        assert each.birth_year < each.contract_on.year - 13
        assert all(job.end is None or job.begin <= job.end for job in each.jobs)
        assert all(known.end is None or known.begin <= known.end for known in each.registrations)
        assert all(
            a.end and a.end + timedelta(days=1) == b.begin
            for a, b in zip(each.addresses, each.addresses[1:], strict=False)
        )
        assert all(
            known.service != "VDAB" or each.region_on(known.begin) == "VLAANDEREN" for known in each.registrations
        )
        guidance = each.guidance
        assert guidance.reported_on <= each.contract_on
        assert (guidance.explained_on is None) == (guidance.explained_in is None)
        if guidance.supported_on:
            assert guidance.explained_on is not None
            assert guidance.supported_on >= guidance.explained_on


def test_ages_birth_dates_and_numbers_follow_the_domain() -> None:
    ages = [each.contract_on.year - each.birth_year for each in ordinary()]
    assert sum(18 <= age <= 55 for age in ages) / len(ages) > 0.9
    assert 0.02 < share(sum(each.birth_date is None for each in ordinary())) < 0.08
    assert share(sum(each.replaced_by is not None for each in ordinary())) == pytest.approx(0.02, abs=0.006)


def test_agencies_duty_and_years_follow_the_domain() -> None:
    agencies = Counter(each.agency_on(each.contract_on) for each in ordinary())
    assert share(agencies["AGII"]) == pytest.approx(0.70, abs=0.02)
    assert share(agencies["ATLAS"]) == pytest.approx(0.22, abs=0.02)
    assert share(agencies["INGENT"]) == pytest.approx(0.08, abs=0.01)
    assert share(sum(each.target_group == "VERPLICHT" for each in ordinary())) == pytest.approx(0.42, abs=0.03)
    years = Counter(each.contract_on.year for each in ordinary())
    assert years[2023] > years[2025]
    assert 0 < share(sum(each.contract_on < date(2022, 3, 1) for each in ordinary())) < 0.03


def test_work_and_registration_follow_the_domain() -> None:
    assert share(sum(works_lastingly(each, each.contract_on) for each in ordinary())) == pytest.approx(0.25, abs=0.02)
    assert share(sum(each.study is not None for each in ordinary())) == pytest.approx(0.06, abs=0.01)
    targeted = to_refer()
    late = [
        min(((known.begin - each.contract_on).days for known in each.registrations), default=9999) for each in targeted
    ]
    assert sum(days <= 60 for days in late) / len(late) == pytest.approx(0.76, abs=0.03)
    assert sum(days <= 365 for days in late) / len(late) == pytest.approx(0.90, abs=0.02)
    year = timedelta(days=365)
    at_work = {
        group: [
            any(job.active_on(each.contract_on + year) for job in each.jobs)
            for each in targeted
            if each.target_group == group
        ]
        for group in ("VERPLICHT", "RECHTHEBBEND")
    }
    obliged = sum(at_work["VERPLICHT"]) / len(at_work["VERPLICHT"])
    assert obliged == pytest.approx(0.26, abs=0.05)
    assert obliged < sum(at_work["RECHTHEBBEND"]) / len(at_work["RECHTHEBBEND"])


def test_categories_follow_the_domain() -> None:
    first = Counter(known.categories[0].code for each in ordinary() for known in each.registrations)
    total = sum(first.values())
    assert first["03"] / total == pytest.approx(0.55, abs=0.03)
    assert first["05"] / total == pytest.approx(0.30, abs=0.03)
    assert first["47"] > 0


def test_every_edge_case_of_the_domain_is_there_at_a_low_index() -> None:
    assert set(EDGE_CASES) >= DEMANDED
    assert sorted(EDGE_CASES.values()) == list(range(len(EDGE_CASES)))
    for slug, index in EDGE_CASES.items():
        found = life(2022, index)
        assert found.edge_case == slug
        assert found.contract_on <= date(2026, 7, 1)


def test_edge_cases_are_what_they_are_called() -> None:
    def of(slug: str) -> Life:
        return life(2022, EDGE_CASES[slug])

    def days(slug: str) -> int:
        return (of(slug).registrations[0].begin - of(slug).contract_on).days

    assert (days("registered-on-day-60"), days("registered-on-day-61")) == (60, 61)
    assert days("registered-before-arrival") < 0
    lost = of("loses-job-in-week-3")
    assert lost.jobs[0].end
    assert 15 <= (lost.jobs[0].end - lost.contract_on).days <= 21
    turning = of("turns-66-within-term")
    assert turning.birth_date
    assert (
        turning.contract_on
        < turning.birth_date.replace(year=turning.birth_year + 66)
        < turning.contract_on + timedelta(days=60)
    )
    moving = of("moves-antwerp-mechelen")
    assert (moving.agency_on(moving.contract_on), moving.agency_on(TODAY)) == ("ATLAS", "AGII")
    assert of("contract-before-pillar-3").contract_on < date(2022, 3, 1)
    assert of("duty-before-pillar-3").duty_on < date(2022, 3, 1) <= of("duty-before-pillar-3").contract_on
    assert of("compulsory-education").contract_on.year - of("compulsory-education").birth_year < 18


def test_two_hundred_thousand_lives_take_well_under_a_minute() -> None:
    begun = process_time()
    for index in range(1000, 3000):
        life(2022, index)
    assert (process_time() - begun) * 100 < 60


def test_numbers_stay_apart_for_ordinary_people_edge_cases_and_replacements() -> None:
    sequences = {numbers.ordinary(index).sequence for index in range(0, numbers.ORDINARY, 97)}
    assert max(sequences) < 491
    assert numbers.replacing(numbers.ordinary(5)).sequence > 500
