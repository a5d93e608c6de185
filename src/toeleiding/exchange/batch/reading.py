"""A file of answers takes effect: each answer through the inbox, once per question, whatever comes twice.

A file is known by the sum of its bytes. Killed halfway it is read again: what stands in the inbox is not stored
twice, and what was stored and not applied is applied then.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from toeleiding.exchange import inbox, lease, limits, settle
from toeleiding.exchange.batch.folders import alone
from toeleiding.exchange.models import AnswerFile, AnswerState, Attempt, BatchFile, FileState, Received, ReceivedStatus
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.wire import read as read_reply
from toeleiding.magda import batch
from toeleiding.magda.prefixes import stem
from toeleiding.magda.xml import UnreadableError

log = structlog.get_logger("exchange")
T = TypeVar("T")


@dataclass(slots=True)
class Found:
    """One file of answers, looked at but not applied.

    `cause` says why it cannot be used; `before` is how it was judged when it was read earlier.
    """

    path: Path
    overview: batch.Overview | None = None
    file: BatchFile | None = None
    cause: str = ""
    before: AnswerFile | None = None
    references: tuple[UUID, ...] = ()
    unknown: int = 0

    @property
    def missing(self) -> int:
        """Questions of our file to which this one gives no answer."""
        return self.file.questions - len(self.references) if self.file else 0


@dataclass(slots=True)
class Applied:
    """What reading one file did."""

    record: AnswerFile
    again: bool = False


def look(path: Path) -> Found:
    """What stands in a file and to which of ours it belongs; nothing changes. Never raises on account of the file."""
    found = Found(path)
    try:
        found.overview = overview = batch.survey(path)
    except UnreadableError as error:
        found.cause = str(error)
        return found
    except OSError as error:
        found.cause = f"Het bestand kan niet gelezen worden ({error.strerror}). Kijk de rechten en de schijf na."
        return found
    found.before = AnswerFile.objects.select_related("file").filter(sha256=overview.sha256).first()
    if overview.kind == "question":
        found.cause = "Dit is een bestand met vragen, geen antwoorden. Geef het bestand dat terugkwam."
        return found
    ours = _attempts(overview.references)
    found.file = _file(path, overview, ours)
    if found.file is None:
        found.cause = "Dit bestand hoort bij geen bestand dat wij klaarzetten. Kijk na of het voor ons bestemd is."
        return found
    if (found.file.service, found.file.version) != overview.service.key:
        name = f"{overview.service.name} {overview.service.version}"
        found.cause = f"Dit zijn antwoorden van {name}, gevraagd werd {found.file.service} {found.file.version}."
        return found
    found.references = tuple(reference for reference, file in ours.items() if file == found.file.pk)
    found.unknown = len(overview.references) - len(found.references) + overview.nameless
    return found


def read(path: Path, now: datetime) -> Applied:
    """Let a file take effect, or set it aside. Reading the same file twice changes nothing.

    Raises:
        BatchError: another process is at it.
    """
    with alone():
        return _apply(look(path), now)


def _apply(found: Found, now: datetime) -> Applied:
    if found.before is not None and found.before.state == AnswerState.READ:
        return Applied(found.before, again=True)
    overview, file = found.overview, found.file
    if found.cause or overview is None or file is None:
        return Applied(_set_aside(found, now), again=False)
    repeated = 0
    try:
        for several in _chunks(_ours(found, overview), limits.batch_size()):
            repeated += _take(file, several, now)
    except (UnreadableError, OSError) as error:
        found.cause = str(error) if isinstance(error, UnreadableError) else "Het bestand is niet meer te lezen."
        return Applied(_set_aside(found, now))
    if overview.failed:
        _take_for_all(file, batch.for_all(overview), now)
    return Applied(_finish(found, file, repeated, now))


def files_in(folder: Path) -> list[Path]:
    """The files of a folder in order of name; what begins with a dot is still being written."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _ours(found: Found, overview: batch.Overview) -> Iterator[batch.Part]:
    known = {str(reference) for reference in found.references}
    return (part for part in batch.parts(found.path, overview) if part.reference in known)


def _take(file: BatchFile, several: Iterable[batch.Part], now: datetime) -> int:
    """Store some answers and let them take effect. Returns how many had come before."""
    came = {UUID(part.reference or ""): part.message for part in several}
    attempts = {one.pk: one for one in _with_question(file, Q(pk__in=came))}
    return _settle(file, [(attempts[reference], message) for reference, message in came.items()], now)


def _take_for_all(file: BatchFile, message: bytes, now: datetime) -> None:
    """What failed as a whole is the answer to every question that has none."""
    unanswered = _with_question(file, Q(answers=None))
    for several in _chunks(unanswered, limits.batch_size()):
        _settle(file, [(attempt, message) for attempt in several], now)


def _settle(file: BatchFile, came: Sequence[tuple[Attempt, bytes]], now: datetime) -> int:
    there = {
        row.attempt_id: row
        for row in Received.objects.filter(attempt__in=[attempt for attempt, _ in came]).select_related(
            "attempt__raw", "question"
        )
    }
    fresh = [_reply(attempt, message, now) for attempt, message in came if attempt.pk not in there]
    half = [inbox.again(row) for row in there.values() if row.status == ReceivedStatus.RECEIVED]
    if fresh:
        fresh = inbox.after(fresh)
    if fresh or half:
        settle.settle([*fresh, *half], file.lease_token, now)
    return len(there) - len(half)


def _reply(attempt: Attempt, message: bytes, now: datetime) -> Reply:
    return read_reply(attempt.question, attempt.reference, message, attempt.started_at, now)


def _with_question(file: BatchFile, which: Q) -> list[Attempt]:
    return list(Attempt.objects.filter(which, file=file).select_related("question").order_by("started_at", "pk"))


@transaction.atomic
def _finish(found: Found, file: BatchFile, repeated: int, now: datetime) -> AnswerFile:
    """The file is complete: what has no answer waits again."""
    assert found.overview is not None
    answered = Received.objects.filter(attempt__file=file).count()
    Attempt.objects.filter(file=file, ended_at=None).update(
        ended_at=now, failure="missing_in_file", outcome="SOURCE_DOWN"
    )
    lease.give_back([file.lease_token], now)
    file.state, file.answered_at = FileState.ANSWERED, file.answered_at or now
    file.answered, file.missing = answered, file.questions - answered
    file.save(update_fields=["state", "answered_at", "answered", "missing"])
    log.info("batch_file_read", file=file.name, answered=answered, missing=file.missing, unknown=found.unknown)
    record, _ = AnswerFile.objects.update_or_create(
        sha256=found.overview.sha256,
        defaults={
            "name": found.path.name[:255],
            "state": AnswerState.READ,
            "cause": "",
            "file": file,
            "answers": len(found.references),
            "unknown": found.unknown,
            "repeated": repeated,
            "read_at": now,
        },
    )
    return record


def _set_aside(found: Found, now: datetime) -> AnswerFile:
    """Keep that a file came that we cannot use, and why. What was applied of it before it changed stays applied."""
    log.warning("batch_file_set_aside", file=found.path.name)
    record, _ = AnswerFile.objects.update_or_create(
        sha256=found.overview.sha256 if found.overview else sum_of(found.path),
        defaults={
            "name": found.path.name[:255],
            "state": AnswerState.SET_ASIDE,
            "cause": found.cause[:300],
            "read_at": now,
        },
    )
    return record


def sum_of(path: Path) -> str:
    """The sum of the bytes of a file; of its name when they cannot be read."""
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return hashlib.sha256(path.name.encode()).hexdigest()


def _attempts(references: Iterable[str]) -> dict[UUID, int]:
    """Which of these references stand in a file of ours, and in which."""
    ours = [own for reference in references if (own := _uuid(reference))]
    rows = Attempt.objects.filter(pk__in=ours, file__isnull=False).order_by().values_list("pk", "file_id")
    return {reference: file for reference, file in rows if file is not None}


def _file(path: Path, overview: batch.Overview, ours: Mapping[UUID, int]) -> BatchFile | None:
    """The file of ours that this one answers: by its references, else by the one of its Context, else by its name."""
    if ours:
        ((most, _),) = Counter(ours.values()).most_common(1)
        return BatchFile.objects.get(pk=most)
    receiver = overview.context.receiver if overview.context else None
    named = _uuid(receiver.reference or "") if receiver else None
    by_reference = BatchFile.objects.filter(reference=named).first() if named else None
    return by_reference or BatchFile.objects.filter(name=stem(path.name) or "").first()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    taken = iter(things)
    while several := list(islice(taken, size)):
        yield several
