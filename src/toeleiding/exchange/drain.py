"""Draining the outbox: claim, store the reference, send outside any transaction, store the answer, settle.

Calls run in threads; the database is touched by the draining thread alone. While some calls are under way the
answers that came in are settled together and new questions are taken, so that neither waits for the other.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from time import sleep
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


@dataclass(slots=True)
class _UnderWay:
    """The calls under way, each with the lease under which it runs, and where those that end report."""

    calls: dict[Future[Reply], UUID] = field(default_factory=dict)
    leases: set[UUID] = field(default_factory=set)
    ended: "SimpleQueue[Future[Reply]]" = field(default_factory=SimpleQueue)

    def add(self, call: Future[Reply], token: UUID) -> None:
        self.calls[call] = token
        call.add_done_callback(self.ended.put)

    def came(self) -> list[tuple[Reply, UUID]]:
        """Wait for the first, and a moment for those that come right after it: they are written down together."""
        first = self.ended.get()
        if self.ended.qsize() < len(self.calls) // 2:
            sleep(limits.GATHER_SECONDS)
        return [(call.result(), self.calls.pop(call)) for call in (first, *self._others())]

    def _others(self) -> Iterator[Future[Reply]]:
        with suppress(Empty):
            while True:
                yield self.ended.get_nowait()


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
    under = _UnderWay()
    size = limits.batch_size(done.places)
    try:
        while True:
            if len(under.calls) <= size // 2 and not stop():
                _take(line, pool, under, size - len(under.calls), done)
            if not under.calls:
                return
            came = under.came()
            leases = {reply.reference: token for reply, token in came}
            done.found.update(settle.settle(inbox.after([reply for reply, _ in came]), leases))
    except Exception:
        # What we cannot store we do not keep asking: calls that did not begin are called off, the rest waits.
        for call in under.calls:
            call.cancel()
        with suppress(DatabaseError, InterfaceError):
            lease.give_back(under.leases, timezone.now())
        raise


def _take(line: Wire, pool: ThreadPoolExecutor, under: _UnderWay, size: int, done: Drained) -> None:
    now = timezone.now()
    batch = lease.claim(size, now)
    if not batch.questions:
        return
    under.leases.add(batch.token)
    messages, unsendable = line.write(batch.questions, now)
    inbox.before(messages, now)
    if unsendable:
        done.found.update(settle.settle(unsendable, {reply.reference: batch.token for reply in unsendable}))
    for message in messages:
        under.add(pool.submit(line.send, message), batch.token)
    done.calls += len(messages)


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
