"""The line to the registers as this installation is set up: client certificate, signing and verifying."""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

from django.conf import settings

from toeleiding.magda.certificates import Identity, load_certificates
from toeleiding.magda.signing import STRONG, Algorithm, Verdict, sign, verify
from toeleiding.magda.transport import Transport, mutual_tls


def transport() -> Transport:
    """A new pool of connections. Raises CertificateFileError, in Dutch, when a file of the settings cannot be used."""
    return _transport(
        settings.MAGDA_CERTIFICATE,
        settings.MAGDA_KEY,
        settings.MAGDA_CA,
        settings.MAGDA_TRUSTED_SIGNERS,
        Algorithm(settings.MAGDA_SIGN_ALGORITHM),
    )


def _transport(certificate: str, key: str, ca: str, trusted: str, algorithm: Algorithm) -> Transport:
    context = mutual_tls(Path(certificate), _path(key), ca=_path(ca)) if certificate else None
    signer = partial(sign, identity=_identity(certificate, key), algorithm=algorithm) if certificate else None
    verifier = (
        partial(verify, trusted=load_certificates(Path(trusted)), allowed_algorithms=STRONG | {algorithm})
        if trusted
        else None
    )
    return Transport(ssl_context=context, signer=signer, verifier=verifier)


def verifier() -> Callable[[bytes], Verdict] | None:
    """What judges the signature of a message that comes in; None when no signers are configured."""
    trusted = settings.MAGDA_TRUSTED_SIGNERS
    if not trusted:
        return None
    algorithm = Algorithm(settings.MAGDA_SIGN_ALGORITHM)
    return partial(verify, trusted=load_certificates(Path(trusted)), allowed_algorithms=STRONG | {algorithm})


def sealed(answer: bytes) -> bytes:
    """Our answer with our signature, when we have a certificate."""
    if not settings.MAGDA_CERTIFICATE:
        return answer
    identity = _identity(settings.MAGDA_CERTIFICATE, settings.MAGDA_KEY)
    return sign(answer, identity, algorithm=Algorithm(settings.MAGDA_SIGN_ALGORITHM))


@lru_cache
def _identity(certificate: str, key: str) -> Identity:
    return Identity.load(Path(certificate), _path(key))


def _path(name: str) -> Path | None:
    return Path(name) if name else None


def certificate_files() -> list[Path]:
    """The files whose expiry somebody must know of."""
    return [Path(name) for name in (settings.MAGDA_CERTIFICATE, settings.MAGDA_TRUSTED_SIGNERS) if name]
