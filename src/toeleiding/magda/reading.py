"""What every reader of an answer shares."""

from typing import Any

from msgspec import Struct

from toeleiding.magda.insz import is_digits
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.xml import Element, UnwritableError, children, text


class Reading(Struct, gc=False):
    """What stands in the Inhoud of one answer.

    Attributes:
        facts: the typed facts of the service.
        outcome: what the content itself says; exceptions around it can make it worse.
        insz: whom it is about.
        replaced_by: the number that took its place.
        status: the KSZ gave its own status, which says what 70001 and 70002 mean.
    """

    facts: Any
    outcome: Outcome = Outcome.KNOWN
    insz: str | None = None
    replaced_by: str | None = None
    status: bool = False


class Address(Struct, frozen=True, omit_defaults=True, gc=False):
    """An address in Belgium, as far as it was delivered."""

    street: str | None = None
    house_number: str | None = None
    box: str | None = None
    postal_code: str | None = None
    municipality: str | None = None
    nis: str | None = None


class NotANumberError(Exception):
    """A register sent an identification number that is not eleven digits. Message: a Dutch sentence."""


def number(element: Element | None) -> str | None:
    """The INSZ in an element; None when it is absent.

    Raises:
        NotANumberError: anything but eleven ASCII digits (the schema lets every Unicode digit pass).
    """
    written = text(element)
    if written is None or is_digits(written):
        return written
    raise NotANumberError("Het INSZ in het antwoord bestaat niet uit 11 gewone cijfers. Meld dit aan de bron.")


def asked_number(insz: str) -> str:
    """A number that may be asked about.

    Raises:
        UnwritableError: not eleven ASCII digits.
    """
    if not is_digits(insz):
        raise UnwritableError("Een INSZ heeft precies 11 cijfers. Kijk het nummer na voor je het opvraagt.")
    return insz


def names(element: Element | None) -> tuple[list[str], list[str]]:
    """Family names and first names below a Naam block."""
    parts = children(element)
    return _texts(parts.get("Achternamen")), _texts(parts.get("Voornamen"))


def _texts(element: Element | None) -> list[str]:
    return [] if element is None else [value for child in element if (value := text(child))]


def every(element: Element | None, name: str) -> list[Element]:
    """The child elements with a name; empty when the block is absent."""
    return [] if element is None else [child for child in element if child.tag == name]
