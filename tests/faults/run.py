"""Running one schedule on a simulated clock, inside a transaction that is thrown away afterwards."""

import errno
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import time_machine
from django.db import connection
from django.db.models import Min
from django.test import override_settings
from django.utils import timezone

from tests.factories import make_dossier, make_staff
from tests.faults import referrals
from tests.faults.invariants import breaches, columns_differ
from tests.faults.names import Point
from tests.faults.outside import Line, Outside
from tests.faults.points import Countdown, Crash, passing
from tests.faults.schedule import START, Asked, Ended, Schedule, draw
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange import inbox, legal_log, limits, settle, wire
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Circuit, CircuitState, Question, Status
from toeleiding.exchange.repertorium import nightly
from toeleiding.exchange.replies import Reply
from toeleiding.exchange.wire import Wire
from toeleiding.organisations.access import Access

MOST_TURNS = 200
# After so many turns the clock takes larger steps: nobody learns more from the hundredth knock on a closed door.
_STEPS = ((20, timedelta(seconds=1)), (35, timedelta(minutes=20)), (50, timedelta(hours=4)))
_LAST_STEP = timedelta(days=2)
_Coming = Asked | Ended | referrals.Referred


@dataclass(slots=True)
class Outcome:
    """What became of a schedule. `fired`: the points at which a worker really stopped.

    `referred` counts the referrals that went out, `taken` those that the other side has.
    """

    schedule: Schedule
    breaches: list[str]
    fired: list[Point]
    questions: int
    calls: int
    turns: int
    done: int
    dead: int
    late: int
    full: int
    referred: int
    taken: int
    misbehaved: dict[str, int]


@dataclass(slots=True)
class _Late:
    """Answers in the hands of a worker that stands still."""

    at: datetime
    replies: Sequence[Reply]
    leases: dict[UUID, UUID | None]


@dataclass(slots=True)
class _Run:
    schedule: Schedule
    world: Outside
    people: list[Dossier]
    access: Access
    late: list[_Late] = field(default_factory=list)
    delivered: int = 0
    stalls: int = 0
    full: int = 0
    found: list[str] = field(default_factory=list)


def run(number: int) -> Outcome:
    """Run the schedule of this number and say what does not hold. Must run inside a transaction."""
    schedule = draw(number)
    random.seed(number)
    with time_machine.travel(START, tick=True) as clock, _set(schedule), connection.cursor() as cursor:
        cursor.execute("delete from exchange_circuit")
        world = Outside(*schedule.rules)
        people = [make_dossier(insz=one.insz, contract=one.contract) for one in schedule.people]
        going = _Run(schedule, world, people, make_staff(), stalls=schedule.stalls, full=schedule.full_disk)
        countdown = Countdown(list(schedule.crashes), _crash)
        with ExitStack() as broken:
            broken.enter_context(passing(countdown))
            broken.enter_context(_standing_still(going))
            broken.enter_context(_full_disk(going))
            broken.enter_context(_poison(going))
            coming = [*schedule.asked, *schedule.ended, *schedule.referred]
            turns = _until_quiet(going, clock, sorted(coming, key=lambda one: one.after))
            nightly.keep()
            turns += _until_quiet(going, clock, [])
        keys = [person.pk for person in people]
        found = [*going.found, *breaches(keys, world), *columns_differ()]
        states = list(Question.objects.filter(dossier__in=keys).values_list("status", flat=True))
    return Outcome(
        schedule,
        found,
        countdown.fired,
        questions=len(states),
        calls=len(world.sent),
        turns=turns,
        done=states.count("DONE"),
        dead=states.count("DEAD"),
        late=going.delivered,
        full=schedule.full_disk - going.full,
        referred=len(world.contents),
        taken=len(world.taken),
        misbehaved=dict(world.misbehaved),
    )


def _set(schedule: Schedule) -> Any:
    return override_settings(
        EXCHANGE_IN_FLIGHT=schedule.in_flight,
        EXCHANGE_IN_FLIGHT_PER_WORKER=schedule.in_flight,
        EXCHANGE_BATCH=schedule.batch,
    )


def _crash() -> None:
    raise Crash


def _until_quiet(going: _Run, clock: Any, coming: list[_Coming]) -> int:
    for turn in range(MOST_TURNS):
        now = timezone.now()
        while coming and START + timedelta(seconds=coming[0].after) <= now:
            _happens(going, coming.pop(0))
        _work(going)
        _deliver(going)
        soonest = _soonest(going, coming)
        if soonest is None:
            return turn + 1
        least = next((step for until, step in _STEPS if turn < until), _LAST_STEP)
        clock.move_to(max(soonest, timezone.now() + least))
    going.found.append(f"not quiet after {MOST_TURNS} turns")
    return MOST_TURNS


def _happens(going: _Run, coming: _Coming) -> None:
    if isinstance(coming, Asked):
        _ask(going, coming)
        return
    if isinstance(coming, referrals.Referred):
        referrals.happens(coming, going.people[coming.person], going.access)
        return
    data = e.TrackReopened() if coming.again else e.TrackEnded(reason="STOPPED")
    record(going.people[coming.person], NewEvent(data, timezone.localdate(), e.Source.CASE_WORKER))


def _ask(going: _Run, asked: Asked) -> None:
    question = uuid4()
    data: e.Data
    if asked.kind == "WORK":
        data = e.WorkAsked(question=question)
    else:
        data = e.EmploymentServiceAsked(question=question, service=asked.kind)
    record(going.people[asked.person], NewEvent(data, timezone.localdate(), e.Source.CASE_WORKER))


def _work(going: _Run) -> None:
    """A worker begins, and stops: when there is nothing left to do, or where the schedule says so."""
    legal_log.close_silent(timezone.now())
    with _alone():
        try:
            drain(wire=Wire(Line(going.world, going.schedule.outages)))
        except Crash:
            return
        except OSError:  # the disk was full: nothing may stay in hand of a worker that still lives
            held = Question.objects.filter(status=Status.IN_FLIGHT).exclude(
                lease_token__in=[token for one in going.late for token in one.leases.values() if token]
            )
            going.found += [f"a full disk left {one.service} in flight" for one in held if not going.schedule.crashes]


@contextmanager
def _alone() -> Iterator[None]:
    """A worker that stops lets go of its places: its session ends. Here all workers share one session."""
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock_all()")


@contextmanager
def _standing_still(going: _Run) -> Iterator[None]:
    """A worker that stands still with answers in its hands, and wakes when others went on long ago."""
    real: Callable[[Sequence[Reply]], list[Reply]] = inbox.after

    def after(replies: Sequence[Reply]) -> list[Reply]:
        if going.stalls and replies and random.random() < 0.5:
            going.stalls -= 1
            asked = dict(
                Question.objects.filter(pk__in=[one.question for one in replies]).values_list("pk", "lease_token")
            )
            leases = {one.reference: asked[one.question] for one in replies}
            wakes = timezone.now() + timedelta(minutes=random.choice((1, 9, 11, 15, 40, 90)))
            going.late.append(_Late(wakes, replies, leases))
            raise Crash
        return real(replies)

    with patch.object(inbox, "after", after):
        yield


def _deliver(going: _Run) -> None:
    """Those who stood still wake, the last one first."""
    awake = [one for one in going.late if one.at <= timezone.now()]
    going.late = [one for one in going.late if one not in awake]
    for one in reversed(awake):
        try:
            settle.settle(inbox.after(one.replies), one.leases)
        except Crash:
            continue
        except OSError:
            continue
        going.delivered += 1


@contextmanager
def _full_disk(going: _Run) -> Iterator[None]:
    """The store of the raw messages has no room: now and then, for questions or for answers."""

    def limited(real: Callable[..., Any]) -> Callable[..., Any]:
        def keep(messages: Sequence[Any], *more: Any) -> Any:
            if messages and going.full and random.random() < 0.5:
                going.full -= 1
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(messages, *more)

        return keep

    with ExitStack() as patched:
        for name in ("_keep_questions", "_keep_answers"):
            patched.enter_context(patch.object(inbox, name, limited(getattr(inbox, name))))
        yield


@contextmanager
def _poison(going: _Run) -> Iterator[None]:
    """A dossier whose most urgent question can, by a mistake of ours, not be written, read or applied."""
    who, where = going.schedule.poisoned, going.schedule.poison
    if who is None:
        yield
        return
    poisoned = going.people[who].pk
    owner, name = {
        "write": (wire, "content_of"),
        "read": (wire, "read_answer"),
        "apply": (settle, "record_many"),
        "store": (settle, "_row"),
    }[where]
    real = getattr(owner, name)

    def fails(first: Any, *args: Any, **more: Any) -> Any:
        match where:
            case "write":
                hit = first.dossier == poisoned
            case "read":
                hit = going.world.asked_by.get(first) == going.people[who].insz
            case "store":  # but that it is dead can be written
                hit = first.question.dossier_id == poisoned and first.ruling.status != Status.DEAD
            case _:
                hit = poisoned in first
        if hit:
            raise ValueError("poison")
        return real(first, *args, **more)

    with patch.object(owner, name, fails):
        yield


def _soonest(going: _Run, coming: Sequence[_Coming]) -> datetime | None:
    """The next moment at which something may happen; None when everything is quiet."""
    if going.schedule.poisoned is not None:
        Question.objects.filter(dossier=going.people[going.schedule.poisoned], status=Status.WAITING).update(
            due_on=START.date() - timedelta(days=400)
        )
    waiting = Question.objects.filter(status=Status.WAITING)
    held = Question.objects.filter(status=Status.IN_FLIGHT)
    if held.filter(leased_until__gt=timezone.now() + limits.LEASE).exists():
        going.found.append("a lease is held longer than leases last")
    moments = [
        waiting.aggregate(at=Min("next_attempt_at"))["at"],
        held.aggregate(at=Min("leased_until"))["at"],
        *[one.at for one in going.late],
        *[START + timedelta(seconds=one.after) for one in coming],
    ]
    still = [moment for moment in moments if moment is not None]
    if not still:
        return None
    now = timezone.now()
    if all(moment <= now for moment in still):  # everything may go, but a circuit is open or something goes first
        more = Circuit.objects.exclude(state=CircuitState.CLOSED).aggregate(at=Min("probe_at"))["at"]
        return max(more or now, now + timedelta(seconds=30))
    return min(moment for moment in still if moment > now)
