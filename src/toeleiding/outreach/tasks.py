"""Jobs of the outreach room: thin, they call what does the work."""

from procrastinate.contrib.django import app

from toeleiding.outreach import terms


# After midnight in Brussels in winter and in summer, so that "in 14 days" counts from the new day.
@app.periodic(cron="20 0 * * *")
@app.task(name="toeleiding.outreach.tasks.tell_of_terms", queueing_lock="tell_of_terms")
def tell_of_terms(timestamp: int) -> None:
    """Tell of terms that end soon or passed."""
    terms.tell_of_terms()
