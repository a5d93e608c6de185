"""The one gate between the texts and a client (EXPERIENCE 5.3).

Outside the exercise environment a client gets an approved translation of the text in force, and otherwise the Dutch
text with the advice to use an interpreter. In the exercise environment a concept may be shown, marked as such.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from toeleiding.referrals.models.texts import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.texts.content import DUTCH, Tongue, tongue
from toeleiding.referrals.texts.loading import digest
from toeleiding.referrals.texts.plural import choose
from toeleiding.rulebook.selectors import in_force

USE_AN_INTERPRETER = "Geef de uitleg met een tolk."
# A mark after a space (French), and the parts of a phone number, stay on one line with what comes before.
_LOOSE_MARK = re.compile(r" (?=[?!:;»])|(?<=«) ")
_HOLD = "\u00a0"
_FIRST_OF_MONTH = {"fr": "1er"}


class NoTextError(Exception):
    """There is no Dutch text in force. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Given:
    """A text as somebody may see it. `asked` is the language that was wanted, `tongue` the one it is in.

    `service`: VDAB or ACTIRIS, of which `values` are the words.
    `concept`: not approved, so only shown in the exercise environment.
    """

    asked: str
    tongue: Tongue
    version: int
    paragraphs: dict[str, str]
    service: str
    values: dict[str, str]
    concept: bool

    @property
    def fallback(self) -> bool:
        """Dutch, because nothing else may be shown."""
        return self.asked != self.tongue.code

    @property
    def is_translation(self) -> bool:
        return self.tongue.code != DUTCH

    def say(self, paragraph: str, **more: str) -> str:
        """One paragraph with its words filled in; "" when one of them is not known."""
        values = {**self.values, **more}
        text = self.paragraphs[paragraph]
        if any(f"{{{name}}}" in text and not word for name, word in values.items()):
            return ""
        for name, word in values.items():
            text = text.replace(f"{{{name}}}", word.replace(" ", _HOLD) if name in self.values else word)
        return _LOOSE_MARK.sub(_HOLD, choose(self.tongue.code, text))

    def day(self, day: date, *, weekday: bool = False) -> str:
        """A date in words: 20 november 2026, with the day of the week where wanted."""
        month = self.paragraphs["maanden"].split()[day.month - 1]
        number = _FIRST_OF_MONTH.get(self.tongue.code, "1") if day.day == 1 else str(day.day)
        words = self.say("datum", dag=number, maand=month, jaar=str(day.year))
        return f"{self.paragraphs['weekdagen'].split()[day.weekday()]} {words}" if weekday else words

    @property
    def note(self) -> str:
        """The line that says that this is a translation, and of what."""
        return self._marked(self.say("vertaling", versie=str(self.version)), self.paragraphs["concept"])

    @property
    def mark(self) -> str:
        """How the proof names this text: "versie 1" or "versie 1, concept"."""
        return f"versie {self.version}" + (", concept" if self.concept else "")

    def _marked(self, line: str, word: str) -> str:
        return f"{line} - {word}" if self.concept else line


def text_for(language: str, service: str = "VDAB", day: date | None = None) -> Given:
    """The text for somebody who reads `language`; Dutch when no other may be shown."""
    return texts_for([language], service, day)[language]


def texts_for(languages: Iterable[str], service: str = "VDAB", day: date | None = None) -> dict[str, Given]:
    """The same for several languages, in two queries."""
    version = version_on(day or timezone.localdate())
    wanted = list(dict.fromkeys(languages))
    found: dict[str, list[Translation]] = {}
    for row in Translation.objects.filter(language__in=wanted).order_by("-revision"):
        found.setdefault(row.language, []).append(row)
    whose = service if service in version.values else "VDAB"
    values = {**version.values[whose], "dagen": str(in_force().in_force(day or timezone.localdate()).term_days)}
    return {code: _given(code, found.get(code, []), version, whose, values) for code in wanted}


def version_on(day: date) -> TextVersion:
    """The Dutch text in force on a day. Raises NoTextError."""
    found = TextVersion.objects.filter(valid_from__lte=day).order_by("-number").first()
    if found is None:
        raise NoTextError("Er is nog geen Nederlandse tekst. Laat de beheerder de installatie opnieuw klaarzetten.")
    return found


def is_current(translation: Translation, version: TextVersion) -> bool:
    """Is every paragraph there, translated from the Dutch paragraph of this version?"""
    return all(
        translation.paragraphs.get(key) and translation.sources.get(key) == digest(text)
        for key, text in version.paragraphs.items()
    )


def still_true(translation: Translation, version: TextVersion) -> bool:
    """Is what it says what this version says? A newer product may have added paragraphs that it does not have yet."""
    there = [key for key in version.paragraphs if key in translation.sources]
    return bool(there) and all(
        translation.paragraphs.get(key) and translation.sources[key] == digest(version.paragraphs[key]) for key in there
    )


def _given(code: str, rows: list[Translation], version: TextVersion, service: str, values: dict[str, str]) -> Given:
    chosen = _chosen(rows, version)
    if chosen is None:
        return Given(code, tongue(DUTCH), version.number, version.paragraphs, service, values, concept=False)
    concept = chosen.status != TranslationStatus.APPROVED or not still_true(chosen, version)
    paragraphs = {key: chosen.paragraphs.get(key, text) for key, text in version.paragraphs.items()}
    return Given(code, tongue(code), version.number, paragraphs, service, values, concept=concept)


def _chosen(rows: list[Translation], version: TextVersion) -> Translation | None:
    current = [row for row in rows if is_current(row, version)]
    approved = next((row for row in current if _approved(row)), None)
    concept = next(iter(current), None) if settings.OEFENOMGEVING else None
    # An approved translation is not lost because a newer product says more (decision 055).
    return approved or concept or next((row for row in rows if _approved(row) and still_true(row, version)), None)


def _approved(row: Translation) -> bool:
    return row.status == TranslationStatus.APPROVED
