"""Two operators at the same moment, each in a process of her own, on a database of their own."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.exchange.test_workers import database, environment  # noqa: F401 - the fixture of a database apart
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db
PEOPLE = 6

_FAILED = """
import sys
from toeleiding.site.setup import prepare
prepare(migrate=True)
from django.utils import timezone
from tests.exchange.people import ask
from tests.factories import make_dossier
from toeleiding.exchange.models import Question
ask(*[make_dossier(insz=insz, work=[]) for insz in sys.argv[1:]])
now = timezone.now()
Question.objects.filter(service="RegistreerInschrijving").update(status="DONE", finished_at=now)
Question.objects.filter(service="GeefDossierVDAB").update(
    status="DEAD", outcome="NOT_UNDERSTOOD", cause="Niet begrepen.", next_step="Meld het.", finished_at=now)
"""
_FIRST = """
import sys, time
from pathlib import Path
from uuid import uuid4
from toeleiding.site.setup import prepare
prepare()
from django.db import transaction
from tests.factories import make_staff
from toeleiding.exchange import replay
from toeleiding.organisations.models import Role
access = make_staff(Role.EXCHANGE_OPERATOR, username="operator-1")
with transaction.atomic():
    done = replay.replay(access, replay.Choice(), "Hersteld.", uuid4())
    Path(sys.argv[1]).touch()
    time.sleep(2)
print(done.asked)
"""
_SECOND = """
import sys, time
from pathlib import Path
from uuid import uuid4
from toeleiding.site.setup import prepare
prepare()
from tests.factories import make_staff
from toeleiding.exchange import replay
from toeleiding.organisations.models import Role
access = make_staff(Role.EXCHANGE_OPERATOR, username="operator-2")
while not Path(sys.argv[1]).exists():
    time.sleep(0.02)
assert len(replay.plan(replay.Choice()).asked) == int(sys.argv[2])  # the first one has not finished
print(replay.replay(access, replay.Choice(), "Hersteld.", uuid4()).asked)
"""


def test_two_operators_who_replay_the_same_group_ask_each_question_once(outside, database, tmp_path: Path):  # noqa: F811
    given = environment(database, outside())
    people = [number_of(300 + place) for place in range(PEOPLE)]
    subprocess.run([sys.executable, "-c", _FAILED, *people], env=given, check=True, timeout=120)
    flag = str(tmp_path / "asked")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, flag, str(PEOPLE)], env=given, stdout=subprocess.PIPE, text=True
        )
        for script in (_SECOND, _FIRST)
    ]
    second, first = (int(one.communicate(timeout=60)[0].split()[-1]) for one in running)
    assert (first, second) == (PEOPLE, 0)
    with psycopg.connect(database) as line:
        asked = line.execute(
            "select count(*) from dossiers_event where kind = 'EMPLOYMENT_SERVICE_ASKED' group by dossier_id"
        ).fetchall()
        waiting = line.execute(
            "select count(*) from exchange_question where status = 'WAITING' and service = 'GeefDossierVDAB'"
        ).fetchone()
    assert asked == [(2,)] * PEOPLE
    assert waiting == (PEOPLE,)
