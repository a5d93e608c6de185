"""Posting: bytes, or one of a closed set of failures."""

from collections.abc import Callable

import httpx
import pytest
import stamina

from toeleiding.magda.transport import ConnectionFailed, HttpStatus, SoapFaultBody, TimedOut, TooLarge, Transport
from toeleiding.magda.xml import MAX_BYTES

URL = "http://magda.example/soap"


@pytest.fixture(autouse=True)
def _no_waiting() -> object:
    with stamina.set_testing(True, attempts=2):
        yield


def post(respond: Callable[[httpx.Request], httpx.Response]) -> object:
    """What comes back when the other side behaves like this."""
    with Transport(client=httpx.Client(transport=httpx.MockTransport(respond))) as transport:
        return transport.post(b"<vraag/>", URL)


def failing(
    error: type[httpx.TransportError], seen: list[bytes] | None = None
) -> Callable[[httpx.Request], httpx.Response]:
    def respond(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request.content)
        raise error("stuk", request=request)

    return respond


def test_an_answer_comes_back_as_it_is_and_the_question_is_soap() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        assert (request.method, request.content) == ("POST", b"<vraag/>")
        assert request.headers["SOAPAction"] == '""'
        assert request.headers["Content-Type"] == "text/xml;charset=UTF-8"
        return httpx.Response(200, content=b"<antwoord/>")

    assert post(respond) == b"<antwoord/>"


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (httpx.ReadTimeout, TimedOut()),
        (httpx.ConnectTimeout, ConnectionFailed(False, "stuk")),
        (httpx.ConnectError, ConnectionFailed(False, "stuk")),
        (httpx.ReadError, ConnectionFailed(True, "stuk")),
        (httpx.RemoteProtocolError, ConnectionFailed(True, "stuk")),
    ],
)
def test_every_failure_has_its_own_form(error: type[httpx.TransportError], failure: object) -> None:
    assert post(failing(error)) == failure


def test_only_a_missing_connection_is_tried_again() -> None:
    for error, attempts in ((httpx.ConnectError, 2), (httpx.ReadError, 1), (httpx.ReadTimeout, 1)):
        seen: list[bytes] = []
        post(failing(error, seen))
        assert len(seen) == attempts


def test_status_fault_and_size() -> None:
    assert post(lambda _: httpx.Response(503, content=b"onderhoud")) == HttpStatus(503)
    assert post(lambda _: httpx.Response(302, headers={"Location": URL})) == HttpStatus(302)
    assert post(lambda _: httpx.Response(500, content=b"<s:Fault/>")) == SoapFaultBody(500, b"<s:Fault/>")
    assert post(lambda _: httpx.Response(200, content=b"x" * (MAX_BYTES + 1))) == TooLarge()


def test_a_wrong_address_is_a_failure_too() -> None:
    with Transport() as transport:
        assert transport.post(b"", "geen-adres") == ConnectionFailed(
            False, "Request URL is missing an 'http://' or 'https://' protocol."
        )
