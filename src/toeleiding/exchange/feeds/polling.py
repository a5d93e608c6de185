"""Fetching a feed: ask, store what came with its receipt in one transaction, confirm by asking again, until the end.

One poller at a time for both feeds. Killed at any point nothing is lost: what was not stored is offered again, what
was stored and not confirmed is confirmed by the next poll, and what comes twice is stored once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zlib import crc32

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from toeleiding.exchange import circuits, legal_log, limits, line, vault, words
from toeleiding.exchange.feeds.store import Stored, store
from toeleiding.exchange.models import Feed, FeedState, Poll
from toeleiding.exchange.outbox import LEGAL_BASIS
from toeleiding.exchange.replies import codes
from toeleiding.exchange.wire import failure_of
from toeleiding.exchange.words import Sentence
from toeleiding.magda import notifications, services
from toeleiding.magda.answers import Answer, read_answer
from toeleiding.magda.envelope import Sender
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.questions import write_question
from toeleiding.magda.transport import SignatureRefused, SoapFaultBody, Transport
from toeleiding.organisations.models import Purpose

log = structlog.get_logger("exchange")
SERVICE_OF = {Feed.GENERAL: services.NOTIFICATIONS, Feed.PERSONS: services.PERSON_NOTIFICATIONS}
_UNKNOWN_RECEIPT = "30014"


@dataclass(slots=True)
class Pulled:
    """What one poll did. `ended`: it came to the end of the feed; `busy`: somebody else was at it already."""

    calls: int = 0
    came: int = 0
    fresh: int = 0
    ended: bool = False
    busy: bool = False
    shut: bool = False


@dataclass(frozen=True, slots=True)
class _Came:
    """What became of one call: a readable answer to this very call, or why there is none."""

    poll: UUID
    started_at: datetime
    ended_at: datetime
    answer: Answer | None = None
    raw: bytes | None = None
    failure: str = ""
    sentence: Sentence | None = None

    @property
    def codes(self) -> list[dict[str, str | int]]:
        return codes(self.answer)

    @property
    def unknown_receipt(self) -> bool:
        return any(one["id"] == _UNKNOWN_RECEIPT for one in self.codes)


def pull(feed: Feed, *, transport: Transport | None = None, stop: Callable[[], bool] = lambda: False) -> Pulled:
    """Fetch everything that waits in a feed. Returns at once when somebody else is fetching, or the source is shut: it
    does not answer, or an operator holds it. A hold that comes meanwhile stops it after the set in hand.
    """
    with _one_poller() as mine:
        if not mine:
            return Pulled(busy=True)
        gate = circuits.gate(timezone.now(), only=feed.value)
        if feed.value in gate.shut:
            return Pulled(shut=True)
        wire = transport or line.transport()
        try:
            done = _until_the_end(feed, wire, lambda: stop() or feed.value in circuits.held())
        finally:
            if transport is None:
                wire.close()
    log.info("feed_pulled", feed=feed.value, calls=done.calls, came=done.came, fresh=done.fresh, ended=done.ended)
    return done


def _until_the_end(feed: Feed, wire: Transport, stop: Callable[[], bool]) -> Pulled:
    done = Pulled()
    receipt = FeedState.objects.filter(feed=feed).values_list("receipt", flat=True).first() or ""
    restarted = False
    while done.calls < limits.SETS_A_POLL and not stop():
        came = _call(feed, receipt, wire)
        done.calls += 1
        if came.unknown_receipt and receipt and not restarted:
            # Somebody else confirmed it, or it was lost: from the beginning, and what comes twice counts once.
            _note(feed, came, "", done)
            receipt, restarted = "", True
            continue
        facts = came.answer.facts if came.answer else None
        if not isinstance(facts, notifications.Facts):
            _fail(feed, came, receipt, done)
            return done
        if facts.end:
            done.ended = True
            _note(feed, came, "", done)
            return done
        stored = _keep(feed, came, facts, done)
        done.came += stored.came
        done.fresh += stored.fresh
        if not facts.receipt:  # without one nothing can be confirmed: what came is safe, the rest comes next time
            return done
        receipt = facts.receipt
    return done


def _call(feed: Feed, receipt: str, wire: Transport) -> _Came:
    """Store the poll, make the call outside any transaction, read what comes back."""
    started = timezone.now()
    service = SERVICE_OF[feed]
    sender = Sender(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID)
    poll = uuid4()
    raw = write_question(
        notifications.Question(sender, receipt or None),
        sender,
        reference=str(poll),
        at=timezone.localtime(started),
        service=service,
    )
    with transaction.atomic():
        Poll.objects.create(
            reference=poll,
            feed=feed,
            receipt=receipt,
            purpose=Purpose.GUIDANCE,
            legal_basis=LEGAL_BASIS,
            started_at=started,
            question=vault.seal(raw, poll, "question"),
            key=vault.key_names()[0],
        )
        legal_log.asked_directly(poll, service, started, purpose=Purpose.GUIDANCE, basis=LEGAL_BASIS)
    came = wire.post(raw, limits.endpoint(service.name, service.version), limits.timeout_seconds())
    ended = timezone.now()
    if isinstance(came, SoapFaultBody):
        came = came.body
    if isinstance(came, SignatureRefused):
        sentence = Sentence(came.reason.value, words.SIGNATURE)
        return _Came(poll, started, ended, raw=came.body, failure="signature_refused", sentence=sentence)
    if not isinstance(came, bytes):
        return _Came(poll, started, ended, failure=failure_of(came))
    try:
        answer = read_answer(came, expect=service)
    except Exception as error:  # whatever is sent, the next poll goes on
        log.error("answer_not_read", poll=str(poll), error=type(error).__name__)
        return _Came(poll, started, ended, raw=came, failure="unreadable")
    named = [one for one in (answer.reference, answer.question_reference) if one]
    if not answer.readable:
        return _Came(poll, started, ended, raw=came, failure="unreadable")
    if named and str(poll) not in named:
        return _Came(poll, started, ended, raw=came, failure="wrong_reference")
    return _Came(poll, started, ended, answer, came)


@transaction.atomic
def _keep(feed: Feed, came: _Came, facts: notifications.Facts, done: Pulled) -> Stored:
    """The notifications and the receipt that confirms them: both or none."""
    _end(came, "KNOWN")
    stored = store(feed, facts.notifications, facts.unusable, came.ended_at, poll=came.poll)
    Poll.objects.filter(pk=came.poll).update(came=stored.came, fresh=stored.fresh)
    _state(feed, came, receipt=facts.receipt or "", outcome="KNOWN", waited=done.fresh + stored.fresh)
    circuits.note({feed.value: [True]}, came.ended_at)
    return stored


@transaction.atomic
def _note(feed: Feed, came: _Came, receipt: str, done: Pulled) -> None:
    """An answer without notifications: the end, or the receipt that is not known."""
    outcome = "INVALID" if came.unknown_receipt else "NOT_KNOWN"
    _end(came, outcome)
    pulled_at = came.ended_at if done.ended else None
    _state(feed, came, receipt=receipt, outcome=outcome, waited=done.fresh, pulled_at=pulled_at)
    circuits.note({feed.value: [True]}, came.ended_at)


@transaction.atomic
def _fail(feed: Feed, came: _Came, receipt: str, done: Pulled) -> None:
    """No answer, or a refusal. What was stored stays; the receipt too, so that the next poll goes on from there."""
    outcome = came.answer.outcome.value if came.answer else "SOURCE_DOWN"
    if came.sentence is not None:
        outcome = "NOT_UNDERSTOOD"
    if came.answer is not None and outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL"):
        outcome = "NOT_UNDERSTOOD"  # such as 30001: no list, and not the end either
    _end(came, outcome)
    sentence = came.sentence or words.feed_failed(feed.value, outcome, _code(came))
    _state(feed, came, receipt=receipt, outcome=outcome, waited=done.fresh, sentence=sentence)
    circuits.note({feed.value: [outcome != "SOURCE_DOWN"]}, came.ended_at)


def _code(came: _Came) -> str:
    return f"{came.codes[0]['id']} {came.codes[0]['origin']}".strip() if came.codes else ""


def _end(came: _Came, outcome: str) -> None:
    brought = came.answer is not None and outcome != "NOT_KNOWN"
    kept = came.raw if brought or came.failure else None
    kind = legal_log.kind_of(Outcome(outcome), came.failure)
    legal_log.answered_directly(came.poll, kind, came.ended_at, came.codes)
    Poll.objects.filter(pk=came.poll).update(
        ended_at=came.ended_at,
        outcome=outcome,
        failure=came.failure,
        exceptions=came.codes,
        answer=None if kept is None else vault.seal(kept, came.poll, "answer"),
        answer_key="" if kept is None else vault.key_names()[0],
    )


def _state(
    feed: Feed, came: _Came, *, receipt: str, outcome: str, waited: int, sentence: Sentence | None = None,
    pulled_at: datetime | None = None,
) -> None:  # fmt: skip
    more = {"pulled_at": pulled_at} if pulled_at else {}
    FeedState.objects.update_or_create(
        feed=feed,
        defaults={
            "receipt": receipt,
            "polled_at": came.ended_at,
            "outcome": outcome,
            "cause": sentence.cause[:300] if sentence else "",
            "next_step": sentence.next_step[:300] if sentence else "",
            "waited": waited,
            **more,
        },
    )


@contextmanager
def _one_poller() -> Iterator[bool]:
    """Whether nobody else fetches under our Hoedanigheid. The lock belongs to the session: who dies lets it go.

    A poll is one call more than the places in flight, never two: a drain that goes on for hours holds up no feed.
    """
    kind = crc32(f"feeds {settings.MAGDA_HOEDANIGHEID}".encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, 0)", [kind])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, 0)", [kind])
