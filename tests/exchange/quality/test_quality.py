"""What is measured agrees with what was counted by hand."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.exchange.quality.rows import asked, figures, told
from tests.factories import make_dossier, make_insz
from toeleiding.dossiers import events as e
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.models import Attempt, QualityFigure
from toeleiding.exchange.quality import snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure
from toeleiding.exchange.quality.measures import PERIODS, Window, flows, standing

pytestmark = pytest.mark.django_db


def test_answers_count_not_known_and_no_failure() -> None:
    here = make_dossier()
    there = make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    for outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL", "SOURCE_DOWN"):
        asked(here, outcome)
    asked(there, "REFUSED")
    asked(there, "KNOWN", days=60)  # another period
    found = figures()
    assert found["ANSWERS", "agii"] == (3, 4, 0.75)
    assert found["ANSWERS", "atlas"] == (0, 1, 0.0)
    assert found["ANSWERS", "alle"] == (3, 5, 0.6)


def test_an_answer_within_a_day_is_counted_from_the_click() -> None:
    dossier = make_dossier()
    asked(dossier, "KNOWN", days=3, hours=23)
    asked(dossier, "KNOWN", days=3, hours=25)
    asked(dossier, "SOURCE_DOWN", days=0, hours=0)  # may still be in time
    assert figures()["WITHIN_A_DAY", "agii"] == (1, 2, 0.5)


def test_the_time_of_the_sources_leaves_out_calls_without_an_answer() -> None:
    dossier = make_dossier()
    asked(dossier, "KNOWN")
    asked(dossier, "SOURCE_DOWN")
    assert figures()["LATENCY", "agii"] == (1, 1, 2.0)


def test_the_age_of_what_vdab_told_follows_the_rule() -> None:
    today = timezone.localdate()
    told(make_dossier(work=[]), today - timedelta(days=3), category="03")
    told(make_dossier(work=[]), today - timedelta(days=14), category="03")
    told(make_dossier(work=[]), today - timedelta(days=15), category="03")
    make_dossier(work=[])
    found = figures()
    assert found["FRESH", "agii"] == (2, 3, 2 / 3)
    assert found["AGE", "agii"][2] == 14


def test_each_field_is_counted_where_it_can_be() -> None:
    today = timezone.localdate()
    full = e.Counsellor(name="Els", phone="02 123 45 67")
    told(make_dossier(work=[]), today, category="03", counsellor=full, registered_on=date(2026, 10, 5))
    told(make_dossier(work=[]), today, counsellor=e.Counsellor(name="Els"))
    told(make_dossier(work=[]), today, counsellor=e.Counsellor(name="Els", phone="", email="els@test.invalid"))
    make_dossier(contract=None)
    found = figures()
    assert found["CATEGORY", "agii"][:2] == (1, 3)
    assert found["COUNSELLOR", "agii"][:2] == (3, 3)
    assert found["CONTACT", "agii"][:2] == (2, 3)
    assert found["REGISTERED_ON", "agii"][:2] == (1, 3)
    assert found["CONTRACT", "agii"][:2] == (3, 4)
    assert found["NUMBER", "agii"][:2] == (4, 4)
    assert found["LANGUAGE", "agii"] == (4, 4, 1.0)


def test_conflicts_failures_replaced_numbers_and_manual_entries() -> None:
    today = timezone.localdate()
    one = make_dossier(work=[])
    record(one, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), today, e.Source.VDAB))
    record(one, NewEvent(e.ProofShown(registered_on=date(2026, 10, 5)), today, e.Source.CLIENT))
    old, new = make_insz(), make_insz()
    make_dossier(e.NumberReplaced(old=old, new=new), insz=old)
    asked(make_dossier(), "REFUSED")
    asked(make_dossier(), "REFUSED", handled="OTHER_NUMBER")
    found = figures()
    assert found["CONFLICTS", "agii"][0] == 1
    assert found["REPLACED", "agii"][0] == 1
    assert found["DEAD", "agii"][0] == 1
    assert found["MANUAL", "agii"][:2] == (1, 2)


def test_who_is_only_in_the_kbi_and_who_was_never_asked() -> None:
    today = timezone.localdate()
    gone = make_dossier(work=[])
    record(gone, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), today, e.Source.VDAB))
    told(make_dossier(work=[]), today, category="03", registered_on=date(2026, 10, 5))
    make_dossier(work=[])
    found = figures()
    assert found["ONLY_KBI", "agii"][:2] == (1, 2)
    assert found["NEVER_ASKED", "agii"][0] == 1


def test_nothing_at_all_is_nothing_to_measure() -> None:
    found = figures()
    assert found["ANSWERS", "alle"] == (0, 0, None)
    assert w.shown(MEASURES["ANSWERS"], Figure("ANSWERS", None, 0, 0, None)) == "nog niets te meten"


def test_measuring_takes_one_query_per_measure_however_many_periods(django_assert_num_queries: Any) -> None:
    make_dossier()
    standing(timezone.now())
    happening = sum(measure.flow for measure in MEASURES.values())
    with django_assert_num_queries(len(MEASURES) - happening + 2):  # and the agencies, and the rules in force
        standing(timezone.now())
    with django_assert_num_queries(happening + 1):
        flows([Window.back(days, timezone.now()) for days in (*PERIODS, 365)])


def test_who_still_waits_after_a_day_has_no_answer_and_who_was_just_asked_may_get_one() -> None:
    dossier = make_dossier()
    waiting = {"status": "WAITING", "finished_at": None, "cause": "", "next_step": ""}
    asked(dossier, "KNOWN")
    asked(dossier, "", days=2, **waiting)
    asked(dossier, "", days=0, **waiting)
    assert figures()["ANSWERS", "agii"] == (1, 2, 0.5)


def test_answers_are_told_per_service() -> None:
    dossier = make_dossier()
    asked(dossier, "KNOWN")
    asked(dossier, "REFUSED", service="GeefWerkrelaties", version="02.00")
    found = figures()
    assert found["ANSWERS", "agii"] == (1, 1, 1.0)
    assert found["ANSWERS_WORK", "agii"] == (0, 1, 0.0)


def test_fields_of_vdab_leave_out_actiris_and_who_is_registered_no_more() -> None:
    today = timezone.localdate()
    told(make_dossier(work=[]), today, category="03", counsellor=e.Counsellor(name="Els"))
    told(make_dossier(work=[]), today, category="99", ended_on=today - timedelta(days=3))
    brussels = make_dossier(work=[], nis="21004", municipality="Brussel")
    record(brussels, NewEvent(e.EmploymentServiceAnswered(answer="KNOWN", service="ACTIRIS"), today, e.Source.ACTIRIS))
    found = figures()
    for code in ("COUNSELLOR", "CONTACT", "OFFICE", "DELIVERED"):
        assert found[code, "agii"][1] == 1


def test_not_delivered_is_something_else_than_empty() -> None:
    today = timezone.localdate()
    told(make_dossier(work=[]), today, category="03")  # VDAB gave its file, without a counsellor: empty
    typed = e.EmploymentServiceAnswered(answer="KNOWN", category="03")
    record(make_dossier(work=[]), NewEvent(typed, today, e.Source.CASE_WORKER))  # nobody could deliver one
    found = figures()
    assert found["DELIVERED", "agii"][:2] == (1, 2)
    assert found["COUNSELLOR", "agii"][:2] == (0, 1)


def test_settled_conflicts_cancelled_numbers_and_dossiers_without_a_step() -> None:
    today = timezone.localdate()
    one = make_dossier(work=[])
    record(one, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), today, e.Source.VDAB))
    record(one, NewEvent(e.ProofShown(registered_on=date(2026, 10, 5)), today, e.Source.CLIENT))
    record(one, NewEvent(e.ConflictSettled(chosen="REGISTER", reason="Oud bewijs"), today, e.Source.CASE_WORKER))
    number = make_insz()
    make_dossier(e.NumberCancelled(insz=number), insz=number)
    idle = make_dossier(work=[])
    assert figures()["NO_STEP", "agii"][0] == 0
    idle.tasks.update(closed_at=timezone.now())
    found = figures()
    assert found["SETTLED", "agii"][0] == found["CANCELLED", "agii"][0] == found["NO_STEP", "agii"][0] == 1


def test_the_time_from_a_failure_to_its_answer() -> None:
    question = asked(make_dossier(), "KNOWN", days=2, hours=10)
    assert ("RESOLUTION", "agii") not in figures()
    failed = question.asked_at + timedelta(hours=4)
    Attempt.objects.create(
        reference=uuid4(), question=question, started_at=failed, ended_at=failed, outcome="SOURCE_DOWN"
    )
    assert figures()["RESOLUTION", "agii"] == (1, 1, 6.0)


def test_weeks_before_the_first_night_are_filled_in_from_what_was_kept() -> None:
    dossier = make_dossier()
    for weeks in range(5):
        for _ in range(30):
            asked(dossier, "KNOWN", days=7 * weeks + 2)
    snapshots.take()
    seen = snapshots.overview()
    assert seen is not None
    assert [value for _, value in seen.trends["ANSWERS"]] == [1.0] * 5
    before = QualityFigure.objects.count()
    snapshots.take()
    assert QualityFigure.objects.count() == before


def test_a_day_is_measured_once_however_often_it_is_asked() -> None:
    make_dossier()
    snapshots.take()
    count = QualityFigure.objects.count()
    make_dossier()
    snapshots.take()
    assert QualityFigure.objects.count() == count
    assert QualityFigure.objects.get(measure="NUMBER", agency=None).denominator == 2


def test_the_trend_has_the_last_day_of_each_week(django_assert_num_queries: Any) -> None:
    day = date(2026, 11, 23)
    for back, value in ((0, 0.9), (1, 0.8), (7, 0.7), (8, 0.1), (200, 0.5)):
        QualityFigure.objects.create(
            on=day - timedelta(days=back), measure="FRESH", numerator=50, denominator=100, value=value
        )
    with django_assert_num_queries(3):
        seen = snapshots.overview()
    assert seen is not None
    assert [found for _, found in seen.trends["FRESH"]] == [0.1, 0.8, 0.9]


def test_a_figure_has_a_verdict_in_words_and_what_is_kept_back_has_no_number() -> None:
    fresh = MEASURES["FRESH"]
    cell = w.cell(fresh, Figure("FRESH", None, 30, 40, 0.75))
    assert (cell.words, cell.counts, cell.verdict) == ("75\u00a0%", "30 van 40", "haalt ons voorstel niet")
    assert w.cell(fresh, Figure("FRESH", None, 32, 40, 0.8)).verdict == "haalt ons voorstel"
    hidden = w.cell(fresh, Figure("FRESH", None, 0, 0, None, hidden=True))
    assert (hidden.words, hidden.number, hidden.numerator, hidden.tone) == (
        "te weinig personen",
        None,
        None,
        "neutraal",
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((10, 100), (90, 100), "Beter geworden."),
        ((90, 100), (10, 100), "Slechter geworden."),
        ((50, 100), (52, 100), "Geen duidelijk verschil: de marges overlappen."),
    ],
)
def test_a_difference_is_said_no_stronger_than_it_is(
    before: tuple[int, int], after: tuple[int, int], said: str
) -> None:
    one, other = (Figure("FRESH", None, top, bottom, top / bottom) for top, bottom in (before, after))
    assert w.difference(MEASURES["FRESH"], one, other) == said


def test_fewer_conflicts_is_better() -> None:
    one, other = Figure("CONFLICTS", None, 5, 9, 5.0), Figure("CONFLICTS", None, 2, 9, 2.0)
    assert w.difference(MEASURES["CONFLICTS"], one, other) == "Beter geworden."


def test_the_interval_of_wilson() -> None:
    low, high = w.interval(8, 10) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)


def test_a_trend_leaves_out_days_with_few_people() -> None:
    for back, people in ((7, 9), (0, 10)):
        QualityFigure.objects.create(
            on=date(2026, 11, 23) - timedelta(days=back), measure="FRESH", numerator=5, denominator=people, value=0.5
        )
    seen = snapshots.overview()
    assert seen is not None
    assert seen.trends["FRESH"] == [(date(2026, 11, 23), 0.5)]
