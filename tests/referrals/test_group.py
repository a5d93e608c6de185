"""One explanation for several people: seen first, planned for all at once, and taken back together."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.services import DossierError
from toeleiding.organisations.access import Access
from toeleiding.referrals.appointments import services
from toeleiding.referrals.appointments.group import MOST_IN_A_GROUP
from toeleiding.referrals.appointments.week import overlapping
from toeleiding.referrals.models import Appointment

pytestmark = pytest.mark.django_db
NO_WORK = e.WorkSituationAssessed(choice="NO_WORK", reason="gesprek")
NOT_KNOWN = e.EmploymentServiceAnswered(answer="NOT_KNOWN")
UNDO = re.compile(r'action="(/afspraken/groep/[^"]+/ongedaan)"')


@pytest.fixture
def me() -> Access:
    return make_staff()


@pytest.fixture
def desk(client: Client, me: Access) -> Client:
    return sign_in(client, me)


def ready(me: Access) -> Dossier:
    return make_dossier(NO_WORK, NOT_KNOWN, access=me)


def moment(people: list[Dossier], days: int = 7) -> dict[str, object]:
    day = timezone.localdate() + timedelta(days=days)
    return {
        "kies": [one.pk for one in people], "stap": "bevestig", "sleutel": str(uuid4()), "datum": day.isoformat(),
        "uur": "10.00", "duur": "90", "vorm": "OFFICE", "plaats": "Lokaal 2", "taal": "ar", "tolk": "ja", "terug": "",
    }  # fmt: skip


def test_who_can_come_is_seen_before_anything_is_planned(desk: Client, me: Access) -> None:
    fine, early = ready(me), make_dossier(access=me, first_name="Vroeg")
    page = desk.post("/afspraken/groep", {"kies": [fine.pk, early.pk]}).content.decode()
    assert "1 van 2 mogelijk, 1 overgeslagen." in page
    assert f'<a href="/dossiers/{early.number}">Vroeg Voorbeeld</a>: Eerst komt de stap Werksituatie.' in page
    assert not Appointment.objects.exists()


def test_a_group_is_planned_once_for_each_and_is_no_clash_with_itself(desk: Client, me: Access) -> None:
    people = [ready(me) for _ in range(3)]
    sent = moment([*people, make_dossier(access=me)])
    answer = desk.post("/afspraken/groep", sent, follow=True)
    assert "Groepstoelichting gepland voor 3 inburgeraars" in answer.content.decode()
    desk.post("/afspraken/groep", sent)
    found = list(Appointment.objects.all())
    assert sorted(one.dossier_id for one in found) == [one.pk for one in people]
    assert {(one.place, one.language, one.interpreter) for one in found} == {("Lokaal 2", "ar", True)}
    assert overlapping(found) == set()


def test_a_group_is_taken_back_within_ten_minutes_and_not_later(desk: Client, me: Access) -> None:
    page = desk.post("/afspraken/groep", moment([ready(me), ready(me)]), follow=True).content.decode()
    undo = UNDO.findall(page)[0]
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        sign_in(desk, me)
        assert "Dit kan niet meer ongedaan." in desk.post(undo, follow=True).content.decode()
    assert Appointment.objects.filter(status="PLANNED").count() == 2
    assert "geannuleerd" in desk.post(undo, follow=True).content.decode()
    assert not Appointment.objects.filter(status="PLANNED").exists()


def test_a_moment_that_has_passed_plans_nothing_for_anybody(desk: Client, me: Access) -> None:
    answer = desk.post("/afspraken/groep", moment([ready(me), ready(me)], days=-1))
    assert answer.status_code == 422
    assert not Appointment.objects.exists()


def test_a_dossier_of_somebody_else_is_not_in_the_group(desk: Client) -> None:
    theirs = ready(make_staff(organisation="atlas"))
    desk.post("/afspraken/groep", moment([theirs]))
    assert not Event.objects.filter(kind="APPOINTMENT_PLANNED").exists()


def test_nobody_ticked_says_what_to_do(desk: Client) -> None:
    assert "Vink eerst de dossiers aan" in desk.post("/afspraken/groep", {}, follow=True).content.decode()


def test_a_preview_of_many_asks_no_more_than_of_one(
    desk: Client, me: Access, django_assert_max_num_queries: object
) -> None:
    people = [ready(me).pk for _ in range(8)]
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        desk.post("/afspraken/groep", {"kies": people})


def test_more_than_a_class_room_is_said_before_anything_is_planned(desk: Client, me: Access) -> None:
    people = [ready(me) for _ in range(MOST_IN_A_GROUP + 2)]
    for sent in ({"kies": [one.pk for one in people]}, moment(people)):
        page = desk.post("/afspraken/groep", sent, follow=True).content.decode()
        assert "Je koos 42 mensen. Tegelijk kan voor hoogstens 40: vink er 2 uit." in page
    assert not Appointment.objects.exists()
    early = [make_dossier(access=me) for _ in range(3)]
    page = desk.post("/afspraken/groep", {"kies": [one.pk for one in [*early, *people[2:]]]}).content.decode()
    assert f"{MOST_IN_A_GROUP} van {MOST_IN_A_GROUP + 3} mogelijk, 3 overgeslagen." in page


def test_a_group_is_called_one_on_the_timeline_and_can_be_joined_later(desk: Client, me: Access) -> None:
    one = ready(me)
    desk.post("/afspraken/groep", moment([one]))
    assert Appointment.objects.get().subject == "GROUP"
    assert "Afspraak gepland: groepstoelichting" in desk.get(one.get_absolute_url()).content.decode()
    assert '<option value="GROUP">Groepstoelichting</option>' in desk.get("/afspraken/nieuw").content.decode()


def test_a_group_is_taken_back_whole_or_not_at_all(desk: Client, me: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    page = desk.post("/afspraken/groep", moment([ready(me), ready(me)]), follow=True).content.decode()
    real, called = services.cancel, []

    def second_is_over(access: Access, appointment: UUID, reason: str = "") -> Appointment:
        called.append(appointment)
        if len(called) == 2:
            raise DossierError("Deze afspraak staat niet meer open. Bekijk de tijdlijn.")
        return real(access, appointment, reason)

    monkeypatch.setattr(services, "cancel", second_is_over)
    told = desk.post(UNDO.findall(page)[0], follow=True).content.decode()
    assert "staat niet meer open" in told
    assert Appointment.objects.filter(status="PLANNED").count() == 2
