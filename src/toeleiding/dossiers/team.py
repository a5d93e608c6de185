"""What a team lead looks at: the load of each colleague, who is late and why. A fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.filters import NOBODY
from toeleiding.dossiers.models import Competence, Tab
from toeleiding.dossiers.selectors import dossiers, overdue, waiting
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role, Staff, StaffRole
from toeleiding.web import dates

STEP_KINDS = ("WORK_SITUATION", "EMPLOYMENT_SERVICE_CHECK", "EXPLANATION", "REGISTRATION", "FOLLOW_UP")
LATE_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Colleague:
    """One case worker with the load of today. `medians` holds per step how many days the middle open dossier stands
    there; a step without dossiers is not in it.
    """

    pk: int | None
    username: str
    name: str
    open: int = 0
    overdue: int = 0
    waiting: int = 0
    medians: dict[str, float] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()

    @property
    def language_words(self) -> str:
        return ", ".join(sorted(map(w.language_name, self.languages)))

    @property
    def competence_words(self) -> str:
        return ", ".join(str(Competence(code).label) for code in self.competences)


def case_workers(access: Access) -> QuerySet[Staff]:
    """Who may follow dossiers in the agency today."""
    held = StaffRole.objects.held_on(timezone.localdate())
    mine = held.filter(role=Role.CASE_WORKER, organisation=access.organisation)
    return Staff.objects.filter(roles__in=mine).distinct()


def colleagues(access: Access, today: date) -> list[Colleague]:
    """Everybody who follows dossiers or may, the most overdue first; dossiers that nobody follows come on top."""
    counted = {row["case_worker"]: row for row in _counts(access, today)}
    medians = _medians(access, today)
    known = Staff.objects.filter(
        Q(pk__in=case_workers(access).values("pk")) | Q(pk__in=[key for key in counted if key])
    )
    found = [
        _colleague(staff, counted.get(staff.pk, {}), medians.get(staff.pk, {}))
        for staff in known.select_related("skills").order_by("last_name", "first_name")
    ]
    found.sort(key=lambda one: (-one.overdue, -one.open))
    if alone := counted.get(None):
        found.insert(0, Colleague(None, NOBODY, "Nog niemand", *_numbers(alone), medians.get(None, {})))
    return found


def _counts(access: Access, today: date) -> Any:
    among = dossiers(access).exclude(tab=Tab.DONE).order_by()
    return among.values("case_worker").annotate(
        open=Count("pk"),
        overdue=Count("pk", filter=overdue(today)),
        waiting=Count("pk", filter=waiting()),
    )


def _numbers(row: dict[str, Any]) -> tuple[int, int, int]:
    return row.get("open", 0), row.get("overdue", 0), row.get("waiting", 0)


def _colleague(staff: Staff, row: dict[str, Any], medians: dict[str, float]) -> Colleague:
    skills = getattr(staff, "skills", None)
    return Colleague(
        staff.pk,
        staff.username,
        str(staff),
        *_numbers(row),
        medians,
        tuple(skills.languages) if skills else (),
        tuple(skills.competences) if skills else (),
    )


def _medians(access: Access, today: date) -> dict[int | None, dict[str, float]]:
    """How long open dossiers stand at their step: the task of a step is opened on the day it becomes the next one."""
    among, given = dossiers(access).exclude(tab=Tab.DONE).order_by().values("pk", "case_worker").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "select d.case_worker, t.kind, percentile_cont(0.5) within group (order by %s::date - t.opened_at::date)"
            f" from ({among}) as d(id, case_worker) join dossiers_task t on t.dossier_id = d.id"
            " where t.closed_at is null and t.kind = any(%s) group by d.case_worker, t.kind",
            [today, *given, list(STEP_KINDS)],
        )
        found: dict[int | None, dict[str, float]] = {}
        for staff, kind, days in cursor.fetchall():
            found.setdefault(staff, {})[kind] = max(0.0, float(days))
    return found


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody whose term is over, at which step, for how long, and what stands in the way."""

    pk: int
    number: str
    name: str
    colleague: str
    step: str
    days: int
    cause: str


def late(access: Access, today: date) -> list[Late]:
    """Who is late, the longest first: a screenful; the rest is behind the number of each colleague."""
    rows = (
        dossiers(access)
        .filter(overdue(today))
        .annotate(
            obstacle=KT("state__support__obstacle"),
            outcome_of_support=KT("state__support__outcome"),
            failure=KT("state__failure__answer"),
            reported=KT("state__reported_on"),
        )
        .order_by("due_on", "number")
        .values(
            "pk", "number", "first_name", "last_name", "step", "service", "due_on", "asked_at", "conflict",
            "call_since", "insz", "obstacle", "outcome_of_support", "failure", "reported",
            colleague_first=F("case_worker__first_name"), colleague_last=F("case_worker__last_name"),
        )[:LATE_SHOWN]
    )  # fmt: skip
    return [_late(row, today) for row in rows]


def _late(row: Mapping[str, Any], today: date) -> Late:
    service = w.service_name(row["service"])
    who = f"{row['colleague_first'] or ''} {row['colleague_last'] or ''}".strip()
    return Late(
        row["pk"],
        row["number"],
        f"{row['first_name']} {row['last_name']}".strip(),
        who or "nog niemand",
        w.step_name(row["step"], service),
        (today - row["due_on"]).days,
        _cause(row, service),
    )


def _cause(row: Mapping[str, Any], service: str) -> str:
    """The first thing that explains the standstill."""
    if row["conflict"]:
        return "Bewijs en antwoord spreken elkaar tegen"
    if row["asked_at"]:
        return f"Wacht op {service} sinds {dates.short_date(row['asked_at'])}"
    if row["step"] == "EMPLOYMENT_SERVICE_CHECK":
        if row["insz"] is None:
            return "Geen rijksregisternummer"
        if row["failure"]:
            return f"Geen antwoord van {service}: {w.answer_words(row['failure'], service).short}"
        return "Status nog niet gevraagd"
    if row["reported"]:
        return f"Gemeld, {service} bevestigde nog niet"
    if row["call_since"]:
        return f"Afspraak gemist op {dates.short_date(row['call_since'])}"
    if row["step"] == "EXPLANATION":
        return "Nog geen toelichting"
    words = w.obstacle_words((row["obstacle"],)) if row["obstacle"] else ""
    if row["outcome_of_support"]:
        return words or "Ondersteuning gegeven, nog niet ingeschreven"
    return "Nog geen ondersteuning"
