"""When a client is left in peace: the evening, the night, Sundays, holidays, and the nights on which clocks change."""

from datetime import UTC, date, datetime

import pytest

from toeleiding.law import IN_FORCE
from toeleiding.law.quiet import BRUSSELS, easter, hour_of, is_holiday, is_working_day, quiet_until, reminded_on
from toeleiding.law.rules import Rule, Value


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-25 08:00", None),
        ("2026-11-25 19:59", None),
        ("2026-11-25 20:00", "2026-11-26 08:00"),
        ("2026-11-25 23:59", "2026-11-26 08:00"),
        ("2026-11-26 00:00", "2026-11-26 08:00"),
        ("2026-11-26 07:59", "2026-11-26 08:00"),
        ("2026-11-28 20:30", "2026-11-30 08:00"),  # Saturday evening: over Sunday
        ("2026-11-29 12:00", "2026-11-30 08:00"),  # Sunday
        ("2026-12-24 21:00", "2026-12-26 08:00"),  # over Christmas
        ("2027-03-27 20:00", "2027-03-30 08:00"),  # over Easter Sunday and Monday, and the change to summer time
        ("2026-10-24 20:00", "2026-10-26 08:00"),  # over the night on which summer time ends
        ("2027-05-06 10:00", "2027-05-07 08:00"),  # Ascension
        ("2026-12-31 20:00", "2027-01-02 08:00"),  # over New Year's Day
    ],
)
def test_a_message_waits_for_the_end_of_the_silence(moment: str, until: str | None) -> None:
    assert quiet_until(IN_FORCE, at(moment)) == (at(until) if until else None)


def test_the_hours_are_those_of_brussels_in_winter_and_in_summer() -> None:
    assert quiet_until(IN_FORCE, datetime(2026, 7, 1, 18, 0, tzinfo=UTC)) is not None  # 20.00 in summer
    assert quiet_until(IN_FORCE, datetime(2026, 12, 1, 18, 0, tzinfo=UTC)) is None  # 19.00 in winter
    assert quiet_until(IN_FORCE, datetime(2026, 7, 1, 6, 0, tzinfo=UTC)) is None  # 8.00 in summer
    assert quiet_until(IN_FORCE, datetime(2026, 12, 1, 6, 0, tzinfo=UTC)) is not None  # 7.00 in winter


def changed(rule: str, value: Value) -> Rule:
    return Rule(rule, "proef", value, "", "proposal", "proef")


def test_another_rule_gives_another_silence_and_nonsense_gives_none() -> None:
    later = IN_FORCE.with_changes("proef", [changed("K-20", {"from": 21, "until": 7}), changed("K-21", [])])
    assert quiet_until(later, at("2026-11-25 20:30")) is None
    assert quiet_until(later, at("2026-12-25 12:00")) is None
    broken = IN_FORCE.with_changes("proef", [changed("K-20", {"from": 7, "until": 21}), changed("K-21", "nooit")])
    assert quiet_until(broken, at("2026-11-25 03:00")) is None


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28"), (2038, "04-25")]
)
def test_easter_falls_on_its_day(year: int, day: str) -> None:
    assert easter(year) == date.fromisoformat(f"{year}-{day}")


def test_ten_holidays_a_year_and_no_work_on_them() -> None:
    days = [date.fromordinal(number) for number in range(date(2027, 1, 1).toordinal(), date(2028, 1, 1).toordinal())]
    assert sum(is_holiday(IN_FORCE, day) for day in days) == 10
    assert not is_working_day(IN_FORCE, date(2027, 5, 17))  # the Monday of Pentecost
    assert not is_working_day(IN_FORCE, date(2026, 11, 28))  # a Saturday
    assert is_working_day(IN_FORCE, date(2026, 11, 27))


def test_a_reminder_goes_on_the_last_ordinary_day_before() -> None:
    assert reminded_on(IN_FORCE, date(2026, 11, 26)) == date(2026, 11, 25)
    assert reminded_on(IN_FORCE, date(2026, 11, 30)) == date(2026, 11, 28)  # a Monday: on Saturday
    assert reminded_on(IN_FORCE, date(2027, 3, 30)) == date(2027, 3, 27)  # the Tuesday after Easter


def test_an_hour_of_a_rule_is_an_hour_or_nothing() -> None:
    assert hour_of(IN_FORCE, "K-22", date(2026, 11, 25)) == 10
    assert hour_of(IN_FORCE.with_changes("proef", [changed("K-23", "acht")]), "K-23", date(2026, 11, 25)) is None
