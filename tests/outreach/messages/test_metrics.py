"""What is measured of messages: where they stand by channel, how old the oldest is, what fails, and about nobody."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.metrics import text
from toeleiding.outreach.messages import metrics
from toeleiding.outreach.messages.models import Channel, Message, MessageState

pytestmark = pytest.mark.django_db


def measured() -> dict[str, dict[tuple[str, ...], float]]:
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text(metrics.Messages()).decode()):
        for sample in family.samples:
            if sample.name.startswith(metrics.PREFIX):
                labels = tuple(sample.labels[name] for name in ("channel", "state") if name in sample.labels)
                found.setdefault(sample.name.removeprefix(metrics.PREFIX), {})[labels] = sample.value
    return found


def a_message(dossier: Dossier, state: str, channel: str = "SMS", due: int = 0, **more: Any) -> Message:
    """`due`: minutes since it may leave."""
    now = timezone.now()
    return Message.objects.create(
        **{"key": str(uuid4()), "dossier": dossier, "channel": channel, "kind": "CALL", "reason": "", "state": state,
           "asked_at": now, "not_before": now - timedelta(minutes=due), "changed_at": now, "sent_at": now, **more}
    )  # fmt: skip


def test_without_messages_everything_is_zero() -> None:
    found = measured()
    assert len(found["by_state"]) == len(Channel) * len(MessageState)
    assert len(found["failed_last_hour"]) == len(Channel) * len(metrics.TROUBLE)
    assert {value for values in found.values() for value in values.values()} == {0.0}


def test_the_queue_is_counted_by_channel_and_state_and_the_oldest_that_may_leave_is_told(dossier: Dossier) -> None:
    for due in (5, 30):
        a_message(dossier, "WAITING", due=due)
    a_message(dossier, "WAITING", "EMAIL", due=-60, attempts=2)
    a_message(dossier, "HELD", "EMAIL", due=-600)
    a_message(dossier, "SENT", due=9000)
    found = measured()
    assert found["by_state"]["SMS", "WAITING"] == 2
    assert found["by_state"]["EMAIL", "HELD"] == 1
    assert found["oldest_waiting_seconds"] == {("SMS",): 1800.0, ("EMAIL",): 0.0}
    assert found["trying_again"] == {("SMS",): 0.0, ("EMAIL",): 1.0}


def test_what_failed_lately_is_told_apart_from_what_failed_before(dossier: Dossier) -> None:
    for state in metrics.TROUBLE:
        a_message(dossier, state)
        a_message(dossier, state, changed_at=timezone.now() - timedelta(hours=2))
    a_message(dossier, "SENT")
    found = measured()
    assert found["failed_last_hour"]["SMS", "UNSURE"] == 1
    assert found["by_state"]["SMS", "UNSURE"] == 2
    assert sum(found["failed_last_hour"].values()) == len(metrics.TROUBLE)


def test_the_page_has_them_in_one_query_and_names_nobody(
    client: Client, dossier: Dossier, django_assert_num_queries: Any
) -> None:
    a_message(dossier, "FAILED")
    said = client.get("/metrics").content.decode()
    assert 'toeleiding_messages_by_state{channel="SMS",state="FAILED"} 1.0' in said
    for secret in (dossier.number, dossier.insz or "?", "samira"):
        assert secret not in said
    with django_assert_num_queries(1):
        list(metrics.Messages().collect())


def test_without_a_database_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> list[Any]:
        raise OperationalError("weg")

    monkeypatch.setattr(metrics, "rows", broken)
    assert measured() == {}
