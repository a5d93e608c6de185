"""The nightly look at terms: who must hear that one ends soon or has passed."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import overdue, running_out
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.outreach import limits
from toeleiding.outreach.models import NoticeKind
from toeleiding.outreach.services import Told, tell


def tell_of_terms(today: date | None = None) -> int:
    """Tell case workers of terms that end in 14, 7 or 1 days, and them and the team lead of one that passed.

    The key is the term with its warning, so that a night that runs twice tells nothing twice. A warning whose night
    was missed is given by the next one, once and with the day as it stands; one that a later warning overtook is
    not. A passed term is told for as long as it is news (a fortnight). Five queries at most.
    """
    day = today or timezone.localdate()
    told = [
        _told(NoticeKind.TERM_ENDS, worker, dossier, number, due, f"{due}/{_warning((due - day).days)}")
        for dossier, number, due, worker, _ in _rows(
            Dossier.objects.filter(running_out(day), due_on__lte=day + timedelta(days=max(limits.TERM_WARNINGS)))
        )
        if worker is not None
    ]
    passed = _rows(Dossier.objects.filter(overdue(day), due_on__gte=day - timedelta(days=limits.NEWS_DAYS)))
    leads = _leads(day) if passed else {}
    for dossier, number, due, worker, agency in passed:
        readers = {*([worker] if worker is not None else []), *leads.get(agency, [])}
        told += [_told(NoticeKind.TERM_PASSED, one, dossier, number, due, str(due)) for one in sorted(readers)]
    return tell(told, timezone.now())


def _warning(left: int) -> int:
    """The warning that holds with so many days left: the last one whose day has come."""
    return min(days for days in limits.TERM_WARNINGS if days >= left)


def _rows(found: QuerySet[Dossier]) -> list[tuple[int, str, date, int | None, int]]:
    rows = found.order_by("pk").values_list("pk", "number", "due_on", "case_worker", "agency")
    return [(key, number, due, worker, agency) for key, number, due, worker, agency in rows if due is not None]


def _told(kind: NoticeKind, staff: int, dossier: int, number: str, due: date, key: str) -> Told:
    return Told(staff, dossier, kind, key, f"/dossiers/{number}", {"on": due.isoformat()})


def _leads(day: date) -> dict[int, list[int]]:
    """Agency -> its team leads of that day."""
    found: dict[int, list[int]] = {}
    rows = StaffRole.objects.held_on(day).filter(role=Role.TEAM_LEAD).values_list("organisation", "staff")
    for agency, staff in rows:
        found.setdefault(agency, []).append(staff)
    return found
