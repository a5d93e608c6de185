"""`toeleiding demo`: the exercise population."""

import click


@click.command("demo", help="Vul de oefenomgeving met verzonnen personen die de jaren sinds 2022 doorliepen.")
@click.option("--people", default=400, show_default=True, type=click.IntRange(1, 250_000), help="Hoeveel personen.")
@click.option("--seed", default=None, type=int, help="Een ander getal geeft andere personen.")
def command(people: int, seed: int | None) -> None:
    """Build the population with a progress bar; refuses when there are dossiers."""
    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from django.conf import settings
    from rich.console import Console
    from rich.progress import Progress

    from toeleiding.demo.build import AlreadyFilledError, build
    from toeleiding.simulator.population import DEFAULT_SEED

    if not settings.OEFENOMGEVING:
        raise click.ClickException("Dit is de echte omgeving. Verzonnen personen horen alleen in de oefenomgeving.")
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Dossiers", total=people)
        try:
            total = build(people, DEFAULT_SEED if seed is None else seed, progress=lambda done: bar.advance(task, done))
        except AlreadyFilledError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{total} dossiers klaar.")
