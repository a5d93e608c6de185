"""Numbers: what passes, what does not, and what the sentence says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import bis, nn

from toeleiding.magda.insz import BirthHint, InszError, is_valid, mask, parse, show

GOOD = "90641210134"


def numbered(year: int, month: int, day: int, sequence: int) -> str:
    """A number with a right check."""
    nine = f"{year % 100:02}{month:02}{day:02}{sequence:03}"
    return f"{nine}{97 - int(('2' if year >= 2000 else '') + nine) % 97:02}"


years = st.integers(1900, 2099)
days = st.integers(0, 28)
sequences = st.integers(0, 999)


@given(years, st.integers(1, 12), days, sequences, st.sampled_from([0, 20, 40, 60]))
def test_every_number_with_a_right_check_passes_and_tells_its_birth(
    year: int, month: int, day: int, sequence: int, shift: int
) -> None:
    number = numbered(year, month + shift, day, sequence)
    read = parse(show(number))
    assert read.number == number
    assert read.birth == BirthHint(year, month, day or None)
    assert read.kind == {0: "RIJKSREGISTER", 20: "BIS", 40: "TER", 60: "TEST"}[shift]


@given(years, st.integers(1, 12), st.integers(1, 28), st.integers(1, 997))
def test_national_and_bis_numbers_agree_with_a_library_that_others_use(
    year: int, month: int, day: int, sequence: int
) -> None:
    if year > 2025:
        year -= 100  # the library refuses births in the future
    assert nn.is_valid(numbered(year, month, day, sequence))
    assert bis.is_valid(numbered(year, month + 20, day, sequence)) is is_valid(
        numbered(year, month + 20, day, sequence)
    )


@given(st.integers(1920, 1999), st.integers(1, 12), days, sequences, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_never_becomes_another_number_of_that_century(
    year: int, month: int, day: int, sequence: int, place: int, step: int
) -> None:
    number = numbered(year, month + 60, day, sequence)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    check = 97 - int(wrong[:9]) % 97
    assert check != int(wrong[9:])


@given(st.text(max_size=14))
def test_whatever_is_typed_gives_a_number_or_a_sentence(typed: str) -> None:
    try:
        assert is_valid(parse(typed).number)
        return
    except InszError as error:
        sentence = str(error)
    assert sentence[0].isupper()
    assert sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul het INSZ in: 11 cijfers, bijvoorbeeld van de identiteitskaart."),
        ("9064121013", "Een INSZ heeft 11 cijfers, je typte er 10 cijfers. Kijk het nummer na."),
        ("9O641210134", "Een INSZ bevat alleen cijfers. Op plaats 2 staat het teken 'O'. Kijk het na: bedoel je 0?"),
        (
            "٩0641210134",
            "Een INSZ bevat alleen cijfers. Op plaats 1 staat het teken '٩'. Typ alleen de cijfers 0 tot 9.",
        ),
        (
            "90.64.12-101.43",
            "Het controlegetal klopt niet. Misschien zijn cijfers 10 en 11 omgewisseld. "
            "Kijk het na: bedoel je 90.64.12-101.34?",
        ),
        (
            numbered(1990, 33, 10, 11),
            "De eerste zes cijfers zijn geen geboortedatum (jaar, maand, dag). Kijk ze na.",
        ),
    ],
)
def test_the_sentence_says_what_to_do(typed: str, sentence: str) -> None:
    with pytest.raises(InszError) as caught:
        parse(typed)
    assert str(caught.value) == sentence


def test_a_number_may_know_only_the_year() -> None:
    assert parse(numbered(1985, 60, 0, 42)).birth == BirthHint(1985, None, None)


def test_shown_and_hidden() -> None:
    assert show(GOOD) == "90.64.12-101.34"
    assert mask(GOOD) == "••.••.••-•••.34"
    assert mask("geen nummer") == "••.••.••-•••.••"
