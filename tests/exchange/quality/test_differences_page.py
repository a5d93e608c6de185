"""The page of the differences: counts for who steers, people for a team lead, and confirming for the operator."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.exchange.quality.test_reconcile import HEAD, NOW, compare, person, put, row
from tests.factories import make_insz, make_staff, sign_in
from toeleiding.exchange.models import Delivered, ListState, Question
from toeleiding.exchange.quality import actions, reconcile
from toeleiding.organisations.models import AccessLog, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]
URL = "/uitwisseling/kwaliteit/verschillen"


@pytest.fixture
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def upload(client: Client, content: str) -> Any:
    given = SimpleUploadedFile("lijst.csv", content.encode(), "text/csv")
    return client.post(URL, {"deel": "lijst", "bestand": given})


def test_an_operator_uploads_sees_counts_and_confirms(client: Client) -> None:
    one, stranger = person(), make_insz()
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR, "agii"))
    assert "nog geen lijst" in client.get(URL).content.decode()
    assert upload(client, HEAD + row(stranger)).status_code == 302
    shown = client.get(URL).content.decode()
    assert "Dit is de eerste vergelijking" in shown
    assert one.last_name not in shown
    assert one.number not in shown
    assert stranger not in shown
    assert not Question.objects.exists()
    found = Delivered.objects.get()
    assert client.post(URL, {"deel": "bevestig", "lijst": found.pk, "reden": ""}).status_code == 422
    client.post(URL, {"deel": "bevestig", "lijst": found.pk, "reden": "Nagekeken."})
    found.refresh_from_db()
    assert (found.state, found.asked) == (ListState.APPLIED, 1)
    assert AccessLog.objects.filter(action="ASKED", dossier=one.pk).count() == 1
    client.post(URL, {"deel": "bevestig", "lijst": found.pk, "reden": "Nog eens."})
    assert Question.objects.filter(service="GeefDossierVDAB").count() == 1
    assert "1 keer iets gevraagd" in client.get(URL).content.decode()


def test_a_file_that_is_no_list_says_so_at_the_field(client: Client) -> None:
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR, "agii"))
    answer = upload(client, "naam;voornaam\nx;y\n")
    assert answer.status_code == 422
    assert "We vinden geen kolomtitels" in answer.content.decode()
    assert not Delivered.objects.exists()


def test_a_team_lead_sees_the_own_dossiers_and_cannot_confirm(client: Client) -> None:
    mine = person()
    other = person(agency="atlas", nis="11002", municipality="Antwerpen")
    found = compare(row(make_insz()))
    sign_in(client, make_staff(Role.TEAM_LEAD, "agii"))
    shown = client.get(URL).content.decode()
    assert mine.get_absolute_url() in shown
    assert other.get_absolute_url() not in shown
    assert set(AccessLog.objects.filter(action="LISTED").values_list("dossier", flat=True)) == {mine.pk}
    assert mine.get_absolute_url() not in client.get(URL + "?soort=DIFFERENT").content.decode()
    client.post(URL, {"deel": "bevestig", "lijst": found.pk, "reden": "Toch."})
    found.refresh_from_db()
    assert found.state == ListState.WAITING


def test_a_project_lead_sees_no_person(client: Client) -> None:
    one = person()
    compare(row(make_insz()))
    sign_in(client, make_staff(Role.PROJECT_LEAD, "agii"))
    shown = client.get(URL).content.decode()
    assert one.number not in shown
    assert "Bevestig en vraag" not in shown
    assert "wacht op het beheer" in shown


@pytest.mark.parametrize("people", [1, 6])
def test_the_page_takes_no_query_per_person(client: Client, people: int, django_assert_max_num_queries: Any) -> None:
    for _ in range(people):
        person()
    compare(row(make_insz()))
    sign_in(client, make_staff(Role.TEAM_LEAD, "agii"))
    with django_assert_max_num_queries(9):
        client.get(URL)


def test_a_class_of_differences_becomes_an_improvement_action(client: Client) -> None:
    for _ in range(6):
        person()
    access = make_staff(Role.EXCHANGE_OPERATOR, "agii")
    sign_in(client, access)
    upload(client, HEAD + row(make_insz()))
    link = "/uitwisseling/kwaliteit/acties/nieuw?meting=LIST_ONLY_KBI"
    assert link in client.get(URL).content.decode()
    assert '<option value="LIST_ONLY_KBI" selected>' in client.get(link).content.decode()
    found = actions.make(access, actions.Plan("LIST_ONLY_KBI", None, "Lijst nakijken", "", access.staff, NOW.date()))
    assert (found.before_value, found.before_hidden) == (6.0, False)


def test_a_file_in_the_folder_that_cannot_be_read_stands_on_the_page_and_is_not_the_latest_list(
    client: Client, tmp_path: Path, settings: Any
) -> None:
    settings.VDAB_LIST_IN = str(tmp_path)
    compare(row(make_insz()))
    put(tmp_path / "geen.csv", "niets hiervan")
    reconcile.nightly(NOW + timedelta(days=1))
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR, "agii"))
    shown = client.get(URL).content.decode()
    assert "niet te lezen" in shown
    assert "geen.csv" in shown
    assert "We vinden geen kolomtitels." in shown
    assert "Lijst van VDAB van 23 november 2026" in shown
    sign_in(client, make_staff(Role.PROJECT_LEAD, "agii"))
    assert "geen.csv" not in client.get(URL).content.decode()
