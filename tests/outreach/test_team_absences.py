"""A team lead fills in that a colleague is away who cannot do so herself."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from tests.outreach.test_absences import asks_help, heard
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.outreach import selectors
from toeleiding.outreach.models import Absence, Notice

pytestmark = pytest.mark.django_db
PAGE = "/meldingen/afwezig/nieuw"


@pytest.fixture
def ill() -> Access:
    return make_staff()


@pytest.fixture
def stand_in() -> Access:
    return make_staff()


@pytest.fixture
def lead() -> Access:
    return make_staff(Role.TEAM_LEAD)


@pytest.fixture
def desk(client: Client, lead: Access) -> Client:
    return sign_in(client, lead)


def filled_in(ill: Access, stand_in: Access) -> dict[str, Any]:
    day = timezone.localdate()
    until = day + timedelta(days=4)
    return {"collega": ill.staff.pk, "van": day.isoformat(), "tot": until.isoformat(), "wie": stand_in.staff.pk}


def told(access: Access) -> str:
    return sign_in(Client(), access).get("/meldingen").content.decode()


def test_both_are_told_and_what_comes_in_goes_to_who_stands_in(
    desk: Client, lead: Access, ill: Access, stand_in: Access
) -> None:
    answer = desk.post(PAGE, filled_in(ill, stand_in), follow=True)
    assert "Allebei krijgen ze een melding." in answer.content.decode()
    kept = Absence.objects.get()
    assert (kept.staff, kept.role, kept.substitute, kept.made_by) == (
        ill.staff, Role.CASE_WORKER, stand_in.staff, lead.staff,
    )  # fmt: skip
    assert "Je teamleider vulde je afwezigheid in van" in told(ill)
    assert "Je vervangt een collega van" in told(stand_in)
    assert ill.staff.last_name not in selectors.notices(stand_in).get().params.values()
    assert f"Ingevuld door {lead.staff}." in sign_in(Client(), ill).get("/meldingen/instellingen").content.decode()
    before = heard(stand_in)
    asks_help(make_dossier(access=ill))
    assert heard(stand_in) == before + 1


def test_taken_back_at_once_it_never_was(desk: Client, ill: Access, stand_in: Access) -> None:
    desk.post(PAGE, filled_in(ill, stand_in))
    stopped = desk.post(f"/meldingen/afwezig/{Absence.objects.get().pk}/stop", follow=True)
    assert f"De afwezigheid van {ill.staff} is gestopt." in stopped.content.decode()
    assert not Absence.objects.exists()
    assert not Notice.objects.exists()


def test_who_read_of_it_reads_that_it_stopped(desk: Client, ill: Access, stand_in: Access) -> None:
    desk.post(PAGE, filled_in(ill, stand_in))
    sign_in(Client(), stand_in).post("/meldingen/gezien")
    desk.post(f"/meldingen/afwezig/{Absence.objects.get().pk}/stop")
    assert "Je teamleider stopte een afwezigheid van" in told(stand_in)
    assert "afwezigheid" not in "".join(str(one) for one in selectors.notices(ill))


def test_a_colleague_of_another_agency_or_role_is_refused(desk: Client, ill: Access, stand_in: Access) -> None:
    other, boss = make_staff(organisation="atlas"), make_staff(Role.TEAM_LEAD)
    for who, substitute, said in (
        (other, stand_in, "Kies iemand anders."),
        (boss, stand_in, "Kies iemand anders."),
        (ill, other, "Kies iemand met dezelfde rol"),
        (ill, ill, "Kies iemand met dezelfde rol"),
    ):
        answer = desk.post(PAGE, filled_in(who, substitute))
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Absence.objects.exists()


def test_the_same_days_twice_are_refused_by_the_name_of_who_is_away(
    desk: Client, ill: Access, stand_in: Access
) -> None:
    desk.post(PAGE, filled_in(ill, stand_in))
    answer = desk.post(PAGE, filled_in(ill, make_staff()))
    assert f"{ill.staff} is al afwezig van" in answer.content.decode()
    assert Absence.objects.count() == 1


def test_a_team_lead_of_another_agency_cannot_stop_it_nor_can_a_case_worker(
    desk: Client, ill: Access, stand_in: Access
) -> None:
    desk.post(PAGE, filled_in(ill, stand_in))
    stop = f"/meldingen/afwezig/{Absence.objects.get().pk}/stop"
    assert sign_in(Client(), make_staff(Role.TEAM_LEAD, "atlas")).post(stop).status_code == 404
    assert sign_in(Client(), stand_in).post(stop).status_code == 403
    assert sign_in(Client(), ill).get(PAGE).status_code == 403
    assert Absence.objects.exists()


def test_from_the_team_the_colleague_and_today_are_filled_in(
    desk: Client, ill: Access, django_assert_max_num_queries: Any
) -> None:
    make_dossier(access=ill)
    address = f"{PAGE}?collega={ill.staff.username}"
    assert address in desk.get("/werklijst/team").content.decode()
    with django_assert_max_num_queries(7):
        page = desk.get(address).content.decode()
    assert f'value="{ill.staff.pk}" selected' in page
    assert "Wie vervangt?" in page
    assert PAGE in desk.get("/meldingen/afwezig").content.decode()
