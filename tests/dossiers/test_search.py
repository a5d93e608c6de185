"""The command palette: people one may see, pages, actions, and what was looked at recently."""

import re

import pytest
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, AccessLog, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Access:
    return make_staff()


@pytest.fixture
def browser(client: Client, me: Access) -> Client:
    return sign_in(client, me)


def found(browser: Client, text: str, **headers: str) -> dict[str, list[str]]:
    """The results by group: the words of each line."""
    html = browser.get("/zoek", {"q": text}, **headers).content.decode()  # type: ignore[arg-type]
    html = html[html.index('<section class="kaart"') :] if "<main" in html else html
    groups = re.findall(r"<h2>([^<]+)</h2><ul>(.*?)</ul>", html, re.DOTALL)
    return {title.replace("&#x27;", "'"): re.findall(r"</svg><span>([^<]+)</span>", items) for title, items in groups}


def test_people_are_found_with_their_next_action(browser: Client, me: Access) -> None:
    work = e.WorkSituationAssessed(choice="NO_WORK", reason="x")
    dossier = make_dossier(work, e.EmploymentServiceAnswered(answer="NOT_KNOWN"), access=me, first_name="Yonas")
    assert found(browser, "yon") == {"Personen": ["Yonas Voorbeeld"], "Acties": ["Geef toelichting"]}
    html = browser.get("/zoek?q=yon").content.decode()
    assert f'href="/dossiers/{dossier.number}"' in html
    assert f'href="/dossiers/{dossier.number}/toelichting"' in html


def test_people_of_another_agency_are_not_found(browser: Client) -> None:
    make_dossier(access=make_staff(organisation="atlas"), agency="atlas", first_name="Yonas")
    assert found(browser, "yonas") == {}


@pytest.mark.parametrize("role", [Role.PROJECT_LEAD, Role.EXCHANGE_OPERATOR])
def test_who_needs_no_person_finds_none(client: Client, me: Access, role: Role) -> None:
    make_dossier(access=me, first_name="Yonas")
    assert "Personen" not in found(sign_in(client, make_staff(role)), "yonas")


def test_pages_and_lists_are_found_by_the_begin_of_a_word(browser: Client) -> None:
    assert found(browser, "werkl")["Pagina's"] == ["Werklijst"]
    assert "Werklijst: Termijn voorbij" in found(browser, "voorbij")["Acties"]
    assert found(browser, "toegank")["Pagina's"] == ["Toegankelijkheid"]


def test_nothing_found_repeats_the_words_safely(browser: Client) -> None:
    html = browser.get("/zoek", {"q": "<b>niemand"}).content.decode()
    assert (
        "Niets gevonden voor &#x27;&lt;b&gt;niemand&#x27;." in html or "Niets gevonden voor '&lt;b&gt;niemand'." in html
    )


def test_one_letter_is_too_little_to_look_for_people(browser: Client, me: Access) -> None:
    make_dossier(access=me, first_name="Yonas")
    assert "Personen" not in found(browser, "y")
    assert not AccessLog.objects.filter(action=AccessAction.SEARCHED).exists()


def test_the_palette_gets_a_fragment_and_others_a_whole_page(browser: Client, me: Access) -> None:
    make_dossier(access=me, first_name="Yonas")
    fragment = browser.get("/zoek", {"q": "yonas"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Yonas Voorbeeld" in fragment
    assert "<title>Zoeken - Toeleiding nieuwkomers</title>" in browser.get("/zoek?q=yonas").content.decode()


def test_a_search_is_logged_by_kind_and_length_and_never_by_its_words(browser: Client, me: Access) -> None:
    dossier = make_dossier(access=me, first_name="Yonas")
    found(browser, "yonas")
    searched = AccessLog.objects.get(action=AccessAction.SEARCHED)
    assert (searched.staff, searched.detail, searched.dossier) == (me.staff, "naam, 5 tekens", None)
    assert AccessLog.objects.get(action=AccessAction.LISTED).dossier == dossier.pk


def test_what_was_looked_at_comes_back_until_signing_out(browser: Client, me: Access) -> None:
    dossier = make_dossier(access=me, first_name="Yonas")
    session = browser.session
    session["recent"] = [{"label": f"Yonas Voorbeeld, {dossier.number}", "url": f"/dossiers/{dossier.number}"}]
    session.save()
    assert found(browser, "")["Recent bekeken"] == [f"Yonas Voorbeeld, {dossier.number}"]
    browser.post("/afmelden")
    assert "Recent bekeken" not in found(sign_in(browser, me), "")


def test_who_is_not_signed_in_finds_nothing(client: Client) -> None:
    assert client.get("/zoek?q=yonas").status_code == 302
