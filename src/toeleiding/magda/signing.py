"""WS-Security on a SOAP message: sign ours, believe theirs only when the signature covers what we read.

The header is written and read by hand; the XML signature inside it is signxml's. Signed are the Body
and the Timestamp, each in exclusive canonical form without comments (INTERFACE 1.1).

Reading is strict on purpose. Signature wrapping moves the signed element aside and puts another in
the place that is read; so there is one Body, one signature in one place, and the reference has to lead
to that Body and to nothing else.
"""

from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TypeAlias
from uuid import uuid4

from cryptography.x509 import Certificate, load_der_x509_certificate
from lxml import etree
from msgspec import Struct
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from toeleiding.magda import der
from toeleiding.magda.certificates import Identity, is_trusted, is_valid_on
from toeleiding.magda.envelope import SOAP
from toeleiding.magda.xml import Element, UnreadableError, parse

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE, WSU = f"{_OASIS}wssecurity-secext-1.0.xsd", f"{_OASIS}wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
_C14N = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
_BASE64 = f"{_OASIS}soap-message-security-1.0#Base64Binary"
_NAMES = {"s": SOAP, "wsse": WSSE, "wsu": WSU, "ds": DS}
_PLACE = f"./{{{SOAP}}}Header/{{{WSSE}}}Security/"
_ID = f"{{{WSU}}}Id"
# The names signxml takes for an identifier, whatever their namespace.
_NAMED = etree.XPath("//*[@*[local-name()='Id' or local-name()='ID' or local-name()='id']=$name]")
# Unlike the parser of `xml`, this one keeps every character: the digest is over all of them.
_FAITHFUL = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)

#: How long a message of ours may be under way, and how old one of theirs may be.
LIFETIME = timedelta(minutes=5)
#: How far two clocks may differ.
_SKEW = timedelta(minutes=1)
# Body, Timestamp and token; each costs a reading of the whole message.
_MOST_REFERENCES = 5


class Algorithm(Enum):
    """How to sign. Which one MAGDA accepts today is unknown (INTERFACE 1.1)."""

    RSA_SHA256 = "rsa-sha256"
    RSA_SHA1 = "rsa-sha1"


class Token(Enum):
    """In which form the certificate travels: the whole chain, or our own certificate alone."""

    PKI_PATH = f"{_OASIS}x509-token-profile-1.0#X509PKIPathv1"
    X509 = f"{_OASIS}x509-token-profile-1.0#X509v3"


_METHODS = {
    Algorithm.RSA_SHA256: (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
    Algorithm.RSA_SHA1: (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1),
}
#: What we accept unless told otherwise.
STRONG = frozenset({Algorithm.RSA_SHA256})


class Reason(Enum):
    """Why a signature is refused; the value is the sentence for the operator."""

    UNREADABLE = "Het bericht is niet te lezen. Stel de vraag opnieuw."
    NO_SIGNATURE = "Het bericht draagt geen handtekening. Vraag de andere kant om te ondertekenen."
    NOT_UNDERSTOOD = "De handtekening heeft een vorm die we niet lezen. Geef het bericht aan de beheerder."
    NOT_COVERED = "De handtekening dekt niet het bericht dat we lezen. Vertrouw dit niet en verwittig de beheerder."
    ALGORITHM_NOT_ALLOWED = "De handtekening gebruikt een methode die niet toegelaten is. Kijk de instelling na."
    UNTRUSTED_CERTIFICATE = "We vertrouwen het certificaat van de handtekening niet. Kijk de lijst van uitgevers na."
    EXPIRED_CERTIFICATE = "Het certificaat van de handtekening is niet geldig op dit moment. Verwittig de andere kant."
    STALE_TIMESTAMP = "Het bericht is te oud of komt uit de toekomst. Kijk de klok na en stel de vraag opnieuw."
    WRONG_DIGEST = "Het bericht is veranderd nadat het ondertekend was. Vertrouw dit niet en verwittig de beheerder."
    WRONG_SIGNATURE = "De handtekening klopt niet met het certificaat. Vertrouw dit niet en verwittig de beheerder."


class Verified(Struct, frozen=True):
    """The Body of this message was signed by the holder of this certificate.

    Attributes:
        certificate: of who signed.
        created: what the signed Timestamp says; None only where none was asked for.
    """

    certificate: Certificate
    created: datetime | None


class Refused(Struct, frozen=True):
    """The message may not be believed."""

    reason: Reason


Verdict: TypeAlias = Verified | Refused


class _RefusedError(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason


class _Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """SHA-1 is refused by default in signxml; here it is a deliberate setting (INTERFACE 1.1)."""


def sign(
    envelope: bytes,
    identity: Identity,
    *,
    algorithm: Algorithm = Algorithm.RSA_SHA256,
    token: Token = Token.PKI_PATH,
    now: datetime | None = None,
    lifetime: timedelta | None = LIFETIME,
) -> bytes:
    """A SOAP message with a signature in its header.

    Args:
        envelope: the message in SOAP 1.1, not yet signed.
        identity: who signs.
        algorithm: the method of the signature and its digests.
        token: in which form the certificate travels.
        now: the moment of signing, with a time zone.
        lifetime: how long the message may be under way; None sends no Timestamp, as the reference connector does.

    Raises:
        UnreadableError: no SOAP envelope with one Body, or one that is signed already.
    """
    root = _read(envelope)
    body = _only(root, "s:Body")
    if body is None or root.find(".//ds:Signature", _NAMES) is not None:
        raise UnreadableError("Dit is geen SOAP-bericht, of het is al ondertekend. Onderteken één keer.")
    header = root.find("s:Header", _NAMES)
    if header is None:
        header = etree.Element(f"{{{SOAP}}}Header")
        root.insert(0, header)
    security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU})
    security.set(f"{{{SOAP}}}mustUnderstand", "1")
    token_id = _write_token(security, identity, token)
    signed = [_name(body)]
    if lifetime is not None:
        signed.append(_name(_write_timestamp(security, now or datetime.now(UTC), lifetime)))
    method, digest = _METHODS[algorithm]
    signer = _Signer(SignatureConstructionMethod.detached, method, digest, _C14N)
    signature = signer.sign(root, key=identity.key, key_info=_key_info(token_id, token), reference_uri=signed)
    security.append(signature)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _name(element: Element) -> str:
    """The identifier of an element, given to it when it has none."""
    name = element.get(_ID)
    if name is None:
        name = f"id-{uuid4()}"
        element.set(_ID, name)
    return name


def _write_token(security: Element, identity: Identity, token: Token) -> str:
    encoded = der.pki_path(identity.chain) if token is Token.PKI_PATH else der.certificate(identity.chain[0])
    element = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken")
    element.set("EncodingType", _BASE64)
    element.set("ValueType", token.value)
    element.text = b64encode(encoded).decode()
    return _name(element)


def _write_timestamp(security: Element, now: datetime, lifetime: timedelta) -> Element:
    element = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    for tag, moment in (("Created", now), ("Expires", now + lifetime)):
        text = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        etree.SubElement(element, f"{{{WSU}}}{tag}").text = text
    return element


def _key_info(token_id: str, token: Token) -> Element:
    info = etree.Element(f"{{{DS}}}KeyInfo", nsmap={"ds": DS, "wsse": WSSE})
    reference = etree.SubElement(info, f"{{{WSSE}}}SecurityTokenReference")
    etree.SubElement(reference, f"{{{WSSE}}}Reference", URI=f"#{token_id}", ValueType=token.value)
    return info


def verify(
    envelope: bytes,
    trusted: Sequence[Certificate],
    *,
    allowed_algorithms: Collection[Algorithm] = STRONG,
    now: datetime | None = None,
    max_age: timedelta | None = LIFETIME,
) -> Verdict:
    """Whether the Body of a message was signed by somebody we trust, just now, and is unchanged.

    Args:
        envelope: the message as it came in.
        trusted: authorities, or the very certificate of the other side.
        allowed_algorithms: the methods we accept.
        now: the moment at which certificate and timestamp have to be valid, with a time zone.
        max_age: how old the message may be; None asks for no signed Timestamp.
    """
    now = now or datetime.now(UTC)
    try:
        root = _read(envelope)
        security, signature, body = _parts(root)
        _check_algorithms(signature, allowed_algorithms)
        covered = _covered(root, signature)
        if body not in covered:
            raise _RefusedError(Reason.NOT_COVERED)
        path = _certificates(security, signature)
        _check_trust(path, trusted, now)
        _check_signature(root, path[0], len(covered), allowed_algorithms, now)
        created = None if max_age is None else _check_timestamp(security, covered, now, max_age)
    except UnreadableError:
        return Refused(Reason.UNREADABLE)
    except _RefusedError as error:
        return Refused(error.reason)
    return Verified(path[0], created)


def _read(envelope: bytes) -> Element:
    parse(envelope)  # the bounds of `xml`: size, depth, encoding, no DTD
    return etree.fromstring(envelope, _FAITHFUL)


def _only(parent: Element, path: str) -> Element | None:
    """The one element at a path; None when there are none or more."""
    found = parent.findall(path, _NAMES)
    return found[0] if len(found) == 1 else None


def _parts(root: Element) -> tuple[Element, Element, Element]:
    """The security header, its signature, and the Body that `envelope.unwrap` reads."""
    if next(root.iter(f"{{{DS}}}Signature"), None) is None:
        raise _RefusedError(Reason.NO_SIGNATURE)
    security, body = _only(root, "s:Header/wsse:Security"), _only(root, "s:Body")
    signature = None if security is None else _only(security, "ds:Signature")
    one_header, one_signature = _only(root, "s:Header"), _only(root, ".//ds:Signature")
    is_envelope = root.tag == f"{{{SOAP}}}Envelope"
    if not is_envelope or security is None or body is None or one_header is None:
        raise _RefusedError(Reason.NOT_COVERED)
    if signature is None or signature is not one_signature:
        raise _RefusedError(Reason.NOT_COVERED)
    return security, signature, body


def _check_algorithms(signature: Element, allowed: Collection[Algorithm]) -> None:
    methods = {_METHODS[each][0].value for each in allowed}
    digests = {_METHODS[each][1].value for each in allowed}
    wanted = (
        ("ds:SignedInfo/ds:SignatureMethod", methods),
        ("ds:SignedInfo/ds:Reference/ds:DigestMethod", digests),
        ("ds:SignedInfo/ds:CanonicalizationMethod", {_C14N.value}),
        # Any other transform could turn what was signed into something else than what is read.
        (".//ds:Transform", {_C14N.value}),
    )
    for path, values in wanted:
        found = [each.get("Algorithm") for each in signature.iterfind(path, _NAMES)]
        if not found or not values.issuperset(found):
            raise _RefusedError(Reason.ALGORITHM_NOT_ALLOWED)


def _covered(root: Element, signature: Element) -> list[Element]:
    """The elements that the signature refers to; each by a name that no other element bears."""
    references = signature.findall("ds:SignedInfo/ds:Reference", _NAMES)
    if len(references) > _MOST_REFERENCES:
        raise _RefusedError(Reason.NOT_UNDERSTOOD)
    covered: list[Element] = []
    for reference in references:
        uri = reference.get("URI", "")
        named = _NAMED(root, name=uri[1:]) if uri.startswith("#") and len(uri) > 1 else []
        if not isinstance(named, list) or len(named) != 1 or not isinstance(named[0], etree._Element):
            raise _RefusedError(Reason.NOT_COVERED)
        covered.append(named[0])
    return covered


def _certificates(security: Element, signature: Element) -> tuple[Certificate, ...]:
    """The certificates of the token that the signature names; that of the signer first."""
    reference = _only(signature, "ds:KeyInfo/wsse:SecurityTokenReference/wsse:Reference")
    info = _only(signature, "ds:KeyInfo")
    if reference is None or info is None or len(info) != 1:
        raise _RefusedError(Reason.NOT_UNDERSTOOD)
    wanted = reference.get("URI", "").removeprefix("#")
    tokens = [t for t in security.iterfind("wsse:BinarySecurityToken", _NAMES) if t.get(_ID) == wanted]
    try:
        (token,) = tokens
        encoded = b64decode("".join((token.text or "").split()), validate=True)
        if Token(token.get("ValueType")) is Token.PKI_PATH:
            return der.read_pki_path(encoded)
        return (load_der_x509_certificate(encoded),)
    except ValueError:
        raise _RefusedError(Reason.NOT_UNDERSTOOD) from None


def _check_trust(path: Sequence[Certificate], trusted: Sequence[Certificate], now: datetime) -> None:
    if is_trusted(path, trusted, now):
        return
    # Somebody we would have trusted on its last day is expired; anybody else was never ours.
    last_day = min(path[0].not_valid_after_utc, *(each.not_valid_after_utc for each in path))
    expired = not all(is_valid_on(each, now) for each in path) and is_trusted(path, trusted, last_day)
    raise _RefusedError(Reason.EXPIRED_CERTIFICATE if expired else Reason.UNTRUSTED_CERTIFICATE)


def _check_signature(
    root: Element, certificate: Certificate, references: int, allowed: Collection[Algorithm], now: datetime
) -> None:
    expected = SignatureConfiguration(
        location=_PLACE,
        # One result comes back alone and several in a list; we ask for neither, the count is checked here.
        expect_references=references,
        signature_methods=frozenset(_METHODS[each][0] for each in allowed),
        digest_algorithms=frozenset(_METHODS[each][1] for each in allowed),
        verification_time=now,
    )
    try:
        XMLVerifier().verify(root, x509_cert=certificate, expect_config=expected)
    except InvalidDigest:
        raise _RefusedError(Reason.WRONG_DIGEST) from None
    except InvalidSignature:
        raise _RefusedError(Reason.WRONG_SIGNATURE) from None
    except (SignXMLException, etree.LxmlError, ValueError, TypeError):
        raise _RefusedError(Reason.NOT_UNDERSTOOD) from None


def _check_timestamp(security: Element, covered: list[Element], now: datetime, max_age: timedelta) -> datetime:
    element = _only(security, "wsu:Timestamp")
    if element is None or element not in covered:
        raise _RefusedError(Reason.STALE_TIMESTAMP)
    created = _moment(element.findtext("wsu:Created", None, _NAMES))
    expires = element.findtext("wsu:Expires", None, _NAMES)
    last = created + max_age if expires is None else min(created + max_age, _moment(expires))
    if not created - _SKEW <= now <= last + _SKEW:
        raise _RefusedError(Reason.STALE_TIMESTAMP)
    return created


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise _RefusedError(Reason.STALE_TIMESTAMP) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
