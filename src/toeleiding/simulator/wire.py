"""The MAGDA wire as the other side speaks it: read a question, write an answer.

Questions are read with the envelope that the client writes with; answers are written apart from the
client's readers on purpose, so that a mistake in one of the two shows instead of cancelling out.
Structure: INTERFACE 1.2 and 1.3.
"""

import re
from typing import Literal
from xml.sax.saxutils import escape as _escape

from msgspec import Struct

from toeleiding.magda.envelope import SOAP, read_question
from toeleiding.magda.services import Service
from toeleiding.magda.xml import Element
from toeleiding.magda.xml import UnreadableError as Refused

Level = Literal[2, 3]
_DATE = re.compile(r"[0-29][0-9]{3}-[01][0-9]-[0-3][0-9]")
_TIME = re.compile(r"[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{3})?)?")
_MAGDA_URI = "vip.vlaanderen.be"


def escape(value: str) -> str:
    """Text that may stand in an element or in a double-quoted attribute."""
    return _escape(value, {'"': "&quot;"})


class UnreadableError(Exception):
    """The question could not be read at all: level 1, a SOAP Fault. The message is a Dutch sentence."""


class Question(Struct, frozen=True):
    """One question as it came in."""

    spoken: Service
    uri: str
    capacity: str
    user: str | None
    sender_reference: str
    question_reference: str
    date: str
    time: str
    content: Element

    @property
    def service(self) -> str:
        """Context/Naam."""
        return self.spoken.name

    @property
    def version(self) -> str:
        """Context/Versie without its last four digits."""
        return self.spoken.version

    def text(self, path: str) -> str | None:
        """The trimmed text at a path below the question's content; None when absent or empty."""
        found = self.content.findtext(path)
        return found.strip() or None if found else None


class Problem(Struct, frozen=True):
    """An Uitzondering."""

    code: str
    origin: str
    kind: Literal["FOUT", "WAARSCHUWING", "INFORMATIE"]
    diagnosis: str
    level: Level = 3
    notes: tuple[tuple[str, str], ...] = ()


class Answer(Struct, frozen=True):
    """What goes back: content, problems, or both."""

    content: str | None = None
    problems: tuple[Problem, ...] = ()


def parse(data: bytes) -> Question:
    """Read a question, bare or inside a SOAP envelope.

    Raises:
        UnreadableError: not XML, a DTD, too large, no known service, or no question in it.
    """
    try:
        received = read_question(data)
    except Refused as error:
        raise UnreadableError(str(error)) from None
    spoken, context = received.service, received.context
    if (context.name, context.version) != (spoken.name, spoken.full_version):
        raise UnreadableError(
            f"Context noemt een andere dienst dan het hoofdelement. Schrijf {spoken.name} {spoken.full_version}."
        )
    if not (_DATE.fullmatch(context.date) and _TIME.fullmatch(context.time)):
        raise UnreadableError("Tijdstip klopt niet. Schrijf de datum als JJJJ-MM-DD en de tijd als UU:MM:SS.")
    sender = context.sender
    if not sender.uri or not sender.reference:
        raise UnreadableError("Afzender is onvolledig. Vul Identificatie en Referte in.")
    return Question(
        spoken=spoken,
        uri=sender.uri,
        capacity=sender.capacity or "",
        user=sender.user,
        sender_reference=sender.reference,
        question_reference=received.reference,
        date=context.date,
        time=context.time,
        content=received.content,
    )


def render(question: Question, answer: Answer, own_reference: str, wrong_reference: str | None = None) -> str:
    """The answer as the bare body element.

    The time is that of the question, so that the same question gives the same answer.

    Args:
        question: what was asked; its references are echoed.
        answer: content and problems.
        own_reference: the gateway's own reference for this message.
        wrong_reference: echo this instead of the caller's reference (a fault that can be asked for).
    """
    level_two = tuple(problem for problem in answer.problems if problem.level == 2)
    level_three = tuple(problem for problem in answer.problems if problem.level == 3)
    own = ""
    if answer.content is not None or level_three:
        own = piece(question, answer.content, level_three, wrong_reference or question.question_reference)
    return "".join(
        (
            f'<w:{question.service}Response xmlns:w="{question.spoken.namespace}"><Repliek>',
            context(question, own_reference, wrong_reference or question.sender_reference),
            f"<Antwoorden>{own}</Antwoorden>" if own else "",
            problems(question, level_two),
            f"</Repliek></w:{question.service}Response>",
        )
    )


def context(question: Question, own_reference: str, echoed: str) -> str:
    """The Context of an answer, or of a file of answers to the file in which the question stood."""
    return "".join(
        (
            f"<Context><Naam>{question.service}</Naam><Versie>{question.version}.0000</Versie>",
            f"<Bericht><Type>ANTWOORD</Type>{_moment(question)}",
            f"<Afzender><Identificatie>{_MAGDA_URI}</Identificatie><Naam>MagdaGateway</Naam>",
            f"<Referte>{own_reference}</Referte></Afzender>",
            f"<Ontvanger><Identificatie>{escape(question.uri)}</Identificatie><Referte>{escape(echoed)}</Referte>",
            f"<Hoedanigheid>{escape(question.capacity)}</Hoedanigheid>" if question.capacity else "",
            f"<Gebruiker>{escape(question.user)}</Gebruiker>" if question.user else "",
            "</Ontvanger></Bericht></Context>",
        )
    )


def piece(question: Question, content: str | None, found: tuple[Problem, ...], reference: str) -> str:
    """One Antwoord: content, problems, or both."""
    inside = f"<Inhoud>{content}</Inhoud>" if content is not None else ""
    return f"<Antwoord><Referte>{escape(reference)}</Referte>{inside}{problems(question, found)}</Antwoord>"


def _moment(question: Question) -> str:
    return f"<Tijdstip><Datum>{question.date}</Datum><Tijd>{question.time}</Tijd></Tijdstip>"


def problems(question: Question, found: tuple[Problem, ...]) -> str:
    """An Uitzonderingen block; empty when there is none."""
    if not found:
        return ""
    parts = ["<Uitzonderingen>"]
    for problem in found:
        parts.append(
            f"<Uitzondering><Identificatie>{problem.code}</Identificatie><Oorsprong>{problem.origin}</Oorsprong>"
            f"<Type>{problem.kind}</Type>{_moment(question)}<Diagnose>{escape(problem.diagnosis)}</Diagnose>"
        )
        if problem.notes:
            notes = "".join(
                f"<Annotatie><Naam>{escape(name)}</Naam><Waarde>{escape(value)}</Waarde></Annotatie>"
                for name, value in problem.notes
            )
            parts.append(f"<Annotaties>{notes}</Annotaties>")
        parts.append("</Uitzondering>")
    parts.append("</Uitzonderingen>")
    return "".join(parts)


def envelope(body: str) -> bytes:
    """A SOAP 1.1 envelope around a body element."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>'
    ).encode()
