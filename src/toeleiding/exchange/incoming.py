"""What partners send us over the wire: a referral comes in, is kept with its bytes, and gets its answer.

Nothing that comes in opens a dossier: who is known reads it on the timeline, who is not waits for a person.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from lxml import etree

from toeleiding.dossiers.events import ReferralContent, ReferralParty
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange import legal_log, limits, line, vault
from toeleiding.exchange.models import IncomingMessage, IncomingReferral, LegalKind
from toeleiding.exchange.outbox import LEGAL_BASIS
from toeleiding.exchange.whose import agency_of, dossier_of
from toeleiding.magda import insz, referral, services
from toeleiding.magda.certificates import told_of
from toeleiding.magda.envelope import ReceivedQuestion, Sender, new_reference, read_question, write_fault
from toeleiding.magda.replying import Problem, write_answer
from toeleiding.magda.signing import Refused
from toeleiding.magda.xml import UnreadableError
from toeleiding.organisations.models import Organisation, Purpose

log = structlog.get_logger("exchange")

_REASON, _TEXT = 60, 2000


@dataclass(frozen=True, slots=True)
class Taken:
    """A referral in a form that the rooms above can use. `message` is the row that holds its bytes."""

    id: UUID
    insz: str
    dossier: Dossier | None
    agency: Organisation
    content: ReferralContent
    message: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class _About:
    """Whom a message is about, as far as it says so, and whose it is. `insz` is empty when there is no usable one."""

    insz: str
    dossier: Dossier | None
    agency: Organisation


@dataclass(frozen=True, slots=True)
class Said:
    """What goes back over the line."""

    status: int
    body: bytes


class _NotBelievedError(Exception):
    """We do not believe who sent this; the message says why, for the sender."""


class _NotAcceptedError(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = Problem(code, sentence)


class OtherReferralError(_NotAcceptedError):
    """The identity of a message belongs to another referral already; who takes referrals in may say so too."""

    def __init__(self) -> None:
        super().__init__("50000", "Dit Id hoort al bij een andere doorverwijzing. Geef een nieuw Id.")


def receive(raw: bytes, now: datetime | None = None) -> Said:
    """Take in one message. What cannot be read or believed gets a Fault, the rest an answer: its identity or a code.

    The same referral again, with the same content, gets the same answer and has no effect.
    """
    moment = now or timezone.now()
    try:
        certificate = _signed_by(raw)
        question = read_question(raw)
    except (_NotBelievedError, UnreadableError) as error:
        return _fault(str(error))
    if question.service is not services.REFERRAL:
        return _fault("Hier komen enkel doorverwijzingen aan. Stuur RegistreerToeleiding.")
    if not (question.context.sender.uri and question.context.sender.reference):
        return _fault("Afzender is onvolledig. Vul Identificatie en Referte in.")
    return Said(200, line.sealed(_answered(question, raw, certificate, moment)))


def too_large() -> Said:
    """The answer to more bytes than a referral can have."""
    return _fault(f"Het bericht is groter dan {limits.LARGEST_REFERRAL // 1000} kB. Een doorverwijzing is klein.")


def _fault(why: str) -> Said:
    """Refused without a trace but this: who sent it is not known for sure, or whom it is about (decision 048)."""
    log.warning("incoming_refused", reason=why)
    return Said(500, write_fault("Client", why))


def _signed_by(raw: bytes) -> str:
    """Who signed; empty where the exercise environment takes unsigned messages. Raises _NotBelievedError."""
    verifier = line.verifier()
    if verifier is None:
        if settings.OEFENOMGEVING:
            return ""
        raise _NotBelievedError("Deze dienst is nog niet ingesteld: er zijn geen vertrouwde afzenders.")
    verdict = verifier(raw)
    if isinstance(verdict, Refused):
        raise _NotBelievedError(verdict.reason.value)
    return told_of(verdict.certificate)


@transaction.atomic
def _answered(question: ReceivedQuestion, raw: bytes, certificate: str, now: datetime) -> bytes:
    sender, kept, problem, kind = question.context.sender, None, None, LegalKind.REJECTED
    message, found = uuid4(), referral.read_question(question.content)
    about = _about(found)
    try:
        kept, fresh = _take(question, found, about, message, now)
        kind = LegalKind.TAKEN if fresh else LegalKind.REPEATED
    except _NotAcceptedError as error:
        problem = error.problem
    answer = write_answer(
        question,
        [("Id", str(kept.pk))] if kept else None,
        Sender(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID),
        reference=new_reference(),
        at=timezone.localtime(now),
        problems=[problem] if problem else (),
    )
    stored = IncomingMessage.objects.create(
        pk=message,
        referral=kept,
        reference=(sender.reference or "")[:36],
        sender=sender.uri[:120],
        capacity=(sender.capacity or "")[:24],
        purpose=Purpose.GUIDANCE,
        legal_basis=LEGAL_BASIS,
        raw=vault.seal(raw, message, "question"),
        answer=vault.seal(answer, message, "answer"),
        key=(key := vault.key_names()[0]),
        answer_key=key,
        code=problem.code if problem else "",
        received_at=now,
    )
    legal_log.came_in(
        stored, kind, services.REFERRAL, certificate=certificate, agency=about.agency.code, subject=about.insz,
        dossier=about.dossier.pk if about.dossier else None,
    )  # fmt: skip
    log.info("incoming_referral", accepted=kept is not None, code=problem.code if problem else "")
    return answer


def _about(found: referral.Received) -> _About:
    try:
        number = insz.parse(found.insz or "").number
    except insz.InszError:
        return _About("", None, agency_of(found.receiver))
    dossier = dossier_of(number)
    return _About(number, dossier, dossier.agency if dossier else agency_of(found.receiver))


@transaction.atomic  # what is refused in the end leaves no referral behind
def _take(
    question: ReceivedQuestion, found: referral.Received, about: _About, message: UUID, now: datetime
) -> tuple[IncomingReferral, bool]:
    """Keep a referral once; says whether it is new. Raises _NotAcceptedError with the code of INTERFACE 1.3."""
    key = _checked(question, found, about)
    # Exclusive: what the envelope around it declares is no content, and may differ when the same comes again.
    said = etree.tostring(question.content, method="c14n", exclusive=True)
    fingerprint = blake2b(said, digest_size=32).hexdigest()
    kept, fresh = IncomingReferral.objects.get_or_create(
        pk=key, defaults={"insz": about.insz, "fingerprint": fingerprint, "received_at": now}
    )
    if kept.fingerprint != fingerprint:
        raise OtherReferralError
    if fresh:
        taken = Taken(key, about.insz, about.dossier, about.agency, _content(found), message, now)
        fresh = import_string(settings.INCOMING_REFERRALS)(taken)
    return kept, fresh


def _checked(question: ReceivedQuestion, found: referral.Received, about: _About) -> UUID:
    if question.context.sender.user:
        raise _NotAcceptedError("13101", "Gebruiker hoort niet in deze vraag. Laat het element weg.")
    if not about.insz:
        raise _NotAcceptedError("20002", "Het rijksregisternummer klopt niet. Kijk de cijfers na.")
    try:
        key = UUID(found.id or "")
    except ValueError:
        raise _NotAcceptedError("50000", "Toeleiding/Id is geen UUID. Geef er een.") from None
    if found.sender is None or found.receiver is None or not found.reason:
        raise _NotAcceptedError("13101", "Van, Naar of RedenToeleiding ontbreekt. Vul ze in.")
    if found.receiver.type != "KBI":
        raise _NotAcceptedError("13101", "Naar/TypePartner is niet KBI. Stuur dit bericht naar de juiste partner.")
    if found.sender.type == "KBI":
        raise _NotAcceptedError("13101", "Van/TypePartner is KBI: een agentschap verwijst niet naar zichzelf.")
    return key


def _content(found: referral.Received) -> ReferralContent:
    assert found.sender is not None
    assert found.receiver is not None
    assert found.reason is not None
    return ReferralContent(
        sender=_party(found.sender),
        receiver=_party(found.receiver),
        reason=found.reason[:_REASON],
        first_name=_cut(found.first_name, 80),
        last_name=_cut(found.family_name, 80),
        birth=found.birth_date,
        sex=found.sex if found.sex in ("M", "V", "O") else None,  # type: ignore[arg-type]
        explanation=_cut(found.explanation, _TEXT),
        comment=_cut(found.comment, _TEXT),
    )


def _party(found: referral.Partner) -> ReferralParty:
    return ReferralParty(
        type=found.type[:40],
        kbo=_cut(found.kbo, 10),
        identification=_cut(found.identification, 60),
        name=_cut(found.name, 120),
        contact_name=_cut(found.contact_name, 80),
        contact_first_name=_cut(found.contact_first_name, 80),
        contact_phone=_cut(found.contact_phone, 40),
        contact_email=_cut(found.contact_email, 120),
    )


def _cut(text: str | None, most: int) -> str | None:
    return text[:most] if text else None
