"""The verbs of whoever keeps the texts: another Dutch version, another translation, reading over, approving."""

import re
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.referrals.models.texts import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.texts import plural
from toeleiding.referrals.texts.content import DUTCH, LANGUAGES
from toeleiding.referrals.texts.gate import is_current, still_true
from toeleiding.referrals.texts.loading import digest, whole

_PLACE = re.compile(r"\{[a-z]+\}")


class TextError(Exception):
    """Something cannot be done with a text. The message says what to do, in Dutch."""


def newest() -> TextVersion:
    """The latest Dutch version, in force or still to come: the one that is translated."""
    return TextVersion.objects.order_by("-number")[0]


def outdated() -> int:
    """How many languages have a translation that does not tell what the newest Dutch version tells."""
    version = newest()
    return sum(not is_current(row, version) for row in in_use(version).values())


def in_use(version: TextVersion) -> dict[str, Translation]:
    """The translation of each language that counts: the latest, or the approved one that is shown until that is.

    What a newer product adds to an approved translation waits as a concept; until it is approved the language is
    outdated and the approved one is still shown (decision 055).
    """
    rows = Translation.objects.select_related("translated_by", "read_by", "approved_by")
    latest: dict[str, Translation] = {}
    approved: dict[str, Translation] = {}
    for row in rows.order_by("language", "revision"):
        latest[row.language] = row
        if row.status == TranslationStatus.APPROVED:
            approved[row.language] = row
    shown = {code: row for code, row in approved.items() if still_true(row, version) and not is_current(row, version)}
    return {**latest, **shown}


@transaction.atomic
def new_dutch(
    access: Access,
    paragraphs: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    valid_from: date,
    reason: str,
) -> TextVersion:
    """The next Dutch version, in force from a day on. Raises TextError."""
    _may_change(access)
    last = TextVersion.objects.select_for_update().order_by("-number")[0]
    if not reason.strip():
        raise TextError("Vul in waarom je de tekst verandert.")
    if valid_from < timezone.localdate():
        raise TextError("Kies vandaag of een latere dag. Wat al gezegd is, verandert niet.")
    words = _checked(paragraphs, last.paragraphs)
    named = {service: {key: values[service][key] for key in known} for service, known in last.values.items()}
    if (words, named) == (last.paragraphs, last.values):
        raise TextError("Er is niets veranderd.")
    return TextVersion.objects.create(
        number=last.number + 1,
        valid_from=valid_from,
        paragraphs=words,
        values=named,
        hash=whole(words, named),
        made_by=access.staff,
        made_at=timezone.now(),
        reason=reason.strip()[:300],
    )


@transaction.atomic
def new_translation(access: Access, language: str, paragraphs: Mapping[str, str]) -> Translation:
    """Another revision of a translation, as concept, of the latest Dutch version. Raises TextError."""
    _may_change(access)
    if language not in LANGUAGES or language == DUTCH:
        raise TextError("Deze taal is er niet. Kies een taal uit de lijst.")
    version = newest()
    words = _checked(paragraphs, version.paragraphs)
    for key, text in words.items():
        if not plural.complete(language, text):
            needed = plural.forms(language)
            raise TextError(f"Vul bij “{key}” tussen [ en ] {needed} vormen in, met een | ertussen.")
    last = Translation.objects.select_for_update().filter(language=language).order_by("-revision").first()
    return Translation.objects.create(
        language=language,
        revision=last.revision + 1 if last else 1,
        paragraphs=words,
        sources={key: digest(text) for key, text in version.paragraphs.items()},
        translated_by=access.staff,
        made_at=timezone.now(),
    )


@transaction.atomic
def read_over(access: Access, key: int) -> Translation:
    """A second person read it: another one than who translated. Raises TextError."""
    row = _row(access, key, TranslationStatus.CONCEPT)
    if row.translated_by_id == access.staff.pk:
        raise TextError("Wie vertaalde, leest niet na. Vraag een collega.")
    row.status, row.read_by, row.read_at = TranslationStatus.READ_OVER, access.staff, timezone.now()
    row.save(update_fields=["status", "read_by", "read_at"])
    return row


@transaction.atomic
def approve(access: Access, key: int) -> Translation:
    """From now on it reaches clients. Raises TextError."""
    row = _row(access, key, TranslationStatus.READ_OVER)
    if row.translated_by_id == access.staff.pk:
        raise TextError("Wie vertaalde, keurt niet goed. Vraag een collega.")
    row.status, row.approved_by, row.approved_at = TranslationStatus.APPROVED, access.staff, timezone.now()
    row.save(update_fields=["status", "approved_by", "approved_at"])
    return row


def _may_change(access: Access) -> None:
    if access.role is not Role.PROJECT_LEAD:
        raise TextError("Alleen een projectleider verandert teksten.")


def _row(access: Access, key: int, status: TranslationStatus) -> Translation:
    _may_change(access)
    row = Translation.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if row is None:
        raise TextError("Deze vertaling is er niet meer. Laad de pagina opnieuw.")
    if row.status != status:
        raise TextError("Iemand anders deed dit al. Laad de pagina opnieuw.")
    newer = Translation.objects.filter(language=row.language, revision__gt=row.revision).exists()
    if newer:
        raise TextError("Er is een nieuwere vertaling. Lees die na.")
    return row


def _checked(paragraphs: Mapping[str, str], like: Mapping[str, str]) -> dict[str, str]:
    """Every paragraph is there, with the same places to fill in."""
    words = {key: " ".join(paragraphs.get(key, "").split()) for key in like}
    for key, text in words.items():
        if not text:
            raise TextError(f"Vul de tekst van “{key}” in.")
        wanted = sorted(_PLACE.findall(like[key]))
        if sorted(_PLACE.findall(text)) != wanted:
            needed = ", ".join(wanted) or "geen invulplaatsen"
            raise TextError(f"De invulplaatsen van “{key}” kloppen niet. Zet er deze in: {needed}.")
    for key, count in (("maanden", 12), ("weekdagen", 7)):
        if len(words[key].split()) != count:
            raise TextError(f"Vul bij “{key}” {count} woorden in, met een spatie ertussen.")
    return words
