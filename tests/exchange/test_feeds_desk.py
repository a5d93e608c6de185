"""The feeds on the operator's desk: fetched when, what became of it, and when somebody must know that it stopped."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from tests.exchange.rows import NOW, circuit, question
from tests.exchange.test_desk import sentence
from tests.factories import make_staff, sign_in
from toeleiding.exchange import desk
from toeleiding.exchange.feeds.meaning import UNKNOWN_KIND
from toeleiding.exchange.models import Feed, FeedState, Notification
from toeleiding.organisations.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def worker() -> None:
    """A worker that shows a sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")


@pytest.fixture
def operator(client: Client) -> Client:
    return sign_in(client, make_staff(Role.EXCHANGE_OPERATOR))


def feed(which: Feed = Feed.GENERAL, **more: Any) -> FeedState:
    given = {"polled_at": NOW, "pulled_at": NOW, "outcome": "NOT_KNOWN", **more}
    return FeedState.objects.create(feed=which, **given)


def test_a_feed_that_was_fetched_says_when_and_how_much_was_new():
    feed(waited=3)
    (line, other) = desk.overview(NOW).feeds
    assert (line.tone, line.state) == ("goed", "Opgehaald")
    assert line.sentence.replace("\xa0", " ") == "Volledig opgehaald om 10.00 uur: 3 nieuwe meldingen."
    assert other.state == "Nog niet opgehaald"


def test_a_feed_that_was_not_fetched_for_an_hour_is_in_the_sentence_of_health(worker):
    feed(
        pulled_at=NOW - timedelta(minutes=61),
        cause="MAGDA gaf de meldingen niet.",
        next_step="We proberen het vanzelf opnieuw.",
    )
    found = desk.overview(NOW).health
    assert found.sentence.replace("\xa0", " ") == (
        "Vragen werken, maar wat er elders verandert, is niet opgehaald sinds 8.59 uur."
    )
    assert (found.level, found.tone) == ("feed", "letop")
    assert found.advice == "We proberen het vanzelf opnieuw."


def test_within_the_hour_nobody_is_alarmed(worker):
    feed(pulled_at=NOW - timedelta(minutes=59), cause="MAGDA gaf de meldingen niet.", next_step="Wacht.")
    assert sentence() == "De uitwisseling staat klaar. VDAB gaf nog geen antwoord."


def test_the_feed_of_the_register_is_daily(worker):
    feed(Feed.PERSONS, pulled_at=NOW - timedelta(hours=25))
    assert desk.overview(NOW).health.level == "ready"
    FeedState.objects.update(pulled_at=NOW - timedelta(hours=27))
    assert desk.overview(NOW).health.level == "feed"


def test_a_source_that_is_down_is_worse(worker):
    question()
    circuit()
    feed(pulled_at=NOW - timedelta(hours=5))
    assert desk.overview(NOW).health.level == "down"


def test_what_became_of_notifications_is_told_and_a_strange_kind_by_its_name():
    for at, (status, note) in enumerate([("NOT_FOLLOWED", ""), ("NOTHING", UNKNOWN_KIND), ("NOTHING", "")]):
        Notification.objects.create(
            source="VDAB", reference=str(at), feed=Feed.GENERAL, kind="NIEUWSOORT", note=note, status=status,
            received_at=NOW, handled_at=NOW,
        )  # fmt: skip
    assert desk.overview(NOW).told[:-1] == [
        "In de laatste 24 uur kwamen er 3 meldingen: 2 vroegen niets van ons en 1 ging over iemand die we niet volgen.",
        "Een soort die we niet kennen: NIEUWSOORT van VDAB (1). De bron is toch opnieuw gevraagd.",
    ]


def test_the_page_shows_both_feeds(operator):
    feed(waited=1)
    page = operator.get("/uitwisseling").content.decode()
    assert "Wijzigingen bij VDAB en andere bronnen" in page
    assert "1 nieuwe melding" in page
    assert "In de laatste 24 uur kwam er geen melding." in page
