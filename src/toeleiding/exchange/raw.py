"""The store of raw messages: retention and change of key, both set-based and dry unless asked."""

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from toeleiding.exchange import vault
from toeleiding.exchange.models import IncomingMessage, RawMessage
from toeleiding.rulebook.selectors import in_force

BATCH = 500
# What somebody still has to look at, and what did not take effect yet, is never erased.
_PAST = """
from exchange_attempt a join exchange_question q on q.id = a.question_id
where a.reference = kept.attempt_id and kept.erased_at is null and kept.stored_at < %(limit)s
    and q.finished_at < %(limit)s and (q.status = 'DONE' or q.handled <> '')
    and not exists (select from exchange_received r where r.attempt_id = a.reference and r.status = 'RECEIVED')
"""


def kept_for(today: date) -> timedelta | None:
    """How long raw messages are kept (rule K-10); None without the rule: then nothing is erased."""
    days = in_force().value("K-10", today)
    return timedelta(days=days) if isinstance(days, int) else None


def erase_old(now: datetime, *, apply: bool = True) -> int:
    """Erase questions and answers past their time; reference, outcome and the day of erasing stay. How many."""
    period = kept_for(timezone.localdate(now))
    if period is None:
        return 0
    given = {"limit": now - period, "now": now}
    incoming = IncomingMessage.objects.filter(erased_at=None, received_at__lt=now - period)
    with connection.cursor() as cursor:
        if not apply:
            cursor.execute(f"select count(*) from exchange_rawmessage kept where exists (select {_PAST})", given)
            return int(cursor.fetchone()[0]) + incoming.count()
        cursor.execute(
            "update exchange_rawmessage kept set question = null, answer = null, key = '', erased_at = %(now)s"
            f" {_PAST}",
            given,
        )
        erased = int(cursor.rowcount)
    return erased + incoming.update(raw=None, answer=None, key="", erased_at=now)


def absent_keys() -> list[str]:
    """Names of keys under which something is sealed and that this installation does not have."""
    there = vault.key_names()
    stored = (
        model._default_manager.exclude(key="").exclude(key__in=there).order_by().values_list("key", flat=True)
        for model in (RawMessage, IncomingMessage)
    )
    return sorted({key for keys in stored for key in keys.distinct()})


def rotate(*, apply: bool) -> tuple[int, int]:
    """Seal everything under the first key. Returns how many were (or would be) sealed again, and how many cannot be."""
    first = vault.key_names()[0]
    other = RawMessage.objects.filter(erased_at=None).exclude(key=first).order_by("pk")
    incoming = IncomingMessage.objects.filter(erased_at=None).exclude(key=first)
    if not apply:
        return other.count() + incoming.count(), 0
    done, failed = _rotate_incoming(first)
    last = None
    while batch := list((other.filter(pk__gt=last) if last else other)[:BATCH]):
        last = batch[-1].pk
        rows = []
        for one in batch:
            try:
                rows.append(_again(one, first))
            except vault.VaultError:
                failed += 1
        _store(rows)
        done += len(rows)
    return done, failed


def _rotate_incoming(first: str) -> tuple[int, int]:
    """What partners sent does not change any more: it is sealed again batch by batch."""
    done = failed = 0
    last = None
    other = IncomingMessage.objects.filter(erased_at=None).exclude(key=first).order_by("pk")
    while batch := list((other.filter(pk__gt=last) if last else other)[:BATCH]):
        last = batch[-1].pk
        for one in batch:
            try:
                question = vault.unseal(bytes(one.raw or b""), one.key, one.pk, "question")
                answer = vault.unseal(bytes(one.answer or b""), one.key, one.pk, "answer")
            except vault.VaultError:
                failed += 1
                continue
            done += IncomingMessage.objects.filter(pk=one.pk, key=one.key, erased_at=None).update(
                raw=vault.seal(question, one.pk, "question"), answer=vault.seal(answer, one.pk, "answer"), key=first
            )
    return done, failed


def _again(one: RawMessage, key: str) -> dict[str, object]:
    reference = one.attempt_id
    found: dict[str, object] = {"attempt_id": str(reference), "key": key, "was": one.key}
    for side in vault.SIDES:
        sealed = getattr(one, side)
        opened = None if sealed is None else vault.unseal(bytes(sealed), one.key, reference, side)
        found[side] = None if opened is None else vault.seal(opened, reference, side)
    return found


@transaction.atomic
def _store(rows: list[dict[str, object]]) -> None:
    """Replace the sealed bytes, unless an answer came in meanwhile: then the next run does it."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update exchange_rawmessage kept set question = given.question, answer = given.answer, key = given.key"
            " from unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::text[], %s::text[])"
            " as given(attempt, question, answer, key, was)"
            " where kept.attempt_id = given.attempt and kept.key = given.was"
            " and (kept.answer is null) = (given.answer is null)",
            [[row[name] for row in rows] for name in ("attempt_id", "question", "answer", "key", "was")],
        )
