"""Asking failed questions again: a dry run first, then exactly that, once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.exchange.people import ask, known, state
from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal
from toeleiding.dossiers.services import ask_work, note_answer_by_hand
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange import circuits, inbox, lease, replay, settle
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Circuit, Hold, Question, Received, Replay, Replayed, Service
from toeleiding.exchange.replay import Choice, ReplayError
from toeleiding.exchange.selectors import status
from toeleiding.exchange.wire import Wire
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db
VDAB = "GeefDossierVDAB"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
REFUSED = {"service": VDAB, "fault": "exception:13501", "match": {"rate": 1.0}}


def operator() -> Any:
    return make_staff(Role.EXCHANGE_OPERATOR)


def refused(outside: Any, count: int, times: int = 1) -> list[Dossier]:
    """So many people about whom VDAB refused to answer, once each; the next time it answers."""
    outside({**REFUSED, "times": times}, check_repertorium=False)
    people = [make_dossier(insz=number_of(200 + at), work=[]) for at in range(count)]
    ask(*people)
    drain()
    assert Question.objects.filter(service=VDAB, status="DEAD").count() == count
    return people


def again(access: Any = None, choice: Choice | None = None, token: Any = None) -> Replay:
    return replay.replay(access or operator(), choice or Choice(), "De machtiging is hersteld.", token or uuid4())


def answers(dossier: Dossier) -> list[str]:
    rows = Event.objects.filter(dossier=dossier, kind=e.EmploymentServiceAnswered.kind).order_by("id")
    return [row.data["answer"] for row in rows]


def test_200_failures_are_asked_again_after_a_dry_run_and_nothing_is_doubled(outside):
    people = refused(outside, 200)
    planned = replay.plan(Choice())
    assert (len(planned.asked), planned.skipped.total()) == (200, 0)
    assert Question.objects.filter(status="WAITING").count() == 0  # a dry run changes nothing

    done = again()
    assert (done.asked, done.skipped) == (200, 0)
    assert Dossier.objects.filter(asked_at__isnull=False).count() == 200
    drain()

    # Who got another number meets the simulated refusal once more, under that number.
    first = [dossier.insz for dossier in people]
    assert not Question.objects.filter(service=VDAB, status="DEAD", handled="", insz__in=first).exists()
    assert Question.objects.filter(service=VDAB).count() == 400
    for dossier in people:
        told = Event.objects.filter(dossier=dossier, kind=e.EmploymentServiceAnswered.kind, data__has_key="question")
        named = [row.data["question"] for row in told]
        assert (len(named), len(set(named))) == (2, 2)  # the refusal and the answer, each told once
    assert sum(status()["outbox"].values()) == Question.objects.count()
    settled = Received.objects.filter(settles=True).values_list("question", flat=True)
    assert len(settled) == len(set(settled))


def test_a_double_click_does_the_same_as_one_click(outside):
    (dossier,) = refused(outside, 1)
    token, access = uuid4(), operator()
    first, second = again(access, token=token), again(access, token=token)
    assert (first.pk, first.asked, first.skipped) == (second.pk, second.asked, second.skipped) == (token, 1, 0)
    assert Replay.objects.get().asked == 1
    assert Question.objects.filter(dossier=dossier, service=VDAB, status="WAITING").count() == 1
    assert Replayed.objects.count() == 1


def test_a_click_that_comes_late_does_not_ask_what_failed_since(outside):
    (dossier,) = refused(outside, 1, times=2)
    token, access = uuid4(), operator()
    again(access, token=token)
    drain()
    assert Question.objects.filter(dossier=dossier, service=VDAB, status="DEAD").exists()
    assert again(access, token=token).asked == 1
    assert not Question.objects.filter(dossier=dossier, service=VDAB, status="WAITING").exists()
    assert Replayed.objects.count() == 1


def test_a_second_operator_finds_nothing_left_to_ask(outside):
    (dossier,) = refused(outside, 1)
    again()
    second = again()
    assert (second.asked, second.skipped) == (0, 0)
    drain()
    assert len(answers(dossier)) == 2


def test_a_refused_question_becomes_a_new_one_for_who_asked_it_first(outside):
    (dossier,) = refused(outside, 1)
    old = Question.objects.get(service=VDAB)
    again()
    old.refresh_from_db()
    line = Replayed.objects.select_related("became").get()
    assert (old.status, old.handled) == ("DEAD", "ANEW")
    assert line.became is not None
    assert line.became.pk != old.pk
    assert (line.became.asker, line.became.purpose, line.became.dossier) == (old.asker, old.purpose, dossier)
    assert state(dossier).asked is not None
    assert state(dossier).asked.question == line.became.pk


def test_a_question_that_could_not_be_applied_goes_on_under_its_own_id(outside):
    outside(check_repertorium=False)
    dossier = known("never-registered")
    ask(dossier)
    question = Question.objects.get(service=VDAB)
    Question.objects.filter(pk=question.pk).update(
        status="DEAD",
        outcome="NOT_UNDERSTOOD",
        cause="Het antwoord kwam aan, maar kon niet in het dossier geschreven worden.",
        next_step="Verwittig de uitwisselingsbeheerder.",
        finished_at=question.asked_at,
        attempts=4,
    )
    again()
    question.refresh_from_db()
    assert (question.status, question.attempts, question.cause) == ("WAITING", 0, "")
    drain()
    assert answers(dossier) == ["NOT_KNOWN"]
    question.refresh_from_db()
    assert question.status == "DONE"


def test_a_failed_inscription_is_asked_anew_and_what_waited_for_it_follows(outside):
    outside({"service": "RegistreerInschrijving", "fault": "exception:40001", "match": {"rate": 1.0}, "times": 1})
    dossier = known("never-registered")
    ask(dossier)
    drain()
    drain()
    assert Question.objects.filter(status="DEAD").count() == 2
    done = again()
    assert done.asked == 2
    assert Question.objects.filter(service="RegistreerInschrijving", status="WAITING").count() == 1
    drain()
    assert answers(dossier)[-1] == "NOT_KNOWN"
    assert Question.objects.filter(status="DEAD", handled="").count() == 0


def skips() -> dict[str, int]:
    return dict(replay.plan(Choice()).skipped)


def test_what_was_answered_since_is_not_asked_again(outside):
    (dossier,) = refused(outside, 1)
    note_answer_by_hand(make_staff(), dossier, answer="NOT_KNOWN", reason="Gebeld met VDAB.")
    assert skips() == {"ANSWERED": 1}
    again()
    assert Question.objects.get(service=VDAB).handled == "ANSWERED"
    assert Question.objects.filter(status="WAITING").count() == 0


def test_what_somebody_asked_anew_is_not_asked_again(outside):
    (dossier,) = refused(outside, 1)
    ask(Dossier.objects.get(pk=dossier.pk))
    assert skips() == {"NEWER": 1}


def test_a_closed_dossier_is_not_asked_about(outside):
    (dossier,) = refused(outside, 1)
    record(dossier, NewEvent(e.RightToWorkSeen(may_work=False), date(2026, 11, 23), e.Source.CASE_WORKER))
    assert Dossier.objects.get(pk=dossier.pk).step == "CLOSED"
    assert skips() == {"CLOSED": 1}


def test_a_person_with_another_number_is_not_asked_about_under_the_old_one(outside):
    (dossier,) = refused(outside, 1)
    moved = e.NumberReplaced(old=dossier.insz or "", new=number_of(999))
    record(dossier, NewEvent(moved, date(2026, 11, 23), e.Source.REGISTER))
    assert skips() == {"OTHER_NUMBER": 1}


def test_a_dossier_that_went_into_another_is_not_asked_about(outside):
    gone, kept = refused(outside, 2)
    access = make_staff()
    merging.propose([merging.Pair(gone.pk, kept.pk, Likeness.NEAR_DOUBLE)])
    merging.merge(access, MergeProposal.objects.get(), Dossier.objects.get(pk=kept.pk), "Zelfde persoon.")
    assert {line.dossier: line.skip for line in replay.plan(Choice()).lines} == {gone.pk: "CLOSED", kept.pk: ""}


def test_an_expired_question_is_not_asked_again(outside):
    with time_machine.travel(MORNING, tick=False) as clock:
        refused(outside, 1)
        clock.shift(timedelta(days=90))
        assert skips() == {"EXPIRED": 1}


def test_without_a_number_there_is_nothing_to_ask(outside):
    (dossier,) = refused(outside, 1)
    gone = e.NumberCancelled(insz=dossier.insz or "")
    record(dossier, NewEvent(gone, date(2026, 11, 23), e.Source.REGISTER))
    assert skips() == {"NO_NUMBER": 1}


def test_a_replay_does_what_the_dry_run_said(outside):
    people = refused(outside, 4)
    note_answer_by_hand(make_staff(), people[0], answer="NOT_KNOWN", reason="Gebeld met VDAB.")
    ask(Dossier.objects.get(pk=people[1].pk))
    planned = replay.plan(Choice())
    done = again()
    assert (done.asked, done.skipped) == (len(planned.asked), planned.skipped.total()) == (2, 2)
    kept = dict(done.lines.filter(became=None).values_list("question", "skipped"))
    assert kept == {line.id: line.skip for line in planned.lines if line.skip}


def test_one_message_can_be_asked_again_without_the_others(outside):
    refused(outside, 3)
    one = Question.objects.filter(service=VDAB).first()
    assert one is not None
    done = again(choice=Choice(question=one.pk))
    assert done.asked == 1
    assert Question.objects.filter(status="DEAD", handled="").count() == 2


def test_who_asked_again_and_why_is_kept_with_the_cause(outside):
    (dossier,) = refused(outside, 1)
    cause = Question.objects.get(service=VDAB).cause
    access = operator()
    done = again(access)
    assert (done.by, done.reason) == (access.staff, "De machtiging is hersteld.")
    assert done.lines.get().cause == cause
    assert AccessLog.objects.get(staff=access.staff, action="ASKED").dossier == dossier.pk


def test_without_a_reason_nothing_is_asked_or_held(outside):
    refused(outside, 1)
    with pytest.raises(ReplayError):
        replay.replay(operator(), Choice(), "  ", uuid4())
    with pytest.raises(ReplayError):
        replay.hold(operator(), Service.VDAB_FILE, "")
    assert not Replay.objects.exists()
    assert not Hold.objects.exists()


def test_a_replay_takes_the_same_number_of_queries_for_three_and_for_thirty(outside):
    access = operator()
    people = refused(outside, 3)
    with CaptureQueriesContext(connection) as few:
        again(access)
    drain()
    outside({**REFUSED, "times": 1}, check_repertorium=False)
    ask(*[make_dossier(insz=number_of(500 + at), work=[]) for at in range(30)])
    drain()
    with CaptureQueriesContext(connection) as many:
        done = again(access)
    assert (len(people), done.asked) == (3, 30)
    assert len(many) == len(few)


def test_a_held_service_is_not_asked_and_goes_on_after_release(outside):
    world = outside(check_repertorium=False)
    dossier = known("never-registered")
    ask(dossier)
    access = operator()
    replay.hold(access, Service.VDAB_FILE, "VDAB doet onderhoud.")
    drain()
    assert world.asked[VDAB] == 0
    assert Question.objects.get(service=VDAB).status == "WAITING"
    assert replay.release(access, Service.VDAB_FILE)
    drain()
    assert answers(dossier) == ["NOT_KNOWN"]
    held = Hold.objects.get()
    assert (held.held_by, held.released_by) == (access.staff, access.staff)


def test_other_services_go_on_while_one_is_held(outside):
    world = outside(check_repertorium=False)
    dossier = known("never-registered", work=None)
    access = ask(dossier)
    ask_work(access, Dossier.objects.get(pk=dossier.pk))
    replay.hold(operator(), Service.VDAB_FILE, "VDAB doet onderhoud.")
    drain()
    assert world.asked["GeefWerkrelaties"] == 1
    assert world.asked[VDAB] == 0


@pytest.mark.parametrize("service", [Service.VDAB_FILE, Service.INSCRIPTION])
def test_questions_do_not_expire_while_they_are_held(outside, service):
    outside(check_repertorium=False)
    with time_machine.travel(MORNING, tick=False) as clock:
        dossier = known("never-registered", contract=date(2026, 11, 20))
        ask(dossier)
        expires = Question.objects.get(service=VDAB).expires_at
        replay.hold(operator(), service, "De machtiging wordt vernieuwd.")
        drain()
        clock.shift(timedelta(days=100))
        drain()
        question = Question.objects.get(service=VDAB)
        assert question.status == "WAITING"
        replay.release(operator(), service)
        question.refresh_from_db()
        assert question.expires_at == expires + timedelta(days=100)
        drain()
    assert answers(dossier)[-1:] == ["NOT_KNOWN"]


def test_a_held_service_is_not_probed_either(outside):
    Circuit.objects.create(service=VDAB, state="open", failures=5, opened_at=MORNING, probe_at=MORNING)
    replay.hold(operator(), Service.VDAB_FILE, "VDAB doet onderhoud.")
    gate = circuits.gate(MORNING + timedelta(hours=1))
    assert (gate.shut, gate.probing) == ([VDAB], [])
    assert Circuit.objects.get().state == "open"


def test_holding_twice_is_holding_once(outside):
    first = replay.hold(operator(), Service.WORK, "Onderhoud.")
    assert replay.hold(operator(), Service.WORK, "Ook ik.") == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(service=Service.WORK, reason="x", held_by=first.held_by, held_at=MORNING)
    assert replay.release(operator(), Service.WORK)
    assert not replay.release(operator(), Service.WORK)


def test_an_answer_to_the_first_try_that_comes_late_counts_once_after_a_replay(outside):
    outside(check_repertorium=False)
    dossier = known("never-registered")
    ask(dossier)
    question = Question.objects.get(service=VDAB)
    Question.objects.exclude(pk=question.pk).update(status="DONE", finished_at=question.asked_at)
    now = question.asked_at + timedelta(seconds=1)
    with Wire() as line:
        batch = lease.claim(10, now)
        messages, _ = line.write(batch.questions, now)
        inbox.before(messages, now)
        late = [line.send(message) for message in messages]
    Question.objects.filter(pk=question.pk).update(
        status="DEAD", cause="x", next_step="y", finished_at=now, lease_token=None, leased_until=None
    )
    again()
    drain()
    settle.settle(inbox.after(late), batch.token)
    assert answers(dossier) == ["NOT_KNOWN"]
    assert Attempt.objects.filter(question=question).count() == 2
