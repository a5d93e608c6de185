"""Questions about the exchange itself."""

from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from toeleiding.exchange.models import (
    Circuit,
    CircuitState,
    Feed,
    Notification,
    NotificationStatus,
    Question,
    Received,
    ReceivedStatus,
    Service,
    Status,
)


def status() -> dict[str, Any]:
    """How the exchange stands (CONTRACTS chapter 5), in three queries.

    Waiting, under way, done and dead add up to everything that was ever asked. `oldest_waiting_seconds` is
    null when nothing waits.
    """
    now = timezone.now()
    questions = Question.objects.order_by().aggregate(
        **{one.lower(): Count("pk", filter=Q(status=one)) for one in Status.values},
        oldest=Min("asked_at", filter=Q(status=Status.WAITING)),
    )
    oldest = questions.pop("oldest")
    answers = Received.objects.order_by().aggregate(
        **{one.lower(): Count("pk", filter=Q(status=one)) for one in ReceivedStatus.values}
    )
    known = dict(Circuit.objects.values_list("service", "state"))
    return {
        "outbox": questions,
        "inbox": answers,
        "circuits": {name: known.get(name, CircuitState.CLOSED.value) for name in (*Service.values, *Feed.values)},
        "oldest_waiting_seconds": max(0, int((now - oldest).total_seconds())) if oldest else None,
    }


def notifications() -> dict[str, int]:
    """How many notifications became what, in one query. They are counted apart: they are no questions."""
    return Notification.objects.order_by().aggregate(
        **{one.lower(): Count("pk", filter=Q(status=one)) for one in NotificationStatus.values}
    )
