"""The jobs of the exchange do what they are called."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.exchange.feeding import change, waits
from tests.exchange.people import ask, known
from tests.factories import make_dossier
from toeleiding.dossiers import events as e
from toeleiding.exchange import tasks
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Feed, FeedState, Inscription, Notification, Question

pytestmark = pytest.mark.django_db
CONTEXT: Any = SimpleNamespace(should_abort=lambda: False)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_the_quarterly_job_fetches_and_asks(outside):
    world = outside()
    with time_machine.travel(MONDAY - timedelta(days=2)):
        dossier = known("never-registered")
        ask(dossier)
        drain()
    waits(world, change(dossier.insz))
    tasks.fetch_notifications(CONTEXT, timestamp=0)
    assert Notification.objects.get().status == "ASKED"
    assert Question.objects.filter(details__why="notification").count() == 1


def test_the_register_is_asked_once_a_day_though_the_job_comes_every_hour(outside):
    world = outside()
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(25):
            tasks.fetch_register_notifications(CONTEXT, timestamp=0)
            clock.shift(timedelta(hours=1))
    assert world.asked[Feed.PERSONS] == 2


def test_the_register_is_tried_again_an_hour_later_when_it_failed(outside):
    outside({"service": Feed.PERSONS.value, "fault": "http500", "match": {"rate": 1.0}, "times": 1})
    with time_machine.travel(MONDAY, tick=False) as clock:
        tasks.fetch_register_notifications(CONTEXT, timestamp=0)
        assert FeedState.objects.get().pulled_at is None
        clock.shift(timedelta(hours=1))
        tasks.fetch_register_notifications(CONTEXT, timestamp=0)
    assert FeedState.objects.get().pulled_at is not None


def test_the_night_keeps_the_inscriptions_and_plans(outside):
    outside()
    told = e.EmploymentServiceAnswered(answer="KNOWN", category="03")
    with time_machine.travel(MONDAY - timedelta(days=20)):
        dossier = make_dossier(told, work=[])
    tasks.night_of_the_exchange(timestamp=0)
    assert Inscription.objects.get().insz == dossier.insz
    question = Question.objects.get(details__why="expiry")
    assert question.follows == Inscription.objects.get().question
    assert question.asked_at <= timezone.now()
