"""Dates on the wire: ISO texts in which a month or a day may be missing (INTERFACE 4.1).

What is not known is written as 00 or 99; an open end as year 9999.
"""

from calendar import monthrange
from datetime import date


def earliest(written: str | None) -> date | None:
    """The first day a begin can mean; None when nothing usable is written."""
    return _day(written, last=False)


def latest(written: str | None) -> date | None:
    """The last day an end can mean; None when it is open or nothing usable is written."""
    return _day(written, last=True)


def incomplete(written: str | None) -> str | None:
    """A birth date as text, with 00 for a month or day that is not known: 1990-00-00."""
    parts = _parts(written)
    return None if parts is None else "{:04}-{:02}-{:02}".format(*parts)


def _day(written: str | None, *, last: bool) -> date | None:
    if not written:
        return None
    try:
        exact = date.fromisoformat(written[:10])
    except ValueError:
        parts = _parts(written)
    else:
        return None if exact.year == 9999 else exact
    if parts is None:
        return None
    year, month, day = parts
    month = month or (12 if last else 1)
    return date(year, month, day or (monthrange(year, month)[1] if last else 1))


def _parts(written: str | None) -> tuple[int, int, int] | None:
    """Year, month and day, with 0 for what is not known."""
    pieces = (written or "").strip()[:10].split("-")
    if len(pieces) != 3 or not all(piece.isascii() and piece.isdigit() for piece in pieces):
        return None
    year, month, day = map(int, pieces)
    if not 1800 <= year < 9999:
        return None
    if not 1 <= month <= 12:
        return year, 0, 0
    return year, month, day if 1 <= day <= monthrange(year, month)[1] else 0
