"""`toeleiding read FILE...`: what registers answered, one JSON line per file (CONTRACTS chapter 2)."""

from pathlib import Path
from typing import Any

import click
import msgspec

from toeleiding.magda.answers import Answer, ExceptionLine, read_answer, unreadable
from toeleiding.magda.xml import MAX_BYTES, too_large


@click.command("read", help="Lees antwoorden van registers (MAGDA) en schrijf per bestand een regel JSON.")
@click.argument("files", nargs=-1, required=True, metavar="BESTAND...")
def command(files: tuple[str, ...]) -> int:
    """Read every file; status 1 when one was not readable."""
    encode = msgspec.json.Encoder().encode
    all_readable = True
    for name in files:
        answer = read_file(Path(name))
        all_readable = all_readable and answer.readable
        click.echo(encode(line(name, answer)))
    return 0 if all_readable else 1


def read_file(path: Path) -> Answer:
    """The answer in a file; a file that cannot be opened is an answer that cannot be read."""
    try:
        if path.is_dir():
            return unreadable("Dit is een map. Geef de bestanden erin, bijvoorbeeld met map/*.xml.")
        if not path.is_file():
            return unreadable("Dit bestand bestaat niet. Kijk de naam na.")
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except PermissionError:
        return unreadable("Je mag dit bestand niet lezen. Vraag leesrechten aan de eigenaar.")
    except (OSError, ValueError):
        return unreadable("Dit bestand kan niet gelezen worden. Kijk de naam en de schijf na.")
    return unreadable(too_large()) if len(data) > MAX_BYTES else read_answer(data)


def line(name: str, answer: Answer) -> dict[str, Any]:
    """One answer in the form of CONTRACTS chapter 2."""
    return {
        "file": name.encode("utf-8", "replace").decode(),
        "readable": answer.readable,
        "service": answer.service,
        "version": answer.version,
        "outcome": answer.outcome,
        "insz": answer.insz,
        "replaced_by": answer.replaced_by,
        "reference": answer.reference,
        "exceptions": [_exception(each) for each in answer.exceptions],
        "facts": {} if answer.facts is None else answer.facts,
        "message": answer.message,
    }


def _exception(each: ExceptionLine) -> dict[str, Any]:
    return {
        "id": each.id,
        "type": each.type,
        "origin": each.origin,
        "level": each.level,
        "diagnosis": each.diagnosis,
    }
