"""Taking a batch file apart without ever holding it whole: bounded in size, depth and number of pieces.

The file is read twice by its reader: once to know that it is complete and what holds for all of it, once for its
pieces. A file that breaks off therefore has no effect at all.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree
from msgspec import Struct

from toeleiding.magda.services import ROOTS, Kind, Service
from toeleiding.magda.xml import MAX_BYTES, Element, UnreadableError, refuse_strange, syntax

#: Bytes in a file: ten thousand times the longest published answer is 130 MB.
MAX_FILE_BYTES = 256_000_000
#: Questions or answers in a file that we read: five times what we put in one.
MAX_PARTS = 50_000
_CHUNK = 65_536
_TAGS = ("Context", "Vraag", "Antwoord", "Uitzonderingen")
# What stands above a piece -> its name, and whether it asks or answers.
_PIECES: dict[tuple[str, ...], tuple[str, Kind]] = {
    ("Vragen", "Verzoek"): ("Vraag", "question"),
    ("Antwoorden", "Repliek"): ("Antwoord", "answer"),
}


class Sliced(Struct):
    """What stands around the pieces; complete when the last piece was taken."""

    service: Service | None = None
    kind: Kind = "answer"
    context: Element | None = None
    level_one: Element | None = None
    level_two: Element | None = None
    sha256: str = ""
    size: int = 0


class _Guarded:
    """A file that stops being read when it is too large, or holds what a batch file never holds."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened = opened
        self._tail = b""
        self._sum = hashlib.sha256()
        self.size = 0
        self.since_last_piece = 0

    def read(self, _: int = -1) -> bytes:
        chunk = self._opened.read(_CHUNK)
        if not self.size:
            if not chunk:
                raise UnreadableError("Het bestand is leeg. Haal het opnieuw op.")
            refuse_strange(chunk, first=True)
        self.size += len(chunk)
        self.since_last_piece += len(chunk)
        if self.size > MAX_FILE_BYTES:
            raise UnreadableError(f"Het bestand is groter dan {MAX_FILE_BYTES // 1_000_000} MB. Vraag het in delen.")
        if self.since_last_piece > MAX_BYTES + _CHUNK:
            raise UnreadableError(f"Eén antwoord is groter dan {MAX_BYTES // 1_000_000} MB. Vertrouw dit bestand niet.")
        # What is forbidden may lie on the border of two chunks.
        refuse_strange(self._tail + chunk)
        self._tail = chunk[-16:]
        self._sum.update(chunk)
        return chunk

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


def slices(path: Path, around: Sliced) -> Iterator[Element]:
    """Each Vraag or Antwoord of a file. It lives until the next one is asked for: copy what must stay.

    Args:
        path: the file.
        around: is filled along the way.

    Raises:
        UnreadableError: no XML we accept, broken off, no batch file of a service we know, or too large.
        OSError: the file cannot be opened or read.
    """
    with path.open("rb") as opened:
        guarded = _Guarded(opened)
        events = etree.iterparse(
            guarded, events=("end",), tag=_TAGS, resolve_entities=False, load_dtd=False, no_network=True,
            huge_tree=False, remove_comments=True, remove_pis=True, remove_blank_text=True,
        )  # fmt: skip
        count = 0
        try:
            for _, element in events:
                if not _take(element, around):
                    continue
                count += 1
                if count > MAX_PARTS:
                    raise UnreadableError(f"Het bestand telt meer dan {MAX_PARTS} stukken. Vraag het in delen.")
                yield element
                guarded.since_last_piece = 0
                _forget(element)
        except etree.XMLSyntaxError as error:
            raise UnreadableError(syntax(error)) from None
        if around.service is None:
            _recognise(events.root, around)
        around.sha256, around.size = guarded.sha256, guarded.size


def _take(element: Element, around: Sliced) -> bool:
    """Whether this is a piece; what stands around the pieces is kept on the way."""
    above = list(element.iterancestors())
    if around.service is None and above:
        _recognise(above[-1], around)
    names = tuple(each.tag for each in above[:-1])
    if element.tag == "Uitzonderingen" and not names and above:
        around.level_one = _kept(element)
    elif element.tag == "Uitzonderingen" and names == ("Repliek",):
        around.level_two = _kept(element)
    elif element.tag == "Context" and names in (("Repliek",), ("Verzoek",)):
        around.context = _kept(element)
    return _PIECES.get(names) == (element.tag, around.kind)


def _recognise(root: Element, around: Sliced) -> None:
    service, kind = ROOTS.get(root.tag, (None, None))
    if service is None or kind is None:
        name = etree.QName(root).localname[:60]
        raise UnreadableError(f"Het hoofdelement {name} is geen bestand van een dienst die we kennen. Kijk het na.")
    around.service, around.kind = service, kind


def _kept(element: Element) -> Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def _forget(element: Element) -> None:
    """Let go of a piece and of what stands before it."""
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
