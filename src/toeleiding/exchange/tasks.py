"""Jobs: thin, each calls a service. A lost job loses nothing; the next one finds the same rows."""

from typing import Any

import structlog
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.redecide import redecide_due
from toeleiding.exchange import legal_log, retention
from toeleiding.exchange.batch import schedule
from toeleiding.exchange.bell import DRAIN, ring
from toeleiding.exchange.drain import drain as drain_outbox
from toeleiding.exchange.feeds import fetch, is_due
from toeleiding.exchange.models import Feed, NightlyCheck
from toeleiding.exchange.planning import plan
from toeleiding.exchange.quality import reconcile, snapshots
from toeleiding.exchange.recovery import journal
from toeleiding.exchange.repertorium import nightly

log = structlog.get_logger("exchange")
# A drain shows a sign of life through its worker; one that is silent so long was killed.
STALLED_AFTER_SECONDS = 120


@app.task(name=DRAIN, pass_context=True)
def drain(context: JobContext) -> None:
    """Somebody rang: empty the outbox. Stops between batches when the worker must stop."""
    drain_outbox(stop=context.should_abort)


@app.periodic(cron="* * * * *")
@app.task(name="toeleiding.exchange.tasks.every_minute", queueing_lock="every-minute")
def every_minute(timestamp: int) -> None:
    """The bell that cannot be lost."""
    ring()


@app.periodic(cron="*/5 * * * *")
@app.task(name="toeleiding.exchange.tasks.wake_stalled", queueing_lock="wake-stalled", pass_context=True)
async def wake_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that was killed stay "doing"; put them back."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await manager.retry_job(job, retry_at=timezone.now())
        log.warning("job_woken", job=job.id, task=job.task_name)


# 00:10 in Brussels is 22:10 or 23:10 in universal time; doing it twice changes nothing the second time.
@app.periodic(cron="10 22,23 * * *")
@app.task(name="toeleiding.exchange.tasks.night", queueing_lock="night")
def night(timestamp: int) -> None:
    """A new day: decide again for whom the day itself changes something."""
    SessionStore.clear_expired()
    journal.tidy(timezone.now())
    done = redecide_due()
    log.info("redecided", seen=done.seen, changed=done.changed)


@app.periodic(cron="*/10 * * * *")
@app.task(name="toeleiding.exchange.tasks.close_silent", queueing_lock="close-silent")
def close_silent(timestamp: int) -> None:
    """The legal log has one outcome per message, also when the worker that sent it was stopped."""
    if closed := legal_log.close_silent(timezone.now()):
        log.warning("messages_without_an_end", messages=closed)


@app.periodic(cron="50 1 * * *")
@app.task(name="toeleiding.exchange.tasks.measure_quality", queueing_lock="measure-quality")
def measure_quality(timestamp: int) -> None:
    """Measure the quality of the exchange and keep the figures of this day."""
    log.info("quality_measured", day=snapshots.take().isoformat())


@app.periodic(cron="20 1 * * *")
@app.task(name=reconcile.JOB, queueing_lock="reconcile")
def reconcile_lists(timestamp: int) -> None:
    """Lay new lists of VDAB beside the dossiers, and carry out what was confirmed or needs nobody."""
    reconcile.nightly()


@app.periodic(cron="10 2 * * *")
@app.task(name="toeleiding.exchange.tasks.keep_no_longer", queueing_lock="keep-no-longer")
def keep_no_longer(timestamp: int) -> None:
    """Erase and remove what is past its time (rules K-10 to K-12 and K-15)."""
    legal_log.close_silent(timezone.now(), everything=True)
    log.info("kept_no_longer", **retention.keep_no_longer(timezone.now()))


@app.periodic(cron="30 1 * * *")
@app.task(name="toeleiding.exchange.tasks.nightly_check", queueing_lock="nightly-check")
def nightly_check(timestamp: int) -> None:
    """Fold every timeline again and keep what was found. A difference is an error somebody must look at."""
    found = list(rebuild())
    kept: dict[str, Any] = {"dossiers": Dossier.objects.count(), "differences": len(found)}
    if found:
        log.error("columns_differ_from_timeline", **kept)
    NightlyCheck.objects.create(**kept, first=f"{found[0].number} {found[0].column}" if found else "")


@app.periodic(cron=schedule.WRITES)
@app.task(name="toeleiding.exchange.tasks.write_files", queueing_lock="write-files")
def write_files(timestamp: int) -> None:
    """Put files of questions ready, where this installation exchanges files."""
    if schedule.configured():
        schedule.write_waiting(timezone.now())


@app.periodic(cron=schedule.READS)
@app.task(name="toeleiding.exchange.tasks.read_files", queueing_lock="read-files")
def read_files(timestamp: int) -> None:
    """Read the files of answers that came."""
    if schedule.configured():
        schedule.read_waiting(timezone.now())


# INTERFACE 9.2: every quarter of an hour. What is not fetched stays with MAGDA.
@app.periodic(cron="*/15 * * * *")
@app.task(name="toeleiding.exchange.tasks.fetch_notifications", queueing_lock="fetch-general", pass_context=True)
def fetch_notifications(context: JobContext, timestamp: int) -> None:
    """What changed at VDAB and elsewhere, and asking there again."""
    fetch(Feed.GENERAL, stop=context.should_abort)


# The Rijksregister publishes once a week, normally on Sunday morning (INTERFACE 9.4): once a day is enough. Whoever
# finds somebody else fetching tries again an hour later.
@app.periodic(cron="50 * * * *")
@app.task(
    name="toeleiding.exchange.tasks.fetch_register_notifications", queueing_lock="fetch-persons", pass_context=True
)
def fetch_register_notifications(context: JobContext, timestamp: int) -> None:
    """What changed in the Rijksregister: numbers and addresses."""
    if is_due(Feed.PERSONS):
        fetch(Feed.PERSONS, stop=context.should_abort)


# Right after a fetch, so that the plan knows how fresh the feed is.
@app.periodic(cron="20 1 * * *")
@app.task(name="toeleiding.exchange.tasks.night_of_the_exchange", queueing_lock="night-of-the-exchange")
def night_of_the_exchange(timestamp: int) -> None:
    """Keep the inscriptions equal to the dossiers, then ask again what is too old or falls due."""
    nightly.keep()
    plan()
