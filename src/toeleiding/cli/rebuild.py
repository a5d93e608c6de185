"""`toeleiding rebuild`: does every column say what its timeline says?"""

import click


@click.command("rebuild", help="Vouw elke tijdlijn opnieuw en vergelijk met wat bewaard is. Wijzigt niets.")
@click.option("--show", default=20, show_default=True, type=click.IntRange(0), help="Hoeveel verschillen je ziet.")
def command(show: int) -> int:
    """Print the differences; status 1 when there is one."""
    from toeleiding.site.setup import prepare

    prepare()
    from rich.console import Console
    from rich.progress import Progress

    from toeleiding.dossiers.models import Dossier
    from toeleiding.dossiers.rebuild import rebuild

    total = Dossier.objects.count()
    found = 0
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Tijdlijnen", total=total)
        for difference in rebuild(progress=lambda done: bar.advance(task, done)):
            found += 1
            if found <= show:
                click.echo(
                    f"{difference.number} {difference.column}:"
                    f" bewaard {difference.stored!r}, volgens de tijdlijn {difference.folded!r}"
                )
    click.echo(f"{total} dossiers nagekeken, {found} verschillen.")
    return 1 if found else 0
