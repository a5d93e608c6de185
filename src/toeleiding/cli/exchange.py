"""`toeleiding exchange ...`: how the exchange stands, and emptying the outbox by hand."""

import json
from typing import Any

import click

from toeleiding.cli.exchange_batch import command as batch
from toeleiding.cli.exchange_reconcile import command as reconcile


@click.group("exchange", help="Stand van de uitwisseling met MAGDA.")
def command() -> None:
    """Verbs about the exchange."""


command.add_command(batch)
command.add_command(reconcile)


@command.command("status", help="Toon hoeveel vragen wachten, onderweg, beantwoord of vastgelopen zijn.")
@click.option("--json", "as_json", is_flag=True, help="Schrijf JSON.")
def status(as_json: bool) -> None:
    """Print the state (CONTRACTS chapter 5)."""
    found = _status()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    outbox, inbox = found["outbox"], found["inbox"]
    click.echo(
        f"Vragen: {outbox['waiting']} wachten, {outbox['in_flight']} onderweg,"
        f" {outbox['done']} beantwoord, {outbox['dead']} vastgelopen."
    )
    click.echo(
        f"Antwoorden: {inbox['received']} te verwerken, {inbox['applied']} verwerkt,"
        f" {inbox['duplicate']} dubbel, {inbox['parked']} apart gelegd."
    )
    words = {"closed": "in werking", "open": "onderbroken", "half_open": "wordt getest"}
    for service, state in found["circuits"].items():
        click.echo(f"{service}: {words[state]}")
    if found["oldest_waiting_seconds"] is not None:
        click.echo(f"De oudste vraag wacht {found['oldest_waiting_seconds']} seconden.")


@command.command("drain", help="Verstuur wat wacht. Zonder --apply zie je alleen wat er zou gebeuren.")
@click.option("--apply", "really", is_flag=True, help="Verstuur echt.")
def drain(really: bool) -> None:
    """Empty the outbox once, without a worker."""
    waiting = _status()["outbox"]["waiting"]
    if not really:
        click.echo(f"{waiting} vragen zouden verstuurd worden. Voeg --apply toe om dat te doen.")
        return
    from toeleiding.exchange.drain import drain as drain_outbox

    done = drain_outbox()
    left = _status()["outbox"]
    if not done.places:
        click.echo("Een ander proces verstuurt al. Kijk straks opnieuw met `toeleiding exchange status`.")
        return
    click.echo(
        f"{done.calls} keer gevraagd. Nu: {left['waiting']} wachten, {left['done']} beantwoord,"
        f" {left['dead']} vastgelopen."
    )


@command.group("raw", help="Bewaarde ruwe berichten: wissen en opnieuw versleutelen.")
def raw() -> None:
    """Verbs about raw messages."""


@raw.command("erase", help="Wis wat langer bewaard is dan regel K-10. Zonder --apply zie je alleen hoeveel.")
@click.option("--apply", "really", is_flag=True, help="Wis echt.")
def erase(really: bool) -> None:
    """Erase what is past its time."""
    from django.utils import timezone

    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from toeleiding.exchange import raw as store

    count = store.erase_old(timezone.now(), apply=really)
    if really:
        click.echo(f"{count} berichten gewist. Referte, uitkomst en tijd blijven staan.")
    else:
        click.echo(f"{count} berichten zouden gewist worden. Voeg --apply toe om dat te doen.")


@raw.command(
    "rotate", help="Versleutel alles met de eerste sleutel van RAW_KEYS. Zonder --apply zie je alleen hoeveel."
)
@click.option("--apply", "really", is_flag=True, help="Doe het echt.")
def rotate(really: bool) -> None:
    """Seal everything under the first key."""
    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from toeleiding.exchange import raw as store
    from toeleiding.exchange.vault import VaultError

    try:
        done, failed = store.rotate(apply=really)
    except VaultError as error:
        raise click.ClickException(str(error)) from None
    if not really:
        click.echo(f"{done} berichten zouden opnieuw versleuteld worden. Voeg --apply toe om dat te doen.")
        return
    click.echo(f"{done} berichten opnieuw versleuteld.")
    if failed:
        raise click.ClickException(
            f"{failed} berichten konden niet geopend worden: hun sleutel ontbreekt of ze zijn gewijzigd."
            " Voer `toeleiding check` uit."
        )


def _status() -> dict[str, Any]:
    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from toeleiding.exchange.selectors import status as current

    return current()
