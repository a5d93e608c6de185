"""Storing notifications: each once, whatever the call or file that it came with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from toeleiding.dossiers import bulk
from toeleiding.exchange.models import Feed, Notification, NotificationStatus
from toeleiding.magda import notifications as wire

_COLUMNS = (
    "source", "reference", "feed", "subject_type", "key", "kind", "on", "changed", "cancelled_insz", "new_insz",
    "poll_id", "file", "received_at", "status", "note", "handled_at",
)  # fmt: skip
_UNKNOWN_SOURCE = "ONBEKEND"
_LENGTHS = {"source": 120, "subject_type": 120, "key": 120, "kind": 120}


@dataclass(frozen=True, slots=True)
class Stored:
    """How many came, and how many of them were new."""

    came: int
    fresh: int


def store(
    feed: Feed,
    usable: Sequence[wire.Notification],
    unusable: Sequence[wire.Unusable],
    now: datetime,
    *,
    poll: UUID | None = None,
    file: str = "",
) -> Stored:
    """Write down what came in one statement. What is there already stays as it is: it may be handled by now."""
    rows = [_row(feed, one, now) for one in usable] + [_unusable(feed, one, now) for one in unusable]
    rows = list({(row["source"], row["reference"]): row for row in rows}.values())
    for row in rows:
        row["poll_id"], row["file"] = poll, file[-120:]
    before = Notification.objects.filter(source__in={row["source"] for row in rows})
    known = before.filter(reference__in=[row["reference"] for row in rows]).values_list("source", "reference")
    there = set(known) if rows else set()
    bulk.insert(Notification, _COLUMNS, rows, "on conflict (source, reference) do nothing")
    fresh = sum((row["source"], row["reference"]) not in there for row in rows)
    return Stored(len(usable) + len(unusable), fresh)


def known_already(usable: Sequence[wire.Notification]) -> int:
    """How many of these were stored before: for a dry run."""
    names = {(_source(one), _reference(one)) for one in usable}
    rows = Notification.objects.filter(reference__in=[reference for _, reference in names])
    return sum(name in names for name in rows.values_list("source", "reference"))


def _source(one: wire.Notification) -> str:
    return (one.source or _UNKNOWN_SOURCE)[: _LENGTHS["source"]]


def _reference(one: wire.Notification) -> str:
    """Its own reference; for one that has none what it says, so that the same thing said twice counts once."""
    if one.reference:
        return one.reference[:36]
    said = f"{one.subject_type}|{one.key}|{one.kind}|{one.on}|{one.changed}|{one.cancelled_insz}|{one.new_insz}"
    return sha256(said.encode()).hexdigest()[:36]


def _row(feed: Feed, one: wire.Notification, now: datetime) -> dict[str, Any]:
    return {
        "source": _source(one),
        "reference": _reference(one),
        "feed": feed.value,
        "subject_type": one.subject_type[: _LENGTHS["subject_type"]],
        "key": one.key[: _LENGTHS["key"]],
        "kind": (one.kind or "")[: _LENGTHS["kind"]],
        "on": one.on,
        "changed": [name[:255] for name in one.changed],
        "cancelled_insz": one.cancelled_insz or "",
        "new_insz": one.new_insz or "",
        "received_at": now,
        "status": NotificationStatus.RECEIVED.value,
        "note": "",
        "handled_at": None,
    }


def _unusable(feed: Feed, one: wire.Unusable, now: datetime) -> dict[str, Any]:
    """Kept, so that it can be looked up; there is nobody to ask about."""
    why = f"Uitzondering {', '.join(one.codes)}." if one.codes else "Zonder inhoud of zonder bruikbaar nummer."
    nothing = wire.Notification(one.reference, "", "")
    return {
        **_row(feed, nothing, now),
        "source": f"MAGDA {feed.value}",
        "status": NotificationStatus.UNUSABLE.value,
        "note": why[:200],
        "handled_at": now,
    }
