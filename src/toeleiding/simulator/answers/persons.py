"""Identity and address (GeefPersoon 02.02), as far as this product may use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toeleiding.simulator import numbers
from toeleiding.simulator.answers.access import person
from toeleiding.simulator.life import Life
from toeleiding.simulator.problems import refusal, replaced
from toeleiding.simulator.wire import Answer, Question, escape

if TYPE_CHECKING:
    from datetime import date

    from toeleiding.simulator.world import World


def give(world: World, question: Question) -> Answer:
    """GeefPersoon: of a replaced number the person is given all the same, with a warning."""
    insz = question.text("Criteria/INSZ")
    if insz and numbers.valid(insz):
        standing = world.standing(insz)
        if standing.replaced_by and standing.life and world.may_read(question, insz):
            warning = replaced(question.service, insz, standing.replaced_by)
            return Answer(_person(standing.life, standing.replaced_by, world.today), (warning,))
    found = person(world, question, insz)
    if isinstance(found, Answer):
        return found
    if question.text("Bron") == "RR" and found.is_bis and insz != found.replaced_by:
        return refusal("30001", question.service)
    return Answer(_person(found, insz or "", world.today))


def _person(life: Life, insz: str, today: date) -> str:
    bron = "KSZ" if life.is_bis and insz == life.insz else "RR"
    code, words = ("1", "Mannelijk") if life.sex == "M" else ("2", "Vrouwelijk")
    address = life.address_on(today)
    town = address.municipality
    return (
        f'<Persoon Bron="{bron}"><INSZ>{insz}</INSZ><Naam><Achternamen><Achternaam>{escape(life.surname)}</Achternaam>'
        f"</Achternamen><Voornamen><Voornaam>{escape(life.first_name)}</Voornaam></Voornamen></Naam>"
        f"<Geslacht><Code>{code}</Code><Omschrijving>{words}</Omschrijving></Geslacht>"
        f"<Geboorte><Datum>{life.birth_text}</Datum></Geboorte>"
        f'<Adressen><Hoofdverblijfplaats DatumBegin="{address.begin}"><Huisnummer>{address.house_number}</Huisnummer>'
        f"<Postcode>{town.postal_code}</Postcode><NISCodeGemeente>{town.nis}</NISCodeGemeente>"
        f"<NietGestandaardiseerdeStraatnaam><String>{escape(address.street)}</String></NietGestandaardiseerdeStraatnaam>"
        f"<NietGestandaardiseerdeGemeentenaam><String>{escape(town.name)}</String></NietGestandaardiseerdeGemeentenaam>"
        f"</Hoofdverblijfplaats></Adressen></Persoon>"
    )
