"""Posting a question and getting bytes back, or one of a closed set of failures (INTERFACE 1.1)."""

import http.client
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, Self, TypeAlias

from msgspec import Struct

from toeleiding.magda.certificates import CertificateFileError
from toeleiding.magda.connections import Connections, NoAddressError, NotConnectedError, Posted
from toeleiding.magda.envelope import Fault, unwrap
from toeleiding.magda.signing import Reason, Refused, Verdict
from toeleiding.magda.xml import MAX_BYTES, UnreadableError, parse

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


class SignatureRefused(Struct, frozen=True):
    """An answer came, and we may not believe it. Only UNREADABLE and STALE_TIMESTAMP can heal by asking again.

    Attributes:
        reason: why, with its sentence for the operator.
        body: the bytes that came, as evidence; never to be read as an answer.
    """

    reason: Reason
    body: bytes


Failure: TypeAlias = TimedOut | ConnectionFailed | HttpStatus | TooLarge | SoapFaultBody | SignatureRefused


def mutual_tls(certificate: Path, key: Path | None = None, *, ca: Path | None = None) -> ssl.SSLContext:
    """TLS in which we show a certificate too (INTERFACE 1.1).

    Args:
        certificate: PEM with our certificate and its chain.
        key: PEM with the private key; without it, the key stands in the file of the certificate.
        ca: PEM with the authorities of the other side; without it, those of the machine.

    Raises:
        CertificateFileError: a file is missing, unreadable, or key and certificate do not belong together.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        # An encrypted key would make OpenSSL ask on the terminal; an empty password fails instead.
        context.load_cert_chain(certificate, key, password="")
    except OSError as error:  # ssl.SSLError is one of them
        names = ", ".join(str(each) for each in (certificate, key, ca) if each)
        reason = error.strerror or type(error).__name__
        raise CertificateFileError(
            f"Een veilige verbinding met {names} lukt niet ({reason}). Kijk de paden na en of sleutel en certificaat "
            "bij elkaar horen."
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Line(Protocol):
    """What carries the bytes; `Connections` is the real one."""

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, patience: tuple[float, float], most: int
    ) -> Posted: ...

    def close(self) -> None: ...


class Transport:
    """One pool of connections. Safe to share between threads; close it when done.

    Args:
        connect_attempts: tries when there is no connection at all. Nothing else is ever repeated
            here: after a sent question the outbox decides.
        ssl_context: the client certificate, where the endpoint asks for one.
        line: another line than the network, for tests.
        signer: puts a signature on every question; `functools.partial` of `signing.sign`.
        verifier: judges every answer; `functools.partial` of `signing.verify`. An answer that it refuses is never
            returned. A bare SOAP Fault without a signature passes: it holds no fact, and gateways send it before
            they know who asks.
    """

    def __init__(
        self,
        *,
        connect_attempts: int = 2,
        ssl_context: ssl.SSLContext | None = None,
        line: Line | None = None,
        signer: Callable[[bytes], bytes] | None = None,
        verifier: Callable[[bytes], Verdict] | None = None,
    ) -> None:
        self._line = line or Connections(ssl_context, connect_attempts)
        self._signer, self._verifier = signer, verifier

    def post(self, question: bytes, url: str, timeout: float = READ_TIMEOUT) -> bytes | Failure:
        """Send a question.

        Args:
            question: the message in its envelope.
            url: the endpoint of this service and version.
            timeout: seconds without a byte after which we stop waiting.

        Raises:
            UnreadableError: there is a signer and the question is no SOAP envelope.
        """
        if self._signer is not None:
            question = self._signer(question)
        try:
            came = self._line.post(
                url, question, _HEADERS, patience=(min(timeout, CONNECT_TIMEOUT), timeout), most=MAX_BYTES
            )
        except (NotConnectedError, NoAddressError) as error:
            return ConnectionFailed(sent=False, reason=str(error))
        except TimeoutError:
            return TimedOut()
        except (OSError, http.client.HTTPException) as error:
            return ConnectionFailed(sent=True, reason=str(error) or type(error).__name__)
        return self._meaning(came)

    def _meaning(self, came: Posted) -> bytes | Failure:
        if came.body is None:
            return TooLarge()
        if came.status == 200:
            return self._judge(came.body) or came.body
        if came.status == 500 and b"Fault" in came.body:
            return self._judge(came.body) or SoapFaultBody(500, came.body)
        return HttpStatus(came.status)

    def _judge(self, body: bytes) -> SignatureRefused | None:
        """Why a message may not be believed; None when it may, or when nobody asks."""
        verdict = self._verifier(body) if self._verifier is not None else None
        if not isinstance(verdict, Refused):
            return None
        if verdict.reason is Reason.NO_SIGNATURE and _is_fault(body):
            return None
        return SignatureRefused(verdict.reason, body)

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_fault(body: bytes) -> bool:
    try:
        return isinstance(unwrap(parse(body)), Fault)
    except UnreadableError:
        return False
