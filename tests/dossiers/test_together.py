"""\"Samen kijken": the screen is turned to the client, and the pages hold nothing of anybody else."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import make_dossier, make_staff, sign_in
from tests.site.test_access_matrix import filled, patterns

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.law.facts import Suspension
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role

pytestmark = pytest.mark.django_db
TYPED = "GEHEIMTEKST"
COLLEAGUE = "Wannes Achterkamerma"
OTHER = "Ahmad Buurmansma"


@pytest.fixture
def worker() -> Access:
    return make_staff()


@pytest.fixture
def dossier(worker: Access) -> Dossier:
    """A dossier in which a colleague typed something everywhere where that can be done."""
    colleague = make_staff().staff
    colleague.first_name, colleague.last_name = COLLEAGUE.split()
    colleague.save()
    found = make_dossier(access=worker)
    day = timezone.localdate()
    typed: list[e.Data] = [
        e.Noted(text=TYPED),
        e.WorkSituationAssessed(choice="NO_WORK", reason=TYPED),
        e.ContactHeld(held=True, note=TYPED),
        e.EmploymentServiceAnswered(answer="NOT_KNOWN", question=None, note=TYPED),
        e.ProofShown(registered_on=day, document=TYPED),
        e.TermSuspended(suspension=Suspension(begin=day, end=None, reason=TYPED)),
        e.ExplanationSkipped(reason=TYPED),
        e.ExplanationGiven(language="ar", channel="TALK", interpreter_used=False, text_version=""),
        e.AgreementMade(agreement=uuid4(), who="EMPLOYMENT_SERVICE", what=TYPED),
        e.TrainingStarted(what=TYPED),
        e.Assigned(case_worker=worker.staff.username, note=TYPED),
    ]
    return record(found, *[NewEvent(data, day, e.Source.CASE_WORKER, colleague) for data in typed])


@pytest.fixture
def desk(client: Client, worker: Access, dossier: Dossier) -> Client:
    """Somebody who looked at another client before, and then turns the screen."""
    sign_in(client, worker)
    client.get(make_dossier(access=worker, first_name="Ahmad", last_name="Buurmansma").get_absolute_url())
    before = client.get(dossier.get_absolute_url()).content.decode()
    assert all(words in before for words in (TYPED, COLLEAGUE, OTHER)), "the test hides nothing"
    answer = client.post(reverse("dossier_together", args=[dossier.number]))
    assert answer.headers["Location"] == dossier.get_absolute_url()
    return client


OPEN = [address for address, entry in patterns() if getattr(entry.callback, "together", False)]
CLOSED = [
    address
    for address, entry in patterns()
    if getattr(entry.callback, "roles", None) and not getattr(entry.callback, "together", False)
]


def test_the_pages_that_may_be_read_together_are_few() -> None:
    assert 5 <= len(OPEN) <= 8
    assert all("<dossiernummer:number>" in address or "?P<number>" in address for address in OPEN)


@pytest.mark.parametrize("address", OPEN)
def test_an_open_page_holds_no_note_no_colleague_and_nobody_else(desk: Client, dossier: Dossier, address: str) -> None:
    answer = desk.get(filled(address).replace("TN-2026-00001", dossier.number))
    if answer.headers["Content-Type"] == "application/pdf" or answer.status_code == 302:
        return
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Samen kijken staat aan" in page
    assert [words for words in (TYPED, COLLEAGUE.split()[1], OTHER.split()[1]) if words in page] == []


@pytest.mark.parametrize("address", CLOSED)
def test_every_other_page_is_closed_while_the_client_looks(desk: Client, dossier: Dossier, address: str) -> None:
    answer = desk.get(filled(address).replace("TN-2026-00001", dossier.number))
    page = answer.content.decode()
    assert answer.status_code in (200, 403, 405)
    assert answer.status_code != 200 or "Deze pagina is nu dicht" in page
    assert [words for words in (TYPED, COLLEAGUE.split()[1], OTHER.split()[1]) if words in page] == []


def test_the_dossier_of_somebody_else_stays_closed(desk: Client) -> None:
    other = make_dossier(first_name="Ahmad", last_name="Buurmansma")
    page = desk.get(other.get_absolute_url()).content.decode()
    assert "Deze pagina is nu dicht" in page
    assert OTHER not in page


@pytest.mark.parametrize("choice", ["LASTING_WORK", "STUDY", "TEMPORARILY_UNABLE", "UNCLEAR", "WORK_NOT_LASTING"])
def test_the_reason_of_a_colleague_is_not_told_again_by_the_rules(desk: Client, dossier: Dossier, choice: str) -> None:
    day = timezone.localdate()
    assessed = e.from_builtins("WORK_SITUATION_ASSESSED", {"choice": choice, "reason": TYPED})
    record(dossier, NewEvent(assessed, day, e.Source.CASE_WORKER))
    for part in ("", "/print", "/toelichting", "/intake/plan"):
        assert TYPED not in desk.get(f"/dossiers/{dossier.number}{part}").content.decode(), part


def test_what_asks_for_news_by_itself_gets_none(desk: Client) -> None:
    assert desk.get("/werklijst/stand?wacht=1", headers={"HX-Request": "true"}).status_code == 204


def test_nothing_is_written_while_the_client_looks(desk: Client, dossier: Dossier) -> None:
    before = Dossier.objects.get(pk=dossier.pk).events
    desk.post(f"/dossiers/{dossier.number}/notitie", {"tekst": "x", "events": dossier.events})
    desk.post(f"/dossiers/{dossier.number}/toelichting", {"alles": "on"})
    assert Dossier.objects.get(pk=dossier.pk).events == before
    assert 'name="tekst"' not in desk.get(dossier.get_absolute_url()).content.decode()


def test_one_click_back_opens_everything_again(desk: Client, dossier: Dossier) -> None:
    answer = desk.post("/samen-kijken/stop")
    assert answer.headers["Location"] == dossier.get_absolute_url()
    page = desk.get(dossier.get_absolute_url()).content.decode()
    assert "Samen kijken staat aan" not in page
    assert TYPED in page
    assert desk.get("/werklijst").content.decode().count("Deze pagina is nu dicht") == 0


@pytest.mark.parametrize("role", [Role.TEAM_LEAD, Role.DPO])
def test_who_may_read_the_dossier_may_turn_the_screen(client: Client, role: Role) -> None:
    sign_in(client, make_staff(role))
    dossier = make_dossier()
    client.post(f"/dossiers/{dossier.number}/samen-kijken")
    assert "Samen kijken staat aan" in client.get(dossier.get_absolute_url()).content.decode()


def test_a_turned_page_asks_no_more_of_the_database_than_before(
    desk: Client, dossier: Dossier, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        desk.get(dossier.get_absolute_url())
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        desk.get("/werklijst")
