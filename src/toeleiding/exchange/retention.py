"""What is kept no longer than its time, all of it: raw messages, lines of the legal log, rows of what came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from toeleiding.exchange import legal_log, raw
from toeleiding.exchange.batch.tidy import tidy
from toeleiding.rulebook.selectors import in_force

# The job runs once a night; what it left after two nights it did not see.
NIGHTS = timedelta(days=2)
REMOVED_TOGETHER = 5000


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table that go after the days of a rule; `past` says which of `kept` are over at `limit`."""

    rule: str
    table: str
    key: str
    past: str


# In this order: a poll goes after what it brought, a referral after its messages. What somebody or something must
# still handle stays.
_FEEDS = (
    Rows("K-12", "exchange_notification", "id", "kept.received_at < %(limit)s and kept.status <> 'RECEIVED'"),
    Rows(
        "K-12",
        "exchange_poll",
        "reference",
        "kept.started_at < %(limit)s"
        " and not exists (select from exchange_notification n where n.poll_id = kept.reference)",
    ),
)
_INCOMING = (
    Rows(
        "K-15",
        "exchange_incomingmessage",
        "id",
        "kept.received_at < %(limit)s and (kept.referral_id is null or kept.referral_id <> all(%(open)s::uuid[]))",
    ),
    Rows(
        "K-15",
        "exchange_incomingreferral",
        "id",
        "kept.received_at < %(limit)s and kept.id <> all(%(open)s::uuid[])"
        " and not exists (select from exchange_incomingmessage m where m.referral_id = kept.id)",
    ),
)


def keep_no_longer(now: datetime) -> dict[str, int]:
    """Erase and remove what is past its time, each by its own dated rule. Returns how many of what."""
    return {
        "raw_messages": raw.erase_old(now),
        "legal_lines": legal_log.remove_old(now),
        "feed_rows": remove_rows(now),
        "incoming_rows": remove_incoming(now),
        "files": tidy(now),
    }


def overdue(now: datetime) -> int:
    """How much should have gone in the last nights and is still there."""
    return due(now - NIGHTS)


def due(then: datetime) -> int:
    """How much of what is still there is past its time at a moment."""
    ways = (raw.erase_old, legal_log.remove_old, remove_rows, remove_incoming)
    return sum(way(then, apply=False) for way in ways)


def remove_rows(now: datetime, *, apply: bool = True) -> int:
    """Remove handled notifications and polls past rule K-12. Returns how many there were."""
    return remove(_FEEDS, now, apply=apply)


def remove_incoming(now: datetime, *, apply: bool = True) -> int:
    """Remove what partners sent past rule K-15, unless the referral it is about is still open. Returns how many."""
    return remove(_INCOMING, now, apply=apply, open=import_string(settings.INCOMING_REFERRALS_OPEN)())


def period(rule: str, now: datetime) -> timedelta | None:
    """How long a rule keeps something; None without a usable rule: then nothing is removed."""
    days = in_force().value(rule, timezone.localdate(now))
    return timedelta(days=days) if isinstance(days, int) and not isinstance(days, bool) and days >= 1 else None


def remove(rows: Sequence[Rows], now: datetime, *, apply: bool, **given: Any) -> int:
    """Remove what is past its rule, some thousands at a time, each in its own transaction. Returns how many."""
    done = 0
    for one in rows:
        kept_for = period(one.rule, now)
        if kept_for is not None:
            done += _remove(one, {**given, "limit": now - kept_for, "most": REMOVED_TOGETHER}, apply=apply)
    return done


def _remove(rows: Rows, given: dict[str, Any], *, apply: bool) -> int:
    which = f"from {rows.table} kept where {rows.past}"
    with connection.cursor() as cursor:
        if not apply:
            cursor.execute(f"select count(*) {which}", given)
            return int(cursor.fetchone()[0])
        done: int = 0
        while True:
            cursor.execute(
                f"delete from {rows.table} where {rows.key} in (select kept.{rows.key} {which} limit %(most)s)", given
            )
            done += cursor.rowcount
            if cursor.rowcount < REMOVED_TOGETHER:
                return done
