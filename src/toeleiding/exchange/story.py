"""The story of one question from click to answer, for an operator or the DPO, and in plain words for the client.

What is told here holds no content of any answer: only that it came, when, and what it changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from toeleiding.dossiers import events as e
from toeleiding.dossiers.merging import with_absorbed
from toeleiding.dossiers.models import Dossier, Event, PersonNumber
from toeleiding.exchange import desk_words as w
from toeleiding.exchange import legal_log
from toeleiding.exchange.models import (
    CAME_IN,
    Attempt,
    Handled,
    LegalKind,
    LegalLine,
    Question,
    Replayed,
    Service,
    Status,
)
from toeleiding.organisations.models import Purpose, Staff
from toeleiding.web import dates

# What a question wants to know, after "of" or as a thing, in words for the person herself.
_WANTS = {
    Service.VDAB_FILE: "of deze persoon bij VDAB ingeschreven is, in welke categorie en bij welke bemiddelaar",
    Service.JOB_SEEKER: "of deze persoon als werkzoekende ingeschreven is, en sinds wanneer",
    Service.WORK: "welk werk deze persoon heeft of had",
    Service.REFERRAL: "deze persoon te begeleiden naar werk",
}
# Why the application itself asked, in words for the person.
_WHY = {
    "notification": " Een andere dienst had gemeld dat er iets veranderd was.",
    "expiry": " Het vorige antwoord was te oud.",
    "deadline": " De termijn om in te schrijven liep af.",
    "list": " De lijst van VDAB zei iets anders dan het dossier.",
}
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Code:
    """An exception of an answer: its code and origin, and what it means."""

    code: str
    origin: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Try:
    """One time that the question was sent; `file` is the batch file in which it went, if any."""

    number: int
    reference: UUID
    started_at: datetime
    ended_at: datetime | None
    words: str
    good: bool
    codes: Sequence[Code]
    file: str = ""

    @property
    def took(self) -> str:
        """How long the answer took, in seconds; of a file that says nothing about the source."""
        if self.ended_at is None or self.file:
            return ""
        return w.seconds((self.ended_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Effect:
    """What the question did in the dossier: that something was noted, not what."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a question: a try, a replay, or that it took the place of another question."""

    at: datetime
    sent: Try | None = None
    replayed: Replayed | None = None
    instead: Replayed | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One question with everything that happened to it."""

    question: Question
    service: str
    purpose: str
    asker: str
    status: str
    tone: str
    steps: Sequence[Step]
    effects: Sequence[Effect]
    occasion: str = ""


def of(question: Question) -> Story:
    """Everything that is known of one question; `asker`, `follows` and `dossier` are taken along by the caller."""
    attempts = list(Attempt.objects.filter(question=question).select_related("file").order_by("started_at"))
    lines = Replayed.objects.select_related("replay__by")
    tries = [_try(number, attempt) for number, attempt in enumerate(attempts, 1)]
    steps = [Step(one.started_at, sent=one) for one in tries]
    steps += [Step(line.replay.at, replayed=line) for line in lines.filter(question=question)]
    steps += [Step(line.replay.at, instead=line) for line in lines.filter(became=question).exclude(question=question)]
    status, tone = _status(question)
    return Story(
        question,
        Service(question.service).label,
        Purpose(question.purpose).label,
        str(question.asker) if question.asker else "de toepassing zelf",
        status,
        tone,
        sorted(steps, key=lambda step: step.at),
        _effects(question, [attempt.reference for attempt in attempts]),
        _WHY.get(_why(question), "").strip(),
    )


def _status(question: Question) -> tuple[str, str]:
    if question.status == Status.DEAD and question.handled:
        return question.get_handled_display(), "neutraal"
    tones = {Status.WAITING: "letop", Status.IN_FLIGHT: "info", Status.DONE: "goed", Status.DEAD: "fout"}
    status = Status(question.status)
    return ("Mislukt" if status == Status.DEAD else status.label), tones[status]


def _try(number: int, attempt: Attempt) -> Try:
    codes = codes_of(attempt.exceptions)
    told = w.failure(attempt.failure) or w.outcome(attempt.outcome)
    good = attempt.outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL")
    file = attempt.file.name if attempt.file else ""
    return Try(number, attempt.reference, attempt.started_at, attempt.ended_at, told, good, codes, file)


def codes_of(given: Sequence[Mapping[str, Any]]) -> list[Code]:
    """The exceptions of an answer, with what they mean."""
    return [
        Code(str(one.get("id", "")), str(one.get("origin", "")), w.exception(str(one.get("id", "")))) for one in given
    ]


def _effects(question: Question, references: list[UUID]) -> list[Effect]:
    rows = (
        Event.objects.filter(dossier=question.dossier_id)
        .filter(Q(message__in=references) | Q(data__question=str(question.pk)))
        .order_by("id")
    )
    # The decision that a fact leads to stands in the dossier beside it and is not the message's own doing.
    return [Effect(row.recorded_at, _TITLES[row.kind]) for row in rows if row.kind in _TITLES]


_TITLES = {
    kind.kind: kind.title
    for kind in (
        e.EmploymentServiceAsked,
        e.EmploymentServiceAnswered,
        e.WorkAsked,
        e.WorkAnswered,
        e.AnswerDelayed,
        e.NumberReplaced,
        e.NumberCancelled,
        e.ReferralSent,
        e.ReferralDelivered,
        e.ReferralNotDelivered,
    )
}


@dataclass(frozen=True, slots=True)
class Told:
    """One message about a person in plain words; `came_in` when a partner sent it to us.

    `alone`: this is everything that is kept of it, there is no course of events to look at.
    """

    question: UUID
    at: datetime
    asked: str
    why: str
    basis: str
    answer: str
    tone: str
    tries: str
    came_in: bool = False
    alone: bool = False


def told(dossier: Dossier) -> list[Told]:
    """The latest questions about somebody, the latest first, in words that a client understands."""
    people = with_absorbed(dossier)
    found = Question.objects.filter(dossier__in=people).select_related("asker")
    found = found.order_by("-asked_at", "-pk")[:_KEPT]
    ours = [_told(question, dossier) for question in found]
    return sorted([*ours, *_told_by_the_log(people)], key=lambda one: one.at, reverse=True)[:_KEPT]


def _told_by_the_log(people: Sequence[int]) -> list[Told]:
    """What stands in the legal log alone: what partners sent, also when there was no dossier, and what was asked while
    a dossier was being made."""
    numbers = list(PersonNumber.objects.filter(dossier__in=people).values_list("insz", flat=True))
    about = Q(dossier__in=people, kind__in=CAME_IN) | Q(dossier=None, subject__in=numbers)
    lines = list(legal_log.kept().filter(about).order_by("-at", "-pk")[: 3 * _KEPT])
    return [*(_came_in(line) for line in lines if line.kind in CAME_IN), *_looked_up(lines)]


def _came_in(line: LegalLine) -> Told:
    """A referral that a partner sent us: each time that it did."""
    return Told(
        line.reference,
        line.at,
        f"Op {dates.moment(line.at)} kregen we van een partner een doorverwijzing over deze persoon. "
        f"De afzender noemt zich {line.uri}.",
        Purpose(line.purpose).label.lower(),
        line.legal_basis,
        *_made_of(line),
        "",
        came_in=True,
    )


def _made_of(line: LegalLine) -> tuple[str, str]:
    """What we made of a referral that came in, and the tone."""
    if line.kind == LegalKind.TAKEN:
        return "We antwoordden met het nummer van de doorverwijzing: ontvangen.", "goed"
    if line.kind == LegalKind.REPEATED:
        return "Dezelfde doorverwijzing was er al. Er veranderde niets.", "neutraal"
    why = w.listed(code.meaning for code in codes_of(line.codes))
    return f"We namen ze niet aan: {why}. Er veranderde niets in het dossier.", "letop"


def _looked_up(lines: Sequence[LegalLine]) -> list[Told]:
    """What was asked about somebody before there was a dossier."""
    ends = {line.reference: line for line in lines if line.kind != LegalKind.ASKED}
    names = {one.username: str(one) for one in Staff.objects.filter(username__in={line.staff for line in lines})}
    return [
        Told(
            line.reference,
            line.at,
            f"Op {dates.moment(line.at)} vroeg {names.get(line.staff) or 'een medewerker'} aan de Kruispuntbank "
            "Inburgering (KBI) wat ze over deze persoon weet, om een dossier te maken.",
            Purpose(line.purpose).label.lower(),
            line.legal_basis,
            *_end_of_look_up(ends.get(line.reference)),
            "",
            alone=True,
        )
        for line in lines
        if line.kind == LegalKind.ASKED
    ]


def _end_of_look_up(line: LegalLine | None) -> tuple[str, str]:
    if line is None:
        return "Er is nog geen antwoord.", "info"
    done = f"Op {dates.moment(line.at)}"
    match LegalKind(line.kind):
        case LegalKind.SUCCEEDED:
            return f"{done} kwam het antwoord.", "goed"
        case LegalKind.UNAUTHORISED:
            return f"{done} kwam een weigering: we mochten dit niet vragen.", "letop"
        case LegalKind.FAILED:
            return f"{done} kwam een antwoord dat we niet konden gebruiken.", "letop"
        case LegalKind.UNANSWERED | LegalKind.ASKED | LegalKind.TAKEN | LegalKind.REPEATED | LegalKind.REJECTED:
            return "Er kwam geen antwoord.", "letop"


def _told(question: Question, dossier: Dossier) -> Told:
    return Told(
        question.pk,
        question.asked_at,
        _asked(question, dossier),
        Purpose(question.purpose).label.lower(),
        question.legal_basis,
        *_answer(question),
        _tries(question.attempts),
    )


def _asked(question: Question, dossier: Dossier) -> str:
    when = f"Op {dates.moment(question.asked_at)}"
    who = str(question.asker) if question.asker else "de toepassing"
    service = Service(question.service)
    match service:
        case Service.INSCRIPTION:
            return (
                f"{when} meldde {who} aan MAGDA dat {dossier.agency} dit dossier volgt. "
                "Zonder die melding mogen andere diensten niets vertellen."
            )
        case Service.DEREGISTER:
            return (
                f"{when} meldde {who} aan MAGDA dat {dossier.agency} dit dossier niet meer volgt onder dit nummer. "
                "Andere diensten vertellen daarna niets meer."
            )
        case Service.REFERRAL:
            return f"{when} verwees {who} deze persoon door naar VDAB, met wat in de doorverwijzing staat."
        case Service.NOTIFY:
            return (
                f"{when} meldde {who} aan de diensten die dit dossier ook volgen dat er iets veranderde. "
                "Wat er veranderde, staat niet in die melding."
            )
    more = " Dit vult een eerder antwoord aan." if "complements" in question.details else _WHY.get(_why(question), "")
    return f"{when} vroeg {who} aan {_whom(question)} {_WANTS[service]}.{more}"


def _why(question: Question) -> str:
    return str(question.details.get("why", ""))


def _whom(question: Question) -> str:
    service = Service(question.service)
    if service is Service.JOB_SEEKER:
        return "Actiris" if question.details.get("employment_service") == "ACTIRIS" else "VDAB"
    return "VDAB" if service is Service.VDAB_FILE else "de RSZ (Dimona)"


def _answer(question: Question) -> tuple[str, str]:
    """What came of it, and the tone."""
    done = f"Op {dates.moment(question.finished_at)}" if question.finished_at else ""
    match Status(question.status):
        case Status.DONE if question.service == Service.REFERRAL:
            return f"{done} antwoordde VDAB met het nummer van de doorverwijzing: ontvangen.", "goed"
        case Status.DONE if not Service(question.service).reads:
            return f"{done} was de melding in orde.", "goed"
        case Status.DEAD if question.handled == Handled.WITHDRAWN:
            return "De doorverwijzing is ingetrokken en wordt niet meer verstuurd.", "neutraal"
        case Status.DONE:
            return f"{done} kwam het antwoord: {w.outcome(question.outcome)}.", "goed"
        case Status.DEAD if question.handled == "ANEW":
            return "Er kwam geen antwoord. De vraag is opnieuw gesteld.", "neutraal"
        case Status.DEAD:
            return f"Er kwam geen antwoord. {question.cause} {question.next_step}", "letop"
        case Status.WAITING if question.cause:
            return f"Er is nog geen antwoord. {question.cause} We proberen het vanzelf opnieuw.", "letop"
        case Status.WAITING | Status.IN_FLIGHT:
            return "Er is nog geen antwoord. Dat komt vanzelf.", "info"


def _tries(count: int) -> str:
    return f"De vraag is {count} keer verstuurd." if count > 1 else ""
