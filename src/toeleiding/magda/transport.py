"""Posting a question and getting bytes back, or one of a closed set of failures (INTERFACE 1.1)."""

import ssl
from typing import Self, TypeAlias

import httpx
import stamina
from msgspec import Struct

from toeleiding.magda.xml import MAX_BYTES

_HEADERS = {"Content-Type": "text/xml;charset=UTF-8", "SOAPAction": '""'}
#: Seconds to wait for an answer and for a connection; those of the published connector.
READ_TIMEOUT, CONNECT_TIMEOUT = 30.0, 15.0


class TimedOut(Struct, frozen=True):
    """No answer in time. The other side may have done it all the same."""


class ConnectionFailed(Struct, frozen=True):
    """No connection, or it broke. `sent`: the question may have arrived."""

    sent: bool
    reason: str


class HttpStatus(Struct, frozen=True):
    """An answer of HTTP that is no message."""

    status: int


class TooLarge(Struct, frozen=True):
    """More bytes than we read."""

    limit: int = MAX_BYTES


class SoapFaultBody(Struct, frozen=True):
    """SOAP 1.1 sends its faults with status 500; `read_answer` reads the body."""

    status: int
    body: bytes


Failure: TypeAlias = TimedOut | ConnectionFailed | HttpStatus | TooLarge | SoapFaultBody


class Transport:
    """One pool of connections. Safe to share between threads; close it when done.

    Args:
        connect_attempts: tries when there is no connection at all. Nothing else is ever repeated
            here: after a sent question the outbox decides.
        ssl_context: the client certificate, where the endpoint asks for one.
        client: another httpx client, for tests.
    """

    def __init__(
        self,
        *,
        connect_attempts: int = 2,
        ssl_context: ssl.SSLContext | None = None,
        client: httpx.Client | None = None,
    ) -> None:
        verify: ssl.SSLContext | bool = ssl_context if ssl_context is not None else True
        self._client = client or httpx.Client(headers=_HEADERS, verify=verify, follow_redirects=False)
        self._attempts = connect_attempts

    def post(self, question: bytes, url: str, timeout: float = READ_TIMEOUT) -> bytes | Failure:
        """Send a question.

        Args:
            question: the message in its envelope.
            url: the endpoint of this service and version.
            timeout: seconds without a byte after which we stop waiting.
        """
        limits = httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))
        try:
            for attempt in stamina.retry_context(
                on=httpx.ConnectError, attempts=self._attempts, wait_initial=0.2, wait_max=1.0, timeout=5.0
            ):
                with attempt:
                    return self._post(question, url, limits)
        except httpx.ConnectTimeout as error:
            return ConnectionFailed(sent=False, reason=str(error))
        except httpx.TimeoutException:
            return TimedOut()
        except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            return ConnectionFailed(sent=False, reason=str(error))
        except httpx.HTTPError as error:
            return ConnectionFailed(sent=True, reason=str(error) or type(error).__name__)
        raise AssertionError("stamina always makes at least one attempt")

    def _post(self, question: bytes, url: str, limits: httpx.Timeout) -> bytes | Failure:
        with self._client.stream("POST", url, content=question, headers=_HEADERS, timeout=limits) as response:
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MAX_BYTES:
                    return TooLarge()
        if response.status_code == 200:
            return bytes(body)
        if response.status_code == 500 and b"Fault" in body:
            return SoapFaultBody(500, bytes(body))
        return HttpStatus(response.status_code)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
