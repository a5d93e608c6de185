"""The identification number of the social security (INSZ): read, check, show.

Months 00 to 12 are Rijksregister numbers, 20 to 32 and 40 to 52 are numbers of the KSZ (bis and
ter), 60 to 72 are test numbers that belong to nobody (INTERFACE 1.5).
"""

from typing import Literal, NamedTuple

NumberKind = Literal["RIJKSREGISTER", "BIS", "TER", "TEST"]
_KINDS: dict[int, NumberKind] = {0: "RIJKSREGISTER", 1: "BIS", 2: "TER", 3: "TEST"}
_DIGITS = frozenset("0123456789")
_SEPARATORS = str.maketrans("", "", " .-/\u00a0\u2013")
# What people type for a digit.
_LOOKS_LIKE = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}


class InszError(ValueError):
    """Not a number that can exist. The message is a Dutch sentence that says what to do."""


class BirthHint(NamedTuple):
    """The birth date in a number; month and day are None when the number does not tell them."""

    year: int
    month: int | None
    day: int | None


class Insz(NamedTuple):
    """A number that passed its check."""

    number: str
    kind: NumberKind
    birth: BirthHint


def is_digits(number: str) -> bool:
    """Eleven ASCII digits. The published type accepts any Unicode digit (INTERFACE 1.5); we do not."""
    return len(number) == 11 and _DIGITS.issuperset(number)


def parse(typed: str) -> Insz:
    """A number as a person types it, with or without separators.

    Raises:
        InszError: letters, other digits than 0 to 9, a wrong length, a wrong check or an impossible date.
    """
    number = typed.translate(_SEPARATORS)
    if not number:
        raise InszError("Vul het INSZ in: 11 cijfers, bijvoorbeeld van de identiteitskaart.")
    for place, sign in enumerate(number, 1):
        if sign not in _DIGITS:
            raise InszError(_strange(sign, place))
    if len(number) != 11:
        counted = "1 cijfer" if len(number) == 1 else f"{len(number)} cijfers"
        raise InszError(f"Een INSZ heeft 11 cijfers, je typte er {counted}. Kijk het nummer na.")
    century = _century(number)
    if century is None:
        raise InszError(_mistyped(number))
    birth = _birth(number, century)
    if birth is None:
        raise InszError("De eerste zes cijfers zijn geen geboortedatum (jaar, maand, dag). Kijk ze na.")
    return Insz(number, _KINDS[int(number[2:4]) // 20], birth)


def is_valid(number: str) -> bool:
    """Whether this is a number that can exist, written as eleven digits."""
    if not is_digits(number):
        return False
    century = _century(number)
    return century is not None and _birth(number, century) is not None


def show(number: str) -> str:
    """For a screen: 90.64.12-101.34."""
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


def mask(number: str) -> str:
    """For lists and logs: only the last two digits, enough to tell two numbers apart."""
    return f"••.••.••-•••.{number[9:] if is_digits(number) else '••'}"


def _check(nine: str, century: int) -> int:
    """Check digits of the first nine; from the year 2000 on a 2 stands before them."""
    return 97 - int(nine if century == 1900 else "2" + nine) % 97


def _century(number: str) -> int | None:
    for century in (1900, 2000):
        if _check(number[:9], century) == int(number[9:]):
            return century
    return None


def _birth(number: str, century: int) -> BirthHint | None:
    year, month, day = century + int(number[:2]), int(number[2:4]) % 20, int(number[4:6])
    if int(number[2:4]) // 20 not in _KINDS or month > 12:
        return None
    if month == 0:
        return BirthHint(year, None, None)  # the rest is a serial number (people who know only their year)
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return BirthHint(year, month, day or None) if day <= longest else None


def _strange(sign: str, place: int) -> str:
    likely = _LOOKS_LIKE.get(sign.upper())
    advice = f"Kijk het na: bedoel je {likely}?" if likely else "Typ alleen de cijfers 0 tot 9."
    what = f"het teken '{sign}'" if sign.isprintable() else "een onzichtbaar teken"
    return f"Een INSZ bevat alleen cijfers. Op plaats {place} staat {what}. {advice}"


def _mistyped(number: str) -> str:
    for place in range(10):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if swapped != number and is_valid(swapped):
            return (
                f"Het controlegetal klopt niet. Misschien zijn cijfers {place + 1} en {place + 2} omgewisseld. "
                f"Kijk het na: bedoel je {show(swapped)}?"
            )
    return "Het controlegetal (de laatste twee cijfers) klopt niet. Kijk elk cijfer na op de identiteitskaart."
