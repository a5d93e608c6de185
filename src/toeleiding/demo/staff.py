"""The invented colleagues of the exercise environment."""

from toeleiding.organisations.models import Organisation, Role, Staff, StaffRole
from toeleiding.organisations.services import ensure_organisations, ensure_staff

_FIRST = ("Nadia", "Wim", "Leen", "Koen", "Hilde", "Youssef", "An", "Bart", "Katrien", "Murat", "Sofie", "Tom")
_LAST = ("Verlinden", "Voorbeeld", "Proefmans", "Testelmans", "Oefenaers", "Fictief", "Verzonnen", "Denkbeeld")
_SHARE = {"agii": 0.70, "atlas": 0.22, "in-gent": 0.08}
PEOPLE_PER_CASE_WORKER = 120


def make_colleagues(people: int) -> dict[str, list[Staff]]:
    """Case workers per agency, as many as the population asks for, and one of every other role."""
    organisations = ensure_organisations()
    found: dict[str, list[Staff]] = {}
    for place, (agency, share) in enumerate(_SHARE.items()):
        wanted = max(1, round(people * share / PEOPLE_PER_CASE_WORKER))
        found[agency] = [_case_worker(organisations[agency], number, place) for number in range(wanted)]
        lead = ensure_staff(
            f"teamleider-{agency}", _FIRST[-1 - place], "Leidsman", organisations[agency], Role.TEAM_LEAD
        )
        StaffRole.objects.get_or_create(staff=lead, role=Role.CASE_WORKER, organisation=organisations[agency])
    ensure_staff("dpo-agii", "Greet", "Waeckers", organisations["agii"], Role.DPO)
    ensure_staff("projectleider-agii", "Dirk", "Regelaers", organisations["agii"], Role.PROJECT_LEAD)
    ensure_staff("tekstlezer-agii", "Lore", "Leestekens", organisations["agii"], Role.PROJECT_LEAD)
    ensure_staff("uitwisseling-agii", "Ines", "Draads", organisations["agii"], Role.EXCHANGE_OPERATOR)
    for office in ("mechelen", "antwerpen", "gent"):
        ensure_staff(
            f"vdab-{office}", "Els", f"Maes-{office.title()}", organisations[f"vdab-{office}"], Role.VDAB_COUNSELLOR
        )
    return found


def _case_worker(agency: Organisation, number: int, place: int) -> Staff:
    first = _FIRST[(number + 3 * place) % len(_FIRST)]
    last = _LAST[(number // len(_FIRST) + number + place) % len(_LAST)]
    return ensure_staff(f"{agency.code}-{number + 1:03d}", first, last, agency, Role.CASE_WORKER)
