"""Putting a file of questions ready: claimed, stored, written beside its place and moved into it.

The row, the references and the bytes are stored before the file exists. Killed at any point nothing is lost: before
the row is stored a short lease runs out; after it the next writer looks whether the file is there.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from toeleiding.exchange import circuits, inbox, lease, limits, settle
from toeleiding.exchange.batch.folders import BatchError, alone, make_outgoing, outgoing, prefix, spoken
from toeleiding.exchange.batch.overdue import close_overdue
from toeleiding.exchange.models import Attempt, BatchFile, FileState, Service
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.wire import Message, cannot_be_written, content_of
from toeleiding.magda import batch
from toeleiding.magda.envelope import Sender
from toeleiding.magda.prefixes import file_name
from toeleiding.magda.xml import Element

log = structlog.get_logger("exchange")
_NEVER_PUT_READY = "Het schrijven werd onderbroken. De vragen wachten weer."


@dataclass(frozen=True, slots=True)
class Plan:
    """What writing would do now."""

    service: Service
    waiting: int
    in_file: int
    prefix: str
    prefix_known: bool
    held: bool
    folder: Path


def plan(service: Service, size: int, now: datetime) -> Plan:
    """What a file of this service would hold; nothing changes."""
    waiting = lease.ready_for_file(service, now)
    found = prefix(service, timezone.localdate(now))
    held = service.value in circuits.held()
    return Plan(
        service,
        waiting,
        min(waiting, size, batch.most_in_a_file(spoken(service))),
        found.text,
        found.known,
        held,
        outgoing(),
    )


def write(service: Service, size: int, now: datetime) -> BatchFile | None:
    """Put one file ready. Returns its row, or None when nothing waits for this service.

    Raises:
        BatchError: the folder cannot be written to, somebody else is writing, or the prefix is not known although
            MAGDA is the real one.
    """
    if not prefix(service, timezone.localdate(now)).known and settings.MAGDA_ENDPOINT:
        raise BatchError(
            f"De prefix van {service.value} is niet gekend. Vraag hem aan MAGDA en zet MAGDA_BATCH_PREFIXES, "
            f"bijvoorbeeld {service.value}=abcd."
        )
    folder = make_outgoing()
    with alone():
        recover(now)
        close_overdue(now)
        prepared = _prepare(service, min(size, batch.most_in_a_file(spoken(service))), now)
        if prepared is None:
            return None
        file, questions, sender = prepared
        try:
            _put(folder, file, questions, sender)
        except OSError as error:
            _call_off(file, f"Schrijven in {folder} lukt niet ({error.strerror}). De vragen wachten weer.", now)
            raise BatchError(f"{file.cause} Kijk de schijf en de rechten na.") from None
        _written(file, folder / file.name, now)
    log.info("batch_file_written", file=file.name, service=file.service, questions=file.questions)
    return file


def recover(now: datetime) -> None:
    """Finish what a writer that was killed left behind: the file is there, or its questions wait again. Be `alone`.

    A file that was fetched in the meantime looks like one that was never there; its questions are then asked once
    more, and the first answer counts.
    """
    for file in BatchFile.objects.filter(state=FileState.PREPARED):
        path = outgoing() / file.name
        if path.is_file():
            _written(file, path, now)
            continue
        _beside(path).unlink(missing_ok=True)
        _call_off(file, _NEVER_PUT_READY, now)


def _prepare(service: Service, size: int, now: datetime) -> tuple[BatchFile, list[Element], Sender] | None:
    claimed = lease.claim_for_file(service, size, now)
    # One Context holds one Gebruiker and a file holds questions of many people: who asked stands with each question.
    sender = Sender(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID)
    on_wire, reference, local = spoken(service), uuid4(), timezone.localtime(now)
    messages: list[Message] = []
    questions: list[Element] = []
    unsendable: list[Reply] = []
    for question in claimed.questions:
        own = uuid4()
        try:
            asked = batch.Asked(str(own), content_of(question, sender, local.date()))
            piece = batch.fragment(asked, on_wire)
        except Exception as error:  # this one cannot be written, whatever it is; the others of the file go on
            unsendable.append(cannot_be_written(question, own, error, now))
            continue
        raw = batch.alone(on_wire, piece, sender, reference=str(reference), at=local)
        messages.append(Message(question, own, raw))
        questions.append(piece)
    if unsendable:
        settle.settle(unsendable, claimed.token, now)
    if not messages:
        return None
    return _store(service, messages, claimed.token, reference, now), questions, sender


@transaction.atomic
def _store(service: Service, messages: Sequence[Message], token: UUID, reference: UUID, now: datetime) -> BatchFile:
    answer_by = now + limits.file_answered_within()
    file = BatchFile.objects.create(
        name=_free_name(prefix(service, timezone.localdate(now)).text, timezone.localtime(now)),
        service=service,
        version=spoken(service).version,
        reference=reference,
        lease_token=token,
        questions=len(messages),
        prepared_at=now,
        answer_by=answer_by,
    )
    inbox.before(messages, now, file)
    lease.keep_until(token, answer_by)
    return file


def _free_name(start: str, at: datetime) -> str:
    """A name that no file of ours has: two files of one millisecond differ by one."""
    while BatchFile.objects.filter(name=file_name(start, at)).exists():
        at += timedelta(milliseconds=1)
    return file_name(start, at)


def _put(folder: Path, file: BatchFile, questions: Sequence[Element], sender: Sender) -> None:
    """Write beside the place and move into it: whoever looks finds a whole file or none.

    What stands in it is not sealed, for the other side has to read it: nobody but our own user may.
    """
    path = folder / file.name
    _beside(path).unlink(missing_ok=True)
    with open(os.open(_beside(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        batch.write(
            spoken(Service(file.service)), questions, sender, out,
            reference=str(file.reference), at=timezone.localtime(file.prepared_at),
        )  # fmt: skip
        out.flush()
        os.fsync(out.fileno())
    _beside(path).replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _written(file: BatchFile, path: Path, now: datetime) -> None:
    with path.open("rb") as opened:
        file.sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    file.state, file.written_at = FileState.WRITTEN, now
    file.save(update_fields=["sha256", "state", "written_at"])


@transaction.atomic
def _call_off(file: BatchFile, cause: str, now: datetime) -> None:
    file.state, file.cause = FileState.NOT_WRITTEN, cause[:300]
    file.save(update_fields=["state", "cause"])
    Attempt.objects.filter(file=file, ended_at=None).update(
        ended_at=now, failure="file_not_written", outcome="SOURCE_DOWN"
    )
    lease.give_back([file.lease_token], now)
