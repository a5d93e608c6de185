"""One cell: cleaned, repaired where it is certain, explained where it is not."""

from datetime import date, datetime

import pytest

from tests.factories import make_insz
from toeleiding.client_lists import cells

TODAY = date(2026, 11, 25)
ZERO = make_insz(7, year=1)  # begins with a zero


@pytest.mark.parametrize(
    "cell",
    [
        make_insz(3),
        float(make_insz(3)),
        int(make_insz(3)),
        f" {make_insz(3)} ",
        f"{make_insz(3)[:6]} {make_insz(3)[6:]}",
    ],
)
def test_a_number_is_read_however_a_spreadsheet_holds_it(cell: object) -> None:
    assert cells.insz(cells.text_of(cell)) == cells.Cleaned(make_insz(3))


def test_a_dropped_leading_zero_comes_back_and_is_told() -> None:
    assert ZERO.startswith("0")
    found = cells.insz(cells.text_of(float(ZERO)))
    assert found.value == ZERO
    assert "nul vooraan" in found.repair


def test_a_zero_is_not_put_before_a_number_whose_check_digits_then_fail() -> None:
    broken = str((int(ZERO) + 1) % 10**10)
    found = cells.insz(cells.text_of(broken))
    assert found.value == ""
    assert found.problem


def test_letters_that_look_like_digits_are_read_when_the_check_digits_hold() -> None:
    typed = make_insz(3).replace("0", "O")
    found = cells.insz(cells.text_of(typed))
    assert (found.value, bool(found.repair)) == (make_insz(3), True)


def test_a_number_that_was_rounded_cannot_be_repaired_and_says_why() -> None:
    found = cells.insz(cells.text_of("9,06E+10"))
    assert found.value == ""
    assert "rondde" in found.problem
    assert "kolom op tekst" in found.problem


def test_swapped_digits_are_explained_and_never_changed() -> None:
    good = make_insz(3)
    swapped = good[:4] + good[5] + good[4] + good[6:]
    found = cells.insz(cells.text_of(swapped))
    assert found.value == ""
    assert "omgewisseld" in found.problem or "controlegetal" in found.problem


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (datetime(1990, 5, 3), "1990-05-03"),
        ("3/5/1990", "1990-05-03"),
        ("1990", "1990-00-00"),
        (1990.0, "1990-00-00"),
        ("00/05/1990", "1990-05-00"),
        ("05/1990", "1990-05-00"),
        ("1990-05-00", "1990-05-00"),
        ("00/00/1990", "1990-00-00"),
        ("3 mei 1990", "1990-05-03"),
    ],
)
def test_a_birth_date_may_be_incomplete(cell: object, value: str) -> None:
    assert cells.birth(cells.text_of(cell), TODAY) == cells.Cleaned(value)


def test_a_bare_number_of_days_is_read_as_a_date_and_told() -> None:
    found = cells.day(cells.text_of(45292.0))
    assert found.value == "2024-01-01"
    assert "45292" in found.repair


@pytest.mark.parametrize("cell", ["5/6/90", "31/02/1990", "gisteren", "13/13/1990"])
def test_what_is_no_date_says_how_to_write_one(cell: str) -> None:
    found = cells.day(cells.text_of(cell))
    assert found.value == ""
    assert "schrijf" in found.problem.lower()


def test_a_contract_does_not_lie_in_the_future() -> None:
    assert "toekomst" in cells.past_day(cells.text_of("1/12/2026"), TODAY).problem


def test_a_phone_number_gets_its_zero_back() -> None:
    assert cells.phone(cells.text_of(470123456.0)).value == "0470123456"
    assert cells.phone(cells.text_of("+32 470 12 34 56")).value == "+32470123456"
    assert cells.phone(cells.text_of("bel mij")).problem


@pytest.mark.parametrize(("cell", "value"), [("Arabisch", "ar"), ("AR", "ar"), ("dari", "prs"), ("Tigrinya", "ti")])
def test_a_language_by_code_or_name(cell: str, value: str) -> None:
    assert cells.language(cells.text_of(cell)).value == value


def test_an_unknown_word_names_what_may_be_written() -> None:
    assert "Arabisch" in cells.language(cells.text_of("Klingon")).problem
    assert "verplicht" in cells.target_group(cells.text_of("misschien")).problem


def test_a_name_with_digits_is_a_shifted_column() -> None:
    assert cells.name(cells.text_of("2800 Mechelen")).problem
    assert cells.name(cells.text_of("  Ana   María ")).value == "Ana María"
