"""The bell, the jobs and the command that shows how the exchange stands."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from procrastinate.contrib.django import app

from tests.exchange.people import ask, known, state
from toeleiding.cli import exchange as cli
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, open_many
from toeleiding.exchange import tasks
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import NightlyCheck, Question

pytestmark = pytest.mark.django_db


def bells() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = %s", [tasks.DRAIN])
        return int(cursor.fetchone()[0])


def test_asking_rings_once_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    before = bells()
    with django_capture_on_commit_callbacks(execute=True):
        ask(known("never-registered"))
        ask(known("ibo-training"))
        assert bells() == before
    assert bells() == before + 1


def test_history_that_was_answered_long_ago_is_not_asked_again() -> None:
    question = e.UUID("7f1d6a38-3c4e-4f39-9c6f-0d5a0b8a7c11")
    day = e.date(2026, 3, 2)
    news = [
        NewEvent(e.Opened(agency="agii"), day, e.Source.KBI),
        NewEvent(e.EmploymentServiceAsked(question=question), day, e.Source.CASE_WORKER),
        NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN", question=question), day, e.Source.VDAB),
    ]
    open_many([("TN-2026-99001", news)])
    assert not Question.objects.filter(pk=question).exists()


def test_every_job_has_a_name_that_stays() -> None:
    known_names = {name for name in app.tasks if name.startswith("toeleiding.exchange")}
    minutes = ("drain", "every_minute", "wake_stalled", "fetch_notifications")
    kept = ("measure_quality", "close_silent", "keep_no_longer", "reconcile_lists", "write_files", "read_files")
    jobs = (*minutes, *kept, "night", "nightly_check", "fetch_register_notifications", "night_of_the_exchange")
    assert known_names == {f"toeleiding.exchange.tasks.{job}" for job in jobs}


def test_the_nightly_check_keeps_what_it_found() -> None:
    dossier = known("never-registered")
    tasks.nightly_check(0)
    assert NightlyCheck.objects.latest("at").differences == 0
    Dossier.objects.filter(pk=dossier.pk).update(language="xx")
    tasks.nightly_check(0)
    found = NightlyCheck.objects.latest("at")
    assert (found.differences, found.first) == (1, f"{dossier.number} language")


def test_the_command_shows_how_the_exchange_stands(outside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    outside()
    monkeypatch.setattr("toeleiding.site.setup.prepare", lambda *, migrate=False: None)
    dossier = known("never-registered")
    ask(dossier)
    run = CliRunner()
    waiting = json.loads(run.invoke(cli.command, ["status", "--json"]).stdout)
    assert waiting["outbox"] == {"waiting": 2, "in_flight": 0, "done": 0, "dead": 0}
    assert waiting["oldest_waiting_seconds"] >= 0
    assert "zouden verstuurd worden" in run.invoke(cli.command, ["drain"]).stdout
    assert state(dossier).asked is not None
    assert "2 keer gevraagd" in run.invoke(cli.command, ["drain", "--apply"]).stdout
    done = json.loads(run.invoke(cli.command, ["status", "--json"]).stdout)
    assert set(done) == {"outbox", "inbox", "circuits", "oldest_waiting_seconds"}
    assert done["inbox"] == {"received": 0, "applied": 2, "duplicate": 0, "parked": 0}
    assert set(done["circuits"].values()) == {"closed"}
    assert "2 beantwoord" in run.invoke(cli.command, ["status"]).stdout


def test_a_drain_without_work_does_nothing() -> None:
    assert drain().calls == 0
