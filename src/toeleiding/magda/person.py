"""GeefPersoon 02.02: reading name, birth date, number and address only (INTERFACE 10)."""

from datetime import date

from msgspec import Struct

from toeleiding.magda.dates import earliest, incomplete
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.reading import Address, Reading, every, names, number
from toeleiding.magda.xml import Element, children, text


class Facts(Struct, frozen=True):
    """Who it is and where the person lives. Everything else in the answer is left alone."""

    family_names: list[str] = []
    first_names: list[str] = []
    birth_date: str | None = None
    sex: str | None = None
    died_on: date | None = None
    address: Address | None = None
    source: str | None = None


def read(content: Element) -> Reading:
    """Inhoud."""
    persons = every(content, "Persoon")
    if not persons:
        return Reading(None, Outcome.NOT_UNDERSTOOD)
    parts = children(persons[0])
    family_names, first_names = names(parts.get("Naam"))
    death = parts.get("Overlijden")
    written = None if death is None else text(children(death).get("Datum")) or death.get("DatumBegin")
    facts = Facts(
        family_names=family_names,
        first_names=first_names,
        birth_date=incomplete(text(children(parts.get("Geboorte")).get("Datum"))),
        sex={"1": "M", "2": "V"}.get(text(children(parts.get("Geslacht")).get("Code")) or ""),
        died_on=earliest(written),
        address=_address(children(parts.get("Adressen")).get("Hoofdverblijfplaats")),
        source=persons[0].get("Bron"),
    )
    return Reading(facts, Outcome.KNOWN if len(persons) == 1 else Outcome.AMBIGUOUS, number(parts.get("INSZ")))


def _address(element: Element | None) -> Address | None:
    if element is None:
        return None
    parts = children(element)
    return Address(
        street=_string(parts.get("Straatnaam")) or _string(parts.get("NietGestandaardiseerdeStraatnaam")),
        house_number=text(parts.get("Huisnummer")),
        box=text(parts.get("Busnummer")),
        postal_code=text(parts.get("Postcode")),
        municipality=_string(parts.get("Gemeentenaam")) or _string(parts.get("NietGestandaardiseerdeGemeentenaam")),
        nis=text(parts.get("NISCodeGemeente")),
    )


def _string(element: Element | None) -> str | None:
    return text(children(element).get("String"))
