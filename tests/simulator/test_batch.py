"""The other side of a file: the same world as on the line, in whatever order and however broken."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.simulator.asking import AGENCY, TODAY, about, case
from tests.simulator.lines import world_with
from toeleiding.cli.simulate import command
from toeleiding.magda import Outcome, batch, read_answer, repertorium, services, vdab
from toeleiding.magda.questions import Question
from toeleiding.magda.services import Service
from toeleiding.magda.xml import UnreadableError
from toeleiding.simulator.batch import Answered, answer_file, answer_folder
from toeleiding.simulator.population import number_of
from toeleiding.simulator.world import World

KNOWN, NOBODY = case("registered-before-arrival"), case("never-registered")
PEOPLE = [KNOWN, NOBODY, *(number_of(at) for at in range(70, 88))]
NAME = "gdvd_20261123093000000"
AT = datetime(2026, 11, 23, 9, 30)


def questions(folder: Path, service: Service = services.VDAB, people: list[str] = PEOPLE, name: str = NAME) -> Path:
    """A file of questions, as the client writes it; the reference of each is its place."""

    def asked(insz: str) -> Question:
        if service is services.VDAB:
            return vdab.Question(insz)
        return repertorium.Question(service, AGENCY, insz, TODAY)

    folder.mkdir(exist_ok=True)
    path = folder / name
    with path.open("wb") as out:
        pieces = (batch.fragment(batch.Asked(f"r-{at}", asked(insz)), service) for at, insz in enumerate(people))
        batch.write(service, pieces, AGENCY, out, reference="ons-bestand", at=AT)
    return path


def told(path: Path) -> list[tuple[str | None, Outcome]]:
    overview = batch.survey(path)
    return [(part.reference, read_answer(part.message).outcome) for part in batch.parts(path, overview)]


def answered(world: World, tmp_path: Path, **more: Any) -> Path:
    out = tmp_path / "antwoord"
    answer_file(world, questions(tmp_path / "vragen", **more), out)
    return out


def test_a_file_gets_the_answers_that_the_line_gives(tmp_path: Path) -> None:
    out = answered(world_with(), tmp_path)
    line = [read_answer(world_with().answer(about(services.VDAB, insz)).body).outcome for insz in PEOPLE]
    assert told(out) == [(f"r-{at}", outcome) for at, outcome in enumerate(line)]
    context = batch.survey(out).context
    assert context is not None
    assert context.receiver is not None
    assert (context.type, context.receiver.reference) == ("ANTWOORD", "ons-bestand")
    assert b"Envelope" not in out.read_bytes()


def test_it_has_the_same_effect_as_on_the_line(tmp_path: Path) -> None:
    world = world_with(check_repertorium=True)
    answered(world, tmp_path, service=services.INSCRIBE_1)
    assert len(world.ledger.inscriptions) == len(PEOPLE)
    assert read_answer(world.answer(about(services.VDAB, KNOWN)).body).outcome is Outcome.KNOWN


def test_the_answers_can_come_in_another_order_the_same_for_the_same_seed(tmp_path: Path) -> None:
    (first, second), plain = (
        [told(answered(world_with(batch={"shuffle": True}), tmp_path)) for _ in range(2)],
        told(answered(world_with(), tmp_path)),
    )
    assert first == second != plain
    assert sorted(first) == sorted(plain)


def test_answers_can_be_missing(tmp_path: Path) -> None:
    found = told(answered(world_with(batch={"missing": 0.5}), tmp_path))
    assert 0 < len(found) < len(PEOPLE)
    assert told(answered(world_with(batch={"missing": 1}), tmp_path)) == []


@pytest.mark.parametrize("level", ["level1", "level2"])
def test_the_whole_file_can_fail(tmp_path: Path, level: str) -> None:
    overview = batch.survey(answered(world_with(batch={level: "99996"}), tmp_path))
    assert overview.failed
    assert (overview.context is None) is (level == "level1")
    said = read_answer(batch.for_all(overview))
    assert said.outcome is Outcome.SOURCE_DOWN
    assert {line.level for line in said.exceptions} == {1 if level == "level1" else 2}


@pytest.mark.parametrize(
    ("fault", "became"),
    [
        ("timeout", []),
        ("reset", []),
        ("http500", []),
        ("soapfault", []),
        ("after_effect_timeout", []),
        ("slow:60", [("r-0", Outcome.KNOWN)]),
        ("duplicate", [("r-0", Outcome.KNOWN)]),
        ("exception:13001", [("r-0", Outcome.REFUSED)]),
        (f"replaced:{NOBODY}", [("r-0", Outcome.REPLACED)]),
    ],
)
def test_a_fault_of_one_question_leaves_the_others(tmp_path: Path, fault: str, became: list[Any]) -> None:
    world = world_with(rules=[{"match": {"insz": KNOWN}, "fault": fault}])
    assert told(answered(world, tmp_path, people=[KNOWN, NOBODY])) == [*became, ("r-1", Outcome.NOT_KNOWN)]


def test_a_wrong_reference_belongs_to_nobody_and_a_truncated_file_is_no_file(tmp_path: Path) -> None:
    wrong = world_with(rules=[{"match": {"insz": KNOWN}, "fault": "wrong_reference"}])
    (first, _), (second, _) = told(answered(wrong, tmp_path, people=[KNOWN, NOBODY]))
    assert (first, second) != ("r-0", "r-1")
    cut = world_with(rules=[{"match": {"insz": KNOWN}, "fault": "truncated"}])
    with pytest.raises(UnreadableError, match="afgebroken"):
        batch.survey(answered(cut, tmp_path))


def test_an_outage_leaves_questions_out_or_says_99996(tmp_path: Path) -> None:
    assert told(answered(world_with(outages=[{"to": "2030-01-01"}]), tmp_path)) == []
    found = told(answered(world_with(outages=[{"to": "2030-01-01", "shows": "99996"}]), tmp_path))
    assert {outcome for _, outcome in found} == {Outcome.SOURCE_DOWN}


def test_a_folder_is_answered_once_and_what_is_no_file_of_questions_is_said(tmp_path: Path) -> None:
    source, target = tmp_path / "To_Vip", tmp_path / "From_Vip"
    questions(source)
    (source / ".half.part").write_text("nog bezig")
    (source / "leesmij.txt").write_text("geen bestand")
    (source / "kapot_20261123093000001").write_text("geen xml")
    found = {done.name: done for done in answer_folder(world_with(), source, target)}
    assert found[NAME] == Answered(NAME, 20, 20)
    assert "Hernoem" in found["leesmij.txt"].trouble
    assert "geen XML" in found["kapot_20261123093000001"].trouble
    assert [path.name for path in target.iterdir()] == [NAME]
    assert NAME not in {done.name for done in answer_folder(world_with(), source, target)}
    (source / "terug_20261123093000001").write_bytes((target / NAME).read_bytes())
    assert (
        "antwoorden, geen vragen"
        in {done.name: done.trouble for done in answer_folder(world_with(), source, target)}["terug_20261123093000001"]
    )


def test_the_command_answers_and_stops_and_keeps_what_happened(tmp_path: Path) -> None:
    source, target, journal = tmp_path / "heen", tmp_path / "terug", tmp_path / "journaal"
    questions(source, services.INSCRIBE_1)
    arguments = ["--batch", str(source), str(target), "--today", "2026-11-23", "--journal", str(journal)]
    done = CliRunner().invoke(command, arguments)
    assert (done.exit_code, done.output) == (0, f"{NAME}: 20 vragen, 20 antwoorden.\n")
    questions(source, name="gdvd_20261123093000001")
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert {outcome for _, outcome in told(target / "gdvd_20261123093000001")} == {Outcome.KNOWN, Outcome.NOT_KNOWN}
    (source / "leesmij").write_text("x")
    assert CliRunner().invoke(command, arguments).exit_code == 1
    wrong = CliRunner().invoke(command, ["--batch", str(tmp_path / "weg"), str(target)])
    assert (wrong.exit_code, "Geef een map" in wrong.output) == (2, True)
