"""An operator holds a feed as a service: nothing is fetched, everybody sees why, and the poll respects it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.exchange.feeding import change, left, poll, waits
from tests.exchange.people import ask, case, known
from tests.factories import make_staff, sign_in
from toeleiding.exchange import circuits, desk, replay
from toeleiding.exchange.models import Feed, Hold, Notification, Poll, Question, Service
from toeleiding.organisations.models import Role

pytestmark = pytest.mark.django_db
WHY = "VDAB stuurt foute meldingen."


@pytest.fixture
def worker() -> None:
    """A worker that shows a sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")


@pytest.fixture
def operator() -> Any:
    return make_staff(Role.EXCHANGE_OPERATOR)


def test_a_held_feed_is_not_fetched_and_what_waits_stays_at_the_source(outside: Any, operator: Any) -> None:
    world = outside()
    waits(world, change(case("never-registered")))
    replay.hold(operator, Feed.GENERAL, WHY)
    assert poll(world).shut
    assert (left(world), Poll.objects.count()) == (1, 0)
    assert replay.release(operator, Feed.GENERAL)
    assert poll(world).fresh == 1


def test_the_other_feed_goes_on(outside: Any, operator: Any) -> None:
    world = outside()
    replay.hold(operator, Feed.GENERAL, WHY)
    assert not poll(world, Feed.PERSONS).shut


def test_a_hold_that_comes_meanwhile_stops_after_the_set_in_hand(outside: Any, operator: Any, monkeypatch: Any) -> None:
    world = outside()
    waits(world, *(change(insz) for insz in [case("never-registered")] * 150))
    asked = iter([[], ["GeefMutatiesNotificaties"]])
    monkeypatch.setattr(circuits, "held", lambda: next(asked))
    done = poll(world)
    assert (done.calls, done.came, done.ended) == (1, 100, False)
    monkeypatch.undo()
    assert poll(world).ended
    assert Notification.objects.count() == 150


def test_the_same_button_the_same_words_and_who_did_it_is_kept(operator: Any) -> None:
    client = sign_in(Client(), operator)
    at = "/uitwisseling/tegenhouden"
    assert Feed.GENERAL.label in client.get(at).content.decode()
    assert client.post(at, {"dienst": Feed.GENERAL, "reden": ""}).status_code == 422
    client.post(at, {"dienst": Feed.GENERAL, "reden": WHY})
    held = Hold.objects.get()
    assert (held.service, held.held_by, held.reason) == (Feed.GENERAL, operator.staff, WHY)
    shown = client.get("/uitwisseling?lijst=tegengehouden").content.decode()
    assert shown.count(WHY) == 2, "with the feeds and in the list of what is held"
    assert f'name="dienst" value="{Feed.GENERAL}"' in shown
    assert "bij MAGDA" in shown
    client.post("/uitwisseling/vrijgeven", {"dienst": Feed.GENERAL})
    held.refresh_from_db()
    assert held.released_by == operator.staff
    assert client.post("/uitwisseling/vrijgeven", {"dienst": "Iets"}).status_code == 404
    assert (
        "was al vrijgegeven"
        in client.post("/uitwisseling/vrijgeven", {"dienst": Feed.GENERAL}, follow=True).content.decode()
    )


def test_the_desk_says_first_that_a_feed_is_held_and_not_that_it_is_silent(operator: Any, worker: None) -> None:
    replay.hold(operator, Feed.GENERAL, WHY)
    found = desk.overview()
    assert found.health.level == "held"
    assert Feed.GENERAL.label in found.health.sentence
    (general, _) = found.feeds
    assert (general.state, general.silent_since) == ("Tegengehouden", None)
    assert WHY in general.sentence


@pytest.mark.parametrize("held", [Feed.GENERAL, Service.WORK])
def test_a_hold_never_hides_that_the_questions_stand_still(operator: Any, worker: None, held: Feed | Service) -> None:
    ask(known("never-registered"))
    Question.objects.update(next_attempt_at=timezone.now() - timedelta(hours=1))
    replay.hold(operator, held, WHY)
    assert desk.overview().health.level == "stuck"


def test_only_an_operator_holds_a_feed() -> None:
    client = sign_in(Client(), make_staff(Role.DPO))
    assert client.post("/uitwisseling/tegenhouden", {"dienst": Feed.GENERAL, "reden": WHY}).status_code == 403
