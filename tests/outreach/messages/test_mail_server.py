"""E-mail over a real socket: what a mail server says, does not say, or breaks off."""

from typing import Any
from uuid import uuid4

import pytest

from tests.outreach.messages.mailserver import HANGS_UP, SILENT, mail_server
from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.access import Access
from toeleiding.outreach.messages import asking, sending
from toeleiding.outreach.messages.models import Channel, Message, MessageKind

pytestmark = pytest.mark.django_db


def sent(worker: Access, dossier: Dossier) -> Message:
    one = asking.ask(worker, dossier, MessageKind.CALL, Channel.EMAIL, uuid4())
    sending.drain()
    one.refresh_from_db()
    return one


def test_what_the_server_takes_arrived_there_once_in_both_languages(
    worker: Access, dossier: Dossier, settings: Any
) -> None:
    with mail_server(settings, login="ons:geheim @1") as server:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "ons", "geheim @1"
        one = sent(worker, dossier)
    assert one.state == "SENT"
    (letter,) = server.taken
    assert "To: samira@voorbeeld.be" in letter
    assert f"Message-ID: {one.receipt}" in letter
    assert "multipart/alternative" in letter
    assert server.heard.count("DATA") == 1


@pytest.mark.parametrize(
    ("says", "end"),
    [
        ({"": "421 te druk"}, "WAITING"),
        ({"": SILENT}, "WAITING"),
        ({"": HANGS_UP}, "WAITING"),
        ({"MAIL": "451 later"}, "WAITING"),
        ({"MAIL": "550 u niet"}, "FAILED"),
        ({"RCPT": "450 greylisting"}, "WAITING"),
        ({"RCPT": "550 onbekend"}, "FAILED"),
        ({"RCPT": "421 weg"}, "WAITING"),
        ({"RCPT": SILENT}, "UNSURE"),
        ({"DATA": "451 later"}, "WAITING"),
        ({"DATA": "554 nee"}, "FAILED"),
        ({".": "452 vol"}, "WAITING"),
        ({".": "554 spam"}, "FAILED"),
        ({".": SILENT}, "UNSURE"),
        ({".": HANGS_UP}, "UNSURE"),
        ({"QUIT": HANGS_UP}, "SENT"),
    ],
)
def test_each_answer_means_what_it_says(
    worker: Access, dossier: Dossier, settings: Any, says: dict[str, str], end: str
) -> None:
    with mail_server(settings, says) as server:
        one = sent(worker, dossier)
    assert one.state == end
    assert "samira" not in one.cause
    assert server.heard.count("DATA") <= 1, "never twice by itself"
    assert len(server.taken) == (end == "SENT")


def test_a_login_that_is_refused_sends_nothing_and_is_tried_again(
    worker: Access, dossier: Dossier, settings: Any
) -> None:
    with mail_server(settings, login="ons:juist") as server:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "ons", "fout"
        one = sent(worker, dossier)
    assert (one.state, "MAIL" in server.heard) == ("WAITING", False)
    assert "aanmelding" in one.cause


def test_a_server_without_encryption_gets_nothing(worker: Access, dossier: Dossier, settings: Any) -> None:
    with mail_server(settings) as server:
        settings.EMAIL_USE_TLS = True
        one = sent(worker, dossier)
    assert (one.state, "MAIL" in server.heard) == ("WAITING", False)
