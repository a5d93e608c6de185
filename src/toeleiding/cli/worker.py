"""`toeleiding worker`: drains the exchange and does the nightly passes."""

import click


@click.command("worker", help="Start de werker. Stop met Ctrl-C.")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 32), help="Taken tegelijk.")
def command(concurrency: int) -> None:
    """Run the procrastinate worker until it is told to stop; running tasks are finished first."""
    from toeleiding.site.setup import prepare

    prepare()
    from django.core.management import call_command

    call_command("procrastinate", "worker", concurrency=concurrency, delete_jobs="successful")
