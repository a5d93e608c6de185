"""Posting: bytes, or one of a closed set of failures."""

import http.client
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from toeleiding.magda.connections import NotConnectedError, Posted
from toeleiding.magda.transport import ConnectionFailed, HttpStatus, SoapFaultBody, TimedOut, TooLarge, Transport

URL = "http://magda.example/soap"


class Line:
    """A line on which the other side behaves like this."""

    def __init__(self, respond: Callable[[bytes, Mapping[str, str]], Posted]) -> None:
        self._respond = respond

    def post(self, url: str, body: bytes, headers: Mapping[str, str], **_: Any) -> Posted:
        assert url == URL
        return self._respond(body, headers)

    def close(self) -> None:
        """Nothing to close."""


def post(respond: Callable[[bytes, Mapping[str, str]], Posted]) -> object:
    """What comes back when the other side behaves like this."""
    with Transport(line=Line(respond)) as transport:
        return transport.post(b"<vraag/>", URL)


def came(status: int, body: bytes | None) -> object:
    return post(lambda *_: Posted(status, body))


def test_an_answer_comes_back_as_it_is_and_the_question_is_soap() -> None:
    def respond(body: bytes, headers: Mapping[str, str]) -> Posted:
        assert body == b"<vraag/>"
        assert headers == {"SOAPAction": '""', "Content-Type": "text/xml;charset=UTF-8"}
        return Posted(200, b"<antwoord/>")

    assert post(respond) == b"<antwoord/>"


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (TimeoutError("stuk"), TimedOut()),
        (NotConnectedError("stuk"), ConnectionFailed(False, "stuk")),
        (ConnectionResetError("stuk"), ConnectionFailed(True, "stuk")),
        (BrokenPipeError(), ConnectionFailed(True, "BrokenPipeError")),
        (http.client.RemoteDisconnected("stuk"), ConnectionFailed(True, "stuk")),
        (http.client.BadStatusLine("stuk"), ConnectionFailed(True, "stuk")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_failure_has_its_own_form(error: Exception, failure: object) -> None:
    def respond(*_: object) -> Posted:
        raise error

    assert post(respond) == failure


def test_status_fault_and_size() -> None:
    assert came(503, b"onderhoud") == HttpStatus(503)
    assert came(302, b"") == HttpStatus(302)
    assert came(500, b"<s:Fault/>") == SoapFaultBody(500, b"<s:Fault/>")
    assert came(500, b"stuk") == HttpStatus(500)
    assert came(200, None) == TooLarge()


@pytest.mark.parametrize("address", ["geen-adres", "ftp://magda.example/", "http://", "http://[", "http://a b/"])
def test_a_wrong_address_is_a_failure_too(address: str) -> None:
    with Transport() as transport:
        failed = transport.post(b"", address)
    assert isinstance(failed, ConnectionFailed)
    assert not failed.sent
    assert "geen adres" in failed.reason
