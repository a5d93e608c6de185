"""From a click to an answer in the dossier."""

import pytest

from tests.exchange.people import ask, case, known, questions, state
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
