"""A team lead says that a colleague is away: filled in, told to both, taken back."""

from datetime import date

import structlog
from django.db import transaction
from django.utils import timezone

from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role, Staff
from toeleiding.outreach import absences, services
from toeleiding.outreach.models import Absence, Notice, NoticeKind

SETTINGS = "/meldingen/instellingen#afwezigheid"
log = structlog.get_logger("outreach")


@transaction.atomic
def announce(access: Access, colleague: Staff, begin: date, end: date, substitute: Staff) -> Absence:
    """Fill in that a case worker of the team is away, and tell her and who stands in. Raises AbsenceError."""
    away = absences.of_colleague(access, colleague)
    if away is None:
        raise absences.AbsenceError("Deze collega is geen trajectbegeleider in je team. Kies iemand anders.")
    made = absences.announce(away, begin, end, substitute, made_by=access.staff)
    _tell(access, made, f"absence/{made.pk}")
    log.info("absence_set", absence=made.pk, by=access.staff.username)
    return made


@transaction.atomic
def stop(access: Access, key: int) -> Absence | None:
    """End an absence of a case worker of the team, or take it back. None: there is nothing to stop.

    Who read of it is told that it stopped; for who did not, it never was.
    """
    found = absences.of_the_team(access).filter(pk=key, role=Role.CASE_WORKER).first()
    away = absences.of_colleague(access, found.staff) if found else None
    if found is None or away is None or not absences.stop(away, key):
        return None
    told = Notice.objects.filter(kind=NoticeKind.ABSENCE_SET, key=f"absence/{key}")
    told.filter(seen_at__isnull=True).delete()
    readers = set(told.values_list("staff", flat=True))
    _tell(access, found, f"absence/{key}/stop", readers, stopped=True)
    log.info("absence_stopped", absence=key, by=access.staff.username)
    return found


def _tell(access: Access, about: Absence, key: str, only: set[int] | None = None, *, stopped: bool = False) -> None:
    days = {"begin": about.begin.isoformat(), "end": about.end.isoformat(), "stopped": stopped}
    services.tell(
        [
            services.Told(
                reader, None, NoticeKind.ABSENCE_SET, key, SETTINGS, {**days, "stand_in": stand_in}, access.staff.pk
            )
            for reader, stand_in in ((about.staff_id, False), (about.substitute_id, True))
            if only is None or reader in only
        ],
        timezone.now(),
    )
