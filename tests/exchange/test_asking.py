"""From a click to an answer in the dossier."""

import pytest

from tests.exchange.people import ask, known, questions, state
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Inscription, RawMessage, Received
from toeleiding.exchange.selectors import status

pytestmark = pytest.mark.django_db


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
    assert world.asked["RegistreerInschrijving"] == 1
    assert Inscription.objects.get(insz=dossier.insz).confirmed_at is not None
    assert [question.status for question in questions(dossier)] == ["DONE", "DONE"]
    assert Attempt.objects.count() == RawMessage.objects.count() == Received.objects.filter(settles=True).count() == 2


def test_every_edge_case_of_the_outside_world_gets_an_end_and_none_is_lost(outside):
    from toeleiding.simulator.population import EDGE_CASES
    outside()
    dossiers = [known(slug, work=None) for slug in EDGE_CASES]
    ask(*dossiers)
    d = drain()
    print(d, status())
    for slug, dossier in zip(EDGE_CASES, dossiers, strict=True):
        print(slug, [(q.service, q.status, q.outcome, q.cause) for q in questions(dossier) if q.service != "RegistreerInschrijving"], (s := state(dossier)).employment and s.employment.answer, s.failure and s.failure.answer)
