"""The outbox: once per reason, at the right hour, to who wants it, and honest about what became of it."""

import smtplib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs
from time_machine import Traveller

from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.law.quiet import BRUSSELS, quiet_until
from toeleiding.organisations.access import Access
from toeleiding.outreach import limits
from toeleiding.outreach.messages import asking, compose, lines, sending
from toeleiding.outreach.messages.models import Channel, Message, MessageKind
from toeleiding.referrals.client_page import links
from toeleiding.referrals.models import ClientLink
from toeleiding.rulebook.selectors import in_force

pytestmark = pytest.mark.django_db


def asked(
    worker: Access, dossier: Dossier, kind: MessageKind = MessageKind.CALL, way: Channel = Channel.EMAIL
) -> Message:
    return asking.ask(worker, dossier, kind, way, uuid4())


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_an_email_leaves_with_dutch_first_and_nothing_personal_outside(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier)
    assert sending.drain().sent == 1
    (letter,) = mail.outbox
    assert letter.subject == "Bericht van AgII, inburgering"
    assert letter.to == ["samira@voorbeeld.be"]
    assert letter.extra_headers["Message-ID"] == f"<{one.pk}@toeleiding.voorbeeld.be>"
    assert "Samira" not in str(letter.message())
    assert str(letter.body).startswith("Kan je je trajectbegeleider bellen?")
    assert (state(one), one.text) == ("SENT", "ar, versie 1, concept")
    assert one.receipt == f"<{one.pk}@toeleiding.voorbeeld.be>"


def test_a_text_message_lands_in_the_postbus_of_the_exercise_environment(
    worker: Access, dossier: Dossier, settings: Any
) -> None:
    one = asked(worker, dossier, way=Channel.SMS)
    sending.drain()
    (file,) = Path(settings.POSTBUS).glob("*.txt")
    assert file.read_text().startswith("Aan: +32470123456\n\nKan je je trajectbegeleider bellen?")
    assert state(one) == "SENT"


def test_a_form_that_is_sent_twice_sends_once(worker: Access, dossier: Dossier) -> None:
    key = uuid4()
    for _ in range(2):
        asking.ask(worker, dossier, MessageKind.CALL, Channel.EMAIL, key)
    assert sending.drain().sent == 1
    assert Message.objects.count() == 1


def test_who_stopped_the_messages_after_asking_gets_none(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier)
    asking.choose(worker, dossier, Channel.EMAIL, wanted=False)
    sending.drain()
    assert state(one) == "OPTED_OUT"
    assert mail.outbox == []
    with pytest.raises(DossierError, match="wil geen e-mail"):
        asked(worker, dossier)
    asked(worker, dossier, way=Channel.SMS)  # the other channel stays open
    asking.choose(worker, dossier, Channel.EMAIL, wanted=True)
    asked(worker, dossier)
    assert sending.drain().sent == 2


def test_saying_the_same_choice_twice_writes_it_down_once(worker: Access, dossier: Dossier) -> None:
    for wanted in (True, False, False):
        asking.choose(worker, dossier, Channel.SMS, wanted=wanted)
    assert Event.objects.filter(kind="MESSAGES_CHOSEN").count() == 1


def test_an_address_that_went_away_is_said_and_a_landline_takes_no_text(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier)
    record(dossier, NewEvent(e.ContactChanged(email="", phone="015 12 34 56"), timezone.localdate(), e.Source.CLIENT))
    sending.drain()
    assert state(one) == "NO_ADDRESS"
    with pytest.raises(DossierError, match="gsm-nummer"):
        asked(worker, dossier, way=Channel.SMS)


def test_nothing_goes_to_who_died(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier)
    record(dossier, NewEvent(e.TrackEnded(reason="DECEASED"), timezone.localdate(), e.Source.REGISTER))
    sending.drain()
    assert state(one) == "CANCELLED"
    assert mail.outbox == []


def test_what_is_asked_in_the_evening_waits_for_the_morning(worker: Access, dossier: Dossier, clock: Traveller) -> None:
    clock.move_to(datetime(2026, 11, 28, 21, 0, tzinfo=BRUSSELS))  # a Saturday
    one = asked(worker, dossier)
    assert sending.drain().sent == 0
    assert state(one) == "HELD"
    assert one.not_before == datetime(2026, 11, 30, 8, 0, tzinfo=BRUSSELS)
    clock.move_to(datetime(2026, 11, 30, 7, 59, tzinfo=BRUSSELS))
    assert sending.drain().seen == 0
    clock.move_to(datetime(2026, 11, 30, 8, 0, tzinfo=BRUSSELS))
    assert sending.drain().sent == 1


def test_what_waits_is_taken_back_and_what_left_is_not(worker: Access, dossier: Dossier) -> None:
    one, two = asked(worker, dossier), asked(worker, dossier)
    asking.withdraw(worker, one.pk)
    sending.drain()
    assert (state(one), state(two)) == ("CANCELLED", "SENT")
    with pytest.raises(DossierError, match="al vertrokken"):
        asking.withdraw(worker, two.pk)


def test_again_is_a_new_message_and_pressed_twice_it_is_one(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier)
    with pytest.raises(DossierError, match="wacht nog"):
        asking.again(worker, one.pk)
    sending.drain()
    assert asking.again(worker, one.pk) == asking.again(worker, one.pk)
    assert sending.drain().sent == 1
    assert len(mail.outbox) == 2


def test_again_after_the_copy_was_taken_back_is_a_new_message(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier)
    sending.drain()
    asking.withdraw(worker, asking.again(worker, one.pk).pk)
    asking.again(worker, one.pk)
    assert sending.drain().sent == 1


def test_a_colleague_of_another_agency_asks_and_withdraws_nothing(worker: Access, dossier: Dossier) -> None:
    other = make_staff(organisation="atlas")
    with pytest.raises(DossierError):
        asked(other, dossier)
    one = asked(worker, dossier)
    with pytest.raises(Message.DoesNotExist):
        asking.withdraw(other, one.pk)


# What becomes of a message when a worker is killed.


class Killed(BaseException):
    """The process is gone."""


def test_killed_before_the_claim_is_stored_it_just_goes(
    worker: Access, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = asked(worker, dossier)

    def dies(*given: Any) -> Any:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(sending, "_letter", dies)
        with pytest.raises(Killed):
            sending.drain()
    assert state(one) == "WAITING"
    assert sending.drain().sent == 1


def test_killed_between_sending_and_writing_down_it_is_neither_sent_again_nor_lost(
    worker: Access, dossier: Dossier, monkeypatch: pytest.MonkeyPatch, clock: Traveller
) -> None:
    one = asked(worker, dossier)

    def dies(*given: Any) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(sending, "settle", dies)
        with pytest.raises(Killed):
            sending.drain()
    assert len(mail.outbox) == 1
    assert state(one) == "SENDING"
    sending.drain()
    assert state(one) == "SENDING"  # the lease still runs: somebody may be sending it
    clock.shift(limits.LEASE_SECONDS)
    with capture_logs() as said:
        sending.drain()
    assert state(one) == "UNSURE"
    assert "Vraag of het bericht aankwam" in one.cause
    assert [line["event"] for line in said] == ["messages_unsure"]
    clock.shift(timedelta(days=7))
    sending.drain()
    assert len(mail.outbox) == 1
    asking.again(worker, one.pk)  # a person decides
    sending.drain()
    assert len(mail.outbox) == 2


def test_what_a_slow_worker_still_tells_does_not_overwrite_what_was_decided(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier)
    sending.claim(timezone.now())
    sending.find_lost(timezone.now() + timedelta(days=1))
    sending.settle(str(one.pk), lines.Sent("laat"), timezone.now())
    assert (state(one), one.receipt) == ("UNSURE", "")


def test_nothing_is_handed_over_inside_a_transaction(
    worker: Access, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = len(connection.savepoint_ids)
    seen = []

    def send(letter: lines.Letter) -> lines.Outcome:
        seen.append(len(connection.savepoint_ids))
        return lines.Sent()

    asked(worker, dossier)
    monkeypatch.setattr(lines, "send", send)
    sending.drain()
    assert seen == [outer]


# What a mail server says.


class FakeServer:
    """A mail server that answers as a test wants, with the real exceptions of smtplib."""

    at_connect: ClassVar[Exception | None] = None
    at_send: ClassVar[Exception | None] = None
    taken: ClassVar[list[str]] = []

    def __init__(self, *given: Any, **more: Any) -> None:
        if self.at_connect:
            raise self.at_connect

    def sendmail(self, sender: str, to: list[str], message: bytes) -> None:
        if self.at_send:
            raise self.at_send
        self.taken.append(to[0])

    def quit(self) -> None:
        raise smtplib.SMTPServerDisconnected("weg")  # closing badly changes nothing of what was taken

    def close(self) -> None:
        return


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, settings: Any) -> type[FakeServer]:
    fresh = type("Fresh", (FakeServer,), {"at_connect": None, "at_send": None, "taken": []})
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(smtplib, "SMTP", fresh)
    return fresh


def test_what_the_server_takes_is_sent(worker: Access, dossier: Dossier, server: type[FakeServer]) -> None:
    one = asked(worker, dossier)
    sending.drain()
    assert (state(one), server.taken) == ("SENT", ["samira@voorbeeld.be"])


@pytest.mark.parametrize(
    "trouble",
    [
        ConnectionRefusedError("dicht"),
        TimeoutError("traag"),
        smtplib.SMTPConnectError(421, b"druk"),
        smtplib.SMTPAuthenticationError(535, b"nee"),
    ],
)
def test_without_a_connection_nothing_left_and_it_is_tried_again(
    trouble: Exception, worker: Access, dossier: Dossier, server: type[FakeServer], clock: Traveller
) -> None:
    server.at_connect = trouble
    one = asked(worker, dossier)
    sending.drain()
    assert state(one) == "WAITING"
    assert one.not_before == timezone.now() + timedelta(minutes=limits.RETRY_MINUTES[0])
    server.at_connect = None
    clock.shift(timedelta(minutes=3))
    assert sending.drain().sent == 1


@pytest.mark.parametrize(
    ("trouble", "end"),
    [
        (smtplib.SMTPRecipientsRefused({"samira@voorbeeld.be": (450, b"later")}), "WAITING"),
        (smtplib.SMTPRecipientsRefused({"samira@voorbeeld.be": (550, b"onbekend")}), "FAILED"),
        (smtplib.SMTPSenderRefused(451, b"later", "x"), "WAITING"),
        (smtplib.SMTPDataError(554, b"nee"), "FAILED"),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), "FAILED"),
        (smtplib.SMTPServerDisconnected("weg"), "UNSURE"),
        (TimeoutError("geen antwoord na de inhoud"), "UNSURE"),
        (ConnectionResetError("weg"), "UNSURE"),
    ],
)
def test_each_answer_of_a_mail_server_means_what_it_says(
    trouble: Exception, end: str, worker: Access, dossier: Dossier, server: type[FakeServer]
) -> None:
    server.at_send = trouble
    one = asked(worker, dossier)
    sending.drain()
    assert state(one) == end
    assert one.cause
    assert "samira" not in one.cause


def test_a_server_that_stays_away_makes_it_fail_in_the_end(
    worker: Access, dossier: Dossier, server: type[FakeServer], clock: Traveller
) -> None:
    server.at_connect = ConnectionRefusedError("dicht")
    one = asked(worker, dossier)
    for _ in range(len(limits.RETRY_MINUTES) + 2):  # one of these days is a Sunday
        sending.drain()
        clock.shift(timedelta(days=1))
        one.refresh_from_db()
    assert (state(one), one.attempts) == ("FAILED", len(limits.RETRY_MINUTES) + 1)


def test_a_channel_without_a_way_out_keeps_its_messages(worker: Access, dossier: Dossier, settings: Any) -> None:
    one = asked(worker, dossier)
    settings.OEFENOMGEVING = False
    settings.EMAIL_URL = ""
    assert sending.drain().seen == 0
    assert state(one) == "WAITING"
    with pytest.raises(DossierError, match="niet ingesteld"):
        asked(worker, dossier)


# The private address in a message.


def test_the_token_of_a_link_is_in_the_letter_alone(worker: Access, dossier: Dossier) -> None:
    one = asked(worker, dossier, MessageKind.PAGE)
    assert not ClientLink.objects.exists()  # made when it is sent
    with capture_logs() as said, CaptureQueriesContext(connection) as queries:
        sending.drain()
    body = str(mail.outbox[0].body)
    token = body.split("/m/")[1].split()[0]
    stop = body.split("/stop/")[1].split()[0]
    assert links.works(links.find(token))
    kept = str(Message.objects.filter(pk=one.pk).values()) + str(ClientLink.objects.values())
    for secret in (token, stop):
        assert secret not in kept
        assert secret not in str(said)
        assert not [query for query in queries.captured_queries if secret in query["sql"]]


def test_a_link_over_each_channel_works_and_is_taken_back_with_the_others(
    worker: Access, dossier: Dossier, settings: Any
) -> None:
    for way in Channel:
        asked(worker, dossier, MessageKind.PAGE, way)
    sending.drain()
    (file,) = Path(settings.POSTBUS).glob("*.txt")
    tokens = [text.split("/m/")[1].split()[0] for text in (str(mail.outbox[0].body), file.read_text())]
    assert [links.works(links.find(token)) for token in tokens] == [True, True]
    links.make(worker, dossier)
    assert [links.works(links.find(token)) for token in tokens] == [False, False]


def test_a_message_costs_the_same_queries_each(worker: Access, dossier: Dossier) -> None:
    asked(worker, dossier)
    with CaptureQueriesContext(connection) as few:
        sending.drain()
    for _ in range(3):
        asked(worker, make_dossier(e.ContactChanged(email="iemand@voorbeeld.be"), access=worker, work=[]))
    with CaptureQueriesContext(connection) as more:
        sending.drain()
    first = len(few)
    assert first <= 30
    assert len(more) <= 3 * first


def test_a_message_that_cannot_be_made_waits_longer_each_time_and_the_others_go(
    worker: Access, dossier: Dossier, monkeypatch: pytest.MonkeyPatch, clock: Traveller
) -> None:
    broken, fine = asked(worker, dossier, MessageKind.PAGE), asked(worker, dossier)
    whole = compose.say

    def say(message: Message, *given: Any) -> Any:
        if message.kind == MessageKind.PAGE:
            raise KeyError("bericht_pagina")
        return whole(message, *given)

    waits = []
    with monkeypatch.context() as bad:
        bad.setattr(compose, "say", say)
        for _ in range(7):
            with capture_logs() as said:
                sending.drain()
            assert state(broken) == "WAITING"
            assert [line["event"] for line in said if line["log_level"] == "error"] == ["message_not_made"]
            waits.append((broken.not_before - timezone.now()) // timedelta(minutes=1))
            clock.shift(timedelta(minutes=waits[-1]))
            while quiet := quiet_until(in_force(), timezone.now()):
                clock.move_to(quiet)
    assert waits == [*limits.RETRY_MINUTES, 720, 720]
    assert state(fine) == "SENT"
    assert not ClientLink.objects.exists(), "what was not made left no link"
    sending.drain()
    assert (state(broken), broken.cause) == ("SENT", "")


def test_a_message_with_the_link_that_waits_makes_no_new_link_after_somebody_took_it_back(
    worker: Access, dossier: Dossier, clock: Traveller
) -> None:
    links.make(worker, dossier)
    clock.shift(timedelta(seconds=1))
    waits = asked(worker, dossier, MessageKind.PAGE)
    clock.shift(timedelta(seconds=1))
    assert links.revoke(dossier) == 1
    other = asked(worker, dossier)
    sending.drain()
    assert (state(waits), waits.cause) == ("CANCELLED", sending.LINK_GONE)
    assert state(other) == "SENT"
    assert not links.alive(dossier).exists()
    clock.shift(timedelta(seconds=1))
    assert asking.again(worker, waits.pk)  # a person may still want it
    sending.drain()
    assert links.alive(dossier).count() == 1
