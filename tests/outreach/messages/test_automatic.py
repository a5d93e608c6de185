"""What is sent by itself: the change of an appointment to who heard of it, and the reminder of the day before."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone
from time_machine import Traveller

from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.law.quiet import BRUSSELS
from toeleiding.organisations.access import Access
from toeleiding.outreach.messages import asking, automatic, sending
from toeleiding.outreach.messages.models import Channel, Message, MessageKind
from toeleiding.referrals.appointments import services
from toeleiding.referrals.models import Appointment

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=BRUSSELS)


def planned(worker: Access, dossier: Dossier, at: datetime = FRIDAY, **more: Any) -> Appointment:
    given = {"appointment": uuid4(), "subject": "TALK", "at": at, "staff": worker.staff.username, **more}
    record(dossier, NewEvent(e.AppointmentPlanned(**given), timezone.localdate(), e.Source.CASE_WORKER, worker.staff))
    return Appointment.objects.select_related("dossier").get(pk=given["appointment"])


def moved(worker: Access, appointment: Appointment, to: datetime) -> Appointment:
    data = e.AppointmentMoved(appointment=appointment.pk, at=to, staff=worker.staff.username)
    services.move(worker, appointment.pk, data)
    return Appointment.objects.select_related("dossier").get(pk=appointment.pk)


def told() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("asked_at", "kind").values_list("kind", "state"))


def test_a_card_goes_once_per_change_however_often_it_is_asked(worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier, place="Loket 4")
    for _ in range(3):
        asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    asking.ask_for_appointment(worker, appointment, Channel.SMS)
    assert sending.drain().sent == 2
    assert "vrijdag 27 november 2026 om 9.30 uur" in str(mail.outbox[0].body)
    assert "Waar: Loket 4" in str(mail.outbox[0].body)


def test_a_card_that_was_sent_is_not_asked_again_from_its_own_page(worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    sending.drain()
    with pytest.raises(DossierError, match="al verstuurd"):
        asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    assert told() == [("APPOINTMENT_PLANNED", "SENT")]


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind not in asking.BY_HAND])
def test_what_goes_by_itself_cannot_be_asked_by_hand(worker: Access, dossier: Dossier, kind: MessageKind) -> None:
    with pytest.raises(DossierError, match="Kies een bericht uit de lijst"):
        asking.ask(worker, dossier, kind, Channel.EMAIL, uuid4())
    assert told() == []


def test_a_card_that_no_longer_says_what_stands_is_not_sent(worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    Message.objects.update(params={"at": (FRIDAY + timedelta(hours=1)).isoformat(), "place": ""})
    sending.drain()
    assert mail.outbox == []
    assert told() == [("APPOINTMENT_PLANNED", "CANCELLED")]


def test_who_heard_of_it_hears_that_it_was_moved_and_called_off(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    sending.drain()
    clock.shift(60)
    moved(worker, appointment, FRIDAY + timedelta(hours=2))
    sending.drain()
    clock.shift(60)
    services.cancel(worker, appointment.pk)
    sending.drain()
    assert told() == [
        ("APPOINTMENT_PLANNED", "SENT"),
        ("APPOINTMENT_MOVED", "SENT"),
        ("APPOINTMENT_CANCELLED", "SENT"),
    ]
    assert "11.30 uur" in str(mail.outbox[1].body)
    assert "gaat niet door" in str(mail.outbox[2].body)


def test_nobody_hears_of_a_change_who_did_not_hear_of_the_appointment(worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier)
    moved(worker, appointment, FRIDAY + timedelta(hours=2))
    services.cancel(worker, appointment.pk)
    assert told() == []


def test_a_change_in_the_quiet_hours_replaces_what_still_waits(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 25, 21, 0, tzinfo=BRUSSELS))
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    sending.drain()
    clock.shift(60)
    moved(worker, appointment, FRIDAY + timedelta(hours=2))
    clock.move_to(datetime(2026, 11, 26, 8, 1, tzinfo=BRUSSELS))
    sending.drain()
    assert told() == [("APPOINTMENT_PLANNED", "CANCELLED"), ("APPOINTMENT_PLANNED", "SENT")]
    assert "11.30 uur" in str(mail.outbox[0].body)


def test_called_off_before_the_card_left_nothing_goes(worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    services.cancel(worker, appointment.pk)
    sending.drain()
    assert told() == [("APPOINTMENT_PLANNED", "CANCELLED")]
    assert mail.outbox == []


def test_a_card_of_an_appointment_that_was_taken_back_otherwise_does_not_go(worker: Access, dossier: Dossier) -> None:
    """A correction on the timeline takes the appointment away without moving or calling it off."""
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    event = Event.objects.get(dossier=dossier, kind="APPOINTMENT_PLANNED")
    gone = e.Withdrawn(reason="fout")
    record(dossier, NewEvent(gone, timezone.localdate(), e.Source.CASE_WORKER, worker.staff, corrects=event.pk))
    sending.drain()
    assert told() == [("APPOINTMENT_PLANNED", "CANCELLED")]


def test_a_card_that_waited_past_its_moment_does_not_go(
    worker: Access, dossier: Dossier, clock: Traveller, settings: Any
) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    clock.move_to(FRIDAY + timedelta(hours=1))
    sending.drain()
    assert told() == [("APPOINTMENT_PLANNED", "FAILED")], "nobody took it back, and her case worker has to hear of it"
    with pytest.raises(DossierError, match="al geweest"):
        asking.ask_for_appointment(worker, appointment, Channel.SMS)


def test_a_reminder_goes_once_the_day_before_over_the_channel_of_the_card(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    sending.drain()
    clock.move_to(datetime(2026, 11, 26, 9, 59, tzinfo=BRUSSELS))
    assert automatic.remind(timezone.now()) == 0
    clock.move_to(datetime(2026, 11, 26, 10, 0, tzinfo=BRUSSELS))
    assert automatic.remind(timezone.now()) == 1
    assert automatic.remind(timezone.now()) == 0
    sending.drain()
    assert [kind for kind, _ in told()] == ["APPOINTMENT_PLANNED", "APPOINTMENT_REMINDER"]
    assert str(mail.outbox[1].body).startswith("Denk aan je afspraak op vrijdag 27 november 2026 om 9.30 uur.")


def test_without_a_card_a_reminder_is_a_text_message_and_silence_is_kept(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    planned(worker, dossier)
    silent = make_dossier(e.ContactChanged(phone="0470 12 34 57"), access=worker, work=[])
    asking.choose(worker, silent, Channel.SMS, wanted=False)
    planned(worker, silent)
    planned(worker, make_dossier(access=worker, work=[]))  # no address at all
    planned(worker, dossier, subject="EMPLOYMENT_SERVICE")  # VDAB reminds of its own
    clock.move_to(datetime(2026, 11, 26, 10, 0, tzinfo=BRUSSELS))
    assert automatic.remind(timezone.now()) == 1
    assert Message.objects.get().channel == "SMS"
    assert Message.objects.get().dossier == dossier


def test_a_reminder_for_monday_goes_on_saturday(worker: Access, dossier: Dossier, clock: Traveller) -> None:
    planned(worker, dossier, datetime(2026, 11, 30, 8, 30, tzinfo=BRUSSELS))
    clock.move_to(datetime(2026, 11, 29, 11, 0, tzinfo=BRUSSELS))
    assert automatic.remind(timezone.now()) == 0  # a Sunday
    clock.move_to(datetime(2026, 11, 28, 10, 0, tzinfo=BRUSSELS))
    assert automatic.remind(timezone.now()) == 1


def test_what_was_planned_today_needs_no_reminder_today(worker: Access, dossier: Dossier, clock: Traveller) -> None:
    clock.move_to(datetime(2026, 11, 26, 11, 0, tzinfo=BRUSSELS))
    planned(worker, dossier)
    assert automatic.remind(timezone.now()) == 0


def test_who_only_got_the_reminder_hears_that_it_is_called_off(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier)
    clock.move_to(datetime(2026, 11, 26, 10, 0, tzinfo=BRUSSELS))
    automatic.remind(timezone.now())
    sending.drain()
    clock.shift(3600)
    services.cancel(worker, appointment.pk)
    sending.drain()
    assert told() == [("APPOINTMENT_REMINDER", "SENT"), ("APPOINTMENT_CANCELLED", "SENT")]


def test_a_reminder_that_still_waits_tells_nobody_of_a_change(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier)
    clock.move_to(datetime(2026, 11, 26, 10, 0, tzinfo=BRUSSELS))
    automatic.remind(timezone.now())
    services.cancel(worker, appointment.pk)
    sending.drain()
    assert told() == [("APPOINTMENT_REMINDER", "CANCELLED")]


def test_another_colleague_at_the_same_moment_is_no_news_for_the_client(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    sending.drain()
    clock.move_to(datetime(2026, 11, 26, 10, 0, tzinfo=BRUSSELS))
    automatic.remind(timezone.now())
    services.take_over(make_staff(username="vervanger"), appointment.pk)
    sending.drain()
    assert told() == [("APPOINTMENT_PLANNED", "SENT"), ("APPOINTMENT_REMINDER", "SENT")]


def test_a_card_that_ended_goes_again_when_it_is_asked_again(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier)
    first = asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    asking.withdraw(worker, first.pk)
    clock.shift(60)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    assert sending.drain().sent == 1
    assert told() == [("APPOINTMENT_PLANNED", "CANCELLED"), ("APPOINTMENT_PLANNED", "SENT")]


def corrected(worker: Access, dossier: Dossier, kind: str) -> None:
    """Take back the latest event of this kind."""
    event = Event.objects.filter(dossier=dossier, kind=kind).latest("pk")
    gone = e.Withdrawn(reason="fout")
    record(dossier, NewEvent(gone, timezone.localdate(), e.Source.CASE_WORKER, worker.staff, corrects=event.pk))
    sending.drain()


def test_who_heard_of_an_appointment_that_was_a_mistake_hears_that_it_does_not_go_on(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    asking.ask_for_appointment(worker, planned(worker, dossier), Channel.EMAIL)
    sending.drain()
    clock.shift(60)
    corrected(worker, dossier, "APPOINTMENT_PLANNED")
    assert told() == [("APPOINTMENT_PLANNED", "SENT"), ("APPOINTMENT_CANCELLED", "SENT")]


def test_who_heard_that_it_does_not_go_on_by_mistake_hears_that_it_does(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier)
    asking.ask_for_appointment(worker, appointment, Channel.EMAIL)
    sending.drain()
    clock.shift(60)
    services.cancel(worker, appointment.pk)
    sending.drain()
    clock.shift(60)
    corrected(worker, dossier, "APPOINTMENT_CANCELLED")
    assert told()[1:] == [("APPOINTMENT_CANCELLED", "SENT"), ("APPOINTMENT_PLANNED", "SENT")]
    assert "Je hebt een afspraak op vrijdag 27 november 2026 om 9.30 uur." in str(mail.outbox[2].body)


def test_a_correction_of_something_else_tells_nobody_of_an_appointment(worker: Access, dossier: Dossier) -> None:
    asking.ask_for_appointment(worker, planned(worker, dossier), Channel.EMAIL)
    sending.drain()
    corrected(worker, dossier, "CONTACT_CHANGED")
    assert told() == [("APPOINTMENT_PLANNED", "SENT")]


def test_something_else_in_the_agenda_of_today_takes_no_reminder_away(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    today = planned(worker, dossier, datetime(2026, 11, 26, 9, 0, tzinfo=BRUSSELS))
    tomorrow = planned(worker, dossier)
    clock.move_to(datetime(2026, 11, 26, 9, 45, tzinfo=BRUSSELS))
    services.end(worker, today.pk, held=True)
    services.take_over(make_staff(username="vervanger"), tomorrow.pk)
    clock.move_to(datetime(2026, 11, 26, 10, 0, tzinfo=BRUSSELS))
    assert automatic.remind(timezone.now()) == 1


def test_a_card_that_would_wait_until_after_the_appointment_is_refused_with_what_to_do(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    appointment = planned(worker, dossier, datetime(2026, 11, 26, 7, 30, tzinfo=BRUSSELS))
    clock.move_to(datetime(2026, 11, 25, 21, 0, tzinfo=BRUSSELS))
    with pytest.raises(DossierError, match="Bel"):
        asking.ask_for_appointment(worker, appointment, Channel.SMS)
    assert told() == []
