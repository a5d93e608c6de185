"""Rows and files of messages go after their time; that a message left stays on the timeline."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from django.utils import timezone
from time_machine import Traveller

from tests.outreach.messages.test_automatic import planned
from toeleiding.dossiers import story
from toeleiding.dossiers.event_client import MessageAbout
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.organisations.access import Access
from toeleiding.outreach import tasks
from toeleiding.outreach.messages import asking, receipts, retention, sending
from toeleiding.outreach.messages.models import TO_STAFF, Channel, Message, MessageKind, MessageState

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
STAYS = {"WAITING", "HELD", "SENDING", "UNSURE"}


def a_message(dossier: Dossier, state: str = "SENT", age: timedelta = YEAR + timedelta(hours=1)) -> Message:
    then = timezone.now() - age
    return Message.objects.create(
        key=str(uuid4()), dossier=dossier, channel="SMS", kind="CALL", reason="", state=state, asked_at=then,
        not_before=then, changed_at=then, sent_at=then, leased_until=then if state == "SENDING" else None,
    )  # fmt: skip


def told(dossier: Dossier) -> list[tuple[str, str, bool]]:
    rows = Event.objects.filter(dossier=dossier, kind="MESSAGE_SENT").order_by("pk")
    return [(row.data["about"], row.data["channel"], row.data.get("returned", False)) for row in rows]


def test_every_state_goes_after_a_year_except_what_waits_or_is_not_sure(dossier: Dossier) -> None:
    for state in MessageState.values:
        a_message(dossier, state)
        a_message(dossier, state, YEAR - timedelta(hours=1))
    ends = len(MessageState) - len(STAYS)
    assert retention.remove_rows(timezone.now(), apply=False) == ends
    tasks.keep_no_longer(0)
    old = Message.objects.filter(changed_at__lt=timezone.now() - YEAR)
    assert set(old.values_list("state", flat=True)) == STAYS
    assert Message.objects.count() == len(MessageState) + len(STAYS)


def test_what_is_about_an_appointment_to_come_stays_with_who_heard_of_it(worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier)
    one = asking.ask_for_appointment(worker, appointment, Channel.SMS)
    Message.objects.filter(pk=one.pk).update(state="CANCELLED", changed_at=timezone.now() - YEAR * 2)
    assert retention.remove_rows(timezone.now()) == 0
    Message.objects.filter(pk=one.pk).update(until=timezone.now() - YEAR * 2)
    assert retention.remove_rows(timezone.now()) == 1


def test_that_a_message_left_and_came_back_outlives_its_row(worker: Access, dossier: Dossier, clock: Traveller) -> None:
    asking.ask(worker, dossier, MessageKind.CALL, Channel.EMAIL, uuid4())
    sending.drain()
    one = Message.objects.get()
    assert told(dossier) == [("CALL", "EMAIL", False)]
    asking.note_bounce(worker, one.pk)
    clock.shift(YEAR + timedelta(days=1))
    assert retention.remove_rows(timezone.now()) == 1
    assert told(dossier) == [("CALL", "EMAIL", False), ("CALL", "EMAIL", True)]
    assert [row.data["message"] for row in Event.objects.filter(kind="MESSAGE_SENT")] == [str(one.pk)] * 2


def test_what_did_not_leave_is_not_told_and_what_was_not_sure_is_told_when_it_arrives(dossier: Dossier) -> None:
    a_message(dossier, "FAILED")
    one = a_message(dossier, "UNSURE")
    Message.objects.filter(pk=one.pk).update(sent_at=None)
    assert told(dossier) == []
    for _ in range(2):
        receipts._note_sms(receipts.Receipt(str(one.pk), "delivered"), timezone.now())
    assert told(dossier) == [("CALL", "SMS", False)]


def test_every_message_to_a_newcomer_has_words_on_the_timeline() -> None:
    kinds = set(MessageKind.values) - {kind.value for kind in TO_STAFF}
    assert set(get_args(MessageAbout)) == kinds
    told = story._TELLINGS
    assert any(kind.kind == "MESSAGE_SENT" for kind in told)


def test_files_of_the_postbus_and_read_bounces_go_after_thirty_days(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_BOUNCES_IN = str(tmp_path / "terug")
    files = [Path(settings.POSTBUS) / "sms-1.txt", Path(settings.POSTBUS) / "a.log", receipts.read_folder() / "b.eml"]
    waits = tmp_path / "terug" / "wacht.eml"
    for file in (*files, waits):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
        then = (timezone.now() - timedelta(days=31)).timestamp()
        os.utime(file, (then, then))
    young = Path(settings.POSTBUS) / "sms-2.txt"
    young.write_text("x")
    now = timezone.now().timestamp()
    os.utime(young, (now, now))
    assert retention.remove_files(timezone.now()) == 3
    assert young.is_file()
    assert waits.is_file(), "nobody read it yet"


def test_outside_the_exercise_environment_the_postbus_is_nobodys_to_empty(settings: Any) -> None:
    file = Path(settings.POSTBUS) / "sms-1.txt"
    file.parent.mkdir(parents=True)
    file.write_text("x")
    os.utime(file, (0, 0))
    settings.OEFENOMGEVING = False
    assert retention.remove_files(timezone.now()) == 0


def test_a_file_that_cannot_go_is_logged_and_tried_again(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(settings.POSTBUS) / "sms-1.txt"
    file.parent.mkdir(parents=True)
    file.write_text("x")
    os.utime(file, (0, 0))

    def refused(*args: Any, **more: Any) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        assert retention.remove_files(timezone.now()) == 0
    assert retention.remove_files(timezone.now()) == 1


def test_what_is_not_sure_goes_once_a_person_said_so_and_at_once_for_what_goes_to_staff(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    one = a_message(dossier, "UNSURE")
    then = timezone.now() - YEAR - timedelta(hours=1)
    digest = Message.objects.create(
        key="dag", staff=worker.staff, channel="EMAIL", kind="DIGEST", reason="", state="UNSURE", asked_at=then,
        not_before=then, changed_at=then,
    )  # fmt: skip
    assert retention.remove_rows(timezone.now()) == 1
    assert not Message.objects.filter(pk=digest.pk).exists()
    asking.note_arrival(worker, one.pk)
    clock.shift(YEAR + timedelta(hours=1))
    assert retention.remove_rows(timezone.now()) == 1
