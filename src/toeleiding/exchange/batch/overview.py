"""How files stand, for the operator: ours, those that came, and the prefixes that nobody told us yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from toeleiding.exchange.batch.folders import BatchError, prefix
from toeleiding.exchange.models import AnswerFile, AnswerState, BatchFile, FileState, Service

_SHOWN = 50
_TONES = {
    FileState.PREPARED: "info",
    FileState.WRITTEN: "info",
    FileState.ANSWERED: "goed",
    FileState.OVERDUE: "letop",
    FileState.NOT_WRITTEN: "fout",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One file of ours; `state` says it with its tone, `more` what somebody should know besides."""

    file: BatchFile
    state: str
    tone: str
    more: str


@dataclass(frozen=True, slots=True)
class PrefixLine:
    """The prefix of one service's files, and how we know it."""

    service: Service
    prefix: str
    known: bool


def files(now: datetime) -> list[Line]:
    """The latest files, the latest first."""
    return [_line(file, now) for file in BatchFile.objects.all()[:_SHOWN]]


def set_aside() -> Sequence[AnswerFile]:
    """Files that came and that we could not use."""
    return list(AnswerFile.objects.filter(state=AnswerState.SET_ASIDE)[:_SHOWN])


def prefixes(now: datetime) -> list[PrefixLine]:
    """Every service that we ask by file. Raises BatchError when the setting cannot be read."""
    today = timezone.localdate(now)
    return [PrefixLine(each, (own := prefix(each, today)).text, own.known) for each in Service]


def prefix_trouble(now: datetime) -> str:
    """Why the prefixes cannot be shown; empty when they can."""
    try:
        prefixes(now)
    except BatchError as error:
        return str(error)
    return ""


def _line(file: BatchFile, now: datetime) -> Line:
    state = FileState(file.state)
    if state is FileState.WRITTEN and file.answer_by <= now:
        state = FileState.OVERDUE
    match state:
        case FileState.ANSWERED if file.missing:
            many = (
                "1 vraag zonder antwoord wacht"
                if file.missing == 1
                else f"{file.missing} vragen zonder antwoord wachten"
            )
            more = f"{many} weer."
        case FileState.OVERDUE:
            more = "De vragen wachten weer. Komt het antwoord nog, dan telt het mee."
        case _:
            more = file.cause
    return Line(file, state.label, _TONES[state], more)
