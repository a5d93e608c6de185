"""A session belongs to one person under one role, and leaves nothing behind."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.organisations.services import ensure_staff

pytestmark = pytest.mark.django_db


def held(access: Access) -> StaffRole:
    return StaffRole.objects.get(staff=access.staff, role=access.role, organisation=access.organisation)


def test_the_next_person_at_this_desk_sees_nothing_of_the_one_before() -> None:
    desk, me, other = Client(), make_staff(), make_staff(organisation="atlas")
    dossier = make_dossier(access=me, last_name="Voorganger")
    desk.post("/aanmelden", {"rol": held(me).pk})
    desk.get(dossier.get_absolute_url())
    assert "Voorganger" in desk.get("/zoek").content.decode()
    desk.post("/aanmelden", {"rol": held(other).pk})
    assert "Voorganger" not in desk.get("/zoek").content.decode()


def test_a_change_of_role_takes_what_was_seen_under_the_other_one_away() -> None:
    desk, me = Client(), make_staff()
    ensure_staff(me.staff.username, "", "", me.organisation, Role.PROJECT_LEAD)
    dossier = make_dossier(access=me, last_name="Voorganger")
    desk.post("/aanmelden", {"rol": held(me).pk})
    desk.get(dossier.get_absolute_url())
    before = desk.session.session_key
    desk.post("/rol", {"rol": me.staff.roles.get(role=Role.PROJECT_LEAD).pk})
    assert desk.session.session_key != before
    assert "Voorganger" not in desk.get("/regels").content.decode()


def test_nobody_takes_a_role_that_somebody_else_holds() -> None:
    desk = sign_in(Client(), make_staff())
    desk.post("/rol", {"rol": held(make_staff(Role.DPO)).pk})
    assert desk.get("/werklijst").status_code == 200


@pytest.mark.parametrize("days", [-1, 0])
def test_a_role_ends_with_its_last_day_also_for_who_is_signed_in(days: int) -> None:
    me = make_staff()
    desk = sign_in(Client(), me)
    today = timezone.localdate()
    StaffRole.objects.filter(pk=held(me).pk).update(valid_to=today + timedelta(days=days))
    assert desk.get("/werklijst").status_code == (302 if days < 0 else 200)
    assert Client().post("/aanmelden", {"rol": held(me).pk}).status_code == (400 if days < 0 else 302)


def test_a_role_that_has_yet_to_begin_opens_nothing() -> None:
    me = make_staff()
    StaffRole.objects.filter(pk=held(me).pk).update(valid_from=timezone.localdate() + timedelta(days=1))
    assert sign_in(Client(), me).get("/werklijst").status_code == 302


@pytest.mark.parametrize("address", ["/werklijst", "/dossiers", "/zoek?q=an", "/bestaat-niet", "/aanmelden"])
def test_no_page_is_kept_by_browser_or_proxy(address: str) -> None:
    answer = sign_in(Client(), make_staff()).get(address)
    assert "no-store" in answer["Cache-Control"]


def test_a_cookie_of_a_session_is_out_of_reach_of_scripts() -> None:
    desk = Client()
    desk.post("/aanmelden", {"rol": held(make_staff()).pk})
    cookie = desk.cookies["toeleiding_sessie"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize("onward", ["//elders.example", "https://elders.example", "/\\elders.example", "javascript:1"])
def test_signing_in_never_leads_outside(onward: str) -> None:
    answer = Client().post("/aanmelden", {"rol": held(make_staff()).pk, "verder": onward})
    assert answer["Location"] == "/"


def test_too_much_at_once_gets_a_sentence_that_says_what_to_do() -> None:
    desk = sign_in(Client(), make_staff())
    answer = desk.post("/werklijst/filters", {f"veld{number}": "1" for number in range(1500)})
    assert answer.status_code == 400
    assert "stuur minder tekst of minder dossiers" in answer.content.decode()


def test_an_address_of_another_host_gets_a_dutch_page() -> None:
    answer = Client().get("/aanmelden", headers={"host": "elders.example"})
    assert answer.status_code == 400
    assert "begin opnieuw op je startpagina" in answer.content.decode().lower()


@pytest.mark.parametrize("seen", ["²", "9" * 3000, "-1", "x"])
def test_a_strange_count_of_what_was_seen_is_no_count(seen: str) -> None:
    me = make_staff()
    dossier = make_dossier(access=me)
    desk = sign_in(Client(), me)
    answer = desk.get(dossier.get_absolute_url(), {"gezien": seen}, headers={"HX-Request": "true"})
    assert answer.status_code == 200


@pytest.mark.parametrize("seen", ["-5", "9" * 20, "9" * 5000])
def test_a_form_that_saw_another_number_of_lines_is_shown_again(seen: str) -> None:
    me = make_staff()
    dossier = make_dossier(access=me)
    desk = sign_in(Client(), me)
    answer = desk.post(f"{dossier.get_absolute_url()}/notitie", {"tekst": "Gebeld", "events": seen})
    assert answer.status_code in (409, 422)
    assert "Gebeld" in answer.content.decode()
