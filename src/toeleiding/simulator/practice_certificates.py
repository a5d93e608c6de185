"""Throw-away certificates for practice: an authority, a server on the loopback address and a client."""

import os
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: Short, so that nobody comes to lean on them.
VALIDITY = timedelta(days=14)
_AUTHORITY = "TEST Toeleiding oefenuitgever (niet vertrouwen)"
_NAMES = {"server": "TEST nagebootste MAGDA", "client": "TEST Toeleiding oefenklant"}


def make(folder: Path, now: datetime, validity: timedelta = VALIDITY) -> list[Path]:
    """Write `ca.pem` (certificate), and `server.pem` and `client.pem` (key, certificate and authority).

    Args:
        folder: is made when it does not exist.
        now: start of the validity, with a time zone.
        validity: how long they hold.

    Raises:
        FileExistsError: one of the files is already there; nothing is overwritten.
        OSError: the folder cannot be written.
    """
    paths = [folder / f"{name}.pem" for name in ("ca", *_NAMES)]
    for path in paths:
        if path.exists():
            raise FileExistsError(17, "bestaat al", str(path))
    folder.mkdir(parents=True, exist_ok=True)
    authority_key = _key()
    authority = _authority(authority_key, now, now + validity)
    _write(paths[0], authority.public_bytes(Encoding.PEM))
    for path, name in zip(paths[1:], _NAMES.values(), strict=True):
        key = _key()
        certificate = _issued(name, key, authority, authority_key, now, now + validity)
        chain = b"".join(each.public_bytes(Encoding.PEM) for each in (certificate, authority))
        _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    return paths


def _write(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _authority(key: RSAPrivateKey, now: datetime, until: datetime) -> x509.Certificate:
    usage = _usage(issuing=True)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = _builder(_AUTHORITY, _AUTHORITY, key, now, until).add_extension(
        x509.BasicConstraints(True, 0), critical=True
    )
    return builder.add_extension(usage, critical=True).add_extension(own, critical=False).sign(key, SHA256())


def _issued(
    name: str,
    key: RSAPrivateKey,
    authority: x509.Certificate,
    authority_key: RSAPrivateKey,
    now: datetime,
    until: datetime,
) -> x509.Certificate:
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    where = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = _builder(name, _AUTHORITY, key, now, until).add_extension(
        x509.BasicConstraints(False, None), critical=True
    )
    builder = builder.add_extension(_usage(issuing=False), critical=True).add_extension(where, critical=False)
    builder = builder.add_extension(purposes, critical=False).add_extension(above, critical=False)
    return builder.sign(authority_key, SHA256())


def _builder(name: str, issuer: str, key: RSAPrivateKey, now: datetime, until: datetime) -> x509.CertificateBuilder:
    subject, above = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer))
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(above).public_key(key.public_key())
    start = now - timedelta(minutes=5)  # clocks differ
    return builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(until)


def _usage(*, issuing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issuing, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=issuing, crl_sign=issuing, encipher_only=False, decipher_only=False,
    )  # fmt: skip
