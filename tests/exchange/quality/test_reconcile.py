"""A list of VDAB beside our dossiers: each class, the dry run, the confirmation, the guard, the questions."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone
from structlog.testing import capture_logs

from tests.factories import make_dossier, make_insz, make_staff
from toeleiding.cli.exchange_reconcile import command
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.models import Delivered, DeliveredRow, Difference, ListOrigin, ListState, Question
from toeleiding.exchange.quality import limits, reconcile
from toeleiding.exchange.quality.list_reader import ListError, read
from toeleiding.organisations.models import Role, Staff
from toeleiding.simulator.files import write_list
from toeleiding.simulator.population import DEFAULT_SEED

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SINCE = date(2026, 10, 5)
HEAD = "INSZ;Categorie;Ingeschreven op;Uitgeschreven op\n"


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def operator() -> Staff:
    return make_staff(Role.EXCHANGE_OPERATOR, "agii").staff


def row(dossier: Dossier | str, category: str = "03", since: str = "2026-10-05", until: str = "") -> str:
    return f"{dossier if isinstance(dossier, str) else dossier.insz};{category};{since};{until}\n"


def person(answer: str = "KNOWN", **more: Any) -> Dossier:
    """Somebody without work of whom VDAB told something; `answer` empty: nothing yet."""
    found = make_dossier(work=[], **more)
    if answer:
        given = {"category": "03", "registered_on": SINCE} if answer == "KNOWN" else {}
        data = e.EmploymentServiceAnswered(answer=answer, **given)  # type: ignore[arg-type]
        record(found, NewEvent(data, TODAY - timedelta(days=3), e.Source.VDAB))
    found.refresh_from_db()
    return found


def compare(*rows: str, name: str = "lijst.csv", origin: ListOrigin = ListOrigin.UPLOAD) -> Delivered:
    return reconcile.compare((HEAD + "".join(rows)).encode(), reconcile.Source(name, origin))


def kind_of(dossier: Dossier) -> str:
    found = Difference.objects.filter(dossier=dossier).first()
    return found.kind if found else "EQUAL"


def carried_out(*rows: str) -> Delivered:
    """A list that a person confirmed and that was carried out."""
    found = compare(*rows)
    reconcile.confirm(found.pk, "Nagekeken.", None)
    reconcile.carry_out(found.pk)
    found.refresh_from_db()
    return found


def test_who_stands_the_same_on_both_sides_is_equal_and_not_kept() -> None:
    one = person()
    found = compare(row(one))
    assert found.counts == {"EQUAL": 1}
    assert not Difference.objects.exists()


def test_who_is_registered_here_and_not_on_the_list_is_asked_about() -> None:
    absent, ended = person(), person()
    found = compare(row(ended, until="2026-11-01"))
    assert found.counts == {"ONLY_KBI": 2}
    assert found.to_ask == 2
    assert {kind_of(absent), kind_of(ended)} == {"ONLY_KBI"}


def test_who_is_on_neither_side_needs_no_question() -> None:
    one = person("NOT_KNOWN")
    found = compare(row(person()))
    assert kind_of(one) == "ONLY_KBI_AGREED"
    assert found.to_ask == 0


@pytest.mark.parametrize("answer", ["PARTIAL", "KNOWN"])
def test_an_answer_that_tells_nothing_of_a_registration_is_never_not_registered(answer: e.Answer) -> None:
    one = person("")
    record(one, NewEvent(e.EmploymentServiceAnswered(answer=answer), TODAY - timedelta(days=3), e.Source.VDAB))
    found = compare(row(person()))
    assert (kind_of(one), found.to_ask) == ("NEVER_ASKED", 1)


def test_a_number_without_a_dossier_is_only_at_vdab() -> None:
    stranger = make_insz()
    found = compare(row(stranger), row(stranger), row(make_insz(), until="2026-01-01"))
    assert found.counts == {"ONLY_VDAB": 1}
    assert Difference.objects.get().insz == stranger


@pytest.mark.parametrize(
    ("category", "since", "until"),
    [("02", "2026-10-05", ""), ("03", "2026-09-01", ""), ("03", "2026-10-05", "2027-01-31")],
)
def test_another_category_or_day_is_different(category: str, since: str, until: str) -> None:
    one = person()
    compare(row(one, category, since, until))
    assert kind_of(one) == "DIFFERENT"
    assert Difference.objects.get().ask


def test_who_vdab_did_not_know_and_is_on_the_list_is_different() -> None:
    one = person("NOT_KNOWN")
    compare(row(one))
    assert kind_of(one) == "DIFFERENT"


def test_an_empty_cell_of_the_list_says_nothing() -> None:
    assert compare(row(person(), "", "", "")).counts == {"EQUAL": 1}


def test_a_list_with_an_old_number_finds_the_person() -> None:
    old, new = make_insz(), make_insz()
    one, other = person(insz=old), person(insz=make_insz())
    record(one, NewEvent(e.NumberReplaced(old=old, new=new), TODAY, e.Source.REGISTER))
    found = compare(row(old), row(other))
    assert found.counts == {"REPLACED": 1, "EQUAL": 1}
    assert found.to_ask == 0


def test_an_old_number_with_other_data_is_asked_about() -> None:
    old, new = make_insz(), make_insz()
    one = person(insz=old)
    record(one, NewEvent(e.NumberReplaced(old=old, new=new), TODAY, e.Source.REGISTER))
    found = compare(row(old, "02"))
    assert (found.counts, found.to_ask) == ({"REPLACED": 1}, 1)


@pytest.mark.parametrize("answer", ["", "SOURCE_DOWN", "REFUSED"])
def test_who_was_never_answered_is_never_called_unregistered(answer: str) -> None:
    one = person(answer)
    compare(row(person()))
    assert kind_of(one) == "NEVER_ASKED"


def test_brussels_is_no_matter_of_this_list() -> None:
    one = person(nis="21004", municipality="Brussel")
    found = compare(row(person()))
    assert one.region == "BRUSSEL"
    assert found.counts == {"EQUAL": 1}


def test_the_dry_run_asks_nothing_and_changes_no_dossier(operator: Staff) -> None:
    person()
    before = Event.objects.count()
    found = compare(row(make_insz()))
    reconcile.nightly()
    assert Event.objects.count() == before
    assert not Question.objects.exists()
    found.refresh_from_db()
    assert (found.state, found.needs) == (ListState.WAITING, reconcile.FIRST)


def test_confirming_needs_a_reason_and_then_asks_in_the_outbox(operator: Staff) -> None:
    one = person()
    found = compare(row(make_insz()))
    with pytest.raises(reconcile.ReconcileError, match="waarom"):
        reconcile.confirm(found.pk, "  ", operator)
    reconcile.confirm(found.pk, "Nagekeken met VDAB.", operator)
    assert reconcile.carry_out(found.pk) == 1
    question = Question.objects.get(service="GeefDossierVDAB")
    assert (question.dossier_id, question.insz, question.asker) == (one.pk, one.insz, operator)
    assert question.details["why"] == "list"
    assert Difference.objects.get(dossier=one).question == question.pk
    one.refresh_from_db()
    assert one.asked_at is None  # nobody waits for this answer
    assert one.answer == "KNOWN"  # a list is never a fact
    found.refresh_from_db()
    assert (found.state, found.asked) == (ListState.APPLIED, 1)


def test_carrying_out_twice_asks_once(operator: Staff) -> None:
    person()
    found = carried_out(row(make_insz()))
    reconcile.confirm(found.pk, "Nog eens.", operator)
    assert reconcile.carry_out(found.pk) == 0
    again = compare(row(make_insz()))  # another list, the question still open
    reconcile.confirm(again.pk, "Nog eens.", operator)
    assert reconcile.carry_out(again.pk) == 0
    assert Question.objects.filter(service="GeefDossierVDAB").count() == 1


def test_who_was_asked_for_a_list_lately_is_not_asked_every_night(operator: Staff) -> None:
    one = person()
    carried_out(row(make_insz()))
    question = Question.objects.get(service="GeefDossierVDAB")
    told = e.EmploymentServiceAnswered(answer="KNOWN", question=question.pk, category="03", registered_on=SINCE)
    record(one, NewEvent(told, TODAY, e.Source.VDAB))
    Question.objects.filter(pk=question.pk).update(status="DONE", finished_at=NOW)
    for days, asked in ((1, 0), (8, 1)):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            assert carried_out(row(make_insz())).asked == asked


def test_who_was_asked_about_since_the_list_came_is_passed_over(operator: Staff) -> None:
    one = person()
    found = compare(row(make_insz()))
    record(one, NewEvent(e.EmploymentServiceAsked(question=uuid4()), TODAY, e.Source.CASE_WORKER))
    reconcile.confirm(found.pk, "Nagekeken.", operator)
    assert reconcile.carry_out(found.pk) == 0


def test_after_a_restore_the_same_file_is_compared_anew() -> None:
    one = person()
    first = carried_out(row(one))
    record(one, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), TODAY, e.Source.VDAB))  # it fell back
    again = compare(row(one))
    assert again.pk != first.pk
    assert again.counts == {"DIFFERENT": 1}
    assert compare(row(one)).pk == again.pk


def test_a_later_list_is_carried_out_by_the_night(operator: Staff) -> None:
    one = person()
    carried_out(row(one))
    found = compare(row(make_insz()))
    assert found.needs == ""
    reconcile.nightly()
    found.refresh_from_db()
    assert (found.state, found.reason, found.confirmed_by) == (ListState.APPLIED, reconcile.BY_ITSELF, None)
    assert Question.objects.filter(dossier=one, service="GeefDossierVDAB").exists()


def test_a_list_that_changes_too_much_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GUARD_AT_LEAST", 1)
    people = [person() for _ in range(3)]
    carried_out(*(row(one) for one in people))
    found = compare(row(people[0]))
    assert "Over 2 van 3 mensen" in found.needs
    reconcile.nightly()
    found.refresh_from_db()
    assert found.state == ListState.WAITING
    assert not Question.objects.exists()


def test_a_newer_list_replaces_one_that_waits(operator: Staff) -> None:
    old = compare(row(make_insz()))
    compare(row(make_insz()))
    with pytest.raises(reconcile.ReconcileError, match="nieuwere lijst"):
        reconcile.confirm(old.pk, "Toch.", operator)


def put(path: Path, content: str, seconds: int = 120) -> None:
    """A file in the folder that changed so many seconds ago."""
    path.write_text(content)
    at = NOW.timestamp() - seconds
    os.utime(path, (at, at))


def test_the_folder_is_read_once_per_content(tmp_path: Path, settings: Any) -> None:
    settings.VDAB_LIST_IN = str(tmp_path)
    put(tmp_path / "een.csv", HEAD + row(make_insz()))
    put(tmp_path / "geen.csv", "niets hiervan")
    reconcile.nightly()
    put(tmp_path / "kopie.csv", (tmp_path / "een.csv").read_text())
    reconcile.nightly()
    assert list(Delivered.objects.values_list("file_name", "state")) == [
        ("een.csv", ListState.WAITING),
        ("geen.csv", ListState.UNREADABLE),
    ]


def test_a_file_that_cannot_be_read_is_told_once_until_it_is_written_anew(tmp_path: Path, settings: Any) -> None:
    settings.VDAB_LIST_IN = str(tmp_path)
    put(tmp_path / "geen.csv", "niets hiervan")
    with capture_logs() as said:
        reconcile.nightly()
        reconcile.nightly(NOW + timedelta(days=1))
    assert [line["file"] for line in said if line["event"] == "list_unreadable"] == ["geen.csv"]
    (told,) = reconcile.unreadable(None)
    assert told.first_problem.startswith("We vinden geen kolomtitels.")
    with pytest.raises(reconcile.ReconcileError, match="niet lezen"):
        reconcile.confirm(told.pk, "Toch.", None)
    put(tmp_path / "geen.csv", HEAD + row(make_insz()), seconds=60)
    reconcile.nightly(NOW + timedelta(days=2))
    last = Delivered.objects.get(state=ListState.WAITING)
    assert not reconcile.unreadable(last), "a list came after it"


def test_one_file_with_which_reading_stumbles_stops_neither_the_others_nor_the_night(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VDAB_LIST_IN = str(tmp_path)
    confirmed = compare(row(person("")))
    reconcile.confirm(confirmed.pk, "Nagekeken.", None)
    put(tmp_path / "gif.csv", HEAD + row(make_insz()), seconds=300)
    put(tmp_path / "goed.csv", HEAD + row(make_insz()))

    def stumble(content: bytes, name: str) -> Any:
        if name == "gif.csv":
            raise RuntimeError("onverwacht")
        return read(content, name)

    monkeypatch.setattr(reconcile, "read", stumble)
    reconcile.nightly()
    states = dict(Delivered.objects.values_list("file_name", "state"))
    assert states == {"lijst.csv": "APPLIED", "gif.csv": "UNREADABLE", "goed.csv": "WAITING"}


def test_a_list_is_read_before_others_have_to_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def locks() -> int:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
            return int(cursor.fetchone()[0])

    held: list[tuple[int, int]] = []
    outer = len(connection.savepoint_ids)

    def slow(content: bytes, name: str) -> Any:
        held.append((locks(), len(connection.savepoint_ids) - outer))
        return read(content, name)

    monkeypatch.setattr(reconcile, "read", slow)
    compare(row(make_insz()))
    assert held == [(0, 0)]
    assert locks() == 1


def test_half_a_list_that_still_comes_in_is_left_until_it_is_whole(tmp_path: Path, settings: Any) -> None:
    settings.VDAB_LIST_IN = str(tmp_path)
    put(tmp_path / "lijst.csv", HEAD + row(make_insz()), seconds=5)
    reconcile.nightly()
    assert not Delivered.objects.exists()
    reconcile.nightly(NOW + timedelta(days=1))
    assert Delivered.objects.get().rows == 1


def test_a_file_that_is_no_list_by_its_size_is_never_read_into_memory(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VDAB_LIST_IN = str(tmp_path)
    monkeypatch.setattr(limits, "LIST_BYTES", 50)
    put(tmp_path / "film.csv", "x" * 51)
    put(tmp_path / "lijst.csv", "INSZ\n" + make_insz())
    read_whole: list[str] = []
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read_whole.append(path.name) or real(path))
    reconcile.nightly()
    assert read_whole == ["lijst.csv"]
    assert Delivered.objects.get(state=ListState.WAITING).file_name == "lijst.csv"
    assert "groter dan" in Delivered.objects.get(state=ListState.UNREADABLE).first_problem


def test_rows_are_erased_after_thirty_days_and_counts_stay() -> None:
    person()
    found = compare(row(make_insz()))
    reconcile.erase_old(NOW + timedelta(days=29))
    assert DeliveredRow.objects.count() == 1
    reconcile.erase_old(NOW + timedelta(days=31))
    assert not DeliveredRow.objects.exists()
    assert not Difference.objects.exists()
    found.refresh_from_db()
    assert found.counts["ONLY_VDAB"] == 1
    assert found.erased_at is not None


@pytest.mark.parametrize("people", [1, 6])
def test_comparing_takes_the_same_queries_for_few_and_many(people: int, django_assert_num_queries: Any) -> None:
    rows = [row(person(), "02") for _ in range(people)]
    with django_assert_num_queries(11):
        compare(*rows)


@pytest.mark.parametrize("people", [1, 6])
def test_a_batch_takes_no_query_per_person(people: int, django_assert_max_num_queries: Any) -> None:
    found = compare(*(row(person(), "02") for _ in range(people)))
    reconcile.confirm(found.pk, "Nagekeken.", None)
    with django_assert_max_num_queries(32):
        assert reconcile.carry_out(found.pk) == people


def test_what_cannot_be_read_is_counted_and_said_without_a_number() -> None:
    good = make_insz()
    found = read((HEAD + row("12345678901") + row(good, since="gisteren") + row(good, "3")).encode(), "a.csv")
    assert (found.unreadable, found.rows[0].category) == (2, "03")
    assert found.first_problem == "Rij 2: dit is geen geldig rijksregisternummer."


@pytest.mark.parametrize(("content", "said"), [(b"x;y\n1;2\n", "kolomtitels"), (HEAD.encode(), "niemand")])
def test_what_is_no_list_says_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(ListError, match=said):
        read(content, "a.csv")
    with pytest.raises(ListError, match="niet gelezen"):
        read(b"PK geen rekenblad", "a.xlsx")
    assert timezone.now() == NOW


def test_the_last_day_of_a_registration_still_counts() -> None:
    one = person()
    assert compare(row(one, until=TODAY.isoformat())).counts == {"DIFFERENT": 1}
    assert compare(row(one, until=(TODAY - timedelta(days=1)).isoformat())).counts == {"ONLY_KBI": 1}


def test_who_left_on_both_sides_needs_no_question_whatever_the_dates() -> None:
    one = person()
    record(one, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), TODAY, e.Source.VDAB))
    found = compare(row(one, "02", "2026-09-01", "2026-11-01"))
    assert (found.counts, found.to_ask) == ({"ONLY_KBI_AGREED": 1}, 0)


def test_a_list_of_the_exercise_world_can_be_compared(tmp_path: Path) -> None:
    written = write_list(tmp_path / "lijst.csv", 120, DEFAULT_SEED, TODAY)
    found = compare_file(tmp_path / "lijst.csv")
    assert (found.rows, found.unreadable) == (written, 0)
    assert found.counts == {"ONLY_VDAB": found.counts["ONLY_VDAB"]}
    assert 0 < found.counts["ONLY_VDAB"] <= written


def compare_file(path: Path) -> Delivered:
    return reconcile.compare(path.read_bytes(), reconcile.Source(path.name, ListOrigin.COMMAND))


def test_the_command_tries_first_and_asks_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toeleiding.site.setup.prepare", lambda **_: None)
    person()
    file = tmp_path / "lijst.csv"
    file.write_text(HEAD + row(make_insz()))
    tried = CliRunner().invoke(command, [str(file)])
    assert "VDAB bevragen over: 1 van 1" in tried.output
    assert not Delivered.objects.exists()
    assert CliRunner().invoke(command, [str(file), "--apply"]).exit_code == 1
    done = CliRunner().invoke(command, [str(file), "--apply", "--reden", "Nagekeken."])
    assert "1 keer iets gevraagd" in done.output
    assert Question.objects.filter(service="GeefDossierVDAB").count() == 1
    assert CliRunner().invoke(command, []).exit_code == 1
    assert CliRunner().invoke(command, [str(tmp_path / "weg.csv")]).exit_code == 1
