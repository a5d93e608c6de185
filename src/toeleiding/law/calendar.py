"""Days, months and birthdays, as the rules count them. No result leaves the range of `date`."""

from datetime import date

_LAST = date.max.toordinal()
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def plus_days(day: date, count: int) -> date:
    """`count` (0 or more) days later, at most the last day of the calendar."""
    return date.fromordinal(min(day.toordinal() + count, _LAST))


def plus_months(day: date, count: int) -> date:
    """The same day `count` months later, or the last day of that month when it is shorter."""
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    if year > date.max.year:
        return date.max
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, month, min(day.day, 29 if leap else _MONTH_DAYS[month - 1]))


def age_on(born: date, day: date) -> int:
    """Age in whole years; somebody born on 29 February has a birthday on 1 March (K-08). Negative before birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date | None:
    """The first day on which somebody is `age` years old; None after the end of the calendar."""
    year = born.year + age
    if year > date.max.year:
        return None
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February in a year without one
        return date(year, 3, 1)
