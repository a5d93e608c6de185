"""Step 4: Dutch beside the language of the client, eight points, and the proof afterwards."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.law import Suspension
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessLog
from toeleiding.referrals.models import TextVersion
from toeleiding.referrals.texts import loading
from toeleiding.referrals.texts.points import POINT_IDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Access:
    return make_staff()


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


@pytest.fixture
def dossier(worker: Access) -> Dossier:
    made = make_dossier(access=worker, work=[])
    answer = e.EmploymentServiceAnswered(answer="NOT_KNOWN")
    return record(made, NewEvent(answer, timezone.localdate(), e.Source.VDAB))


def fields(dossier: Dossier, **more: object) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {"taal": "ar", "tolk": "ja", "vorm": "TALK", "datum": today, "events": dossier.events, "versie": "1", **more}


def body(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_text_stands_in_both_languages_and_the_language_comes_from_the_file(desk: Client, dossier: Dossier) -> None:
    page = body(desk.get(f"/dossiers/{dossier.number}/toelichting"))
    assert page.count('name="punten"') == 8
    assert '<option value="ar" selected>' in page
    assert "Wat doet VDAB voor jou?" in page
    assert '<div lang="ar" dir="rtl">' in page
    assert "التسجيل" not in page.split("tweetalig")[0]
    assert '<bdi dir="ltr">0800\u00a030\u00a0700</bdi>' in page
    assert "Vertaling van de Nederlandse tekst, versie 1 - concept" in page
    french = body(desk.get(f"/dossiers/{dossier.number}/toelichting?taal=fr"))
    assert "Comment s&#x27;inscrire\u00a0? Choisissez 1 manière." in french


def test_the_eight_points_or_all_at_once(desk: Client, dossier: Dossier) -> None:
    address = f"/dossiers/{dossier.number}/toelichting"
    none = desk.post(address, fields(dossier))
    assert none.status_code == 422
    assert "Vink “Alles besproken” aan, of elk punt dat je besprak." in body(none)
    some = desk.post(address, fields(dossier, punten=["waarom", "wie"]))
    assert "6 punten zijn nog niet besproken." in body(some)
    assert body(some).count(" checked") == 2
    assert desk.post(address, fields(dossier, alles="on")).status_code == 302
    dossier.refresh_from_db()
    assert dossier.step == "REGISTRATION"
    given = load_state(dossier).explanation
    assert given is not None
    assert (given.language, given.text_version, given.interpreter_used) == ("ar", "versie 1, concept", True)
    assert len(given.points) == 8


def test_what_was_not_on_the_screen_is_not_proven(desk: Client, dossier: Dossier) -> None:
    address = f"/dossiers/{dossier.number}/toelichting"
    opened = body(desk.get(address))
    assert '<input type="hidden" name="versie" value="1">' in opened
    first = TextVersion.objects.get(number=1)
    words = {**first.paragraphs, "vragen": "Bel je trajectbegeleider."}
    TextVersion.objects.create(
        number=2, valid_from=timezone.localdate(), paragraphs=words, values=first.values,
        hash=loading.whole(words, first.values), made_at=timezone.now(),
    )  # fmt: skip
    answer = desk.post(address, fields(dossier, punten=list(POINT_IDS)))
    assert answer.status_code == 422
    page = body(answer)
    assert "De tekst veranderde intussen. Lees de nieuwe tekst hieronder na en bewaar opnieuw." in page
    assert ("Bel je trajectbegeleider." in page, page.count(" checked")) == (True, 8)
    assert load_state(Dossier.objects.get(pk=dossier.pk)).explanation is None
    assert '<input type="hidden" name="versie" value="2">' in page
    assert desk.post(address, fields(dossier, alles="on", versie="2")).status_code == 302


def test_another_language_of_the_text_keeps_what_was_filled_in(desk: Client, dossier: Dossier) -> None:
    asked = {"taal": "fr", "punten": ["waarom", "wie"], "tolk": "nee", "vorm": "PHONE", "datum": "20 november 2026"}
    page = body(desk.get(f"/dossiers/{dossier.number}/toelichting", asked))
    assert "Comment s&#x27;inscrire" in page
    assert page.count(" checked") == 2
    for kept in ('value="20 november 2026"', '<option value="PHONE" selected>', '<option value="nee" selected>'):
        assert kept in page
    strange = {"taal": "fr", "tolk": "x", "vorm": "<b>", "datum": "32 maart", "punten": ["<i>"]}
    page = body(desk.get(f"/dossiers/{dossier.number}/toelichting", strange))
    assert ('<option value="TALK" selected>' in page, "32 maart" in page, "<i>" in page) == (True, False, False)


def test_the_proof_stands_on_the_page_afterwards(desk: Client, dossier: Dossier) -> None:
    desk.post(f"/dossiers/{dossier.number}/toelichting", fields(dossier, alles="on", vorm="PHONE"))
    page = body(desk.get(f"/dossiers/{dossier.number}/toelichting"))
    proof = page[page.index('id="bewijs"') :]
    for words in ("Arabisch", "telefoon", "versie 1, concept", "8 van 8", "Nadia Testema"):
        assert words in proof


def test_outside_the_exercise_environment_the_page_is_dutch_with_the_advice_to_use_an_interpreter(
    desk: Client, dossier: Dossier, settings: Any
) -> None:
    settings.OEFENOMGEVING = False
    page = body(desk.get(f"/dossiers/{dossier.number}/toelichting", secure=True))
    assert "Geef de uitleg met een tolk." in page
    assert "ترجمة" not in page
    assert 'dir="rtl"' not in page


def test_a_language_without_a_text_gets_the_dutch_one(desk: Client, dossier: Dossier) -> None:
    page = body(desk.get(f"/dossiers/{dossier.number}/toelichting?taal=sq"))
    assert "Geef de uitleg met een tolk." in page


def test_the_page_asks_few_questions_of_the_database(
    desk: Client, dossier: Dossier, django_assert_max_num_queries: Any
) -> None:
    desk.get(f"/dossiers/{dossier.number}/toelichting")
    with django_assert_max_num_queries(14):
        desk.get(f"/dossiers/{dossier.number}/toelichting")


def test_the_papers_are_pdf_and_logged(desk: Client, dossier: Dossier, worker: Access) -> None:
    for path in ("toelichting/folder.pdf", "brief.pdf", "toelichting/folder.pdf?taal=ti"):
        answer = desk.get(f"/dossiers/{dossier.number}/{path}")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    answer = desk.get(f"/dossiers/{dossier.number}/afspraakkaart.pdf")
    assert answer.status_code == 302


def test_a_request_for_help_is_the_next_step_until_somebody_answers(desk: Client, dossier: Dossier) -> None:
    record(dossier, NewEvent(e.ClientAskedHelp(), timezone.localdate(), e.Source.CLIENT))
    assert "Volgende stap: bel Samira terug" in body(desk.get(dossier.get_absolute_url()))
    assert dossier.tasks.filter(kind="CLIENT_HELP", closed_at=None).exists()
    desk.post(f"/dossiers/{dossier.number}/link", {"deel": "hulp"})
    assert "bel Samira terug" not in body(desk.get(dossier.get_absolute_url()))
    assert not dossier.tasks.filter(kind="CLIENT_HELP", closed_at=None).exists()


@pytest.mark.parametrize("language", ["xx", "a%00b", "nl%20"])
def test_a_language_that_nobody_has_is_that_of_the_file(desk: Client, dossier: Dossier, language: str) -> None:
    answer = desk.get(f"/dossiers/{dossier.number}/toelichting?taal={language}")
    assert answer.status_code == 200
    assert body(answer).count('<option value="ar" selected>') == 2  # of the text, and of the talk


def test_letters_to_the_ticked_people_of_the_worklist_and_to_nobody_else(desk: Client, dossier: Dossier) -> None:
    elsewhere = make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    answer = desk.post("/brieven.pdf", {"kies": [dossier.pk, elsewhere.pk, "x", "²"]})
    assert answer["Content-Type"] == "application/pdf"
    assert AccessLog.objects.filter(dossier=dossier.pk, action="PRINTED", detail="brieven").exists()
    assert not AccessLog.objects.filter(dossier=elsewhere.pk).exists()
    assert desk.post("/brieven.pdf", {"kies": [elsewhere.pk]}).status_code == 302
    assert desk.post("/brieven.pdf").status_code == 302


def test_more_letters_than_one_document_holds_is_said(
    desk: Client, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toeleiding.referrals.letters.views.LETTERS_AT_ONCE", 1)
    other = make_dossier(work=[])
    many = desk.post("/brieven.pdf", {"kies": [dossier.pk, other.pk]}, follow=True)
    assert "Vink er hoogstens 1 aan voor brieven." in body(many)


def test_the_card_is_of_the_next_appointment(desk: Client, dossier: Dossier, worker: Access) -> None:
    at = timezone.now() + timedelta(days=3)
    planned = e.AppointmentPlanned(appointment=uuid4(), subject="TALK", at=at, staff=worker.staff.username)
    record(dossier, NewEvent(planned, timezone.localdate(), e.Source.CASE_WORKER, worker.staff))
    answer = desk.get(f"/dossiers/{dossier.number}/afspraakkaart.pdf")
    assert answer.content.startswith(b"%PDF-")


def test_somebody_reads_her_own_term_and_without_a_term_that_there_is_none(desk: Client, dossier: Dossier) -> None:
    address = f"/dossiers/{dossier.number}/toelichting?taal=ru"
    days = (dossier.due_on - dossier.contract_signed_on).days
    page = body(desk.get(address))
    assert f"Je hebt {days} dagen tijd na je contract." in page
    assert "geen uiterste datum" not in page
    today = timezone.localdate()
    stopped = e.TermSuspended(suspension=Suspension(begin=today - timedelta(days=6), end=today, reason="ziekenhuis"))
    dossier = record(dossier, NewEvent(stopped, today, e.Source.CASE_WORKER))
    assert (dossier.due_on - dossier.contract_signed_on).days == days + 7
    assert f"Je hebt {days + 7} dagen tijd na je contract." in body(desk.get(address))
    protected = e.TemporaryProtectionSet(protected=True)
    dossier = record(dossier, NewEvent(protected, today, e.Source.CASE_WORKER))
    page = body(desk.get(address))
    assert dossier.due_on is None
    assert "dagen tijd na je contract" not in page
    assert "Voor jou is er geen uiterste datum." in page
    assert "Для вас нет крайнего срока." in page
