"""Asking the KBI about somebody while a person waits: for a new dossier, before there is one.

Everything else goes through the outbox. Here nothing is written, so nothing can be lost or done twice: whoever
gets no answer reads why and makes the dossier by hand.
"""

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.exchange import facts, legal_log, limits, line, outbox, words
from toeleiding.exchange.replies import codes
from toeleiding.exchange.wire import failure_of
from toeleiding.magda import kbi, services
from toeleiding.magda.answers import Answer, read_answer
from toeleiding.magda.envelope import Sender
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.questions import write_question
from toeleiding.magda.structure import outline
from toeleiding.magda.transport import Failure, SignatureRefused, SoapFaultBody, Transport
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction

log = structlog.get_logger("exchange")
WHO = "De Kruispuntbank Inburgering (KBI)"
# Somebody sits at the desk: after this long it is better to go on by hand than to wait (INTERFACE 1.1 has 30 s).
PATIENCE_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class _Heard:
    outcome: str
    answer: Answer | None = None
    failure: str = ""


def kbi_dossier(insz: str, access: Access, *, transport: Transport | None = None) -> tuple[str, list[e.Data], str]:
    """Ask the KBI about one number, now, outside any transaction.

    Gives the outcome of the closed set, the events with which a dossier of this person begins (empty unless
    KNOWN or PARTIAL), and a Dutch sentence that says what to do. A replaced number is followed to the new one;
    both then stand in the events. The look-up and its reference are logged before the call.
    """
    wire = transport or line.transport()
    try:
        asked = [insz]
        heard = _ask(wire, insz, access)
        while heard.outcome == "REPLACED" and heard.answer and len(asked) < limits.NUMBERS_IN_A_CHAIN:
            new = heard.answer.replaced_by
            if not new or new in asked:
                break
            asked.append(new)
            heard = _ask(wire, new, access)
    finally:
        if transport is None:
            wire.close()
    return _told(asked, heard)


def _ask(wire: Transport, insz: str, access: Access) -> _Heard:
    reference, service = uuid4(), services.KBI_2
    access.log(AccessAction.ASKED, detail=f"KBI voor een nieuw dossier, referte {reference}")
    sender = Sender(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID, access.staff.insz or None)
    now = timezone.localtime()
    question = write_question(kbi.Question(insz), sender, reference=str(reference), at=now)
    legal_log.asked_directly(
        reference, service, now, purpose=access.purpose, basis=outbox.LEGAL_BASIS, subject=insz, staff=access.staff
    )
    heard = _heard(
        wire.post(question, limits.endpoint(service.name, service.version), PATIENCE_SECONDS), insz, reference
    )
    kind = legal_log.kind_of(Outcome(heard.outcome), heard.failure)
    legal_log.answered_directly(reference, kind, timezone.now(), codes(heard.answer))
    return heard


def _heard(came: bytes | Failure, insz: str, reference: UUID) -> _Heard:
    service = services.KBI_2
    if isinstance(came, SoapFaultBody):
        came = came.body
    if isinstance(came, SignatureRefused):
        return _Heard("NOT_UNDERSTOOD", failure="signature_refused")
    if not isinstance(came, bytes):
        return _Heard("SOURCE_DOWN", failure=failure_of(came))
    try:
        answer = read_answer(came, expect=service)
    except Exception as error:  # whatever a register manages to send, somebody waits for a sentence
        log.error("answer_not_read", reference=str(reference), error=type(error).__name__, structure=outline(came))
        return _Heard("NOT_UNDERSTOOD", failure="unreadable")
    named = {one for one in (answer.reference, answer.question_reference) if one}
    if not answer.readable or (named and str(reference) not in named):
        log.warning("answer_put_aside", reference=str(reference), structure=outline(came))
        return _Heard("NOT_UNDERSTOOD", failure="unreadable" if not answer.readable else "wrong_reference")
    if answer.outcome in ("KNOWN", "PARTIAL") and answer.insz not in (None, insz):
        if answer.replaced_by:
            return _Heard("REPLACED", answer)
        return _Heard("NOT_UNDERSTOOD", answer, failure="wrong_person")
    return _Heard(answer.outcome.value, answer)


def _told(asked: list[str], heard: _Heard) -> tuple[str, list[e.Data], str]:
    held = heard.answer.facts if heard.answer else None
    if heard.outcome not in ("KNOWN", "PARTIAL") or not isinstance(held, kbi.Facts):
        return heard.outcome, [], _sentence(heard.outcome)
    news = facts.person_from_kbi(held, asked[-1])
    person = next(data for data in news if isinstance(data, e.Identified))
    if not (person.first_name or person.last_name):
        return "PARTIAL", [], f"{WHO} gaf geen naam. Maak het dossier met de hand."
    if len(asked) > 1:
        news = [each for data in news for each in _with_history(data, asked)]
        said = f"Het nummer is vervangen. {WHO} kent deze persoon onder het nieuwe nummer. Kijk na en maak het dossier."
        return heard.outcome, news, said
    if heard.outcome == "PARTIAL":
        return "PARTIAL", news, f"{WHO} gaf maar een deel van de gegevens. Kijk na en vul later aan."
    return "KNOWN", news, f"{WHO} kent deze persoon. Kijk na en maak het dossier."


def _with_history(data: e.Data, asked: list[str]) -> list[e.Data]:
    """In the place of the number in force: the number first asked about and what replaced it."""
    if not isinstance(data, e.NumberAssigned):
        return [data]
    first = e.NumberAssigned(insz=asked[0], is_bis=facts.is_bis(asked[0]))
    moves = [e.NumberReplaced(old=old, new=new, new_is_bis=facts.is_bis(new)) for old, new in pairwise(asked)]
    return [first, *moves]


def _sentence(outcome: str) -> str:
    if outcome == "NOT_KNOWN":
        return f"{WHO} kent dit nummer niet. Kijk het nummer na, of maak het dossier met de hand."
    return str(words.of(outcome, WHO))
