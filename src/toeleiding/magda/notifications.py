"""Mutation notifications: something changed about a person, without the data (INTERFACE 9)."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from msgspec import Struct

from toeleiding.magda.dates import earliest
from toeleiding.magda.envelope import Sender
from toeleiding.magda.insz import is_digits
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.reading import NotANumberError, Reading, asked_number, every, number
from toeleiding.magda.xml import Element, Node, children, text


class Notification(Struct, frozen=True):
    """One change. De-duplicate on (source, reference): delivery is at least once.

    Attributes:
        subject_type: PERS or OND.
        key: the INSZ of a person.
        changed: names of the blocks that changed, or codes of the Rijksregister.
        cancelled_insz, new_insz: a number that was replaced (Rijksregister only).
    """

    reference: str | None
    subject_type: str
    key: str
    kind: str | None = None
    on: date | None = None
    source: str | None = None
    changed: list[str] = []
    cancelled_insz: str | None = None
    new_insz: str | None = None


class Unusable(Struct, frozen=True):
    """An Onderwerp that tells of no change: without content, without a usable subject, or with a FOUT instead.

    Attributes:
        codes: its Uitzonderingen by code and origin.
    """

    reference: str | None
    codes: list[str] = []


class Facts(Struct, frozen=True):
    """One answer of the loop.

    Attributes:
        end: there is nothing more (code 30016).
        receipt: Ontvangstreferte; send it with the next question to confirm these.
        unusable: what came along and cannot be used; it is confirmed with the rest.
    """

    end: bool = False
    receipt: str | None = None
    notifications: list[Notification] = []
    unusable: list[Unusable] = []


class Question(Struct, frozen=True):
    """Ask for what is new; with the receipt of the last answer, which confirms it."""

    sender: Sender
    receipt: str | None = None

    def content(self) -> list[Node]:
        """What stands in Inhoud."""
        return [
            ("Identificatie", self.sender.uri),
            ("Hoedanigheid", self.sender.capacity),
            ("Ontvangstreferte", self.receipt),
        ]


class NotifyQuestion(Struct, frozen=True):
    """Tell others that something of ours changed.

    Attributes:
        reference: Notificatie/Referte, one per change, the same in every attempt.
        source: who we are for the receivers: KBI, VDAB, VMSW, OCMW.
        at: local time.
    """

    reference: str
    insz: str
    source: str
    kind: str | None = None
    at: datetime | None = None
    changed: tuple[str, ...] = ()

    def content(self) -> list[Node]:
        """What stands in Inhoud."""
        moment: list[Node] | None = None
        if self.at:
            moment = [("Datum", self.at.strftime("%Y-%m-%d")), ("Tijd", self.at.strftime("%H:%M"))]
        changed: list[Node] = [("Informatie", name) for name in self.changed]
        notification: list[Node] = [
            ("Referte", self.reference),
            ("Subject", [("Type", "PERS"), ("Sleutel", asked_number(self.insz))]),
            ("Soort", self.kind),
            ("Tijdstip", moment),
            ("Bron", self.source),
            ("Informaties", changed or None),
        ]
        return [("Notificatie", notification)]


def read(content: Element) -> Reading:
    """Inhoud of both loops: of all sources, and of the Rijksregister."""
    parts = children(content)
    subjects = every(parts.get("Onderwerpen"), "Onderwerp")
    receipt = text(parts.get("Ontvangstreferte"))
    if receipt is None and not subjects:
        return Reading(Facts(), Outcome.NOT_UNDERSTOOD)
    usable, unusable = subjects_in(subjects)
    return Reading(Facts(False, receipt, usable, unusable))


def subjects_in(elements: Iterable[Element]) -> tuple[list[Notification], list[Unusable]]:
    """The Onderwerpen of an answer or a file: what tells of a change, and what does not."""
    usable: list[Notification] = []
    unusable: list[Unusable] = []
    for element in elements:
        found = _usable(element)
        if isinstance(found, Notification):
            usable.append(found)
        else:
            unusable.append(found)
    return usable, unusable


def _usable(element: Element) -> Notification | Unusable:
    """One subject. A mistake in one, such as a number that is none, does not cost the others."""
    parts = children(element)
    errors = [children(each) for each in every(parts.get("Uitzonderingen"), "Uitzondering")]
    found = None
    if not any(text(one.get("Type")) == "FOUT" for one in errors):
        with suppress(NotANumberError):
            found = _subject(element)
    codes = [f"{text(one.get('Identificatie')) or ''} {text(one.get('Oorsprong')) or ''}".strip() for one in errors]
    return found or Unusable(text(parts.get("Referte")), codes)


def _subject(element: Element) -> Notification | None:
    parts = children(element)
    content = children(parts.get("Inhoud"))
    reference = text(parts.get("Referte"))
    if "MutatieNotificatie" in content:
        return _general(content["MutatieNotificatie"], reference)
    if "PersoonMutatiesNotificaties" in content:
        reference = text(children(content.get("Metadata")).get("Referte")) or reference
        return _person(content["PersoonMutatiesNotificaties"], reference)
    return None


def _general(element: Element, reference: str | None) -> Notification | None:
    parts = children(element)
    subject = children(parts.get("Subject"))
    kind, key = text(subject.get("Type")) or "", text(subject.get("Sleutel")) or ""
    if not key or (kind == "PERS" and not is_digits(key)):
        return None
    return Notification(
        reference=text(parts.get("Referte")) or reference,
        subject_type=kind,
        key=key,
        kind=text(parts.get("Soort")),
        on=earliest(text(children(parts.get("Tijdstip")).get("Datum"))),
        source=text(parts.get("Bron")),
        changed=[name for each in every(parts.get("Informaties"), "Informatie") if (name := text(each))],
    )


def _person(element: Element, reference: str | None) -> Notification | None:
    parts = children(element)
    insz = number(parts.get("INSZ"))
    if insz is None:
        return None
    codes = (
        text(children(children(each).get("Identificatie")).get("Code"))
        for each in every(parts.get("Informaties"), "Informatie")
    )
    return Notification(
        reference=reference,
        subject_type="PERS",
        key=insz,
        kind=text(children(parts.get("Type")).get("Code")),
        on=earliest(text(parts.get("DatumModificatie"))) or earliest(text(parts.get("DatumCreatie"))),
        source="RR",
        changed=[code for code in codes if code],
        cancelled_insz=number(parts.get("GeannuleerdINSZ")),
        new_insz=number(parts.get("NieuwINSZ")),
    )
