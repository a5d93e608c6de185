"""The bytes that went over the wire, sealed: compressed, then AES-256-GCM, bound to the message they belong to.

A row that is swapped, cut or changed cannot be opened. Several keys may stand in `RAW_KEYS`: the first writes, all
read, so that a key is replaced by putting a new one in front and running `toeleiding exchange raw rotate`.
"""

import base64
import binascii
import os
import zlib
from functools import lru_cache
from typing import Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

Side = Literal["question", "answer"]
_NONCE = 12
# A message from outside is at most 8 MB (magda.xml); what unpacks to more was not sealed by us.
_MOST = 16_000_000


class VaultError(Exception):
    """Sealed bytes cannot be opened, or there is no key. The message is a Dutch sentence that says what to do."""


def key_names() -> list[str]:
    """The keys that this installation has, the one that writes first. Raises VaultError."""
    return list(_keys(settings.RAW_KEYS))


@lru_cache(maxsize=8)
def _keys(text: str) -> dict[str, AESGCM]:
    found = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not name or len(name) > 16 or len(key) != 32:
            raise VaultError(
                "RAW_KEYS klopt niet. Schrijf naam:sleutel, met een naam van hoogstens 16 tekens en een sleutel van"
                " 32 bytes in base64, en komma's ertussen."
            )
        found[name] = AESGCM(key)
    if not found:
        raise VaultError("RAW_KEYS is leeg. Zet minstens een sleutel, anders kan geen bericht bewaard worden.")
    return found


def seal(raw: bytes, reference: UUID, side: Side) -> bytes:
    """Seal the bytes of one side of a message with the first key (`key_names()[0]`)."""
    keys = _keys(settings.RAW_KEYS)
    cipher = next(iter(keys.values()))
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, zlib.compress(raw, 1), _bound(reference, side))


def unseal(sealed: bytes, key: str, reference: UUID, side: Side) -> bytes:
    """The bytes as they went over the wire. `key` names the key; "" for what was stored before there was one.

    Raises VaultError: the key is not here, or the bytes are not those that were sealed for this message.
    """
    if not key:
        return bytes(sealed)
    cipher = _keys(settings.RAW_KEYS).get(key)
    if cipher is None:
        raise VaultError(f"De sleutel “{key}” van dit bericht is er niet. Zet hem terug in RAW_KEYS.")
    sealed = bytes(sealed)
    try:
        packed = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(reference, side))
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, _MOST)
    except (InvalidTag, ValueError, zlib.error):
        raise VaultError(
            "Dit bericht is gewijzigd of beschadigd sinds het bewaard werd. Het wordt niet getoond; stel de vraag"
            " opnieuw."
        ) from None
    if unpacker.unconsumed_tail:
        raise VaultError("Dit bericht is uitgepakt te groot. Meld dit aan de beheerder.")
    return raw


def _bound(reference: UUID, side: Side) -> bytes:
    return reference.bytes + side.encode()
