"""When the outside world misbehaves: nothing lost, nothing done twice, and never "not registered" by mistake."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from tests.exchange.people import ask, case, known, questions, state
from tests.factories import make_dossier
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event, PersonNumber
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange import drain as draining
from toeleiding.exchange import inbox, lease, limits, settle
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Circuit, Inscription, Question, Received
from toeleiding.exchange.selectors import status
from toeleiding.exchange.wire import Wire
from toeleiding.simulator.population import EDGE_CASES, life, number_of

pytestmark = pytest.mark.django_db
NEVER = "never-registered"
VDAB = "GeefDossierVDAB"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def rule(fault: str, times: int | None = None, service: str = VDAB, **match: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"service": service, "fault": fault, "match": match}
    return found if times is None else {**found, "times": times}


def question_to(dossier: Dossier, service: str = VDAB) -> Question:
    return Question.objects.get(dossier=dossier, service=service)


def told(dossier: Dossier, kind: type[e.Data]) -> list[Any]:
    rows = Event.objects.filter(dossier=dossier, kind=kind.kind).order_by("id")
    return [e.from_builtins(row.kind, row.data) for row in rows]


@pytest.mark.parametrize("fault", ["http500", "reset", "soapfault", "exception:99996", "truncated", "wrong_reference"])
def test_a_failing_call_is_told_once_asked_again_and_answered(outside, fault):
    outside(rule(fault, times=2))
    with time_machine.travel(MORNING, tick=False) as clock:
        dossier = known(NEVER)
        ask(dossier)
        drain()
        first = state(dossier)
        assert first.employment is None
        assert first.failure is not None
        assert first.failure.answer == "SOURCE_DOWN"
        assert first.asked is not None
        clock.shift(timedelta(seconds=5))
        drain()
        assert question_to(dossier).attempts == 2
        clock.shift(timedelta(seconds=15))
        drain()
    assert question_to(dossier).attempts == 3
    assert [delay.answer for delay in told(dossier, e.AnswerDelayed)] == ["SOURCE_DOWN"]
    assert [answer.answer for answer in told(dossier, e.EmploymentServiceAnswered)] == ["NOT_KNOWN"]
    assert state(dossier).failure is None


def test_a_call_that_takes_too_long_is_no_answer(outside, settings):
    settings.EXCHANGE_TIMEOUT_SECONDS = 0.3
    outside(rule("timeout", times=1))
    dossier = known(NEVER)
    ask(dossier)
    drain()
    assert state(dossier).employment is None
    assert Attempt.objects.get(question=question_to(dossier)).failure == "timeout"
    (delay,) = told(dossier, e.AnswerDelayed)
    assert "We proberen het opnieuw om" in delay.message
    assert delay.retry_at is not None
    assert not told(dossier, e.EmploymentServiceAnswered)


def test_without_anybody_on_the_other_side_everything_waits(settings):
    settings.SIMULATOR_URL = "http://127.0.0.1:9/"
    dossier = known(NEVER)
    ask(dossier)
    drain()
    assert status()["outbox"] == {"waiting": 2, "in_flight": 0, "done": 0, "dead": 0}
    (delay,) = told(dossier, e.AnswerDelayed)
    assert delay.message.startswith("Het repertorium van MAGDA is nu niet bereikbaar")
    assert state(dossier).employment is None


def test_a_question_that_nobody_answers_expires_and_says_so(outside):
    outside(rule("http500"))
    with time_machine.travel(MORNING, tick=False) as clock:
        dossier = known(NEVER, contract=date(2026, 11, 20))
        ask(dossier)
        drain()
        question = question_to(dossier)
        assert timezone.localdate(question.expires_at) == Dossier.objects.get(pk=dossier.pk).due_on + timedelta(days=1)
        clock.move_to(question.expires_at + timedelta(minutes=1))
        drain()
    question.refresh_from_db()
    assert (question.status, question.outcome) == ("DEAD", "SOURCE_DOWN")
    assert question.next_step
    (answer,) = told(dossier, e.EmploymentServiceAnswered)
    assert answer.answer == "SOURCE_DOWN"
    assert state(dossier).asked is None
    assert Dossier.objects.get(pk=dossier.pk).step == "EMPLOYMENT_SERVICE_CHECK"


def test_a_question_lives_at_least_a_week(outside):
    outside(rule("http500"))
    dossier = known(NEVER, contract=date(2026, 1, 5))  # the term ended long ago
    ask(dossier)
    question = question_to(dossier)
    assert question.expires_at - question.asked_at == limits.LIVES_AT_LEAST


def test_the_effect_without_the_answer_is_asked_again_and_counts_once(outside, settings):
    settings.EXCHANGE_TIMEOUT_SECONDS = 0.3
    world = outside(rule("after_effect_timeout", times=1, service="RegistreerInschrijving"))
    with time_machine.travel(MORNING, tick=False) as clock:
        dossier = known(NEVER)
        ask(dossier)
        drain()
        clock.shift(timedelta(seconds=5))
        drain()
    assert world.asked["RegistreerInschrijving"] == 2
    inscription = Question.objects.get(service="RegistreerInschrijving")
    assert inscription.status == "DONE"  # the second time it existed already: 40143 is success
    assert Inscription.objects.get().confirmed_at is not None
    assert state(dossier).employment.answer == "NOT_KNOWN"


def test_a_lost_bell_loses_nothing(outside):
    outside()
    dossier = known(NEVER)
    ask(dossier)  # nobody rang: callbacks after commit do not run in this test
    drain()
    assert question_to(dossier).status == "DONE"


def test_killed_after_sending_is_asked_again_and_takes_effect_once(outside, monkeypatch):
    world = outside(check_repertorium=False)
    with time_machine.travel(MORNING, tick=False) as clock:
        dossier = known(NEVER)
        ask(dossier)
        drain_until_killed(monkeypatch, inbox, "after", at=2)
        assert question_to(dossier).status == "IN_FLIGHT"
        drain()
        assert question_to(dossier).status == "IN_FLIGHT"  # its lease still runs
        clock.shift(limits.LEASE + timedelta(seconds=1))
        drain()
    assert world.asked[VDAB] == 2
    assert Attempt.objects.filter(question=question_to(dossier)).count() == 2
    assert len(told(dossier, e.EmploymentServiceAnswered)) == 1


def test_killed_between_receiving_and_applying_needs_no_second_question(outside, monkeypatch):
    world = outside()
    with time_machine.travel(MORNING, tick=False) as clock:
        dossier = known(NEVER)
        ask(dossier)
        drain_until_killed(monkeypatch, settle, "settle", at=2)
        assert Received.objects.filter(status="RECEIVED").count() == 1
        clock.shift(limits.LEASE + timedelta(seconds=1))
        drain()
    assert world.asked[VDAB] == 1
    assert state(dossier).employment.answer == "NOT_KNOWN"
    assert Received.objects.filter(question=question_to(dossier), settles=True).count() == 1


class Killed(BaseException):
    """The worker is gone."""


def drain_until_killed(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, at: int) -> None:
    """Drain with a worker that dies the `at`-th time it comes by a certain place."""
    real: Callable[..., Any] = getattr(module, name)
    calls = iter(range(1, 1000))

    def dies(*args: Any, **kwargs: Any) -> Any:
        if next(calls) >= at:
            raise Killed
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, dies)
        with pytest.raises(Killed):
            drain()


def test_an_answer_that_comes_after_the_lease_was_lost_is_a_duplicate(outside):
    outside(check_repertorium=False)
    dossier = known(NEVER)
    ask(dossier)
    Question.objects.filter(service="RegistreerInschrijving").update(status="DONE", finished_at=timezone.now())
    now = timezone.now()
    with Wire() as line:
        slow = lease.claim(10, now)
        (late,), _ = line.write(slow.questions, now)
        inbox.before([late], now)
        later = now + limits.LEASE
        quick = lease.claim(10, later)
        (message,), _ = line.write(quick.questions, later)
        inbox.before([message], later)
        settle.settle(inbox.after([line.send(message)]), quick.token)
        settle.settle(inbox.after([line.send(late)]), slow.token)
    assert sorted(Received.objects.values_list("status", flat=True)) == ["APPLIED", "DUPLICATE"]
    assert len(told(dossier, e.EmploymentServiceAnswered)) == 1


def test_an_answer_that_two_workers_find_in_the_inbox_takes_effect_once_and_stays_applied(outside, monkeypatch):
    outside(check_repertorium=False)
    dossier = known(NEVER)
    ask(dossier)
    drain_until_killed(monkeypatch, settle, "settle", at=2)
    later = timezone.now() + limits.LEASE + timedelta(seconds=1)
    mine, theirs = inbox.unfinished(later, 10), inbox.unfinished(later, 10)
    settle.settle(mine)
    settle.settle(theirs)
    assert Received.objects.get(question=question_to(dossier)).status == "APPLIED"
    assert len(told(dossier, e.EmploymentServiceAnswered)) == 1


def test_a_failure_that_comes_after_the_lease_was_lost_means_nothing(outside):
    outside(rule("http500", times=1), check_repertorium=False)
    dossier = known(NEVER)
    ask(dossier)
    Question.objects.filter(service="RegistreerInschrijving").update(status="DONE", finished_at=timezone.now())
    now = timezone.now()
    with Wire() as line:
        slow = lease.claim(10, now)
        (late,), _ = line.write(slow.questions, now)
        inbox.before([late], now)
        quick = lease.claim(10, now + limits.LEASE)
        settle.settle(inbox.after([line.send(late)]), slow.token)
    question = question_to(dossier)
    assert (question.status, question.lease_token) == ("IN_FLIGHT", quick.token)


def test_two_workers_never_hold_the_same_question(outside):
    outside()
    ask(*[make_dossier(insz=number_of(200 + at), work=[]) for at in range(6)])
    now = timezone.now()
    first, second = lease.claim(4, now), lease.claim(10, now)
    held = [question.id for question in (*first.questions, *second.questions)]
    assert len(held) == len(set(held)) == 6  # the inscriptions; what follows them waits


def test_a_replaced_number_moves_the_dossier_and_is_asked_again_under_the_new_one(outside):
    world = outside()
    bis = life(2022, EDGE_CASES["bis-to-national-number"])
    dossier = make_dossier(insz=bis.insz, work=[])
    ask(dossier)
    drain()
    found = Dossier.objects.get(pk=dossier.pk)
    assert found.insz == bis.replaced_by
    assert [(event.old, event.new) for event in told(dossier, e.NumberReplaced)] == [(bis.insz, bis.replaced_by)]
    assert state(dossier).employment.answer == "KNOWN"
    assert set(Inscription.objects.values_list("insz", flat=True)) >= {bis.replaced_by}
    assert status()["outbox"]["dead"] == 0
    assert world.asked[VDAB] == 2


def test_two_dossiers_never_share_a_replaced_number(outside):
    outside()
    bis = life(2022, EDGE_CASES["bis-to-national-number"])
    there = make_dossier(insz=bis.replaced_by, work=[])
    dossier = make_dossier(insz=bis.insz, work=[])
    ask(dossier)
    drain()
    question = question_to(dossier)
    assert question.status == "DEAD"
    assert there.number in question.cause
    assert Dossier.objects.get(pk=dossier.pk).insz == bis.insz
    assert PersonNumber.objects.get(insz=bis.replaced_by).dossier == there
    (answer,) = told(dossier, e.EmploymentServiceAnswered)
    assert answer.answer == "REPLACED"
    assert there.number in answer.note


def test_without_inscription_at_the_source_it_is_arranged_again_and_asked_once_more(outside):
    world = outside(rule("exception:40003", times=1))
    dossier = known(NEVER)
    ask(dossier)
    drain()
    assert world.asked == {"RegistreerInschrijving": 2, VDAB: 2}
    assert state(dossier).employment.answer == "NOT_KNOWN"


def test_without_inscription_for_good_a_person_must_look(outside):
    world = outside(rule("exception:40003"))
    dossier = known(NEVER)
    ask(dossier)
    drain()
    assert world.asked[VDAB] == 2
    assert (question_to(dossier).status, question_to(dossier).outcome) == ("DEAD", "NOT_INTEGRATED")
    assert state(dossier).employment.answer == "NOT_INTEGRATED"


def test_a_refused_inscription_ends_what_follows_it_with_its_cause(outside):
    outside(rule("exception:13001", service="RegistreerInschrijving"))
    dossier = known(NEVER)
    ask(dossier)
    drain()
    drain()
    question = question_to(dossier)
    assert question.status == "DEAD"
    assert "repertorium" in question.cause
    assert state(dossier).asked is None
    assert state(dossier).employment.answer == "REFUSED"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("30002", "CANCELLED"),
        ("15021", "REFUSED"),
        ("30042", "AMBIGUOUS"),
        ("20002", "INVALID"),
        ("60007", "NOT_UNDERSTOOD"),
    ],
)
def test_what_asking_again_cannot_help_is_final_with_a_sentence_and_a_next_step(outside, code, outcome):
    world = outside(rule(f"exception:{code}"))
    dossier = known(NEVER)
    ask(dossier)
    drain()
    drain()
    question = question_to(dossier)
    assert world.asked[VDAB] == 1
    assert (question.status, question.outcome) == ("DEAD", outcome)
    assert question.cause.endswith(".")
    assert question.next_step.endswith(".")
    (answer,) = told(dossier, e.EmploymentServiceAnswered)
    assert answer.answer == outcome
    assert Dossier.objects.get(pk=dossier.pk).answer == outcome
    assert state(dossier).asked is None


def test_a_poisoned_answer_stops_nobody_else(outside, monkeypatch):
    outside()
    dossiers = [known(NEVER), *[make_dossier(insz=number_of(300 + at), work=[]) for at in range(3)]]
    real = settle.record_many

    def fails_for_one(news: dict[int, Any], **more: Any) -> Any:
        if dossiers[0].pk in news:
            raise ValueError("kan niet geschreven worden")
        return real(news, **more)

    monkeypatch.setattr(settle, "record_many", fails_for_one)
    ask(*dossiers)
    drain()
    first, *others = [question_to(dossier) for dossier in dossiers]
    assert (first.status, first.cause[:12]) == ("DEAD", "Het antwoord")
    assert Received.objects.get(question=first).status == "PARKED"
    assert {other.status for other in others} == {"DONE"}


def test_an_answer_with_another_reference_is_put_aside(outside):
    outside(rule("wrong_reference", times=1))
    dossier = known(NEVER)
    ask(dossier)
    drain()
    assert status()["inbox"]["parked"] == 1
    assert question_to(dossier).status == "WAITING"
    assert state(dossier).employment is None


def test_after_five_failures_in_a_row_a_service_is_left_alone_and_then_tried_by_one(outside):
    people = [make_dossier(insz=number_of(400 + at), work=[]) for at in range(12)]
    world = outside(rule("http500"))
    with time_machine.travel(MORNING, tick=False) as clock:
        ask(*people)
        drain()
        assert status()["circuits"][VDAB] == "open"
        asked = world.asked[VDAB]
        clock.shift(timedelta(seconds=10))
        drain()
        assert world.asked[VDAB] == asked
        clock.shift(timedelta(minutes=16))
        drain()
        assert world.asked[VDAB] == asked + 1
        assert Circuit.objects.get(service=VDAB).state == "open"


def test_when_the_one_that_tries_gets_an_answer_the_others_follow(outside):
    """Everybody's first question fails, and they leave together: whoever tries later was refused before.

    Were they to wait for their inscriptions, the circuit could open before the one that tries had its first failure.
    """
    people = [make_dossier(insz=number_of(420 + at), work=[]) for at in range(8)]
    world = outside(rule("http500", times=1), check_repertorium=False)
    with time_machine.travel(MORNING, tick=False) as clock:
        ask(*people)
        inscriptions = Question.objects.filter(service="RegistreerInschrijving")
        inscriptions.update(status="DONE", finished_at=timezone.now())
        drain()
        assert world.asked[VDAB] == 8
        assert status()["circuits"][VDAB] == "open"
        clock.shift(timedelta(minutes=16))
        drain()
    assert status()["circuits"][VDAB] == "closed"
    assert status()["outbox"] == {"waiting": 0, "in_flight": 0, "done": 16, "dead": 0}
    assert world.asked[VDAB] == 16


def test_who_is_nearest_to_the_due_date_goes_first(outside):
    outside()
    late = make_dossier(insz=number_of(440), work=[], contract=date(2026, 11, 20))
    soon = make_dossier(insz=number_of(441), work=[], contract=date(2026, 9, 30))
    ask(late, soon)
    (first,) = lease.claim(1, timezone.now()).questions
    assert first.dossier == soon.pk


def test_questions_about_one_person_to_one_service_go_in_order(outside):
    outside(rule("http500"))
    dossier = known(NEVER)
    ask(dossier)
    drain()
    older = question_to(dossier)
    record(dossier, NewEvent(e.EmploymentServiceAsked(question=uuid4()), date(2026, 11, 23), e.Source.SYSTEM))
    claimed = lease.claim(10, timezone.now()).questions
    assert claimed == []
    later = lease.claim(10, older.next_attempt_at + timedelta(minutes=5)).questions
    assert [question.id for question in later] == [older.pk]


def test_no_more_calls_run_at_once_than_the_places_there_are(settings):
    settings.EXCHANGE_IN_FLIGHT, settings.EXCHANGE_IN_FLIGHT_PER_WORKER = 4, 3
    with lease.places_in_flight() as places:
        assert places == 3
    assert draining.next_attempt_at() is None


def test_a_shown_number_is_asked_about_under_the_one_that_holds_now(outside):
    world = outside(check_repertorium=False)
    dossier = known(NEVER)
    ask(dossier)
    today = date(2026, 11, 23)
    record(dossier, NewEvent(e.NumberAssigned(insz=case("registered-before-arrival")), today, e.Source.CASE_WORKER))
    drain()
    assert world.asked[VDAB] == 1
    assert state(dossier).employment.answer == "KNOWN"
    assert questions(dossier)
