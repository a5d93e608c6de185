"""Answers take effect: one transaction per batch writes dossiers, questions, inbox, inscriptions and circuits.

A dossier that cannot be written is set apart with its cause; the others of the batch go on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from toeleiding.dossiers import bulk, merging
from toeleiding.dossiers import events as e
from toeleiding.dossiers.merging import kept_of
from toeleiding.dossiers.models import Likeness, PersonNumber
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.exchange import circuits, complete, outbox, words
from toeleiding.exchange.apply import source_of
from toeleiding.exchange.models import Inscription, Question, Received, ReceivedStatus, Service, Status
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.ruling import Known, Ruling, complements, hopeless, rule, told_of_delay
from toeleiding.rulebook.selectors import in_force

log = structlog.get_logger("exchange")
_FINISHED = (Status.DONE, Status.DEAD)
_DOUBLE = "De vraag was al beantwoord."
_COLUMNS = (
    "status", "outcome", "cause", "next_step", "next_attempt_at", "finished_at", "insz", "details", "follows_id",
    "handled", "lease_token", "leased_until",
)  # fmt: skip


@dataclass(slots=True)
class _Case:
    """One question on its way through a settlement."""

    question: Question
    reply: Reply | None
    ruling: Ruling
    received: ReceivedStatus = ReceivedStatus.APPLIED
    note: str = ""
    changes: bool = True


# The lease under which replies were sent: one for all of them, or by reference; None: found in the inbox.
Leases = UUID | Mapping[UUID, UUID | None] | None


def settle(replies: Sequence[Reply], token: Leases = None, now: datetime | None = None) -> dict[Status, int]:
    """Let replies take effect, in a fixed number of queries. Returns how many questions stand where afterwards.

    `token` is the lease under which they were sent, or the lease of each by reference. Without the lease a final
    answer still counts, once; what comes too late is a duplicate, and a failure that comes too late means nothing
    any more. `token` None stands for answers found in the inbox after somebody else stopped halfway. When they
    cannot be settled together each is settled alone, and the one that cannot is set apart: it must not come back
    at the head of every drain.
    """
    moment = now or timezone.now()
    try:
        return _together(replies, token, moment)
    except (OperationalError, InterfaceError):
        raise  # the database is gone: nothing happened, and the next drain begins again
    except Exception as error:
        log.warning("batch_taken_apart", answers=len(replies), error=type(error).__name__)
    counted: Counter[Status] = Counter()
    for reply in replies:
        try:
            counted.update(_together([reply], token, moment))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # this one: a person looks at it, its answer is kept
            log.error("answer_not_applied", question=str(reply.question), error=type(error).__name__)
            counted.update(_together([reply], token, moment, mistake=error))
    return dict(counted)


@transaction.atomic
def _together(
    replies: Sequence[Reply], token: Leases, now: datetime, mistake: Exception | None = None
) -> dict[Status, int]:
    """Settle all of these or none. After a `mistake` of ours they are only set apart."""
    questions = _locked([reply.question for reply in replies])
    replies = _not_settled_meanwhile(replies)
    known = _known(replies, {question.dossier_id for question in questions.values()}, now)
    cases = [_judge(questions[reply.question], reply, token, known, mistake) for reply in replies]
    _write(_once_per_question(cases), now)
    circuits.note(_results(replies, questions), now)
    return _count(cases)


@transaction.atomic
def give_up(now: datetime, size: int) -> int:
    """Settle questions that go no further: expired, taken back, or what went first did not succeed.

    While a service is held its questions, and those that wait for one of them, do not expire.
    """
    expired = (
        Question.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .filter(_hopeless_now(now))
        .select_related("follows")
        .order_by("asked_at", "pk")[:size]
    )
    cases = []
    for question in expired:
        first = question.follows
        if first is not None and first.status == Status.DEAD:
            sentence = words.not_inscribed(first.cause)
            ruling = hopeless(question, sentence, first.outcome or "REFUSED")
        else:
            who = words.source(question.service, question.details.get("employment_service", ""))
            ruling = hopeless(question, words.expired(who), "SOURCE_DOWN")
        cases.append(_Case(question, None, ruling))
    if cases:
        _write(cases, now)
    return len(cases)


def _hopeless_now(now: datetime) -> Q:
    in_nobodys_hand = Q(status=Status.WAITING) | Q(status=Status.IN_FLIGHT, leased_until__lte=now)
    expired = Q(expires_at__lte=now) & in_nobodys_hand
    withdrawn = Q(service=Service.REFERRAL, details__has_key="withdrawn") & in_nobodys_hand
    if held := circuits.held():
        waits_for_held = Q(follows__service__in=held, follows__status__in=(Status.WAITING, Status.IN_FLIGHT))
        expired &= ~Q(service__in=held) & ~Q(pk__in=Question.objects.filter(waits_for_held).values("pk"))
    # Ending an inscription and opening it again go in order, but neither needs that the other succeeds.
    ending = Q(service=Service.DEREGISTER) | Q(follows__service=Service.DEREGISTER)
    return expired | withdrawn | (Q(status=Status.WAITING, follows__status=Status.DEAD) & ~ending)


def _locked(ids: Sequence[UUID]) -> dict[UUID, Question]:
    # "no key": who asks something new about these people refers to our rows and must not wait for us.
    found = Question.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {question.pk: question for question in found}


def _not_settled_meanwhile(replies: Sequence[Reply]) -> list[Reply]:
    """Without the answers in the inbox that somebody else dealt with while we waited for the lock."""
    places = [reply.received for reply in replies if reply.received is not None]
    untouched = set(Received.objects.filter(pk__in=places, status=ReceivedStatus.RECEIVED).values_list("pk", flat=True))
    return [reply for reply in replies if reply.received is None or reply.received in untouched]


def _known(replies: Sequence[Reply], asked: Iterable[int], now: datetime) -> Known:
    numbers = {reply.replaced_by for reply in replies if reply.replaced_by}
    owners: dict[str, tuple[int, str]] = {}
    if numbers:
        rows = PersonNumber.objects.filter(insz__in=numbers).values_list("insz", "dossier_id", "dossier__number")
        owners = {insz: (dossier, number) for insz, dossier, number in rows}
    today = timezone.localdate(now)
    means = in_force().value("D-04", today)
    attendance = {code: str(word) for code, word in means.items()} if isinstance(means, dict) else {}
    return Known(now, today, owners, kept_of(asked) if owners else {}, attendance)


def _judge(question: Question, reply: Reply, token: Leases, known: Known, mistake: Exception | None = None) -> _Case:
    still = Ruling(Status(question.status), question.outcome, settles=False)
    if question.status in _FINISHED:
        return _Case(question, reply, still, ReceivedStatus.DUPLICATE, _DOUBLE, changes=False)
    if mistake is not None:
        return _set_apart(_Case(question, reply, still), mistake)
    if reply.note:
        return _Case(question, reply, rule(question, reply, known), ReceivedStatus.PARKED, reply.note)
    try:
        ruling = rule(question, reply, known)
    except Exception as error:  # whatever a register manages to send, the other answers go on
        log.error("answer_not_applied", question=str(question.pk), error=type(error).__name__)
        return _set_apart(_Case(question, reply, still), error)
    lease = token.get(reply.reference) if isinstance(token, Mapping) else token
    if lease is not None and question.lease_token != lease and not ruling.settles:
        return _Case(question, reply, still, note="Een ander is al verder met deze vraag.", changes=False)
    return _Case(question, reply, ruling)


def _once_per_question(cases: Sequence[_Case]) -> list[_Case]:
    """Two answers to one question in one batch: the first that settles it counts."""
    settled: set[UUID] = set()
    for case in cases:
        if case.ruling.settles and case.question.pk in settled:
            case.ruling = Ruling(Status.DONE, case.ruling.outcome, settles=False)
            case.received, case.note, case.changes = ReceivedStatus.DUPLICATE, _DOUBLE, False
        elif case.ruling.settles:
            settled.add(case.question.pk)
    return list(cases)


def _write(cases: list[_Case], now: datetime) -> None:
    _tell(cases, now)
    _propose(cases, now)
    changing = [case for case in cases if case.changes]
    follows = _inscribe(changing, now)
    bulk.update(Question, _COLUMNS, [_row(case, follows, now) for case in changing])
    _confirm([case.question.pk for case in changing if case.ruling.confirms], now)
    _complement([case for case in changing if case.ruling.complement], now)
    bulk.update(
        Received,
        ("status", "settles", "outcome", "note", "applied_at"),
        [
            {
                "id": case.reply.received,
                "status": case.received.value,
                "settles": case.ruling.settles and case.received == ReceivedStatus.APPLIED,
                "outcome": case.reply.outcome,
                "note": case.note,
                "applied_at": now,
            }
            for case in cases
            if case.reply is not None and case.reply.received is not None
        ],
    )


def _delayed_with_their_inscription(cases: Sequence[_Case]) -> list[_Case]:
    """Questions that wait for an inscription which is asked again: whoever asked them reads why it takes longer."""
    delayed = {
        case.question.pk: case
        for case in cases
        if case.question.service == Service.INSCRIPTION
        and case.ruling.status == Status.WAITING
        and case.ruling.sentence is not None
        and case.ruling.sentence.cause != case.question.cause
    }
    if not delayed:
        return []
    waiting = Question.objects.filter(follows__in=delayed, status=Status.WAITING)
    return [
        _Case(question, None, told_of_delay(question, delayed[question.follows.pk].ruling), changes=False)
        for question in waiting.select_related("follows")
        if question.follows is not None
    ]


def _tell(cases: list[_Case], now: datetime) -> None:
    """Write the events into the dossiers; who cannot be written is set apart and the rest goes on."""
    telling = [case for case in (*cases, *_delayed_with_their_inscription(cases)) if case.ruling.events]
    states = complete.states([case.question for case in telling if complements(case.question)])
    news: dict[int, list[NewEvent]] = defaultdict(list)
    for case in telling:
        there = news[case.question.dossier_id]
        # Two questions about one person may both learn that the number was replaced.
        twice = [new.data for new in there if isinstance(new.data, e.NumberReplaced)]
        there += [new for new in _new_events(case, states, now) if new.data not in twice]
    news = {dossier: events for dossier, events in news.items() if events}
    if not news:
        return
    try:
        record_many(news, now=now)
        return
    except (OperationalError, InterfaceError):
        raise  # the database is gone: nothing happened, and the next drain begins again
    except Exception as error:  # one of them cannot be written: find out which
        log.warning("batch_taken_apart", dossiers=len(news), error=type(error).__name__)
    for dossier, events in news.items():
        try:
            record_many({dossier: events}, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # this one: a person looks at it, its answer is kept
            log.error("answer_not_applied", dossier=dossier, error=type(error).__name__)
            for case in telling:
                if case.question.dossier_id == dossier:
                    _set_apart(case, error)


def _propose(cases: Sequence[_Case], now: datetime) -> None:
    """Two dossiers hold numbers of one person: a person compares them, and merges them or not."""
    pairs = [
        merging.Pair(case.question.dossier_id, other, Likeness.REPLACED_NUMBER, case.ruling.number)
        for case in cases
        if (other := case.ruling.same_person) is not None
    ]
    merging.propose(pairs, now)


def _set_apart(case: _Case, error: Exception) -> _Case:
    case.ruling = Ruling(Status.DEAD, "NOT_UNDERSTOOD", words.NOT_APPLIED, settles=False)
    case.received, case.note = ReceivedStatus.PARKED, f"Niet verwerkt: {type(error).__name__}."
    return case


def _new_events(case: _Case, states: complete.States, now: datetime) -> list[NewEvent]:
    today = timezone.localdate(now)
    message = case.reply.reference if case.reply else None
    events = case.ruling.events
    if complements(case.question):
        events = complete.with_what_is_known(events, states.get(case.question.dossier_id))
    return [NewEvent(data, today, source_of(case.question, data), message=message) for data in events]


def _inscribe(cases: Sequence[_Case], now: datetime) -> dict[UUID, UUID]:
    """Arrange the inscriptions that answers ask for; question -> the inscription it waits for."""
    asking = {case.ruling.insz or case.question.insz: case for case in cases if case.ruling.inscribe}
    if not asking:
        return {}
    about = {
        insz: outbox.Wanted(
            Service(case.question.service), case.question.dossier_id, insz, case.question.due_on,
            asker=case.question.asker_id, purpose=case.question.purpose,
        )
        for insz, case in asking.items()
    }  # fmt: skip
    lost = [insz for insz, case in asking.items() if case.ruling.outcome == "NOT_INTEGRATED"]
    fresh, follows = outbox.arrange_inscriptions(about, now, lost)
    outbox.store(fresh, now)
    found = {}
    for case in cases:
        if case.ruling.inscribe and (first := follows.get(case.ruling.insz or case.question.insz)):
            found[case.question.pk] = first
    return found


def _row(case: _Case, follows: dict[UUID, UUID], now: datetime) -> dict[str, Any]:
    question, ruling = case.question, case.ruling
    sentence = ruling.sentence
    return {
        "id": question.pk,
        "status": ruling.status.value,
        "outcome": ruling.outcome,
        "cause": sentence.cause[:300] if sentence else "",
        "next_step": sentence.next_step[:300] if sentence else "",
        "next_attempt_at": ruling.next_attempt_at or question.next_attempt_at,
        "finished_at": now if ruling.status in _FINISHED else None,
        "insz": ruling.insz or question.insz,
        "details": ruling.details if ruling.details is not None else question.details,
        "follows_id": follows.get(question.pk, question.follows_id),
        "handled": ruling.handled or question.handled,
        "lease_token": None,
        "leased_until": None,
    }


def _confirm(questions: list[UUID], now: datetime) -> None:
    if not questions:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {Inscription._meta.db_table} i set confirmed_at = %s, closed_at = null,"
            " begin_on = (q.details->>'begin')::date, end_on = (q.details->>'end')::date"
            " from exchange_question q where i.question_id = q.id and q.id = any(%s)",
            [now, questions],
        )
    ended = Inscription.objects.filter(closing__in=questions, closing__service=Service.DEREGISTER)
    ended.update(confirmed_at=None, closed_at=now)


def _complement(cases: Sequence[_Case], now: datetime) -> None:
    """VDAB's file tells no day of registration: ask the jobseeker register for it (INTERFACE chapter 3)."""
    wanted = [
        outbox.Wanted(
            Service.JOB_SEEKER,
            case.question.dossier_id,
            case.question.insz,
            case.question.due_on,
            asker=case.question.asker_id,
            purpose=case.question.purpose,
            details={"employment_service": "VDAB", "complements": str(case.question.pk)},
        )
        for case in cases
    ]
    outbox.ask(wanted, now)


def _results(replies: Sequence[Reply], questions: dict[UUID, Question]) -> dict[str, list[bool]]:
    """Per service, for each call in order: did the source answer?"""
    found: dict[str, list[bool]] = defaultdict(list)
    for reply in replies:
        if reply.sentence is None:
            found[questions[reply.question].service].append(reply.outcome != "SOURCE_DOWN")
    return dict(found)


def _count(cases: Sequence[_Case]) -> dict[Status, int]:
    counted: dict[Status, int] = defaultdict(int)
    for case in cases:
        counted[case.ruling.status] += 1
    return dict(counted)
