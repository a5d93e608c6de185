"""What must hold when everything is quiet again, whatever went wrong. Each breach is a sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from tests.faults import referrals
from tests.faults.outside import Outside
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.exchange import legal_log
from toeleiding.exchange.apply import outcome_of
from toeleiding.exchange.models import (
    Attempt,
    Inscription,
    LegalLine,
    Question,
    Received,
    ReceivedStatus,
    Service,
    Status,
)
from toeleiding.exchange.selectors import status

_ANSWERS = (e.EmploymentServiceAnswered, e.WorkAnswered)


class _Story:
    """Everything that is stored about some dossiers, read once."""

    def __init__(self, dossiers: Sequence[int]) -> None:
        self.questions = {found.pk: found for found in Question.objects.filter(dossier__in=dossiers)}
        self.attempts = list(Attempt.objects.filter(question__in=self.questions).order_by("started_at"))
        self.question_of = {attempt.pk: attempt.question_id for attempt in self.attempts}
        rows = Event.objects.filter(dossier__in=dossiers).order_by("id")
        self.events = [(row.dossier_id, row.message, e.from_builtins(row.kind, row.data)) for row in rows]
        self.received = list(Received.objects.filter(question__in=self.questions))

    def answered(self) -> Iterator[tuple[int, UUID | None, UUID | None, Any]]:
        """The answers on the timelines in order: dossier, question, reference, event."""
        unsent = self._without_a_call()
        for dossier, message, data in self.events:
            if isinstance(data, _ANSWERS):
                question = self.question_of.get(message) or getattr(data, "question", None)
                if question is None and unsent[dossier]:
                    question = unsent[dossier].pop(0)
                yield dossier, question, message, data

    def _without_a_call(self) -> dict[int, list[UUID]]:
        """Questions about work that ended without a call: their event names no question. In order, per dossier."""
        told = {self.question_of.get(message) for _, message, data in self.events if isinstance(data, e.WorkAnswered)}
        found: dict[int, list[UUID]] = defaultdict(list)
        for question in sorted(self.questions.values(), key=lambda one: str(one.finished_at)):
            if question.service == Service.WORK and question.status == Status.DEAD and question.pk not in told:
                found[question.dossier_id].append(question.pk)
        return found


def breaches(dossiers: Sequence[int], world: Outside) -> list[str]:
    """What does not hold for these dossiers. Empty when all is well."""
    story = _Story(dossiers)
    connection.check_constraints()
    return [
        *_everything_is_accounted_for(story),
        *_nothing_is_left_in_hand(story),
        *_once_in_the_dossier(story),
        *_once_at_the_source(story, world),
        *_only_what_the_source_said(story, world),
        *_in_order(story),
        *_logged_by_law(story),
        *_the_repertorium_agrees(dossiers, world),
        *referrals.breaches(dossiers, world),
    ]


def _logged_by_law(story: _Story) -> Iterator[str]:
    """One line before each call and one after it, also when the worker was stopped in between, and both are true."""
    legal_log.close_silent(timezone.now() + 2 * legal_log.FILES_COUNT_FOR, everything=True)
    lines: dict[UUID, list[str]] = defaultdict(list)
    for reference, kind in LegalLine.objects.filter(reference__in=story.question_of).values_list("reference", "kind"):
        lines[reference].append(kind)
    for reference in story.question_of:
        found = lines[reference]
        if found.count("ASKED") != 1 or len(found) != 2:
            yield f"legal log: {sorted(found)} for one message"
    for row in story.received:
        if "UNANSWERED" in lines[row.attempt_id]:
            yield "legal log: no answer, of a message whose answer was kept"


def columns_differ() -> list[str]:
    """Folding every timeline again must find what is stored."""
    return [f"rebuild: {found.number} {found.column}" for found in rebuild()]


def _everything_is_accounted_for(story: _Story) -> Iterator[str]:
    for _, _, data in story.events:
        if isinstance(data, e.EmploymentServiceAsked | e.WorkAsked) and data.question not in story.questions:
            yield f"asked and not in the outbox: {data.question}"
    for question in story.questions.values():
        if question.status not in (Status.DONE, Status.DEAD):
            yield f"not done and not dead: {question.service} is {question.status} ({question.cause})"
        if question.status == Status.DEAD and not (question.cause and question.next_step):
            yield f"dead without a cause or a next step: {question.service}"
    counted = status()["outbox"]
    if sum(counted.values()) != Question.objects.count():
        yield f"the counts {counted} are not everything that was asked"


def _nothing_is_left_in_hand(story: _Story) -> Iterator[str]:
    for question in story.questions.values():
        if question.lease_token is not None:
            yield f"a lease is still held on {question.service}"
    for row in story.received:
        if row.status == ReceivedStatus.RECEIVED:
            yield f"an answer was never dealt with: {row.reference}"


def _once_in_the_dossier(story: _Story) -> Iterator[str]:
    told = Counter(question for _, question, _, _ in story.answered())
    if None in told:
        yield "an answer in a dossier belongs to no question"
    for question in story.questions.values():
        silent = not Service(question.service).reads or question.quiet
        least = 0 if silent or referrals.apart(question) else 1
        most = 1 if Service(question.service).reads else 0
        if not least <= told[question.pk] <= most:
            yield f"{question.service} ({question.status}) took effect {told[question.pk]} times"
    moved = Counter(
        (dossier, data.old, data.new) for dossier, _, data in story.events if isinstance(data, e.NumberReplaced)
    )
    yield from (f"a number was replaced {times} times" for times in moved.values() if times > 1)
    settled = Counter(row.question_id for row in story.received if row.settles)
    yield from (f"{times} answers settled one question" for times in settled.values() if times > 1)


def _once_at_the_source(story: _Story, world: Outside) -> Iterator[str]:
    numbers = {question.insz for question in story.questions.values()}
    for (insz, begin, end), times in world.effects.items():
        if insz in numbers and times > 1 + world.left[insz]:
            yield f"the inscription from {begin} to {end} was written {times} times"
    for question in story.questions.values():
        if question.service == Service.INSCRIPTION and question.status == Status.DONE and question.outcome == "KNOWN":
            period = (question.insz, question.details["begin"], question.details["end"])
            if not 1 <= world.effects[period] <= 1 + world.left[question.insz]:
                yield f"an inscription that is done was written {world.effects[period]} times"


def _only_what_the_source_said(story: _Story, world: Outside) -> Iterator[str]:
    """KNOWN and NOT_KNOWN stand in a dossier only when the source says so, under that very reference."""
    for _, question, message, data in story.answered():
        if data.answer not in ("KNOWN", "NOT_KNOWN"):
            continue
        answer = world.truth.get(str(message))
        asked = story.questions.get(question) if question else None
        if answer is None or asked is None:
            yield f"{data.answer} in a dossier without an answer from the source"
            continue
        true = outcome_of(asked.service, asked.details.get("employment_service", "VDAB"), answer)
        if true != data.answer:
            yield f"{data.answer} in a dossier, and the source says {true}"


def _the_repertorium_agrees(dossiers: Sequence[int], world: Outside) -> Iterator[str]:
    """What we think stands does stand, and nothing stands for whom we do not follow, unless somebody must look."""
    there = {insz for _, insz in world.ledger.inscriptions}
    ended = set(Dossier.objects.filter(pk__in=dossiers, state__has_key="ended_on").values_list("insz", flat=True))
    rows = Inscription.objects.filter(dossier__in=dossiers, confirmed_at__isnull=False).select_related("closing")
    for row in rows:
        failed = row.closing is not None and row.closing.status == Status.DEAD
        if row.insz not in there and not failed:
            yield "we think that an inscription stands, and the repertorium has none"
        if row.insz in ended and not failed:
            yield "an inscription stands for somebody whose track ended"


def _in_order(story: _Story) -> Iterator[str]:
    """A younger question about the same person to the same service is sent when the older one is finished."""
    begun: dict[UUID, Any] = {}
    for attempt in story.attempts:
        begun.setdefault(attempt.question_id, attempt.started_at)
    lines: dict[tuple[int, str], list[Question]] = defaultdict(list)
    for question in story.questions.values():
        lines[question.dossier_id, question.service].append(question)
    for line in lines.values():
        line.sort(key=lambda one: (one.asked_at, one.pk))
        for older, younger in pairwise(line):
            if younger.pk in begun and (older.finished_at is None or begun[younger.pk] < older.finished_at):
                yield f"{younger.service}: the younger question went before the older one was finished"
    for question in story.questions.values():
        first = story.questions.get(question.follows_id) if question.follows_id else None
        if first and question.pk in begun and first.finished_at is None:
            yield f"{question.service} was sent before {first.service} was finished"
    place = {pk: at for at, pk in enumerate(sorted(story.questions, key=lambda pk: (story.questions[pk].asked_at, pk)))}
    last: dict[tuple[int, str], int] = {}
    for dossier, question, _, _ in story.answered():
        if question in place:
            key = (dossier, story.questions[question].service)
            if last.get(key, -1) > place[question]:
                yield "answers stand in a dossier in another order than they were asked"
            last[key] = place[question]
