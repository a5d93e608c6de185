"""Referrals in the schedules: people refer, take back and send anew while the line misbehaves.

A referral has an effect at the other side, as an inscription has, and an identity that every attempt repeats: it must
be taken there once at most, with one content, and here nobody may read "ontvangen" that it did not say.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal
from uuid import UUID

from tests.factories import make_staff
from tests.faults.outside import Outside
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.exchange.apply import outcome_of
from toeleiding.exchange.models import Attempt, Question, Service, Status
from toeleiding.organisations.access import Access
from toeleiding.referrals import services
from toeleiding.referrals.models import Direction, Referral, ReferralStep

_FILLED = {"informed": "TALK", "phone": "0470 12 34 56", "start": "Werkte 6 jaar als lasser.", "note": "Pas gebeld."}


@dataclass(frozen=True, slots=True)
class Referred:
    """Somebody refers the n-th person, sends anew what did not arrive, or takes it back; seconds after the start."""

    person: int
    act: Literal["SEND", "WITHDRAW"]
    after: float


def draw(chance: Random, people: int) -> tuple[Referred, ...]:
    """Half of the people are referred; some of them are sent anew after a breakdown, some are taken back."""
    found = []
    for person in range(people):
        if chance.random() < 0.5:
            after = chance.choice((0.0, 0.0, 2.0, 60.0, 5000.0))
            found.append(Referred(person, "SEND", after))
            for act in chance.choice(((), (), ("WITHDRAW",), ("SEND",), ("SEND", "WITHDRAW"), ("WITHDRAW", "SEND"))):
                after += chance.choice((0.0, 1.0, 3600.0, 400_000.0))
                found.append(Referred(person, act, after))
    return tuple(sorted(found, key=lambda one: one.after))


def happens(act: Referred, dossier: Dossier, access: Access | None = None) -> None:
    """Do it as a case worker does. What cannot be done now is refused, and leaves nothing behind."""
    who = access or make_staff()
    try:
        if act.act == "SEND":
            services.send(who, services.save(who, services.begin(who, dossier), _FILLED))
        elif (there := Referral.objects.filter(dossier=dossier).order_by("-since").first()) is not None:
            services.withdraw(who, there, "Toch niet nodig.")
    except services.SavedMeanwhileError:
        raise
    except services.ReferralError:
        _send_anew(act, who, dossier)


def _send_anew(act: Referred, who: Access, dossier: Dossier) -> None:
    """The draft is gone, for it was sent: what did not arrive goes again, what is on its way is refused."""
    there = Referral.objects.filter(dossier=dossier, state="NOT_ARRIVED").first()
    if act.act == "SEND" and there is not None:
        services.send(who, there)


def apart(question: Question) -> bool:
    """Whether the answer came and could not be written by a mistake of ours: the operator has it in hand."""
    return question.cause.startswith("Het antwoord kwam aan")


def breaches(dossiers: Sequence[int], world: Outside) -> Iterator[str]:
    """What does not hold for the referrals of these dossiers."""
    told: Counter[tuple[str, str]] = Counter()
    for row in Event.objects.filter(dossier__in=dossiers, kind__in=("REFERRAL_DELIVERED", "REFERRAL_NOT_DELIVERED")):
        told[row.data["question"], row.kind] += 1
        if row.kind == e.ReferralDelivered.kind:
            answer = world.truth.get(str(row.message))
            if answer is None or outcome_of(Service.REFERRAL, "VDAB", answer) != "KNOWN":
                yield "a referral was delivered without an answer from the source"
    yield from (f"{kind} {times} times for one question" for (_, kind), times in told.items() if times > 1)
    asked = Question.objects.filter(dossier__in=dossiers, service=Service.REFERRAL)
    kept_apart: set[str] = set()
    for question in asked:
        delivered, failed = (
            told[str(question.pk), "REFERRAL_DELIVERED"],
            told[str(question.pk), "REFERRAL_NOT_DELIVERED"],
        )
        called_off = question.status == Status.DEAD and question.handled == "WITHDRAWN"
        if apart(question):
            kept_apart.add(question.details["referral"])
        elif not delivered and not failed and not called_off:
            yield f"a referral that is {question.status} ({question.outcome}) is told nowhere"
        if question.status == Status.DONE and not delivered:
            yield "a referral is done, and the dossier does not say that it arrived"
    for referral in Referral.objects.filter(dossier__in=dossiers, direction=Direction.OUT):
        identity = str(referral.pk)
        there = identity in world.ledger.referrals
        if world.taken[identity] > 1:
            yield f"a referral was taken {world.taken[identity]} times"
        if len(world.contents[identity]) > 1:
            yield "one referral went out with more than one content"
        if referral.state == "SENT" and identity not in kept_apart:
            yield "all is quiet, and a referral is still on its way"
        if referral.state in ("RECEIVED", "ACCEPTED", "TAKEN_OVER") and not there:
            yield f"a referral is {referral.state}, and the other side does not have it"
        if referral.state == "NOT_ARRIVED" and not (referral.cause and referral.next_step):
            yield "a referral did not arrive, without a cause or a next step"
    taken_back = dict(
        ReferralStep.objects.filter(referral__dossier__in=dossiers, action="WITHDRAW").values_list("referral", "at")
    )
    for attempt in Attempt.objects.filter(question__in=asked).select_related("question"):
        back = taken_back.get(UUID(attempt.question.details["referral"]))
        if back is not None and attempt.started_at > back:
            yield "a referral was sent after it was taken back"
