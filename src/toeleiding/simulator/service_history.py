"""How somebody comes and goes at the employment service: registrations, counsellors, trainings."""

from datetime import date, timedelta
from typing import NamedTuple

from toeleiding.simulator.chance import Chance, Weighted
from toeleiding.simulator.life import Address, Category, Counsellor, Registration, Service, Training
from toeleiding.simulator.names import STAFF_FIRST_NAMES, STAFF_SURNAMES
from toeleiding.simulator.places import office_of, region_of
from toeleiding.simulator.work_history import Situation, lasting

#: First category (DOMAIN 11); 47 stands in no published list: programs must keep and show it.
_FIRST_CATEGORY: Weighted[str] = Weighted(
    ("03", 0.55), ("05", 0.30), ("00", 0.08), ("02", 0.02), ("06", 0.01), ("07", 0.01), ("14", 0.01),
    ("80", 0.008), ("93", 0.009), ("47", 0.003),
)  # fmt: skip
_LATER_CATEGORY: Weighted[str] = Weighted(("03", 0.4), ("05", 0.2), ("00", 0.25), ("80", 0.1), ("93", 0.05))
TRAININGS = (
    "Nederlands op de werkvloer", "Magazijnmedewerker", "Poetshulp", "Verzorgende: vooropleiding", "Lasser",
    "Keukenmedewerker", "Productieoperator", "Oriëntatie op werk",
)  # fmt: skip


class ServiceHistory(NamedTuple):
    """Everything an employment service knows over the years."""

    registrations: tuple[Registration, ...]
    counsellors: tuple[Counsellor, ...]
    trainings: tuple[Training, ...]


NOTHING = ServiceHistory((), (), ())


def service_at(addresses: tuple[Address, ...], day: date) -> Service | None:
    """The employment service of where somebody lives that day (R-08); none in Wallonia."""
    for address in addresses:
        if address.end is None or day <= address.end:
            region = region_of(address.municipality.nis)
            return {"VLAANDEREN": "VDAB", "BRUSSEL": "ACTIRIS"}.get(region)  # type: ignore[return-value]
    return None


def _begins(chance: Chance, contract_on: date, situation: Situation) -> date | None:
    """When somebody registers for the first time (DOMAIN 11: 20 % before, 76 % in time, 90 % in a year)."""
    if situation.word in ("STUDYING", "INCAPABLE"):
        return chance.after(contract_on, -200, -10) if chance.hit(0.05) else None
    if chance.hit(0.2):
        return chance.after(contract_on, -500, -3)
    if situation.word == "WORKING":
        lost = next((job.end for job in lasting(situation.jobs) if job.end), None)
        return chance.after(lost, 2, 70) if lost and chance.hit(0.7) else None
    at = chance.unit()
    if at >= 0.90:
        return None
    if at >= 0.76:
        return chance.after(contract_on, 61, 365)
    return contract_on + timedelta(days=min(chance.between(1, 60), chance.between(5, 80)))


def _ends(chance: Chance, begin: date, situation: Situation) -> tuple[date | None, str | None]:
    found = next((job.begin for job in lasting(situation.jobs) if job.begin > begin), None)
    if found and chance.hit(0.75):
        return chance.after(found, 0, 45), "WORK"
    if chance.hit(0.05):
        return chance.after(begin, 118, 200), "NOT_CONFIRMED"
    return None, None


def _registration(chance: Chance, service: Service, begin: date, end: date | None, reason: str | None) -> Registration:
    categories = [Category(chance.draw(_FIRST_CATEGORY), begin)]
    if reason == "NOT_CONFIRMED" and chance.hit(0.5):
        categories = [Category("93", begin)]
    elif chance.hit(0.15):
        changed = chance.after(begin, 60, 400)
        if end is None or changed < end:
            categories.append(Category(chance.draw(_LATER_CATEGORY), changed))
    return Registration(service, begin, end, tuple(categories), reason)  # type: ignore[arg-type]


def history(chance: Chance, contract_on: date, addresses: tuple[Address, ...], situation: Situation) -> ServiceHistory:
    """Registrations with what belongs to them, in order of time."""
    begin = _begins(chance, contract_on, situation)
    if begin is None:
        return NOTHING
    service = service_at(addresses, begin)
    if service is None:
        return NOTHING
    end, reason = _ends(chance, begin, situation)
    moved = next(
        (each.begin for each in addresses[1:] if each.begin > begin and service_at(addresses, each.begin) != service),
        None,
    )
    if moved and (end is None or moved < end):
        end, reason = moved - timedelta(days=1), "MOVED"
    registrations = [_registration(chance, service, begin, end, reason)]
    again = _again(chance, end, reason, moved)
    if again and (next_service := service_at(addresses, again)):
        registrations.append(_registration(chance, next_service, again, None, None))
    at_vdab = [each for each in registrations if each.service == "VDAB"]
    if not at_vdab:
        return ServiceHistory(tuple(registrations), (), ())
    first = at_vdab[0]
    return ServiceHistory(tuple(registrations), _counsellors(chance, first.begin, addresses), _trainings(chance, first))


def _again(chance: Chance, end: date | None, reason: str | None, moved: date | None) -> date | None:
    if end is None:
        return None
    if reason == "MOVED" and moved:
        return chance.after(moved, 3, 45) if chance.hit(0.7) else None
    if reason == "NOT_CONFIRMED":
        return chance.after(end, 10, 90) if chance.hit(0.4) else None
    return None


def make_counsellor(chance: Chance, begin: date, nis: str, named: bool = True) -> Counsellor:
    """A VDAB counsellor at the office of a municipality; `named` false leaves only the office."""
    office = office_of(nis)
    first, surname = chance.pick(STAFF_FIRST_NAMES), chance.pick(STAFF_SURNAMES)
    phone = f"0255501{chance.below(100):02}"
    if not named:
        return Counsellor(begin, office.code, office.name, None, None, None)
    return Counsellor(begin, office.code, office.name, first, surname, phone)


def _counsellors(chance: Chance, begin: date, addresses: tuple[Address, ...]) -> tuple[Counsellor, ...]:
    nis = addresses[0].municipality.nis
    found = [make_counsellor(chance, begin, nis, named=False)]
    if chance.hit(0.87):
        named_on = chance.after(begin, 2, 35)
        found.append(make_counsellor(chance, named_on, nis))
        at = chance.unit()
        if at < 0.2:
            found.append(make_counsellor(chance, chance.after(named_on, 60, 500), nis))
        elif at < 0.25:
            found.append(make_counsellor(chance, chance.after(named_on, 60, 500), nis, named=False))
    return tuple(found)


def _trainings(chance: Chance, registration: Registration) -> tuple[Training, ...]:
    if not chance.hit(0.2):
        return ()
    begin = chance.after(registration.begin, 30, 300)
    if registration.end and begin > registration.end:
        return ()
    number, title = chance.between(1000, 9999), chance.pick(TRAININGS)
    return (Training(f"OPL-{number}", title, begin, chance.after(begin, 40, 180)),)
