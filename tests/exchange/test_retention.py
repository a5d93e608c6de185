"""Rows of the feeds go after their own time, in batches, and what is not handled stays."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from toeleiding import law
from toeleiding.exchange import retention
from toeleiding.exchange.models import Feed, LegalLine, Notification, Poll

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def a_poll(age: timedelta) -> Poll:
    return Poll.objects.create(
        feed=Feed.GENERAL, purpose="GUIDANCE", legal_basis="grond", started_at=timezone.now() - age, question=b"x"
    )


def a_notification(poll: Poll, at: int, status: str = "NOTHING") -> Notification:
    handled = None if status == "RECEIVED" else poll.started_at
    return Notification.objects.create(
        source="VDAB", reference=str(at), feed=Feed.GENERAL, poll=poll, status=status, received_at=poll.started_at,
        handled_at=handled,
    )  # fmt: skip


def test_handled_notifications_and_their_polls_go_after_a_year_and_younger_ones_stay() -> None:
    old, young = a_poll(YEAR + timedelta(hours=1)), a_poll(YEAR - timedelta(hours=1))
    a_notification(old, 1)
    a_notification(young, 2)
    a_poll(YEAR * 2)
    assert retention.remove_rows(timezone.now(), apply=False) == 2, "the poll of the notification follows after it"
    assert retention.remove_rows(timezone.now()) == 3
    assert retention.remove_rows(timezone.now()) == 0
    assert list(Poll.objects.all()) == [young]
    assert Notification.objects.get().reference == "2"


def test_what_is_not_handled_yet_stays_with_its_poll() -> None:
    a_notification(a_poll(YEAR * 2), 1, "RECEIVED")
    assert retention.remove_rows(timezone.now()) == 0


def test_many_rows_go_some_at_a_time(monkeypatch: Any) -> None:
    monkeypatch.setattr(retention, "REMOVED_TOGETHER", 2)
    poll = a_poll(YEAR * 2)
    for at in range(5):
        a_notification(poll, at)
    assert retention.remove_rows(timezone.now()) == 6


@pytest.mark.parametrize("days", [0, True, "een jaar"])
def test_a_period_that_is_none_removes_nothing(monkeypatch: Any, days: Any) -> None:
    book = law.IN_FORCE.with_changes("proef", [replace(law.IN_FORCE.versions("K-12")[0], value=days)])
    monkeypatch.setattr(retention, "in_force", lambda: book)
    a_poll(YEAR * 9)
    assert retention.remove_rows(timezone.now()) == 0


def test_the_night_does_all_of_it_and_what_it_left_is_counted() -> None:
    a_poll(YEAR + timedelta(days=3))
    assert retention.overdue(timezone.now()) == 2, "its bytes and its row"
    done = retention.keep_no_longer(timezone.now())
    assert (done["raw_messages"], done["feed_rows"]) == (1, 1)
    assert retention.overdue(timezone.now()) == 0
    assert not LegalLine.objects.exists()
