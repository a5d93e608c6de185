"""The bell that wakes a drain. It may be lost or ring twice: the rows in the outbox are the truth."""

from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

DRAIN = "toeleiding.exchange.tasks.drain"


def ring(at: datetime | None = None) -> None:
    """Ask for one drain, now or at a moment. When one is waiting already nothing is added.

    Runs outside a transaction (after commit): a refused double must not spoil somebody's work.
    """
    lock = "drain" if at is None else "drain-later"
    job = app.configure_task(DRAIN, queueing_lock=lock, schedule_at=at)
    try:
        job.defer()
    except AlreadyEnqueued:
        return
