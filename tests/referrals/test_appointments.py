"""The agenda: plan, move, call off, how it went, and the calendar that reads along."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from tests.dossiers.test_dossier import body, days_ago, known
from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal, Task
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.referrals.appointments import ics, services
from toeleiding.referrals.appointments.week import free_slots, read_week
from toeleiding.referrals.models import Appointment, Feed
from toeleiding.site.logs import hidden

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def worker() -> Access:
    return make_staff(Role.CASE_WORKER)


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


def at(days: int, hour: int = 10) -> datetime:
    return datetime.combine(timezone.localdate() + timedelta(days=days), datetime.min.time(), BRUSSELS).replace(
        hour=hour
    )


def planned(worker: Access, dossier: Dossier, moment: datetime, **more: Any) -> Appointment:
    """An appointment on the timeline; one in the past was planned then."""
    data = e.AppointmentPlanned(
        **{"appointment": uuid4(), "subject": "TALK", "at": moment, "staff": worker.staff.username, **more}
    )
    record(dossier, NewEvent(data, days_ago(0), e.Source.CASE_WORKER, worker.staff))
    return Appointment.objects.get(pk=data.appointment)


def form(dossier: Dossier, moment: datetime, **more: object) -> dict[str, object]:
    return {
        "dossier": dossier.number,
        "waarover": "TALK",
        "datum": moment.date().isoformat(),
        "uur": f"{moment.hour}.{moment.minute:02d}",
        "duur": "60",
        "vorm": "OFFICE",
        "plaats": "Loket 4",
        "taal": "ar",
        "tolk": "ja",
        "sleutel": str(uuid4()),
        **more,
    }


def test_a_new_appointment_stands_in_my_week_and_on_the_timeline(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    done = desk.post("/afspraken/nieuw", form(dossier, at(2)), follow=True)
    shown = body(done)
    assert "10.00 uur tot 11.00 uur Samira Voorbeeld" in shown
    assert "Op kantoor, Loket 4 in het Arabisch, met tolk" in shown
    assert "Afspraak gepland: gesprek Op" in body(desk.get(dossier.get_absolute_url()))
    dossier.refresh_from_db()
    assert dossier.planned_on == [at(2).date()]


def test_the_same_form_sent_twice_plans_once(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    sent = form(dossier, at(2))
    desk.post("/afspraken/nieuw", sent)
    assert desk.post("/afspraken/nieuw", sent).status_code == 302, "it does not clash with itself"
    assert Event.objects.filter(dossier=dossier, kind="APPOINTMENT_PLANNED").count() == 1


def test_two_at_the_same_time_is_a_warning_and_not_a_refusal(desk: Client, worker: Access) -> None:
    first, second = make_dossier(access=worker), make_dossier(access=worker, first_name="Yonas")
    planned(worker, first, at(2))
    sent = form(second, at(2).replace(minute=30))
    warned = desk.post("/afspraken/nieuw", sent)
    assert warned.status_code == 409
    assert f"10.00 uur, Samira Voorbeeld ({first.number})" in body(warned)
    assert Appointment.objects.count() == 1
    page = body(desk.post("/afspraken/nieuw", {**sent, "toch": "1"}, follow=True))
    assert "2 afspraken vallen samen." in page
    assert page.count("Valt samen") == 2


def test_one_that_begins_when_another_ends_is_no_clash(worker: Access) -> None:
    planned(worker, make_dossier(access=worker), at(2, 10))
    assert services.clashes(worker.staff, at(2, 11), 60) == []
    assert len(services.clashes(worker.staff, at(2, 10), 1)) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("dossier", "TN-2026-99999", "Dit dossier bestaat niet, of je mag het niet zien."),
        ("dossier", "x", "Vul een dossiernummer in, zoals TN-2026-04418."),
        ("uur", "25.00", "Vul een uur in, zoals 14.30."),
        ("uur", "", "Vul een uur in, zoals 14.30."),
        ("datum", "2020-01-01", "Kies een datum vanaf"),
        ("vorm", "FAX", "Kies een van de mogelijkheden"),
    ],
)
def test_an_error_says_what_to_do(desk: Client, worker: Access, field: str, value: str, said: str) -> None:
    answer = desk.post("/afspraken/nieuw", {**form(make_dossier(access=worker), at(2)), field: value})
    assert answer.status_code == 422
    assert said in body(answer)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("typed", ["14.30", "14:30", "14u30", "14 30", "1430", "14.30 uur"])
def test_an_hour_is_read_as_people_type_it(desk: Client, worker: Access, typed: str) -> None:
    desk.post("/afspraken/nieuw", form(make_dossier(access=worker), at(2), uur=typed))
    assert timezone.localtime(Appointment.objects.get().begins_at).strftime("%H:%M") == "14:30"


def test_moving_keeps_the_id_and_raises_the_sequence(desk: Client, worker: Access) -> None:
    one = planned(worker, make_dossier(access=worker), at(2))
    sent = {key: value for key, value in form(one.dossier, at(3, 15)).items() if key not in ("dossier", "sleutel")}
    assert desk.post(f"/afspraken/{one.pk}", sent).status_code == 302
    moved = Appointment.objects.get()
    assert (moved.pk, moved.sequence, moved.begins_at) == (one.pk, 1, at(3, 15))


def test_what_is_called_off_is_cancelled_in_every_calendar(desk: Client, worker: Access) -> None:
    one = planned(worker, make_dossier(access=worker), at(2))
    token = services.new_feed(worker.staff)
    desk.post(f"/afspraken/{one.pk}/annuleer", {"reden": "Ziek"})
    one.refresh_from_db()
    for told in (ics.single(one), Client().get(f"/afspraken/{token}.ics").content):
        event = Calendar.from_ical(told).walk("VEVENT")[0]
        assert (str(event["STATUS"]), event["SEQUENCE"], str(event["UID"])) == ("CANCELLED", 1, f"{one.pk}@toeleiding")
    assert str(Calendar.from_ical(ics.single(one))["METHOD"]) == "CANCEL"
    again = desk.post(f"/afspraken/{one.pk}/annuleer", follow=True)
    assert "Deze afspraak staat niet meer open." in body(again)


def test_a_calendar_tells_the_number_the_time_in_brussels_and_no_person(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    one = planned(worker, dossier, at(40), form="PHONE", place="0470 12 34 56")
    answer = desk.get(f"/afspraken/{one.pk}.ics")
    told = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(told).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == f"Afspraak {dossier.number}"
    assert event["DTSTART"].dt == at(40)
    assert event["DTSTART"].params["TZID"] == "Europe/Brussels"
    assert "BEGIN:VTIMEZONE" in told
    assert not re.search("Samira|Voorbeeld|0470", told)


def test_the_address_is_shown_once_kept_as_a_hash_and_replaced_by_a_new_one(desk: Client, worker: Access) -> None:
    planned(worker, make_dossier(access=worker), at(2))

    def make() -> str:
        found = re.search(r"/afspraken/([\w-]{43})\.ics", desk.post("/afspraken/adres").content.decode())
        assert found
        return found[1]

    first = make()
    assert first not in desk.get("/afspraken").content.decode()
    assert first not in str(Feed.objects.values().get())
    assert Client().get(f"/afspraken/{first}.ics").content.count(b"BEGIN:VEVENT") == 1
    second = make()
    assert Client().get(f"/afspraken/{first}.ics").status_code == 404
    assert Client().get(f"/afspraken/{second}.ics").status_code == 200
    desk.post("/afspraken/adres", {"stop": "1"})
    assert Client().get(f"/afspraken/{second}.ics").status_code == 404


def test_an_agenda_that_is_read_along_is_kept_indexed_referred_and_logged_nowhere(worker: Access) -> None:
    token = services.new_feed(worker.staff)
    gone = "x" * len(token)
    for address in (f"/afspraken/{token}.ics", f"/afspraken/{gone}.ics"):
        answer = Client().get(address)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert answer.cookies == {}
    assert answer.status_code == 404
    assert "Maak een nieuw onder Afspraken." in answer.content.decode()
    assert hidden(f"Not Found: /afspraken/{token}.ics") == "Not Found: /afspraken/....ics"
    one = planned(worker, make_dossier(access=worker), at(2))
    assert str(one.pk) in hidden(f"/afspraken/{one.pk}.ics")  # the number of an appointment opens nothing


def test_who_left_is_not_read_along_with(worker: Access) -> None:
    token = services.new_feed(worker.staff)
    assert Client().get(f"/afspraken/{token}.ics").status_code == 200
    worker.staff.is_active = False
    worker.staff.save()
    assert Client().get(f"/afspraken/{token}.ics").status_code == 404
    assert Client().get("/afspraken/zomaar-iets.ics").status_code == 404


def test_a_missed_appointment_asks_to_call_together_and_nothing_else(desk: Client, worker: Access) -> None:
    dossier = record(
        make_dossier(access=worker, work=[]),
        NewEvent(known(category="03", registered_on=days_ago(9).isoformat()), days_ago(0), e.Source.VDAB),
    )
    one = planned(worker, dossier, at(0), subject="EMPLOYMENT_SERVICE")
    shown = body(desk.post(f"/afspraken/{one.pk}/afloop", {"afloop": "gemist"}, follow=True))
    assert "Afspraak gemist. Bel samen." in shown
    assert Task.objects.filter(dossier=dossier, kind="CALL_TOGETHER", closed_at=None).count() == 1
    page = body(desk.get(f"{dossier.get_absolute_url()}/opvolging"))
    assert "Afspraak gemist. Bel samen." in page
    assert "anctie" not in page
    assert "Bel samen" in body(desk.get("/werklijst?lijst=in-opvolging"))
    sent = {"deel": "contact", "contact-afloop": "phone", "contact-datum": timezone.localdate().isoformat()}
    desk.post(f"{dossier.get_absolute_url()}/opvolging", sent)
    assert not Task.objects.filter(dossier=dossier, kind="CALL_TOGETHER", closed_at=None).exists()


def test_a_wrong_click_on_missed_is_undone_and_the_appointment_stands_again(desk: Client, worker: Access) -> None:
    one = planned(worker, make_dossier(access=worker), at(0))
    done = desk.post(f"/afspraken/{one.pk}/afloop", {"afloop": "gemist"}, follow=True)
    undo = re.search(r'action="(/dossiers/[^"]+/ongedaan/\d+)"', done.content.decode())
    assert undo
    desk.post(undo[1])
    one.refresh_from_db()
    assert one.status == "PLANNED"
    assert not Task.objects.filter(kind="CALL_TOGETHER", closed_at=None).exists()
    assert list(rebuild()) == []


def test_what_the_employment_service_plans_stands_with_who_follows_the_dossier(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    told = e.AppointmentPlanned(appointment=uuid4(), subject="EMPLOYMENT_SERVICE", at=at(2), place="x" * 300)
    record(dossier, NewEvent(told, days_ago(0), e.Source.VDAB))
    one = Appointment.objects.get()
    assert (one.staff, len(one.place)) == (worker.staff, 120)
    record(make_dossier(), NewEvent(told, days_ago(0), e.Source.VDAB))
    assert Appointment.objects.count() == 1, "nobody follows the second dossier: it stands in nobody's agenda"


def test_a_colleague_takes_an_appointment_over(worker: Access) -> None:
    one = planned(worker, make_dossier(access=worker), at(2))
    colleague = make_staff(Role.CASE_WORKER)
    theirs = sign_in(Client(), colleague)
    assert "Neem over in mijn agenda" in body(theirs.get(f"/afspraken/{one.pk}"))
    theirs.post(f"/afspraken/{one.pk}/overnemen")
    one.refresh_from_db()
    assert (one.staff, one.begins_at, one.sequence) == (colleague.staff, at(2), 1)


def test_how_it_went_can_be_noted_from_its_day_on(desk: Client, worker: Access) -> None:
    one = planned(worker, make_dossier(access=worker), at(1))
    shown = body(desk.post(f"/afspraken/{one.pk}/afloop", {"afloop": "door"}, follow=True))
    assert "Deze afspraak is nog niet geweest." in shown
    assert "Kies of de afspraak doorging" in body(desk.post(f"/afspraken/{one.pk}/afloop", follow=True))
    one.refresh_from_db()
    assert one.status == "PLANNED"


def test_an_appointment_of_another_agency_stays_closed(desk: Client, worker: Access) -> None:
    stranger = make_staff(Role.CASE_WORKER, "atlas")
    one = planned(stranger, make_dossier(agency="atlas", access=stranger), at(2))
    for path, method in (("", "get"), (".ics", "get"), ("/annuleer", "post"), ("/afloop", "post"), ("", "post")):
        assert getattr(desk, method)(f"/afspraken/{one.pk}{path}").status_code == 403
    assert desk.get(f"/afspraken/{uuid4()}").status_code == 404
    one.refresh_from_db()
    assert one.status == "PLANNED"


def test_the_week_shows_invitations_of_the_employment_service_too(desk: Client, worker: Access) -> None:
    invited = known(registered_on=days_ago(9).isoformat(), invitations=[{"on": timezone.localdate().isoformat()}])
    record(make_dossier(access=worker, work=[]), NewEvent(invited, days_ago(0), e.Source.VDAB))
    assert "Uitnodiging van VDAB" in body(desk.get("/afspraken"))
    assert AccessLog.objects.filter(staff=worker.staff, detail="afspraken").count() == 1


def test_the_tile_counts_our_own_appointments_of_today(desk: Client, worker: Access) -> None:
    planned(worker, make_dossier(access=worker), at(0))
    planned(worker, make_dossier(access=worker), at(1))
    html = desk.get("/werklijst?lijst=afspraken-vandaag").content.decode()
    assert re.search(r'afspraken-vandaag"[^>]*><b>1</b>', html)
    assert html.count("<tr id=") == 1
    assert 'href="/afspraken"' in html


@pytest.mark.parametrize("text", ["", "2026-W99", "x", "9999-W01", "2026-W00", "٢٠٢٦-W01"])
def test_a_week_that_does_not_exist_is_this_week(text: str) -> None:
    assert read_week(text, date(2026, 11, 25)).monday == date(2026, 11, 23)
    assert read_week("2027-W01", date(2026, 11, 25)).monday == date(2027, 1, 4)


def test_free_moments_leave_out_what_is_taken_and_the_weekend(worker: Access) -> None:
    offered = free_slots(worker.staff, timezone.now())
    assert len(offered) == 8
    assert all(timezone.localtime(one).weekday() < 5 for one in offered)
    planned(worker, make_dossier(access=worker), offered[0])
    assert offered[0] not in free_slots(worker.staff, timezone.now())


def test_the_agenda_follows_a_dossier_that_is_merged_and_split_again(worker: Access) -> None:
    kept, gone = make_dossier(access=worker), make_dossier(access=worker)
    one = planned(worker, gone, at(2))
    merging.propose([merging.Pair(kept.pk, gone.pk, Likeness.NEAR_DOUBLE)])
    kept = merging.merge(worker, MergeProposal.objects.get(), kept, "Zelfde persoon")
    assert Appointment.objects.get(pk=one.pk).dossier_id == kept.pk
    merging.split(worker, kept, merging.merges_of(kept)[0].event, "Toch niet dezelfde")
    assert Appointment.objects.get(pk=one.pk).dossier_id == gone.pk
    assert list(rebuild()) == []


def test_an_appointment_that_was_noted_by_mistake_leaves_the_agenda_and_every_calendar(worker: Access) -> None:
    dossier = make_dossier(access=worker)
    one, other = planned(worker, dossier, at(2)), planned(worker, dossier, at(3))
    mistake = Event.objects.get(dossier=dossier, data__appointment=str(one.pk))
    gone = e.Withdrawn(reason="Verkeerd dossier")
    record(dossier, NewEvent(gone, timezone.localdate(), e.Source.CASE_WORKER, worker.staff, corrects=mistake.pk))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, one.sequence) == ("CANCELLED", 1)
    assert (other.status, other.sequence) == ("PLANNED", 0)
    assert services.clashes(worker.staff, at(2), 60) == []


def test_columns_still_equal_the_fold(worker: Access) -> None:
    dossier = make_dossier(access=worker)
    first, second = planned(worker, dossier, at(2)), planned(worker, dossier, at(3))
    services.cancel(worker, first.pk)
    services.move(worker, second.pk, e.AppointmentMoved(appointment=second.pk, at=at(5), staff=worker.staff.username))
    assert list(rebuild()) == []


def test_an_appointment_that_nobody_knows_changes_nothing(worker: Access) -> None:
    dossier = make_dossier(access=worker)
    ended = e.AppointmentEnded(appointment=UUID(int=1), held=False)
    dossier = record(dossier, NewEvent(ended, days_ago(0), e.Source.CASE_WORKER))
    assert dossier.call_since is None


def test_a_week_costs_the_same_for_one_appointment_as_for_many(desk: Client, worker: Access) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get("/afspraken")
        return len(asked)

    planned(worker, make_dossier(access=worker), at(0))
    desk.get("/afspraken")
    one = cost()
    for hour in range(11, 17):
        planned(worker, make_dossier(access=worker), at(0, hour))
    assert cost() == one <= 11
