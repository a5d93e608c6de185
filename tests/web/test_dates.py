"""Dates, times, numbers and phone numbers as people in Flanders write them."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from toeleiding.web import dates
from toeleiding.web.templatetags import tn

NOVEMBER = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    "typed",
    [
        "24/11/2026",
        "24-11-2026",
        "24.11.2026",
        "24 11 2026",
        "2026-11-24",
        "24 november 2026",
        "24 nov 2026",
        "24 nov. 2026",
        "  24  November  2026 ",
        "dinsdag 24 november 2026",
    ],
)
def test_a_date_can_be_typed_in_many_ways(typed):
    assert dates.parse_date(typed) == NOVEMBER


@pytest.mark.parametrize(
    "typed",
    ["", "morgen", "24/13/2026", "31/02/2026", "30 februari 2024", "24/11/26", "24 brumaire 2026", "2026-11", "0/0/0"],
)
def test_what_is_no_date_is_not_guessed(typed):
    assert dates.parse_date(typed) is None


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_what_we_write_we_can_read(day):
    assert dates.parse_date(dates.long_date(day)) == day
    assert dates.parse_date(day.isoformat()) == day


@given(st.text(max_size=40))
def test_reading_never_breaks(text):
    assert dates.parse_date(text) is None or isinstance(dates.parse_date(text), dt.date)


@time_machine.travel("2026-11-24 10:00+01:00", tick=False)
def test_dates_in_sentences_and_in_tables():
    assert tn.datum(NOVEMBER) == "24 november 2026"
    assert tn.datumkort(NOVEMBER) == "24 nov"
    assert tn.datumkort(dt.date(2025, 3, 1)) == "1 mrt 2025"
    assert tn.weekdag(NOVEMBER) == "dinsdag"
    assert tn.datum(None) == tn.datumkort("") == tn.tijdstip(None) == tn.tijd(None) == ""


@time_machine.travel("2026-11-24 10:00+01:00", tick=False)
def test_moments_are_told_in_brussels_time():
    late = dt.datetime(2026, 11, 23, 23, 5, tzinfo=dt.UTC)
    assert tn.tijdstip(late) == "24 november om 0.05\u00a0uur"
    assert tn.datum(late) == "24 november 2026"
    assert tn.tijd(dt.datetime(2025, 7, 1, 12, 2, tzinfo=dt.UTC)) == "14.02\u00a0uur"
    assert tn.tijdstip(dt.datetime(2025, 7, 1, 12, 2, tzinfo=dt.UTC)) == "1 juli 2025 om 14.02\u00a0uur"
    assert tn.tijd(dt.time(9, 30)) == "9.30\u00a0uur"


def test_numbers():
    assert tn.getal(1234567) == "1.234.567"
    assert tn.getal(Decimal("3.15"), 1) == "3,2"
    assert tn.getal(0) == "0"
    assert tn.getal(None) == ""
    assert tn.procent(0.784) == "78\u00a0%"
    assert tn.procent(Decimal("0.7845"), 1) == "78,5\u00a0%"
    assert (tn.dagen(1), tn.dagen(4), tn.dagen(0)) == ("1 dag", "4 dagen", "0 dagen")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("0470123456", "0470 12 34 56"),
        ("+32470123456", "0470 12 34 56"),
        ("0032 470 12 34 56", "0470 12 34 56"),
        ("080030700", "0800 30 700"),
        ("02/123.45.67", "02 123 45 67"),
        ("015 12 34 56", "015 12 34 56"),
        ("+33612345678", "+33612345678"),
        ("", ""),
    ],
)
def test_phone_numbers(stored, shown):
    assert tn.telefoon(stored) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("1990-00-00", "1990, dag en maand onbekend"),
        ("1990", "1990, dag en maand onbekend"),
        ("1990-05-00", "mei 1990, dag onbekend"),
        ("1990-05", "mei 1990, dag onbekend"),
        ("1990-05-17", "17 mei 1990"),
        (dt.date(1990, 5, 17), "17 mei 1990"),
        (None, ""),
    ],
)
def test_a_birth_date_may_be_incomplete(stored, shown):
    assert tn.geboortedatum(stored) == shown
