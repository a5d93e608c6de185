"""Put the texts that come with the product into the database, as version 1 and as concepts. Safe to repeat."""

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from toeleiding.referrals.models.texts import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.texts.content import DUTCH, LANGUAGES, Content, read

# The pillar exists since the first contracts of R-01; the first text has no day of its own to begin.
_BEGIN = date(2022, 3, 1)


def digest(text: str) -> str:
    """The mark of one Dutch paragraph: when it changes, the translations of that paragraph are outdated."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def whole(paragraphs: dict[str, str], values: dict[str, Any]) -> str:
    """The hash of a whole version."""
    return hashlib.sha256(json.dumps([paragraphs, values], sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def ensure_texts() -> None:
    """Version 1 and its concept translations; what is there already stays as it is."""
    dutch = read(DUTCH)
    TextVersion.objects.get_or_create(
        number=1,
        defaults={
            "valid_from": _BEGIN,
            "paragraphs": dutch.text,
            "values": dutch.values,
            "hash": whole(dutch.text, dutch.values),
            "made_at": timezone.now(),
            "reason": "Meegeleverd met het product.",
        },
    )
    _extend(dutch)
    there = set(Translation.objects.values_list("language", flat=True))
    sources = {key: digest(text) for key, text in dutch.text.items()}
    Translation.objects.bulk_create(
        [
            Translation(language=code, revision=1, paragraphs=read(code).text, sources=sources, made_at=timezone.now())
            for code in LANGUAGES
            if code != DUTCH and code not in there
        ],
        ignore_conflicts=True,
    )
    _renew(sources)


def _renew(sources: dict[str, str]) -> None:
    """A concept of the product that the product says better now, gets another revision; what people wrote stays."""
    newest = {row.language: row for row in Translation.objects.order_by("revision")}
    Translation.objects.bulk_create(
        [
            Translation(
                language=code,
                revision=row.revision + 1,
                paragraphs=read(code).text,
                sources=sources,
                made_at=timezone.now(),
            )
            for code, row in newest.items()
            if code in LANGUAGES
            and row.translated_by_id is None
            and row.status == TranslationStatus.CONCEPT
            and row.paragraphs != read(code).text
        ],
        ignore_conflicts=True,
    )


def _extend(dutch: Content) -> None:
    """A newer product says more than the texts in the database: the next version has those paragraphs too.

    What people wrote stays theirs. The translations get the new paragraphs as a concept, so somebody reads them over;
    until it is approved, the approved one is still shown (decision 055).
    """
    last = TextVersion.objects.order_by("-number")[0]
    new = {key: text for key, text in dutch.text.items() if key not in last.paragraphs}
    if not new:
        return
    words = {**last.paragraphs, **new}
    TextVersion.objects.create(
        number=last.number + 1,
        valid_from=max(last.valid_from, timezone.localdate()),
        paragraphs=words,
        values=last.values,
        hash=whole(words, last.values),
        made_at=timezone.now(),
        reason="Nieuwe teksten van het product.",
    )
    newest = {row.language: row for row in Translation.objects.order_by("language", "revision")}
    Translation.objects.bulk_create(
        Translation(
            language=code,
            revision=row.revision + 1,
            paragraphs={**row.paragraphs, **{key: read(code).text[key] for key in new}},
            sources={**row.sources, **{key: digest(text) for key, text in new.items()}},
            translated_by_id=row.translated_by_id,
            made_at=timezone.now(),
        )
        for code, row in newest.items()
        if code in LANGUAGES
    )
