"""Keeping what was measured, a row per day, period, measure and agency, and reading back what may be shown of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Min, QuerySet, Subquery
from django.db.models.functions import TruncWeek
from django.utils import timezone

from toeleiding.exchange.models import QualityFigure, Question
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure, Figures, Unit
from toeleiding.exchange.quality.measures import PERIOD, PERIODS, Window, flows, standing
from toeleiding.exchange.quality.periods import Period
from toeleiding.exchange.quality.published import SIZE, coarse, least, publish
from toeleiding.exchange.quality.wording import TOO_FEW
from toeleiding.web import dates

WEEKS = 12
_LAST_DAY = Subquery(QualityFigure.objects.filter(days=0).order_by("-on").values("on")[:1])


def take(now: datetime | None = None) -> date:
    """Measure everything and keep it as the figures of today; a second time on one day replaces the first.

    Weeks from before the first measurement are filled in from what was kept of them, the first time.
    """
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    _keep(today, 0, standing(moment))
    for days, figures in zip(PERIODS, flows([Window.back(days, moment) for days in PERIODS]), strict=True):
        _keep(today, days, figures)
    _fill_back(today)
    return today


def _keep(on: date, days: int, figures: Iterable[Figure]) -> None:
    rows = [
        QualityFigure(
            on=on, days=days, measure=one.measure, agency_id=one.agency, numerator=one.numerator,
            denominator=one.denominator, value=one.value,
        )
        for one in figures
    ]  # fmt: skip
    QualityFigure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["measure", "agency", "on", "days"],
        update_fields=["numerator", "denominator", "value"],
    )


def _fill_back(today: date) -> None:
    """Measure the weeks of the trend in which nothing was measured, once there was something to measure.

    Only what happened in a period: how a dossier stood on a day is not kept. What was asked anew since counts as it
    stands now.
    """
    first = Question.objects.aggregate(at=Min("asked_at"))["at"]
    if first is None:
        return
    days = [today - timedelta(weeks=back) for back in range(1, WEEKS)]
    wanted = [day for day in days if day > timezone.localdate(first)]
    known = QualityFigure.objects.filter(on__gt=today - timedelta(weeks=WEEKS), days__gt=0).values_list("on", flat=True)
    there = {day.isocalendar()[:2] for day in known.distinct()}
    places = [(day, period) for day in wanted if day.isocalendar()[:2] not in there for period in PERIODS]
    if places:
        windows = [Window.back(period, _end_of(day)) for day, period in places]
        for (day, period), figures in zip(places, flows(windows), strict=True):
            _keep(day, period, figures)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


@dataclass(frozen=True, slots=True)
class Overview:
    """What may be shown: the figures as of a day, and the trend: measure -> [(day, value)] of each week's last day.

    `figures` is (measure, agency id or None) -> figure. What is kept back stands in it without its numbers.
    """

    on: date
    period: Period
    figures: Mapping[tuple[str, int | None], Figure]
    trends: Mapping[str, list[tuple[date, float]]]


def overview(agency: int | None = None, period: Period | None = None) -> Overview | None:
    """What stands on the page, in three queries; None before anything was measured. The trend is that of `agency`.

    Days of somebody's own choice are measured at once, one query per measure of a period; how things stood is then
    as it was measured last on or before the last of those days.
    """
    wanted = period or Period(PERIOD)
    stored = QualityFigure.objects.filter(on__lte=wanted.last) if wanted.last else QualityFigure.objects.all()
    days = _last_days_of_weeks(stored)
    if not days:
        return None
    last, limit = days[-1], least(days[-1])
    rows: dict[date, list[Figure]] = defaultdict(list)
    for row in QualityFigure.objects.filter(on__in=days, days__in=(0, wanted.kept), measure__in=MEASURES):
        rows[row.on].append(Figure(row.measure, row.agency_id, row.numerator, row.denominator, row.value))
    shown = {day: publish(figures, limit) for day, figures in rows.items()}
    figures = shown.get(last, {})
    if wanted.window:
        figures = {key: one for key, one in figures.items() if not MEASURES[key[0]].flow} | _own(
            wanted.window, rows[last], limit
        )
    trends: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for day in days:
        for (code, whose), one in shown.get(day, {}).items():
            if whose == agency and one.value is not None:
                trends[code].append((day, one.value))
    return Overview(last, wanted, figures, trends)


def _last_days_of_weeks(stored: QuerySet[QualityFigure]) -> list[date]:
    """The last measured day of each of the last weeks, in order."""
    weeks = stored.annotate(week=TruncWeek("on")).order_by().values("week").annotate(last=Max("on"))
    days = sorted(row["last"] for row in weeks.order_by("-week")[:WEEKS])
    return [day for day in days if day > days[-1] - timedelta(weeks=WEEKS)]


def _own(window: Window, standing: Iterable[Figure], limit: int) -> Figures:
    """The figures of days of somebody's own choice, beside how large the agencies are."""
    found = publish([*flows([window])[0], *(one for one in standing if one.measure == SIZE)], limit)
    return {key: coarse(one, MEASURES[key[0]], limit) for key, one in found.items() if MEASURES[key[0]].flow}


# What the desk says beside the messages (EXPERIENCE 2.3), of what is missing rather than of what is there.
_ON_THE_DESK = {
    "NUMBER": "zonder rijksregisternummer",
    "DOUBLES": "mogelijk dubbel",
    "NO_STEP": "zonder stap",
    "FRESH": "verouderd antwoord",
}


def on_the_desk() -> list[tuple[str, str, str]]:
    """Measure, what it counts and how many in words, as measured last; empty before that. Two queries."""
    rows = list(QualityFigure.objects.filter(measure__in=_ON_THE_DESK, days=0, on=_LAST_DAY))
    if not rows:
        return []
    found = publish(
        (Figure(row.measure, row.agency_id, row.numerator, row.denominator, row.value) for row in rows),
        least(rows[0].on),
    )
    told = []
    for code, words in _ON_THE_DESK.items():
        figure = found.get((code, None))
        if figure is not None and not figure.hidden:
            share = MEASURES[code].unit is Unit.SHARE
            many = figure.denominator - figure.numerator if share else figure.numerator
            told.append((code, words, dates.number(many)))
        elif figure is not None:
            told.append((code, words, TOO_FEW))
    return told


def now(code: str, agency: int | None) -> tuple[date, Figure]:
    """One measure as it is at this moment, as it may be shown, over the last period when it has one."""
    moment = timezone.now()
    today = timezone.localdate(moment)
    figures = standing(moment, (code, SIZE))
    if MEASURES[code].flow:
        figures += flows([Window.back(PERIOD, moment)], (code,))[0]
    return today, publish(figures, least(today)).get((code, agency)) or Figure(code, agency, 0, 0, None)
