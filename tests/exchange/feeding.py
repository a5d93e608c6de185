"""Notifications that wait for us at the simulator, and a line to it without a network."""

from datetime import date
from itertools import count
from typing import Any

from django.conf import settings

from tests.faults.outside import Line
from toeleiding.exchange.feeds import fetch
from toeleiding.exchange.feeds.polling import Pulled
from toeleiding.exchange.models import Feed
from toeleiding.simulator.ledger import Notification, Registry, Step
from toeleiding.simulator.world import World

QUEUES = {Feed.GENERAL: "ALGEMEEN", Feed.PERSONS: "PERSOON"}
_numbers = count(1)


def change(insz: str | None, **more: Any) -> Notification:
    """A notification about somebody: VDAB says that the file changed, unless told otherwise."""
    given = {
        "reference": f"melding-{next(_numbers)}",
        "subject_type": "PERS",
        "key": insz or "",
        "kind": "DOSSIERVDAB",
        "source": "VDAB",
        "on": date(2026, 11, 23),
        "time": "10:00",
        "blocks": ("Dossier",),
    }
    return Notification(**{**given, **more})


def waits(world: World, *notifications: Notification, feed: Feed = Feed.GENERAL) -> None:
    """Let these wait in a feed, in this order, and nothing of the world's own accord."""
    registry = Registry(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID)
    queue = world.ledger.queue(registry, QUEUES[feed])
    world.ledger.take(
        Step("tell", world.today, registry.uri, registry.capacity, QUEUES[feed], notifications=notifications)
    )
    queue.looked_on = world.today


def left(world: World, feed: Feed = Feed.GENERAL) -> int:
    """How many the simulator still holds for us."""
    registry = Registry(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID)
    return len(world.ledger.queue(registry, QUEUES[feed]).waiting)


def poll(world: World, feed: Feed = Feed.GENERAL) -> Pulled:
    """One poll, handled."""
    return fetch(feed, transport=Line(world))
