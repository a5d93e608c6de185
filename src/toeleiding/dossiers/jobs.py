"""Jobs of the dossiers room: thin, they call what does the work."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from toeleiding.dossiers import merging, redecide, trials


@app.task(name="toeleiding.dossiers.jobs.redecide_everybody", queueing_lock="redecide_everybody")
def redecide_everybody() -> None:
    """After a change of rules: decide again about everybody, by the rules in force when the job runs."""
    redecide.redecide_all()


@app.task(name="toeleiding.dossiers.jobs.run_trial")
def run_trial(trial: int) -> None:
    """Try a draft on the whole population and keep what came out."""
    trials.run(trial)


# Two days back, so that a night that was missed is made up for; a pair is proposed once.
@app.periodic(cron="40 0 * * *")
@app.task(name="toeleiding.dossiers.jobs.find_doubles", queueing_lock="find_doubles")
def find_doubles(timestamp: int) -> None:
    """Propose who was written to lately and looks like somebody else."""
    merging.find_doubles(timezone.now() - timedelta(days=2))
