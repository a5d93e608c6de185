"""What is kept no longer than its time, all of it: raw messages, lines of the legal log, notifications and polls."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from toeleiding.exchange import legal_log, raw
from toeleiding.exchange.batch.tidy import tidy
from toeleiding.rulebook.selectors import in_force

# The job runs once a night; what it left after two nights it did not see.
NIGHTS = timedelta(days=2)
REMOVED_TOGETHER = 5000

# In this order: a poll goes after what it brought. What somebody or something must still handle stays.
_ROWS = (
    ("exchange_notification", "id", "kept.received_at < %(limit)s and kept.status <> 'RECEIVED'"),
    (
        "exchange_poll",
        "reference",
        "kept.started_at < %(limit)s"
        " and not exists (select from exchange_notification n where n.poll_id = kept.reference)",
    ),
)


def keep_no_longer(now: datetime) -> dict[str, int]:
    """Erase and remove what is past its time, each by its own dated rule. Returns how many of what."""
    return {
        "raw_messages": raw.erase_old(now),
        "legal_lines": legal_log.remove_old(now),
        "feed_rows": remove_rows(now),
        "files": tidy(now),
    }


def overdue(now: datetime) -> int:
    """How much should have gone in the last nights and is still there."""
    return due(now - NIGHTS)


def due(then: datetime) -> int:
    """How much of what is still there is past its time at a moment."""
    return raw.erase_old(then, apply=False) + legal_log.remove_old(then, apply=False) + remove_rows(then, apply=False)


def remove_rows(now: datetime, *, apply: bool = True) -> int:
    """Remove handled notifications and polls past rule K-12, some thousands at a time, each in its own transaction.

    Without a usable rule nothing is removed. Returns how many there were.
    """
    days = in_force().value("K-12", timezone.localdate(now))
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        return 0
    given = {"limit": now - timedelta(days=days), "most": REMOVED_TOGETHER}
    return sum(_remove(table, key, past, given, apply=apply) for table, key, past in _ROWS)


def _remove(table: str, key: str, past: str, given: dict[str, Any], *, apply: bool) -> int:
    with connection.cursor() as cursor:
        if not apply:
            cursor.execute(f"select count(*) from {table} kept where {past}", given)
            return int(cursor.fetchone()[0])
        done: int = 0
        while True:
            cursor.execute(
                f"delete from {table} where {key} in (select kept.{key} from {table} kept where {past} limit %(most)s)",
                given,
            )
            done += cursor.rowcount
            if cursor.rowcount < REMOVED_TOGETHER:
                return done
