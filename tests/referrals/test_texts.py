"""The texts: complete in seventeen languages, versioned, and one gate to a client."""

import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from tests.factories import make_staff
from toeleiding.organisations.models import Role
from toeleiding.referrals.models import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.texts import content, gate, loading, plural, services
from toeleiding.referrals.texts.gate import text_for
from toeleiding.referrals.texts.runs import split

OTHERS = [code for code in content.LANGUAGES if code != "nl"]
# Words that only Dutch has; a name of a month is the same in many languages.
DUTCH_WORDS = re.compile(r"\b(je|jij|jouw|het|een|voor|inschrijven|trajectbegeleider|werkt|vandaag|niet)\b")
SAME_EVERYWHERE = {"datum", "beste"}
SCRIPTS = {"Latin": "LATIN", "Arabic": "ARABIC", "Cyrillic": "CYRILLIC", "Ethiopic": "ETHIOPIC"}
# Unicode CLDR 46, plurals.xml: the form of 1, 2, 5, 11, 21, 60 and 61 days.
COUNTED = (1, 2, 5, 11, 21, 60, 61)
FORMS = {
    "ru": "день дня дней дней день дней день",
    "uk": "день дні днів днів день днів день",
    "pl": "dzień dni dni dni dni dni dni",
    "ro": "zi zile zile zile de_zile de_zile de_zile",
    "bg": "ден дни дни дни дни дни дни",
    "ar": "يوم يومين أيام يومًا يومًا يومًا يومًا",
    "so": "maalin maalmood maalmood maalmood maalmood maalmood maalmood",
    "ps": "ورځ ورځې ورځې ورځې ورځې ورځې ورځې",
    "ti": "መዓልቲ መዓልታት መዓልታት መዓልታት መዓልታት መዓልታት መዓልታት",
    "en": "day days days days days days days",
    "fr": "jour jours jours jours jours jours jours",
    "es": "día días días días días días días",
    "pt": "dia dias dias dias dias dias dias",
    "tr": "gün gün gün gün gün gün gün",
    "fa": "روز روز روز روز روز روز روز",
    "prs": "روز روز روز روز روز روز روز",
}
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
    assert text_for(code).concept
    settings.OEFENOMGEVING = False
    text = text_for(code)
    assert (text.tongue.code, text.fallback, text.concept) == ("nl", True, False)
    assert text.say("titel") == "Schrijf je in bij VDAB"


@pytest.mark.django_db
def test_an_approved_text_reaches_a_client_until_the_dutch_changes(settings: Any) -> None:
    settings.OEFENOMGEVING = False
    approve("ar")
    text = text_for("ar")
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
    assert text_for("ar").tongue.code == "ar"
    assert text_for("ar", day=tomorrow).fallback
    assert text_for("nl", day=tomorrow).say("vragen") == "Bel je trajectbegeleider."


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
    text = text_for("fr", "ACTIRIS")
    assert text.say("titel") == "Inscrivez-vous chez Actiris"
    assert text.say("hoe_telefoon") == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("nl", "vrijdag 20 november 2026"),
        ("en", "Friday 20 November 2026"),
        ("fr", "vendredi 20 novembre 2026"),
        ("ar", "الجمعة 20 نوفمبر 2026"),
        ("uk", "п’ятниця, 20 листопада 2026 року"),
        ("tr", "Cuma, 20 Kasım 2026"),
        ("prs", "جمعه 20 نومبر 2026"),
        ("fa", "جمعه 20 نوامبر 2026"),
        ("ps", "جمعه 20 نومبر 2026"),
        ("ti", "ዓርቢ 20 ሕዳር 2026"),
        ("so", "Jimce, 20 Nofeembar 2026"),
        ("ru", "пятница, 20 ноября 2026 года"),
        ("es", "viernes, 20 de noviembre de 2026"),
        ("pt", "sexta-feira, 20 de novembro de 2026"),
        ("ro", "vineri, 20 noiembrie 2026"),
        ("bg", "петък, 20 ноември 2026 година"),
        ("pl", "piątek, 20 listopada 2026 roku"),
    ],
)
def test_dates_are_in_words(code: str, words: str) -> None:
    assert text_for(code).day(date(2026, 11, 20), weekday=True) == words


@pytest.mark.django_db
def test_the_first_of_a_month_is_premier_in_french_only() -> None:
    assert text_for("fr").day(date(2026, 12, 1)) == "1er décembre 2026"
    assert text_for("es").day(date(2026, 12, 1)) == "1 de diciembre de 2026"


@pytest.mark.django_db
@pytest.mark.parametrize("code", content.LANGUAGES)
def test_a_sentence_ends_once_and_its_marks_and_numbers_do_not_part(code: str) -> None:
    """The date may end with a mark of its own, and a phone number or a mark after a space may not be left alone."""
    text = text_for(code)
    words = {
        "datum": text.day(date(2026, 11, 20)),
        "naam": "Samira",
        "versie": "1",
        "uur": "9:30",
        "agentschap": "AgII",
    }
    for key in set(text.paragraphs) - {"datum"}:
        said = text.say(key, **words)
        assert "{" not in said, key
        assert not re.search(r"\.\.|  | [?!:;.,،؛؟።፦]", said), (key, said)
    assert "0800\u00a030\u00a0700" in text.say("hoe_telefoon")


@pytest.mark.django_db
@pytest.mark.parametrize("code", content.LANGUAGES)
def test_the_number_of_days_is_that_of_the_rule_in_force(code: str, monkeypatch: Any) -> None:
    assert "60" not in " ".join(content.read(code).text.values())
    assert "60" in text_for(code).say("wanneer_termijn")
    other = type("Rules", (), {"in_force": lambda self, day: type("Now", (), {"term_days": 45})()})()
    monkeypatch.setattr(gate, "in_force", lambda: other)
    said = text_for(code).say("wanneer_termijn")
    assert ("45" in said, "60" in said) == (True, False)


@pytest.mark.django_db
@pytest.mark.parametrize("code", OTHERS)
def test_a_number_of_days_has_the_form_of_its_language(code: str) -> None:
    text = text_for(code)
    for days, form in zip(COUNTED, FORMS[code].split(), strict=True):
        said = text.say("wanneer_termijn", dagen=str(days))
        assert re.search(rf"\b{days} {form.replace('_', ' ')}(?!\w)", said), said
        assert "[" not in said


@pytest.mark.parametrize("code", content.LANGUAGES)
def test_each_choice_of_forms_is_complete(code: str) -> None:
    assert all(plural.complete(code, text) for text in content.read(code).text.values())
    assert not plural.complete("ru", "{dagen} [день|дней]")


def says_more(monkeypatch: Any) -> None:
    """A newer product, whose texts say one thing more."""
    real = content.read

    def more(code: str) -> content.Content:
        found = real(code)
        return replace(found, text={**found.text, "nieuw": f"Nieuw in {code}"})

    monkeypatch.setattr(loading, "read", more)
    loading.ensure_texts()


@pytest.mark.django_db
def test_an_approved_translation_stays_until_what_a_newer_product_adds_is_approved(
    settings: Any, monkeypatch: Any
) -> None:
    settings.OEFENOMGEVING = False
    approve("ar")
    before, outdated = text_for("ar").say("titel"), services.outdated()
    says_more(monkeypatch)
    text = text_for("ar")
    assert (text.tongue.code, text.concept, text.version) == ("ar", False, 2)
    assert text.say("titel") == before
    assert text.say("nieuw") == "Nieuw in nl"
    assert services.outdated() == outdated + 1
    assert text_for("fr").fallback, "never approved"
    approve("ar")
    assert text_for("ar").say("nieuw") == "Nieuw in ar"
    assert services.outdated() == outdated


@pytest.mark.django_db
def test_what_a_colleague_translated_stays_hers_when_the_product_adds_to_it(monkeypatch: Any) -> None:
    first = Translation.objects.get(language="ar")
    own = make_staff(Role.PROJECT_LEAD).staff
    Translation.objects.create(
        language="ar", revision=2, paragraphs={**first.paragraphs, "titel": "ت"}, sources=first.sources,
        made_at=timezone.now(), translated_by=own,
    )  # fmt: skip
    says_more(monkeypatch)
    newest = Translation.objects.filter(language="ar")[0]
    assert (newest.revision, newest.translated_by, newest.paragraphs["titel"]) == (3, own, "ت")


@pytest.mark.parametrize("code", [code for code in content.LANGUAGES if content.read(code).tongue.direction == "rtl"])
def test_arabic_script_has_its_own_letters_and_marks(code: str) -> None:
    """Each language its own yeh, kaf and heh, and no Latin comma or question mark."""
    said = " ".join(content.read(code).text.values())
    assert not re.search("[,;?]", said)
    strangers = {"ar": "یکگپچژۀےټډړښ", "fa": "يكىټډړښ", "prs": "يكىټډړښ", "ps": "كىۀے"}
    assert [sign for sign in strangers[code] if sign in said] == []
    own = {"ar": "يكةى", "fa": "یکگپچ", "prs": "یکگپچ", "ps": "ټډړښېۍئ"}
    assert [sign for sign in own[code] if sign not in said] == []


def test_dari_is_not_persian_of_iran() -> None:
    """What is said otherwise in Afghanistan, stands otherwise."""
    dari, persian = (" ".join(content.read(code).text.values()) for code in ("prs", "fa"))
    for afghan, iranian in (("تیلفون", "تلفن"), ("هالندی", "هلندی"), ("نمبر", "شمارهٔ"), ("انترنت", "اینترنت")):
        assert (afghan in dari, iranian in dari) == (True, False)
        assert (afghan in persian, iranian in persian) == (False, True)


def test_tigrinya_has_its_own_full_stop_and_colon() -> None:
    for key, text in content.read("ti").text.items():
        assert not re.search(r"[\u1200-\u137f] ?[.:,;]", text), key


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("مرحبًا Élise Şen", "Élise Şen"),
        ("اتصل على +32 2 505 55 00.", "+32 2 505 55 00"),
        ("سلام Zoe\u0308", "Zoe\u0308"),
        ("سلام O’Neil", "O’Neil"),
    ],
)
def test_a_name_or_number_in_latin_script_stays_in_one_piece(said: str, kept: str) -> None:
    assert [piece for piece, latin in split(said) if latin] == [kept]


@pytest.mark.django_db
def test_a_newer_product_renews_its_concepts_and_leaves_what_people_wrote() -> None:
    now, sources = timezone.now(), Translation.objects.get(language="en").sources
    Translation.objects.filter(language__in=["en", "fr"]).delete()
    own = make_staff(Role.PROJECT_LEAD).staff
    for code, by in (("en", None), ("fr", own)):
        Translation.objects.create(
            language=code, revision=1, paragraphs={"titel": "old"}, sources=sources, made_at=now, translated_by=by
        )
    for _ in range(2):
        loading.ensure_texts()
    assert [row.revision for row in Translation.objects.filter(language="en")] == [2, 1]
    assert Translation.objects.filter(language="en")[0].paragraphs == content.read("en").text
    assert [row.revision for row in Translation.objects.filter(language="fr")] == [1]


def test_only_the_gate_and_the_desk_of_the_texts_read_translations() -> None:
    """What is given to a client cannot come from anywhere else: nobody else knows the rows or the files."""
    room = content.FOLDER.parents[1]
    allowed = {"texts/gate.py", "texts/loading.py", "texts/desk.py", "texts/services.py", "models/__init__.py"}
    allowed |= {"models/texts.py"}
    rows = re.compile(r"\bTranslation\b|referrals[.]models[.]texts|texts import [^\n]*\bcontent\b")
    files = re.compile(r"texts[.]content import (?:\([^)]*|[^(\n]*)\bread\b")
    readers = {
        str(path.relative_to(room) if room in path.parents else path)
        for path in room.parent.rglob("*.py")
        if "migrations" not in path.parts and (rows.search(said := path.read_text()) or files.search(said))
    }
    assert readers <= allowed
