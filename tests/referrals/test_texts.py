"""The texts: complete in seventeen languages, versioned, and one gate to a client."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from tests.factories import make_staff
from toeleiding.organisations.models import Role
from toeleiding.referrals.models import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.texts import content, loading
from toeleiding.referrals.texts.gate import Audience, text_for

OTHERS = [code for code in content.LANGUAGES if code != "nl"]
# Words that only Dutch has; a name of a month is the same in many languages.
DUTCH_WORDS = re.compile(r"\b(je|jij|jouw|het|een|voor|inschrijven|trajectbegeleider|werkt|vandaag|niet)\b")
SAME_EVERYWHERE = {"datum", "beste"}
SCRIPTS = {"Latin": "LATIN", "Arabic": "ARABIC", "Cyrillic": "CYRILLIC", "Ethiopic": "ETHIOPIC"}
IN_LATIN_SCRIPT = re.compile(r"\{[a-z]+\}|Actiris|itsme|eID|VDAB|vdab\.be")


@pytest.mark.parametrize("code", content.LANGUAGES)
def test_every_language_has_every_paragraph_with_the_same_places_to_fill(code: str) -> None:
    dutch, other = content.read("nl"), content.read(code)
    assert other.tongue.code == code
    assert list(other.text) == list(dutch.text)
    for key, text in dutch.text.items():
        assert sorted(re.findall(r"\{[a-z]+\}", other.text[key])) == sorted(re.findall(r"\{[a-z]+\}", text)), key
    assert len(other.text["maanden"].split()) == 12
    assert len(other.text["weekdagen"].split()) == 7


@pytest.mark.parametrize("code", OTHERS)
def test_no_dutch_is_left_in_a_translation(code: str) -> None:
    dutch, other = content.read("nl").text, content.read(code).text
    assert [key for key in other if other[key] == dutch[key] and key not in SAME_EVERYWHERE] in ([], ["concept"])
    left = {key: found[0] for key, text in other.items() if (found := DUTCH_WORDS.search(text)) and code != "en"}
    assert left == {}


@pytest.mark.parametrize("code", content.LANGUAGES)
def test_every_paragraph_is_in_the_script_of_its_language(code: str) -> None:
    found = content.read(code)
    wanted = SCRIPTS[found.tongue.script]
    for key, text in found.text.items():
        letters = [sign for sign in IN_LATIN_SCRIPT.sub("", text) if sign.isalpha()]
        wrong = [sign for sign in letters if not unicodedata.name(sign).startswith(wanted)]
        assert not wrong, (key, wrong)
    assert (found.tongue.direction == "rtl") == (found.tongue.script == "Arabic")


def approve(code: str) -> Translation:
    row = Translation.objects.filter(language=code).first()
    assert row
    reader, approver = make_staff(Role.PROJECT_LEAD), make_staff(Role.PROJECT_LEAD)
    now = timezone.now()
    fields = {"read_by": reader.staff, "read_at": now, "approved_by": approver.staff, "approved_at": now}
    Translation.objects.filter(pk=row.pk).update(status=TranslationStatus.APPROVED, **fields)
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("code", OTHERS)
def test_outside_the_exercise_environment_a_concept_never_reaches_a_client(code: str, settings: Any) -> None:
    assert text_for(code, Audience.CLIENT).concept
    settings.OEFENOMGEVING = False
    text = text_for(code, Audience.CLIENT)
    assert (text.tongue.code, text.fallback, text.concept) == ("nl", True, False)
    assert text.say("titel") == "Schrijf je in bij VDAB"


@pytest.mark.django_db
def test_an_approved_text_reaches_a_client_until_the_dutch_changes(settings: Any) -> None:
    settings.OEFENOMGEVING = False
    approve("ar")
    text = text_for("ar", Audience.CLIENT)
    assert (text.tongue.code, text.concept) == ("ar", False)
    assert text.note == "ترجمة النص الهولندي، النسخة 1"
    first = TextVersion.objects.get(number=1)
    tomorrow = timezone.localdate() + timedelta(days=1)
    words = {**first.paragraphs, "vragen": "Bel je trajectbegeleider."}
    TextVersion.objects.create(
        number=2,
        valid_from=tomorrow,
        paragraphs=words,
        values=first.values,
        hash=loading.whole(words, first.values),
        made_at=timezone.now(),
    )
    assert text_for("ar", Audience.CLIENT).tongue.code == "ar"
    assert text_for("ar", Audience.CLIENT, day=tomorrow).fallback
    assert text_for("nl", Audience.CLIENT, day=tomorrow).say("vragen") == "Bel je trajectbegeleider."


@pytest.mark.django_db
def test_the_database_keeps_the_words_and_asks_for_two_people() -> None:
    version = TextVersion.objects.get(number=1)
    with pytest.raises(ProgrammingError), transaction.atomic():
        TextVersion.objects.filter(pk=version.pk).update(reason="anders")
    row = Translation.objects.filter(language="en").get()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Translation.objects.filter(pk=row.pk).update(paragraphs={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.filter(pk=row.pk).update(status=TranslationStatus.APPROVED)
    own = make_staff(Role.PROJECT_LEAD).staff
    own_words = {"translated_by": own, "read_by": own, "read_at": timezone.now(), "status": "NAGELEZEN"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.create(
            language="en", revision=2, paragraphs={}, sources={}, made_at=timezone.now(), **own_words
        )


@pytest.mark.django_db
def test_a_brussels_text_names_actiris_and_no_number_that_nobody_confirmed() -> None:
    text = text_for("fr", Audience.CLIENT, "ACTIRIS")
    assert text.say("titel") == "Inscrivez-vous chez Actiris"
    assert text.say("hoe_telefoon") == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "words"),
    [("nl", "vrijdag 20 november 2026"), ("es", "viernes 20 de noviembre de 2026"), ("ar", "الجمعة 20 نوفمبر 2026")],
)
def test_dates_are_in_words(code: str, words: str) -> None:
    assert text_for(code, Audience.CLIENT).day(date(2026, 11, 20), weekday=True) == words


def test_only_the_gate_and_the_desk_of_the_texts_read_translations() -> None:
    """What is given to a client cannot come from anywhere else: nobody else knows the rows or the files."""
    room = content.FOLDER.parents[1]
    allowed = {"texts/gate.py", "texts/loading.py", "texts/desk.py", "texts/services.py", "models/__init__.py"}
    allowed |= {"models/texts.py"}
    readers = {
        str(path.relative_to(room))
        for path in room.rglob("*.py")
        if "migrations" not in path.parts
        and re.search(r"\bTranslation\b|content import[^\n]*\bread\b|Audience\.EDITOR", path.read_text())
    }
    assert readers <= allowed
    above = [path for path in room.parent.rglob("*.py") if room not in path.parents]
    assert not [path for path in above if "referrals.models.texts" in path.read_text()]
