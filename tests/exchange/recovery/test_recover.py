"""The journal and the plan: what counts as lost, and what does not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.db import connection
from django.utils import timezone
from structlog.testing import capture_logs

from tests.exchange.people import ask, known, questions
from tests.factories import make_dossier
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Event
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.models import Question, Recovery
from toeleiding.exchange.recovery import journal
from toeleiding.exchange.recovery.journal import Line
from toeleiding.exchange.recovery.recover import RecoveryError, plan, recover

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    settings.EXCHANGE_JOURNAL = str(tmp_path / "journaal")
    return tmp_path / "journaal"


def line(number: str, **more: Any) -> Line:
    given = {"at": timezone.now(), "question": uuid4(), "about": "VDAB", "purpose": "GUIDANCE", "source": "CASE_WORKER"}
    return Line(**{**given, "dossier": number, **more})


def test_every_question_is_in_the_journal_once_its_transaction_is_over(
    place: Path, django_capture_on_commit_callbacks: Any
):
    dossier = known("registered-before-arrival")
    with django_capture_on_commit_callbacks(execute=True):
        access = ask(dossier)
    (found,) = journal.read(place)
    asked = next(one for one in questions(dossier) if one.service == "GeefDossierVDAB")
    assert (found.question, found.dossier, found.about) == (asked.pk, dossier.number, "VDAB")
    assert (found.asker, found.source) == (access.staff.username, "CASE_WORKER")
    (file,) = place.iterdir()
    assert dossier.insz
    assert dossier.insz.encode() not in file.read_bytes()
    assert dossier.last_name.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0, "for the product alone"


def test_half_a_line_spoils_no_other(place: Path):
    first, second = line("TN-1"), line("TN-2")
    journal.write([first])
    (file,) = place.iterdir()
    file.write_bytes(file.read_bytes() + b'\n{"at": "2026-')  # a process that died while writing
    journal.write([second])
    assert [one.dossier for one in journal.read(place)] == ["TN-1", "TN-2"]


def test_without_a_journal_nothing_is_written(settings: Any, place: Path):
    settings.EXCHANGE_JOURNAL = ""
    journal.write([line("TN-1")])
    assert not place.exists()


def test_a_journal_that_cannot_be_written_stops_nobody(settings: Any, tmp_path: Path):
    (tmp_path / "bestand").touch()
    settings.EXCHANGE_JOURNAL = str(tmp_path / "bestand")
    with capture_logs() as said:
        journal.write([line("TN-1")])
    assert [one["event"] for one in said] == ["journal_unwritable"]


def test_old_files_go(place: Path):
    journal.write([line("TN-1", at=datetime(2026, 1, 1, tzinfo=UTC)), line("TN-2")])
    journal.write([line("TN-3")])
    assert journal.tidy(timezone.now()) == 1
    assert [one.dossier for one in journal.read(place)] == ["TN-3"]


def test_of_several_lost_questions_the_last_is_asked_under_its_own_id(place: Path):
    dossier = make_dossier(work=[])
    asked = [line(dossier.number), line(dossier.number), line(dossier.number, about="WORK")]
    journal.write(asked)
    found = recover(place)
    assert [one.question for one in found.lost] == [asked[1].question, asked[2].question]
    assert {one.pk for one in questions(dossier)} >= {asked[1].question, asked[2].question}
    assert not Question.objects.filter(pk=asked[0].question).exists()
    assert plan(place, timezone.now()).empty
    assert Recovery.objects.get().asked == 2


def test_what_is_open_in_the_copy_is_not_asked_twice(place: Path):
    dossier = known("registered-before-arrival")
    ask(dossier)
    journal.write([line(dossier.number)])
    found = recover(place)
    assert (found.lost, found.covered) == ([], 1)
    assert len([one for one in questions(dossier) if one.service == "GeefDossierVDAB"]) == 1


def test_a_number_that_was_given_out_again_belongs_to_somebody_else(place: Path):
    dossier = make_dossier(work=[])
    opened = Event.objects.filter(dossier=dossier, kind="OPENED").get().recorded_at
    journal.write([line(dossier.number, at=opened - timedelta(minutes=5))])
    found = recover(place)
    assert (list(found.lost), found.missing) == ([], [dossier.number])
    assert questions(dossier) == []
    assert Recovery.objects.get().missing == [dossier.number]


def test_what_a_worker_held_is_let_go(place: Path):
    dossier = known("registered-before-arrival")
    ask(dossier)
    held = timezone.now() + timedelta(minutes=9)
    Question.objects.update(status="IN_FLIGHT", lease_token=uuid4(), leased_until=held)
    assert recover(place).in_hand == 2
    assert {one.status for one in questions(dossier)} == {"WAITING"}


def test_nothing_is_healed_while_a_worker_lives(place: Path):
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    with pytest.raises(RecoveryError, match="Stop alle werkers"):
        recover(place)
    assert not Recovery.objects.exists()


def test_refresh_asks_who_was_answered_and_has_nothing_open(place: Path):
    answered, never = make_dossier(work=[]), make_dossier(work=[])
    record(
        answered,
        NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), timezone.localdate(), e.Source.VDAB),
    )
    assert plan(place, timezone.now()).empty
    found = recover(place, refresh=True)
    assert [one.dossier for one in found.refreshed] == [answered.number]
    assert questions(answered)
    assert not questions(never)
    assert not recover(place, refresh=True).refreshed, "its question is open now"


def test_a_line_is_small():
    assert len(msgspec.json.encode(line("TN-2026-00001"))) < 250
