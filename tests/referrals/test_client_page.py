"""The pages of the newcomer: public in her language, private behind a link that leaks nothing."""

import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.organisations.access import Access
from toeleiding.referrals.client_page import links
from toeleiding.referrals.limits import LINK_OPENINGS, WRONG_LINKS_A_QUARTER
from toeleiding.referrals.models import ClientLink
from toeleiding.referrals.texts.content import LANGUAGES, read
from toeleiding.site.logs import HidePrivateLinks

pytestmark = pytest.mark.django_db
KILOBYTES = 1000


@pytest.fixture
def worker() -> Access:
    return make_staff()


@pytest.fixture
def dossier(worker: Access) -> Dossier:
    return make_dossier(access=worker, work=[])


@pytest.fixture
def token(worker: Access, dossier: Dossier) -> str:
    return links.make(worker, dossier)


@pytest.fixture
def phone() -> Client:
    """Somebody without an account, with forged requests refused as in real life."""
    return Client(enforce_csrf_checks=True)


def body(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_leaflet_is_in_every_language_without_script_or_sign_in(phone: Client, code: str) -> None:
    answer = phone.get(f"/info/{code}/vdab")
    page = body(answer)
    found = read(code)
    assert f'<html lang="{code}" dir="{found.tongue.direction}">' in page
    assert "<script" not in page
    assert "style=" not in page
    assert answer.cookies == {}
    for other in LANGUAGES:
        assert read(other).tongue.name in page
    if code != "nl":
        assert "Vertaling van de Nederlandse tekst, versie 1 - concept" in page
    sheets = re.findall(r'href="/static/([^"]+[.]css)"', page)
    heavy = len(answer.content) + sum(Path(str(finders.find(name))).stat().st_size for name in sheets)
    assert len(sheets) == 2
    assert heavy < 150 * KILOBYTES


def test_a_language_that_we_do_not_have_is_not_a_page(phone: Client) -> None:
    assert phone.get("/info/xx/vdab").status_code == 404


def test_looking_changes_nothing_and_shows_nobody(phone: Client, token: str, dossier: Dossier) -> None:
    before = Event.objects.count()
    for _ in range(LINK_OPENINGS + 5):
        answer = phone.get(f"/m/{token}")
        assert answer.status_code == 200
    phone.head(f"/m/{token}")
    assert "Samira" not in body(answer)
    assert phone.get(f"/m/{token}/hulp").status_code == 405
    assert phone.get(f"/m/{token}/ingeschreven").status_code == 405
    assert ClientLink.objects.get().opened == 0
    assert Event.objects.count() == before


def test_the_page_shows_a_first_name_and_no_number(phone: Client, token: str, dossier: Dossier) -> None:
    page = body(phone.post(f"/m/{token}"))
    assert "Samira" in page
    for secret in ("Voorbeeld", dossier.insz or "?", dossier.number, "1990", "Testema"):
        assert secret not in page
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script" not in page


def test_i_am_registered_is_reported_once_and_still_to_be_confirmed(
    phone: Client, token: str, dossier: Dossier
) -> None:
    for _ in range(2):
        assert "شكرًا" in body(phone.post(f"/m/{token}/ingeschreven"))
    reported = Event.objects.filter(dossier=dossier, kind="REGISTRATION_REPORTED")
    assert [(row.source, row.actor) for row in reported] == [("CLIENT", None)]
    dossier.refresh_from_db()
    assert dossier.outcome != "REGISTERED"


def test_i_need_help_becomes_a_task(phone: Client, token: str, dossier: Dossier) -> None:
    for _ in range(2):
        phone.post(f"/m/{token}/hulp")
    assert dossier.tasks.filter(kind="CLIENT_HELP", closed_at=None).count() == 1
    assert Event.objects.filter(dossier=dossier, kind="CLIENT_ASKED_HELP").count() == 1


def test_who_was_helped_and_asks_again_the_same_day_is_heard(
    phone: Client, token: str, dossier: Dossier, worker: Access
) -> None:
    phone.post(f"/m/{token}/hulp")
    sign_in(Client(), worker).post(f"/dossiers/{dossier.number}/link", {"deel": "hulp"})
    phone.post(f"/m/{token}/hulp")
    assert dossier.tasks.filter(kind="CLIENT_HELP", closed_at=None).count() == 1


def test_help_of_before_does_not_answer_who_asks_now(phone: Client, token: str, dossier: Dossier) -> None:
    phone.post(f"/m/{token}/hulp")
    dossier.refresh_from_db()
    given = e.SupportGiven(outcome="PARTLY", support="PHONE")
    yesterday = timezone.localdate() - timedelta(days=1)
    record(dossier, NewEvent(given, yesterday, e.Source.CASE_WORKER))
    assert dossier.tasks.filter(kind="CLIENT_HELP", closed_at=None).count() == 1
    record(dossier, NewEvent(given, timezone.localdate(), e.Source.CASE_WORKER))
    assert not dossier.tasks.filter(kind="CLIENT_HELP", closed_at=None).exists()


def test_a_link_opens_ten_times_and_an_open_page_counts_once(phone: Client, token: str) -> None:
    page = body(phone.post(f"/m/{token}"))
    stay = re.search(r'name="open" value="([^"]+)"', page)
    assert stay
    for code in ("en", "fr", "nl"):
        phone.post(f"/m/{token}", {"open": stay[1], "taal": code})
    assert ClientLink.objects.get().opened == 1
    for _ in range(LINK_OPENINGS - 1):
        assert phone.post(f"/m/{token}").status_code == 200
    assert phone.post(f"/m/{token}").status_code == 404
    assert phone.get(f"/m/{token}").status_code == 404


def dead(phone: Client, token: str, method: str) -> tuple[int, bytes, int]:
    with CaptureQueriesContext(connection) as asked:
        answer = getattr(phone, method)(f"/m/{token}")
    return answer.status_code, answer.content, len(asked)


@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_expired_taken_back_and_used_up_look_the_same(
    phone: Client, worker: Access, dossier: Dossier, method: str
) -> None:
    expired = links.make(worker, dossier)
    ClientLink.objects.update(
        made_at=timezone.now() - timedelta(days=15), expires_at=timezone.now() - timedelta(seconds=1)
    )
    revoked = links.make(worker, dossier)
    used = links.make(worker, dossier)
    ClientLink.objects.filter(token_hash=links.hashed(used)).update(opened=LINK_OPENINGS)
    found = {dead(phone, one, method) for one in ("x" * 43, expired, revoked, used)}
    assert len(found) == 1
    status, page, _ = found.pop()
    assert status == 404
    assert "Deze link werkt niet meer. Bel je trajectbegeleider." in page.decode()
    assert read("ti").text["werkt_niet"] in page.decode()


def test_who_guesses_is_slowed_down_and_others_are_not(phone: Client, token: str) -> None:
    for number in range(WRONG_LINKS_A_QUARTER):
        phone.get(f"/m/geraden-{number}")
    assert phone.get(f"/m/{token}").status_code == 404
    assert phone.get(f"/m/{token}", REMOTE_ADDR="203.0.113.7").status_code == 200


ANSWERS = ("ingeschreven", "hulp", "berichten")


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_over_a_link_that_does_not_work_is_taken_by_nobody(
    client: Client, worker: Access, dossier: Dossier, answer: str
) -> None:
    revoked = links.make(worker, dossier)
    links.make(worker, dossier)
    before = Event.objects.count()
    for wrong in ("x" * 43, revoked):
        page = client.post(f"/m/{wrong}/{answer}")
        assert page.status_code == 404
        assert "Deze link werkt niet meer. Bel je trajectbegeleider." in body(page)
    assert Event.objects.count() == before


@pytest.mark.parametrize("answer", ANSWERS)
def test_who_guesses_answers_is_slowed_down_too(client: Client, token: str, answer: str) -> None:
    before = Event.objects.count()
    for number in range(WRONG_LINKS_A_QUARTER):
        client.post(f"/m/geraden-{number}/{answer}")
    assert client.post(f"/m/{token}/{answer}").status_code == 404
    assert Event.objects.count() == before
    assert client.post(f"/m/{token}/{answer}", REMOTE_ADDR="203.0.113.7").status_code == 200
    assert Event.objects.count() > before


def test_only_who_may_see_a_dossier_makes_a_link_to_it(dossier: Dossier) -> None:
    with pytest.raises(DossierError, match="Je mag dit dossier niet aanvullen"):
        links.make(make_staff(organisation="atlas"), dossier)
    assert not ClientLink.objects.exists()


def test_nothing_of_a_private_page_is_kept_indexed_or_referred(phone: Client, token: str) -> None:
    for answer in (phone.get(f"/m/{token}"), phone.post(f"/m/{token}"), phone.get("/m/bestaat-niet")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert answer.cookies == {}
        links_out = re.findall(r'(?:href|src|action)="(https?:[^"]+)"', body(answer))
        assert links_out == []


def test_the_token_is_stored_and_logged_nowhere(
    phone: Client, token: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with CaptureQueriesContext(connection) as asked:
        phone.post(f"/m/{token}")
        phone.get(f"/m/{token}/bestaat-niet")
    assert not any(token in one["sql"] for one in asked)
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            assert any(isinstance(one, HidePrivateLinks) for one in handler.filters)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (f"/m/{token}/x",), None)
    assert HidePrivateLinks().filter(record)
    assert record.getMessage() == "Not Found: /m/.../x"
    said = capfd.readouterr()
    assert token not in said.out + said.err


def test_who_looked_and_why_in_plain_words_without_names(phone: Client, worker: Access, dossier: Dossier) -> None:
    desk = sign_in(Client(), worker)
    desk.get(dossier.get_absolute_url())
    desk.post(f"/dossiers/{dossier.number}/link", {"deel": "maak"})
    token = links.make(worker, dossier)
    page = body(phone.post(f"/m/{token}", {"taal": "nl"}))
    assert "Wie keek in mijn dossier en waarom?" in page
    assert "AgII, om je te helpen naar werk" in re.sub(r"</?bdi[^>]*>", "", page)
    assert "Testema" not in page


def test_the_desk_shows_a_link_once_and_takes_it_back(worker: Access, dossier: Dossier) -> None:
    desk = sign_in(Client(), worker)
    made = body(desk.post(f"/dossiers/{dossier.number}/link", {"deel": "maak"}))
    token = re.search(r"/m/([\w-]{43})<", made)
    assert token
    assert "<svg" in made
    assert token[1] not in body(desk.get(f"/dossiers/{dossier.number}/link"))
    assert Client().get(f"/m/{token[1]}").status_code == 200
    desk.post(f"/dossiers/{dossier.number}/link", {"deel": "trek-in"})
    assert Client().get(f"/m/{token[1]}").status_code == 404


def test_taking_back_takes_back_the_links_of_a_dossier_that_was_merged_into_it_too(worker: Access) -> None:
    first, second, last = (make_dossier(access=worker, work=[]) for _ in range(3))
    token = links.make(worker, first)
    for gone, kept in ((first, second), (second, last)):
        merging.propose([merging.Pair(gone.pk, kept.pk, Likeness.NEAR_DOUBLE)])
        merging.merge(worker, MergeProposal.objects.get(status="OPEN"), kept, "Zelfde persoon")
    desk = sign_in(Client(), worker)
    assert "Trek de link in" in body(desk.get(f"/dossiers/{last.number}/link"))
    desk.post(f"/dossiers/{last.number}/link", {"deel": "trek-in"})
    assert Client().get(f"/m/{token}").status_code == 404


def test_a_link_that_works_can_be_taken_back_when_a_newer_one_is_used_up(worker: Access, dossier: Dossier) -> None:
    now = timezone.now()
    links.issue(dossier, worker.staff, now - timedelta(days=1))
    used = ClientLink.objects.filter(token_hash=links.hashed(links.issue(dossier, worker.staff, now)))
    used.update(opened=LINK_OPENINGS)
    assert "Trek de link in" in body(sign_in(Client(), worker).get(f"/dossiers/{dossier.number}/link"))


def test_the_address_on_screen_is_the_public_one(worker: Access, dossier: Dossier, settings: Any) -> None:
    settings.PUBLIC_URL = "https://toeleiding.voorbeeld.be"
    made = body(sign_in(Client(), worker).post(f"/dossiers/{dossier.number}/link", {"deel": "maak"}))
    assert "<code>https://toeleiding.voorbeeld.be/m/" in made


def test_outside_the_exercise_environment_no_concept_is_on_any_page(phone: Client, token: str, settings: Any) -> None:
    settings.OEFENOMGEVING = False
    pages = [phone.get(f"/info/{code}/vdab", secure=True) for code in LANGUAGES]
    pages += [phone.get(f"/m/{token}", secure=True), phone.post(f"/m/{token}", {"taal": "ar"}, secure=True)]
    pages.append(phone.get("/m/bestaat-niet", secure=True))
    written = " ".join(body(page) for page in pages)
    for code in LANGUAGES:
        if code != "nl":
            assert read(code).text["waarom"] not in written
            assert read(code).text["werkt_niet"] not in written
    assert "Er is nog geen goedgekeurde vertaling. Vraag een tolk." in written
