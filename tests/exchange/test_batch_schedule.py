"""The worker puts files ready and reads answers by itself, tells the operator, and leaves nothing readable behind."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from tests.exchange.files import NOW, folders, inscribed, other_side, standing, still, write  # noqa: F401
from tests.factories import make_staff, sign_in
from toeleiding.exchange import raw, replay, tasks
from toeleiding.exchange.batch import reading, schedule
from toeleiding.exchange.batch.folders import incoming, outgoing
from toeleiding.exchange.batch.tidy import tidy
from toeleiding.exchange.models import AnswerFile, BatchFile, BatchRun, Service
from toeleiding.organisations.models import Role
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db
PAGE = "/uitwisseling/bestanden"


@pytest.fixture(autouse=True)
def by_worker(settings: Any) -> None:
    settings.MAGDA_BATCH_BY_WORKER = True
    settings.EXCHANGE_FILE_FROM = 2


def answered() -> None:
    """The other side answers, and its files lie still for a while."""
    other_side()
    lie_still()


def lie_still() -> None:
    for path in incoming().iterdir():
        os.utime(path, (NOW.timestamp() - 120, NOW.timestamp() - 120))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_what_waits_goes_in_a_file_and_its_answers_take_effect() -> None:
    inscribed(number_of(500), number_of(501))
    assert schedule.write_waiting(NOW) == 1
    assert names(outgoing()) == [BatchFile.objects.get().name]
    assert schedule.write_waiting(NOW) == 0
    answered()
    assert schedule.read_waiting(NOW) == 1
    assert standing() == {"done": 4}
    assert schedule.read_waiting(NOW) == 0


def test_a_few_questions_are_better_asked_one_by_one(settings: Any) -> None:
    settings.EXCHANGE_FILE_FROM = 3
    inscribed(number_of(500), number_of(501))
    assert schedule.write_waiting(NOW) == 0
    assert not names(outgoing())


def test_what_an_operator_holds_and_what_has_no_prefix_stays(settings: Any) -> None:
    inscribed(number_of(500), number_of(501))
    access = make_staff(Role.EXCHANGE_OPERATOR)
    replay.hold(access, Service.VDAB_FILE, "Onderhoud.")
    assert schedule.write_waiting(NOW) == 0
    replay.release(access, Service.VDAB_FILE)
    settings.MAGDA_ENDPOINT, settings.MAGDA_BATCH_PREFIXES = "https://magda.voorbeeld/", ""
    assert schedule.write_waiting(NOW) == 0
    assert not BatchRun.objects.get().trouble


def test_without_folders_the_worker_does_nothing(settings: Any) -> None:
    settings.MAGDA_BATCH_BY_WORKER = False
    inscribed(number_of(500), number_of(501))
    tasks.write_files(0)
    tasks.read_files(0)
    assert not BatchRun.objects.exists()
    assert "er zijn geen mappen ingesteld" in operator().get(PAGE).content.decode()


def test_with_folders_the_jobs_of_the_worker_do_it() -> None:
    inscribed(number_of(500), number_of(501))
    tasks.write_files(0)
    answered()
    tasks.read_files(0)
    assert standing() == {"done": 4}


def operator() -> Client:
    return sign_in(Client(), make_staff(Role.EXCHANGE_OPERATOR))


# --- what is on the disk -------------------------------------------------------------------------------------------


def test_nobody_but_our_own_user_reads_a_file_of_questions() -> None:
    inscribed(number_of(500), number_of(501))
    write()
    (path,) = outgoing().iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert outgoing().stat().st_mode & 0o777 == 0o700


def test_files_go_once_nothing_of_them_is_needed() -> None:
    inscribed(number_of(500), number_of(501))
    write()
    assert tidy(NOW) == 0
    assert len(names(outgoing())) == 1
    answered()
    schedule.read_waiting(NOW)
    assert (names(outgoing()), names(incoming())) == ([], [])


def test_a_file_whose_time_is_over_is_not_left_for_somebody_to_ask_again() -> None:
    inscribed(number_of(500), number_of(501))
    file = write()
    incoming().mkdir()
    schedule.read_waiting(file.answer_by)
    assert names(outgoing()) == []
    assert standing()["waiting"] == 2


def test_what_is_set_aside_stays_until_raw_messages_go_and_is_judged_once() -> None:
    incoming().mkdir()
    (incoming() / "kapot").write_bytes(b"x")
    lie_still()
    with capture_logs() as said:
        assert schedule.read_waiting(NOW) == 1
        assert schedule.read_waiting(NOW + timedelta(hours=1)) == 0
    assert [one["event"] for one in said] == ["batch_file_set_aside"]
    assert AnswerFile.objects.get().read_at == NOW
    period = raw.kept_for(NOW.date())
    assert period is not None
    assert tidy(NOW + period) == 0
    assert tidy(NOW + period + timedelta(hours=1)) == 1


def test_a_file_that_is_still_coming_in_is_left_alone() -> None:
    inscribed(number_of(500), number_of(501))
    write()
    answered()
    (path,) = incoming().iterdir()
    os.utime(path, (NOW.timestamp() - 5, NOW.timestamp() - 5))
    assert schedule.read_waiting(NOW) == 0
    assert schedule.read_waiting(NOW + timedelta(minutes=2)) == 1


# --- what the operator sees ----------------------------------------------------------------------------------------


def test_the_page_says_when_it_was_last_done_and_when_it_comes_again() -> None:
    assert "Nog niet gedaan" in operator().get(PAGE).content.decode()
    incoming().mkdir()
    schedule.read_waiting(NOW)
    shown = operator().get(PAGE).content.decode().replace("\xa0", " ")
    assert "Gelukt" in shown
    assert "niets te doen" in shown
    assert "Volgende keer op" in shown


def test_a_failure_is_on_the_desk_with_what_to_do_until_it_works_again() -> None:
    incoming().parent.mkdir(exist_ok=True)
    with capture_logs() as said:
        schedule.read_waiting(NOW)
    assert [one["event"] for one in said] == ["batch_stopped"]
    client = operator()
    assert "De mappen met bestanden zijn niet te gebruiken" in client.get("/uitwisseling").content.decode()
    assert "Niet gelukt" in client.get(PAGE).content.decode()
    incoming().mkdir()
    schedule.read_waiting(NOW)
    assert "niet te gebruiken" not in client.get("/uitwisseling").content.decode()


def test_a_file_on_which_we_stumble_stops_no_other_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    inscribed(number_of(500), number_of(501))
    write()
    answered()
    (incoming() / "0-eerst").write_bytes(b"x")
    lie_still()
    real = reading.read

    def stumbles(path: Path, now: datetime) -> reading.Applied:
        if path.name == "0-eerst":
            raise KeyError(path.name)
        return real(path, now)

    monkeypatch.setattr(reading, "read", stumbles)
    with capture_logs() as said:
        schedule.read_waiting(NOW)
    assert standing() == {"done": 4}
    assert {"event": "batch_file_not_read", "log_level": "error", "file": "0-eerst", "error": "KeyError"} in said
    assert "0-eerst" in BatchRun.objects.get().trouble
    assert "de andere" in operator().get("/uitwisseling").content.decode()


def test_the_next_time_is_when_the_job_comes() -> None:
    writes, reads = schedule.lines(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert writes.next == datetime(2026, 11, 23, 19, 40, tzinfo=UTC)
    assert reads.next == datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    assert schedule.WRITES == "40 0,1,2,3,19,20,21,22,23 * * *"
    assert schedule.READS == "5,20,35,50 * * * *"


def test_the_page_takes_few_queries(django_assert_max_num_queries: Any) -> None:
    client = operator()
    with django_assert_max_num_queries(8):
        client.get(PAGE)
