"""Keeping what was measured, a row per day, measure and agency, so that there is a trend; and reading it back."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from toeleiding.exchange.models import QualityFigure
from toeleiding.exchange.quality import wording
from toeleiding.exchange.quality.measures import MEASURES, Figure, Measure, measure_all

WEEKS = 12


def take(now: datetime | None = None) -> date:
    """Measure everything and keep it as the figures of today; a second time on one day replaces the first."""
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    rows = [
        QualityFigure(
            on=today, measure=one.measure, agency_id=one.agency, numerator=one.numerator, denominator=one.denominator,
            value=one.value,
        )
        for one in measure_all(moment)
    ]  # fmt: skip
    QualityFigure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["measure", "agency", "on"],
        update_fields=["numerator", "denominator", "value"],
    )
    return today


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the last day that was measured, and the trend: measure -> [(day, value)] of each week's last day.

    `figures` is (measure, agency id or None) -> figure.
    """

    on: date
    figures: Mapping[tuple[str, int | None], Figure]
    trends: Mapping[str, list[tuple[date, float]]]


def overview(agency: int | None = None, until: date | None = None) -> Overview | None:
    """What stands on the page, in two queries; None before anything was measured. The trend is that of `agency`."""
    days = QualityFigure.objects.filter(on__lte=until) if until else QualityFigure.objects.all()
    last = days.order_by("-on").values_list("on", flat=True).first()
    if last is None:
        return None
    since = last - timedelta(weeks=WEEKS)
    rows = QualityFigure.objects.filter(on__gt=since, on__lte=last).order_by("on")
    figures: dict[tuple[str, int | None], Figure] = {}
    trends: dict[str, dict[tuple[int, int], tuple[date, float]]] = defaultdict(dict)
    for row in rows:
        if row.measure not in MEASURES:
            continue
        if row.on == last:
            found = Figure(row.measure, row.agency_id, row.numerator, row.denominator, row.value)
            figures[row.measure, row.agency_id] = found
        if row.agency_id == agency and row.value is not None:
            week = row.on.isocalendar()
            trends[row.measure][week.year, week.week] = (row.on, row.value)
    return Overview(last, figures, {code: list(points.values()) for code, points in trends.items()})


def worst(seen: Overview, agency: int | None) -> tuple[Measure, Figure] | None:
    """The measure that falls furthest short of its norm; None when none does."""
    found = []
    for measure in MEASURES.values():
        figure = seen.figures.get((measure.code, agency))
        if figure is not None and figure.value is not None and wording.tone(measure, figure) in ("letop", "fout"):
            found.append((measure.gap(figure.value), measure.code, figure))
    if not found:
        return None
    _, code, figure = max(found, key=lambda one: one[0])
    return MEASURES[code], figure
