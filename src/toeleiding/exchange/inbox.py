"""Before and after a call: the reference is stored before it is sent, the answer before it takes effect."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from toeleiding.dossiers import bulk
from toeleiding.exchange import legal_log, vault
from toeleiding.exchange.models import Attempt, BatchFile, Received, ReceivedStatus, Status
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.wire import Message, read
from toeleiding.exchange.words import Sentence

log = structlog.get_logger("exchange")

# One statement each, the rows as arrays: with hundreds of messages a second the building of rows is what costs.
_STORE = """
with sent as (
    select * from unnest(%(references)s::uuid[], %(questions)s::uuid[], %(numbers)s::text[], %(raws)s::bytea[])
        as given(reference, question, insz, raw)
), attempts as (
    insert into exchange_attempt (reference, question_id, insz, started_at, outcome, failure, exceptions, file_id)
    select reference, question, insz, %(now)s, '', '', '[]', %(file)s from sent
)
insert into exchange_rawmessage (attempt_id, question, key, stored_at)
select reference, raw, %(key)s, %(now)s from sent
"""
_KEEP_ANSWERS = """
with came as (
    select * from unnest(%(references)s::uuid[], %(questions)s::uuid[], %(answers)s::text[], %(raws)s::bytea[],
        %(outcomes)s::text[], %(moments)s::timestamptz[])
        as given(reference, question, answers, raw, outcome, ended)
), kept as (
    update exchange_rawmessage held set answer = came.raw, answer_key = %(key)s
    from came where held.attempt_id = came.reference
)
insert into exchange_received (reference, attempt_id, question_id, status, settles, outcome, note, received_at)
select answers, reference, question, 'RECEIVED', false, outcome, '', ended from came
returning attempt_id, id
"""


@transaction.atomic
def before(messages: Sequence[Message], now: datetime, file: BatchFile | None = None) -> None:
    """Store the reference and the bytes of messages that are about to be sent, alone or in a file."""
    if messages:
        _keep_questions(messages, now, file)
        legal_log.asked([one.reference for one in messages])


@transaction.atomic
def after(replies: Sequence[Reply]) -> list[Reply]:
    """Store what came back, answers and failures, before any of it takes effect.

    Returns the replies with their place in the inbox. From here on a crash loses no answer: `unfinished` finds
    it again. An answer to a message of which the legal log says already that it got none is left out: its question
    was asked again under another reference, and what the log says must stay true.
    """
    ended = legal_log.answered(replies)
    if len(ended) < len(replies):
        log.warning("answers_too_late", answers=len(replies) - len(ended))
        replies = [reply for reply in replies if reply.reference in ended]
    bulk.update(
        Attempt,
        ("ended_at", "outcome", "failure", "exceptions"),
        [
            {
                "reference": reply.reference,
                "ended_at": reply.ended_at,
                "outcome": reply.outcome,
                "failure": reply.failure,
                "exceptions": reply.exceptions,
            }
            for reply in replies
        ],
        key="reference",
    )
    places = _keep_answers([reply for reply in replies if reply.raw is not None])
    return [reply.at(places.get(reply.reference)) for reply in replies]


def _keep_questions(messages: Sequence[Message], now: datetime, file: BatchFile | None) -> None:
    given: dict[str, Any] = {
        "references": [one.reference for one in messages],
        "questions": [one.question.id for one in messages],
        "numbers": [one.question.insz for one in messages],
        "raws": [vault.seal(one.raw, one.reference, "question") for one in messages],
        "key": vault.key_names()[0],
        "file": file.pk if file else None,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, given)


def _keep_answers(came: Sequence[Reply]) -> dict[UUID, int]:
    """Put answers in the inbox and their bytes in the raw store; reference -> place."""
    if not came:
        return {}
    given: dict[str, Any] = {
        "references": [reply.reference for reply in came],
        "questions": [reply.question for reply in came],
        "answers": [reply.answers[:36] for reply in came],
        "raws": [vault.seal(reply.raw or b"", reply.reference, "answer") for reply in came],
        "key": vault.key_names()[0],
        "outcomes": [reply.outcome for reply in came],
        "moments": [reply.ended_at for reply in came],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_ANSWERS, given)
        return dict(cursor.fetchall())


def unfinished(now: datetime, size: int) -> list[Reply]:
    """Answers that were stored and whose worker stopped before they took effect, read again from their bytes."""
    rows = (
        Received.objects.filter(status=ReceivedStatus.RECEIVED)
        .exclude(question__status=Status.IN_FLIGHT, question__leased_until__gt=now)
        .select_related("attempt__raw", "question")
        .order_by("pk")[:size]
    )
    return [again(row) for row in rows]


def again(row: Received) -> Reply:
    """An answer of the inbox, read again; with its attempt, the bytes and its question taken along."""
    attempt = row.attempt
    kept = attempt.raw
    try:
        raw = vault.unseal(bytes(kept.answer or b""), kept.answer_key, attempt.reference, "answer")
    except vault.VaultError as error:
        # The answer cannot be read any more: a person hears of it, and the others go on.
        log.error("answer_not_unsealed", question=str(row.question_id))
        return Reply(
            row.question_id, attempt.reference, "NOT_UNDERSTOOD", attempt.started_at, row.received_at,
            sentence=Sentence(str(error), "Stel de vraag opnieuw."), received=row.pk,
        )  # fmt: skip
    return read(row.question, attempt.reference, raw, attempt.started_at, row.received_at).at(row.pk)
