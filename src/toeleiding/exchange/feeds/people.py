"""About whom notifications are, and what was asked about them already: two queries for a whole batch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from toeleiding.dossiers.models import PersonNumber
from toeleiding.exchange.feeds.meaning import Topic
from toeleiding.exchange.repertorium import ending

_WHO = f"""
select n.insz, d.id, coalesce(d.insz, ''), d.service, d.due_on, d.outcome, n.status,
    d.state ? 'work_answer', ({ending.APPLIES})
from dossiers_personnumber n join dossiers_dossier d on d.id = n.dossier_id
where n.insz = any(%s)
"""
# Per person and topic: a question that waits and will still see the change, and when the last answered one was asked.
_ASKED = """
select q.dossier_id, case when q.service = 'GeefWerkrelaties' then 'WORK' else 'EMPLOYMENT' end,
    (array_agg(q.id order by q.asked_at) filter (where q.status = 'WAITING'))[1],
    max(q.asked_at) filter (where q.status = 'DONE' and q.outcome in ('KNOWN', 'NOT_KNOWN'))
from exchange_question q
where q.dossier_id = any(%s) and not q.details ? 'complements'
  and q.service in ('GeefDossierVDAB', 'GeefInschrijvingWerkzoekende', 'GeefWerkrelaties')
group by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose number it is. `followed`: pillar 3 is about her and her dossier is open; `status` is of this number."""

    dossier: int
    insz: str
    service: str
    due_on: date | None
    outcome: str
    status: str
    work_asked: bool
    followed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the outbox knows about one person and topic."""

    waits: UUID | None = None
    last: datetime | None = None

    def after(self, day: date | None) -> bool:
        """Whether what we know was asked on a later day than this one."""
        return day is not None and self.last is not None and timezone.localdate(self.last) > day


def people(numbers: Collection[str]) -> dict[str, Person]:
    """Number, present or past -> the person who holds it."""
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_WHO, [list(numbers)])
        return {insz: Person(*rest) for insz, *rest in cursor.fetchall()}


def asked(dossiers: Collection[int]) -> dict[tuple[int, Topic], Asked]:
    """What was asked about these people."""
    if not dossiers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [list(dossiers)])
        return {(key, Topic(topic)): Asked(waits, last) for key, topic, waits, last in cursor.fetchall()}


def owners(numbers: Collection[str]) -> dict[str, int]:
    """Number -> the dossier that holds it."""
    return dict(PersonNumber.objects.filter(insz__in=numbers).values_list("insz", "dossier_id")) if numbers else {}
