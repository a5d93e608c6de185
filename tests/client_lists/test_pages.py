"""The screens of a list."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.client_lists import files
from tests.client_lists.test_lists import carried_out, line, taken
from tests.factories import make_dossier, make_insz, make_staff, sign_in
from toeleiding.client_lists.models import Choice, Kind, Row, Upload, UploadState
from toeleiding.magda.insz import mask
from toeleiding.organisations.models import AccessLog, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Any:
    return make_staff(Role.TEAM_LEAD)


@pytest.fixture
def desk(client: Client, lead: Any) -> Client:
    return sign_in(client, lead)


def test_a_list_is_taken_in_looked_at_and_carried_out(desk: Client, lead: Any) -> None:
    assert "Er is nog geen lijst" in desk.get("/lijsten").content.decode()
    content = files.xlsx([line(make_insz()), line("123")])
    sent = desk.post("/lijsten/nieuw", {"bestand": SimpleUploadedFile("mei.xlsx", content)})
    upload = Upload.objects.get()
    assert sent["Location"] == upload.get_absolute_url()
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert "Verwerk 1 rij<" in page
    assert "Een INSZ heeft 11 cijfers" in page  # errors first
    assert desk.post(f"{upload.get_absolute_url()}/verwerk").status_code == 302
    busy = desk.get(upload.get_absolute_url()).content.decode()
    assert "De lijst wordt verwerkt" in busy
    assert "every 2s" in busy


def test_a_wrong_file_is_refused_before_it_is_read(desk: Client) -> None:
    sent = desk.post("/lijsten/nieuw", {"bestand": SimpleUploadedFile("brief.pdf", b"%PDF")})
    assert sent.status_code == 422
    assert "eindigt op .xlsx" in sent.content.decode()
    assert desk.post("/lijsten/nieuw", {}).status_code == 422
    assert not Upload.objects.exists()


def test_a_list_that_cannot_be_read_says_so_on_its_page(desk: Client, lead: Any) -> None:
    sent = desk.post("/lijsten/nieuw", {"bestand": SimpleUploadedFile("a.csv", b"een;twee\n1;2")}, follow=True)
    assert "geen kolomtitels" in sent.content.decode()


def test_one_cell_is_put_right_on_the_page(desk: Client, lead: Any) -> None:
    insz = make_insz()
    upload = taken(lead, line(insz[:-1]))
    sent = desk.post(f"{upload.get_absolute_url()}/rij/2", {"insz": insz, "soort": "fout"})
    assert sent["Location"] == f"{upload.get_absolute_url()}?soort=fout"
    row = Row.objects.get(upload=upload)
    assert (row.kind, row.first_name) == (Kind.CREATE, "Amina")


def test_a_conflict_shows_both_sides_and_takes_a_choice(desk: Client, lead: Any) -> None:
    insz = make_insz()
    make_dossier(insz=insz, first_name="Amina", last_name="Verzonnen", birth="1980-01-01", contract=None)
    upload = taken(lead, line(insz))
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert "1 januari 1980" in page
    assert "3 mei 1990" in page
    desk.post(f"{upload.get_absolute_url()}/kies", {"rij": "2", "keuze": "LIST"})
    assert Row.objects.get(upload=upload).choice == Choice.LIST
    assert desk.post(f"{upload.get_absolute_url()}/kies", {"rij": "2", "keuze": "ALLES"}).status_code == 404


def test_all_questions_are_answered_at_once(desk: Client, lead: Any) -> None:
    make_dossier(insz=make_insz(), first_name="Mohammed", last_name="Al Verzonnen", birth="1990-05-03")
    upload = taken(lead, line("", first="Mohamed", last="Al Verzonnen"))
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert "Is dit dezelfde persoon?" in page
    desk.post(f"{upload.get_absolute_url()}/kies", {"keuze": "NEW"})
    assert Row.objects.get(upload=upload).choice == Choice.NEW


def test_a_number_is_never_shown_whole(desk: Client, lead: Any) -> None:
    insz = make_insz()
    upload = taken(lead, line(insz))
    page = desk.get(upload.get_absolute_url()).content.decode()
    assert insz not in page
    assert mask(insz) in page


def test_the_lists_of_another_agency_are_not_there(desk: Client) -> None:
    other = make_staff(Role.TEAM_LEAD, "atlas")
    upload = taken(other, line(make_insz()))
    assert desk.get(upload.get_absolute_url()).status_code == 404
    assert desk.post(f"{upload.get_absolute_url()}/verwerk").status_code == 404
    assert upload.file_name not in desk.get("/lijsten").content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TEAM_LEAD])
def test_only_a_team_lead_works_with_lists(client: Client, role: Role) -> None:
    office = "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii"
    sign_in(client, make_staff(role, office))
    assert client.get("/lijsten").status_code == 403


def test_who_was_shown_is_logged(desk: Client, lead: Any) -> None:
    insz = make_insz()
    there = make_dossier(insz=insz, first_name="Amina", last_name="Verzonnen", birth="1990-05-03", contract=None)
    upload = taken(lead, line(insz))
    desk.get(upload.get_absolute_url())
    assert AccessLog.objects.filter(dossier=there.pk, detail="opgeladen lijst").exists()


def test_a_page_takes_the_same_queries_for_any_length(
    desk: Client, lead: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_dossier(insz=make_insz(700 + number), first_name="Aa", last_name="Verzonnen", birth="1980-01-01")
    upload = taken(lead, *(line(make_insz(700 + number), first="Aa") for number in range(30)))
    with django_assert_max_num_queries(11):
        desk.get(upload.get_absolute_url())


def test_undoing_is_offered_after_carrying_out(desk: Client, lead: Any) -> None:
    upload = carried_out(lead, taken(lead, line(make_insz())))
    assert "Maak de lijst ongedaan" in desk.get(upload.get_absolute_url()).content.decode()
    desk.post(f"{upload.get_absolute_url()}/ongedaan")
    assert Upload.objects.get().state == UploadState.UNDOING
    assert "wordt ongedaan gemaakt" in desk.get(upload.get_absolute_url()).content.decode()
