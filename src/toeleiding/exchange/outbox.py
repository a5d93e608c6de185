"""Writing questions down: in the transaction of whoever asks, set-based, with the inscription that goes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from toeleiding.dossiers import bulk
from toeleiding.exchange import limits
from toeleiding.exchange.models import VERSIONS, Inscription, Question, Service, Status
from toeleiding.organisations.models import Purpose

# DOMAIN S05: the decree gives the agencies the task; the exchange itself rests on the authorisation (INTERFACE 1.6).
LEGAL_BASIS = "Decreet van 7 juni 2013 (integratie en inburgering) en de machtiging voor deze dienst"

_QUESTION_COLUMNS = (
    "id", "service", "version", "dossier_id", "insz", "details", "purpose", "legal_basis", "asker_id", "asked_at",
    "due_on", "expires_at", "follows_id", "status", "attempts", "next_attempt_at", "outcome", "cause", "next_step",
)  # fmt: skip
_OPEN = (Status.WAITING, Status.IN_FLIGHT)
_INSCRIPTION_COLUMNS = ("insz", "capacity", "dossier_id", "question_id", "begin_on", "end_on", "confirmed_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to ask about one person. `insz` empty: the drain answers it with what is missing."""

    service: Service
    dossier: int
    insz: str
    due_on: date | None
    id: UUID = field(default_factory=uuid4)
    asker: int | None = None
    purpose: str = Purpose.GUIDANCE
    details: dict[str, Any] = field(default_factory=dict)
    follows: UUID | None = None


def ask(wanted: Sequence[Wanted], now: datetime) -> None:
    """Write questions into the outbox, each after the inscription of its person when that is still to come.

    Takes the same number of queries for one question and for a thousand. Must run inside the transaction of
    the change that asks, so that the question exists exactly when the change does.
    """
    if not wanted:
        return
    inscriptions, follows = arrange_inscriptions(
        {one.insz: one for one in wanted if one.insz and one.service.reads}, now
    )
    rows = [_row(one, now, one.follows) for one in inscriptions]
    rows += [_row(one, now, one.follows or follows.get(one.insz)) for one in wanted]
    # What an operator asks again stands there already; what went along with a dossier that was split off is its own.
    bulk.insert(Question, _QUESTION_COLUMNS, rows, "on conflict (id) do update set dossier_id = excluded.dossier_id")
    _remember(inscriptions)


def hold_referral(referral: UUID) -> None:
    """Hold the questions that send a referral, before its dossier: the order in which answers are settled."""
    ours = Question.objects.filter(service=Service.REFERRAL, details__referral=str(referral))
    list(ours.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def arrange_inscriptions(
    about: dict[str, Wanted], now: datetime, again: Iterable[str] = ()
) -> tuple[list[Wanted], dict[str, UUID]]:
    """Which inscriptions must still be asked for, and which question each number has to wait for.

    `about` is number -> a question about that number; `again` are numbers whose inscription the register says
    it does not have, whatever we remember. Inscriptions that run out soon are asked for again without waiting.
    One that ended is opened again; one that is being ended is opened again behind that.
    """
    today = timezone.localdate(now)
    capacity = settings.MAGDA_HOEDANIGHEID
    known = {
        found.insz: found
        for found in Inscription.objects.filter(insz__in=about, capacity=capacity).select_related("question", "closing")
    }
    fresh: list[Wanted] = []
    follows: dict[str, UUID] = {}
    lost = set(again)
    for insz, cause in about.items():
        there = known.get(insz)
        under_way = there is not None and there.question.status in _OPEN
        ending = there.closing if there is not None and there.closing and there.closing.status in _OPEN else None
        ends_last = ending is not None and there is not None and there.question.follows_id != ending.pk
        if there is not None and under_way and not ends_last and (ending is not None or not there.confirmed_at):
            follows[insz] = there.question_id
            continue
        stands = there is not None and there.confirmed_at is not None and insz not in lost and ending is None
        runs_out = there is not None and there.end_on <= today + limits.INSCRIPTION_PROLONGED_BEFORE
        if stands and (not runs_out or under_way):
            continue
        # Prolonging keeps the day on which it began: since then others tell us what changes.
        since = there.begin_on if stands and there is not None else today
        one = _inscription(insz, cause, since, today, ending.pk if ending else None)
        fresh.append(one)
        if not stands:
            follows[insz] = one.id
    return fresh, follows


def store(fresh: Sequence[Wanted], now: datetime) -> None:
    """Write inscriptions that `arrange_inscriptions` found wanting."""
    bulk.insert(Question, _QUESTION_COLUMNS, [_row(one, now, one.follows) for one in fresh])
    _remember(fresh)


def _inscription(insz: str, cause: Wanted, since: date, today: date, follows: UUID | None) -> Wanted:
    period = {"begin": since.isoformat(), "end": (today + limits.INSCRIPTION_RUNS).isoformat()}
    return Wanted(
        Service.INSCRIPTION, cause.dossier, insz, cause.due_on,
        asker=cause.asker, purpose=cause.purpose, details=period, follows=follows,
    )  # fmt: skip


def _remember(fresh: Sequence[Wanted]) -> None:
    bulk.insert(
        Inscription,
        _INSCRIPTION_COLUMNS,
        [
            {
                "insz": one.insz,
                "capacity": settings.MAGDA_HOEDANIGHEID,
                "dossier_id": one.dossier,
                "question_id": one.id,
                "begin_on": one.details["begin"],
                "end_on": one.details["end"],
                "confirmed_at": None,
            }
            for one in fresh
        ],
        # A running inscription that is prolonged stays confirmed with its old end until the new one is accepted.
        "on conflict (insz, capacity) do update set question_id = excluded.question_id",
    )


def _row(one: Wanted, now: datetime, follows: UUID | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "service": one.service.value,
        "version": VERSIONS[one.service],
        "dossier_id": one.dossier,
        "insz": one.insz,
        "details": one.details,
        "purpose": one.purpose,
        "legal_basis": LEGAL_BASIS,
        "asker_id": one.asker,
        "asked_at": now,
        "due_on": one.due_on,
        "expires_at": expires_at(now, one.due_on),
        "follows_id": follows,
        "status": Status.WAITING.value,
        "attempts": 0,
        "next_attempt_at": now,
        "outcome": "",
        "cause": "",
        "next_step": "",
    }


def expires_at(asked_at: datetime, due_on: date | None) -> datetime:
    """Until when a question is worth asking: the end of the legal due date, and at least a week."""
    at_least = asked_at + limits.LIVES_AT_LEAST
    if due_on is None:
        return at_least
    end_of_day = datetime.combine(due_on + timedelta(days=1), time(), timezone.get_current_timezone())
    return max(at_least, end_of_day)
