"""When a client is left in peace: quiet hours, Sundays and public holidays (K-20, K-21). Moments are in Brussels.

A rule that was withdrawn, or whose value is not one, leaves no quiet hours or no holidays: nothing is invented.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from toeleiding.law.rules import RuleSet

BRUSSELS = ZoneInfo("Europe/Brussels")
# Days after Easter Sunday.
_WITH_EASTER = {"paasmaandag": 1, "hemelvaart": 39, "pinkstermaandag": 50}
_SUNDAY = 6
# More quiet days in a row than any calendar has; the search for the end of the silence stops there.
_LONGEST = 60


def easter(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar, by the anonymous algorithm (Meeus, Jones, Butcher).

    >>> easter(2027)
    datetime.date(2027, 3, 28)
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * n) // 433
    month = (h + n - 7 * m + 90) // 25
    return date(year, month, (h + n - 7 * m + 33 * month + 19) % 32)


def is_holiday(rules: RuleSet, day: date) -> bool:
    """Is this one of the days of K-21? What the rule names and we cannot read is no holiday."""
    named = rules.value("K-21", day)
    return isinstance(named, list) and any(_falls_on(str(one), day) for one in named)


def _falls_on(named: str, day: date) -> bool:
    if named in _WITH_EASTER:
        return day == easter(day.year) + timedelta(days=_WITH_EASTER[named])
    return named == f"{day:%d-%m}"


def is_quiet_day(rules: RuleSet, day: date) -> bool:
    """A Sunday or a holiday."""
    return day.weekday() == _SUNDAY or is_holiday(rules, day)


def is_working_day(rules: RuleSet, day: date) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < _SUNDAY - 1 and not is_holiday(rules, day)


def quiet_until(rules: RuleSet, moment: datetime) -> datetime | None:
    """When the silence in which `moment` lies is over; None when a message may go now."""
    local = moment.astimezone(BRUSSELS)
    begin, end = _hours(rules, local.date())
    day = local.date()
    if not is_quiet_day(rules, day):
        if end <= local.hour < begin:
            return None
        if local.hour < end:
            return _at(day, end)
    for _ in range(_LONGEST):
        day += timedelta(days=1)
        if not is_quiet_day(rules, day):
            break
    return _at(day, _hours(rules, day)[1])


def _hours(rules: RuleSet, day: date) -> tuple[int, int]:
    """(the hour at which the silence begins, the hour at which it ends); the whole day is free without a rule."""
    value = rules.value("K-20", day)
    if isinstance(value, dict):
        begin, end = value.get("from"), value.get("until")
        if isinstance(begin, int) and isinstance(end, int) and 0 <= end < begin <= 24:
            return begin, end
    return 24, 0


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), BRUSSELS)


def reminded_on(rules: RuleSet, day: date) -> date:
    """The last day before `day` on which messages go: the day before, or the Saturday before a Monday."""
    before = day - timedelta(days=1)
    for _ in range(_LONGEST):
        if not is_quiet_day(rules, before):
            break
        before -= timedelta(days=1)
    return before


def hour_of(rules: RuleSet, rule: str, day: date) -> int | None:
    """The hour that a rule names (K-22, K-23); None when it is not in force or names none."""
    value = rules.value(rule, day)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 else None
