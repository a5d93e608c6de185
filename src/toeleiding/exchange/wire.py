"""Between a question in hand and the bytes on the wire. Touches no database, so that it can run in threads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, Self
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.utils import timezone

from toeleiding.exchange import limits, line, referring, words
from toeleiding.exchange.apply import outcome_of
from toeleiding.exchange.lease import Claimed
from toeleiding.exchange.models import Service
from toeleiding.exchange.replies import Reply
from toeleiding.magda import jobseeker, notifications, referral, repertorium, services, vdab, work
from toeleiding.magda.answers import read_answer
from toeleiding.magda.envelope import Sender
from toeleiding.magda.questions import Question as WireQuestion
from toeleiding.magda.questions import write_question
from toeleiding.magda.signing import Reason
from toeleiding.magda.structure import outline
from toeleiding.magda.transport import (
    ConnectionFailed,
    Failure,
    HttpStatus,
    SignatureRefused,
    SoapFaultBody,
    TimedOut,
    Transport,
)
from toeleiding.magda.xml import UnwritableError

log = structlog.get_logger("exchange")


class About(Protocol):
    """What reading an answer needs to know of its question."""

    @property
    def id(self) -> UUID: ...
    @property
    def service(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def insz(self) -> str: ...
    @property
    def details(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Message:
    """A question under its reference, ready to be sent."""

    question: Claimed
    reference: UUID
    raw: bytes = field(repr=False)


class Wire:
    """The line to the registers: one pool of connections. Close it when done."""

    def __init__(self, transport: Transport | None = None) -> None:
        self._transport = transport or line.transport()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def write(self, questions: Iterable[Claimed], now: datetime) -> tuple[list[Message], list[Reply]]:
        """Write questions, each under a new reference. The second list holds those that cannot be written."""
        messages, unsendable = [], []
        for question in questions:
            reference = uuid4()
            sender = Sender(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID, question.user or None)
            try:
                content = content_of(question, sender, timezone.localdate(now))
                raw = write_question(content, sender, reference=str(reference), at=timezone.localtime(now))
            except Exception as error:  # this one cannot be written, whatever it is; the others of the batch go on
                unsendable.append(cannot_be_written(question, reference, error, now))
            else:
                messages.append(Message(question, reference, raw))
        return messages, unsendable

    def send(self, message: Message) -> Reply:
        """Make one call and read what comes back. Runs outside any transaction."""
        question = message.question
        started = timezone.now()
        came = self._transport.post(
            message.raw, limits.endpoint(question.service, question.version), limits.timeout_seconds()
        )
        ended = timezone.now()
        if isinstance(came, SoapFaultBody):
            came = came.body
        if isinstance(came, SignatureRefused):
            return _unbelievable(question, message.reference, came, started, ended)
        if isinstance(came, bytes):
            return read(question, message.reference, came, started, ended)
        return Reply(question.id, message.reference, "SOURCE_DOWN", started, ended, failure=failure_of(came))


def read(question: About, reference: UUID, raw: bytes, started: datetime, ended: datetime) -> Reply:
    """Read the bytes that came back over a call.

    An answer with another reference or about another person is not ours: it is put aside and the question is
    asked again. So is what cannot be read at all (INTERFACE 1.1).
    """
    try:
        answer = read_answer(raw, expect=services.BY_KEY[(question.service, question.version)])
    except Exception as error:  # whatever a register manages to send, the other answers go on
        log.error("answer_not_read", question=str(question.id), error=type(error).__name__, structure=outline(raw))
        reply = Reply(question.id, reference, "SOURCE_DOWN", started, ended, raw=raw)
        return _put_aside(reply, "unreadable", "Het antwoord is niet leesbaar.")
    named = [one for one in (answer.reference, answer.question_reference) if one]
    reply = Reply(question.id, reference, "SOURCE_DOWN", started, ended, answer, raw, named[0] if named else "")
    if not answer.readable:
        return _put_aside(reply, "unreadable", "Het antwoord is niet leesbaar.")
    if named and str(reference) not in named:
        return _put_aside(reply, "wrong_reference", "Het antwoord draagt een andere referte.")
    if answer.insz and answer.insz != question.insz and answer.replaced_by is None:
        return _put_aside(reply, "wrong_person", "Het antwoord gaat over een ander nummer.")
    if isinstance(answer.facts, referral.Facts) and answer.facts.id not in (None, question.details.get("referral")):
        return _put_aside(reply, "wrong_referral", "Het antwoord noemt een andere doorverwijzing.")
    outcome = outcome_of(question.service, question.details.get("employment_service", "VDAB"), answer)
    if outcome == "NOT_UNDERSTOOD":
        log.warning("answer_not_understood", question=str(question.id), structure=outline(raw))
    return Reply(question.id, reference, outcome, started, ended, answer, raw, reply.answers)


def cannot_be_written(question: Claimed, reference: UUID, error: Exception, now: datetime) -> Reply:
    """What becomes of a question for which no message can be made."""
    if not isinstance(error, UnwritableError):
        log.error("question_not_written", question=str(question.id), error=type(error).__name__)
    sentence = words.of("INVALID", "") if question.insz else words.NO_NUMBER
    return Reply(question.id, reference, "INVALID", now, now, sentence=sentence)


def _unbelievable(
    question: Claimed, reference: UUID, came: SignatureRefused, started: datetime, ended: datetime
) -> Reply:
    """An answer whose signature is refused. What time can heal is asked again; the rest somebody must look at."""
    if came.reason in (Reason.UNREADABLE, Reason.STALE_TIMESTAMP):
        reply = Reply(question.id, reference, "SOURCE_DOWN", started, ended, raw=came.body)
        return _put_aside(reply, "signature_refused", came.reason.value)
    sentence = words.Sentence(came.reason.value, words.SIGNATURE)
    log.warning("answer_put_aside", question=str(question.id), why="signature_refused", structure=outline(came.body))
    return Reply(
        question.id,
        reference,
        "NOT_UNDERSTOOD",
        started,
        ended,
        raw=came.body,
        failure="signature_refused",
        sentence=sentence,
    )


def _put_aside(reply: Reply, failure: str, note: str) -> Reply:
    log.warning("answer_put_aside", question=str(reply.question), why=failure, structure=outline(reply.raw or b""))
    return Reply(
        reply.question,
        reply.reference,
        "SOURCE_DOWN",
        reply.started_at,
        reply.ended_at,
        raw=reply.raw,
        answers=reply.answers,
        failure=failure,
        note=note,
    )


def failure_of(came: Failure) -> str:
    """Why a call gave no answer, as an attempt keeps it."""
    match came:
        case TimedOut():
            return "timeout"
        case ConnectionFailed(sent=sent):
            return "connection_lost" if sent else "no_connection"
        case HttpStatus(status=status):
            return f"http_{status}"
    return "too_large"


def content_of(question: Claimed, sender: Sender, today: date) -> WireQuestion:
    """What a question asks, in the words of its service. Raises UnwritableError or what is wrong with its details."""
    details = question.details
    match Service(question.service):
        case Service.VDAB_FILE:
            return vdab.Question(question.insz)
        case Service.JOB_SEEKER:
            service = details.get("employment_service", "VDAB")
            return jobseeker.Question(question.insz, services=("ACTIRIS" if service == "ACTIRIS" else "VDAB",))
        case Service.WORK:
            signed = question.contract_signed_on or today
            return work.Question(question.insz, begin=min(signed, today) - limits.WORK_ASKED_SINCE)
        case Service.INSCRIPTION:
            period = (date.fromisoformat(details["begin"]), date.fromisoformat(details["end"]))
            return repertorium.Question(services.INSCRIBE_1, sender, question.insz, *period)
        case Service.REFERRAL:
            return referring.question(question.insz, details)
        case Service.DEREGISTER:
            return repertorium.Question(services.DEREGISTER_1, sender, question.insz)
        case Service.NOTIFY:
            return notifications.NotifyQuestion(
                str(question.id),  # one reference for the notification, whatever the attempt
                question.insz,
                details["source"],
                details["kind"],
                datetime.fromisoformat(details["at"]),
                tuple(details["changed"]),
            )
