"""A file of many questions, and a file of many answers (INTERFACE 12, the `Service` schemas).

A file differs from a message in its namespace, in holding many questions under one Context, and in having no SOAP
envelope. It is written and read piece by piece, so that ten thousand answers need no more memory than one; each piece
is then a message by itself, which `read_answer` and `read_question` read as they read any other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from lxml import etree
from msgspec import Struct

from toeleiding.magda.envelope import Context, Sender, context_of, read_context
from toeleiding.magda.questions import Question, asks
from toeleiding.magda.reading import every
from toeleiding.magda.services import ROOTS, Kind, Service
from toeleiding.magda.slices import Sliced, slices
from toeleiding.magda.xml import Element, UnreadableError, UnwritableError, children, piece, text, to_bytes

#: Questions in one file that we write. The limit of the other side is not public (INTERFACE 14.8); 20110 exists.
MAX_QUESTIONS = 10_000


class Asked(Struct, frozen=True):
    """One question in a file: unique in the file, matched on its reference."""

    reference: str
    question: Question


class Overview(Struct, frozen=True):
    """What a file holds, known after it was read to its end.

    Attributes:
        service: of every question or answer in it.
        kind: questions or answers.
        context: None when there is no Repliek: then level 1 of INTERFACE 1.3 says why.
        references: of the questions or answers, in order, each once.
        contradicting: references under which two different answers stand.
        nameless: answers without a reference.
        failed: a FOUT at level 1 or 2 holds for every question, answered or not.
        sha256: of the bytes of the file, in hexadecimals.
        size: in bytes.
    """

    service: Service
    kind: Kind
    context: Context | None
    references: tuple[str, ...]
    contradicting: frozenset[str]
    nameless: int
    failed: bool
    sha256: str
    size: int
    around: Sliced


class Part(Struct, frozen=True):
    """One question or answer of a file, as a message that stands by itself."""

    reference: str | None
    message: bytes


def fragment(asked: Asked, service: Service) -> Element:
    """One Vraag.

    Raises:
        UnwritableError: a value cannot stand in the question, or the reference is longer than 36 characters.
    """
    if not 1 <= len(asked.reference) <= 36:
        raise UnwritableError("Een referte heeft 1 tot 36 tekens. Maak een nieuwe.")
    if not asks(asked.question, service):
        raise UnwritableError(f"In een bestand van {service.name} staan alleen vragen van die dienst.")
    return piece("Vraag", [("Referte", asked.reference), (service.body, asked.question.content())])


def write(
    service: Service, questions: Iterable[Element], sender: Sender, out: IO[bytes], *, reference: str, at: datetime
) -> int:
    """Write a file of questions. Returns how many there are.

    Args:
        service: what all of them ask.
        questions: each made by `fragment`; taken one by one.
        sender: who asks. One Context holds one Gebruiker, so a file of questions of several people has none.
        out: an open file.
        reference: of the file, in its Context.
        at: local time.

    Raises:
        UnwritableError: no question, too many, or a reference that occurs twice.
    """
    seen: set[str] = set()
    most = most_in_a_file(service)
    tag = f"{{{service.batch_namespace}}}{service.name}"
    with (
        _declared(out) as written,
        written.element(tag, nsmap={"w": service.batch_namespace}),
        written.element("Verzoek"),
    ):
        written.write(_context(service, sender, reference, at))
        with written.element("Vragen"):
            for question in questions:
                own = text(question[0]) or ""
                if own in seen:
                    raise UnwritableError(f"De referte {own} staat al in dit bestand. Maak een nieuwe.")
                seen.add(own)
                if len(seen) > most:
                    raise UnwritableError(f"Een bestand van {service.name} telt hoogstens {most} vragen. Maak er meer.")
                written.write(question)
    if not seen:
        raise UnwritableError("Een bestand zonder vragen bestaat niet. Kies een dienst waarvoor iets wacht.")
    return len(seen)


def most_in_a_file(service: Service) -> int:
    """How many questions we put in one file: no more than its answer may hold."""
    return 1 if service.one_answer_a_file else MAX_QUESTIONS


def alone(service: Service, question: Element, sender: Sender, *, reference: str, at: datetime) -> bytes:
    """One question of a file as a message by itself: what is kept of it."""
    root = _root(service, "question")
    request = etree.SubElement(root, "Verzoek")
    request.append(_context(service, sender, reference, at))
    etree.SubElement(request, "Vragen").append(deepcopy(question))
    return to_bytes(root)


def survey(path: Path) -> Overview:
    """Read a file to its end without keeping its pieces.

    Raises:
        UnreadableError: no XML we accept, broken off, no batch file of a service we know, or too large.
        OSError: the file cannot be opened or read.
    """
    around = Sliced()
    found: dict[str, bytes] = {}
    contradicting: set[str] = set()
    nameless = 0
    for part in slices(path, around):
        own = text(children(part).get("Referte"))
        if own is None:
            nameless += 1
            continue
        mark = sha256(etree.tostring(part, method="c14n", exclusive=True)).digest()[:8]
        if found.setdefault(own, mark) != mark:
            contradicting.add(own)
    assert around.service is not None
    return Overview(
        service=around.service,
        kind=around.kind,
        context=read_context(around.context),
        references=tuple(found),
        contradicting=frozenset(contradicting),
        nameless=nameless,
        failed=any(
            text(children(each).get("Type")) == "FOUT"
            for block in (around.level_one, around.level_two)
            for each in every(block, "Uitzondering")
        ),
        sha256=around.sha256,
        size=around.size,
        around=around,
    )


def parts(path: Path, overview: Overview) -> Iterator[Part]:
    """The questions or answers of a file that was surveyed, each once, as messages by themselves.

    Answers that contradict each other come together as one message: more than one answer is AMBIGUOUS. What holds
    for the whole file stands around each of them, so that the worst of the three levels wins.

    Raises:
        UnreadableError: the file changed since it was surveyed.
        OSError: it cannot be read any more.
    """
    again = Sliced()
    given: set[str] = set()
    together: dict[str, list[Element]] = {}
    for part in slices(path, again):
        own = text(children(part).get("Referte"))
        if own in overview.contradicting:
            together.setdefault(own, []).append(deepcopy(part))
        elif own is None or own not in given:
            if own is not None:
                given.add(own)
            yield Part(own, _message(overview, [part]))
    for own, several in together.items():
        yield Part(own, _message(overview, several))
    if again.sha256 != overview.sha256:
        raise UnreadableError("Het bestand veranderde terwijl we het lazen. Wacht tot het volledig is en lees opnieuw.")


def for_all(overview: Overview) -> bytes:
    """What the file says about every question, as a message without an answer of its own."""
    return _message(overview, [])


def _message(overview: Overview, pieces: list[Element]) -> bytes:
    around = overview.around
    root = _root(overview.service, overview.kind)
    if around.context is not None or around.level_two is not None or pieces:
        outer, inner = ("Verzoek", "Vragen") if overview.kind == "question" else ("Repliek", "Antwoorden")
        block = etree.SubElement(root, outer)
        if around.context is not None:
            block.append(deepcopy(around.context))
        if pieces:
            holder = etree.SubElement(block, inner)
            for each in pieces:
                holder.append(deepcopy(each))
        if around.level_two is not None:
            block.append(deepcopy(around.level_two))
    if around.level_one is not None:
        root.append(deepcopy(around.level_one))
    return to_bytes(root)


@contextmanager
def _declared(out: IO[bytes]) -> Iterator["etree._IncrementalFileWriter"]:
    with etree.xmlfile(out, encoding="UTF-8") as written:
        written.write_declaration()
        yield written


def _root(service: Service, kind: Kind) -> Element:
    namespace = service.batch_namespace
    tag = f"{{{namespace}}}{service.name}{'' if kind == 'question' else 'Response'}"
    assert ROOTS[tag] == (service, kind)
    return etree.Element(tag, nsmap={"w": namespace})


def _context(service: Service, sender: Sender, reference: str, at: datetime) -> Element:
    name, nodes = context_of(service, sender, reference=reference, at=at)
    assert isinstance(nodes, list)
    return piece(name, nodes)
