"""Real processes on a database of their own: two at once, and one that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import psycopg
import pytest
import time_machine
from django.db import connections

from tests.exchange.conftest import Outside
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db
PEOPLE = 20

_ASK = """
import sys
from toeleiding.site.setup import prepare
prepare(migrate=True)
from tests.exchange.people import ask
from tests.factories import make_dossier
ask(*[make_dossier(insz=insz, work=[]) for insz in sys.argv[1:]])
"""
_DRAIN = """
from toeleiding.site.setup import prepare
prepare()
from django.conf import settings
settings.EXCHANGE_IN_FLIGHT_PER_WORKER = 2
from toeleiding.exchange.drain import drain
drain()
"""
_STATUS = (
    "select count(*) filter (where status = 'WAITING'), count(*) filter (where status = 'IN_FLIGHT'),"
    " count(*) filter (where status = 'DONE'), count(*) filter (where status = 'DEAD') from exchange_question"
)


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database beside the test database; dropped afterwards."""
    held = connections["default"].settings_dict
    name = f"{held['NAME']}_workers"
    parts = {"host": held["HOST"], "port": held["PORT"] or None, "user": held["USER"], "password": held["PASSWORD"]}
    with psycopg.connect(**parts, dbname="postgres", autocommit=True) as server:
        server.execute(f'drop database if exists "{name}" with (force)')
        server.execute(f'create database "{name}"')
        yield psycopg.conninfo.make_conninfo(**parts, dbname=name)
        server.execute(f'drop database "{name}" with (force)')


def address(database: str) -> str:
    """The same as an address that the settings read."""
    held = psycopg.conninfo.conninfo_to_dict(database)
    return f"postgresql://{held['user']}@/{held['dbname']}?host={held['host']}&port={held.get('port') or 5432}"


def environment(database: str, outside: Outside) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": address(database),
        "SIMULATOR_URL": outside.address,
        "DJANGO_SETTINGS_MODULE": "toeleiding.site.settings",
        "PYTHONPATH": os.getcwd(),
    }


def python(code: str, given: dict[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=given, stdout=subprocess.DEVNULL)


def standing(database: str) -> tuple[int, ...]:
    with psycopg.connect(database) as asking:
        found = asking.execute(_STATUS).fetchone()
    assert found is not None
    return tuple(found)


def test_two_workers_ask_each_question_once_and_a_killed_one_loses_nothing(outside, database):
    # The workers live today; this process stands still on a day of its own.
    today = time_machine.escape_hatch.datetime.datetime.now(ZoneInfo("Europe/Brussels")).date()
    world = outside(latency=0.05, today=today)
    given = environment(database, world)
    first, second = ([number_of(start + at) for at in range(PEOPLE)] for start in (500, 600))
    assert python(_ASK, given, *first).wait(60) == 0
    workers = [python(_DRAIN, given) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert standing(database) == (0, 0, 2 * PEOPLE, 0)
    assert world.asked == {"RegistreerInschrijving": PEOPLE, "GeefDossierVDAB": PEOPLE}

    assert python(_ASK, given, *second).wait(60) == 0
    heard = len(world.heard)
    worker = python(_DRAIN, given)
    until = time.monotonic() + 30
    while len(world.heard) < heard + PEOPLE and time.monotonic() < until:
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    waiting, in_flight, _, _ = standing(database)
    assert waiting + in_flight > 0
    with psycopg.connect(database) as clock:  # its lease runs out
        clock.execute("update exchange_question set leased_until = now() where status = 'IN_FLIGHT'")
    assert python(_DRAIN, given).wait(60) == 0
    assert standing(database) == (0, 0, 4 * PEOPLE, 0)
    assert most_answers_in_one_dossier(database) == 1


_CLAIM = """
from toeleiding.site.setup import prepare
prepare()
from django.utils import timezone
from toeleiding.exchange import lease
assert len(lease.claim(PEOPLE, timezone.now()).questions) == PEOPLE
"""


def test_a_worker_passes_over_what_another_is_taking_at_that_moment(outside, database):
    given = environment(database, outside())
    assert python(_ASK, given, *[number_of(400 + at) for at in range(PEOPLE)]).wait(60) == 0
    half = PEOPLE // 2
    with psycopg.connect(database) as other:  # the most urgent half is being claimed: its transaction is still open
        other.execute(
            "select id from exchange_question where follows_id is null order by due_on nulls last, asked_at, id"
            f" limit {half} for no key update"
        )
        assert python(_CLAIM.replace("PEOPLE", str(half)), given).wait(60) == 0
    assert standing(database)[:2] == (2 * PEOPLE - half, half)


def most_answers_in_one_dossier(database: str) -> int:
    with psycopg.connect(database) as asking:
        found = asking.execute(
            "select max(found) from (select count(*) found from dossiers_event"
            " where kind = 'EMPLOYMENT_SERVICE_ANSWERED' group by dossier_id) each"
        ).fetchone()
    assert found is not None
    return int(found[0])
