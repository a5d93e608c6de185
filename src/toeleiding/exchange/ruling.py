"""What one answer, or the lack of one, means for its question. Pure: it looks at nothing but what it is given."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from toeleiding.dossiers import events as e
from toeleiding.exchange import limits, words
from toeleiding.exchange.apply import events_of_answer, events_of_failure
from toeleiding.exchange.facts import is_bis
from toeleiding.exchange.models import Handled, Question, Service, Status
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.words import Sentence

# These are answers in themselves; the others leave something for a person to do.
_ANSWERS = ("KNOWN", "NOT_KNOWN", "PARTIAL")
# On ending an inscription: whatever the reason, nothing stands on this number any more.
_ENDED = ("KNOWN", "NOT_KNOWN", "NOT_INTEGRATED", "REPLACED", "CANCELLED")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a question. `settles`: it took effect and is never applied again.

    `same_person` is another dossier, by id, to which the register's new number led. `handled`: why a dead question
    leaves nothing to do.
    """

    status: Status
    outcome: str
    sentence: Sentence | None = None
    settles: bool = True
    events: tuple[e.Data, ...] = ()
    next_attempt_at: datetime | None = None
    inscribe: bool = False
    insz: str = ""
    details: Mapping[str, object] | None = None
    confirms: bool = False
    complement: bool = False
    same_person: int | None = None
    number: str = ""
    handled: Handled | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a ruling may know besides the answer: to which dossier each INSZ belongs, and the moment.

    `kept` tells of dossiers that were merged meanwhile in which one their person is now, `attendance` what the results
    of an invitation mean (rule D-04).
    """

    now: datetime
    today: date
    owners: Mapping[str, tuple[int, str]]
    kept: Mapping[int, int] = field(default_factory=dict)
    attendance: Mapping[str, str] = field(default_factory=dict)
    jitter: Callable[[], float] = random.random

    def other(self, question: Question, insz: str) -> tuple[int, str] | None:
        """Another dossier, with its number, that holds this INSZ; None when nobody does or this person does."""
        owner = self.owners.get(insz)
        here = self.kept.get(question.dossier_id, question.dossier_id)
        return owner if owner is not None and owner[0] != here else None


def rule(question: Question, reply: Reply, known: Known) -> Ruling:
    """Decide what an answer means for its question.

    Nothing but KNOWN and NOT_KNOWN ever tells a dossier that somebody is or is not registered; a failure tells
    that there is no answer, and why.
    """
    if reply.sentence is not None:
        return _final(question, reply, reply.sentence)
    service = Service(question.service)
    refers = service is Service.REFERRAL
    if service is Service.DEREGISTER and reply.outcome in _ENDED:
        return Ruling(Status.DONE, reply.outcome, confirms=True)
    match reply.outcome:
        case "SOURCE_DOWN" if refers and question.details.get("withdrawn"):  # taken back while it was on its way
            return taken_back(reply.outcome)
        case "SOURCE_DOWN":
            return _again(question, reply, known)
        case "NOT_KNOWN" | "PARTIAL" if refers:  # no identity came back: nobody can say that it arrived
            return _final(question, reply, words.not_taken(_who(question), reply.code))
        case "NOT_INTEGRATED" if service not in (Service.INSCRIPTION, Service.REFERRAL) and not question.details.get(
            "inscribed"
        ):
            details = {**question.details, "inscribed": True}
            return Ruling(
                Status.WAITING, reply.outcome, settles=False, inscribe=True, next_attempt_at=known.now, details=details
            )
        case "REPLACED":
            return _renumber(question, reply, known)
        case "KNOWN" if not service.reads and not refers:
            return Ruling(Status.DONE, reply.outcome, confirms=service is Service.INSCRIPTION)
        case "REFUSED" if not service.reads and not refers and not reply.code:
            return _final(question, reply, words.not_done(service))
        case outcome if outcome in _ANSWERS and (service.reads or refers):
            return _answered(question, reply, known)
    said = words.not_delivered if refers else words.of
    return _final(question, reply, said(reply.outcome, _who(question), reply.code))


def taken_back(outcome: str) -> Ruling:
    """A referral that was withdrawn before an answer proved that it arrived: nobody has to do anything."""
    return Ruling(Status.DEAD, outcome, words.unsent(), handled=Handled.WITHDRAWN)


def hopeless(question: Question, sentence: Sentence, outcome: str) -> Ruling:
    """Give up: the question expired, or what had to go first did not succeed."""
    if question.details.get("withdrawn"):
        return taken_back(outcome)
    return Ruling(Status.DEAD, outcome, sentence, events=events_of_failure(question, outcome, sentence))


def _who(question: Question) -> str:
    return words.source(question.service, question.details.get("employment_service", ""))


def _final(question: Question, reply: Reply, sentence: Sentence) -> Ruling:
    events = events_of_failure(question, reply.outcome, sentence)
    if reply.outcome == "CANCELLED" and question.insz:
        events = (e.NumberCancelled(insz=question.insz), *events)
    return Ruling(Status.DEAD, reply.outcome, sentence, events=events)


def _answered(question: Question, reply: Reply, known: Known) -> Ruling:
    assert reply.answer is not None
    found = events_of_answer(question, reply.outcome, reply.answer, known.attendance)
    ruling = Ruling(Status.DONE, reply.outcome, events=found.events, complement=found.incomplete)
    if reply.outcome == "PARTIAL":
        ruling = replace(ruling, sentence=words.of("PARTIAL", _who(question), reply.code))
        if question.quiet and not complements(question):  # half an answer nobody waited for says nothing new
            ruling = replace(ruling, events=())
    if reply.replaced_by and reply.replaced_by not in known.owners:
        moved = e.NumberReplaced(old=question.insz, new=reply.replaced_by, new_is_bis=is_bis(reply.replaced_by))
        ruling = replace(ruling, events=(moved, *ruling.events))
    return _naming_the_other(ruling, question, reply, known)


def _naming_the_other(ruling: Ruling, question: Question, reply: Reply, known: Known) -> Ruling:
    """The register gives this person a number that another dossier holds: somebody compares the two."""
    taken = known.other(question, reply.replaced_by) if reply.replaced_by else None
    return replace(ruling, same_person=taken[0], number=reply.replaced_by or "") if taken else ruling


def _again(question: Question, reply: Reply, known: Known) -> Ruling:
    place = min(question.attempts, len(limits.BACK_OFF_SECONDS)) - 1
    spread = 1 + limits.JITTER * (2 * known.jitter() - 1)
    at = known.now + timedelta(seconds=limits.BACK_OFF_SECONDS[max(place, 0)] * spread)
    who = _who(question)
    sentence = words.of("SOURCE_DOWN", who, reply.code)
    # Once per cause: a person wants to know that it takes longer and why, not how often we knocked.
    told = _delay(question, who, at) if sentence.cause != question.cause else ()
    return Ruling(Status.WAITING, "SOURCE_DOWN", sentence, settles=False, events=told, next_attempt_at=at)


def told_of_delay(question: Question, first: Ruling) -> Ruling:
    """What a question tells its dossier when the inscription that goes first is asked again."""
    assert first.next_attempt_at is not None
    return replace(first, events=_delay(question, words.source(Service.INSCRIPTION), first.next_attempt_at))


def _delay(question: Question, who: str, at: datetime) -> tuple[e.Data, ...]:
    if not Service(question.service).reads or question.quiet:
        return ()
    return (e.AnswerDelayed(question=question.pk, answer="SOURCE_DOWN", message=words.delayed(who, at), retry_at=at),)


def _renumber(question: Question, reply: Reply, known: Known) -> Ruling:
    new = reply.replaced_by
    chain = int(question.details.get("numbers", 0)) + 1
    sentence = words.of("REPLACED", _who(question), reply.code)
    if not new or chain > limits.NUMBERS_IN_A_CHAIN:
        return _final(question, reply, sentence)
    owner = known.owners.get(new)
    if taken := known.other(question, new):
        ruling = _final(question, reply, words.number_taken(taken[1]))
        return _naming_the_other(ruling, question, reply, known)
    # When the dossier has the number already, another answer told it first.
    moved = () if owner else (e.NumberReplaced(old=question.insz, new=new, new_is_bis=is_bis(new)),)
    if question.service == Service.INSCRIPTION:  # what follows asks under the new number and arranges the rest
        return Ruling(Status.DONE, "REPLACED", events=moved)
    return Ruling(
        Status.WAITING,
        "REPLACED",
        settles=False,
        events=moved,
        next_attempt_at=known.now,
        inscribe=True,
        insz=new,
        details={**question.details, "numbers": chain},
    )


def complements(question: Question) -> bool:
    """Whether this question only completes an answer that was applied before."""
    return bool(question.details.get("complements"))
