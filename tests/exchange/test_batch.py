"""Many questions in one file: stored before the file exists, answered once per question, safe to kill anywhere."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from tests.exchange.files import (  # noqa: F401
    INSCRIPTION,
    NOW,
    VDAB,
    Killed,
    about,
    folders,
    inscribed,
    lease_runs_out,
    other_side,
    read,
    standing,
    still,
    write,
)
from tests.exchange.people import ask, known, state
from tests.factories import make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange import circuits, inbox, legal_log, settle, vault
from toeleiding.exchange.batch import overview, reading, writing
from toeleiding.exchange.batch.folders import _LOCK, BatchError, incoming, outgoing
from toeleiding.exchange.batch.overdue import close_overdue
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import (
    AnswerFile,
    AnswerState,
    Attempt,
    BatchFile,
    FileState,
    Hold,
    LegalLine,
    Question,
    RawMessage,
    Received,
    Service,
    Status,
)
from toeleiding.exchange.selectors import status
from toeleiding.magda import batch as wire_batch
from toeleiding.organisations.models import Role
from toeleiding.simulator.population import number_of
from toeleiding.simulator.world import World

pytestmark = pytest.mark.django_db


class TestThereAndBack:
    def test_inscriptions_and_questions_go_by_file_and_the_answers_stand_in_the_dossiers(self) -> None:
        registered, stranger = known("registered-before-arrival"), known("never-registered")
        ask(registered, stranger)
        world = World(today=NOW.date())
        write(INSCRIPTION)
        other_side(world=world)
        assert [done.record.state for done in read()] == [AnswerState.READ]
        file = write()
        assert file.name == "gdvd_20261123100000000"
        other_side(world=world)
        read()
        assert state(registered).employment.answer == "KNOWN"
        assert state(stranger).employment.answer == "NOT_KNOWN"
        file.refresh_from_db()
        assert (file.state, file.answered, file.missing) == (FileState.ANSWERED, 2, 0)
        assert Received.objects.filter(settles=True).count() == 4

    def test_what_goes_in_a_file_is_stored_with_its_reference_and_held_until_the_answer(self) -> None:
        inscribed(number_of(100), number_of(101))
        file = write()
        attempts = list(Attempt.objects.filter(file=file))
        path = outgoing() / file.name
        assert wire_batch.survey(path).references == tuple(str(one.reference) for one in attempts)
        assert {one.leased_until for one in Question.objects.filter(service=VDAB)} == {file.answer_by}
        for raw in RawMessage.objects.filter(attempt__in=attempts):
            assert b"<Referte>" in vault.unseal(bytes(raw.question), raw.key, raw.attempt_id, "question")
        assert b"Gebruiker" not in path.read_bytes()
        assert not list(outgoing().glob(".*"))
        drain()
        assert standing() == {"in_flight": 2, "done": 2}

    def test_the_most_urgent_go_first_when_a_file_is_full(self) -> None:
        inscribed(number_of(100), number_of(101), number_of(102))
        late, soon, later = Question.objects.filter(service=VDAB).order_by("pk")
        for one, days in ((late, 30), (soon, 1), (later, 20)):
            Question.objects.filter(pk=one.pk).update(due_on=NOW.date() + timedelta(days=days))
        file = write(size=2)
        assert set(Attempt.objects.filter(file=file).values_list("question", flat=True)) == {soon.pk, later.pk}

    def test_answers_in_another_order_take_effect_once(self) -> None:
        people = inscribed(*(number_of(at) for at in range(500, 540)))
        write()
        other_side('{"rules": [], "batch": {"shuffle": true}}')
        read()
        assert standing() == {"done": 80}
        assert all(state(one).employment is not None for one in people)

    def test_who_has_no_number_does_not_stop_the_file(self) -> None:
        nameless, _ = inscribed(number_of(101), number_of(100))
        cancelled = e.NumberCancelled(insz=nameless.insz or "")
        record(nameless, NewEvent(cancelled, NOW.date(), e.Source.REGISTER))
        assert write().questions == 1
        assert about(nameless).status == Status.DEAD

    def test_two_files_of_one_moment_have_two_names(self) -> None:
        inscribed(number_of(100), number_of(101))
        assert [write(size=1).name, write(size=1).name] == ["gdvd_20261123100000000", "gdvd_20261123100000001"]

    def test_without_anything_waiting_no_file_is_made(self) -> None:
        assert writing.write(VDAB, 10, timezone.now()) is None
        assert not list(outgoing().iterdir())


class TestAnswersThatDiffer:
    def test_missing_answers_wait_again_and_are_asked_one_by_one(self, outside: Any) -> None:
        inscribed(*(number_of(at) for at in range(500, 520)))
        file = write()
        other_side('{"rules": [], "batch": {"missing": 0.5}}')
        read()
        file.refresh_from_db()
        assert 0 < file.missing < 20
        assert standing() == {"waiting": file.missing, "done": 40 - file.missing}
        assert Attempt.objects.filter(failure="missing_in_file").count() == file.missing
        outside(check_repertorium=False)
        with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
            drain()
        assert standing() == {"done": 40}

    def test_level_one_for_the_whole_file_holds_for_every_question(self) -> None:
        inscribed(number_of(100), number_of(101))
        write()
        other_side('{"rules": [], "batch": {"level1": "50000"}}')
        read()
        assert {one.outcome for one in Question.objects.filter(service=VDAB)} == {"INVALID"}
        assert standing() == {"done": 2, "dead": 2}

    def test_level_two_source_down_leaves_them_waiting_and_never_says_not_known(self) -> None:
        people = inscribed(number_of(100), number_of(101))
        write()
        other_side('{"rules": [], "batch": {"level2": "99996"}}')
        read()
        assert standing() == {"done": 2, "waiting": 2}
        assert all(state(one).employment is None or state(one).employment.answer != "NOT_KNOWN" for one in people)

    def test_one_refused_at_level_three_leaves_the_others(self) -> None:
        first, second = inscribed(number_of(500), number_of(501))
        write()
        other_side(
            '{"rules": [{"match": {"insz": "%s"}, "fault": "exception:13001"}]}' % number_of(500)  # noqa: UP031
        )
        read()
        assert about(first).outcome == "REFUSED"
        assert about(second).status == Status.DONE

    def test_an_answer_that_nobody_asked_for_is_counted_and_has_no_effect(self) -> None:
        inscribed(number_of(500), number_of(501))
        write()
        other_side(
            '{"rules": [{"match": {"insz": "%s"}, "fault": "wrong_reference"}]}' % number_of(500)  # noqa: UP031
        )
        (done,) = read()
        assert (done.record.answers, done.record.unknown) == (1, 1)
        assert standing() == {"done": 3, "waiting": 1}

    def test_a_replaced_number_is_followed_as_after_a_call(self) -> None:
        (person,) = inscribed(number_of(500))
        write()
        other_side('{"rules": [{"fault": "replaced:%s"}]}' % number_of(501))  # noqa: UP031
        read()
        person.refresh_from_db()
        assert person.insz == number_of(501)


class TestTwiceAndLate:
    def test_reading_the_same_file_twice_changes_nothing(self) -> None:
        inscribed(number_of(500), number_of(501))
        write()
        other_side()
        read()
        before = (standing(), Received.objects.count(), AnswerFile.objects.count())
        again = read()
        assert [done.again for done in again] == [True]
        assert (standing(), Received.objects.count(), AnswerFile.objects.count()) == before

    def test_a_second_file_with_the_same_answers_is_harmless_and_one_with_the_missing_ones_counts(self) -> None:
        inscribed(*(number_of(at) for at in range(500, 510)))
        file = write()
        other_side('{"rules": [], "batch": {"missing": 0.5}}')
        (came,) = read()
        first = incoming() / file.name
        first.rename(first.with_name("eerst_20261123100000000"))
        other_side()
        done = next(one for one in read() if not one.again)
        file.refresh_from_db()
        assert 0 < came.record.answers < 10
        assert (file.missing, done.record.answers, done.record.repeated) == (0, 10, came.record.answers)
        assert standing() == {"done": 20}
        assert Received.objects.filter(settles=True, question__service=VDAB).count() == 10

    def test_without_an_answer_in_time_the_questions_wait_again_and_a_late_file_still_counts(self) -> None:
        inscribed(number_of(500), number_of(501))
        file = write()
        with time_machine.travel(NOW + timedelta(hours=25), tick=False):
            assert close_overdue(timezone.now()) == 1
            assert close_overdue(timezone.now()) == 0
            assert standing() == {"done": 2, "waiting": 2}
            other_side()
            read()
            file.refresh_from_db()
            assert (file.state, standing()) == (FileState.ANSWERED, {"done": 4})

    def test_the_legal_log_waits_for_a_late_file_and_what_comes_after_its_end_does_not_count(self) -> None:
        inscribed(number_of(500), number_of(501))
        write()
        held = Attempt.objects.filter(question__service=VDAB)
        ends = LegalLine.objects.exclude(kind="ASKED").filter(reference__in=held.values("pk"))
        with time_machine.travel(NOW + timedelta(hours=25), tick=False):
            close_overdue(timezone.now())
            assert legal_log.close_silent(timezone.now()) == 0, "a late file still counts"
        with time_machine.travel(NOW + legal_log.FILES_COUNT_FOR + timedelta(minutes=1), tick=False):
            assert legal_log.close_silent(timezone.now()) == 2
            other_side()
            read()
        assert [line.kind for line in ends] == ["UNANSWERED", "UNANSWERED"]
        assert not Received.objects.filter(question__service=VDAB).exists()
        assert standing() == {"done": 2, "waiting": 2}

    def test_every_message_of_a_file_has_one_end_in_the_legal_log(self) -> None:
        inscribed(*(number_of(at) for at in range(500, 510)))
        write()
        other_side('{"rules": [], "batch": {"missing": 0.5}}')
        (came,) = read()
        legal_log.close_silent(timezone.now() + legal_log.FILES_COUNT_FOR + timedelta(days=1))
        held = Attempt.objects.filter(question__service=VDAB)
        ends = LegalLine.objects.exclude(kind="ASKED").filter(reference__in=held.values("pk"))
        assert Counter(line.kind for line in ends) == {
            "SUCCEEDED": came.record.answers,
            "UNANSWERED": 10 - came.record.answers,
        }

    def test_what_was_asked_by_call_meanwhile_makes_the_late_file_a_duplicate(self, outside: Any) -> None:
        inscribed(number_of(500), number_of(501))
        write()
        outside(check_repertorium=False)
        with time_machine.travel(NOW + timedelta(hours=25), tick=False):
            drain()  # the lease ran out: nobody has to close the file first
            assert standing() == {"done": 4}
            other_side()
            read()
        assert Received.objects.filter(status="DUPLICATE").count() == 2
        assert Received.objects.filter(settles=True, question__service=VDAB).count() == 2


class TestKilled:
    def test_after_claiming_the_short_lease_runs_out_and_everything_goes_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inscribed(number_of(500))
        with killed(monkeypatch, writing, "_store"):
            write()
        assert BatchFile.objects.count() == 0
        lease_runs_out()
        assert write().questions == 1

    def test_after_storing_and_before_the_file_the_next_writer_lets_the_questions_go(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inscribed(number_of(500))
        with killed(monkeypatch, writing, "_put"):
            write()
        assert standing() == {"done": 1, "in_flight": 1}
        assert writing.write(VDAB, 10, timezone.now()) is None  # a minute later they go
        assert BatchFile.objects.get().state == FileState.NOT_WRITTEN
        with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
            assert write().questions == 1

    def test_halfway_the_file_nobody_finds_half_of_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        inscribed(number_of(500))
        with killed(monkeypatch, Path, "replace"):
            write()
        assert reading.files_in(outgoing()) == []
        assert len(list(outgoing().iterdir())) == 1
        writing.recover(timezone.now())
        assert list(outgoing().iterdir()) == []

    def test_after_the_file_and_before_the_commit_the_file_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        inscribed(number_of(500))
        with killed(monkeypatch, writing, "_written"):
            write()
        assert BatchFile.objects.get().state == FileState.PREPARED
        other_side()
        read()  # it was fetched and answered before anybody looked
        writing.recover(timezone.now())
        assert BatchFile.objects.get().state == FileState.ANSWERED
        assert standing() == {"done": 2}

    def test_after_reading_and_before_it_takes_effect_it_is_read_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        people = inscribed(number_of(500), number_of(501))
        write()
        other_side()
        with killed(monkeypatch, settle, "settle"):
            read()
        assert status()["inbox"]["received"] == 2
        read()
        assert standing() == {"done": 4}
        assert Received.objects.count() == 2
        assert all(state(one).employment is not None for one in people)

    def test_before_the_inbox_nothing_happened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        inscribed(number_of(500))
        write()
        other_side()
        with killed(monkeypatch, inbox, "after"):
            read()
        assert (Received.objects.count(), AnswerFile.objects.count()) == (0, 0)
        read()
        assert standing() == {"done": 2}

    def test_after_the_effect_and_before_the_file_is_finished_it_is_read_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inscribed(number_of(500), number_of(501))
        file = write()
        other_side()
        with killed(monkeypatch, reading, "_finish"):
            read()
        read()
        file.refresh_from_db()
        assert (file.state, file.answered) == (FileState.ANSWERED, 2)
        assert Received.objects.filter(settles=True).count() == 2


@contextmanager
def killed(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> Iterator[None]:
    """The process is killed when it comes here."""

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(where, name, die)
        with pytest.raises(Killed):
            yield


class TestSetAside:
    @pytest.mark.parametrize(
        ("data", "cause"),
        [
            (b"geen xml", "geen XML"),
            (b"<a/>", "geen bestand van een dienst"),
            (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DTD"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_set_aside_with_its_cause(self, data: bytes, cause: str) -> None:
        incoming().mkdir()
        (incoming() / "gdvd_20261123100000000").write_bytes(data)
        (done,) = read()
        assert done.record.state == AnswerState.SET_ASIDE
        assert cause in done.record.cause
        read()
        assert AnswerFile.objects.count() == 1
        assert [aside.name for aside in overview.set_aside()] == ["gdvd_20261123100000000"]

    def test_a_broken_off_file_has_no_effect_and_the_whole_one_after_it_has(self) -> None:
        inscribed(number_of(500), number_of(501))
        file = write()
        other_side()
        path = incoming() / file.name
        whole = path.read_bytes()
        path.write_bytes(whole[:-50])
        (done,) = read()
        assert "afgebroken" in done.record.cause
        assert standing() == {"done": 2, "in_flight": 2}
        path.write_bytes(whole)
        read()
        assert standing() == {"done": 4}

    def test_a_file_of_somebody_else_or_of_questions_is_set_aside(self) -> None:
        inscribed(number_of(500))
        file = write()
        other_side()
        incoming().joinpath("vragen_20261123100000000").write_bytes((outgoing() / file.name).read_bytes())
        strange = (incoming() / file.name).read_bytes()
        for one in (*Attempt.objects.values_list("reference", flat=True), file.reference):
            strange = strange.replace(str(one).encode(), str(uuid4()).encode())
        incoming().joinpath("vreemd_20261123100000000").write_bytes(strange)
        causes = {done.record.name: done.record.cause for done in read()}
        assert "hoort bij geen bestand" in causes["vreemd_20261123100000000"]
        assert "vragen, geen antwoorden" in causes["vragen_20261123100000000"]
        assert causes[file.name] == ""

    def test_answers_of_another_service_are_set_aside(self) -> None:
        inscribed(number_of(500))
        file = write()
        BatchFile.objects.filter(pk=file.pk).update(service=Service.WORK, version="02.00")
        other_side()
        (done,) = read()
        assert "gevraagd werd GeefWerkrelaties 02.00" in done.record.cause


class TestLimits:
    def test_one_process_writes_or_reads_at_a_time(self) -> None:
        inscribed(number_of(500))
        write()
        other_side()
        held = connection.settings_dict
        parts = {"host": held["HOST"], "port": held["PORT"] or None, "user": held["USER"], "password": held["PASSWORD"]}
        with psycopg.connect(**parts, dbname=held["NAME"], autocommit=True) as other:
            other.execute("select pg_advisory_lock(%s)", [_LOCK])
            with pytest.raises(BatchError, match="Wacht even"):
                write()
            with pytest.raises(BatchError, match="Wacht even"):
                read()
            other.execute("select pg_advisory_unlock(%s)", [_LOCK])
        read()
        assert standing() == {"done": 2}

    def test_what_an_operator_holds_stays(self) -> None:
        inscribed(number_of(500))
        staff = make_staff(Role.EXCHANGE_OPERATOR).staff
        Hold.objects.create(service=VDAB, reason="proef", held_by=staff, held_at=timezone.now())
        assert circuits.held() == [VDAB]
        assert writing.write(VDAB, 10, timezone.now()) is None

    def test_an_open_circuit_of_calls_does_not_keep_a_file(self) -> None:
        inscribed(number_of(500))
        circuits.note({VDAB.value: [False] * 5}, timezone.now())
        assert write().questions == 1

    def test_with_the_real_magda_a_file_without_a_known_prefix_does_not_leave(self, settings: Any) -> None:
        inscribed(number_of(500))
        settings.MAGDA_ENDPOINT, settings.MAGDA_BATCH_PREFIXES = "https://magda.example/", ""
        with pytest.raises(BatchError, match="MAGDA_BATCH_PREFIXES"):
            write()
        assert standing() == {"done": 1, "waiting": 1}

    def test_a_folder_that_cannot_be_written_to_lets_the_questions_go(self, settings: Any, tmp_path: Path) -> None:
        inscribed(number_of(500))
        (tmp_path / "vol").write_text("geen map")
        settings.MAGDA_BATCH_OUT = str(tmp_path / "vol")
        with pytest.raises(BatchError, match="kan niet gemaakt worden"):
            write()
        assert standing() == {"done": 1, "waiting": 1}

    def test_a_disk_that_is_full_lets_the_questions_go(self, monkeypatch: pytest.MonkeyPatch) -> None:
        inscribed(number_of(500))

        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(writing, "_put", full)
        with pytest.raises(BatchError, match="Kijk de schijf"):
            write()
        assert standing() == {"done": 1, "waiting": 1}
        assert BatchFile.objects.get().state == FileState.NOT_WRITTEN

    def test_claiming_and_storing_take_the_same_number_of_queries_for_two_and_for_twenty(
        self, django_assert_max_num_queries: Any
    ) -> None:
        inscribed(*(number_of(at) for at in range(500, 522)))
        with django_assert_max_num_queries(22):
            write(size=2)
        with django_assert_max_num_queries(22):
            write(size=20)
        other_side()
        with django_assert_max_num_queries(128):
            read()
