"""A real process that reads a file of answers is killed halfway; the next one finishes it, once."""

import os
import signal
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
import time_machine

from tests.exchange.test_workers import _ASK, address, database, most_answers_in_one_dossier, python  # noqa: F401
from toeleiding.simulator.batch import answer_folder
from toeleiding.simulator.population import number_of
from toeleiding.simulator.world import World

pytestmark = pytest.mark.django_db
PEOPLE = 40

_FILES = """
import sys
from toeleiding.site.setup import prepare
prepare()
from django.conf import settings
settings.EXCHANGE_BATCH = 2
from toeleiding.cli.exchange import command
command(["batch", *sys.argv[1:]])
"""
_INSCRIBED = (
    "update exchange_question set status = 'DONE', outcome = 'KNOWN', finished_at = now()"
    " where service = 'RegistreerInschrijving'"
)
_ANSWERS = (
    "select count(*), count(*) filter (where settles), count(distinct attempt_id) from exchange_received"
    " join exchange_question q on q.id = question_id where q.service = 'GeefDossierVDAB'"
)


def test_killed_while_reading_a_file_nothing_is_lost_or_doubled(database: str, tmp_path: Path) -> None:  # noqa: F811
    today = time_machine.escape_hatch.datetime.datetime.now(ZoneInfo("Europe/Brussels")).date()
    heen, terug = tmp_path / "To_Vip", tmp_path / "From_Vip"
    given = {
        **os.environ,
        "DATABASE_URL": address(database),
        "DJANGO_SETTINGS_MODULE": "toeleiding.site.settings",
        "PYTHONPATH": os.getcwd(),
        "MAGDA_BATCH_OUT": str(heen),
        "MAGDA_BATCH_IN": str(terug),
    }
    assert python(_ASK, given, *(number_of(500 + at) for at in range(PEOPLE))).wait(60) == 0
    with psycopg.connect(database) as asking:  # their inscriptions are in order
        asking.execute(_INSCRIBED)
    assert python(_FILES, given, "write", "--service", "GeefDossierVDAB", "--apply").wait(60) == 0
    world = World(today=today, check_repertorium=False)
    assert [done.answers for done in answer_folder(world, heen, terug)] == [PEOPLE]

    reader = python(_FILES, given, "read", "--apply")
    with psycopg.connect(database, autocommit=True) as asking:
        until = time.monotonic() + 40
        while asking.execute(_ANSWERS).fetchone()[0] < 6 and time.monotonic() < until:  # type: ignore[index]
            time.sleep(0.005)
        reader.send_signal(signal.SIGKILL)
        reader.wait(10)
        came = asking.execute(_ANSWERS).fetchone()
        assert came is not None
        assert 0 < came[0] < PEOPLE
        assert python(_FILES, given, "read", "--apply").wait(60) == 0
        assert asking.execute(_ANSWERS).fetchone() == (PEOPLE, PEOPLE, PEOPLE)
        states = asking.execute("select state, answered, missing from exchange_batchfile order by id").fetchall()
        assert states == [("ANSWERED", PEOPLE, 0)]
        assert asking.execute("select status, count(*) from exchange_question group by 1").fetchall() == [
            ("DONE", 2 * PEOPLE)
        ]
    assert most_answers_in_one_dossier(database) == 1
