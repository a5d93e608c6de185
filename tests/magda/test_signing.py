"""Signing: what we sign can be believed, and nothing that was changed, moved or borrowed can."""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.conformance.schemas import REFERENCE, violations
from tests.simulator.asking import about
from toeleiding.magda import services
from toeleiding.magda.certificates import CertificateFileError, Identity, load_certificates, warnings
from toeleiding.magda.connections import Posted
from toeleiding.magda.envelope import write_fault
from toeleiding.magda.signing import STRONG, Algorithm, Reason, Refused, Token, Verified, sign, verify
from toeleiding.magda.transport import SignatureRefused, SoapFaultBody, Transport
from toeleiding.magda.xml import UnreadableError
from toeleiding.simulator.practice_certificates import make

NOW = datetime.now(UTC).replace(microsecond=0)
INSZ = "90640100191"
QUESTION = about(services.VDAB, INSZ)
BODY = re.compile(rb"<soapenv:Body.*</soapenv:Body>", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("certificaten")
    make(made, NOW)
    return made


@pytest.fixture(scope="module")
def client(folder: Path) -> Identity:
    return Identity.load(folder / "client.pem")


@pytest.fixture(scope="module")
def signed(client: Identity) -> bytes:
    return sign(QUESTION, client, now=NOW)


@pytest.fixture(scope="module")
def judge(folder: Path) -> Callable[..., Verified | Refused]:
    return partial(verify, trusted=load_certificates(folder / "ca.pem"), now=NOW)


@pytest.mark.parametrize("token", Token)
@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_we_sign_can_be_believed(judge, client, algorithm: Algorithm, token: Token) -> None:
    message = sign(QUESTION, client, algorithm=algorithm, token=token, now=NOW)
    assert judge(message, allowed_algorithms={algorithm}) == Verified(client.chain[0], NOW)


def test_a_message_without_timestamp_is_believed_only_where_none_is_asked_for(judge, client) -> None:
    message = sign(QUESTION, client, now=NOW, lifetime=None)
    assert judge(message, max_age=None) == Verified(client.chain[0], None)
    assert judge(message) == Refused(Reason.STALE_TIMESTAMP)


def test_the_very_certificate_of_the_other_side_may_be_trusted_too(client, signed) -> None:
    assert isinstance(verify(signed, [client.chain[0]], now=NOW), Verified)


def wrapped(message: bytes, aside: str) -> bytes:
    """The signed Body moved aside, another in its place."""
    body = BODY.search(message)[0]
    forged = re.sub(rb' (xmlns:\w+="[^"]*")? ?wsu:Id="[^"]*"', b"", body).replace(INSZ.encode(), b"90640200276")
    holder = f"<{aside}>".encode() + body + f"</{aside}>".encode()
    return BODY.sub(forged, message).replace(b"</soapenv:Header>", holder + b"</soapenv:Header>")


def twice(message: bytes) -> bytes:
    return BODY.sub(lambda found: found[0] * 2, message)


def same_name(message: bytes) -> bytes:
    name = re.search(rb'<soapenv:Body[^>]*wsu:Id="([^"]*)"|Id="([^"]*)"[^>]*>\s*<w:', message)
    value = next(each for each in name.groups() if each)
    return message.replace(b"</soapenv:Header>", b'<x Id="' + value + b'"/></soapenv:Header>')


TAMPERING = {
    "een ander nummer": (lambda m: m.replace(INSZ.encode(), b"90640200276"), Reason.WRONG_DIGEST),
    "een spatie erbij": (lambda m: m.replace(b"<INSZ>", b"<INSZ> "), Reason.WRONG_DIGEST),
    "een langere geldigheid": (lambda m: re.sub(rb"(Expires>)\d", rb"\g<1>3", m), Reason.WRONG_DIGEST),
    "een ander begin": (lambda m: re.sub(rb"<wsu:Created>\d", b"<wsu:Created>1", m), Reason.WRONG_DIGEST),
    "een ander lichaam, het echte opzij": (lambda m: wrapped(m, "opzij"), Reason.NOT_COVERED),
    "twee lichamen": (twice, Reason.NOT_COVERED),
    "twee dingen met een naam": (same_name, Reason.NOT_COVERED),
    "geen kop": (lambda m: re.sub(rb"<soapenv:Header>.*</soapenv:Header>", b"", m, flags=re.S), Reason.NO_SIGNATURE),
    "afgebroken": (lambda m: m[: len(m) // 2], Reason.UNREADABLE),
    "een andere bewerking": (lambda m: m.replace(b"xml-exc-c14n#", b"xml-exc-c14n#WithComments"), None),
    "een andere waarde": (
        lambda m: re.sub(rb"(<ds:SignatureValue>)(.)", lambda x: x[1] + (b"A" if x[2] != b"A" else b"B"), m),
        Reason.WRONG_SIGNATURE,
    ),
    "een kapot bewijs": (lambda m: re.sub(rb"(Token [^>]*>)....", rb"\g<1>AAAA", m), Reason.NOT_UNDERSTOOD),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERING)
def test_every_kind_of_tampering_is_refused_for_its_own_reason(judge, signed, name: str) -> None:
    change, reason = TAMPERING[name]
    changed = change(signed)
    assert changed != signed
    assert judge(changed) == Refused(reason or Reason.ALGORITHM_NOT_ALLOWED)


def test_a_body_that_the_signature_does_not_name_is_refused(judge, client) -> None:
    """Only the Timestamp is signed: the signature is right and says nothing of the Body."""
    other = sign(b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>', client)
    body = BODY.search(QUESTION)[0].replace(b"<soapenv:Body>", b"<s:Body>").replace(b"</soapenv:Body>", b"</s:Body>")
    moved = re.sub(rb"<s:Body[^>]*/>", lambda found: b"<opzij>" + found[0] + b"</opzij>" + body, other)
    assert judge(moved) == Refused(Reason.NOT_COVERED)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_single_changed_byte_of_the_body_is_believed(judge, signed, data: st.DataObject) -> None:
    start, end = BODY.search(signed).span()
    at = data.draw(st.integers(start, end - 1))
    byte = data.draw(st.integers(32, 126).filter(lambda one: one != signed[at]))
    changed = signed[:at] + bytes([byte]) + signed[at + 1 :]
    try:
        same = etree.tostring(etree.fromstring(changed), method="c14n", exclusive=True)
    except (etree.XMLSyntaxError, etree.C14NError):
        same = None
    if same == etree.tostring(etree.fromstring(signed), method="c14n", exclusive=True):
        return  # another way to write the same message, such as ' for "
    assert isinstance(judge(changed), Refused)


def test_sha1_is_refused_unless_allowed(judge, client) -> None:
    message = sign(QUESTION, client, algorithm=Algorithm.RSA_SHA1, now=NOW)
    assert judge(message, allowed_algorithms=STRONG) == Refused(Reason.ALGORITHM_NOT_ALLOWED)


def test_strangers_and_expired_certificates_are_told_apart(judge, signed, tmp_path: Path) -> None:
    make(tmp_path, NOW)
    stranger = sign(QUESTION, Identity.load(tmp_path / "client.pem"), now=NOW)
    assert judge(stranger) == Refused(Reason.UNTRUSTED_CERTIFICATE)
    assert judge(signed, trusted=()) == Refused(Reason.UNTRUSTED_CERTIFICATE)
    assert judge(signed, now=NOW + timedelta(days=40)) == Refused(Reason.EXPIRED_CERTIFICATE)
    assert judge(stranger, now=NOW + timedelta(days=40)) == Refused(Reason.UNTRUSTED_CERTIFICATE)


def test_a_client_may_not_play_the_authority(judge, client) -> None:
    """Its certificate is trusted, but not to issue others."""
    key, above = generate_private_key(65537, 2048), client.chain[0]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST bedrieger")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(above.subject).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    impostor = Identity(key, (builder.sign(client.key, SHA256()), *client.chain))
    assert judge(sign(QUESTION, impostor, now=NOW)) == Refused(Reason.UNTRUSTED_CERTIFICATE)
    forged = Identity(key, client.chain)
    assert judge(sign(QUESTION, forged, now=NOW)) == Refused(Reason.WRONG_SIGNATURE)


def test_old_messages_and_those_of_the_future_are_stale(judge, client, signed) -> None:
    assert isinstance(judge(signed, now=NOW + timedelta(minutes=6)), Verified)
    assert judge(signed, now=NOW + timedelta(minutes=7)) == Refused(Reason.STALE_TIMESTAMP)
    early = sign(QUESTION, client, now=NOW + timedelta(minutes=2))
    assert judge(early) == Refused(Reason.STALE_TIMESTAMP)


def test_one_message_is_signed_once(client, signed) -> None:
    for wrong in (signed, b"<a/>"):
        with pytest.raises(UnreadableError, match="ondertekend"):
            sign(wrong, client)


@pytest.mark.reference
@pytest.mark.skipif(not REFERENCE.exists(), reason="conformiteitstests overgeslagen")
def test_the_body_of_a_signed_question_still_fits_the_schema(signed) -> None:
    assert violations(services.VDAB, "question", signed) == []


def xmlsec1(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["xmlsec1", *arguments], capture_output=True, text=True, timeout=20, check=False)


NAMES = ("--id-attr:Id", "http://schemas.xmlsoap.org/soap/envelope/:Body", "--id-attr:Id",
         "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd:Timestamp")  # fmt: skip


@pytest.mark.xmlsec1
@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 staat niet op dit toestel")
@pytest.mark.parametrize("algorithm", Algorithm)
def test_xmlsec1_believes_our_questions_and_not_changed_ones(client, tmp_path: Path, algorithm: Algorithm) -> None:
    message = sign(QUESTION, client, algorithm=algorithm, now=NOW)
    (tmp_path / "cert.pem").write_bytes(client.chain[0].public_bytes(Encoding.PEM))
    for content, status in ((message, 0), (message.replace(INSZ.encode(), b"90640200276"), 1)):
        (tmp_path / "vraag.xml").write_bytes(content)
        key = ("--pubkey-cert-pem", str(tmp_path / "cert.pem"))
        said = xmlsec1("--verify", *NAMES, *key, str(tmp_path / "vraag.xml"))
        assert said.returncode == status, said.stderr


@pytest.mark.xmlsec1
@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 staat niet op dit toestel")
def test_we_believe_what_xmlsec1_signs(judge, client, folder: Path, signed, tmp_path: Path) -> None:
    empty = re.sub(rb"(<ds:(DigestValue|SignatureValue)>)[^<]*", rb"\1", signed)
    (tmp_path / "vraag.xml").write_bytes(empty)
    said = xmlsec1("--sign", *NAMES, "--privkey-pem", str(folder / "client.pem"), str(tmp_path / "vraag.xml"))
    assert said.returncode == 0, said.stderr
    assert judge(said.stdout.encode()) == Verified(client.chain[0], NOW)


def posted(judge, client: Identity | None, answer: Callable[[bytes], bytes], status: int = 200) -> object:
    """What the transport hands on when the other side turns a question into this."""
    line = SimpleNamespace(post=lambda url, body, *_, **__: Posted(status, answer(body)), close=lambda: None)
    signer = partial(sign, identity=client, now=NOW) if client else None
    with Transport(line=line, signer=signer, verifier=judge) as transport:
        return transport.post(QUESTION, "http://magda.example/soap")


def test_the_transport_signs_questions_and_hands_on_only_what_it_believes(judge, client) -> None:
    assert isinstance(judge(posted(judge, client, lambda asked: asked)), Verified)
    for status in (200, 500):
        forged = posted(judge, client, lambda asked: asked.replace(b"<INSZ>", b"<INSZ><!--Fault-->9"), status)
        assert isinstance(forged, SignatureRefused)
        assert forged.reason is Reason.WRONG_DIGEST
        unsigned = posted(judge, None, lambda asked: asked.replace(b"<INSZ>", b"<INSZ><!--Fault-->"), status)
        assert isinstance(unsigned, SignatureRefused)
        assert unsigned.reason is Reason.NO_SIGNATURE


def test_an_unsigned_fault_passes_for_it_holds_no_fact(judge) -> None:
    fault = write_fault("Server", "Even niet.")
    assert posted(judge, None, lambda _: fault, 500) == SoapFaultBody(500, fault)


def test_files_that_cannot_be_used_say_what_to_do(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "leeg.pem").write_bytes(b"niets")
    for chain, key, words in (
        (tmp_path / "weg.pem", None, "Kijk het pad en de rechten na"),
        (folder / "client.pem", tmp_path / "leeg.pem", "Lever ze als PEM"),
        (folder / "ca.pem", folder / "client.pem", "Leg de juiste twee samen"),
        (tmp_path / "leeg.pem", folder / "client.pem", "BEGIN CERTIFICATE"),
    ):
        with pytest.raises(CertificateFileError, match=words):
            Identity.load(chain, key)


def test_a_certificate_warns_ever_more_loudly_before_it_expires(tmp_path: Path) -> None:
    make(tmp_path, NOW, timedelta(days=60))
    levels = []
    for days in (-1, 0, 29.9, 30, 52.9, 53, 59.5, 60, 60.1):
        found = warnings([tmp_path / "client.pem", tmp_path / "ca.pem"], NOW + timedelta(days=days))
        assert len({each.name for each in found}) == len(found)
        levels.append(" ".join(sorted({each.level for each in found})))
    assert levels == ["urgent", "", "", "soon", "soon", "urgent", "urgent", "urgent", "expired"]


def test_a_warning_says_the_day_and_what_to_do(tmp_path: Path) -> None:
    make(tmp_path, datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(days=20))
    (found,) = warnings([tmp_path / "ca.pem"], datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert "vervalt over 20 dagen (21-03-2026). Vraag nu een nieuw aan." in found.sentence


def test_a_missing_certificate_is_a_warning_too(tmp_path: Path) -> None:
    (found,) = warnings([tmp_path / "weg.pem"], NOW)
    assert found.level == "unreadable"
