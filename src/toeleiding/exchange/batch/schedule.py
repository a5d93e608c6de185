"""The worker puts files ready and reads answers by itself, where both folders are configured and only there.

It writes outside working hours: whoever waits before a screen is answered by a call and not by a file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from toeleiding.exchange import lease, limits
from toeleiding.exchange.batch import reading, tidy, writing
from toeleiding.exchange.batch.folders import BatchError, incoming, prefix, spoken
from toeleiding.exchange.batch.overdue import close_overdue
from toeleiding.exchange.models import AnswerState, BatchRun, BatchVerb, Service
from toeleiding.magda import batch

log = structlog.get_logger("exchange")
# Universal time: between eight or nine in the evening and five in the morning, after the night planned its questions.
WRITE_HOURS, WRITE_MINUTES = (0, 1, 2, 3, 19, 20, 21, 22, 23), (40,)
READ_HOURS, READ_MINUTES = tuple(range(24)), (5, 20, 35, 50)
WRITES = f"{WRITE_MINUTES[0]} {','.join(map(str, WRITE_HOURS))} * * *"
READS = f"{','.join(map(str, READ_MINUTES))} * * * *"


@dataclass(frozen=True, slots=True)
class Line:
    """What the worker does by itself: when it last did and will do next, and what stopped it."""

    verb: BatchVerb
    last: BatchRun | None
    next: datetime


def configured() -> bool:
    """Whether the worker looks after files at all."""
    return bool(settings.MAGDA_BATCH_BY_WORKER)


def write_waiting(now: datetime) -> int:
    """Put ready what waits of each service that is asked by file, when it is much. Returns how many files."""
    return _run(BatchVerb.WRITE, now, lambda: sum(_write(service, now) for service in _by_file(now)))


def read_waiting(now: datetime) -> int:
    """Read the answers that came, let go of what did not come in time, remove what is over. Returns how many files."""
    return _run(BatchVerb.READ, now, lambda: _read(now))


def lines(now: datetime) -> list[Line]:
    """Both verbs, the latest run and the next."""
    last = {run.verb: run for run in BatchRun.objects.all()}
    return [
        Line(BatchVerb.WRITE, last.get(BatchVerb.WRITE), _next(now, WRITE_HOURS, WRITE_MINUTES)),
        Line(BatchVerb.READ, last.get(BatchVerb.READ), _next(now, READ_HOURS, READ_MINUTES)),
    ]


def troubles() -> list[str]:
    """What stopped the worker the last time, each with what to do."""
    return list(BatchRun.objects.exclude(trouble="").order_by("verb").values_list("trouble", flat=True))


def _run(verb: BatchVerb, now: datetime, work: Callable[[], int]) -> int:
    done, trouble = 0, ""
    try:
        done = work()
    except BatchError as error:
        trouble = str(error)
    except OSError as error:
        trouble = f"De mappen met bestanden zijn niet te gebruiken ({error.strerror}). Kijk de schijf en de rechten na."
    if trouble:
        log.error("batch_stopped", verb=verb.value, reason=trouble)
    BatchRun.objects.update_or_create(verb=verb, defaults={"at": now, "files": done, "trouble": trouble[:300]})
    return done


def _by_file(now: datetime) -> list[Service]:
    """The services whose files MAGDA knows, inscriptions first: without one nothing is read."""
    today = timezone.localdate(now)
    return [
        service
        for service in (Service.INSCRIPTION, *(one for one in Service if one.reads))
        if batch.most_in_a_file(spoken(service)) > 1 and (prefix(service, today).known or not settings.MAGDA_ENDPOINT)
    ]


def _write(service: Service, now: datetime) -> int:
    """As many files as what waits fills."""
    files = 0
    while lease.ready_for_file(service, now) >= limits.file_from():
        if writing.write(service, limits.QUESTIONS_IN_A_FILE, now) is None:
            break
        files += 1
    return files


def _read(now: datetime) -> int:
    files, stumbled = 0, []
    for path in reading.files_in(incoming()):
        try:
            files += _is_new(path, now) and not reading.read(path, now).again
        except (BatchError, OperationalError, InterfaceError):
            raise  # another process is at it, or the database is gone: the next time begins again
        except Exception as error:  # this one, by a mistake of ours: it must not keep the others from being read
            log.error("batch_file_not_read", file=path.name, error=type(error).__name__)
            stumbled.append(path.name)
    close_overdue(now)
    tidy.tidy(now)
    if stumbled:
        raise BatchError(
            f"Verwerken van {stumbled[0][:80]} lukt niet; de andere bestanden zijn verwerkt. Kijk of het bestand te"
            " lezen is. Blijft het zo, meld het dan aan wie de toepassing maakt."
        )
    return files


def _is_new(path: Path, now: datetime) -> bool:
    """Whether it came in whole, and nobody judged it useless: somebody looks at that, not this job each time anew."""
    if datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) > now - limits.FILE_STILL_COMES:
        return False
    judged = tidy.known(path)
    return judged is None or judged.state != AnswerState.SET_ASIDE


def _next(now: datetime, hours: tuple[int, ...], minutes: tuple[int, ...]) -> datetime:
    """The next moment at one of these minutes of one of these hours, universal time."""
    moment = now.astimezone(UTC).replace(second=0, microsecond=0)
    while True:
        moment += timedelta(minutes=1)
        if moment.hour in hours and moment.minute in minutes:
            return moment
