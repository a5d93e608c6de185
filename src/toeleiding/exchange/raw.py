"""The stores of raw messages: retention and change of key, set-based, a batch at a time, and dry unless asked.

There are three: our questions with their answers, the polls of the feeds, and what partners send us.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from toeleiding.exchange import vault
from toeleiding.rulebook.selectors import in_force

BATCH = 500
ERASED_TOGETHER = 5000


@dataclass(frozen=True, slots=True)
class Store:
    """A table with sealed bytes: its key, the column of each side, and what is past its time before `limit`."""

    table: str
    id: str
    question: str
    past: str


# The period runs from the last thing that happened: the answer, the end of the question, or that somebody dealt with
# it. What somebody still has to look at, and what did not take effect yet, is never erased.
_QUESTIONS_PAST = """
kept.stored_at < %(limit)s and exists (
    select from exchange_attempt a join exchange_question q on q.id = a.question_id
    where a.reference = kept.attempt_id and q.finished_at < %(limit)s and (q.status = 'DONE' or q.handled <> '')
        and not exists (select from exchange_replayed l join exchange_replay r on r.id = l.replay_id
            where l.question_id = q.id and r.at >= %(limit)s)
        and not exists (select from exchange_received r
            where r.attempt_id = a.reference and (r.status = 'RECEIVED' or r.received_at >= %(limit)s)))
"""
QUESTIONS = Store("exchange_rawmessage", "attempt_id", "question", _QUESTIONS_PAST)
INCOMING = Store("exchange_incomingmessage", "id", "raw", "kept.received_at < %(limit)s")
STORES = (QUESTIONS, Store("exchange_poll", "reference", "question", "kept.started_at < %(limit)s"), INCOMING)


def kept_for(today: date) -> timedelta | None:
    """How long raw messages are kept (rule K-10); None without a usable rule: then nothing is erased."""
    days = in_force().value("K-10", today)
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        return None
    return timedelta(days=days)


def is_past(store: Store, key: UUID, now: datetime) -> bool:
    """Whether the time of one message is over: then nobody is shown its bytes, whether the night erased them or not."""
    period = kept_for(timezone.localdate(now))
    if period is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"select exists (select from {store.table} kept where kept.{store.id} = %(id)s and {store.past})",
            {"id": key, "limit": now - period},
        )
        return bool(cursor.fetchone()[0])


def erase_old(now: datetime, *, apply: bool = True) -> int:
    """Erase questions and answers past their time; reference, outcome and the day of erasing stay. How many."""
    period = kept_for(timezone.localdate(now))
    if period is None:
        return 0
    given = {"limit": now - period, "now": now, "most": ERASED_TOGETHER}
    return sum(_erase(store, given, apply=apply) for store in STORES)


def _erase(store: Store, given: dict[str, Any], *, apply: bool) -> int:
    which = f"from {store.table} kept where kept.erased_at is null and {store.past}"
    with connection.cursor() as cursor:
        if not apply:
            cursor.execute(f"select count(*) {which}", given)
            return int(cursor.fetchone()[0])
        done: int = 0
        while True:
            cursor.execute(
                f"update {store.table} set {store.question} = null, answer = null, key = '', answer_key = '',"
                f" erased_at = %(now)s where {store.id} in (select kept.{store.id} {which} limit %(most)s)",
                given,
            )
            done += cursor.rowcount
            if cursor.rowcount < ERASED_TOGETHER:
                return done


def absent_keys() -> list[str]:
    """Names of keys under which something is sealed and that this installation does not have. Raises VaultError."""
    there = set(vault.key_names())
    with connection.cursor() as cursor:
        cursor.execute(
            " union ".join(
                f"select {column} from {store.table} where {column} <> ''"
                for store in STORES
                for column in ("key", "answer_key")
            )
        )
        return sorted({name for (name,) in cursor.fetchall()} - there)


def unsealed() -> int:
    """How many messages are from before there was a key, and still readable for whoever reads the table."""
    return sum(_count(store, f"key = '' or {_ANSWER} and answer_key = ''") for store in STORES)


_ANSWER = "answer is not null"


def _count(store: Store, which: str, **given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {store.table} where erased_at is null and ({which})", given)
        return int(cursor.fetchone()[0])


_OTHER = f"key <> %(first)s or {_ANSWER} and answer_key <> %(first)s"


def rotate(*, apply: bool) -> tuple[int, int]:
    """Seal everything under the first key. Returns how many were (or would be) sealed again, and how many cannot be."""
    first = vault.key_names()[0]
    if not apply:
        return sum(_count(store, _OTHER, first=first) for store in STORES), 0
    done = failed = 0
    for store in STORES:
        last: UUID | None = None
        while batch := _batch(store, first, last):
            last = batch[-1][0]
            rows = []
            for one in batch:
                try:
                    rows.append(_again(one, first))
                except vault.VaultError:
                    failed += 1
            done += _replace(store, first, rows)
    return done, failed


_Row = tuple[UUID, bytes, str, bytes | None, str]


def _batch(store: Store, first: str, after: UUID | None) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {store.id}, {store.question}, key, answer, answer_key from {store.table}"
            f" where erased_at is null and ({_OTHER}) and (%(after)s::uuid is null or {store.id} > %(after)s)"
            f" order by {store.id} limit {BATCH}",
            {"first": first, "after": after},
        )
        return list(cursor.fetchall())


def _again(one: _Row, first: str) -> tuple[UUID, bytes, bytes | None, str, str]:
    """Question and answer under the first key, with the names of the keys they had. Raises VaultError."""
    reference, question, key, answer, answer_key = one
    sealed = _sealed(question, key, first, reference, "question")
    other = None if answer is None else _sealed(answer, answer_key, first, reference, "answer")
    return reference, sealed, other, key, answer_key


def _sealed(sealed: bytes, key: str, first: str, reference: UUID, side: vault.Side) -> bytes:
    return bytes(sealed) if key == first else vault.seal(vault.unseal(sealed, key, reference, side), reference, side)


def _replace(store: Store, first: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Replace the sealed bytes, unless somebody wrote meanwhile (an answer came in): then the next run does it."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {store.table} kept set {store.question} = given.question, answer = given.answer, key = %s,"
            " answer_key = case when given.answer is null then '' else %s end"
            " from unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::text[], %s::text[])"
            " as given(id, question, answer, key, answer_key)"
            f" where kept.{store.id} = given.id and kept.erased_at is null and kept.key = given.key"
            " and kept.answer_key = given.answer_key and (kept.answer is null) = (given.answer is null)",
            [first, first, *(list(column) for column in zip(*rows, strict=True))],
        )
        return int(cursor.rowcount)
