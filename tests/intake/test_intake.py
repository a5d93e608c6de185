"""The main job on files: folders of register answers become dossiers with a decision and a next step."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_dossier, make_insz
from toeleiding.cli import intake as cli
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.timeline import NewEvent, load_state, record, record_many
from toeleiding.exchange import intake as module
from toeleiding.exchange.folders import FolderError
from toeleiding.exchange.intake import Result, Totals, intake
from toeleiding.simulator.files import write_answers
from toeleiding.simulator.population import DEFAULT_SEED, EDGE_CASES, life, number_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
OUTCOMES = {"NOT_APPLICABLE", "TO_ASSESS", "UNDETERMINED", "WORKING", "STUDYING", "REGISTERED", "TO_REFER"}
STEPS = {"WORK_SITUATION", "EMPLOYMENT_SERVICE_CHECK", "EXPLANATION", "REGISTRATION", "FOLLOW_UP", "CLOSED"}


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    """The day on which the answers were written."""
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)):
        yield


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answers about 300 people, written by the simulator into three folders."""
    folder = tmp_path_factory.mktemp("antwoorden")
    write_answers(folder, 300, DEFAULT_SEED, TODAY)
    return folder


def take_in(folder: Path, day: date = TODAY) -> Result:
    return intake({"kbi": folder / "kbi", "werkrelaties": folder / "werkrelaties", "vdab": folder / "vdab"}, day)


def only(folder: Path, source: Path, *numbers: str) -> Path:
    """A folder with the answers about some people alone."""
    for topic in ("kbi", "werkrelaties", "vdab"):
        (folder / topic).mkdir()
        for insz in numbers:
            (folder / topic / f"{insz}.xml").write_bytes((source / topic / f"{insz}.xml").read_bytes())
    return folder


def case(slug: str) -> str:
    return number_of(EDGE_CASES[slug])


def dossier_of(insz: str) -> Dossier:
    return Dossier.objects.get(numbers__insz=insz)


def test_three_hundred_people_show_every_outcome_and_every_step(written):
    first = take_in(written)
    assert first.totals.new + first.totals.no_answer >= 300
    assert {row.outcome for row in first.rows} <= {"UNDETERMINED", "NOT_APPLICABLE"}  # the right to work was not seen
    seen = NewEvent(e.RightToWorkSeen(may_work=True, document="verblijfskaart"), TODAY, e.Source.CASE_WORKER)
    record_many({dossier.pk: [seen] for dossier in Dossier.objects.all()})

    second = take_in(written)

    assert (second.totals.new, second.totals.changed) == (0, 0)
    assert {row.outcome for row in second.rows} == OUTCOMES
    assert {row.step for row in second.rows} == STEPS
    assert all(row.next for row in second.rows)
    assert not list(rebuild())


def test_doing_it_twice_writes_nothing_the_second_time(written, tmp_path):
    people = [life(DEFAULT_SEED, index).insz for index in range(20)]
    folder = only(tmp_path, written, *people)
    take_in(folder)
    events = Event.objects.count()
    again = take_in(folder)
    assert Event.objects.count() == events
    assert (again.totals.new, again.totals.changed, again.totals.unchanged) == (0, 0, len(again.rows))
    tomorrow = take_in(folder, date(2026, 11, 24))
    assert (tomorrow.totals.new, tomorrow.totals.changed) == (0, 0)
    assert Event.objects.count() == events


def test_work_and_registration_join_the_dossier_on_the_number(written, tmp_path):
    insz = case("ibo-training")
    take_in(only(tmp_path, written, insz))
    known = load_state(dossier_of(insz))
    assert [entry.kind for entry in known.work or ()] == ["IBO"]
    assert known.employment is not None
    assert known.employment.answer == "KNOWN"
    assert known.contracts
    assert {event.source for event in Event.objects.all()} == {"KBI", "RSZ", "VDAB", "SYSTEM"}


def test_answers_about_somebody_without_a_dossier_are_counted_and_create_nothing(written, tmp_path):
    insz = case("never-registered")
    folder = only(tmp_path, written, insz)
    (folder / "kbi" / f"{insz}.xml").unlink()
    before = Dossier.objects.count()
    totals = take_in(folder).totals
    assert (totals.new, totals.no_dossier) == (0, 2)
    assert Dossier.objects.count() == before


def test_an_existing_dossier_is_completed(written, tmp_path):
    insz = case("ibo-training")
    dossier = make_dossier(insz=insz, work=None, contract=None)
    folder = only(tmp_path, written, insz)
    result = take_in(folder)
    assert [row.dossier for row in result.rows] == [dossier.number]
    assert (result.totals.new, result.totals.changed) == (0, 1)


def test_a_failed_answer_is_a_failure_in_the_dossier_and_never_not_known(written, tmp_path):
    numbers = [case("vdab-source-down"), case("vdab-refused"), case("work-source-down")]
    result = take_in(only(tmp_path, written, *numbers))
    down, refused, work = (load_state(dossier_of(insz)) for insz in numbers)
    assert (down.employment.answer, refused.employment.answer) == ("SOURCE_DOWN", "REFUSED")
    assert "niet bereikbaar" in down.employment.note
    assert (work.work, work.work_answer) == (None, "SOURCE_DOWN")
    assert result.totals.no_answer == 3
    assert result.totals.unreadable == 0


def test_a_number_that_was_replaced_since_does_not_come_back(written, tmp_path):
    insz = case("never-registered")
    folder = only(tmp_path, written, insz)
    take_in(folder)
    dossier = dossier_of(insz)
    new = make_insz()
    record(dossier, NewEvent(e.NumberReplaced(old=insz, new=new), TODAY, e.Source.REGISTER))
    again = take_in(folder)
    assert again.totals.changed == 0
    assert Dossier.objects.get(pk=dossier.pk).insz == new


def test_an_older_answer_does_not_undo_a_newer_one(written, tmp_path):
    insz = case("never-registered")
    folder = only(tmp_path, written, insz)
    take_in(folder)
    dossier = dossier_of(insz)
    newer = e.EmploymentServiceAnswered(answer="KNOWN", category="03", registered_on=date(2026, 11, 24))
    record(dossier, NewEvent(newer, date(2026, 11, 24), e.Source.VDAB))
    take_in(folder)
    assert load_state(Dossier.objects.get(pk=dossier.pk)).employment.answer == "KNOWN"


def test_a_choice_of_the_case_worker_wins_over_what_the_file_declares(written, tmp_path):
    insz = case("studying")
    folder = only(tmp_path, written, insz)
    take_in(folder)
    dossier = dossier_of(insz)
    declared = load_state(dossier).assessment
    assert declared is not None
    assert (declared.choice, declared.basis) == ("STUDY", "ELECTRONIC")
    assert "KBI" in declared.reason
    chosen = e.WorkSituationAssessed(choice="NO_WORK", reason="Stopte met studeren.")
    record(dossier, NewEvent(chosen, TODAY, e.Source.CASE_WORKER))
    take_in(folder)
    assert load_state(Dossier.objects.get(pk=dossier.pk)).assessment.choice == "NO_WORK"


def test_unreadable_files_are_named_and_the_others_are_taken_in(written, tmp_path):
    insz = case("never-registered")
    folder = only(tmp_path, written, insz)
    (folder / "kbi" / "stuk.xml").write_text("<niet af")
    (folder / "vdab" / "vraag.xml").write_text("<html/>")
    result = take_in(folder)
    assert (result.totals.new, result.totals.unreadable) == (1, 2)
    assert [problem.split(":")[0] for problem in result.problems] == ["stuk.xml", "vraag.xml"]


def test_one_person_who_cannot_be_written_stops_nobody_else(written, tmp_path, monkeypatch):
    numbers = [case("never-registered"), case("ibo-training"), case("flexi-job")]
    real = module.open_many

    def fails_for_one(opened, **more):
        held = [new.data for _, news in opened for new in news if isinstance(new.data, e.NumberAssigned)]
        if any(data.insz == numbers[0] for data in held):
            raise ValueError("kan niet")
        return real(opened, **more)

    monkeypatch.setattr(module, "open_many", fails_for_one)
    result = take_in(only(tmp_path, written, *numbers))
    assert result.totals.new == 2
    assert len(result.problems) == 1
    assert not Dossier.objects.filter(insz=numbers[0]).exists()


def test_the_number_of_queries_does_not_grow_with_the_number_of_people(written, tmp_path):
    def queries(name: str, first: int, count: int) -> int:
        (tmp_path / name).mkdir()
        numbers = sorted(path.stem for path in (written / "kbi").iterdir())[first : first + count]
        folder = only(tmp_path / name, written, *numbers)
        with CaptureQueriesContext(connection) as captured:
            take_in(folder)
        return len(captured)

    assert queries("few", 0, 3) + 2 >= queries("many", 10, 80)


@pytest.mark.reference
def test_the_published_answers_make_dossiers_twice_the_same(reference):
    samples = reference / "magda" / "samples"
    folders = {
        "kbi": samples / "GeefDossierKBI-01.00",
        "werkrelaties": samples / "GeefWerkrelaties-02.00",
        "vdab": None,
    }
    first = intake(folders)
    assert first.totals == Totals(new=11, no_answer=3, no_dossier=21)
    assert all(row.outcome and row.step and row.next for row in first.rows)
    assert intake(folders).totals == Totals(unchanged=11, no_answer=3, no_dossier=21)


def test_a_wrong_folder_is_a_sentence_before_anything_is_written(tmp_path):
    with pytest.raises(FolderError, match="bestaat niet"):
        intake({"kbi": tmp_path / "weg", "werkrelaties": None, "vdab": None})
    (tmp_path / "bestand").write_text("x")
    with pytest.raises(FolderError, match="geen map"):
        intake({"kbi": tmp_path / "bestand", "werkrelaties": None, "vdab": None})


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """The command in this test's own database."""
    monkeypatch.setattr("toeleiding.site.setup.prepare", lambda *, migrate=False: None)
    return CliRunner()


def test_the_command_writes_the_agreed_json(run, written, tmp_path):
    folder = only(tmp_path, written, case("never-registered"))
    arguments = ["--kbi", str(folder / "kbi"), "--vdab", str(folder / "vdab"), "--as-of", "2026-11-23", "--json"]
    result = run.invoke(cli.command, arguments, standalone_mode=False)
    assert result.return_value == 0
    found = json.loads(result.stdout)
    assert set(found["totals"]) == {"new", "changed", "unchanged", "no_answer", "no_dossier", "unreadable"}
    (row,) = found["rows"]
    assert set(row) == {"dossier", "insz_masked", "outcome", "step", "due_on", "next"}
    assert case("never-registered") not in result.stdout


def test_the_command_says_in_words_that_nothing_changed(run, written, tmp_path):
    folder = only(tmp_path, written, case("never-registered"))
    arguments = ["--kbi", str(folder / "kbi")]
    run.invoke(cli.command, arguments, standalone_mode=False)
    again = run.invoke(cli.command, arguments, standalone_mode=False)
    assert "Er is niets veranderd" in again.stdout


def test_the_command_ends_with_status_one_when_a_file_is_not_readable(run, tmp_path):
    (tmp_path / "stuk.xml").write_text("<")
    result = run.invoke(cli.command, ["--kbi", str(tmp_path)], standalone_mode=False)
    assert result.return_value == 1
    assert "stuk.xml" in result.stderr


@pytest.mark.parametrize("day", ["2026-02-30", "gisteren", "01/02/2026"])
def test_a_date_that_does_not_exist_gets_a_dutch_sentence(run, tmp_path, day):
    result = run.invoke(cli.command, ["--kbi", str(tmp_path), "--as-of", day], standalone_mode=False)
    assert "Schrijf hem als jaar-maand-dag" in str(result.exception)


def test_what_is_learned_today_is_recorded_today_whatever_day_is_asked_about(written, tmp_path):
    insz = case("never-registered")
    take_in(only(tmp_path, written, insz), date(2026, 11, 1))
    assert all(timezone.localdate(event.recorded_at) == timezone.localdate() for event in Event.objects.all())
    assert max(event.occurred_on for event in Event.objects.exclude(source="SYSTEM")) <= date(2026, 11, 1)
