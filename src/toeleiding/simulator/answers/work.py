"""Dimona: the work relations of a person (GeefWerkrelaties 02.00)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from toeleiding.simulator.answers.access import person
from toeleiding.simulator.life import Job, Life
from toeleiding.simulator.problems import problem, refusal
from toeleiding.simulator.wire import Answer, Question, escape

if TYPE_CHECKING:
    from toeleiding.simulator.world import World

# An end is declared in advance for short and agreed work; of the rest nobody knows it before.
_AGREED_END = frozenset(("STUDENT", "FLEXI", "OCCASIONAL", "IBO", "INTERIM"))
_KNOWN_TYPES = frozenset(
    ("OTH", "DWD", "BCW", "PMP", "STU", "FLX", "EXT", "A17", "T17", "S17", "O17", "IVT", "QUA", "RTA")
)


def give(world: World, question: Question) -> Answer:
    """GeefWerkrelaties: the declared work in the period; 30001 when there is none."""
    insz = question.text("Criteria/Relatie/Werknemer/INSZ")
    begin, end = question.text("Criteria/Periode/Begin"), question.text("Criteria/Periode/Einde")
    if begin is None or question.text("Criteria/SchrappingsIndicatie") is None:
        return refusal("50000", question.service)
    if end is not None and end < begin:
        return refusal("20003", question.service)
    found = person(world, question, insz)
    if isinstance(found, Answer):
        return found
    jobs = [job for job in found.jobs if _asked(question, job, begin, end, world.today)]
    if not jobs:
        return refusal("30001", question.service)
    content = "".join(_contract(found, job, insz or "", world.today) for job in jobs)
    unknown = sorted({job.worker_type or "" for job in jobs} - _KNOWN_TYPES)
    warnings = tuple(problem("99984", question.service, (("AardWerknemer", code),)) for code in unknown)
    return Answer(f"<Contracten>{content}</Contracten>", warnings)


def _asked(question: Question, job: Job, begin: str, end: str | None, today: date) -> bool:
    """Whether a job is declared by now and falls within what was asked."""
    if job.worker_type is None or job.begin > today:
        return False
    if (end and job.begin.isoformat() > end) or (job.end and job.end.isoformat() < begin):
        return False
    # 0 without, 1 all, 2 only: the simulator's reading of values that are not public (INTERFACE 7).
    return _wanted(question.text("Criteria/SchrappingsIndicatie"), job.cancelled) and _wanted(
        question.text("Criteria/InterimIndicatie") or "1", job.interim_agency is not None
    )


def _wanted(choice: str | None, special: bool) -> bool:
    return special if choice == "2" else choice == "1" or not special


def _known_end(job: Job, today: date) -> date | None:
    if job.end is None or job.end <= today + timedelta(days=7) or job.kind in _AGREED_END:
        return job.end
    return None


def _contract(life: Life, job: Job, insz: str, today: date) -> str:
    end = _known_end(job, today)
    ended = f"<Einde><Datum>{end}</Datum></Einde>" if end else ""
    action = ("O", "Uitdienst") if end and end <= today else ("I", "Indienst")
    interim = ""
    if job.interim_agency:
        interim = (
            f"<InterimOnderneming><Naam>{escape(job.interim_agency)}</Naam>"
            f"<Ondernemingsnummer>{job.interim_number}</Ondernemingsnummer></InterimOnderneming>"
        )
    town = life.address_on(job.begin).municipality
    return (
        f"<Contract><Relatie><Werkgever><Ondernemingsnummer>{job.employer_number}</Ondernemingsnummer></Werkgever>"
        f'<Werknemer><INSZ>{insz}</INSZ><IdentificatiePersoonGevalideerd Beschrijving="Identificatie persoon OK">1'
        f"</IdentificatiePersoonGevalideerd></Werknemer></Relatie>"
        f'<Bron Beschrijving="Rijksdienst voor sociale zekerheid">RSZ</Bron>'
        f"<Aangifte><DimonaNummer>{job.dimona_number}</DimonaNummer><PeriodeTijdstip><Begin><Datum>{job.begin}</Datum>"
        f"</Begin>{ended}</PeriodeTijdstip><ParitairComite>{job.joint_committee}</ParitairComite>"
        f"<AardWerknemer>{job.worker_type}</AardWerknemer><Geannuleerd>{int(job.cancelled)}</Geannuleerd>"
        f'<LaatsteDimonaActie Beschrijving="{action[1]}">{action[0]}</LaatsteDimonaActie></Aangifte>{interim}'
        f"<PlaatsTewerkstelling><Naam>{escape(job.employer)}</Naam><Adres><Gemeente><NISCode>{town.nis}</NISCode>"
        f"<PostCode>{town.postal_code}</PostCode><Naam>{escape(town.name)}</Naam></Gemeente></Adres>"
        f"</PlaatsTewerkstelling></Contract>"
    )
