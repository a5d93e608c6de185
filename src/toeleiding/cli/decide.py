"""`toeleiding decide`: JSON Lines in, a decision per case out. No database, no Django."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from toeleiding.law import IN_FORCE, RulesError, RuleSet, load
from toeleiding.law.lines import Failed, Line, answer, as_json, as_row, heading

# One case is a few hundred bytes. A longer line than this is no case, and is not kept in memory.
LONGEST_LINE = 4 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@click.command("decide", help="Beslis over elke zaak in FILE (JSON Lines); '-' leest van de invoer.")
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--format", "form", type=click.Choice(["jsonl", "table"]), default="jsonl", help="jsonl of table")
@click.option("--rules", "name", metavar="NAME", help="een andere regelset: een naam of een bestand")
def command(file: str, form: str, name: str | None) -> None:
    """Decide line by line. Status 1 when a line did not fit; the other lines are decided all the same."""
    rules = find_rules(name)
    word: Callable[[Line], bytes] = as_json if form == "jsonl" else as_row
    out = sys.stdout.buffer
    with _open(file) as source:
        if form == "table":
            out.write(heading())
        failed = _write((answer(line, rules) for line in _lines(source)), word, out)
    if failed:
        click.get_current_context().exit(1)


class _CannotStartError(click.ClickException):
    """Wrong call: nothing was decided. Status 1 is kept for lines that do not fit."""

    exit_code = 2


def _write(answers: Iterable[Line], word: Callable[[Line], bytes], out: BinaryIO) -> bool:
    failed = False
    for one in answers:
        failed = failed or isinstance(one, Failed)
        out.write(word(one))
    out.flush()
    return failed


def find_rules(name: str | None) -> RuleSet:
    """The rule set of this name: the one in force, a file, or a draft in the folder `regels`.

    Raises click.ClickException in Dutch when there is none or when it cannot be used.
    """
    if name is None or name == IN_FORCE.name:
        return IN_FORCE
    drafts = Path(os.environ.get("TOELEIDING_HOME") or "var") / "regels"
    for path in (Path(name), drafts / f"{name}.toml"):
        if path.is_file():
            try:
                return load(path)
            except (RulesError, OSError) as error:
                raise _wrong(f"De regelset {path} is niet bruikbaar. {error}") from error
    raise _wrong(
        f"De regelset '{name}' bestaat niet. Geef een bestand, of zet {name}.toml in {drafts} "
        f"(zie `toeleiding rules export`). Zonder --rules geldt {IN_FORCE.name}."
    )


def _wrong(message: str) -> click.ClickException:
    return _CannotStartError(message)


def _open(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise _wrong(f"Het bestand {file} kan niet geopend worden. Kijk de naam en de rechten na.") from error


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """The lines that hold something, each at most LONGEST_LINE long and one byte."""
    first = True
    while line := source.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST_LINE + 1)
        if first:
            line, first = line.removeprefix(_BOM), False
        if not line.isspace() and line:
            yield line
