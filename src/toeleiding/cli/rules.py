"""`toeleiding rules`: see which rule sets there are, write one to a file, put one in force."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toeleiding.law import RuleSet


@click.group("rules", help="Regels bekijken, uitvoeren en van kracht maken.")
def command() -> None:
    """The rule sets of this installation."""


@command.command("list", help="Toon elke regelset met haar stand en hoeveel regels nog te bevestigen zijn.")
def list_rules() -> None:
    """One line per rule set, the one in force marked."""
    from toeleiding.site.setup import prepare

    prepare()
    from toeleiding.rulebook import selectors

    standing = selectors.in_force().name
    states = selectors.states()
    for name in selectors.names():
        rules = selectors.by_name(name)
        unconfirmed = sum(rule.status == "unconfirmed" for rule in rules)
        state = "van kracht" if name == standing else states.get(name, "meegeleverd")
        click.echo(f"{name}  {state}, {len(rules.ids)} regels, {unconfirmed} nog te bevestigen, {rules.hash[:12]}")


@command.command("export", help="Schrijf een regelset zoals `toeleiding decide --rules` ze leest.")
@click.argument("name")
@click.option("--to", "target", type=click.Path(path_type=Path), help="Bestand; zonder dit komt alles op het scherm.")
@click.option("--for-decide", is_flag=True, help="Schrijf naar de map waar `decide --rules NAME` zoekt.")
def export(name: str, target: Path | None, for_decide: bool) -> None:
    """The TOML of a rule set, on the screen or in a file."""
    from toeleiding.site.setup import prepare

    prepare()
    from django.conf import settings

    from toeleiding import law

    text = law.dump(_named(name))
    if for_decide:
        target = Path(settings.HOME) / "regels" / f"{name}.toml"
    if target is None:
        click.echo(text, nl=False)
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(
            f"Het bestand {target} kan niet geschreven worden. Kies een andere plaats."
        ) from error
    click.echo(f"Regelset {name} staat in {target}.", err=True)


@command.command("put-in-force", help="Maak een voorstel van kracht. Zonder --apply: toon alleen wie verandert.")
@click.argument("name")
@click.option("--apply", "do", is_flag=True, help="Doe het echt.")
@click.option("--reason", default="", help="Waarom; nodig bij --apply.")
@click.option("--by", "username", default="", help="Gebruikersnaam van wie beslist; nodig bij --apply.")
@click.option("--show", default=20, show_default=True, type=click.IntRange(0), help="Hoeveel dossiers je ziet.")
def put_in_force(name: str, do: bool, reason: str, username: str, show: int) -> None:
    """Try the draft on everybody and print who changes; with --apply put it in force and decide again."""
    from toeleiding.site.setup import prepare

    prepare()
    rules = _named(name)
    if not do:
        _print_what_if(rules, show)
        click.echo("Er is niets gewijzigd. Voeg --apply, --reason en --by toe om dit van kracht te maken.")
        return
    from toeleiding.dossiers.redecide import redecide_all
    from toeleiding.organisations.models import Role, StaffRole
    from toeleiding.rulebook import services
    from toeleiding.rulebook.models import RuleSetVersion

    held = StaffRole.objects.filter(staff__username=username, role=Role.PROJECT_LEAD).select_related("staff").first()
    if held is None:
        raise click.ClickException("Geef bij --by de gebruikersnaam van een projectleider.")
    version = RuleSetVersion.objects.filter(name=name).first()
    if version is None:
        raise click.ClickException(f"Regelset {name} komt met de toepassing mee. Maak er eerst een voorstel van.")
    try:
        services.put_in_force(version, reason, held.staff)
    except services.RulebookError as error:
        raise click.ClickException(str(error)) from error
    with _progress() as advance:
        done = redecide_all(progress=advance)
    click.echo(f"Regelset {name} is van kracht. {done.changed} van {done.seen} dossiers kregen een andere beslissing.")


def _named(name: str) -> "RuleSet":
    """The rule set of this name. Raises click.ClickException with the names there are."""
    from toeleiding.rulebook import selectors

    try:
        return selectors.by_name(name)
    except selectors.UnknownRuleSetError as error:
        raise click.ClickException(str(error)) from error


def _print_what_if(rules: "RuleSet", show: int) -> None:
    """Who would change, from what to what, by which rules. Numbers of dossiers, never names."""
    from toeleiding.dossiers.explanation import standing_words
    from toeleiding.dossiers.models import Dossier
    from toeleiding.dossiers.whatif import what_if

    with _progress() as advance:
        found = what_if(rules, progress=advance)
    click.echo(f"Met regelset {rules.name} veranderen {found.changed} van {found.seen} dossiers.")
    for one in found.transitions:
        was, now = standing_words(one.was_outcome, one.was_step), standing_words(one.outcome, one.step)
        moved = " (alleen de uiterste datum)" if one.due_moves else ""
        click.echo(f"  {one.count} x {was} -> {now}{moved}, door {', '.join(one.rules)}")
    shown = found.examples[:show]
    numbers = dict(Dossier.objects.filter(pk__in=[one.dossier for one in shown]).values_list("pk", "number"))
    for example in shown:
        was = standing_words(example.was.outcome, example.was.step)
        now = standing_words(example.now.outcome, example.now.step)
        click.echo(f"{numbers[example.dossier]}: {was} -> {now}. {' '.join(example.why)}")


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """A bar on the terminal over all dossiers; silent elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    from toeleiding.dossiers.models import Dossier

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Dossiers", total=Dossier.objects.count())
        yield lambda done: bar.advance(task, done)
