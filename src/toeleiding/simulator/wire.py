"""The MAGDA wire as the other side speaks it: read a question, write an answer.

Written apart from the client on purpose: a mistake in one of the two then shows in the conformance
tests instead of cancelling out. Structure: INTERFACE 1.2 and 1.3.
"""

import re
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape as _escape

from lxml import etree
from msgspec import Struct

Level = Literal[2, 3]
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_MAX_BYTES = 2_000_000
_DATE = re.compile(r"[0-29][0-9]{3}-[01][0-9]-[0-3][0-9]")
_TIME = re.compile(r"[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{3})?)?")
_MAGDA_URI = "vip.vlaanderen.be"


def escape(value: str) -> str:
    """Text that may stand in an element or in a double-quoted attribute."""
    return _escape(value, {'"': "&quot;"})


class Spoken(NamedTuple):
    """A service and version that this simulator speaks."""

    namespace: str
    criteria: Literal["Inhoud", "Criteria"] = "Inhoud"


_REP = "http://webservice.{0}dienst-{1}.repertorium-{1}.vip.vlaanderen.be"
_ALG = "http://webservice.{0}dienst-02_01.algemeen-02_01.vip.vlaanderen.be"
_KBI = "http://webservice.GeefDossierKBI-{0}.kbi-{0}.vip.vlaanderen.be"
#: (Naam, version without the last four digits) -> how it is spoken.
SERVICES: dict[tuple[str, str], Spoken] = {
    ("GeefDossierKBI", "01.00"): Spoken(_KBI.format("01.00")),
    ("GeefDossierKBI", "02.00"): Spoken(_KBI.format("02.00")),
    ("GeefDossierVDAB", "01.00"): Spoken("http://webservice.geefdossier.kbi.vdab.be"),
    ("GeefWerkrelaties", "02.00"): Spoken(
        "http://webservice.geefwerkrelatiesdienst-02_00.werk-02_00.vip.vlaanderen.be"
    ),
    ("GeefInschrijvingWerkzoekende", "01.00"): Spoken(
        "http://magda.vlaanderen.be/soczek/soap/geefinschrijvingwerkzoekende/v01_00", "Criteria"
    ),
    ("RegistreerToeleiding", "01.00"): Spoken("http://inburgering.be/types/RegistreerToeleidingService/V01"),
    ("RegistreerInschrijving", "02.00"): Spoken(_REP.format("registreerinschrijving", "02_00")),
    ("RegistreerInschrijving", "02.01"): Spoken(_REP.format("registreerinschrijving", "02_01")),
    ("RegistreerUitschrijving", "02.00"): Spoken(_REP.format("registreeruitschrijving", "02_00")),
    ("RegistreerUitschrijving", "02.01"): Spoken(_REP.format("registreeruitschrijving", "02_01")),
    ("GeefMutatiesNotificaties", "02.01"): Spoken(_ALG.format("geefmutatiesnotificaties")),
    ("RegistreerMutatieNotificatie", "02.01"): Spoken(_ALG.format("registreermutatienotificatie")),
    ("GeefPersoon", "02.02"): Spoken("http://magda.vlaanderen.be/persoon/soap/geefpersoon/v02_02"),
    ("GeefPersoonMutatiesNotificaties", "02.00"): Spoken(
        "http://webservice.geefpersoonmutatiesnotificatiesdienst-02_00.persoon-02_00.vip.vlaanderen.be"
    ),
}


class UnreadableError(Exception):
    """The question could not be read at all: level 1, a SOAP Fault. The message is a Dutch sentence."""


class Question(Struct, frozen=True):
    """One question as it came in."""

    service: str
    version: str
    uri: str
    capacity: str
    user: str | None
    sender_reference: str
    question_reference: str
    date: str
    time: str
    content: etree._Element

    @property
    def spoken(self) -> Spoken:
        """How this service and version is written."""
        return SERVICES[self.service, self.version]

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
    if len(data) > _MAX_BYTES:
        raise UnreadableError("Het bericht is te groot. Stuur één vraag per bericht.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("Het bericht is geen goed gevormde XML. Kijk het bericht na.") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableError("Het bericht bevat een DTD. Laat de DTD weg.")
    if root.tag == f"{{{_SOAP}}}Envelope":
        body = root.find(f"{{{_SOAP}}}Body")
        if body is None or len(body) != 1:
            raise UnreadableError("De SOAP Body moet precies één vraag bevatten.")
        root = body[0]
    return _question(root)


def _question(root: etree._Element) -> Question:
    def need(path: str) -> str:
        found = (root.findtext(path) or "").strip()
        if not found:
            raise UnreadableError(f"{path} ontbreekt. Vul dit element in.")
        return found

    name, version = need("Verzoek/Context/Naam"), need("Verzoek/Context/Versie")[:5]
    spoken = SERVICES.get((name, version))
    if spoken is None:
        raise UnreadableError(f"De dienst {name[:48]} versie {version} bestaat hier niet. Kijk Context na.")
    if root.tag != f"{{{spoken.namespace}}}{name}":
        raise UnreadableError(f"Het hoofdelement hoort {name} te zijn in de namespace {spoken.namespace}.")
    content = root.find(f"Verzoek/Vragen/Vraag/{spoken.criteria}")
    if content is None:
        raise UnreadableError(f"Verzoek/Vragen/Vraag/{spoken.criteria} ontbreekt. Stel precies één vraag.")
    sender, moment = "Verzoek/Context/Bericht/Afzender/", "Verzoek/Context/Bericht/Tijdstip/"
    asked_on, asked_at = need(moment + "Datum"), need(moment + "Tijd")
    if not (_DATE.fullmatch(asked_on) and _TIME.fullmatch(asked_at)):
        raise UnreadableError("Tijdstip klopt niet. Schrijf de datum als JJJJ-MM-DD en de tijd als UU:MM:SS.")
    return Question(
        service=name,
        version=version,
        uri=need(sender + "Identificatie"),
        capacity=root.findtext(sender + "Hoedanigheid") or "",
        user=root.findtext(sender + "Gebruiker"),
        sender_reference=need(sender + "Referte"),
        question_reference=need("Verzoek/Vragen/Vraag/Referte"),
        date=asked_on,
        time=asked_at,
        content=content,
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
    echoed = wrong_reference or question.sender_reference
    level_two = tuple(problem for problem in answer.problems if problem.level == 2)
    level_three = tuple(problem for problem in answer.problems if problem.level == 3)
    parts = [
        f'<w:{question.service}Response xmlns:w="{question.spoken.namespace}"><Repliek><Context>',
        f"<Naam>{question.service}</Naam><Versie>{question.version}.0000</Versie><Bericht><Type>ANTWOORD</Type>",
        _moment(question),
        f"<Afzender><Identificatie>{_MAGDA_URI}</Identificatie><Naam>MagdaGateway</Naam>",
        f"<Referte>{own_reference}</Referte></Afzender>",
        f"<Ontvanger><Identificatie>{escape(question.uri)}</Identificatie><Referte>{escape(echoed)}</Referte>",
        f"<Hoedanigheid>{escape(question.capacity)}</Hoedanigheid>" if question.capacity else "",
        f"<Gebruiker>{escape(question.user)}</Gebruiker>" if question.user else "",
        "</Ontvanger></Bericht></Context>",
    ]
    if answer.content is not None or level_three:
        reference = escape(wrong_reference or question.question_reference)
        parts.append(f"<Antwoorden><Antwoord><Referte>{reference}</Referte>")
        if answer.content is not None:
            parts.append(f"<Inhoud>{answer.content}</Inhoud>")
        parts.append(_problems(question, level_three))
        parts.append("</Antwoord></Antwoorden>")
    parts.append(_problems(question, level_two))
    parts.append(f"</Repliek></w:{question.service}Response>")
    return "".join(parts)


def _moment(question: Question) -> str:
    return f"<Tijdstip><Datum>{question.date}</Datum><Tijd>{question.time}</Tijd></Tijdstip>"


def _problems(question: Question, problems: tuple[Problem, ...]) -> str:
    if not problems:
        return ""
    parts = ["<Uitzonderingen>"]
    for problem in problems:
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
        f'<soapenv:Envelope xmlns:soapenv="{_SOAP}"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>'
    ).encode()


def fault(who: Literal["Client", "Server"], sentence: str) -> bytes:
    """A SOAP Fault, level 1 of INTERFACE 1.3."""
    return envelope(
        f"<soapenv:Fault><faultcode>soapenv:{who}</faultcode>"
        f"<faultstring>{escape(sentence)}</faultstring></soapenv:Fault>"
    )
