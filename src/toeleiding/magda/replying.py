"""Answering on the wire: what goes back to a partner who sends us a message (INTERFACE 1.2 and 1.3)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from toeleiding.magda.envelope import ReceivedQuestion, Sender, wrap
from toeleiding.magda.xml import Node, build, to_bytes


class Problem(Struct, frozen=True):
    """An Uitzondering of type FOUT: its code, who gives it (at most 5 signs) and a sentence for people."""

    code: str
    diagnosis: str
    origin: str = "KBI"


def write_answer(
    question: ReceivedQuestion,
    content: list[Node] | None,
    sender: Sender,
    *,
    reference: str,
    at: datetime,
    problems: Sequence[Problem] = (),
) -> bytes:
    """An answer in its SOAP envelope; it carries both references of the question.

    Args:
        question: what came in.
        content: what stands in Inhoud, or None when there is nothing to tell.
        sender: who answers.
        reference: our own, new for this answer.
        at: moment of answering, in local time.
        problems: why it was not accepted.

    Raises:
        UnwritableError: a value holds a character that XML cannot carry.
    """
    context, asked = question.context, question.context.sender
    moment: list[Node] = [("Datum", at.strftime("%Y-%m-%d")), ("Tijd", at.strftime("%H:%M:%S.%f")[:12])]
    us: list[Node] = [("Identificatie", sender.uri), ("Referte", reference), ("Hoedanigheid", sender.capacity)]
    them: list[Node] = [
        ("Identificatie", asked.uri),
        ("Referte", asked.reference),
        ("Hoedanigheid", asked.capacity),
        ("Gebruiker", asked.user),
    ]
    message: list[Node] = [("Type", "ANTWOORD"), ("Tijdstip", moment), ("Afzender", us), ("Ontvanger", them)]
    answer: list[Node] = [
        ("Referte", question.reference),
        ("Inhoud", content),
        ("Uitzonderingen", [_problem(one, moment) for one in problems] or None),
    ]
    reply: list[Node] = [
        ("Context", [("Naam", context.name), ("Versie", context.version), ("Bericht", message)]),
        ("Antwoorden", [("Antwoord", answer)]),
    ]
    return to_bytes(wrap(build(question.service.answer_tag, [("Repliek", reply)])))


def _problem(one: Problem, moment: list[Node]) -> Node:
    parts: list[Node] = [
        ("Identificatie", one.code),
        ("Oorsprong", one.origin),
        ("Type", "FOUT"),
        ("Tijdstip", moment),
        ("Diagnose", one.diagnosis),
    ]
    return ("Uitzondering", parts)
