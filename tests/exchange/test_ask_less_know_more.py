"""The measure of "ask less often, know more": a month of 200 people, with the feed and by age alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from statistics import mean
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from tests.exchange.people import ask
from tests.factories import make_dossier
from tests.faults.outside import Line, Outside
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.drain import drain
from toeleiding.exchange.feeds import fetch
from toeleiding.exchange.models import Feed, Question
from toeleiding.exchange.planning import plan
from toeleiding.exchange.repertorium import nightly
from toeleiding.exchange.wire import Wire
from toeleiding.simulator.changes import changes
from toeleiding.simulator.life import Life
from toeleiding.simulator.population import DEFAULT_SEED, lives

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
PEOPLE, DAYS = 200, 30
REGISTERS = ("GeefDossierVDAB", "GeefInschrijvingWerkzoekende")


@dataclass(frozen=True, slots=True)
class Month:
    """What a month took: calls to the registers about people, polls, and how old each change was when we knew it."""

    calls: int
    polls: int
    ages: list[int]

    def __str__(self) -> str:
        return (
            f"{self.calls} vragen aan registers en {self.polls} keer meldingen opgehaald;"
            f" {len(self.ages)} wijzigingen, gemiddeld {mean(self.ages):.1f} dagen oud toen we ze kenden"
        )


@contextmanager
def thrown_away() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def clients() -> list[Life]:
    """People of whom VDAB may be asked in this month, with a life that goes on in it."""
    young = (
        life
        for life in lives(DEFAULT_SEED, 20_000, (BEGIN + timedelta(days=DAYS)).date())
        if BEGIN.date() - timedelta(days=300) < life.contract_on <= BEGIN.date() and not life.edge_case
    )
    return list(islice(young, PEOPLE))


def live(people: list[Life], *, feed: bool) -> Month:
    """A month of nights: fetch, keep the inscriptions, plan, send."""
    with time_machine.travel(BEGIN, tick=True) as clock:
        world = Outside()
        dossiers = {life.insz: _dossier(life) for life in people}
        ask(*dossiers.values())
        drain(wire=Wire(Line(world)))
        _as_the_database_keeps_count()
        before = len(world.sent)
        for day in range(1, DAYS + 1):
            clock.move_to(BEGIN + timedelta(days=day))
            if feed:
                fetch(Feed.GENERAL, transport=Line(world))
            nightly.keep()
            plan()
            drain(wire=Wire(Line(world)))
        sent = [service for service, _ in world.sent[before:]]
        return Month(
            sum(service in REGISTERS for service in sent),
            sum(service == Feed.GENERAL for service in sent),
            [age for life in people for age in _ages(life, dossiers[life.insz])],
        )


def _as_the_database_keeps_count() -> None:
    """What autovacuum does by itself where a transaction ends: without it the plans are those of empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("analyze dossiers_dossier, exchange_inscription, exchange_question")


def _dossier(life: Life) -> Dossier:
    home = life.address_on(BEGIN.date()).municipality
    return make_dossier(
        insz=life.insz_on(BEGIN.date()), contract=life.contract_on, nis=home.nis, municipality=home.name, work=[]
    )


def _ages(life: Life, dossier: Dossier) -> Iterator[int]:
    """Of each change at VDAB in the month: how many days passed before we asked and heard of it."""
    last = (BEGIN + timedelta(days=DAYS)).date()
    asked = Question.objects.filter(dossier=dossier, service__in=REGISTERS, status="DONE").order_by("asked_at")
    days = [timezone.localdate(at) for at in asked.values_list("asked_at", flat=True)]
    seen: set[date] = set()
    for change in changes(life):
        if change.source == "VDAB" and BEGIN.date() < change.on < last and change.on not in seen:
            seen.add(change.on)
            yield (min((day for day in days if day >= change.on), default=last) - change.on).days


def test_with_the_feed_we_ask_less_than_a_third_and_know_of_changes_sooner() -> None:
    people = clients()
    assert len(people) == PEOPLE
    found: dict[str, Any] = {}
    for name, feed in (("by age", False), ("with the feed", True)):
        with thrown_away():
            found[name] = live(people, feed=feed)
    told = "; ".join(f"{name}: {month}" for name, month in found.items())
    by_age, with_feed = found["by age"], found["with the feed"]
    assert len(by_age.ages) == len(with_feed.ages) > 15, told
    assert with_feed.calls * 3 < by_age.calls, told
    assert mean(with_feed.ages) < mean(by_age.ages) / 3, told
