"""Asking the KBI about somebody while a person waits: for a new dossier, before there is one.

Everything else goes through the outbox. Here nothing is written, so nothing can be lost or done twice: whoever
gets no answer reads why and makes the dossier by hand.
"""

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.exchange import facts, legal_log, limits, outbox, words
from toeleiding.exchange.models import LegalKind
from toeleiding.magda import kbi, services
from toeleiding.magda.answers import Answer, read_answer
from toeleiding.magda.envelope import Sender
from toeleiding.magda.questions import write_question
from toeleiding.magda.transport import SoapFaultBody, Transport
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction

WHO = "De Kruispuntbank Inburgering (KBI)"
# Somebody sits at the desk: after this long it is better to go on by hand than to wait (INTERFACE 1.1 has 30 s).
PATIENCE_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class _Heard:
    outcome: str
    answer: Answer | None = None


def kbi_dossier(insz: str, access: Access, *, transport: Transport | None = None) -> tuple[str, list[e.Data], str]:
    """Ask the KBI about one number, now, outside any transaction.

    Gives the outcome of the closed set, the events with which a dossier of this person begins (empty unless
    KNOWN or PARTIAL), and a Dutch sentence that says what to do. A replaced number is followed to the new one;
    both then stand in the events. The look-up and its reference are logged before the call.
    """
    line = transport or Transport()
    try:
        asked = [insz]
        heard = _ask(line, insz, access)
        while heard.outcome == "REPLACED" and heard.answer and len(asked) < limits.NUMBERS_IN_A_CHAIN:
            new = heard.answer.replaced_by
            if not new or new in asked:
                break
            asked.append(new)
            heard = _ask(line, new, access)
    finally:
        if transport is None:
            line.close()
    return _told(asked, heard)


def _ask(line: Transport, insz: str, access: Access) -> _Heard:
    reference = str(uuid4())
    access.log(AccessAction.ASKED, detail=f"KBI voor een nieuw dossier, referte {reference}")
    sender = Sender(settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID, access.staff.insz or None)
    now = timezone.localtime()
    question = write_question(kbi.Question(insz), sender, reference=reference, at=now)
    service = services.KBI_2
    legal_log.look_up_asked(
        UUID(reference), service.name, service.version, insz, access.staff, access.purpose, outbox.LEGAL_BASIS
    )
    came = line.post(question, limits.endpoint(service.name, service.version), PATIENCE_SECONDS)
    heard = _heard(came, insz, reference)
    legal_log.look_up_answered(UUID(reference), _kind(came, heard), heard.answer)
    return heard


def _kind(came: object, heard: _Heard) -> LegalKind:
    if not isinstance(came, bytes | SoapFaultBody):
        return LegalKind.UNANSWERED
    if heard.outcome == "REFUSED":
        return LegalKind.UNAUTHORISED
    answered = heard.outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL", "REPLACED", "CANCELLED")
    return LegalKind.SUCCEEDED if answered else LegalKind.FAILED


def _heard(came: object, insz: str, reference: str) -> _Heard:
    service = services.KBI_2
    if isinstance(came, SoapFaultBody):
        came = came.body
    if not isinstance(came, bytes):
        return _Heard("SOURCE_DOWN")
    answer = read_answer(came, expect=service)
    named = {one for one in (answer.reference, answer.question_reference) if one}
    if not answer.readable or (named and reference not in named):
        return _Heard("NOT_UNDERSTOOD")
    if answer.outcome in ("KNOWN", "PARTIAL") and answer.insz not in (None, insz):
        return _Heard("REPLACED" if answer.replaced_by else "NOT_UNDERSTOOD", answer)
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
