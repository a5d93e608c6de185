"""Draining the outbox: claim, store the reference, send outside any transaction, store the answer, settle.

Calls run in threads; the database is touched by the draining thread alone. While some calls are under way the
answers that came in are settled together and new questions are taken, so that neither waits for the other.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError
from django.db.models import Min
from django.utils import timezone

from toeleiding.exchange import inbox, lease, limits, settle
from toeleiding.exchange.bell import ring
from toeleiding.exchange.models import Question, Status
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.wire import Wire

log = structlog.get_logger("exchange")


@dataclass(slots=True)
class Drained:
    """What one drain did: calls made, and where the questions stood after each settlement."""

    calls: int = 0
    places: int = 0
    found: Counter[Status] = field(default_factory=Counter)


# The calls under way, each with the lease under which it runs.
_UnderWay = dict[Future[Reply], UUID]


def drain(*, wire: Wire | None = None, stop: Callable[[], bool] = lambda: False) -> Drained:
    """Send everything that may be sent now and let the answers take effect. Returns when nothing is left to do.

    Safe to run in any number of workers at once, and safe to kill at any point: what was claimed comes free
    when its lease runs out, what was received is settled by whoever drains next. `stop` is asked between
    batches; calls under way are finished first. Raises what keeps it from storing, such as a full disk, after
    giving back what it held.
    """
    done = Drained()
    _finish_what_others_left(done)
    with lease.places_in_flight() as places:
        done.places = places
        if places:
            with wire or Wire() as line, ThreadPoolExecutor(places, "exchange") as pool:
                _pump(line, pool, done, stop)
    _ring_for_later()
    log.info("drained", calls=done.calls, **{status.lower(): count for status, count in done.found.items()})
    return done


def _finish_what_others_left(done: Drained) -> None:
    size = limits.batch_size()
    while left := inbox.unfinished(timezone.now(), size):
        done.found.update(settle.settle(left))
    while settle.give_up(timezone.now(), size):
        pass


def _pump(line: Wire, pool: ThreadPoolExecutor, done: Drained, stop: Callable[[], bool]) -> None:
    under: _UnderWay = {}
    leases: set[UUID] = set()
    size = limits.batch_size()
    try:
        while True:
            if len(under) <= size // 2 and not stop():
                _take(line, pool, under, leases, size - len(under), done)
            if not under:
                return
            came, _ = wait(under, return_when=FIRST_COMPLETED)
            _settle(came, under, done)
    except Exception:
        # What we cannot store we do not keep asking: calls that did not begin are called off, the rest waits.
        for call in under:
            call.cancel()
        with suppress(DatabaseError, InterfaceError):
            lease.give_back(leases, timezone.now())
        raise


def _take(line: Wire, pool: ThreadPoolExecutor, under: _UnderWay, leases: set[UUID], size: int, done: Drained) -> None:
    now = timezone.now()
    batch = lease.claim(size, now)
    if not batch.questions:
        return
    leases.add(batch.token)
    messages, unsendable = line.write(batch.questions, now)
    inbox.before(messages, now)
    if unsendable:
        done.found.update(settle.settle(unsendable, batch.token))
    for message in messages:
        under[pool.submit(line.send, message)] = batch.token
    done.calls += len(messages)


def _settle(came: set[Future[Reply]], under: _UnderWay, done: Drained) -> None:
    by_lease: dict[UUID, list[Reply]] = {}
    for call in came:
        by_lease.setdefault(under.pop(call), []).append(call.result())
    for token, replies in by_lease.items():
        done.found.update(settle.settle(inbox.after(replies), token))


def _ring_for_later() -> None:
    """What comes back within the minute gets a bell of its own; the rest hears the one of every minute."""
    now = timezone.now()
    soonest = next_attempt_at()
    if soonest is not None and now < soonest and (soonest - now).total_seconds() < 60:
        ring(soonest)


def next_attempt_at() -> datetime | None:
    """When the first waiting question may be sent; None when nothing waits."""
    found: datetime | None = Question.objects.filter(status=Status.WAITING).aggregate(at=Min("next_attempt_at"))["at"]
    return found
