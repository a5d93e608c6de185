"""`toeleiding run`: from nothing to the working product in the browser."""

import click


@click.command("run", help="Start alles op deze computer: database, simulator, worker en web. Stop met Ctrl-C.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--people", default=400, show_default=True, type=click.IntRange(0), help="Personen bij een eerste start.")
def command(port: int, people: int) -> int:
    """Start everything, print the address when it is ready, and leave no process behind."""
    from toeleiding.site.supervisor import run

    return run(port, people)
