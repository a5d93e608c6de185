"""What a message says: in seventeen languages, through the one gate, with nothing personal in a subject or an SMS."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.referrals.test_texts import approve
from toeleiding.dossiers import wording as w
from toeleiding.outreach.messages import compose
from toeleiding.outreach.messages.compose import Links, sms_parts
from toeleiding.outreach.messages.models import OF_APPOINTMENT, TO_STAFF, Channel, Message, MessageKind
from toeleiding.referrals.models import TextVersion
from toeleiding.referrals.texts.content import DUTCH, LANGUAGES
from toeleiding.referrals.texts.gate import texts_for
from toeleiding.referrals.texts.loading import ensure_texts

pytestmark = pytest.mark.django_db
AGENCY = "AgII"
HOST = "https://toeleiding.voorbeeld.be"
LINKS = Links(page=f"{HOST}/m/{'a' * 43}", stop=f"{HOST}/stop/{'b' * 16}")
KINDS = [kind for kind in MessageKind if kind not in TO_STAFF]
# Late in September on a Wednesday: the longest date in Dutch and in most languages.
AT = datetime(2026, 9, 30, 8, 30, tzinfo=UTC)
PERSONAL = {"place": "Samira Voorbeeld, Nekkerspoelstraat 1"}


# One text message of plain letters holds 160; in other scripts 70. Five parts hold Dutch and another language.
SMS_PARTS = 5


def message(kind: MessageKind, channel: Channel, language: str) -> Message:
    about = {"appointment": uuid4(), "params": {"at": AT.isoformat(), **PERSONAL}} if kind in OF_APPOINTMENT else {}
    return Message(kind=kind, channel=channel, language=language, **about)


def said(kind: MessageKind, channel: Channel, language: str) -> compose.Said:
    texts = texts_for([DUTCH, language])
    return compose.say(message(kind, channel, language), texts[DUTCH], texts[language], AGENCY, LINKS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_subject_and_no_text_message_holds_anything_personal(language: str) -> None:
    for kind in KINDS:
        for channel in Channel:
            found = said(kind, channel, language)
            assert found.subject == "Bericht van AgII, inburgering"
            secret = found.subject + (found.sms() if channel is Channel.SMS else "")
            for name in ("Samira", "Voorbeeld,", "Nekkerspoel", "TN-"):
                assert name not in secret, (kind, language)
            assert not re.search(r"\d{6}[-. ]?\d{3}", secret.replace("a" * 43, "")), (kind, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_fits_in_five_parts_and_says_how_to_stop(language: str) -> None:
    for kind in KINDS:
        text = said(kind, Channel.SMS, language).sms()
        assert sms_parts(text) <= SMS_PARTS, (kind, text)
        assert text.endswith(f"Stop: {LINKS.stop}")
        assert "{" not in text
        assert "\u00a0" not in text


def test_the_link_leads_to_the_service_of_the_client_whatever_that_is_called(client: Client) -> None:
    last = TextVersion.objects.get(number=1)
    values = {
        "VDAB": {**last.values["VDAB"], "dienst": "de VDAB"},
        "ACTIRIS": {**last.values["ACTIRIS"], "dienst": "x"},
    }
    today = timezone.localdate()
    TextVersion.objects.create(
        number=9, valid_from=today, paragraphs=last.paragraphs, values=values, hash="0" * 64, made_at=timezone.now()
    )
    texts = texts_for([DUTCH], "ACTIRIS")
    found = compose.say(message(MessageKind.EXPLANATION, Channel.SMS, "nl"), texts[DUTCH], texts[DUTCH], AGENCY, LINKS)
    assert found.parts[0].link.endswith("/info/nl/actiris")
    assert "Woon je in Brussel?" in client.get("/info/nl/vdab").content.decode()
    assert "Woon je in Brussel?" not in client.get("/info/nl/actiris").content.decode()


@pytest.mark.parametrize("language", w.LANGUAGES)
def test_the_link_to_the_explanation_opens_in_every_language_of_a_dossier(language: str, client: Client) -> None:
    link = said(MessageKind.EXPLANATION, Channel.SMS, language).parts[0].link
    assert client.get(link.removeprefix(settings.PUBLIC_URL)).status_code == 200


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != DUTCH])
def test_dutch_comes_first_and_the_translation_is_marked_as_a_concept(language: str) -> None:
    dutch, other = said(MessageKind.APPOINTMENT_PLANNED, Channel.EMAIL, language).parts
    assert dutch.tongue.code == "nl"
    assert dutch.sentences[0] == "Je hebt een afspraak op woensdag 30 september 2026 om 10.30 uur."
    assert other.tongue.code == language
    assert "10:30" in other.sentences[0]
    assert texts_for([language])[language].paragraphs["concept"] in other.note


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != DUTCH])
def test_outside_the_exercise_environment_only_an_approved_text_goes(language: str, settings: Any) -> None:
    settings.OEFENOMGEVING = False
    for kind in KINDS:
        assert [part.tongue.code for part in said(kind, Channel.SMS, language).parts] == ["nl"]
    approve(language)
    assert [part.tongue.code for part in said(MessageKind.CALL, Channel.SMS, language).parts] == ["nl", language]
    assert (
        texts_for([language])[language].paragraphs["concept"]
        not in said(MessageKind.CALL, Channel.SMS, language).sms().split()
    )


def test_an_email_says_where_and_has_a_direction_per_language() -> None:
    found = said(MessageKind.APPOINTMENT_PLANNED, Channel.EMAIL, "ar")
    assert "Waar: Samira Voorbeeld, Nekkerspoelstraat 1" in found.plain()  # the body is hers to read
    assert '<div lang="ar" dir="rtl">' in found.html()
    assert "Vertaling van de Nederlandse tekst, versie 1 - concept" in found.html()
    assert "Vertaling van de Nederlandse tekst, versie 1 - concept" in found.plain()
    assert f'href="{LINKS.stop}"' in found.html()
    assert "style=" not in found.html()


def test_who_looks_at_a_message_afterwards_sees_no_token() -> None:
    texts = texts_for([DUTCH, "fr"])
    found = compose.say(message(MessageKind.PAGE, Channel.EMAIL, "fr"), texts[DUTCH], texts["fr"], AGENCY)
    assert ".../m/..." in found.plain()


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ч" * 70, 1), ("ч" * 71, 2), ("ê" * 134, 2)],
)
def test_the_parts_of_a_text_message_are_counted_as_the_network_does(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_a_newer_product_adds_its_paragraphs_as_the_next_version_and_as_concepts(settings: Any) -> None:
    first = TextVersion.objects.get(number=1)
    old = {key: text for key, text in first.paragraphs.items() if not key.startswith("bericht_")}
    TextVersion.objects.create(
        number=2, valid_from=first.valid_from, paragraphs={**old, "titel": "Zelf geschreven"},
        values=first.values, hash="0" * 64, made_at=first.made_at,
    )  # fmt: skip
    ensure_texts()
    ensure_texts()
    now = TextVersion.objects.order_by("-number")[0]
    assert (now.number, now.paragraphs["titel"]) == (3, "Zelf geschreven")
    assert now.paragraphs["bericht_bellen"] == first.paragraphs["bericht_bellen"]
    settings.OEFENOMGEVING = False
    assert texts_for(["ar"])["ar"].fallback


def test_messages_get_their_words_from_the_gate_and_from_nowhere_else() -> None:
    room = Path(compose.__file__).parent
    for path in room.glob("*.py"):
        source = path.read_text()
        assert not re.search(r"texts\.(loading|services|desk)|content import[^\n]*\bread\b|EDITOR", source), path
