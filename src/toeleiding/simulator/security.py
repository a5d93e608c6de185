"""The simulator with locks: it checks the signature of questions, signs its answers and speaks TLS."""

import ssl
from collections.abc import Sequence
from pathlib import Path

from cryptography.x509 import Certificate
from msgspec import Struct

from toeleiding.magda.certificates import CertificateFileError, Identity
from toeleiding.magda.envelope import write_fault
from toeleiding.magda.signing import Algorithm, Reason, Refused, sign, verify
from toeleiding.magda.xml import UnreadableError
from toeleiding.simulator.reply import Reply


class Security(Struct, frozen=True):
    """What the simulator asks of a question and does to an answer. As it stands: nothing.

    Attributes:
        trusted: who may sign questions; empty checks nothing.
        strict: refuse a question without a signature; otherwise only a signature that is there is checked
            (INTERFACE 1.1).
        identity: signs the answers; None leaves them unsigned.
        algorithm: the method of the answers. Questions may use any that we know.
    """

    trusted: Sequence[Certificate] = ()
    strict: bool = False
    identity: Identity | None = None
    algorithm: Algorithm = Algorithm.RSA_SHA256

    def refusal(self, question: bytes) -> Reply | None:
        """The Fault for a question whose signature is not in order; None when the world may answer it."""
        if not self.trusted:
            return None
        verdict = verify(question, self.trusted, allowed_algorithms=frozenset(Algorithm))
        if not isinstance(verdict, Refused) or verdict.reason is Reason.UNREADABLE:
            return None  # what cannot be read at all, the world refuses in its own words
        if verdict.reason is Reason.NO_SIGNATURE and not self.strict:
            return None
        return Reply(500, write_fault("Client", verdict.reason.value))

    def sealed(self, body: bytes) -> bytes:
        """An answer with its signature. What is no SOAP, such as a truncated answer, stays as it is."""
        if self.identity is None:
            return body
        try:
            return sign(body, self.identity, algorithm=self.algorithm)
        except UnreadableError:
            return body


def server_tls(identity: Path, trusted: Path | None) -> ssl.SSLContext:
    """TLS for the server.

    Args:
        identity: PEM with key and chain.
        trusted: PEM with the authorities of clients; with it, a client has to show its certificate.

    Raises:
        CertificateFileError: a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(identity, password="")
        if trusted is not None:
            context.load_verify_locations(trusted)
            context.verify_mode = ssl.CERT_REQUIRED
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CertificateFileError(
            f"HTTPS met {identity} lukt niet ({reason}). Maak nieuwe met --make-certificates."
        ) from None
    return context
