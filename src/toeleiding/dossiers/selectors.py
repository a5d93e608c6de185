"""The questions about dossiers, each already narrowed to what the person who asks may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Count, F, Min, Q, QuerySet
from django.utils import timezone

from toeleiding.dossiers.models import Dossier, Tab
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role

SOON_DAYS = 14
NEW_CONTRACT_DAYS = 14


def visible_to(access: Access) -> Q:
    """The one condition that says which dossiers somebody may see: organisation x role x relation.

    - A case worker and a team lead see the dossiers of their own agency: colleagues stand in for each other.
    - A VDAB counsellor sees joint clients of his own office: registered now, with that office in the file.
    - The DPO sees the dossiers of the own agency, for oversight of who looked at what.
    - Project lead and exchange operator see no dossier at all: their work needs no person.
    """
    if access.role in (Role.CASE_WORKER, Role.TEAM_LEAD, Role.DPO):
        return Q(agency=access.organisation)
    if access.role is Role.VDAB_COUNSELLOR:
        return Q(office=access.organisation.short_name, outcome="REGISTERED")
    return Q(pk__in=[])


def dossiers(access: Access) -> QuerySet[Dossier]:
    """All dossiers that somebody may see."""
    return Dossier.objects.filter(visible_to(access)).defer("state")


def own(access: Access) -> QuerySet[Dossier]:
    """The dossiers that a case worker follows herself."""
    return dossiers(access).filter(case_worker=access.staff)


def overdue(today: date) -> Q:
    """Past the due date and still to be referred. Who works, studies or is registered is never late."""
    return Q(outcome="TO_REFER", due_on__lt=today) & ~Q(tab=Tab.DONE)


def running_out(today: date) -> Q:
    """Still to be referred, with at most 14 days left."""
    return Q(outcome="TO_REFER", due_on__gte=today, due_on__lte=today + timedelta(days=SOON_DAYS)) & ~Q(tab=Tab.DONE)


def waiting() -> Q:
    """A question to the employment service is under way."""
    return Q(asked_at__isnull=False)


def new_contract(today: date) -> Q:
    """A contract of the last fortnight whose work situation was not looked at yet."""
    return Q(contract_signed_on__gt=today - timedelta(days=NEW_CONTRACT_DAYS), step="WORK_SITUATION")


def appointment_today(today: date) -> Q:
    """At the employment service, or in our own agenda."""
    return Q(appointment_on=today) | Q(planned_on__contains=[today])


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the tiles and the tabs, all from one query."""

    total: int
    overdue: int
    running_out: int
    waiting: int
    new_contract: int
    appointments: int
    oldest_question: date | None
    tabs: dict[str, int]
    also: dict[str, Any]


def counts(among: QuerySet[Dossier], today: date | None = None, also: Mapping[str, Aggregate] | None = None) -> Counts:
    """Count a worklist: one query, whatever its length. `also` are further aggregates to take along."""
    day = today or timezone.localdate()
    found = among.order_by().aggregate(
        total=Count("pk", filter=~Q(tab=Tab.DONE)),
        overdue=Count("pk", filter=overdue(day)),
        running_out=Count("pk", filter=running_out(day)),
        waiting=Count("pk", filter=waiting()),
        new_contract=Count("pk", filter=new_contract(day)),
        appointments=Count("pk", filter=appointment_today(day)),
        oldest=Min("asked_at"),
        **{f"tab_{tab}": Count("pk", filter=Q(tab=tab)) for tab in Tab.values},
        **{f"also_{name}": aggregate for name, aggregate in (also or {}).items()},
    )
    oldest = found["oldest"]
    return Counts(
        found["total"],
        found["overdue"],
        found["running_out"],
        found["waiting"],
        found["new_contract"],
        found["appointments"],
        timezone.localdate(oldest) if oldest else None,
        {tab: found[f"tab_{tab}"] for tab in Tab.values},
        {name: found[f"also_{name}"] for name in also or {}},
    )


def how_many(lists: Sequence[QuerySet[Dossier]], most: int) -> list[int]:
    """How many dossiers each of these lists holds, none counted further than `most`: one question for all of them."""
    if not lists:
        return []
    asked = [one.order_by().values("pk")[:most].query.sql_with_params() for one in lists]
    columns = ", ".join(f"(select count(*) from ({sql}) counted)" for sql, _ in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns}", [value for _, params in asked for value in params])
        return list(cursor.fetchone())


def by_deadline(found: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Most urgent first; who has no term comes last; the number settles ties."""
    return found.order_by(F("due_on").asc(nulls_last=True), "number")
