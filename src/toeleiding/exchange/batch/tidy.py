"""Removing files of which nothing is needed any more: what stands in them is readable, and is kept sealed elsewhere.

Ours go when their questions are over, also when no answer came in time: a file that is fetched after that asks twice.
Answers go when they were read; what was set aside, when raw messages go (rule K-10).
"""

from datetime import datetime
from pathlib import Path

import structlog
from django.utils import timezone

from toeleiding.exchange import raw
from toeleiding.exchange.batch import reading
from toeleiding.exchange.batch.folders import incoming, outgoing
from toeleiding.exchange.models import AnswerFile, AnswerState, BatchFile, FileState

log = structlog.get_logger("exchange")
_OVER = (FileState.ANSWERED, FileState.OVERDUE, FileState.NOT_WRITTEN)


def known(path: Path) -> AnswerFile | None:
    """How a file of answers was judged before, if it was."""
    return AnswerFile.objects.filter(sha256=reading.sum_of(path)).first()


def tidy(now: datetime) -> int:
    """Remove what is over. Returns how many files there were. What cannot be removed is logged and tried again."""
    return sum(_remove(path) for path in [*_ours(), *_answers(now)])


def _ours() -> list[Path]:
    there = {path.name: path for path in _files(outgoing())}
    over = BatchFile.objects.filter(name__in=there, state__in=_OVER).values_list("name", flat=True)
    return [there[name] for name in over]


def _answers(now: datetime) -> list[Path]:
    period = raw.kept_for(timezone.localdate(now))
    found = [(path, record) for path in _files(incoming()) if (record := known(path)) is not None]
    return [
        path
        for path, record in found
        if record.state == AnswerState.READ or (period is not None and record.read_at < now - period)
    ]


def _files(folder: Path) -> list[Path]:
    return reading.files_in(folder) if folder.is_dir() else []


def _remove(path: Path) -> int:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("batch_file_not_removed", file=path.name, error=type(error).__name__)
        return 0
    return 1
