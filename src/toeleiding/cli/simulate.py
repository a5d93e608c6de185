"""`toeleiding simulate`: the simulated outside world, alone."""

import ssl
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click

from toeleiding.magda.certificates import CertificateFileError, Identity, load_certificates
from toeleiding.simulator.batch import answer_folder
from toeleiding.simulator.faults import FaultFileError, Faults, load
from toeleiding.simulator.files import write_answers, write_list
from toeleiding.simulator.ledger import JournalError
from toeleiding.simulator.population import CAPACITY, DEFAULT_SEED, number_of
from toeleiding.simulator.practice_certificates import VALIDITY, make
from toeleiding.simulator.publications import write_notifications as publish
from toeleiding.simulator.referring import refer as refer_people
from toeleiding.simulator.scenario import ScenarioError, packaged
from toeleiding.simulator.scenario import load as load_scenario
from toeleiding.simulator.script import Script
from toeleiding.simulator.security import Security, server_tls
from toeleiding.simulator.server import SimulatorServer
from toeleiding.simulator.world import World, belgian_today

PUBLISHED_DAYS = 30


@click.command(
    "simulate", help="Start de nagebootste KBI, VDAB, KSZ, Dimona en repertorium op dit toestel (oefenomgeving)."
)
@click.option("--port", default=8011, show_default=True, type=click.IntRange(0, 65535), help="Poort; 0 kiest er een.")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, type=int, help="Welke bevolking er leeft.")
@click.option(
    "--faults",
    envvar="SIMULATOR_FAULTS",
    type=click.Path(path_type=Path),
    metavar="BESTAND",
    help="JSON met fouten die moeten gebeuren.",
)
@click.option("--today", metavar="JJJJ-MM-DD", help="Vaste dag; zonder deze optie de echte datum.")
@click.option(
    "--journal", type=click.Path(path_type=Path), metavar="BESTAND", help="Bewaart wat gebeurde over een herstart."
)
@click.option(
    "--latency", default=0, show_default=True, type=click.IntRange(0, 60_000), help="Wachttijd in milliseconden."
)
@click.option("--people", default=CAPACITY, type=click.IntRange(1, CAPACITY), help="Hoeveel personen er bestaan.")
@click.option(
    "--write", type=click.Path(path_type=Path), metavar="MAP", help="Schrijf antwoorden als bestanden en stop."
)
@click.option(
    "--write-list",
    "list_file",
    type=click.Path(path_type=Path),
    metavar="BESTAND",
    help="Schrijf wie bij VDAB ingeschreven is (of was) als CSV en stop.",
)
@click.option(
    "--scenario", "scenario", metavar="BESTAND|NAAM", help="Wat er intussen gebeurt; `list` toont wat klaarligt."
)
@click.option(
    "--batch",
    type=click.Path(path_type=Path),
    nargs=2,
    metavar="VRAGEN ANTWOORDEN",
    help="Beantwoord de bestanden van de ene map in de andere en stop.",
)
@click.option("--count", default=300, show_default=True, type=click.IntRange(1, CAPACITY), help="Aantal bij --write.")
@click.option(
    "--write-notifications",
    type=click.Path(path_type=Path),
    metavar="MAP",
    help="Schrijf wat bij die personen in 30 dagen veranderde, zoals MAGDA het publiceert, en stop.",
)
@click.option(
    "--receiver",
    nargs=2,
    default=("inburgering.vlaanderen.be/agii/toeleiding-oefen", "ipdc0000"),
    metavar="IDENTIFICATIE HOEDANIGHEID",
    help="Voor wie de meldingen zijn, bij --write-notifications.",
)
@click.option(
    "--make-certificates", type=click.Path(path_type=Path), metavar="MAP", help="Maak testcertificaten en stop."
)
@click.option("--trust", type=click.Path(path_type=Path), metavar="PEM", help="Wie vragen mag ondertekenen.")
@click.option("--strict", is_flag=True, help="Weiger vragen zonder handtekening (met --trust).")
@click.option("--identity", type=click.Path(path_type=Path), metavar="PEM", help="Onderteken antwoorden hiermee.")
@click.option("--https", is_flag=True, help="Spreek HTTPS met --identity; met --trust moet de klant zich tonen.")
@click.option(
    "--refer-to", metavar="URL", help="Laat VDAB iemand doorverwijzen naar dit adres (.../magda/toeleiding) en stop."
)
@click.option("--refer", multiple=True, metavar="INSZ", help="Wie bij --refer-to; zonder: de eersten zonder dossier.")
def command(
    port: int,
    seed: int,
    faults: Path | None,
    today: str | None,
    journal: Path | None,
    latency: int,
    people: int,
    write: Path | None,
    list_file: Path | None,
    scenario: str | None,
    batch: tuple[Path, Path] | None,
    count: int,
    write_notifications: Path | None,
    receiver: tuple[str, str],
    make_certificates: Path | None,
    trust: Path | None,
    strict: bool,
    identity: Path | None,
    https: bool,
    refer_to: str | None,
    refer: tuple[str, ...],
) -> None:
    """Serve the simulated world until Ctrl-C, write answers to a folder, or refer people to an address."""
    if refer_to is not None:
        _refer(refer_to, list(refer), seed, people)
        return
    if make_certificates is not None:
        _make_certificates(make_certificates)
        return
    if scenario == "list":
        for each in packaged():
            click.echo(f"{each.name}: {each.about}")
        return
    day = _day(today)
    security, tls = _locks(trust, strict, identity, https)
    if list_file is not None:
        try:
            listed = write_list(list_file, people, seed, day or belgian_today())
        except OSError as error:
            _stop(f"Schrijven in {list_file} lukt niet ({error.strerror}). Kies een ander bestand.")
        click.echo(f"{listed} personen geschreven in {list_file}.")
        return
    if write is not None:
        try:
            written = write_answers(write, count, seed, day or belgian_today())
        except OSError as error:
            _stop(f"Schrijven in {write} lukt niet ({error.strerror}). Kies een andere map.")
        click.echo(f"{written} personen geschreven in {write} (mappen kbi, werkrelaties en vdab).")
        return
    if write_notifications is not None:
        _write_notifications(write_notifications, count, seed, day or belgian_today(), receiver)
        return
    try:
        rules = load(faults, seed) if faults else Faults((), seed)
        script = _script(scenario)
        world = World(seed, day, people, rules, journal, script=script)
    except (FaultFileError, JournalError, ScenarioError) as error:
        _stop(str(error))
    if batch is not None:
        _answer(world, *batch)
        return
    try:
        server = SimulatorServer(world, port, latency / 1000, security, tls)
    except OSError as error:
        world.close()
        _stop(f"Poort {port} is niet vrij ({error.strerror}). Kies een andere met --port.")
    click.echo(f"Oefenomgeving op {server.address}. Alle personen zijn verzonnen. Stop met Ctrl-C.")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        click.echo("De oefenomgeving is gestopt.")
    finally:
        server.close()


def _script(given: str | None) -> Script | None:
    if given is None:
        return None
    found = load_scenario(given)
    return Script(found.name, found.about, found.acts)


def _answer(world: World, questions: Path, answers: Path) -> None:
    """Answer the files of a folder; exit status 1 when one could not be answered."""
    trouble = False
    try:
        for done in answer_folder(world, questions, answers):
            trouble = trouble or bool(done.trouble)
            said = done.trouble or f"{done.questions} vragen, {done.answers} antwoorden."
            click.echo(f"{done.name}: {said}")
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}. Geef een map met vragen en een map waarin je mag schrijven.")
    finally:
        world.close()
    if trouble:
        raise SystemExit(1)


# From here on the exercise environment has no dossiers: these people wait.
WITHOUT_DOSSIER = 5_000


def _refer(address: str, numbers: list[str], seed: int, people: int) -> None:
    """Refer these people, or somebody who has no dossier yet; status 1 when one was not accepted."""
    failed = False
    for done in refer_people(address, numbers or [number_of(WITHOUT_DOSSIER)], seed, people):
        failed = failed or not done.accepted
        said = "aanvaard" if done.accepted else f"niet aanvaard. {done.why}"
        click.echo(f"Doorverwijzing {done.id or '-'} van ...{done.insz[-4:]}: {said}")
    if failed:
        raise SystemExit(1)


def _write_notifications(folder: Path, count: int, seed: int, day: date, receiver: tuple[str, str]) -> None:
    try:
        written = publish(folder, count, seed, day, receiver, PUBLISHED_DAYS)
    except OSError as error:
        _stop(f"Schrijven in {folder} lukt niet ({error.strerror}). Kies een andere map.")
    click.echo(f"{written} meldingen geschreven in {folder} (meldingen.xml en meldingen-personen.xml).")


def _make_certificates(folder: Path) -> None:
    try:
        made = make(folder, datetime.now(UTC))
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}. Kies een lege map voor de testcertificaten.")
    names = ", ".join(path.name for path in made)
    click.echo(f"Testcertificaten in {folder}: {names}. Ze gelden {VALIDITY.days} dagen en zijn enkel om te oefenen.")


def _locks(
    trust: Path | None, strict: bool, identity: Path | None, https: bool
) -> tuple[Security, ssl.SSLContext | None]:
    if strict and trust is None:
        _stop("Met --strict hoort --trust: wie mag vragen ondertekenen? Geef het PEM-bestand van de uitgever.")
    if https and identity is None:
        _stop("Met --https hoort --identity: geef het PEM-bestand met sleutel en certificaat van de server.")
    try:
        security = Security(
            load_certificates(trust) if trust else (), strict, Identity.load(identity) if identity else None
        )
        return security, server_tls(identity, trust) if https and identity else None
    except CertificateFileError as error:
        _stop(str(error))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        _stop(f"{text} is geen datum. Schrijf de dag als JJJJ-MM-DD, bijvoorbeeld 2026-03-02.")


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(2)
