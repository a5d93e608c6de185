"""`toeleiding intake`: dossiers from answers of registers, a decision for each, and what to do (CONTRACTS 3)."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toeleiding.exchange.intake import Result, Totals

_FOLDER = click.Path(path_type=Path)


class _BadCallError(click.ClickException):
    """Nothing was written. Status 1 is kept for files that cannot be read."""

    exit_code = 2


@click.command("intake", help="Maak dossiers van antwoorden van registers, beslis, en zeg wat te doen.")
@click.option("--kbi", required=True, type=_FOLDER, metavar="MAP", help="antwoorden van GeefDossierKBI")
@click.option("--werkrelaties", type=_FOLDER, metavar="MAP", help="antwoorden van GeefWerkrelaties")
@click.option("--vdab", type=_FOLDER, metavar="MAP", help="antwoorden van GeefDossierVDAB")
@click.option("--as-of", metavar="DATUM", help="beslis op deze dag (jjjj-mm-dd); zonder: vandaag")
@click.option("--json", "as_json", is_flag=True, help="Schrijf JSON.")
def command(kbi: Path, werkrelaties: Path | None, vdab: Path | None, as_of: str | None, as_json: bool) -> int:
    """Read, write, decide and print. Status 1 when a file was not readable, 2 for a wrong call."""
    day = _day(as_of)
    from toeleiding.exchange.folders import FolderError
    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from toeleiding.exchange.intake import intake

    try:
        result = intake({"kbi": kbi, "werkrelaties": werkrelaties, "vdab": vdab}, day)
    except FolderError as error:
        raise _BadCallError(str(error)) from None
    if as_json:
        rows = [{**asdict(row), "due_on": row.due_on.isoformat() if row.due_on else None} for row in result.rows]
        click.echo(json.dumps({"rows": rows, "totals": asdict(result.totals)}, ensure_ascii=False))
    else:
        _print(result)
    for problem in result.problems:
        click.echo(problem, err=True)
    return 1 if result.totals.unreadable else 0


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no time zone
    except ValueError:
        raise _BadCallError(
            f"De datum '{written}' bestaat niet. Schrijf hem als jaar-maand-dag, zoals 2026-03-02."
        ) from None


def _print(result: "Result") -> None:
    from rich.console import Console
    from rich.table import Table

    from toeleiding.dossiers.wording import OUTCOMES, STEPS

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Dossier", "INSZ", "Uitkomst", "Stap", "Uiterlijk", "Wat nu"):
        table.add_column(heading, no_wrap=heading in ("Dossier", "INSZ", "Uiterlijk"))
    for row in result.rows:
        table.add_row(
            row.dossier,
            row.insz_masked,
            OUTCOMES.get(row.outcome, row.outcome),
            STEPS.get(row.step, row.step),
            f"{row.due_on:%d/%m/%Y}" if row.due_on else "-",
            row.next,
        )
    console = Console()
    if result.rows:
        console.print(table)
        console.print()
    for sentence in sentences(result.totals):
        console.print(sentence)


def sentences(totals: "Totals") -> list[str]:
    """The totals in words."""
    told = [f"{totals.new} nieuwe dossiers, {totals.changed} aangevuld, {totals.unchanged} ongewijzigd."]
    if not totals.new and not totals.changed:
        told.append("Er is niets veranderd: alles stond al in de dossiers.")
    if totals.no_answer:
        told.append(f"{totals.no_answer} antwoorden bevatten geen gegevens: de bron kende de persoon niet of weigerde.")
    if totals.no_dossier:
        told.append(f"{totals.no_dossier} antwoorden gaan over iemand zonder dossier; daarvoor is niets gemaakt.")
    if totals.unreadable:
        told.append(f"{totals.unreadable} bestanden konden niet gelezen worden; zie hieronder.")
    return told
