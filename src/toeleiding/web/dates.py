"""Dutch words for dates, times, numbers and phone numbers, and reading dates people type.

Source of the notation: EXPERIENCE 5.1 rule 5. Written out by hand rather than through Django's
localisation, because the worklist formats hundreds of values a page.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli",
    "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

NO_BREAK_SPACE = "\u00a0"
_MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | {
    name: number for number, name in enumerate(SHORT_MONTHS, 1)
}
_WEEKDAY = re.compile(rf"^(?:{'|'.join(WEEKDAYS)}),? ")
_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS = re.compile(r"(\d{1,2})\s+([a-z]+)\.?\s+(\d{4})")


def local_day(value: dt.date) -> dt.date:
    """The day in Brussels of a date or of an aware moment."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def long_date(value: dt.date) -> str:
    """24 november 2026"""
    day = local_day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(value: dt.date) -> str:
    """24 nov, with the year when it is not this year."""
    day = local_day(value)
    words = f"{day.day} {SHORT_MONTHS[day.month - 1]}"
    return words if day.year == timezone.localdate().year else f"{words} {day.year}"


def clock(value: dt.datetime | dt.time) -> str:
    """14.02 uur"""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.hour}.{value.minute:02d}{NO_BREAK_SPACE}uur"


def moment(value: dt.datetime) -> str:
    """24 november om 14.02 uur, with the year when it is not this year."""
    day = local_day(value)
    words = f"{day.day} {MONTHS[day.month - 1]}"
    if day.year != timezone.localdate().year:
        words = f"{words} {day.year}"
    return f"{words} om {clock(value)}"


def number(value: Decimal | float | int | str, decimals: int = 0) -> str:
    """1.234 or 1.234,5: thousands with a point, decimals with a comma."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded:,}".translate(str.maketrans(",.", ".,"))


def percent(share: Decimal | float | int | str, decimals: int = 0) -> str:
    """78 % of the share 0.78 (a fraction of 1, not of 100)."""
    return f"{number(Decimal(str(share)) * 100, decimals)}{NO_BREAK_SPACE}%"


def days(count: int) -> str:
    """1 dag, 4 dagen"""
    return f"{count} dag" if abs(count) == 1 else f"{count} dagen"


def phone(value: str) -> str:
    """0470 12 34 56; a foreign or unknown form is given back as it is."""
    digits = re.sub(r"[^\d+]", "", value)
    for prefix in ("+32", "0032"):
        if digits.startswith(prefix):
            digits = "0" + digits.removeprefix(prefix).removeprefix("0")
    if re.fullmatch(r"04\d{8}", digits):
        return f"{digits[:4]} {digits[4:6]} {digits[6:8]} {digits[8:]}"
    if re.fullmatch(r"0[2349]\d{7}", digits):
        return f"{digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:]}"
    if re.fullmatch(r"0800\d{5}", digits):
        return f"{digits[:4]} {digits[4:6]} {digits[6:]}"
    if re.fullmatch(r"0\d{8}", digits):
        return f"{digits[:3]} {digits[3:5]} {digits[5:7]} {digits[7:]}"
    return value


def parse_date(text: str) -> dt.date | None:
    """Read 24/11/2026, 24-11-2026, 24.11.2026, 2026-11-24, 24 nov 2026 or 24 november 2026.

    None when the text is not a date that exists.
    """
    text = " ".join(text.lower().split())
    text = _WEEKDAY.sub("", text)
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _NUMBERS.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _WORDS.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _month(word: str) -> int:
    if word in ("sept", "mar", "maa"):
        return {"sept": 9, "mar": 3, "maa": 3}[word]
    return _MONTH_NUMBERS.get(word, 0)


def birth_date(value: "dt.date | str") -> str:
    """A birth date that may be incomplete: `1990-00-00` is "1990, dag en maand onbekend".

    Registers write an unknown month or day as 00, or leave it out (`1990`, `1990-05`).
    """
    if isinstance(value, dt.date):
        return long_date(value)
    year, month, day = ([*value.split("-"), "00", "00"])[:3]
    if int(month) == 0:
        return f"{int(year)}, dag en maand onbekend"
    words = f"{MONTHS[int(month) - 1]} {int(year)}"
    return f"{words}, dag onbekend" if int(day) == 0 else f"{int(day)} {words}"
