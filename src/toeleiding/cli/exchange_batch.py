"""`toeleiding exchange batch ...`: asking many people at once by file."""

from pathlib import Path
from typing import NoReturn

import click

# Dry by default: who writes to others or changes dossiers says so (STYLE 8).
_APPLY = click.option("--apply", "really", is_flag=True, help="Doe het echt.")


@click.group("batch", help="Veel vragen tegelijk in een bestand, en bestanden met antwoorden.")
def command() -> None:
    """Verbs about files."""


@command.command("write", help="Zet wachtende vragen van een dienst in een bestand. Zonder --apply zie je het plan.")
@click.option("--service", "name", required=True, metavar="DIENST", help="Bijvoorbeeld GeefDossierVDAB.")
@click.option("--size", type=click.IntRange(1, 10_000), help="Hoogstens zoveel vragen in het bestand.")
@_APPLY
def write(name: str, size: int | None, really: bool) -> None:
    """Put one file of questions ready."""
    _prepare()
    from django.utils import timezone

    from toeleiding.exchange import limits
    from toeleiding.exchange.batch import writing
    from toeleiding.exchange.batch.folders import BatchError
    from toeleiding.exchange.models import Service

    if name not in Service.values:
        _stop(f"{name} vragen we niet per bestand. Kies {', '.join(sorted(Service.values))}.")
    service, most, now = Service(name), size or limits.QUESTIONS_IN_A_FILE, timezone.now()
    try:
        plan = writing.plan(service, most, now)
        _warn(plan)
        if not really:
            click.echo(
                f"{_questions(plan.in_file)} van {name} zouden in een bestand {plan.prefix}_... in {plan.folder} komen "
                f"({plan.waiting} wachten). Voeg --apply toe om dat te doen."
            )
            return
        file = writing.write(service, most, now)
    except BatchError as error:
        _stop(str(error))
    if file is None:
        click.echo(f"Er wacht niets van {name}. Er is geen bestand gemaakt.")
        return
    click.echo(f"{file.name}: {_questions(file.questions)} van {name} in {plan.folder}.")


@command.command("read", help="Verwerk een bestand met antwoorden, of alle bestanden van een map.")
@click.argument("place", metavar="BESTAND|MAP", type=click.Path(path_type=Path), required=False)
@_APPLY
def read(place: Path | None, really: bool) -> None:
    """Let files of answers take effect. Exit status 1 when one had to be set aside."""
    _prepare()
    from django.utils import timezone

    from toeleiding.exchange.batch import reading
    from toeleiding.exchange.batch.folders import BatchError, incoming
    from toeleiding.exchange.batch.overdue import close_overdue
    from toeleiding.exchange.models import AnswerState

    place = place or incoming()
    if not place.exists():
        _stop(f"{place} bestaat niet. Geef een bestand met antwoorden, of de map waarin ze komen.")
    try:
        paths = reading.files_in(place) if place.is_dir() else [place]
    except OSError as error:
        _stop(f"De map {place} is niet te lezen ({error.strerror}). Kijk de rechten na.")
    if not paths:
        click.echo(f"Er staat geen bestand in {place}.")
    trouble = False
    for path in paths:
        if not really:
            found = reading.look(path)
            click.echo(_told(found))
            trouble = trouble or bool(found.cause)
            continue
        try:
            done = reading.read(path, timezone.now())
        except BatchError as error:
            _stop(str(error))
        record = done.record
        aside = record.state == AnswerState.SET_ASIDE
        trouble = trouble or aside
        if done.again:
            click.echo(f"{path.name}: dit bestand was al verwerkt. Er verandert niets.")
        elif aside or record.file is None:
            click.echo(f"{path.name}: apart gelegd. {record.cause}")
        else:
            click.echo(
                f"{path.name}: {record.answers} antwoorden op {record.file.name}, {record.file.missing} zonder antwoord"
                f" (die wachten weer), {record.unknown} niet van ons, {record.repeated} al eerder gekomen."
            )
    if really and (late := close_overdue(timezone.now())):
        click.echo(f"{late} bestanden kregen geen antwoord op tijd. Hun vragen wachten weer.")
    if not really and paths:
        click.echo("Voeg --apply toe om dit te verwerken.")
    if trouble:
        raise SystemExit(1)


@command.command("list", help="Toon de bestanden en hoe ze staan.")
def list_files() -> None:
    """Print the latest files and those that were set aside."""
    _prepare()
    from django.utils import timezone

    from toeleiding.exchange.batch import overview

    lines = overview.files(timezone.now())
    for line in lines:
        more = f" {line.more}" if line.more else ""
        click.echo(f"{line.file.name}  {line.file.service}  {_questions(line.file.questions)}  {line.state}.{more}")
    if not lines:
        click.echo("Er is nog geen bestand klaargezet.")
    for aside in overview.set_aside():
        click.echo(f"{aside.name}  apart gelegd: {aside.cause}")


def _told(found: object) -> str:
    from toeleiding.exchange.batch.reading import Found
    from toeleiding.exchange.models import AnswerState

    assert isinstance(found, Found)
    if found.before is not None and found.before.state == AnswerState.READ:
        return f"{found.path.name}: dit bestand is al verwerkt. Er zou niets veranderen."
    if found.cause or found.file is None:
        return f"{found.path.name}: zou apart gelegd worden. {found.cause}"
    if found.overview is not None and found.overview.failed:
        said = "alle vragen zonder eigen antwoord krijgen de fout van het hele bestand"
    else:
        said = f"{found.missing} vragen zonder antwoord zouden weer wachten"
    return (
        f"{found.path.name}: {len(found.references)} antwoorden op {found.file.name} zouden verwerkt worden, {said}, "
        f"{found.unknown} zijn niet van ons."
    )


def _warn(plan: object) -> None:
    from toeleiding.exchange.batch.writing import Plan

    assert isinstance(plan, Plan)
    if plan.held:
        click.echo("Deze dienst wordt tegengehouden: er vertrekt niets tot iemand vrijgeeft.", err=True)
    if not plan.prefix_known:
        click.echo(
            f"Let op: het begin van de bestandsnaam voor {plan.service.value} is niet gekend (nu {plan.prefix}). "
            "Vraag het aan MAGDA en zet MAGDA_BATCH_PREFIXES.",
            err=True,
        )


def _questions(count: int) -> str:
    return "1 vraag" if count == 1 else f"{count} vragen"


def _prepare() -> None:
    from toeleiding.site.setup import prepare

    prepare(migrate=True)


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(2)
