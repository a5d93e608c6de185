"""Mutation notifications as a file that MAGDA publishes for us (INTERFACE 9.3 and 9.4)."""

from lxml import etree
from msgspec import Struct

from toeleiding.magda.envelope import Context, Fault, read_context, unwrap
from toeleiding.magda.notifications import Notification, Unusable, subjects_in
from toeleiding.magda.reading import every
from toeleiding.magda.xml import Element, UnreadableError, children, parse, text

GENERAL = "PubliceerMutatiesNotificaties"
#: The namespace of the general file. That of the file of persons is not published: any of the platform is taken.
NAMESPACE = "http://service.publiceermutatiesnotificatiesdienst-02_01.algemeen-02_01.vip.vlaanderen.be"
_PERSONS = frozenset({"PubliceerPersoonMutatiesNotificaties", "PubliceerPersoonMutatieNotificatie"})
_PLATFORM = ("vip.vlaanderen.be", "magda.vlaanderen.be")


class Publication(Struct, frozen=True):
    """A published file that was read.

    Attributes:
        readable: it is a file of notifications. When false, `message` says what to do.
        persons: it holds changes of the Rijksregister, not of the other sources.
        reference: the Referte of the file.
        receiver, capacity: for whom it was published.
        codes: Uitzonderingen about the whole file, by code and origin.
    """

    readable: bool
    persons: bool = False
    reference: str | None = None
    receiver: str | None = None
    capacity: str | None = None
    notifications: list[Notification] = []
    unusable: list[Unusable] = []
    codes: list[str] = []
    message: str | None = None


def read_publication(data: bytes) -> Publication:
    """What stands in a published file. Never raises on account of the data."""
    try:
        root = unwrap(parse(data))
    except UnreadableError as error:
        return Publication(False, message=str(error))
    if isinstance(root, Fault):
        return Publication(False, message="Dit is een foutmelding, geen bestand met meldingen. Haal het opnieuw op.")
    name = etree.QName(root)
    persons = name.localname in _PERSONS and any(host in (name.namespace or "") for host in _PLATFORM)
    if not persons and root.tag != f"{{{NAMESPACE}}}{GENERAL}":
        said = f"Het hoofdelement {name.localname[:60]} is geen bestand met meldingen van MAGDA."
        return Publication(False, message=f"{said} Geef het bestand zoals MAGDA het klaarzet.")
    return _read(root, persons)


def _read(root: Element, persons: bool) -> Publication:
    top = children(root)
    published = children(top.get("Publicatie"))
    context: Context | None = read_context(published.get("Context"))
    usable, unusable = subjects_in(every(published.get("Onderwerpen"), "Onderwerp"))
    codes = [*_codes(top.get("Uitzonderingen")), *_codes(published.get("Uitzonderingen"))]
    if context is None:
        return Publication(False, persons, codes=codes, message="Het bestand heeft geen Context. Haal het opnieuw op.")
    if context.type != "PUBLICATIE":
        return Publication(False, persons, message="Dit is geen publicatie. Geef het bestand zoals MAGDA het klaarzet.")
    to = context.receiver
    return Publication(
        True,
        persons,
        context.sender.reference,
        to.uri if to else None,
        to.capacity if to else None,
        usable,
        unusable,
        codes,
    )


def _codes(element: Element | None) -> list[str]:
    found = [children(each) for each in every(element, "Uitzondering")]
    return [f"{text(one.get('Identificatie')) or ''} {text(one.get('Oorsprong')) or ''}".strip() for one in found]
