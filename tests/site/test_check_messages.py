"""`toeleiding check` on e-mail and text messages: over a real socket, with what to do, and nothing is sent."""

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.outreach.messages.mailserver import HANGS_UP, SILENT, mail_server

from toeleiding.site import check, check_messages
from toeleiding.site.check import Finding
from toeleiding.site.check_messages import findings


@pytest.fixture(autouse=True)
def _real(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real environment, in which nothing of messages is configured yet."""
    settings.OEFENOMGEVING, settings.PUBLIC_URL = False, "https://toeleiding.voorbeeld.be"
    settings.EMAIL_URL = settings.DEFAULT_FROM_EMAIL = settings.EMAIL_HOST = settings.MAIL_BOUNCES_IN = ""
    settings.SMS_GATEWAY = settings.SMS_GATEWAY_TOKEN = settings.SMS_RECEIPT_SECRET = ""
    monkeypatch.setattr(check_messages, "PATIENCE_SECONDS", 0.5)


@pytest.fixture
def gateway() -> Iterator[tuple[str, list[str]]]:
    heard: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle(self) -> None:
            if said := self.rfile.readline():
                heard.append(said.decode(errors="replace"))

        def log_message(self, *given: Any) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/sms", heard
        server.shutdown()
        thread.join()


def about(part: str) -> list[Finding]:
    return [one for one in findings() if one.part == part]


def nobody_listens() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_in_the_exercise_environment_nothing_is_asked(settings: Any) -> None:
    settings.OEFENOMGEVING = True
    (one,) = findings()
    assert (one.verdict, one.advice) == ("goed", "")


def test_what_is_not_configured_is_said_with_what_to_do() -> None:
    told = {one.part: (one.verdict, one.advice) for one in findings()}
    assert told == {
        "e-mail": ("let op", "Zet EMAIL_URL en EMAIL_FROM."),
        "sms": ("let op", "Zet SMS_GATEWAY en SMS_GATEWAY_TOKEN."),
    }


def test_a_server_that_answers_is_good_and_gets_no_message(settings: Any) -> None:
    with mail_server(settings, login="ons:geheim") as server:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "ons", "geheim"
        (one,) = about("e-mail")
    assert (one.verdict, one.advice) == ("goed", "")
    assert "met onze aanmelding" in one.said
    assert server.heard == ["EHLO", "AUTH", "MAIL", "RSET", "QUIT"]
    assert server.taken == []


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ({"": "554 geen dienst"}, "weigert ons (code 554)"),
        ({"": SILENT}, "niet bereikbaar (SMTPServerDisconnected)"),
        ({"": HANGS_UP}, "niet bereikbaar (SMTPServerDisconnected)"),
        ({"EHLO": SILENT}, "niet bereikbaar"),
        ({"MAIL": HANGS_UP}, "niet bereikbaar"),
    ],
)
def test_a_server_that_does_not_is_wrong(settings: Any, says: dict[str, str], said: str) -> None:
    with mail_server(settings, says):
        (one,) = about("e-mail")
    assert one.verdict == "fout"
    assert said in one.said
    assert one.advice


def test_a_server_that_is_not_there_is_wrong(settings: Any) -> None:
    with mail_server(settings):
        settings.EMAIL_PORT = nobody_listens()
        (one,) = about("e-mail")
    assert (one.verdict, "niet bereikbaar (ConnectionRefusedError)" in one.said) == ("fout", True)


def test_a_login_that_is_refused_is_told_without_the_password(settings: Any) -> None:
    with mail_server(settings, login="ons:juist"):
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "ons", "heel-geheim"
        (one,) = about("e-mail")
    assert (one.verdict, "aanmelding niet" in one.said) == ("fout", True)
    assert "heel-geheim" not in one.said + one.advice


def test_a_sender_that_the_server_refuses_is_told(settings: Any) -> None:
    with mail_server(settings, {"MAIL": "553 niet van jou"}):
        (one,) = about("afzender")
    assert (one.verdict, "(code 553)" in one.said) == ("fout", True)


def test_encryption_that_is_not_there_is_told(settings: Any) -> None:
    with mail_server(settings):
        settings.EMAIL_USE_TLS = True
        (without,) = about("e-mail")
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, True
        (wrong_port,) = about("e-mail")
    assert "kan geen versleuteling" in without.said
    assert wrong_port.verdict == "fout"


@pytest.mark.parametrize("sender", ["", "geen adres", "Toeleiding <fout>"])
def test_a_sender_that_is_no_address_is_wrong(settings: Any, sender: str) -> None:
    with mail_server(settings):
        settings.DEFAULT_FROM_EMAIL = sender
        (one,) = about("afzender")
    assert one.verdict == "fout"


def test_a_name_before_the_address_is_fine(settings: Any) -> None:
    with mail_server(settings):
        settings.DEFAULT_FROM_EMAIL = "Toeleiding <toeleiding@voorbeeld.be>"
        assert about("afzender") == []
        assert about("e-mail")[0].verdict == "goed"


@pytest.mark.parametrize(
    ("url", "sender", "said"),
    [
        ("http://mail.voorbeeld.be", "a@voorbeeld.be", "geen adres van een mailserver"),
        ("", "a@voorbeeld.be", "geen mailserver"),
    ],
)
def test_half_a_configuration_is_wrong(settings: Any, url: str, sender: str, said: str) -> None:
    settings.EMAIL_URL, settings.DEFAULT_FROM_EMAIL = url, sender
    (one,) = about("e-mail")
    assert (one.verdict, said in one.said) == ("fout", True)


@pytest.mark.parametrize("address", ["http://toeleiding.voorbeeld.be", "https://127.0.0.1:8000", "toeleiding"])
def test_links_that_lead_nowhere_are_told(settings: Any, address: str) -> None:
    settings.PUBLIC_URL = address
    assert about("adres")[0].verdict == "fout"


def test_a_folder_of_bounces_that_is_not_there_is_told(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_BOUNCES_IN = str(tmp_path)
    assert about("teruggekomen") == []
    settings.MAIL_BOUNCES_IN = str(tmp_path / "weg")
    assert about("teruggekomen")[0].verdict == "fout"


def test_a_gateway_that_answers_is_good_and_is_asked_nothing(settings: Any, gateway: tuple[str, list[str]]) -> None:
    settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN, settings.SMS_RECEIPT_SECRET = gateway[0], "s", "s"
    (one,) = about("sms")
    assert (one.verdict, gateway[1]) == ("goed", [])
    settings.SMS_RECEIPT_SECRET = ""
    assert [one.verdict for one in about("sms")] == ["let op", "goed"]
    settings.SMS_GATEWAY_TOKEN = ""
    assert about("sms")[-1].advice == "Zet SMS_GATEWAY_TOKEN."


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://sms.voorbeeld.be/", "begint niet met https"),
        ("https://", "begint niet met https"),
        ("https://127.0.0.1:poort/", "begint niet met https"),
        ("sms.voorbeeld.be", "begint niet met https"),
        ("https://127.0.0.1:{nobody}/", "niet bereikbaar op 127.0.0.1 (ConnectionRefusedError)"),
    ],
)
def test_an_address_of_a_gateway_that_cannot_be_is_wrong(settings: Any, url: str, said: str) -> None:
    settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN = url.replace("{nobody}", str(nobody_listens())), "s"
    assert about("sms")[-1].verdict == "fout"
    assert said in about("sms")[-1].said


def test_a_gateway_without_encryption_behind_https_is_told(settings: Any, gateway: tuple[str, list[str]]) -> None:
    settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN = gateway[0].replace("http:", "https:"), "s"
    assert about("sms")[-1].verdict == "fout"


@pytest.mark.django_db
def test_the_whole_check_tells_of_messages_too() -> None:
    assert {"e-mail", "sms"} <= {one.part for one in check.findings()}
