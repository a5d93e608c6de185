"""Test numbers: index -> INSZ and INSZ -> index, both without a table of people.

Only TST numbers occur (month 60 to 72), which belong to nobody (INTERFACE 1.5). Every birth day of a
year holds a fixed number of sequence numbers; an affine step spreads neighbouring indexes over the
years, and its inverse leads back. The numbers do not depend on the seed: the seed decides who lives
behind a number, never which numbers exist.
"""

from bisect import bisect_right
from calendar import isleap, monthrange
from datetime import date, timedelta
from typing import NamedTuple

# Sequence numbers per birth day, by year of birth: most newcomers are 18 to 55 when they sign
# (DOMAIN 11); the years before 1961 give the few who are past pension age.
_PER_DAY = (
    dict.fromkeys(range(1957, 1965), 4)
    | dict.fromkeys(range(1965, 1975), 14)
    | dict.fromkeys(range(1975, 1985), 40)
    | dict.fromkeys(range(1985, 2000), 60)
    | dict.fromkeys(range(2000, 2007), 36)
)
_YEARS = tuple(_PER_DAY)
_UNKNOWN_MONTH = 8  # the year-only slot is as wide as eight days: just over 2 % of the people
_REPLACED = 500  # even, so that the replacing number keeps the sex of the replaced one
_EDGE_SEQUENCE = {"M": 491, "V": 492}  # above every sequence that ordinary people have


class Birth(NamedTuple):
    """A birth date that may lack its day, or its month and day."""

    year: int
    month: int | None
    day: int | None

    @property
    def text(self) -> str:
        """ISO form with 00 for what is not known, as the registers write it."""
        return f"{self.year:04}-{self.month or 0:02}-{self.day or 0:02}"

    @property
    def exact(self) -> date | None:
        """The date, when all of it is known."""
        return date(self.year, self.month, self.day) if self.month and self.day else None


class Numbered(NamedTuple):
    """What a number says by itself."""

    birth: Birth
    sequence: int


def _width(year: int) -> int:
    """Slots in a year: each day, each month without its day, and the year alone."""
    return ((366 if isleap(year) else 365) + 12 + _UNKNOWN_MONTH) * _PER_DAY[year]


_STARTS: list[int] = []
_total = 0
for _year in _YEARS:
    _STARTS.append(_total)
    _total += _width(_year)
#: How many ordinary people there can be.
ORDINARY = _total
_STEP = 271_829  # prime, and no divisor of ORDINARY
_SHIFT = 88_883
_BACK = pow(_STEP, -1, ORDINARY)


def insz(birth: Birth, sequence: int) -> str:
    """The TST number of a birth date and a sequence number, with its check digits."""
    nine = f"{birth.year % 100:02}{(birth.month or 0) + 60:02}{birth.day or 0:02}{sequence:03}"
    prefixed = int(nine) + (2_000_000_000 if birth.year >= 2000 else 0)
    return f"{nine}{97 - prefixed % 97:02}"


def valid(text: str) -> bool:
    """Eleven ASCII digits whose last two agree with the first nine (MAGDA 20002 otherwise)."""
    if len(text) != 11 or not text.isascii() or not text.isdigit():
        return False
    nine, check = int(text[:9]), int(text[9:])
    return check in (97 - nine % 97, 97 - (nine + 2_000_000_000) % 97)


def read(text: str) -> Numbered | None:
    """Birth date and sequence of a TST number; None when it is not one of ours to give out."""
    if not valid(text) or not 60 <= int(text[2:4]) <= 72:
        return None
    nine, month, day = int(text[:9]), int(text[2:4]) - 60, int(text[4:6])
    century = 1900 if 97 - nine % 97 == int(text[9:]) else 2000
    year = century + int(text[:2])
    if (month == 0 and day) or (month and day > monthrange(year, month)[1]):
        return None
    return Numbered(Birth(year, month or None, day or None), int(text[6:9]))


def ordinary(index: int) -> Numbered:
    """The number of an ordinary person.

    Raises:
        IndexError: when there are not that many people.
    """
    if not 0 <= index < ORDINARY:
        raise IndexError(index)
    slot = (index * _STEP + _SHIFT) % ORDINARY
    at = bisect_right(_STARTS, slot) - 1
    year, rest = _YEARS[at], slot - _STARTS[at]
    per_day = _PER_DAY[year]
    days = 366 if isleap(year) else 365
    if rest < days * per_day:
        born = date(year, 1, 1) + timedelta(days=rest // per_day)
        return Numbered(Birth(year, born.month, born.day), rest % per_day + 1)
    rest -= days * per_day
    if rest < 12 * per_day:
        return Numbered(Birth(year, rest // per_day + 1, None), rest % per_day + 1)
    return Numbered(Birth(year, None, None), rest - 12 * per_day + 1)


def ordinary_index(numbered: Numbered) -> int | None:
    """The way back from `ordinary`; None when nobody ordinary has that number."""
    (year, month, day), sequence = numbered.birth, numbered.sequence - 1
    per_day = _PER_DAY.get(year, 0)
    limit = per_day if month else per_day * _UNKNOWN_MONTH
    if not 0 <= sequence < limit:
        return None
    days = 366 if isleap(year) else 365
    if month and day:
        rest = (date(year, month, day) - date(year, 1, 1)).days * per_day + sequence
    elif month:
        rest = (days + month - 1) * per_day + sequence
    else:
        rest = (days + 12) * per_day + sequence
    slot = _STARTS[year - _YEARS[0]] + rest
    return (slot - _SHIFT) * _BACK % ORDINARY


def edge(birth: Birth, sex: str) -> Numbered:
    """The number of an edge case: a sequence no ordinary person has."""
    return Numbered(birth, _EDGE_SEQUENCE[sex])


def replacing(numbered: Numbered) -> Numbered:
    """The number that takes the place of this one (a BIS number becoming a national number)."""
    return numbered._replace(sequence=numbered.sequence + _REPLACED)


def replaced(numbered: Numbered) -> Numbered | None:
    """The number that this one would take the place of, if it is a replacing one."""
    return numbered._replace(sequence=numbered.sequence - _REPLACED) if numbered.sequence > _REPLACED else None
