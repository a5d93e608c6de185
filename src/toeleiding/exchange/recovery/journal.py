"""The journal beside the database: one line per question that was asked, so that a restored backup can be completed.

It holds no name, no national number and nothing of an answer: the dossier by its number, the service, the purpose and
who asked. Each process appends to a file of its own per day; what it writes is on the disk when the call returns.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import structlog
from django.conf import settings

log = structlog.get_logger("exchange")
# Older than any backup that somebody still puts back: what it names would long have been asked again.
KEPT = timedelta(days=35)


class Line(msgspec.Struct, frozen=True):
    """One question as it was asked. `about` is the employment service, or WORK; `asker` a user name or empty.

    `referral` is the ToeleidingsID when it was a referral that went out.
    """

    at: datetime
    question: UUID
    dossier: str
    about: str
    purpose: str
    source: str
    asker: str = ""
    referral: UUID | None = None


def folder() -> Path | None:
    """Where the journal is kept; None when this installation keeps none."""
    named = settings.EXCHANGE_JOURNAL
    return Path(named) if named else None


def write(lines: Sequence[Line]) -> None:
    """Append lines: one write and one sync for all. A journal that cannot be written stops nobody from asking."""
    place = folder()
    if place is None or not lines:
        return
    name = f"{lines[0].at:%Y-%m-%d}-{socket.gethostname()[:40]}-{os.getpid()}.jsonl"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(place / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # The line break goes first: half a line of a process that died spoils none of ours.
            os.write(descriptor, b"".join(b"\n" + msgspec.json.encode(line) for line in lines))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        log.error("journal_unwritable", questions=len(lines), error=type(error).__name__)


def read(place: Path, since: datetime | None = None) -> Iterator[Line]:
    """Every line from a moment on, in order of time, each question once. Broken lines are passed over, and told."""
    found: dict[UUID, Line] = {}
    broken = 0
    decoder = msgspec.json.Decoder(Line)
    for path in sorted(place.glob("*.jsonl")):
        for raw in path.read_bytes().splitlines():
            if not raw:
                continue
            try:
                line = decoder.decode(raw)
            except msgspec.MsgspecError:
                broken += 1
                continue
            if since is None or line.at > since:
                found.setdefault(line.question, line)
    if broken:
        log.warning("journal_unreadable", lines=broken)
    yield from sorted(found.values(), key=lambda line: (line.at, line.question))


def tidy(now: datetime) -> int:
    """Remove files that no backup needs any more; how many."""
    place = folder()
    old = [path for path in _files(place) if path.name[:10] < f"{now - KEPT:%Y-%m-%d}"]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _files(place: Path | None) -> Iterable[Path]:
    return place.glob("????-??-??-*.jsonl") if place is not None and place.is_dir() else ()
