"""Which form of a word stands after a whole number: the plural categories of Unicode CLDR 46 (plurals.xml, cardinal).

A text writes the forms behind the number, in the order of CLDR: "{dagen} [день|дня|дней]". A language whose word does
not change after a number (Turkish, Persian, Dari) writes the word alone.
"""

import re
from typing import Literal

Category = Literal["one", "two", "few", "many", "other"]

_ONE_OTHER: tuple[Category, ...] = ("one", "other")
# What CLDR calls "zero" in Arabic, "other" in Russian, Ukrainian and Polish (parts of a whole) and "many" in French,
# Spanish and Portuguese (millions) never counts days; zero days in Arabic take the form of "other".
_FORMS: dict[str, tuple[Category, ...]] = {
    "ar": ("one", "two", "few", "many", "other"),
    "ru": ("one", "few", "many"),
    "uk": ("one", "few", "many"),
    "pl": ("one", "few", "many"),
    "ro": ("one", "few", "other"),
}
_ZERO_IS_ONE = ("fr", "pt", "fa", "prs", "ti")
_PLACE = re.compile(r"(\d+)([ \u00a0])\[([^\]]*)\]")
_CHOICE = re.compile(r"\[([^\]]*)\]")


def forms(code: str) -> int:
    """How many forms a language has after a whole number."""
    return len(_FORMS.get(code, _ONE_OTHER))


def category(code: str, number: int) -> Category:
    """The category of a whole number in a language."""
    last, two = number % 10, number % 100
    few = 2 <= last <= 4 and not 12 <= two <= 14
    match code:
        case "ru" | "uk":
            return "one" if last == 1 and two != 11 else "few" if few else "many"
        case "pl":
            return "one" if number == 1 else "few" if few else "many"
        case "ro":
            return "one" if number == 1 else "few" if number == 0 or 1 <= two <= 19 else "other"
        case "ar":
            if number in (1, 2):
                return "one" if number == 1 else "two"
            return "few" if 3 <= two <= 10 else "many" if two >= 11 else "other"
    return "one" if number == 1 or (number == 0 and code in _ZERO_IS_ONE) else "other"


def choose(code: str, text: str) -> str:
    """The text with, behind each number, the form that belongs to it."""

    def chosen(found: re.Match[str]) -> str:
        words, wanted = found[3].split("|"), _FORMS.get(code, _ONE_OTHER)
        return f"{found[1]}{found[2]}{words[wanted.index(category(code, int(found[1])))]}"

    return _PLACE.sub(chosen, text)


def complete(code: str, text: str) -> bool:
    """Has every choice in a text as many forms as its language asks?"""
    return all(
        len(words) == forms(code) and all(word.strip() for word in words)
        for words in (found.split("|") for found in _CHOICE.findall(text))
    )
