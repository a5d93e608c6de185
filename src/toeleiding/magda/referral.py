"""RegistreerToeleiding 01.00: refer a person to a partner (INTERFACE 5)."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from toeleiding.magda.dates import earliest
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.reading import Reading, asked_number
from toeleiding.magda.xml import Element, Node, UnwritableError, children, text


class Partner(Struct, frozen=True):
    """Who refers, or to whom.

    Attributes:
        type: KBI, VDAB, VMSW, OCMW or another TypePartner of the schema; decides the route.
        kbo, identification: exactly one of the two.
        contact_first_name, contact_phone, contact_email: only together with contact_name.
    """

    type: str
    kbo: str | None = None
    identification: str | None = None
    name: str | None = None
    contact_name: str | None = None
    contact_first_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None

    def nodes(self) -> list[Node]:
        """The block Van or Naar."""
        if (self.kbo is None) == (self.identification is None):
            raise UnwritableError("Geef van een partner het KBO-nummer of het identificatienummer, niet beide.")
        contact: list[Node] = [
            ("Naam", self.contact_name),
            ("Voornaam", self.contact_first_name),
            ("Telefoon", self.contact_phone),
            ("Email", self.contact_email),
        ]
        return [
            ("KboNummer", self.kbo),
            ("IdentificatieNr", self.identification),
            ("TypePartner", self.type),
            ("Naam", self.name),
            ("ContactPersoon", contact if self.contact_name else None),
        ]


class Question(Struct, frozen=True):
    """Refer a person.

    Attributes:
        id: Toeleiding/Id, a UUID made once and stored before the first attempt; every attempt
            carries the same one.
        sender, receiver: Van and Naar.
        reason: RedenToeleiding; its code list is not public, so ours is agreed per partner.
        appointment: begin and end, in local time.
    """

    insz: str
    id: str
    sender: Partner
    receiver: Partner
    reason: str
    family_name: str | None = None
    first_name: str | None = None
    birth_date: date | None = None
    sex: Literal["M", "V", "O"] | None = None
    explanation: str | None = None
    appointment: tuple[datetime, datetime] | None = None
    comment: str | None = None

    def content(self) -> list[Node]:
        """What stands in Inhoud."""
        person: list[Node] = [
            ("INSZ", asked_number(self.insz)),
            ("Naam", self.family_name),
            ("Voornaam", self.first_name),
            ("Geboortedatum", self.birth_date.isoformat() if self.birth_date else None),
            ("Geslacht", self.sex),
        ]
        moments: list[Node] | None = None
        if self.appointment:
            moments = [("StartTijd", _moment(self.appointment[0])), ("EindTijd", _moment(self.appointment[1]))]
        referral: list[Node] = [
            ("Id", self.id),
            ("Van", self.sender.nodes()),
            ("Naar", self.receiver.nodes()),
            ("RedenToeleiding", self.reason),
            ("RedenOmschrijving", self.explanation),
            ("AfspraakMoment", moments),
            ("Commentaar", self.comment),
        ]
        return [("Personalia", person), ("Toeleiding", referral)]


def _moment(at: datetime) -> list[Node]:
    return [("Datum", at.strftime("%Y-%m-%d")), ("Tijd", at.strftime("%H:%M"))]


class Received(Struct, frozen=True):
    """A referral that somebody sends us, as far as it can be read; texts as they came."""

    insz: str | None
    id: str | None
    sender: Partner | None
    receiver: Partner | None
    reason: str | None
    family_name: str | None = None
    first_name: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    explanation: str | None = None
    comment: str | None = None


def read_question(content: Element) -> Received:
    """Inhoud of a question that came in; what is missing is None and for the caller to judge."""
    parts = children(content)
    person, referral = children(parts.get("Personalia")), children(parts.get("Toeleiding"))
    return Received(
        insz=text(person.get("INSZ")),
        id=text(referral.get("Id")),
        sender=_partner(referral.get("Van")),
        receiver=_partner(referral.get("Naar")),
        reason=text(referral.get("RedenToeleiding")),
        family_name=text(person.get("Naam")),
        first_name=text(person.get("Voornaam")),
        birth_date=earliest(text(person.get("Geboortedatum"))),
        sex=text(person.get("Geslacht")),
        explanation=text(referral.get("RedenOmschrijving")),
        comment=text(referral.get("Commentaar")),
    )


def _partner(element: Element | None) -> Partner | None:
    parts = children(element)
    kind = text(parts.get("TypePartner"))
    if kind is None:
        return None
    contact = children(parts.get("ContactPersoon"))
    return Partner(
        type=kind,
        kbo=text(parts.get("KboNummer")),
        identification=text(parts.get("IdentificatieNr")),
        name=text(parts.get("Naam")),
        contact_name=text(contact.get("Naam")),
        contact_first_name=text(contact.get("Voornaam")),
        contact_phone=text(contact.get("Telefoon")),
        contact_email=text(contact.get("Email")),
    )


class Facts(Struct, frozen=True):
    """Whether the referral was accepted, and the identity that came back."""

    accepted: bool
    id: str | None = None


def read(content: Element) -> Reading:
    """Inhoud: the same identity means accepted."""
    identity = text(children(content).get("Id"))
    return Reading(Facts(identity is not None, identity), Outcome.KNOWN if identity else Outcome.NOT_UNDERSTOOD)
