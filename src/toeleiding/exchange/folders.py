"""Folders of answers of registers, read in sorted order and gathered per person."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from toeleiding.magda import dates, services
from toeleiding.magda.answers import Answer, read_answer, unreadable
from toeleiding.magda.envelope import Fault, read_context, unwrap
from toeleiding.magda.insz import is_digits
from toeleiding.magda.xml import MAX_BYTES, UnreadableError, children, parse, too_large

Topic = Literal["kbi", "werkrelaties", "vdab"]
_TOPICS: dict[str, Topic] = {
    services.KBI_2.name: "kbi",
    services.WORK.name: "werkrelaties",
    services.VDAB.name: "vdab",
    services.JOBSEEKER.name: "vdab",
}


class FolderError(Exception):
    """A folder that cannot be read. The message is a Dutch sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class File:
    """One answer, the number it is about and the day on which it was given.

    `insz` comes from the answer, else from a file name of eleven digits, else it is None.
    """

    path: Path
    topic: Topic
    answer: Answer
    insz: str | None
    sent_on: date | None


@dataclass(slots=True)
class Gathered:
    """All answers by person, and the files that could not be read with the sentence why."""

    by_person: dict[str, list[File]] = field(default_factory=dict)
    nameless: list[File] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    empty: list[Path] = field(default_factory=list)


def gather(folders: dict[Topic, Path | None]) -> Gathered:
    """Read every XML file of these folders. Raises FolderError before anything is read when one is wrong."""
    given = [(topic, folder) for topic, folder in folders.items() if folder is not None]
    listed = [(topic, list(_files(folder))) for topic, folder in given]
    found = Gathered()
    found.empty = [folder for (_, folder), (_, paths) in zip(given, listed, strict=True) if not paths]
    for topic, paths in listed:
        for path in paths:
            _add(found, topic, path)
    return found


def _files(folder: Path) -> Iterator[Path]:
    if not folder.exists():
        raise FolderError(f"De map {folder} bestaat niet. Kijk de naam na.")
    if not folder.is_dir():
        raise FolderError(f"{folder} is geen map. Geef de map waarin de antwoorden staan.")
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".xml")
    except PermissionError:
        raise FolderError(f"Je mag de map {folder} niet lezen. Vraag leesrechten aan de eigenaar.") from None
    yield from paths


def _add(found: Gathered, topic: Topic, path: Path) -> None:
    data = _bytes(path)
    answer = unreadable(data) if isinstance(data, str) else read_answer(data)
    if not answer.readable or isinstance(data, str):
        found.unreadable.append((path, answer.message or "Dit is geen leesbaar antwoord."))
        return
    if answer.service is not None and answer.service not in _TOPICS:
        said = f"Dit is een antwoord van {answer.service}; daar maakt intake geen dossiers van. Neem het uit de map."
        found.unreadable.append((path, said))
        return
    insz = answer.insz or (path.stem if is_digits(path.stem) else None)
    # A fault names no service: then the folder says what was asked.
    file = File(path, _TOPICS[answer.service] if answer.service else topic, answer, insz, sent_on(data))
    if insz is None:
        found.nameless.append(file)
    else:
        found.by_person.setdefault(insz, []).append(file)


def _bytes(path: Path) -> bytes | str:
    """The content, or the sentence why there is none."""
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError:
        return "Dit bestand kan niet gelezen worden. Kijk de rechten en de schijf na."
    return too_large() if len(data) > MAX_BYTES else data


def sent_on(data: bytes) -> date | None:
    """The day on which an answer was given; None when its Context does not say."""
    try:
        body = unwrap(parse(data))
    except UnreadableError:
        return None
    if isinstance(body, Fault):
        return None
    context = read_context(children(children(body).get("Repliek")).get("Context"))
    return dates.earliest(context.date) if context else None
