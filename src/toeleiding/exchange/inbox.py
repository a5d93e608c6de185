"""Before and after a call: the reference is stored before it is sent, the answer before it takes effect."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction

from toeleiding.dossiers import bulk
from toeleiding.exchange import legal_log, vault
from toeleiding.exchange.models import Attempt, BatchFile, RawMessage, Received, ReceivedStatus, Status
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.wire import Message, read
from toeleiding.exchange.words import Sentence

log = structlog.get_logger("exchange")


@transaction.atomic
def before(messages: Sequence[Message], now: datetime, file: BatchFile | None = None) -> None:
    """Store the reference and the bytes of messages that are about to be sent, alone or in a file."""
    Attempt.objects.bulk_create(
        Attempt(reference=one.reference, question_id=one.question.id, insz=one.question.insz, started_at=now, file=file)
        for one in messages
    )
    _keep_questions(messages, now)
    legal_log.asked([one.reference for one in messages])


@transaction.atomic
def after(replies: Sequence[Reply]) -> list[Reply]:
    """Store what came back, answers and failures, before any of it takes effect.

    Returns the replies with their place in the inbox. From here on a crash loses no answer: `unfinished` finds
    it again.
    """
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
    legal_log.answered([reply.reference for reply in replies])
    came = [reply for reply in replies if reply.raw is not None]
    _keep_answers(came)
    rows = Received.objects.bulk_create(
        Received(
            reference=reply.answers[:36],
            attempt_id=reply.reference,
            question_id=reply.question,
            status=ReceivedStatus.RECEIVED,
            outcome=reply.outcome,
            received_at=reply.ended_at,
        )
        for reply in came
    )
    places = {row.attempt_id: row.pk for row in rows}
    return [reply.at(places.get(reply.reference)) for reply in replies]


def _keep_questions(messages: Sequence[Message], now: datetime) -> None:
    key = vault.key_names()[0]
    RawMessage.objects.bulk_create(
        RawMessage(
            attempt_id=one.reference,
            question=vault.seal(one.raw, one.reference, "question"),
            key=key,
            stored_at=now,
        )
        for one in messages
    )


def _keep_answers(came: Sequence[Reply]) -> None:
    if not came:
        return
    sealed = [vault.seal(reply.raw or b"", reply.reference, "answer") for reply in came]
    with connection.cursor() as cursor:
        cursor.execute(
            "update exchange_rawmessage kept set answer = given.answer"
            " from unnest(%s::uuid[], %s::bytea[]) as given(attempt, answer) where kept.attempt_id = given.attempt",
            [[reply.reference for reply in came], sealed],
        )


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
        raw = vault.unseal(bytes(kept.answer or b""), kept.key, attempt.reference, "answer")
    except vault.VaultError as error:
        # The answer cannot be read any more: a person hears of it, and the others go on.
        log.error("answer_not_unsealed", question=str(row.question_id))
        return Reply(
            row.question_id, attempt.reference, "NOT_UNDERSTOOD", attempt.started_at, row.received_at,
            sentence=Sentence(str(error), "Stel de vraag opnieuw."), received=row.pk,
        )  # fmt: skip
    return read(row.question, attempt.reference, raw, attempt.started_at, row.received_at).at(row.pk)
