"""The simulator as a program: its pages, its limits, its command line and the files it writes."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from lxml import etree

from tests.simulator.asking import Heard, about, case
from tests.simulator.test_faults import serving
from toeleiding.cli.simulate import command
from toeleiding.magda import services
from toeleiding.simulator.population import EDGE_CASES


def test_the_first_page_says_what_it_is_and_lists_the_edge_cases() -> None:
    with serving() as (server, _):
        page = httpx.get(server.address, trust_env=False)
        data = httpx.get(server.address, headers={"Accept": "application/json"}, trust_env=False).json()
    assert "Alle personen zijn verzonnen" in page.text
    assert data["randgevallen"]["turns-66-within-term"] == case("turns-66-within-term")
    assert len(data["randgevallen"]) == len(EDGE_CASES)


def test_it_says_that_it_is_well_and_knows_no_other_pages() -> None:
    with serving() as (server, _):
        assert httpx.get(f"{server.address}/gezond", trust_env=False).json()["gezond"] is True
        assert httpx.get(f"{server.address}/iets", trust_env=False).status_code == 404


def test_it_listens_on_the_loopback_address_only() -> None:
    with serving() as (server, _):
        assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "lengths", ["", "Content-Length: veel\r\n", "Content-Length: -4\r\n", "Content-Length: 99999999\r\n"]
)
def test_a_message_without_an_honest_length_is_refused(lengths: str) -> None:
    with serving() as (server, _), socket.create_connection(server.server_address, timeout=5) as line:
        line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{lengths}\r\n".encode())
        assert line.recv(2000).split()[1] in (b"411", b"413")


def test_latency_holds_every_answer_back() -> None:
    with serving(latency=0.1) as (_, ask):
        assert ask(about(services.VDAB, case("ocmw-registers"))).elapsed.total_seconds() >= 0.1


def test_answers_are_written_for_the_same_people_in_three_folders(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--write", str(tmp_path), "--count", "120", "--today", "2026-11-23"])
    assert result.exit_code == 0, result.output
    folders = [{path.name for path in (tmp_path / name).iterdir()} for name in ("kbi", "werkrelaties", "vdab")]
    assert folders[0] == folders[1] == folders[2]
    assert len(folders[0]) == 120
    acts = [json.loads(line) for line in (tmp_path / "handelingen.jsonl").read_text().splitlines()]
    assert {f"{each['insz']}.xml" for each in acts} == folders[0]
    assert {each["determination"]["outcome"] for each in acts if "determination" in each} == {
        "WORKING", "STUDYING", "NOT_WORKING",
    }  # fmt: skip
    assert any("explained_on" in each for each in acts)
    words, kinds, categories, codes = set(), set(), set(), set()
    for path in tmp_path.glob("*/*.xml"):
        root = etree.parse(path).getroot()
        words |= {each.text for each in root.iter("Werksituatie")}
        kinds |= {each.text for each in root.iter("AardWerknemer")}
        categories |= {each.text for each in root.iter("Catwz")}
        codes |= {each.text for each in root.iter("Identificatie") if each.getparent().tag == "Uitzondering"}
        number = root.findtext(".//Personalia/INSZ") or path.stem
        assert number == path.stem
    assert {"Niet werkend", "Werkend", "Zelfstandige in hoofdberoep", "Studeert"} <= words
    assert {"OTH", "FLX", "STU", "EXT", "IVT", "ZZQ"} <= kinds
    assert {"03", "05", "47"} <= categories
    assert {"30001", "30002", "99996", "15021", "60007"} <= codes


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--today", "gisteren"], "geen datum"),
        (["--faults", "bestaat-niet.json"], "Kijk de naam en de rechten na"),
        (["--journal", "/bestaat/niet/journaal"], "Kies een ander bestand"),
    ],
)
def test_a_wrong_option_ends_with_a_sentence(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert sentence in result.output


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = CliRunner().invoke(command, ["--port", str(taken.getsockname()[1])])
    assert result.exit_code == 2
    assert "Kies een andere met --port" in result.output


def test_it_starts_by_itself_answers_and_stops_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    fault_file = tmp_path / "fouten.json"
    fault_file.write_text(json.dumps({"rules": [{"service": "GeefWerkrelaties", "fault": "http500"}]}))
    # A shell hands "no Ctrl-C" to what it starts in the background, these tests included.
    listens = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{listens}; import sys; from toeleiding.cli.simulate import command; command.main(sys.argv[1:])"
    options = [
        "--port",
        "0",
        "--today",
        "2026-11-23",
        "--faults",
        str(fault_file),
        "--journal",
        str(tmp_path / "j.jsonl"),
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", program, *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout
        address = process.stdout.readline().split()[2].rstrip(".")
        answer = httpx.post(address, content=about(services.KBI_2, case("studying")), trust_env=False, timeout=10)
        assert Heard(answer.content).text("Werksituatie") == "Studeert"
        assert httpx.post(address, content=about(services.WORK, case("studying")), trust_env=False).status_code == 500
    finally:
        process.send_signal(signal.SIGINT)
        try:
            out, error = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "gestopt" in out
    assert error == ""
