"""Jobs of the outreach room: thin, they call what does the work."""

import structlog
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from toeleiding.outreach import inspection, terms, watch
from toeleiding.outreach.messages import automatic, digest, receipts, retention, sending
from toeleiding.outreach.messages.asking import SEND

log = structlog.get_logger("outreach")


# After midnight in Brussels in winter and in summer, so that "in 14 days" counts from the new day.
@app.periodic(cron="20 0 * * *")
@app.task(name="toeleiding.outreach.tasks.tell_of_terms", queueing_lock="tell_of_terms")
def tell_of_terms(timestamp: int) -> None:
    """Tell of what the day before left: terms, late actions, old translations, unusual access, what will be erased."""
    terms.tell_of_terms()
    watch.tell_of_actions()
    watch.tell_of_translations()
    watch.tell_of_retention()
    inspection.tell_of_access()


@app.periodic(cron="* * * * *")
@app.task(name=SEND, queueing_lock=SEND, pass_context=True)
def send_messages(context: JobContext, timestamp: int | None = None) -> None:
    """Somebody rang, or a minute passed: empty the outbox of messages. Stops between messages when it must."""
    digest.alarm(timezone.now())
    sending.drain(context.should_abort)


@app.periodic(cron="*/10 * * * *")
@app.task(name="toeleiding.outreach.tasks.ask_messages", queueing_lock="ask_messages")
def ask_messages(timestamp: int) -> None:
    """What is sent by itself: reminders, the e-mail of the day; and the bounces that came."""
    now = timezone.now()
    counted = {"reminders": automatic.remind(now), "digests": digest.ask(now), "bounces": receipts.read_bounces(now)}
    if any(counted.values()):
        log.info("messages_asked", **counted)


@app.periodic(cron="*/5 * * * *")
@app.task(name="toeleiding.outreach.tasks.watch_exchange", queueing_lock="watch_exchange")
def watch_exchange(timestamp: int) -> None:
    """Tell operators of a source that does not answer for too long and of a queue that is too long."""
    watch.tell_of_the_exchange()
    watch.tell_of_the_queue()


@app.periodic(cron="15 2 * * *")
@app.task(name="toeleiding.outreach.tasks.keep_no_longer", queueing_lock="keep_messages_no_longer")
def keep_no_longer(timestamp: int) -> None:
    """Remove rows and files of messages past their time (rules K-13 and K-14)."""
    log.info("kept_no_longer", **retention.keep_no_longer(timezone.now()))
