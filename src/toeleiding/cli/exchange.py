"""`toeleiding exchange ...`: how the exchange stands, and emptying the outbox by hand."""

import json
from pathlib import Path
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
    told = _notifications()
    click.echo(f"Meldingen: {told['received']} te verwerken, {sum(told.values()) - told['received']} verwerkt.")
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


@command.command("recover", help="Vul een teruggezette back-up aan. Zonder --apply zie je alleen wat er zou gebeuren.")
@click.option("--journal", "place", type=click.Path(exists=True, file_okay=False), help="Map met de journalen.")
@click.option("--refresh", is_flag=True, help="Zonder journaal: vraag ieders status opnieuw.")
@click.option("--apply", "really", is_flag=True, help="Voer het uit.")
def recover(place: str | None, refresh: bool, really: bool) -> None:
    """Find what a restored database forgot, and ask it again (docs/beheer/herstel.md)."""
    from pathlib import Path

    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from django.utils import timezone

    from toeleiding.exchange.recovery import journal
    from toeleiding.exchange.recovery.recover import RecoveryError, plan
    from toeleiding.exchange.recovery.recover import recover as heal

    where = Path(place) if place else journal.folder()
    try:
        found = heal(where, refresh=refresh) if really else plan(where, timezone.now(), refresh=refresh)
    except RecoveryError as error:
        raise click.ClickException(str(error)) from error
    _tell(found, really, bool(where and where.is_dir()))


def _tell(found: Any, really: bool, journalled: bool) -> None:
    if found.restored_until is not None:
        click.echo(f"De database weet alles tot {_when(found.restored_until)}.")
    if not journalled:
        click.echo("Er is geen journaal. Vraag met --refresh ieders status opnieuw.")
    if found.empty:
        click.echo("Er is niets te herstellen.")
        return
    done = ("vrijgegeven", "opnieuw gesteld") if really else ("komen vrij", "worden opnieuw gesteld")
    click.echo(f"{found.in_hand} vragen die onderweg waren: {done[0]}. {found.waiting} vragen wachten al.")
    click.echo(f"{len(found.lost)} vragen van na de back-up: {done[1]}. {found.covered} zijn al gedekt.")
    if found.refreshed:
        click.echo(f"{len(found.refreshed)} dossiers zonder journaal: {done[1]}.")
    if found.referrals:
        click.echo(f"{len(found.referrals)} doorverwijzingen van na de back-up. Vraag VDAB of ze aankwamen:")
        for line in found.referrals:
            click.echo(f"  {line.dossier} (nummer {line.referral})")
    if found.missing:
        click.echo(
            f"{len(found.missing)} dossiers zijn van na de back-up. Open ze opnieuw, of lees de intake opnieuw in:"
        )
        for number in found.missing:
            click.echo(f"  {number}")
    if not really:
        click.echo("Er is niets veranderd. Voeg --apply toe om het uit te voeren.")


def _when(moment: Any) -> str:
    """A moment as an administrator reads it, in local time."""
    from django.utils import timezone

    return f"{timezone.localtime(moment):%d-%m-%Y %H:%M:%S}"


@command.group("notifications", help="Meldingen dat er bij een andere dienst iets veranderde.")
def notifications() -> None:
    """Verbs about mutation notifications."""


@notifications.command("read", help="Lees bestanden met meldingen van MAGDA. Zonder --apply verandert er niets.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="BESTAND...")
@click.option("--apply", "really", is_flag=True, help="Bewaar de meldingen en vraag de bronnen opnieuw.")
def read(files: tuple[Path, ...], really: bool) -> None:
    """Read published files as if they were fetched; exit 1 when one of them was not taken."""
    _prepare()
    from toeleiding.exchange.feeds.apply import apply_waiting
    from toeleiding.exchange.feeds.files import read_files

    done = read_files(files, apply=really)
    for one in done.files:
        if one.problem:
            click.echo(f"{one.name}: {one.problem}", err=True)
            continue
        unusable = f", {one.unusable} niet bruikbaar" if one.unusable else ""
        click.echo(f"{one.name}: {one.came} meldingen, {one.fresh} nieuw, {one.followed} over wie we volgen{unusable}.")
    if really:
        _tell_notifications(apply_waiting())
    else:
        click.echo("Er is niets bewaard en niets gevraagd. Voeg --apply toe om dat te doen.")
    if done.problems:
        raise SystemExit(1)


@notifications.command("fetch", help="Haal meldingen op bij MAGDA. Zonder --apply zie je alleen de stand.")
@click.option("--apply", "really", is_flag=True, help="Haal echt op. Wat opgehaald is, geeft MAGDA niet opnieuw.")
def fetch(really: bool) -> None:
    """Fetch both feeds once, without a worker."""
    _prepare()
    from django.utils import timezone

    from toeleiding.exchange.feeds import fetch as fetch_feed
    from toeleiding.exchange.feeds.desk import holds, lines
    from toeleiding.exchange.models import Feed

    if not really:
        for line in lines(timezone.now(), holds()):
            click.echo(f"{line.name}: {line.sentence}")
        click.echo("Er is niets opgehaald. Voeg --apply toe om dat te doen.")
        return
    for feed in Feed:
        done = fetch_feed(feed)
        if done.busy or done.shut:
            shut = "MAGDA antwoordt nu niet of een beheerder houdt het tegen; straks vanzelf opnieuw"
            why = "een ander proces haalt al op" if done.busy else shut
            click.echo(f"{feed.label}: niet opgehaald, {why}.")
            continue
        end = "" if done.ended else " Het einde is nog niet bereikt: kijk op /uitwisseling waarom."
        click.echo(f"{feed.label}: {done.came} meldingen, {done.fresh} nieuw.{end}")


def _notifications() -> dict[str, int]:
    from toeleiding.exchange.selectors import notifications as counted

    return counted()


def _tell_notifications(found: dict[str, int]) -> None:
    from toeleiding.exchange.models import NotificationStatus

    for status, count in sorted(found.items()):
        click.echo(f"{NotificationStatus(status).label}: {count}.")


def _prepare() -> None:
    from toeleiding.site.setup import prepare

    prepare(migrate=True)


def _status() -> dict[str, Any]:
    _prepare()
    from toeleiding.exchange.selectors import status as current

    return current()
