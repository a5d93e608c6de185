"""The bell that wakes a drain. It may be lost or ring twice: the rows in the outbox are the truth."""

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

DRAIN = "toeleiding.exchange.tasks.drain"


def ring(at: datetime | None = None, *, task: str = DRAIN) -> None:
    """Ask for one drain (or another task), now or at a moment. When one is waiting already nothing is added."""
    lock = "drain" if task == DRAIN else task
    job = app.configure_task(task, queueing_lock=lock if at is None else f"{lock}-later", schedule_at=at)
    try:
        with transaction.atomic():  # a refused double must not spoil the work around it
            job.defer()
    except AlreadyEnqueued:
        return
