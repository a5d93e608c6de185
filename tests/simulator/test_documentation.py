"""`docs/simulator.md` tells the truth: its examples are read, its tables are complete, its commands exist."""

import re
from pathlib import Path

from tests.simulator.asking import TODAY, Heard, about, case, hear
from tests.simulator.lines import line_to, world_with
from toeleiding.cli.simulate import command
from toeleiding.magda import services
from toeleiding.simulator.disturbances import NAMES
from toeleiding.simulator.faults import read_all
from toeleiding.simulator.outages import SHOWS
from toeleiding.simulator.scenario import FIELDS, read
from toeleiding.simulator.script import Script
from toeleiding.simulator.world import World

TEXT = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text()


def example(kind: str) -> bytes:
    """The example of a kind, as it stands between its fences."""
    found = re.search(rf"```\w+ {kind}\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1].encode()


def first_column(heading: str) -> set[str]:
    """What stands between back-quotes in the first column of the table that begins so."""
    table = TEXT.split(heading)[1].split("\n\n")[0]
    return {name for row in table.splitlines() if row for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_the_example_of_a_fault_file_is_read_and_does_what_it_says() -> None:
    faults = read_all(example("fouten"), 2022)
    assert (len(faults.rules), len(faults.latency), len(faults.outages)) == (3, 2, 2)
    assert (faults.batch.shuffle, faults.batch.missing) == (True, 0.1)
    world = World(today=TODAY, faults=faults, check_repertorium=False)
    assert hear(world, about(services.KBI_2, case("registered-before-arrival"))).codes == ["99996"]


def test_the_example_of_a_scenario_can_be_played() -> None:
    found = read(example("scenario"), "voorbeeld.toml")
    world = World(today=TODAY, check_repertorium=False, script=Script(found.name, found.about, found.acts))
    for step in found.acts:
        assert world.script.next(world) == step
    heard = hear(world, about(services.VDAB, case("never-registered")))
    assert (heard.text("Catwz"), heard.text("Persoon/Naam")) == ("03", "Voorbeeldbemiddelaar")


def test_the_example_of_a_step_can_be_posted() -> None:
    with line_to(world_with()) as line:
        assert line.step(example("stap")).status_code == 200
        answer = line.ask(about(services.VDAB, case("registered-before-arrival")))
    assert Heard(answer.content).text("Catwz") == "05"


def test_the_tables_are_complete() -> None:
    assert {name.partition(":")[0] for name in first_column("| fout | wat je ziet |")} == NAMES
    assert first_column("| `do` | wat gebeurt er | velden |") - {"do"} == set(FIELDS)
    assert all(f"`{shows}`" in TEXT for shows in SHOWS)
    spoken = TEXT.split("| dienst | versies |")[1].split("\n\n")[0]
    for service in services.ALL:
        row = next(row for row in spoken.splitlines() if service.name in row)
        assert service.version in row


def test_every_option_of_the_command_is_told() -> None:
    told = set(re.findall(r"--[a-z][a-z-]+", TEXT))
    there = {name for parameter in command.params for name in parameter.opts}
    assert there <= told
    assert told == there


def test_every_field_of_a_step_is_told() -> None:
    fields = {name for needs, may in FIELDS.values() for name in (*needs, *may)} | {"at", "day", "after", "notify"}
    assert all(f"`{name}`" in TEXT for name in fields)
