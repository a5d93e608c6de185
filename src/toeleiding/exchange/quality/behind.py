"""What is behind a figure: dossiers for who follows them, questions without a person for who runs the exchange."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models.expressions import RawSQL
from django.utils import timezone

from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.dossiers.selectors import visible_to
from toeleiding.exchange.models import Question
from toeleiding.exchange.quality.kinds import Measure
from toeleiding.exchange.quality.measures import Window, parameters
from toeleiding.exchange.quality.periods import Period
from toeleiding.organisations.guard import StaffRequest
from toeleiding.organisations.models import AccessAction, Organisation
from toeleiding.web.limits import ROWS_A_PAGE


def people(request: StaffRequest, measure: Measure, period: Period) -> Page[Any]:
    """The dossiers behind a measure that somebody may see, as they are now; that they were seen is logged.

    `previous` holds the numbers that a person had before, masked.
    """
    found = Dossier.objects.filter(
        visible_to(request.access), pk__in=_where("dossiers_dossier d", measure.people, period)
    )
    found = found.select_related("case_worker").defer("state").order_by("number")
    shown: Page[Any] = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    previous = previous_numbers([each.pk for each in shown])
    for each in shown:
        each.previous = previous.get(each.pk, [])
    request.access.log(AccessAction.LISTED, [each.pk for each in shown], f"kwaliteit: {measure.name}"[:200])
    return shown


def previous_numbers(dossiers: list[int]) -> dict[int, list[str]]:
    """The numbers in force no more of these dossiers, masked: "…1234, vervangen"."""
    words = {"REPLACED": "vervangen", "CANCELLED": "geannuleerd"}
    found: dict[int, list[str]] = {}
    old = PersonNumber.objects.filter(dossier__in=dossiers, status__in=words).order_by("insz")
    for number in old:
        found.setdefault(number.dossier_id, []).append(f"{number}, {words[number.status]}")
    return found


def questions(
    request: StaffRequest, measure: Measure, period: Period, agency: Organisation | None
) -> Page[Question] | None:
    """The questions behind a measure, without whom they are about; None when it is not about questions."""
    if not measure.questions:
        return None
    found = Question.objects.filter(pk__in=_where("exchange_question q", measure.questions, period))
    if agency:
        found = found.filter(dossier__agency=agency)
    shown = Paginator(found.order_by("asked_at", "id"), ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    seen = [each.dossier_id for each in shown]
    request.access.log(AccessAction.LISTED, seen, f"kwaliteit, vragen zonder persoonsgegevens: {measure.name}"[:200])
    return shown


def _where(table: str, condition: str, period: Period) -> RawSQL:
    """The rows of a table for which a condition of a measure holds. Nothing of it comes from a person."""
    now = timezone.now()
    window = period.window or Window.back(period.days, now)
    given = parameters(now)
    quoted = {"today": f"date '{given['today'].isoformat()}'", "stale": str(int(given["stale"]))}
    span = (
        f"(select timestamptz '{window.since.isoformat()}' as since, timestamptz '{window.until.isoformat()}' as until)"
    )
    sql = f"select {table[-1]}.id from {table} cross join {span} w where {condition % quoted}"
    return RawSQL(sql, ())  # noqa: S611
