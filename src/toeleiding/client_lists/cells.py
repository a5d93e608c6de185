"""One cell at a time: cleaned, repaired where that is certain, explained where it is not.

Each function takes the text of a cell (`text_of`: a number without ".0", a date as YYYY-MM-DD) and gives what goes in
the field, with a Dutch sentence when something is wrong (`problem`) or was put right (`repair`). Never both.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from toeleiding.dossiers.wording import LANGUAGES
from toeleiding.magda.insz import InszError, is_valid, parse
from toeleiding.magda.insz import show as show_insz
from toeleiding.web import dates

Cell = object


class Cleaned(NamedTuple):
    """What became of a cell."""

    value: str = ""
    problem: str = ""
    repair: str = ""


EMPTY = Cleaned()
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_LOOKS_LIKE = str.maketrans({"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"})
_SEPARATORS = str.maketrans("", "", " .-/\u00a0\u2013\u2011")
# Excel counts days from here; the 29th of February 1900 that it believes in lies before any date we accept.
_EXCEL_ZERO = date(1899, 12, 30)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[/.\- ]\s*\d{1,2}\s*[/.\- ]\s*\d{2}")
_EARLIEST = date(1900, 1, 1)
_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"(19|20)\d\d-[01]\d-[0-3]\d")


def text_of(cell: Cell) -> str:
    """A cell as text; a number without the ".0" that spreadsheets add, white space collapsed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell if cell.isalnum() else " ".join(cell.split())
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


def insz(text: str) -> Cleaned:
    """An INSZ. Leading zeros that a spreadsheet dropped come back when the check digits then hold."""
    if not text:
        return EMPTY
    if is_valid(text):
        return Cleaned(text)
    if _ROUNDED.fullmatch(text):
        return Cleaned(
            "", f"Excel rondde dit nummer af tot {text}. Zet de kolom op tekst en kopieer het nummer opnieuw."
        )
    plain = text.translate(_SEPARATORS)
    if plain.isascii() and plain.isdigit() and 8 <= len(plain) <= 10 and is_valid(padded := plain.zfill(11)):
        return Cleaned(padded, repair=f"De nul vooraan was weggevallen: {plain} is {show_insz(padded)}.")
    try:
        return Cleaned(parse(text).number)
    except InszError as error:
        likely = plain.upper().translate(_LOOKS_LIKE)
        if likely != plain and is_valid(likely):
            return Cleaned(likely, repair=f"Letters gelezen als cijfers: {plain} is {show_insz(likely)}.")
        return Cleaned("", str(error))


def name(text: str) -> Cleaned:
    """A name, at most 80 characters."""
    if _DIGIT.search(text):
        return Cleaned("", f"Een naam bevat geen cijfers, hier staat {text[:40]}. Verbeter de naam.")
    return Cleaned(text) if len(text) <= 80 else Cleaned("", "Deze naam is langer dan 80 tekens. Kort hem in.")


def day(text: str) -> Cleaned:
    """A complete date as YYYY-MM-DD."""
    found, repair = _day(text)
    if found is not None:
        return Cleaned(found.isoformat(), repair=repair)
    return Cleaned("", _not_a_date(text)) if text else EMPTY


def past_day(text: str, today: date) -> Cleaned:
    """A date that is not in the future."""
    found = day(text)
    if found.value > today.isoformat():
        return Cleaned(
            "", f"{dates.long_date(date.fromisoformat(found.value))} ligt in de toekomst. Verbeter de datum."
        )
    return found


def birth(text: str, today: date) -> Cleaned:
    """A birth date; a year alone, or month and year, is enough. 00 stands for what is unknown."""
    if _ISO.fullmatch(text) and "-00" not in text:
        return past_day(text, today)
    if len(text) == 4 and text.isascii() and text.isdigit() and 1900 <= int(text) <= today.year:
        return Cleaned(f"{text}-00-00")
    if incomplete := _incomplete(text, today):
        return Cleaned(incomplete)
    return past_day(text, today)


def _incomplete(text: str, today: date) -> str:
    """ "00/05/1990", "05/1990" and "1990-05-00" as YYYY-MM-DD; "" for anything else."""
    parts = re.split(r"[/.\-]", text)
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) not in (2, 3):
        return ""
    if len(parts[0]) == 4:
        parts.reverse()
    *front, year = (int(part) for part in parts)
    month = front[-1]
    unknown_day = len(front) == 1 or front[0] == 0
    if not (unknown_day and 0 <= month <= 12 and 1900 <= year <= today.year):
        return ""
    return f"{year:04d}-{month:02d}-00"


def _day(text: str) -> tuple[date | None, str]:
    if _ISO.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text), ""
    if text.isascii() and text.isdigit() and 4 < len(text) < 6:
        found = _EXCEL_ZERO + timedelta(days=int(text))
        if _EARLIEST < found < date(2100, 1, 1):
            return found, f"Het getal {text} is gelezen als {dates.long_date(found)}."
    found_or_none = dates.parse_date(text)
    return (found_or_none, "") if found_or_none and found_or_none >= _EARLIEST else (None, "")


def _not_a_date(text: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return f"Schrijf het jaar met vier cijfers, bij {text} kan het twee eeuwen betekenen."
    return f"{text[:40]} is geen datum. Schrijf zoals 24/11/1990."


def sex(text: str) -> Cleaned:
    """M, V or X."""
    return _one_of(text, _SEXES, "Schrijf M, V of X.")


def language(text: str) -> Cleaned:
    """A language by code or Dutch name."""
    return _one_of(text, _LANGUAGES, f"Kies een taal: {', '.join(LANGUAGES.values())}.")


def target_group(text: str) -> Cleaned:
    """VERPLICHT or RECHTHEBBEND."""
    return _one_of(text, _TARGET_GROUPS, "Schrijf verplicht of rechthebbend.")


_SEXES = {"m": "M", "man": "M", "mannelijk": "M", "v": "V", "vrouw": "V", "vrouwelijk": "V", "f": "V", "x": "X"}
_LANGUAGES = {
    **{code: code for code in LANGUAGES},
    **{words.lower(): code for code, words in LANGUAGES.items()},
    "perzisch": "fa", "koerdisch": "kmr", "sorani": "ckb", "kurmanji": "kmr",
}  # fmt: skip
_TARGET_GROUPS = {
    "verplicht": "VERPLICHT", "verplichte": "VERPLICHT", "verplichte inburgeraar": "VERPLICHT",
    "rechthebbend": "RECHTHEBBEND", "rechthebbende": "RECHTHEBBEND", "rechthebbende inburgeraar": "RECHTHEBBEND",
}  # fmt: skip


def _one_of(text: str, known: Mapping[str, str], advice: str) -> Cleaned:
    if not text:
        return EMPTY
    value = known.get(text.lower())
    return Cleaned(value) if value else Cleaned("", f"{text[:40]} herkennen we niet. {advice}")


def municipality(text: str) -> Cleaned:
    """A municipality by name."""
    return Cleaned(text[:60])


def postal_code(text: str) -> Cleaned:
    """Four digits."""
    if not text or (len(text) == 4 and text.isascii() and text.isdigit()):
        return Cleaned(text)
    return Cleaned("", f"{text[:20]} is geen Belgische postcode. Schrijf vier cijfers, zoals 2800.")


@lru_cache(maxsize=4096)
def _phone(text: str) -> Cleaned:
    digits = re.sub(r"[^\d+]", "", text)
    if re.fullmatch(r"4\d{8}", digits):
        return Cleaned(f"0{digits}", repair=f"De nul vooraan was weggevallen: {digits} is {dates.phone('0' + digits)}.")
    if re.fullmatch(r"0\d{8,9}|(\+|00)\d{8,15}", digits):
        return Cleaned(digits)
    return Cleaned("", f"{text[:30]} is geen telefoonnummer. Schrijf zoals 0470 12 34 56 of +32 470 12 34 56.")


def phone(text: str) -> Cleaned:
    """Digits, with + for a foreign number."""
    return _phone(text) if text else EMPTY


def email(text: str) -> Cleaned:
    """An address for e-mail."""
    if not text or (len(text) <= 120 and _EMAIL.fullmatch(text)):
        return Cleaned(text.lower())
    return Cleaned("", f"{text[:40]} is geen e-mailadres. Schrijf zoals naam@voorbeeld.be.")


def cleaners(today: date, staff: Mapping[str, str]) -> dict[str, Callable[[str], Cleaned]]:
    """Field -> how its cells are cleaned. `staff` is a name or username, lower case -> username."""

    def case_worker(text: str) -> Cleaned:
        if not text:
            return EMPTY
        found = staff.get(text.lower())
        advice = "Schrijf de naam zoals in de werklijst van het team."
        return Cleaned(found) if found else Cleaned("", f"{text[:40]} werkt niet bij je agentschap. {advice}")

    return {
        "insz": insz,
        "first_name": name,
        "last_name": name,
        "birth": lambda text: birth(text, today),
        "sex": sex,
        "language": language,
        "municipality": municipality,
        "postal_code": postal_code,
        "phone": phone,
        "email": email,
        "target_group": target_group,
        "contract_signed_on": lambda text: past_day(text, today),
        "case_worker": case_worker,
    }
