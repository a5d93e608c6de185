"""Measuring: each query once, for as many periods as are wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure, Measure, Unit
from toeleiding.organisations.models import Organisation, OrganisationKind
from toeleiding.rulebook.selectors import in_force

# What one may look back over: a week, a month, a quarter. Each night all three are kept.
PERIODS = (7, 30, 90)
PERIOD = 30


@dataclass(frozen=True, slots=True)
class Window:
    """A period: from a moment up to, not including, another. `days` names it among the periods; 0 when it is none."""

    days: int
    since: datetime
    until: datetime

    @classmethod
    def back(cls, days: int, until: datetime) -> "Window":
        """So many days until a moment."""
        return cls(days, until - timedelta(days=days), until)

    @classmethod
    def between(cls, first: date, last: date) -> "Window":
        """From the first day up to and including the last."""
        begin, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
        return cls(0, begin, end)


def parameters(now: datetime) -> dict[str, Any]:
    """The day with which the queries are asked. A-02 comes from the rules in force."""
    today = timezone.localdate(now)
    stale = in_force().value("A-02", today)
    return {"today": today, "stale": stale if isinstance(stale, int) else 14}


def flows(windows: Sequence[Window], only: Iterable[str] = ()) -> list[list[Figure]]:
    """Everything that happens in a period, per window: one query per measure however many windows there are."""
    given = {"since": [one.since for one in windows], "until": [one.until for one in windows]}
    agencies = _agencies()
    found: list[list[Figure]] = [[] for _ in windows]
    for measure in _wanted(only, flow=True):
        rows: list[dict[int | None, tuple[Any, ...]]] = [{} for _ in windows]
        for number, agency, *told in _asked(measure, given):
            rows[number - 1][agency] = tuple(told)
        for place, of in enumerate(rows):
            found[place] += _figures(measure, of, agencies)
    return found


def standing(now: datetime, only: Iterable[str] = ()) -> list[Figure]:
    """How things stand, one query per measure whatever the number of agencies and dossiers."""
    given = parameters(now)
    agencies = _agencies()
    found = []
    for measure in _wanted(only, flow=False):
        found += _figures(measure, {agency: tuple(told) for agency, *told in _asked(measure, given)}, agencies)
    return found


def _wanted(only: Iterable[str], *, flow: bool) -> list[Measure]:
    named = set(only)
    return [one for one in MEASURES.values() if one.flow is flow and (not named or one.code in named)]


def _agencies() -> list[int]:
    return list(Organisation.objects.filter(kind=OrganisationKind.AGENCY).values_list("pk", flat=True))


def _asked(measure: Measure, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(measure.sql, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _figures(measure: Measure, rows: dict[int | None, tuple[Any, ...]], agencies: list[int]) -> list[Figure]:
    """Figures of all together and of each agency with anything; what is counted is none where nothing was found."""
    nothing = (0, 0, 0.0 if measure.unit is Unit.COUNT else None)
    rows.setdefault(None, nothing)
    if measure.unit is Unit.COUNT and rows[None][2] is not None and not measure.code.endswith("ONLY_VDAB"):
        rows = {**dict.fromkeys(agencies, nothing), **rows}
    return [
        Figure(measure.code, agency, int(top), int(bottom), None if value is None else float(value))
        for agency, (top, bottom, value) in rows.items()
    ]
