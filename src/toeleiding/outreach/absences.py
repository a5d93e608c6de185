"""Holiday mode: who is away until when, and who is told in that time (decision 050). It ends by itself."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from toeleiding.organisations.access import Access, access_of
from toeleiding.organisations.models import Role, Staff, StaffRole
from toeleiding.outreach import limits
from toeleiding.outreach.levels import KINDS_OF_ROLE
from toeleiding.outreach.models import Absence
from toeleiding.web import dates


class AbsenceError(Exception):
    """This absence cannot be kept. The message says what to do, in Dutch."""


def stand_ins(day: date) -> dict[tuple[int, str], set[int]]:
    """(who is away, kind) -> who stand in on this day. Who does not hold the role any more stands in for nobody."""
    held = StaffRole.objects.held_on(day).filter(
        staff=OuterRef("substitute"), role=OuterRef("role"), organisation=OuterRef("organisation")
    )
    found: dict[tuple[int, str], set[int]] = {}
    rows = Absence.objects.filter(on(day), Exists(held)).order_by()
    for staff, role, substitute in rows.values_list("staff", "role", "substitute"):
        for kind in KINDS_OF_ROLE[Role(role)]:
            found.setdefault((staff, kind), set()).add(substitute)
    return found


def instead_of(staff: int, kind: str, away: Mapping[tuple[int, str], set[int]]) -> set[int]:
    """Who are told too: who stand in, and for who of them is away herself, who stand in for her."""
    found, asked = set[int](), [staff]
    while asked:
        fresh = away.get((asked.pop(), kind), set()) - found - {staff}
        found |= fresh
        asked += fresh
    return found


def resting(day: date) -> QuerySet[Absence]:
    """The absence under the role of an outer query of StaffRole, on a day."""
    return Absence.objects.filter(
        on(day), staff=OuterRef("staff"), role=OuterRef("role"), organisation=OuterRef("organisation")
    )


def on(day: date) -> Q:
    """Absences that hold on a day."""
    return Q(begin__lte=day, end__gte=day)


def colleagues(access: Access) -> QuerySet[Staff]:
    """Who may stand in: the same role at the same organisation."""
    held = StaffRole.objects.held_on(timezone.localdate()).filter(role=access.role, organisation=access.organisation)
    return Staff.objects.filter(pk__in=held.values("staff")).exclude(pk=access.staff.pk)


def own(access: Access) -> QuerySet[Absence]:
    """What this person announced under this role and is not over."""
    return _lasting(access).filter(staff=access.staff, role=access.role)


def stood_in_for(access: Access) -> QuerySet[Absence]:
    """For whom this person stands in, now or later."""
    return _lasting(access).filter(substitute=access.staff, role=access.role)


def of_the_team(access: Access) -> QuerySet[Absence]:
    """Who of the organisation is or will be away: for the team lead."""
    return _lasting(access)


def _lasting(access: Access) -> QuerySet[Absence]:
    found = Absence.objects.filter(organisation=access.organisation, end__gte=timezone.localdate())
    return found.select_related("staff", "substitute", "made_by").order_by("begin", "staff__last_name", "pk")


def of_colleague(access: Access, colleague: Staff) -> Access | None:
    """The standing of a case worker of a team lead's organisation, for whom she may say that she is away."""
    if access.role is not Role.TEAM_LEAD:
        return None
    found = _case_workers(access).filter(staff=colleague).select_related("staff", "organisation").first()
    return access_of(found) if found else None


def case_workers(access: Access) -> QuerySet[Staff]:
    """Who works at the organisation of a team lead as a case worker today."""
    return Staff.objects.filter(pk__in=_case_workers(access).values("staff"))


def _case_workers(access: Access) -> QuerySet[StaffRole]:
    held = StaffRole.objects.held_on(timezone.localdate())
    return held.filter(role=Role.CASE_WORKER, organisation=access.organisation)


@transaction.atomic
def announce(access: Access, begin: date, end: date, substitute: Staff, made_by: Staff | None = None) -> Absence:
    """Be away from one day to another. `made_by` fills it in for somebody else. Raises AbsenceError."""
    who = f"{access.staff} is" if made_by else "Je bent"
    # One announcement of a person at a time, so that two clicks at once keep one.
    list(Staff.objects.select_for_update().filter(pk=access.staff.pk).values_list("pk"))
    if end < begin:
        raise AbsenceError("De laatste dag ligt voor de eerste. Kies een latere dag.")
    if end < timezone.localdate():
        raise AbsenceError("Deze dagen zijn al voorbij. Kies vandaag of een latere dag.")
    if (end - begin).days > limits.LONGEST_ABSENCE_DAYS:
        raise AbsenceError("Dit is langer dan een jaar. Vraag je teamleider om je dossiers te verdelen.")
    if not colleagues(access).filter(pk=substitute.pk).exists():
        raise AbsenceError("Deze collega kan je niet vervangen. Kies iemand met dezelfde rol in je organisatie.")
    mine, theirs = own(access), Absence.objects.filter(staff=substitute, role=access.role)
    if there := _overlapping(mine, begin, end):
        raise AbsenceError(f"{who} al afwezig {_days(there)}. Stop die afwezigheid eerst.")
    if there := _overlapping(theirs, begin, end):
        raise AbsenceError(f"{substitute} is zelf afwezig {_days(there)}. Kies een andere collega.")
    return Absence.objects.create(
        staff=access.staff,
        role=access.role,
        organisation=access.organisation,
        substitute=substitute,
        begin=begin,
        end=end,
        made_at=timezone.now(),
        made_by=made_by,
    )


def _overlapping(among: QuerySet[Absence], begin: date, end: date) -> Absence | None:
    return among.filter(begin__lte=end, end__gte=begin).first()


def _days(found: Absence) -> str:
    return f"van {dates.long_date(found.begin)} tot en met {dates.long_date(found.end)}"


@transaction.atomic
def stop(access: Access, key: int) -> bool:
    """Be back today: what was to come never was, what runs ended yesterday. False: there is nothing to stop."""
    today = timezone.localdate()
    found = own(access).filter(pk=key)
    if found.filter(begin__lt=today).update(end=today - timedelta(days=1)):
        return True
    return found.filter(begin__gte=today).delete()[0] > 0
