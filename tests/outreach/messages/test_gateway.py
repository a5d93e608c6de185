"""The gateway for text messages over HTTP: what we send, and what each answer means."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from toeleiding.outreach.messages import lines, sending
from toeleiding.outreach.messages.lines import HttpSms, Later, Outcome, Refused, Sent, Unknown, mobile


class Gateway:
    """A gateway on this machine that answers as a test wants and remembers what came."""

    def __init__(self) -> None:
        self.status, self.body = 200, b"{}"
        self.heard: list[tuple[dict[str, str], Any]] = []
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.heard.append((dict(self.headers), json.loads(given)))
                if gateway.status == 0:  # hangs up without a word
                    self.close_connection = True
                    return
                self.send_response(gateway.status)
                self.send_header("Content-Length", str(len(gateway.body)))
                self.end_headers()
                self.wfile.write(gateway.body)

            def log_message(self, *given: Any) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/sms"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_the_message_travels_with_its_reference_and_our_key(gateway: Gateway) -> None:
    gateway.body = b'{"id": "gw-17"}'
    assert HttpSms(gateway.url, "sleutel").send("+32470123456", "Bel ons ☎", "ref") == Sent("gw-17")
    ((headers, body),) = gateway.heard
    assert body == {"id": "ref", "to": "+32470123456", "text": "Bel ons ☎"}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer sleutel", "ref")


@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b'{"id": ""}', b'{"id": null}', b'{"id": []}'])
def test_a_gateway_without_a_reference_of_its_own_uses_ours(gateway: Gateway, body: bytes) -> None:
    gateway.body = body
    assert HttpSms(gateway.url, "s").send("+32470123456", "x", "ref") == Sent("ref")


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (202, Sent),
        (400, Refused),
        (401, Later),
        (404, Refused),
        (429, Later),
        (500, Unknown),
        (503, Later),
        (0, Unknown),
    ],
)
def test_each_status_means_what_the_documentation_says(gateway: Gateway, status: int, meaning: type[Outcome]) -> None:
    gateway.status = status
    found = HttpSms(gateway.url, "s").send("+32470123456", "x", "ref")
    assert isinstance(found, meaning)
    assert "0470" not in str(found)
    assert len(gateway.heard) == 1  # never twice by itself


def test_without_a_connection_nothing_left() -> None:
    assert isinstance(HttpSms("http://127.0.0.1:9/sms", "s").send("+32470123456", "x", "ref"), Later)
    assert isinstance(HttpSms("https://", "s").send("+32470123456", "x", "ref"), Later)


def test_a_gateway_elsewhere_is_spoken_to_over_https_only() -> None:
    found = HttpSms("http://sms.voorbeeld.be/", "s").send("+32470123456", "x", "ref")
    assert found == Later("Het adres van de sms-dienst begint niet met https. Vraag de beheerder.")


def test_outside_the_exercise_environment_the_gateway_is_used(gateway: Gateway, settings: Any) -> None:
    letter = lines.Letter(str(uuid4()), lines.Channel.SMS, "+32470123456", "", "Bel ons")
    lines.send(letter)
    assert gateway.heard == []  # in the exercise environment nothing leaves, whatever is configured
    assert list(settings.POSTBUS.iterdir())
    settings.OEFENOMGEVING, settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN = False, gateway.url, "s"
    assert isinstance(lines.send(letter), Sent)
    assert len(gateway.heard) == 1
    assert sending.postbus() == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0470 12 34 56", "+32470123456"),
        ("0470/12.34.56", "+32470123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0032470123456", "+32470123456"),
        ("+32 (0)470 12 34 56", "+32470123456"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("015 12 34 56", ""),
        ("+32 15 12 34 56", ""),
        ("0470 12 34", ""),
        ("geen", ""),
        ("", ""),
    ],
)
def test_only_a_mobile_number_takes_a_text_message(typed: str, number: str) -> None:
    assert mobile(typed) == number
