"""From an answer to the events it means for the dossier of its question.

There is no way here from a failure to NOT_KNOWN: a failure becomes an event that says which failure it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import msgspec

from toeleiding.dossiers import events as e
from toeleiding.dossiers.events import Data, Source
from toeleiding.exchange import facts
from toeleiding.exchange.models import Question, Service
from toeleiding.exchange.words import Sentence
from toeleiding.magda import jobseeker, vdab, work
from toeleiding.magda.answers import Answer


@dataclass(frozen=True, slots=True)
class Found:
    """The events of an answer. `incomplete`: the day of registration is still to be asked elsewhere."""

    events: tuple[Data, ...] = ()
    incomplete: bool = False


def outcome_of(service: str, employment_service: str, answer: Answer) -> str:
    """What an answer is for the one who asked.

    The jobseeker register answers for each employment service on its own: another one that is down says
    nothing about ours, and ours that is down is not "not registered" (INTERFACE chapter 6).
    """
    whole = answer.outcome.value
    if service != Service.JOB_SEEKER or not isinstance(answer.facts, jobseeker.Facts):
        return whole
    if whole not in ("KNOWN", "NOT_KNOWN", "PARTIAL"):
        return whole
    ours = facts.at_service(answer.facts, employment_service)
    if ours is not None:
        return ours.outcome.value
    return "NOT_KNOWN" if whole == "NOT_KNOWN" else "PARTIAL"


def events_of_answer(
    question: Question, outcome: str, answer: Answer, attendance: Mapping[str, str] = MappingProxyType({})
) -> Found:
    """The events of an answer that is one: KNOWN, NOT_KNOWN or PARTIAL."""
    match Service(question.service):
        case Service.VDAB_FILE:
            file = answer.facts if isinstance(answer.facts, vdab.Facts) else vdab.Facts()
            data = _naming(facts.employment_from_vdab(file, outcome, attendance), question)  # type: ignore[arg-type]
            return Found((data,), incomplete=outcome in ("KNOWN", "PARTIAL") and data.registered_on is None)
        case Service.JOB_SEEKER:
            service = str(question.details.get("employment_service", "VDAB"))
            found = facts.at_service(answer.facts, service) if isinstance(answer.facts, jobseeker.Facts) else None
            data = facts.employment_from_job_seekers(found, service, outcome)  # type: ignore[arg-type]
            if question.details.get("complements"):
                return Found((data,) if outcome == "KNOWN" and data.registered_on else ())
            return Found((_naming(data, question),))
        case Service.WORK:
            held = answer.facts if isinstance(answer.facts, work.Facts) else None
            return Found((facts.work_from_dimona(held, outcome),))  # type: ignore[arg-type]
        case Service.INSCRIPTION | Service.DEREGISTER | Service.NOTIFY:
            return Found()
        case Service.REFERRAL:
            return Found((e.ReferralDelivered(referral=UUID(question.details["referral"]), question=question.pk),))


def events_of_failure(question: Question, outcome: str, sentence: Sentence) -> tuple[Data, ...]:
    """The events of a question that stays without an answer: which failure, and what to do."""
    if question.quiet:
        return ()
    match Service(question.service):
        case Service.VDAB_FILE | Service.JOB_SEEKER:
            data = e.EmploymentServiceAnswered(answer=outcome, note=str(sentence))  # type: ignore[arg-type]
            return (_naming(data, question),)
        case Service.WORK:
            return (e.WorkAnswered(answer=outcome),)  # type: ignore[arg-type]
        case Service.INSCRIPTION | Service.DEREGISTER | Service.NOTIFY:
            return ()
        case Service.REFERRAL:
            key = UUID(question.details["referral"])
            return (
                e.ReferralNotDelivered(
                    referral=key, question=question.pk, cause=sentence.cause, next_step=sentence.next_step
                ),
            )


def _naming(data: e.EmploymentServiceAnswered, question: Question) -> e.EmploymentServiceAnswered:
    """The same, naming the question and the employment service it was put to."""
    service = "ACTIRIS" if question.details.get("employment_service") == "ACTIRIS" else "VDAB"
    return msgspec.structs.replace(data, question=question.pk, service=service)


def source_of(question: Question, data: Data) -> Source:
    """Who says so."""
    match data:
        case e.EmploymentServiceAnswered(service=service):
            return facts.source_of_service(service)
        case e.WorkAnswered():
            return Source.RSZ
        case e.ReferralDelivered():
            return Source.VDAB
        case e.NumberReplaced() | e.NumberCancelled():
            return Source.REGISTER
    return Source.SYSTEM
