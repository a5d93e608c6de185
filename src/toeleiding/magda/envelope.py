"""The envelope around every message: Context, references, SOAP 1.1 (INTERFACE 1.1 and 1.2)."""

from datetime import datetime
from typing import Literal
from uuid import uuid4

from lxml import etree
from msgspec import Struct

from toeleiding.magda.services import ROOTS, Service
from toeleiding.magda.xml import Element, Node, UnreadableError, build, children, parse, text, to_bytes

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ENVELOPE, _BODY, _FAULT = f"{{{SOAP}}}Envelope", f"{{{SOAP}}}Body", f"{{{SOAP}}}Fault"


class Party(Struct, frozen=True):
    """Who sends or receives.

    Attributes:
        uri: Identificatie, assigned at onboarding.
        reference: Referte, at most 36 characters.
        capacity: Hoedanigheid, the legal context of the question.
        user: Gebruiker, INSZ of the employee who asks.
        name: Naam.
    """

    uri: str
    reference: str | None = None
    capacity: str | None = None
    user: str | None = None
    name: str | None = None


class Context(Struct, frozen=True):
    """The Context of a question or an answer; texts as they stand on the wire."""

    name: str
    version: str
    type: str
    date: str
    time: str
    sender: Party
    receiver: Party | None = None


class Sender(Struct, frozen=True):
    """Our registration at MAGDA: who asks, in which capacity, for which employee."""

    uri: str
    capacity: str
    user: str | None = None


class ReceivedQuestion(Struct, frozen=True):
    """A question that somebody asked: for a server."""

    service: Service
    context: Context
    reference: str
    content: Element


class Fault(Struct, frozen=True):
    """A SOAP Fault: the whole question failed (level 1 of INTERFACE 1.3)."""

    code: str
    sentence: str

    @property
    def by_client(self) -> bool:
        """The other side says that our message is wrong, not that it failed itself."""
        return self.code.rpartition(":")[2].startswith("Client")


def new_reference() -> str:
    """A reference for one attempt. Every attempt has its own (INTERFACE 1.4)."""
    return str(uuid4())


def write(
    service: Service, content: list[Node], sender: Sender, *, reference: str, at: datetime, soap: bool = True
) -> bytes:
    """A question on the wire.

    The reference stands both in the Context and in the question, so that an answer that echoes
    either of them is recognised.

    Args:
        service: what is asked.
        content: what stands in Inhoud or Criteria.
        sender: who asks; the user is left out where the service forbids it.
        reference: unique for this attempt, at most 36 characters.
        at: moment of sending, in local time.
        soap: with the SOAP envelope, as it is posted; without it, as it stands in a file.

    Raises:
        UnwritableError: a value holds a character that XML cannot carry.
    """
    context = context_of(service, sender, reference=reference, at=at)
    question: list[Node] = [("Referte", reference), (service.body, content)]
    root = build(service.question_tag, [("Verzoek", [context, ("Vragen", [("Vraag", question)])])])
    return to_bytes(wrap(root) if soap else root)


def context_of(service: Service, sender: Sender, *, reference: str, at: datetime) -> Node:
    """The Context of a question, or of a file of questions (see `write` for the arguments)."""
    moment: list[Node] = [("Datum", at.strftime("%Y-%m-%d")), ("Tijd", at.strftime("%H:%M:%S.%f")[:12])]
    party: list[Node] = [
        ("Identificatie", sender.uri),
        ("Referte", reference),
        ("Hoedanigheid", sender.capacity),
        ("Gebruiker", None if service.forbids_user else sender.user),
    ]
    message: list[Node] = [("Type", "VRAAG"), ("Tijdstip", moment), ("Afzender", party)]
    return "Context", [("Naam", service.name), ("Versie", service.full_version), ("Bericht", message)]


def wrap(body: Element) -> Element:
    """A SOAP 1.1 envelope around a message."""
    envelope = etree.Element(_ENVELOPE, nsmap={"soapenv": SOAP})
    etree.SubElement(envelope, _BODY).append(body)
    return envelope


def unwrap(root: Element) -> Element | Fault:
    """The message inside a SOAP envelope, the message itself when it is bare, or the Fault.

    Raises:
        UnreadableError: an envelope without exactly one message in its Body.
    """
    if root.tag == _ENVELOPE:
        body = next((child for child in root if child.tag == _BODY), None)
        if body is None or len(body) != 1:
            raise UnreadableError("De SOAP-omslag bevat niet precies één bericht. Haal het antwoord opnieuw op.")
        root = body[0]
    if root.tag == _FAULT:
        parts = children(root)
        return Fault(text(parts.get("faultcode")) or "", text(parts.get("faultstring")) or "")
    return root


def write_fault(who: Literal["Client", "Server"], sentence: str) -> bytes:
    """A SOAP Fault in its envelope: for a server."""
    fault = etree.Element(_FAULT, nsmap={"soapenv": SOAP})
    etree.SubElement(fault, "faultcode").text = f"soapenv:{who}"
    etree.SubElement(fault, "faultstring").text = sentence
    return to_bytes(wrap(fault))


def read_question(data: bytes) -> ReceivedQuestion:
    """A question as a server reads it, bare or in SOAP.

    Raises:
        UnreadableError: no XML we accept, or no question of a service we know.
    """
    root = unwrap(parse(data))
    service, kind = ROOTS.get(root.tag, (None, None)) if not isinstance(root, Fault) else (None, None)
    if isinstance(root, Fault) or service is None or kind != "question":
        raise UnreadableError("Dit is geen vraag van een dienst die we kennen. Kijk het hoofdelement na.")
    request = children(children(root).get("Verzoek"))
    context = read_context(request.get("Context"))
    question = children(children(request.get("Vragen")).get("Vraag"))
    content, reference = question.get(service.body), text(question.get("Referte"))
    if context is None or content is None or reference is None:
        raise UnreadableError(f"De vraag is onvolledig. Vul Context, Referte en {service.body} in.")
    return ReceivedQuestion(service, context, reference, content)


def read_context(element: Element | None) -> Context | None:
    """The Context of a message; None when it is absent or has no sender."""
    parts = children(element)
    message = children(parts.get("Bericht"))
    sender = _party(message.get("Afzender"))
    if sender is None:
        return None
    moment = children(message.get("Tijdstip"))
    return Context(
        name=text(parts.get("Naam")) or "",
        version=text(parts.get("Versie")) or "",
        type=text(message.get("Type")) or "",
        date=text(moment.get("Datum")) or "",
        time=text(moment.get("Tijd")) or "",
        sender=sender,
        receiver=_party(message.get("Ontvanger")),
    )


def _party(element: Element | None) -> Party | None:
    if element is None:
        return None
    parts = children(element)
    return Party(
        uri=text(parts.get("Identificatie")) or "",
        reference=text(parts.get("Referte")),
        capacity=text(parts.get("Hoedanigheid")),
        user=text(parts.get("Gebruiker")),
        name=text(parts.get("Naam")),
    )
