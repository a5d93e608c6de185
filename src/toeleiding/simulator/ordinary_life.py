"""An ordinary fictitious life, drawn from the distributions of DOMAIN 11."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from msgspec.structs import replace

from toeleiding.simulator import names, numbers
from toeleiding.simulator.chance import Chance, Weighted, identifier
from toeleiding.simulator.life import Address, Guidance, Incapacity, Invitation, Life, Registration
from toeleiding.simulator.places import FLEMISH_HOMES, HOMES, LIEGE, MECHELEN, STREETS, Municipality
from toeleiding.simulator.service_history import NOTHING, ServiceHistory, history
from toeleiding.simulator.work_history import Situation, situation

# First contracts per year, Flanders and Brussels together (DOMAIN 11 gives AgII and Atlas; later years
# carry the last figure on). A few signed in the years before the third pillar existed.
_VOLUMES: Weighted[tuple[date, int]] = Weighted(
    ((date(2021, 6, 1), 273), 1.9), ((date(2022, 3, 1), 306), 16.2), ((date(2023, 1, 1), 365), 22.4),
    ((date(2024, 1, 1), 366), 21.9), ((date(2025, 1, 1), 365), 20.2), ((date(2026, 1, 1), 365), 20.2),
    ((date(2027, 1, 1), 365), 20.2), ((date(2028, 1, 1), 366), 20.2),
)  # fmt: skip
_TEMPORARY_PROTECTION = date(2022, 3, 4)  # the day the European decision took effect

_GROUNDS: Weighted[str] = Weighted(
    ("GEZINSHERENIGING", 0.44), ("ERKEND_VLUCHTELING", 0.36), ("SUBSIDIAIR_BESCHERMD", 0.06),
    ("ARBEIDSMIGRATIE", 0.09), ("REGULARISATIE", 0.05),
)  # fmt: skip
_SCHOOLING: Weighted[str] = Weighted(("GEEN", 0.08), ("LAGER", 0.2), ("SECUNDAIR", 0.44), ("HOGER", 0.28))
_DUTCH: Weighted[str] = Weighted(("GEEN", 0.62), ("A1", 0.24), ("A2", 0.1), ("B1", 0.04))
_EXPLAINED_IN: Weighted[str] = Weighted(("contact", 0.6), ("nl", 0.28), ("en", 0.12))
_SUPPORT: Weighted[Literal["BALIE", "ONLINE", "TELEFOON", "GEZAMENLIJK"]] = Weighted(
    ("BALIE", 0.4), ("ONLINE", 0.28), ("TELEFOON", 0.12), ("GEZAMENLIJK", 0.2)
)


def signed_on(seed: int, index: int, birth: numbers.Birth) -> date:
    """When an ordinary person signs the contract; hardly anybody does so under 18."""
    chance = Chance(seed, "contract", index)
    begin, days = chance.draw(_VOLUMES)
    signed = begin + timedelta(days=chance.below(days))
    adult = _adult_on(birth)
    if signed < adult and not chance.hit(0.02):
        return chance.after(adult, 1, 300)
    return signed


def _adult_on(birth: numbers.Birth) -> date:
    return date(birth.year + 18, birth.month or 12, min(birth.day or 28, 28))


class Persona(NamedTuple):
    """Who somebody is, apart from what happens."""

    origin: names.Origin
    first_name: str
    surname: str
    ground: str
    target_group: Literal["VERPLICHT", "RECHTHEBBEND"]
    schooling: str
    dutch_level: str


def persona(seed: int, index: int, sex: str, contract_on: date) -> Persona:
    """Name, origin, ground of residence and target group."""
    chance = Chance(seed, "person", index)
    origin = chance.draw(names.ORIGINS)
    first_name = chance.pick(origin.women if sex == "V" else origin.men)
    surname = chance.pick(origin.surnames)
    ground = chance.draw(_GROUNDS)
    if origin.group == "EU":
        ground = "EU_BURGER"
    elif origin is names.UKRAINE and contract_on >= _TEMPORARY_PROTECTION:
        ground = "TIJDELIJKE_BESCHERMING"
    # 42 % of all people are obliged (DOMAIN 11); EU citizens and the temporarily protected never are.
    obliged = chance.hit(0.56) and ground not in ("EU_BURGER", "TIJDELIJKE_BESCHERMING")
    return Persona(
        origin, first_name, surname, ground, "VERPLICHT" if obliged else "RECHTHEBBEND",
        chance.draw(_SCHOOLING), chance.draw(_DUTCH),
    )  # fmt: skip


def home(chance: Chance, municipality: Municipality, begin: date) -> Address:
    """An invented address in a municipality."""
    return Address(municipality, chance.pick(STREETS), str(chance.between(1, 180)), begin)


def _addresses(seed: int, index: int, contract_on: date) -> tuple[Address, ...]:
    chance = Chance(seed, "home", index)
    first = home(chance, chance.draw(HOMES), chance.after(contract_on, -400, -20))
    in_brussels = first.municipality.nis.startswith("21")
    if not chance.hit(0.25 if in_brussels else 0.12):
        return (first,)
    moved = chance.after(contract_on, 20, 700)
    there = chance.draw(FLEMISH_HOMES)
    if first.municipality.nis == "11002" and chance.hit(0.4):
        there = MECHELEN
    elif chance.hit(0.04):
        there = LIEGE
    left = Address(first.municipality, first.street, first.house_number, first.begin, moved - timedelta(days=1))
    return (left, home(chance, there, moved))


def _guidance(
    seed: int,
    index: int,
    contract_on: date,
    who: Persona,
    doing: Situation,
    known: ServiceHistory,
    in_scope: bool,
) -> Guidance:
    chance = Chance(seed, "guidance", index)
    reported_on = chance.after(contract_on, -60, -2)
    checked_on = chance.after(contract_on, 0, 30) if chance.hit(0.92) else None
    permit_on = chance.after(reported_on, 0, 2) if chance.hit(0.96) else None
    determination, reason = _determination(chance, checked_on, doing)
    begin = known.registrations[0].begin if known.registrations else None
    needs_help = in_scope and doing.word == "IDLE" and (begin is None or begin > contract_on)
    explained_on = supported_on = support = referred_on = referral_id = None
    if needs_help and chance.hit(0.87 if begin else 0.55):
        room = min((begin - contract_on).days, 45) if begin else 45
        explained_on = chance.after(contract_on, 0, room)
        if chance.hit(0.55):
            support = chance.draw(_SUPPORT)
            supported_on = min(chance.after(explained_on, 0, 14), begin or date.max)
        if chance.hit(0.3):
            referred_on = supported_on or explained_on
            referral_id = identifier(seed, "referral", str(index))
    language = chance.draw(_EXPLAINED_IN)
    contact_on = chance.after(begin, 3, 21) if begin and chance.hit(0.8) else None
    return Guidance(
        reported_on=reported_on,
        work_checked_on=checked_on,
        determination=determination,
        determination_reason=reason,
        permit_seen_on=permit_on,
        explained_on=explained_on,
        explained_in=(who.origin.language if language == "contact" else language) if explained_on else None,
        supported_on=supported_on,
        support=support,
        referred_on=referred_on,
        referral_id=referral_id,
        declined_on=_declined(chance, contract_on, who, needs_help and begin is None),
        first_contact_on=contact_on,
        contact_held=contact_on is not None and chance.hit(0.85),
        suspension=_suspension(chance, contract_on),
    )


def _determination(
    chance: Chance, checked_on: date | None, doing: Situation
) -> tuple[Literal["WORKING", "STUDYING", "NOT_WORKING"] | None, str | None]:
    """What the caseworker judged: Dimona holds no hours, so a person has to (INTERFACE 7)."""
    if checked_on is None or not chance.hit(0.9):
        return None, None
    if doing.word == "STUDYING":
        return "STUDYING", "Inschrijvingsbewijs van de school gezien"
    active = [job for job in doing.jobs if job.active_on(checked_on)]
    if not active:
        return None, None
    if sum(job.fraction for job in active) >= 0.5:
        return "WORKING", "Arbeidscontract of bewijs van zelfstandigheid gezien"
    return "NOT_WORKING", "Werkt maar enkele uren per week, contract gezien"


def _declined(chance: Chance, contract_on: date, who: Persona, never_registered: bool) -> date | None:
    if never_registered and who.target_group == "RECHTHEBBEND" and chance.hit(0.25):
        return chance.after(contract_on, 5, 50)
    return None


def _suspension(chance: Chance, contract_on: date) -> tuple[date, date] | None:
    if not chance.hit(0.02):
        return None
    begin = chance.after(contract_on, 5, 40)
    return begin, chance.after(begin, 7, 60)


def _invitations(seed: int, index: int, given: Guidance, known: tuple[Registration, ...]) -> tuple[Invitation, ...]:
    if not given.referred_on or not given.referral_id or not any(each.service == "VDAB" for each in known):
        return ()
    sent = Chance(seed, "invitation", index).after(given.referred_on, 3, 14)
    return (Invitation(f"UIT-{index}", given.referral_id, sent, sent + timedelta(days=9)),)


def ordinary_life(seed: int, index: int, numbered: numbers.Numbered) -> Life:
    """The whole life behind an ordinary number."""
    birth = numbered.birth
    sex: Literal["M", "V"] = "M" if numbered.sequence % 2 else "V"
    contract_on = signed_on(seed, index, birth)
    who = persona(seed, index, sex, contract_on)
    addresses = _addresses(seed, index, contract_on)
    chance = Chance(seed, "life", index)
    may_work = not chance.hit(0.02)
    is_replaced = chance.hit(0.02)
    is_bis = is_replaced or chance.hit(0.1)
    replaced_on = chance.after(contract_on, -60, 400) if is_replaced else None
    denied, proof = chance.hit(0.03), chance.hit(0.6)
    earlier = chance.after(date(2017, 1, 1), 0, 1700) if chance.hit(0.03) else None
    age = contract_on.year - birth.year
    minor = contract_on < _adult_on(birth)
    in_scope = may_work and age < 66 and not minor
    doing = situation(chance, contract_on, who.target_group == "VERPLICHT", not in_scope)
    incapacity = None
    if doing.word == "INCAPABLE":
        begin = chance.after(contract_on, -200, 20)
        incapacity = Incapacity(begin, chance.after(contract_on, 90, 600), chance.after(contract_on, 60, 120))
    known = history(chance, contract_on, addresses, doing) if in_scope else NOTHING
    given = _guidance(seed, index, contract_on, who, doing, known, in_scope)
    denied = denied and any(each.service == "VDAB" for each in known.registrations)
    if denied and proof:
        given = _with_proof(given, known.registrations)
    return Life(
        index=index,
        edge_case=None,
        insz=numbers.insz(birth, numbered.sequence),
        is_bis=is_bis,
        replaced_by=numbers.insz(*numbers.replacing(numbered)) if is_replaced else None,
        replaced_on=replaced_on,
        cancelled_on=None,
        surname=who.surname,
        first_name=who.first_name,
        sex=sex,
        birth_text=birth.text,
        birth_date=birth.exact,
        birth_year=birth.year,
        country=who.origin.country,
        nationality_group="EU" if who.origin.group == "EU" else "NON_EU",
        residence_ground=who.ground,
        schooling=who.schooling,
        language=who.origin.language,
        dutch_level=who.dutch_level,
        addresses=addresses,
        target_group=who.target_group,
        contract_on=contract_on,
        earlier_contract_on=earlier,
        duty_on=given.reported_on - timedelta(days=30),
        attest_on=chance.after(contract_on, 380, 900) if chance.hit(0.62) else None,
        may_work=may_work,
        compulsory_education=minor,
        temporary_protection=who.ground == "TIJDELIJKE_BESCHERMING",
        jobs=doing.jobs,
        study=doing.study,
        incapacity=incapacity,
        registrations=known.registrations,
        counsellors=known.counsellors,
        trainings=known.trainings,
        invitations=_invitations(seed, index, given, known.registrations),
        vdab_denies=denied,
        trouble=(),
        guidance=given,
    )


def _with_proof(given: Guidance, registrations: tuple[Registration, ...]) -> Guidance:
    return replace(given, printed_proof_on=registrations[0].begin + timedelta(days=12))
