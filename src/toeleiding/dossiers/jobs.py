"""Jobs of the dossiers room: thin, they call what does the work."""

from procrastinate.contrib.django import app

from toeleiding.dossiers import redecide, trials


@app.task(name="toeleiding.dossiers.jobs.redecide_everybody", queueing_lock="redecide_everybody")
def redecide_everybody() -> None:
    """After a change of rules: decide again about everybody, by the rules in force when the job runs."""
    redecide.redecide_all()


@app.task(name="toeleiding.dossiers.jobs.run_trial")
def run_trial(trial: int) -> None:
    """Try a draft on the whole population and keep what came out."""
    trials.run(trial)
