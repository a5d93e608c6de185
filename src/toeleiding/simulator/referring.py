"""VDAB refers people to an agency: the other direction of RegistreerToeleiding, over the real wire."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from toeleiding.magda import referral
from toeleiding.magda.answers import read_answer
from toeleiding.magda.envelope import Sender, new_reference
from toeleiding.magda.questions import write_question
from toeleiding.magda.transport import SoapFaultBody, Transport
from toeleiding.simulator.chance import Chance, identifier
from toeleiding.simulator.life import Life
from toeleiding.simulator.places import office_of
from toeleiding.simulator.population import life_of
from toeleiding.simulator.service_history import make_counsellor

SENDER = Sender("wse.vlaanderen.be/vdab/toeleiding-oefen", "oefening")
TIMEOUT_SECONDS = 30.0
# What KBI itself calls its reasons (INTERFACE 5).
_REASONS = ("INB_OPV", "INT_HVN", "NIV_TEST", "DIPL_GEL")


class Referred(Struct, frozen=True):
    """What came of one referral: its identity, the number of the person, and whether it was accepted."""

    id: str
    insz: str
    accepted: bool
    why: str = ""


def identity_of(seed: int, insz: str) -> str:
    """The ToeleidingsID of a person's referral: the same each time, so that sending again is the same referral."""
    return str(UUID(identifier(seed, "to-us", insz)))


def question(seed: int, life: Life, today: date) -> referral.Question:
    """What VDAB sends about a person."""
    chance = Chance(seed, "to-us", life.insz)
    nis = life.address_on(today).municipality.nis
    office, counsellor = office_of(nis), make_counsellor(chance, today, nis)
    return referral.Question(
        insz=life.insz,
        id=identity_of(seed, life.insz),
        sender=referral.Partner(
            "VDAB",
            identification=office.code,
            name=office.name,
            contact_name=counsellor.surname,
            contact_first_name=counsellor.first_name,
            contact_phone=counsellor.phone,
        ),
        receiver=referral.Partner("KBI", kbo="0543307391"),
        reason=chance.pick(_REASONS),
        family_name=life.surname,
        first_name=life.first_name,
        birth_date=life.birth_date,
        sex={"M": "M", "V": "V"}.get(life.sex or "", "O"),  # type: ignore[arg-type]
        explanation="Kwam zich inschrijven en wil Nederlands leren.",
    )


def refer(address: str, numbers: list[str], seed: int, people: int, now: datetime | None = None) -> Iterator[Referred]:
    """Send a referral about each of these numbers to an address, and say what came of it."""
    at = now or datetime.now(tz=ZoneInfo("Europe/Brussels"))
    line = Transport()
    try:
        for insz in numbers:
            life = life_of(seed, insz, people)
            if life is None:
                yield Referred("", insz, False, "Dit nummer hoort bij niemand in de oefenomgeving. Kies een ander.")
                continue
            asked = question(seed, life, at.date())
            raw = write_question(asked, SENDER, reference=new_reference(), at=at)
            came = line.post(raw, address, TIMEOUT_SECONDS)
            if isinstance(came, SoapFaultBody):
                came = came.body
            if not isinstance(came, bytes):
                yield Referred(asked.id, insz, False, f"Geen antwoord van {address}. Kijk na of de toepassing draait.")
                continue
            answer = read_answer(came)
            accepted = isinstance(answer.facts, referral.Facts) and answer.facts.id == asked.id
            why = "; ".join(one.diagnosis for one in answer.exceptions) or answer.message or ""
            yield Referred(asked.id, insz, accepted, "" if accepted else why)
    finally:
        line.close()
