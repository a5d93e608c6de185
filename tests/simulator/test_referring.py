"""VDAB refers somebody to an agency: the simulator as the one who asks."""

import threading
from collections.abc import Iterator
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from toeleiding.cli.simulate import command
from toeleiding.magda import Sender, new_reference
from toeleiding.magda.envelope import read_question
from toeleiding.magda.replying import Problem, write_answer
from toeleiding.simulator import referring
from toeleiding.simulator.population import CAPACITY, DEFAULT_SEED, life

SEEN: list[bytes] = []
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Brussels"))


class _Door(BaseHTTPRequestHandler):
    refuses = False

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        SEEN.append(data)
        asked = read_question(data)
        key = asked.content.findtext("Toeleiding/Id") or ""
        problems = [Problem("50000", "Dit Id bestaat al.")] if self.refuses else []
        content = None if problems else [("Id", key)]
        body = write_answer(
            asked,
            content,
            Sender("wij", "x"),
            reference=new_reference(),
            at=NOW,
            problems=problems,  # type: ignore[arg-type]
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:  # type: ignore[override]
        """Say nothing."""


@pytest.fixture
def door() -> Iterator[str]:
    SEEN.clear()
    _Door.refuses = False
    server = HTTPServer(("127.0.0.1", 0), _Door)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_same_person_is_referred_under_the_same_identity(door: str) -> None:
    somebody = life(DEFAULT_SEED, 5_000).insz
    first, second = referring.refer(door, [somebody, somebody], DEFAULT_SEED, CAPACITY, NOW)
    assert first.accepted
    assert (first.id, first.accepted) == (second.id, second.accepted)
    contents = [read_question(one).content for one in SEEN]
    assert {one.findtext("Toeleiding/Naar/TypePartner") for one in contents} == {"KBI"}
    assert {one.findtext("Personalia/INSZ") for one in contents} == {somebody}


def test_the_command_says_what_came_of_it(door: str) -> None:
    done = CliRunner().invoke(command, ["--refer-to", door])
    assert done.exit_code == 0
    assert "aanvaard" in done.output
    _Door.refuses = True
    refused = CliRunner().invoke(command, ["--refer-to", door])
    assert refused.exit_code == 1
    assert "Dit Id bestaat al." in refused.output


def test_a_number_of_nobody_is_said_to_be_so(door: str) -> None:
    (done,) = referring.refer(door, ["12661299835"], DEFAULT_SEED, CAPACITY, NOW)
    assert not done.accepted
    assert "niemand" in done.why
    assert SEEN == []


def test_a_question_does_not_depend_on_the_moment() -> None:
    somebody = life(DEFAULT_SEED, 5_000)
    day = date(2026, 11, 23)
    assert referring.question(DEFAULT_SEED, somebody, day) == referring.question(DEFAULT_SEED, somebody, day)
