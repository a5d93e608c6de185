"""Certificates in DER, alone or as a PkiPath: the ordered list of X.509 that WS-Security carries.

A PkiPath is `SEQUENCE OF Certificate`, from the highest issuer down to the one who signs.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate

_SEQUENCE = 0x30
_LONGEST_PATH = 10


def certificate(one: Certificate) -> bytes:
    """A certificate in DER."""
    return one.public_bytes(Encoding.DER)


def pki_path(chain: Sequence[Certificate]) -> bytes:
    """A chain, own certificate first, as a PkiPath."""
    content = b"".join(certificate(one) for one in reversed(chain))
    return bytes([_SEQUENCE]) + _length(len(content)) + content


def read_pki_path(data: bytes) -> tuple[Certificate, ...]:
    """The chain in a PkiPath, own certificate first.

    Raises:
        ValueError: no PkiPath, or an empty or endless one.
    """
    start, end = _sequence(data, 0)
    if end != len(data):
        raise ValueError("bytes after the path")
    found: list[Certificate] = []
    while start < end:
        _, stop = _sequence(data, start)
        found.append(load_der_x509_certificate(data[start:stop]))
        start = stop
        if len(found) > _LONGEST_PATH:
            raise ValueError("path too long")
    if not found:
        raise ValueError("empty path")
    return tuple(reversed(found))


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _sequence(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the sequence at an offset starts and ends."""
    if len(data) < at + 2 or data[at] != _SEQUENCE:
        raise ValueError("no sequence")
    size, start = data[at + 1], at + 2
    if size & 0x80:
        octets = size & 0x7F
        if not 1 <= octets <= 4:
            raise ValueError("no definite length")
        size, start = int.from_bytes(data[start : start + octets], "big"), start + octets
    if start + size > len(data):
        raise ValueError("cut off")
    return start, start + size
