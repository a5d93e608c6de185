"""Keys and certificates: read them from files, follow them to who is trusted, warn before they expire.

Nothing here talks to the network. Every message says in Dutch what to do.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import Certificate, load_pem_x509_certificates
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError
from msgspec import Struct

#: Renewal goes through the organisation's certificate desk and takes weeks, so the first warning is early.
SOON, URGENT = timedelta(days=30), timedelta(days=7)
_SMALLEST_KEY = 2048


class CertificateFileError(Exception):
    """A file with a key or certificates cannot be used. The message is a Dutch sentence for the administrator."""


class Identity(Struct, frozen=True):
    """Who we are: a private key and its certificate with the chain above it.

    Attributes:
        key: RSA, at least 2048 bits.
        chain: our own certificate first, then each issuer of the one before it.
    """

    key: RSAPrivateKey
    chain: tuple[Certificate, ...]

    def __repr__(self) -> str:
        return f"Identity({common_name(self.chain[0])})"

    @classmethod
    def load(cls, chain: Path, key: Path | None = None, password: bytes | None = None) -> Self:
        """Read an identity from PEM files.

        Args:
            chain: the certificate and its issuers, in any order.
            key: the private key; without it, the key stands in the file of the chain.
            password: of the key, where it has one.

        Raises:
            CertificateFileError: a file is missing or unreadable, or the key belongs to no certificate in it.
        """
        private = _private_key(key or chain, password)
        found = load_certificates(chain)
        own = [each for each in found if each.public_key() == private.public_key()]
        if not own:
            raise CertificateFileError(
                f"De sleutel in {key or chain} hoort bij geen enkel certificaat in {chain}. Leg de juiste twee samen."
            )
        return cls(private, _ordered(own[0], found))


def load_certificates(path: Path) -> tuple[Certificate, ...]:
    """The certificates in a PEM file, in the order of the file.

    Raises:
        CertificateFileError: no file, or no certificate in it.
    """
    try:
        return tuple(load_pem_x509_certificates(_read(path)))
    except ValueError:
        raise CertificateFileError(
            f"In {path} staat geen leesbaar certificaat. Lever het als PEM (-----BEGIN CERTIFICATE-----)."
        ) from None


def _private_key(path: Path, password: bytes | None) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(_read(path), password)
    except TypeError:
        advice = "Geef het wachtwoord mee." if password is None else "Laat het wachtwoord weg."
        raise CertificateFileError(f"Het wachtwoord past niet bij de sleutel in {path}. {advice}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateFileError(
            f"In {path} staat geen leesbare sleutel. Lever ze als PEM en kijk het wachtwoord na."
        ) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST_KEY:
        raise CertificateFileError(
            f"De sleutel in {path} is geen RSA-sleutel van {_SMALLEST_KEY} bits of meer. Vraag een nieuw certificaat."
        )
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateFileError(
            f"Het bestand {path} is niet te lezen ({error.strerror}). Kijk het pad en de rechten na."
        ) from None


def _ordered(own: Certificate, found: Sequence[Certificate]) -> tuple[Certificate, ...]:
    chain = [own]
    while above := next((c for c in found if c not in chain and c.subject == chain[-1].issuer), None):
        chain.append(above)
    return tuple(chain)


def common_name(certificate: Certificate) -> str:
    """The CN of a certificate, as the administrator knows it; the whole subject when it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def told_of(certificate: Certificate) -> str:
    """A certificate in one line that somebody can find again: its name and serial number."""
    return f"{common_name(certificate)[:150]}, serienummer {certificate.serial_number:x}"


def is_valid_on(certificate: Certificate, moment: datetime) -> bool:
    """Whether a moment lies within the validity of a certificate."""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def is_trusted(path: Sequence[Certificate], trusted: Sequence[Certificate], now: datetime) -> bool:
    """Whether a certificate is one of the trusted ones or was issued, by way of others, by one of them.

    Args:
        path: the certificate first, then those that may stand between it and a trusted one.
        trusted: authorities, or the very certificate of the other side.
        now: the moment at which the whole path has to be valid.
    """
    own, *between = path
    if own in trusted:
        return is_valid_on(own, now)
    if not trusted:
        return False
    # Signing certificates need not name a host, so the rules for web sites hold for the authorities alone.
    policies = {"ee_policy": ExtensionPolicy.permit_all(), "ca_policy": ExtensionPolicy.webpki_defaults_ca()}
    verifier = PolicyBuilder().store(Store(list(trusted))).time(now).extension_policies(**policies)
    try:
        verifier.build_client_verifier().verify(own, between)
    except VerificationError:
        return False
    return True


class Expiry(Struct, frozen=True):
    """A certificate that needs somebody's attention."""

    path: Path
    name: str
    level: Literal["soon", "urgent", "expired", "unreadable"]
    sentence: str


def warnings(paths: Iterable[Path], now: datetime) -> list[Expiry]:
    """What to say about the certificates in these files: nothing for 30 days, then ever more loudly.

    Args:
        paths: PEM files with certificates; the same certificate is named once.
        now: with a time zone.
    """
    found: dict[bytes, Expiry] = {}
    unreadable: list[Expiry] = []
    for path in paths:
        try:
            certificates = load_certificates(path)
        except CertificateFileError as error:
            unreadable.append(Expiry(path, path.name, "unreadable", str(error)))
            continue
        for certificate in certificates:
            warned = _warning(path, certificate, now)
            if warned is not None:
                found.setdefault(certificate.tbs_certificate_bytes, warned)
    return [*unreadable, *found.values()]


def _warning(path: Path, certificate: Certificate, now: datetime) -> Expiry | None:
    name, end = common_name(certificate), certificate.not_valid_after_utc
    left, day = end - now.astimezone(UTC), f"{end:%d-%m-%Y}"
    if certificate.not_valid_before_utc > now:
        start = f"{certificate.not_valid_before_utc:%d-%m-%Y}"
        sentence = f"Het certificaat {name} geldt pas vanaf {start}. Zet intussen het vorige terug."
        return Expiry(path, name, "urgent", sentence)
    if left < timedelta():
        sentence = f"Het certificaat {name} is vervallen op {day}. Zet nu een nieuw: MAGDA antwoordt niet meer."
        return Expiry(path, name, "expired", sentence)
    days = "vandaag" if left.days == 0 else "morgen" if left.days == 1 else f"over {left.days} dagen"
    if left <= URGENT:
        sentence = f"Het certificaat {name} vervalt {days} ({day}). Zet deze week een nieuw."
        return Expiry(path, name, "urgent", sentence)
    if left <= SOON:
        return Expiry(path, name, "soon", f"Het certificaat {name} vervalt {days} ({day}). Vraag nu een nieuw aan.")
    return None
