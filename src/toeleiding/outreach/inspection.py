"""Unusual access (rule K-24): who opened many dossiers that she does not follow, told to the officer."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import AccessAction, AccessLog, Role, Staff, StaffRole
from toeleiding.outreach import limits
from toeleiding.outreach.models import Absence, NoticeKind
from toeleiding.outreach.services import Told, tell
from toeleiding.rulebook.selectors import in_force


def most_on(day: date) -> int | None:
    """How many dossiers outside the own caseload may be opened on a day; None without a usable rule."""
    most = in_force().value("K-24", day)
    return most if isinstance(most, int) and not isinstance(most, bool) and most >= 1 else None


def opened_outside(day: date) -> QuerySet[AccessLog]:
    """What case workers opened on a day and neither follow themselves nor for a colleague whom they stood in for.

    The caseload is that of now: who gave a dossier away in the meantime opened it from outside.
    """
    begin = timezone.make_aware(datetime.combine(day, time()))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    away = Absence.objects.filter(
        staff=OuterRef("case_worker"),
        substitute=OuterRef(OuterRef("staff")),
        role=Role.CASE_WORKER,
        begin__lte=day,
        end__gte=day,
    )
    dossier = Dossier.objects.filter(pk=OuterRef("dossier"))
    opened = AccessLog.objects.filter(
        at__gte=begin, at__lt=end, role=Role.CASE_WORKER, action=AccessAction.OPENED, dossier__isnull=False
    )
    return opened.exclude(Exists(dossier.filter(case_worker=OuterRef("staff")))).exclude(
        Exists(dossier.filter(Exists(away)))
    )


def tell_of_access(today: date | None = None) -> int:
    """Tell the officers of an organisation who opened more than rule K-24 says, once for each person and day."""
    now = today or timezone.localdate()
    told: list[Told] = []
    for back in range(limits.ACCESS_DAYS, 0, -1):
        day = now - timedelta(days=back)
        most = most_on(day)
        if most is None:
            continue
        found = opened_outside(day).order_by().values("staff", "staff__username", "organisation")
        many = list(found.annotate(count=Count("dossier", distinct=True)).filter(count__gt=most))
        if not many:
            continue
        officers = StaffRole.objects.held_on(now).filter(role=Role.DPO).values_list("organisation", "staff")
        told += [
            Told(
                officer,
                None,
                NoticeKind.UNUSUAL_ACCESS,
                f"{day}/{one['staff']}",
                f"/meldingen/inzage?wie={one['staff__username']}&dag={day}",
                {"count": one["count"], "on": day.isoformat()},
            )
            for one in many
            for organisation, officer in officers
            if organisation == one["organisation"]
        ]
    return tell(told, timezone.now())


def looks(staff: Staff, organisation: int, day: date) -> list[tuple[int, datetime]]:
    """Which dossiers it is about, with the last moment of looking, the latest first."""
    found = opened_outside(day).filter(staff=staff, organisation=organisation).order_by()
    return list(found.values_list("dossier").annotate(last=Max("at")).order_by("-last"))
