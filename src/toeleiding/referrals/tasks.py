"""Jobs: thin, each calls a service."""

import structlog
from procrastinate.contrib.django import app

from toeleiding.referrals.looking import look

log = structlog.get_logger("referrals")


# Before the working day begins, so that an appointment made yesterday stands in the dossier this morning.
@app.periodic(cron="0 4 * * *")
@app.task(name="toeleiding.referrals.tasks.look_at_referrals", queueing_lock="look-at-referrals")
def look_at_referrals(timestamp: int) -> None:
    """Ask VDAB's file about the referrals that are under way."""
    log.info("looked_at_referrals", asked=look())
