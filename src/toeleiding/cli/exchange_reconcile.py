"""`toeleiding exchange reconcile`: lay a list of VDAB beside the dossiers, by hand."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toeleiding.exchange.models import Delivered


@click.command(
    "reconcile",
    help="Leg een lijst van VDAB naast de dossiers. Zonder --apply is het een proef die niets bewaart. Zonder BESTAND:"
    " de laatste lijst die wacht.",
)
@click.argument("file", required=False, metavar="[BESTAND]", type=click.Path(path_type=Path))
@click.option("--apply", "really", is_flag=True, help="Bewaar de vergelijking en vraag VDAB over wie verschilt.")
@click.option("--reden", "reason", default="", help="Waarom de lijst uitgevoerd mag worden; nodig met --apply.")
def command(file: Path | None, really: bool, reason: str) -> None:
    """Compare, and with --apply ask."""
    from django.db import transaction

    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from toeleiding.exchange.quality import reconcile

    if really and not reason.strip():
        raise click.ClickException("Zeg met --reden waarom deze lijst uitgevoerd mag worden.")
    with transaction.atomic():
        found = _list(file)
        _tell(found)
        if not really:
            transaction.set_rollback(True)
    if not really:
        click.echo("Dit was een proef: er is niets bewaard en niets gevraagd. Voeg --apply en --reden toe.")
        return
    try:
        reconcile.confirm(found.pk, reason, None)
    except reconcile.ReconcileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{reconcile.carry_out(found.pk)} keer iets gevraagd aan VDAB.")


def _list(file: Path | None) -> "Delivered":
    """The list of the file, or the last one that waits. Raises click.ClickException."""
    from toeleiding.exchange.models import Delivered, ListOrigin, ListState
    from toeleiding.exchange.quality import reconcile
    from toeleiding.exchange.quality.list_reader import ListError, load

    if file is None:
        waiting = Delivered.objects.filter(state__in=(ListState.WAITING, ListState.CONFIRMED)).first()
        if waiting is None:
            raise click.ClickException("Er wacht geen lijst. Geef het bestand van VDAB mee.")
        return waiting
    try:
        return reconcile.compare(load(file), reconcile.Source(file.name, ListOrigin.COMMAND))
    except OSError as error:
        raise click.ClickException(f"{file} kan niet gelezen worden ({error.strerror}). Kijk de naam na.") from None
    except ListError as error:
        raise click.ClickException(str(error)) from None


def _tell(found: "Delivered") -> None:
    from toeleiding.exchange.models import Kind

    click.echo(f"{found.rows} rijen gelezen, {found.unreadable} niet leesbaar. {found.first_problem}".strip())
    for kind in Kind:
        click.echo(f"{kind.label}: {found.counts.get(kind, 0)}")
    click.echo(f"VDAB bevragen over: {found.to_ask} van {found.compared}. {found.needs}".strip())
