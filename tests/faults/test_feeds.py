"""Feeds under everything that goes wrong: each notification stored once, each handled, none left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from tests.exchange.feeding import QUEUES, change
from tests.factories import make_dossier
from tests.faults.names import ON_THE_LINE
from tests.faults.outside import Line, Outage, Outside
from tests.faults.points import Crash
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.feeds import apply, fetch, polling
from toeleiding.exchange.models import Circuit, Feed, FeedState, Notification, Poll, Question
from toeleiding.simulator.ledger import Registry, Step
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PEOPLE = 12
# Where a poller may be killed: before or after one of these.
POINTS = (
    (polling, "_call"), (polling, "_keep"), (polling, "_note"), (polling, "_fail"), (apply, "_batch"), (apply, "_ask"),
)  # fmt: skip
# An answer that says "nothing more" or "done" while there is more would be a lie of the source, not a fault of a line.
CODES = ("30014", "60006", "99996", "40001", "60007", "50000")


@contextmanager
def _may_die(chance: Random, times: int) -> Iterator[None]:
    """A poller that dies now and then, at most so many times, before or after a place."""
    left = [times]

    def wrapped(function: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            before = chance.random() < 0.5
            dies = left[0] > 0 and chance.random() < 0.25
            if dies:
                left[0] -= 1
            if dies and before:
                raise Crash
            found = function(*args, **kwargs)
            if dies:
                raise Crash
            return found

        return call

    patches = [patch.object(owner, name, wrapped(getattr(owner, name))) for owner, name in POINTS]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _world(chance: Random) -> Outside:
    rules = []
    for _ in range(chance.choice((0, 1, 2, 3))):
        name = chance.choice([one for one in ON_THE_LINE if one not in ("replaced", "slow")])
        fault = f"exception:{chance.choice(CODES)}" if name == "exception" else name
        match = chance.choice(({"rate": 0.4}, {"nth": chance.randint(1, 6)}))
        rules.append({"service": Feed.GENERAL.value, "fault": fault, "match": match, "times": chance.randint(1, 6)})
    return Outside(*rules)


def _queue(world: Outside) -> Any:
    registry = Registry(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID)
    return registry, world.ledger.queue(registry, QUEUES[Feed.GENERAL])


def _something_changes(world: Outside, chance: Random, people: list[Dossier], told: list[Any]) -> None:
    """New notifications, some told before, about people whom we know and whom we do not, in any order."""
    registry, queue = _queue(world)
    fresh = [
        change(
            chance.choice([*(one.insz for one in people), number_of(9000)]),
            reference=f"n{len(told) + at}",
            kind=chance.choice(("DOSSIERVDAB", "TOELEIDING", "WERK", "DOSSIERKBI", "ONBEKEND")),
        )
        for at in range(chance.choice((0, 1, 5, 130)))
    ]
    again = chance.sample(told, min(len(told), chance.choice((0, 0, 3))))
    told += fresh
    coming = [*fresh, *again]
    chance.shuffle(coming)
    world.ledger.take(
        Step("tell", world.today, registry.uri, registry.capacity, QUEUES[Feed.GENERAL], notifications=tuple(coming))
    )
    queue.looked_on = world.today


@pytest.mark.parametrize("number", range(40))
def test_whatever_goes_wrong_each_notification_is_stored_and_handled_once(number: int) -> None:
    chance = Random(number)
    told: list[Any] = []
    outages = [Outage(START + timedelta(hours=2), START + timedelta(hours=chance.choice((2, 4))))]
    with time_machine.travel(START, tick=False) as clock:
        world = _world(chance)
        people = [make_dossier(insz=number_of(600 + at), work=[]) for at in range(PEOPLE)]
        crashed = 0
        with _may_die(chance, chance.choice((0, 1, 3, 6))):
            for _ in range(16):
                _something_changes(world, chance, people, told)
                clock.shift(timedelta(minutes=15))
                try:
                    fetch(Feed.GENERAL, transport=Line(world, outages))
                except Crash:
                    crashed += 1
                    with connection.cursor() as cursor:  # its session ends, and with it the lock
                        cursor.execute("select pg_advisory_unlock_all()")
        for _ in range(12):  # everything is well again
            clock.shift(timedelta(minutes=15))
            _, queue = _queue(world)
            queue.looked_on = world.today
            if fetch(Feed.GENERAL, transport=Line(world)).ended:
                break
        state = FeedState.objects.get(feed=Feed.GENERAL)
    assert state.pulled_at == state.polled_at, "the last poll came to the end"
    assert not _queue(world)[1].waiting
    stored = Notification.objects.values_list("reference", flat=True)
    assert sorted(stored) == sorted(one.reference for one in told)
    assert not Notification.objects.filter(status="RECEIVED").exists()
    waiting = Question.objects.filter(details__why="notification", status="WAITING")
    per_topic = waiting.values_list("dossier", "service")
    assert len(per_topic) == len(set(per_topic)), "several about one person are one question"
    asked_about = set(waiting.values_list("dossier__insz", flat=True))
    kinds = ("DOSSIERVDAB", "TOELEIDING", "WERK", "ONBEKEND")
    assert asked_about == {one.key for one in told if one.kind in kinds and one.key != number_of(9000)}
    assert Poll.objects.filter(ended_at=None).count() <= crashed
    assert not Circuit.objects.filter(service=Feed.GENERAL).exclude(state="closed").exists()
