"""Questions to the simulator, written as the client writes them, and a short way to read what comes back."""

from datetime import date, datetime
from itertools import count
from typing import Any

from lxml import etree

from toeleiding.magda import services
from toeleiding.magda.envelope import Sender, unwrap, write
from toeleiding.magda.services import Service
from toeleiding.magda.xml import Node
from toeleiding.simulator.population import EDGE_CASES, number_of
from toeleiding.simulator.reply import Reply
from toeleiding.simulator.world import World

TODAY = date(2026, 11, 23)
AGENCY = Sender("inburgering.example/agii/toeleiding", "oefening", "90640100191")
WITHOUT_USER = Sender(AGENCY.uri, AGENCY.capacity)
OTHER = Sender("vdab.example/mint", "oefening")
_REFERENCES = count(1)


def case(slug: str) -> str:
    """The number of an edge case."""
    return number_of(EDGE_CASES[slug])


def question(service: Service, content: list[Node], sender: Sender = AGENCY, reference: str | None = None) -> bytes:
    """A question on the wire."""
    reference = reference or f"vraag-{next(_REFERENCES)}"
    return write(service, content, sender, reference=reference, at=datetime(2026, 11, 23, 9, 30))


def about(service: Service, insz: str, **more: Any) -> bytes:
    """A question about one person, for each of the services that give data."""
    if service is services.KBI_1 or service is services.KBI_2:
        return question(service, [("MutatiesContext", "false"), ("INSZ", insz)], **more)
    if service is services.WORK:
        criteria: list[Node] = [
            ("Relatie", [("Werknemer", [("INSZ", insz)])]),
            ("Periode", [("Begin", "2015-01-01")]),
            ("SchrappingsIndicatie", "1"),
        ]
        return question(service, [("TypeAntwoord", "0"), ("Criteria", criteria)], **more)
    if service is services.JOBSEEKER:
        return question(service, [("ssin", insz)], **more)
    if service is services.PERSON:
        sources: Node = ("OpvragingenKSZ", [("BasisPersoonsgegevens", "1")])
        return question(service, [("Criteria", [("INSZ", insz), sources]), ("Bron", "KSZ"), ("Taal", "nl")], **more)
    return question(service, [("INSZ", insz)], **more)


def inscription(
    insz: str, service: Service = services.INSCRIBE_0, sender: Sender = AGENCY, begin: str = "2022-01-01",
    end: str | None = None, uri: str | None = None,
) -> bytes:  # fmt: skip
    """RegistreerInschrijving 02.00 or 02.01."""
    who: list[Node] = [("Identificatie", uri or sender.uri), ("Hoedanigheid", sender.capacity)]
    period: Node = ("Periode", [("Begin", begin), ("Einde", end)])
    if service is services.INSCRIBE_0:
        return question(service, [("Inschrijving", [*who, ("INSZ", insz), period])], sender)
    subject: Node = ("Subjecten", [("Subject", [("Type", "PERS"), ("Sleutel", insz)])])
    body: list[Node] = [*who, ("BetrokkenSubject", [("Type", "PERS"), subject]), period]
    return question(service, [("Inschrijving", body)], sender)


def deregistration(insz: str, sender: Sender = AGENCY) -> bytes:
    """RegistreerUitschrijving 02.00."""
    body: list[Node] = [("Identificatie", sender.uri), ("Hoedanigheid", sender.capacity), ("INSZ", insz)]
    return question(services.DEREGISTER_0, [("Uitschrijving", body)], sender)


def referral(
    insz: str, referral_id: str, reason: str = "INSCHRIJVING_WERKZOEKENDE", sender: Sender = WITHOUT_USER
) -> bytes:
    """RegistreerToeleiding from the agency to VDAB."""
    parties: list[Node] = [
        ("Id", referral_id),
        ("Van", [("KboNummer", "0543307391"), ("TypePartner", "KBI")]),
        ("Naar", [("IdentificatieNr", "WW-MECH-01"), ("TypePartner", "VDAB")]),
        ("RedenToeleiding", reason),
    ]
    # The client leaves Gebruiker out by itself; to break that rule the text is put in by hand.
    data = question(services.REFERRAL, [("Personalia", [("INSZ", insz)]), ("Toeleiding", parties)], sender)
    if sender.user:
        data = data.replace(b"</Hoedanigheid>", f"</Hoedanigheid><Gebruiker>{sender.user}</Gebruiker>".encode())
    return data


def notifications(
    receipt: str | None = None, sender: Sender = AGENCY, service: Service = services.NOTIFICATIONS
) -> bytes:
    """GeefMutatiesNotificaties, with the receipt of the last set."""
    who: list[Node] = [("Identificatie", sender.uri), ("Hoedanigheid", sender.capacity)]
    return question(service, [*who, ("Ontvangstreferte", receipt)], sender)


def notification(insz: str, reference: str, sender: Sender = OTHER) -> bytes:
    """RegistreerMutatieNotificatie by a source."""
    body: list[Node] = [
        ("Referte", reference),
        ("Subject", [("Type", "PERS"), ("Sleutel", insz)]),
        ("Soort", "DOSSIERVDAB"),
        ("Tijdstip", [("Datum", "2026-11-23"), ("Tijd", "10:00")]),
        ("Bron", "VDAB"),
        ("Informaties", [("Informatie", "Dossier")]),
    ]
    return question(services.NOTIFY, [("Notificatie", body)], sender)


class Heard:
    """An answer, opened."""

    def __init__(self, reply: Reply | bytes) -> None:
        self.data = reply if isinstance(reply, bytes) else reply.body
        body = unwrap(etree.fromstring(self.data))
        assert isinstance(body, etree._Element), body
        self.body = body

    def text(self, path: str) -> str | None:
        """The first text at a path anywhere in the answer."""
        return self.body.findtext(f".//{path}")

    def all(self, path: str) -> list[str]:
        """All texts at a path anywhere in the answer."""
        return [each.text or "" for each in self.body.iterfind(f".//{path}")]

    @property
    def problems(self) -> list[tuple[int, str, str, str]]:
        """(level, code, origin, type) of every Uitzondering."""
        return [
            (2 if each.getparent().getparent().tag == "Repliek" else 3,
             each.findtext("Identificatie"), each.findtext("Oorsprong"), each.findtext("Type"))
            for each in self.body.iter("Uitzondering")
        ]  # fmt: skip

    @property
    def codes(self) -> list[str]:
        """The codes alone."""
        return [code for _, code, _, _ in self.problems]


def hear(world: World, data: bytes) -> Heard:
    """Ask and open the answer."""
    reply = world.answer(data)
    assert reply.status == 200, reply
    return Heard(reply)
