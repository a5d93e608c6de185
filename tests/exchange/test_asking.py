"""From a click to an answer in the dossier: what normally happens."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.exchange.people import ask, known, questions, state
from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.services import ask_work
from toeleiding.exchange import inbox, lease, settle
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Inscription, Question, RawMessage, Received
from toeleiding.exchange.selectors import status
from toeleiding.exchange.wire import Wire
from toeleiding.simulator.population import EDGE_CASES, number_of

pytestmark = pytest.mark.django_db


def everything() -> int:
    return sum(status()["outbox"].values())


def test_a_question_is_inscribed_sent_and_its_answer_stands_in_the_dossier(outside):
    world = outside()
    dossier = known("registered-before-arrival")
    ask(dossier)
    assert status()["outbox"] == {"waiting": 2, "in_flight": 0, "done": 0, "dead": 0}

    drain()

    told = state(dossier).employment
    assert told is not None
    assert told.answer == "KNOWN"
    assert told.registered_on is not None
    assert Dossier.objects.get(pk=dossier.pk).outcome == "REGISTERED"
    assert world.asked == {"RegistreerInschrijving": 1, "GeefDossierVDAB": 1}
    assert Inscription.objects.get(insz=dossier.insz).confirmed_at is not None
    assert status()["outbox"] == {"waiting": 0, "in_flight": 0, "done": 2, "dead": 0}
    assert Attempt.objects.count() == RawMessage.objects.count() == Received.objects.filter(settles=True).count() == 2


def test_the_answer_names_the_message_it_came_from(outside):
    outside()
    dossier = known("registered-before-arrival")
    ask(dossier)
    drain()
    event = Event.objects.get(dossier=dossier, kind=e.EmploymentServiceAnswered.kind)
    question = Question.objects.get(dossier=dossier, service="GeefDossierVDAB")
    assert Attempt.objects.get(reference=event.message).question == question
    assert event.source == "VDAB"


def test_somebody_who_is_not_registered_is_not_known_and_gets_the_explanation(outside):
    outside()
    dossier = known("never-registered")
    ask(dossier)
    drain()
    found = Dossier.objects.get(pk=dossier.pk)
    assert (found.answer, found.step) == ("NOT_KNOWN", "EXPLANATION")


def test_a_question_about_work_fills_the_work_situation(outside):
    outside()
    dossier = known("ibo-training", work=None)
    ask_work(make_staff(), dossier)
    drain()
    told = state(dossier)
    assert told.work_answer == "KNOWN"
    assert [entry.kind for entry in told.work or ()] == ["IBO"]
    assert told.failure is None


def test_in_brussels_actiris_is_asked_through_the_jobseeker_register(outside):
    world = outside()
    dossier = known("lives-in-brussels", nis="21004", municipality="Brussel")
    ask(dossier)
    drain()
    told = state(dossier).employment
    assert told is not None
    assert (told.answer, told.service) == ("KNOWN", "ACTIRIS")
    assert told.registered_on is not None
    assert world.asked["GeefDossierVDAB"] == 0


def test_the_second_question_about_a_person_needs_no_second_inscription(outside):
    world = outside()
    dossier = known("never-registered")
    ask(dossier)
    drain()
    ask(Dossier.objects.get(pk=dossier.pk))
    drain()
    assert world.asked == {"RegistreerInschrijving": 1, "GeefDossierVDAB": 2}


def test_who_has_no_number_gets_a_sentence_and_nothing_is_sent(outside):
    world = outside()
    dossier = known("never-registered")
    ask(dossier)
    from toeleiding.dossiers.timeline import NewEvent, record

    record(dossier, NewEvent(e.NumberCancelled(insz=dossier.insz or ""), e.date(2026, 11, 23), e.Source.REGISTER))
    drain()
    assert world.asked["GeefDossierVDAB"] == 0
    question = Question.objects.get(dossier=dossier, service="GeefDossierVDAB")
    assert (question.status, question.cause) == ("DEAD", "Er is geen rijksregisternummer.")
    assert state(dossier).asked is None


def test_every_edge_case_of_the_outside_world_gets_an_end_and_none_is_lost(outside):
    outside()
    dossiers = {slug: known(slug, work=None) for slug in EDGE_CASES}
    ask(*dossiers.values())
    drain()
    answers = {slug: found.answer for slug, dossier in dossiers.items() if (found := state(dossier).employment)}
    assert answers["cancelled-number"] == "CANCELLED"
    assert answers["vdab-refused"] == "REFUSED"
    assert answers["dossier-without-category"] == "PARTIAL"
    assert "vdab-source-down" not in answers
    assert state(dossiers["vdab-source-down"]).failure.answer == "SOURCE_DOWN"
    assert everything() == Question.objects.count()
    for question in Question.objects.filter(status="DEAD"):
        assert question.cause
        assert question.next_step
    for slug in ("cancelled-number", "vdab-refused", "dossier-without-category", "vdab-source-down"):
        assert Dossier.objects.get(pk=dossiers[slug].pk).step in ("EMPLOYMENT_SERVICE_CHECK", "WORK_SITUATION")


def test_claiming_storing_and_settling_take_the_same_number_of_queries_for_two_and_for_forty(outside):
    outside(check_repertorium=False)

    def queries(first: int, count: int) -> tuple[int, ...]:
        ask(*[make_dossier(insz=number_of(100 + first + at), work=[]) for at in range(count)])
        Question.objects.filter(service="RegistreerInschrijving", status="WAITING").update(
            status="DONE", finished_at=timezone.now()
        )
        now = timezone.now()
        with Wire() as line:
            with CaptureQueriesContext(connection) as claiming:
                batch = lease.claim(count, now)
            messages, _ = line.write(batch.questions, now)
            with CaptureQueriesContext(connection) as before:
                inbox.before(messages, now)
            replies = [line.send(message) for message in messages]
            with CaptureQueriesContext(connection) as after:
                received = inbox.after(replies)
            with CaptureQueriesContext(connection) as settling:
                settle.settle(received, batch.token)
        assert len(replies) == count
        return tuple(map(len, (claiming, before, after, settling)))

    queries(0, 1)  # the first call ever makes the row of its circuit
    few = queries(1, 4)
    many = queries(10, 40)
    assert many == few
    assert sum(many) <= 37


def test_asking_takes_the_same_number_of_queries_for_two_and_for_forty():
    def queries(count: int) -> int:
        access = make_staff()
        dossiers = [make_dossier(work=[]) for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            ask(*dossiers, access=access)
        return len(captured)

    assert queries(2) == queries(40)


def test_questions_of_a_dossier_stand_in_order_of_asking(outside):
    outside()
    dossier = known("never-registered", work=None)
    access = ask(dossier)
    ask_work(access, Dossier.objects.get(pk=dossier.pk))
    assert [question.service for question in questions(dossier)][-1] == "GeefWerkrelaties"
