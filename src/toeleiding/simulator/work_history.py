"""How work comes and goes in a fictitious life: jobs that Dimona sees and work that it does not."""

from datetime import date, timedelta
from typing import NamedTuple

from toeleiding.simulator.chance import Chance, Weighted
from toeleiding.simulator.life import Job, Study, WorkKind

_EMPLOYERS = (
    "Proefbakkerij De Korenaar", "Voorbeeld Logistiek", "Schoonmaak Helderfictief", "Zorghuis De Modellen",
    "Bouwbedrijf Oefenstein", "Restaurant Het Verzonnen Bord", "Kwekerij Groenschets",
    "Metaalwerken Maquette", "Winkelketen Testpunt", "Hotel De Denkbeeldige Reis",
    "Wasserij Proefdraai", "Magazijn Noordschets",
)  # fmt: skip
_AGENCIES = ("Uitzendbureau Voorbeeld", "Interim Proefkracht", "Startwerk Fictief")
_COMMITTEES = ("302", "121", "118", "124", "330.01", "140.03", "XXX")

#: Dimona worker types (INTERFACE 7); the self-employed are not declared at all.
WORKER_TYPE: dict[WorkKind, str | None] = {
    "EMPLOYEE": "OTH",
    "INTERIM": "OTH",
    "SELF_EMPLOYED_MAIN": None,
    "SELF_EMPLOYED_SECONDARY": None,
    "FLEXI": "FLX",
    "STUDENT": "STU",
    "OCCASIONAL": "EXT",
    "IBO": "IVT",
    "ART60": "OTH",
    "OTHER": "RTA",
}


class _Pattern(NamedTuple):
    kind: WorkKind
    fraction: float


_LASTING: Weighted[_Pattern] = Weighted(
    (_Pattern("EMPLOYEE", 1.0), 0.44), (_Pattern("EMPLOYEE", 0.8), 0.12), (_Pattern("EMPLOYEE", 0.5), 0.12),
    (_Pattern("INTERIM", 1.0), 0.16), (_Pattern("SELF_EMPLOYED_MAIN", 1.0), 0.07),
    (_Pattern("ART60", 1.0), 0.05), (_Pattern("IBO", 1.0), 0.03), (_Pattern("OTHER", 1.0), 0.01),
)  # fmt: skip
_SMALL: Weighted[_Pattern] = Weighted(
    (_Pattern("EMPLOYEE", 0.2), 0.3), (_Pattern("FLEXI", 0.2), 0.25), (_Pattern("STUDENT", 0.25), 0.1),
    (_Pattern("OCCASIONAL", 0.1), 0.15), (_Pattern("SELF_EMPLOYED_SECONDARY", 0.2), 0.2),
)  # fmt: skip


def enterprise_number(serial: int) -> str:
    """A number of the right shape in a range that no enterprise has (0999 then four digits)."""
    eight = 9_990_000 + serial % 10_000
    return f"{eight:08}{97 - eight % 97:02}"


def make_job(
    chance: Chance,
    kind: WorkKind,
    fraction: float,
    begin: date,
    end: date | None,
    worker_type: str | None = None,
) -> Job:
    """A job of one kind with an invented employer; `worker_type` overrides the usual Dimona code."""
    employer = chance.below(len(_EMPLOYERS))
    agency = chance.below(len(_AGENCIES)) if kind == "INTERIM" else None
    return Job(
        kind=kind,
        begin=begin,
        end=end,
        fraction=fraction,
        worker_type=worker_type or WORKER_TYPE[kind],
        employer="OCMW Voorbeeldgemeente" if kind == "ART60" else _EMPLOYERS[employer],
        employer_number=enterprise_number(9_000 if kind == "ART60" else employer),
        dimona_number=str(9_900_000_000 + chance.below(90_000_000)),
        joint_committee=chance.pick(_COMMITTEES),
        interim_agency=None if agency is None else _AGENCIES[agency],
        interim_number=None if agency is None else enterprise_number(9_100 + agency),
    )


class Situation(NamedTuple):
    """What somebody does around the signing of the contract."""

    word: str  # WORKING, STUDYING, INCAPABLE or IDLE
    jobs: tuple[Job, ...]
    study: Study | None


def situation(chance: Chance, contract_on: date, obliged: bool, out_of_scope: bool) -> Situation:
    """Work and study of one person from before the contract to years after it.

    Shares of DOMAIN 11: a quarter works at the start, 6 % studies, a third of the others works after a
    year (26 % of the obliged), 45 % of all who looked for work after two years.
    """
    if out_of_scope:
        return Situation("IDLE", (), None)
    at = chance.unit()
    if at < 0.25:
        return Situation("WORKING", _jobs_of_worker(chance, contract_on), None)
    later = _later_job(chance, contract_on, obliged)
    if at < 0.31:
        begin = chance.after(contract_on, -300, -5)
        study = Study(begin, chance.after(contract_on, 60, 500), chance.pick(_SCHOOLS))
        return Situation("STUDYING", tuple(job for job in later if study.end and job.begin > study.end), study)
    if at < 0.33:
        return Situation("INCAPABLE", (), None)
    small = _small_job(chance, contract_on) if chance.hit(0.09) else ()
    return Situation("IDLE", small + later, None)


_SCHOOLS = (
    "Hogeschool Voorbeeld",
    "Universiteit Proefstad",
    "CVO Oefenveld",
    "Centrum Leren en Werken Schets",
)


def _jobs_of_worker(chance: Chance, contract_on: date) -> tuple[Job, ...]:
    kind, fraction = chance.draw(_LASTING)
    begin = chance.after(contract_on, -900, -10)
    end = None if chance.hit(0.72) else chance.after(contract_on, 15, 800)
    first = make_job(chance, kind, fraction, begin, end)
    if end is None or chance.hit(0.5):
        return (first,)
    kind, fraction = chance.draw(_LASTING)
    return (first, make_job(chance, kind, fraction, chance.after(end, 5, 200), None))


def _later_job(chance: Chance, contract_on: date, obliged: bool) -> tuple[Job, ...]:
    first_year, second_year = (0.30, 0.45) if obliged else (0.42, 0.55)
    at = chance.unit()
    if at >= second_year:
        return ()
    begin = chance.after(contract_on, 40, 365) if at < first_year else chance.after(contract_on, 366, 730)
    kind, fraction = chance.draw(_LASTING)
    end = None if chance.hit(0.7) else chance.after(begin, 100, 600)
    return (make_job(chance, kind, fraction, begin, end),)


def _small_job(chance: Chance, contract_on: date) -> tuple[Job, ...]:
    kind, fraction = chance.draw(_SMALL)
    begin = chance.after(contract_on, -120, 60)
    return (make_job(chance, kind, fraction, begin, begin + timedelta(days=chance.between(20, 400))),)


def lasting(jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    """The jobs of half time or more."""
    return tuple(job for job in jobs if job.fraction >= 0.5 and not job.cancelled)
