"""Jobs of the outreach room: thin, they call what does the work."""

from procrastinate.contrib.django import app

from toeleiding.outreach import terms, watch


# After midnight in Brussels in winter and in summer, so that "in 14 days" counts from the new day.
@app.periodic(cron="20 0 * * *")
@app.task(name="toeleiding.outreach.tasks.tell_of_terms", queueing_lock="tell_of_terms")
def tell_of_terms(timestamp: int) -> None:
    """Tell of terms that end soon or passed, of actions that are late and of translations that are outdated."""
    terms.tell_of_terms()
    watch.tell_of_actions()
    watch.tell_of_translations()


@app.periodic(cron="*/5 * * * *")
@app.task(name="toeleiding.outreach.tasks.watch_exchange", queueing_lock="watch_exchange")
def watch_exchange(timestamp: int) -> None:
    """Tell operators of a source that does not answer for too long."""
    watch.tell_of_the_exchange()
