"""A notification that we cannot write into its dossier is never told as written, and an operator hears of it."""

from typing import Any

import pytest

from tests.exchange.feeding import change, poll, waits
from tests.exchange.people import known
from toeleiding.exchange.feeds import apply
from toeleiding.exchange.feeds.desk import told
from toeleiding.exchange.models import Feed, Notification

pytestmark = pytest.mark.django_db


def test_what_could_not_be_written_is_not_said_to_stand_in_the_dossier(
    outside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = outside()
    bad, good = known("never-registered"), known("registered-before-arrival")
    moved = {"kind": "020", "source": "RR", "blocks": ("3",)}
    waits(world, change(bad.insz, **moved), change(good.insz, **moved), feed=Feed.PERSONS)
    real = apply.record_many

    def stumbles(news: dict[int, Any], **more: Any) -> Any:
        if bad.pk in news:
            raise KeyError
        return real(news, **more)

    monkeypatch.setattr(apply, "record_many", stumbles)
    poll(world, Feed.PERSONS)
    lost, written = Notification.objects.get(dossier=bad), Notification.objects.get(dossier=good)
    assert written.note == ""
    assert lost.note.startswith("Niet in het dossier geschreven")
    assert lost.status != "NOTED"
    (sentence,) = [one for one in told(lost.received_at) if "fout van ons" in one]
    assert sentence.startswith("1 melding ")
