"""`/beheer/teksten`: three steps, two people, and a history."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_staff, sign_in
from toeleiding.organisations.models import Role
from toeleiding.referrals.models import TextVersion, Translation
from toeleiding.referrals.texts.gate import text_for

pytestmark = pytest.mark.django_db


def seat(role: Role = Role.PROJECT_LEAD) -> Client:
    return sign_in(Client(), make_staff(role))


def body(answer: Any) -> str:
    return str(answer.content.decode())


def words(row: Any, **more: str) -> dict[str, str]:
    return {f"p-{key}": text for key, text in {**row.paragraphs, **more}.items()}


def test_what_was_typed_stays_when_the_reason_is_missing() -> None:
    row = TextVersion.objects.get(number=1)
    sent = {**words(row, vragen="Bel of mail ons."), "w-ACTIRIS-telefoon": "0800 35 123", "deel": "bewaar"}
    answer = seat().post("/beheer/teksten/nl", sent)
    assert answer.status_code == 422
    assert "Bel of mail ons." in body(answer)
    assert 'value="0800 35 123"' in body(answer)


def test_a_translation_that_is_no_number_does_not_exist() -> None:
    assert seat().post("/beheer/teksten/en", {"deel": "nagelezen", "vertaling": "²"}).status_code == 422


def test_a_translation_is_made_read_over_and_approved_by_different_people(settings: Any) -> None:
    translator, reader = seat(), seat()
    first = Translation.objects.get(language="en")
    sent = {**words(first, vragen="Call your case worker."), "deel": "bewaar"}
    assert translator.post("/beheer/teksten/en", sent).status_code == 302
    made = Translation.objects.get(language="en", revision=2)
    own = translator.post("/beheer/teksten/en", {"deel": "nagelezen", "vertaling": made.pk})
    assert (own.status_code, "Wie vertaalde, leest niet na. Vraag een collega." in body(own)) == (422, True)
    early = reader.post("/beheer/teksten/en", {"deel": "goedgekeurd", "vertaling": made.pk})
    assert early.status_code == 422
    assert reader.post("/beheer/teksten/en", {"deel": "nagelezen", "vertaling": made.pk}).status_code == 302
    assert reader.post("/beheer/teksten/en", {"deel": "goedgekeurd", "vertaling": made.pk}).status_code == 302
    settings.OEFENOMGEVING = False
    text = text_for("en")
    assert (text.concept, text.say("vragen")) == (False, "Call your case worker.")


def test_a_changed_dutch_paragraph_makes_its_translations_outdated() -> None:
    lead = seat()
    sent = {**words(TextVersion.objects.get(number=1), vragen="Bel je trajectbegeleider."), "deel": "bewaar"}
    without = lead.post("/beheer/teksten/nl", sent)
    assert without.status_code == 422
    sent |= {"vanaf": timezone.localdate().isoformat(), "reden": "korter"}
    assert lead.post("/beheer/teksten/nl", sent).status_code == 302
    page = body(lead.get("/beheer/teksten"))
    assert page.count("Verouderd") == 16
    assert "Nederlands veranderde" in body(lead.get("/beheer/teksten/ar"))
    assert text_for("ar").fallback


def test_places_to_fill_in_stay(settings: Any) -> None:
    lead = seat()
    sent = {**words(Translation.objects.get(language="fr"), titel="Inscrivez-vous"), "deel": "bewaar"}
    answer = lead.post("/beheer/teksten/fr", sent)
    assert "De invulplaatsen van “titel” kloppen niet. Zet er deze in: {dienst}." in body(answer)


def test_others_read_and_change_nothing() -> None:
    worker = seat(Role.CASE_WORKER)
    page = body(worker.get("/beheer/teksten/ar"))
    assert "Je mag dit lezen, niet wijzigen." in page
    assert "<textarea" not in page
    row = Translation.objects.get(language="ar")
    worker.post("/beheer/teksten/ar", {"deel": "nagelezen", "vertaling": row.pk})
    row.refresh_from_db()
    assert row.status == "CONCEPT"


def test_the_pages_ask_few_questions(django_assert_max_num_queries: Any) -> None:
    lead = seat()
    for path in ("/beheer/teksten", "/beheer/teksten/ar"):
        with django_assert_max_num_queries(9):
            lead.get(path)
