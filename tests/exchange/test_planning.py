"""What is asked again by itself: when it is too old or a term ends, and far less with a feed that works."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.exchange.people import ask
from tests.factories import make_dossier
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange import limits, planning
from toeleiding.exchange.models import (
    Feed,
    FeedState,
    Inscription,
    Notification,
    NotificationStatus,
    Question,
    Service,
)
from toeleiding.exchange.planning import Planned, plan
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
KNOWN = e.EmploymentServiceAnswered(answer="KNOWN", category="03", registered_on=date(2026, 9, 1))
NOT_KNOWN = e.EmploymentServiceAnswered(answer="NOT_KNOWN")
_numbers = iter(range(500, 5000))


def told(answer: e.Data, days_ago: int, *, contract: date = date(2026, 9, 28), **more: Any) -> Dossier:
    """Somebody about whom the employment service answered so many days ago."""
    with time_machine.travel(datetime.now(UTC) - timedelta(days=days_ago), tick=False):
        return make_dossier(answer, insz=number_of(next(_numbers)), work=[], contract=contract, **more)


def due_in(days: int, answered_days_ago: int = 5) -> Dossier:
    """Somebody who is not registered and whose term ends in so many days."""
    return told(NOT_KNOWN, answered_days_ago, contract=TODAY + timedelta(days=days - 60))


def planned() -> list[tuple[str, str]]:
    rows = Question.objects.filter(details__has_key="why").order_by("due_on", "asked_at", "id")
    return [(row.dossier.number, row.details["why"]) for row in rows.select_related("dossier")]


def feed_works(*people: Dossier) -> None:
    """The feed was fetched just now, VDAB tells things through it, and these people are inscribed."""
    now = timezone.now()
    FeedState.objects.create(feed=Feed.GENERAL, polled_at=now, pulled_at=now, outcome="NOT_KNOWN")
    Notification.objects.create(
        source="VDAB", reference="bewijs", feed=Feed.GENERAL, received_at=now, handled_at=now,
        status=NotificationStatus.NOT_FOLLOWED,
    )  # fmt: skip
    for one in people:
        inscribed(one)


def inscribed(dossier: Dossier, since: date = date(2026, 1, 1), until: date = date(2028, 1, 1)) -> None:
    from tests.exchange.rows import question

    asked = question(dossier, service=Service.INSCRIPTION, status="DONE", outcome="KNOWN", asked_at=timezone.now())
    Inscription.objects.create(
        insz=dossier.insz or "", capacity="ipdc0000", dossier=dossier, question=asked,
        begin_on=since, end_on=until, confirmed_at=timezone.now(),
    )  # fmt: skip


class TestExpiry:
    def test_an_answer_is_asked_again_when_it_is_as_old_as_the_rule_says(self):
        old, _fresh = told(KNOWN, 14), told(KNOWN, 13)
        assert plan() == Planned(expiry=1)
        assert planned() == [(old.number, "expiry")]
        (question,) = Question.objects.filter(service="GeefDossierVDAB")
        assert (question.asker, question.purpose, question.due_on) == (None, "GUIDANCE", None)

    def test_the_age_is_that_of_the_rule_in_force(self, monkeypatch):
        from toeleiding.law import IN_FORCE
        from toeleiding.law.rules import RuleSet

        told(KNOWN, 13)
        monkeypatch.setattr(planning, "in_force", lambda: _with_stale_days(IN_FORCE, RuleSet, 7))
        assert plan() == Planned(expiry=1)

    def test_doing_it_twice_asks_nothing_twice(self):
        told(KNOWN, 20)
        assert plan().asked == 1
        assert plan().asked == 0

    @pytest.mark.parametrize(
        "facts",
        [
            [e.TrackEnded(reason="ATTEST")],
            [e.RightToWorkSeen(may_work=False)],
            [e.WorkSituationAssessed(choice="LASTING_WORK")],
            [e.NumberCancelled(insz="...")],
        ],
        ids=["ended", "not applicable", "works", "no number"],
    )
    def test_whom_there_is_nothing_to_ask_about_is_left_alone(self, facts):
        dossier = told(KNOWN, 30)
        for data in facts:
            data = e.NumberCancelled(insz=dossier.insz or "") if isinstance(data, e.NumberCancelled) else data
            record(dossier, NewEvent(data, TODAY, e.Source.CASE_WORKER))
        assert plan().asked == 0

    def test_about_whom_nobody_asked_yet_nobody_asks_by_itself(self):
        make_dossier(work=[])
        assert plan().asked == 0

    def test_while_a_question_is_open_none_is_added(self):
        dossier = told(KNOWN, 30)
        ask(dossier)
        assert plan().asked == 0

    def test_a_failure_that_somebody_must_look_at_is_not_repeated_every_night(self):
        from tests.exchange.rows import question

        dossier = told(KNOWN, 30)
        question(dossier, status="DEAD", asked_at=timezone.now())
        assert plan().asked == 0

    def test_in_brussels_actiris_is_asked(self):
        told(KNOWN, 30, nis="21004", municipality="Brussel")
        assert plan().asked == 1
        (question,) = Question.objects.filter(details__why="expiry")
        assert (question.service, question.details["employment_service"]) == ("GeefInschrijvingWerkzoekende", "ACTIRIS")


class TestDeadline:
    @pytest.mark.parametrize("days", limits.LAST_DAYS)
    def test_before_the_term_ends_is_asked_again(self, days):
        dossier = due_in(days)
        assert dossier.due_on == TODAY + timedelta(days=days)
        assert plan() == Planned(deadline=1)
        assert Question.objects.get(details__why="deadline").due_on == dossier.due_on

    def test_what_was_asked_since_that_day_is_not_asked_again(self):
        due_in(2, answered_days_ago=1)  # the third day before the end was yesterday
        due_in(8, answered_days_ago=5)
        assert plan() == Planned()

    def test_after_the_term_it_is_age_that_counts(self):
        due_in(-1, answered_days_ago=2)
        assert plan() == Planned()

    @pytest.mark.parametrize("day", [30, 45])
    def test_on_the_days_of_the_reminder_and_the_escalation(self, day):
        contract = TODAY - timedelta(days=day)
        told(NOT_KNOWN, 3, contract=contract)
        assert plan() == Planned(deadline=1)
        assert plan() == Planned()

    def test_who_is_registered_has_no_deadline(self):
        told(KNOWN, 3, contract=TODAY - timedelta(days=45))
        assert plan().asked == 0

    def test_the_legal_deadline_goes_first_and_the_quota_holds(self, settings):
        settings.EXCHANGE_PLANNED_A_NIGHT = 2
        told(KNOWN, 90)
        late, soon = (
            told(NOT_KNOWN, 3, contract=TODAY - timedelta(days=30)),
            told(NOT_KNOWN, 3, contract=TODAY - timedelta(days=45)),
        )
        assert plan() == Planned(deadline=2, left=True)
        assert [number for number, _ in planned()] == [soon.number, late.number]
        assert plan() == Planned(expiry=1)

    def test_a_question_before_a_deadline_goes_before_one_about_age_when_it_is_sent(self):
        from toeleiding.exchange import lease

        told(KNOWN, 90)
        soon = told(NOT_KNOWN, 3, contract=TODAY - timedelta(days=45))
        plan()
        Question.objects.filter(service="RegistreerInschrijving").update(status="DONE", finished_at=timezone.now())
        assert lease.claim(1, timezone.now()).questions[0].dossier == soon.pk


class TestFeed:
    def test_the_operator_reads_how_often_is_asked_and_why(self):
        assert planning.how_often(timezone.now()) == (
            "We rekenen nu niet op meldingen van VDAB. Wie we volgen, vragen we om de 14 dagen opnieuw."
        )
        feed_works()
        assert planning.how_often(timezone.now()).endswith("bij wie niets verandert, vragen we om de 84 dagen opnieuw.")

    def test_a_feed_that_works_makes_asking_rare(self):
        someone = told(KNOWN, 30)
        feed_works(someone)
        assert plan() == Planned(covered=True)

    def test_even_then_it_is_asked_once_in_a_while(self):
        someone = told(KNOWN, 14 * limits.FEED_STRETCHES)
        feed_works(someone)
        assert plan() == Planned(expiry=1, covered=True)

    def test_before_somebody_is_told_that_the_term_is_over_vdab_is_asked_all_the_same(self):
        feed_works(due_in(1))
        assert plan() == Planned(deadline=1, covered=True)

    def test_reminders_need_no_question_when_vdab_would_have_told(self):
        someone = told(NOT_KNOWN, 3, contract=TODAY - timedelta(days=30))
        feed_works(someone)
        assert plan() == Planned(covered=True)

    def test_a_feed_that_was_not_fetched_covers_nobody(self):
        someone = told(KNOWN, 30)
        feed_works(someone)
        FeedState.objects.update(pulled_at=timezone.now() - timedelta(hours=2))
        assert plan() == Planned(expiry=1)

    def test_a_feed_in_which_vdab_never_says_anything_proves_nothing(self):
        someone = told(KNOWN, 30)
        feed_works(someone)
        Notification.objects.update(source="KBI")
        assert plan() == Planned(expiry=1)

    def test_without_an_inscription_vdab_tells_us_nothing(self):
        told(KNOWN, 30)
        feed_works()
        assert plan() == Planned(expiry=1, covered=True)

    def test_an_inscription_that_began_after_the_answer_tells_nothing_of_what_came_between(self):
        someone = told(KNOWN, 30)
        feed_works()
        inscribed(someone, since=TODAY - timedelta(days=10))
        assert plan() == Planned(expiry=1, covered=True)

    def test_actiris_is_not_in_the_feed(self):
        someone = told(KNOWN, 30, nis="21004", municipality="Brussel")
        feed_works(someone)
        assert plan() == Planned(expiry=1, covered=True)


def test_planning_forty_takes_as_many_queries_as_planning_two(settings):
    for _ in range(42):
        told(KNOWN, 30)

    def queries(limit: int) -> int:
        settings.EXCHANGE_PLANNED_A_NIGHT = limit
        with CaptureQueriesContext(connection) as captured:
            assert plan().asked == limit
        return len(captured)

    assert queries(2) == queries(40)


def _with_stale_days(rules: Any, kind: Any, days: int) -> Any:
    class Other:
        def in_force(self, _day: date) -> Any:
            return type("InForce", (), {"stale_days": days})

    return Other()
