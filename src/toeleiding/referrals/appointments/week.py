"""A week in the agenda, and the moments that are still free."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from toeleiding.organisations.models import Staff
from toeleiding.referrals.limits import SLOT_DAYS, SLOT_MINUTES, SLOT_TIMES, SLOTS_SHOWN
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.models.appointments import AppointmentStatus

_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday."""

    monday: date

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=place) for place in range(7)]

    @property
    def code(self) -> str:
        """2026-W48, as it stands in the address."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def before(self) -> "Week":
        return Week(self.monday - timedelta(days=7))

    @property
    def after(self) -> "Week":
        return Week(self.monday + timedelta(days=7))

    def span(self) -> tuple[datetime, datetime]:
        """From its first moment up to the first of the next week, in Brussels."""
        return _midnight(self.monday), _midnight(self.monday + timedelta(days=7))


def week_of(day: date) -> Week:
    return Week(day - timedelta(days=day.weekday()))


def read_week(text: str, today: date) -> Week:
    """The week in an address; this one when there is none that exists."""
    if found := _WEEK.fullmatch(text):
        year, number = int(found[1]), int(found[2])
        try:
            if 2000 <= year <= 2100:
                return Week(date.fromisocalendar(year, number, 1))
        except ValueError:
            pass
    return week_of(today)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def agenda(staff: Staff, week: Week) -> list[Appointment]:
    """What stands in somebody's week; what was called off too, so that nobody wonders."""
    begin, end = week.span()
    found = Appointment.objects.filter(staff=staff, begins_at__gte=begin, begins_at__lt=end)
    return list(found.select_related("dossier").defer("dossier__state"))


def overlapping(found: list[Appointment]) -> set[object]:
    """The ids of those that stand at the same time as another one. A group has one moment and one place: no clash."""
    standing = sorted((one for one in found if one.status == AppointmentStatus.PLANNED), key=lambda one: one.begins_at)
    both: set[object] = set()
    for place, one in enumerate(standing):
        for other in standing[place + 1 :]:
            if other.begins_at >= one.ends_at:
                break
            if (one.begins_at, one.ends_at, one.place) != (
                other.begins_at,
                other.ends_at,
                other.place,
            ) or not one.place:
                both |= {one.pk, other.pk}
    return both


def free_slots(staff: Staff, now: datetime) -> list[datetime]:
    """The next moments at which somebody is free, on working days, in one query."""
    first = timezone.localdate(now)
    begin, end = _midnight(first), _midnight(first + timedelta(days=SLOT_DAYS + 1))
    taken = Appointment.objects.filter(
        staff=staff, status=AppointmentStatus.PLANNED, begins_at__lt=end, ends_at__gt=begin
    ).values_list("begins_at", "ends_at")
    busy = list(taken)
    free = [
        at
        for at in _moments(first)
        if at > now and not any(starts < at + timedelta(minutes=SLOT_MINUTES) and at < until for starts, until in busy)
    ]
    return free[:SLOTS_SHOWN]


def _moments(first: date) -> Iterator[datetime]:
    for place in range(1, SLOT_DAYS + 1):
        day = first + timedelta(days=place)
        if day.weekday() < 5:
            for hour, minute in SLOT_TIMES:
                yield timezone.make_aware(datetime.combine(day, time(hour, minute)))
