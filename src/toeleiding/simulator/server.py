"""The simulator on HTTP, on the loopback address only."""

import json
import logging
import select
import socket
import ssl
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Event
from typing import Any

import msgspec

from toeleiding.magda.envelope import write_fault
from toeleiding.magda.services import BY_KEY
from toeleiding.simulator.disturbances import Rule
from toeleiding.simulator.population import EDGE_CASES, number_of
from toeleiding.simulator.reply import Reply
from toeleiding.simulator.scenario import Act, ScenarioError, packaged, read_act
from toeleiding.simulator.script import ScenarioStepError
from toeleiding.simulator.security import Security
from toeleiding.simulator.world import World

_log = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"
_MAX_BODY = 2_000_000
_MAX_CONNECTIONS = 128
# Longer than any client waits (the reference connector gives up after 30 s, INTERFACE 1.1).
_SILENCE_SECONDS = 120.0


class SimulatorServer(ThreadingHTTPServer):
    """HTTP around a world: one thread per connection, at most 128 at a time.

    Args:
        world: what answers.
        port: 0 takes any free port; `address` tells which.
        latency: seconds to wait before every answer.
        security: what it asks of the signature of a question and whether it signs its answers.
        tls: with it the server speaks HTTPS.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self,
        world: World,
        port: int,
        latency: float = 0.0,
        security: Security | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.world = world
        self.security = security or Security()
        self.latency = latency
        self.stopping = Event()
        self._room = BoundedSemaphore(_MAX_CONNECTIONS)
        super().__init__((_LOOPBACK, port), _Handler)
        self._scheme = "https" if tls else "http"
        if tls is not None:
            # The handshake is made by the thread of the connection: one that never speaks holds up nobody.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def address(self) -> str:
        """Where to find it."""
        return f"{self._scheme}://{_LOOPBACK}:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, or refuse it when all are taken."""
        if not self._room.acquire(timeout=5):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:
            self._room.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection until it closes."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away in the middle of an answer is no news."""
        _log.debug("verbinding afgebroken", exc_info=True)

    def close(self) -> None:
        """Wake whoever waits, let go of the port and close the journal."""
        self.stopping.set()
        self.server_close()
        self.world.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ToeleidingSimulator"
    sys_version = ""
    timeout = 75  # an idle connection gives its thread back
    wbufsize = -1
    disable_nagle_algorithm = True
    server: SimulatorServer

    def do_GET(self) -> None:
        """The page that says what this is, and the sign of life."""
        if self.path == "/gezond":
            self._send(200, json.dumps(self._health()).encode(), "application/json")
        elif self.path == "/scenario":
            self._tell(200, self.server.world.script.state(self.server.world))
        elif self.path != "/":
            self._send(404, _text("Deze pagina bestaat niet. Ga naar /."), "text/plain; charset=utf-8")
        elif "application/json" in self.headers.get("Accept", ""):
            self._send(200, json.dumps(self._about(), ensure_ascii=False).encode(), "application/json")
        else:
            self._send(200, _page(self._about()), "text/plain; charset=utf-8")

    def do_POST(self) -> None:
        """One question, whatever the path: the Context says which service is meant."""
        body = self._body()
        if body is None:
            return
        if self.path == "/scenario/stap":
            self._step(body)
            return
        try:
            reply = self.server.security.refusal(body) or self.server.world.answer(body)
        except Exception:
            _log.exception("De simulator kon een vraag niet verwerken")
            reply = Reply(500, write_fault("Server", "De simulator kon deze vraag niet verwerken. Meld dit."))
        self._deliver(reply)

    def _step(self, body: bytes) -> None:
        """The next step of the scenario happens now; with a step in the body, that one."""
        world = self.server.world
        try:
            if body.strip():
                act: Act | None = read_act("Deze stap", json.loads(body))
                assert act is not None
                world.script.also(world, act)
            else:
                act = world.script.next(world)
        except (ValueError, RecursionError):
            self._tell(400, {"fout": "De stap is geen geldige JSON in UTF-8. Kijk hem na."})
        except (ScenarioError, ScenarioStepError) as error:
            self._tell(400, {"fout": str(error)})
        else:
            if act is None:
                self._tell(409, {"fout": "Er is geen volgende stap. Geef een stap mee, of start met --scenario."})
            else:
                self._tell(200, {"gebeurd": act.told(), **world.script.state(world)})

    def _tell(self, status: int, what: dict[str, Any]) -> None:
        self._send(status, json.dumps(what, ensure_ascii=False).encode(), "application/json")

    def _body(self) -> bytes | None:
        """The request body; None after an answer that it cannot be read."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self.close_connection = True
            self._send(411, write_fault("Client", "Geef de lengte van het bericht mee (Content-Length)."))
            return None
        if int(length) > _MAX_BODY:
            self.close_connection = True
            self._send(413, write_fault("Client", "Het bericht is te groot. Stuur één vraag per bericht."))
            return None
        return self.rfile.read(int(length))

    def _deliver(self, reply: Reply) -> None:
        if reply.line == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if reply.line == "silence":
            self._stay_silent()
            return
        wait = self.server.latency + reply.delay
        if wait and self.server.stopping.wait(wait):
            self.close_connection = True
            return
        self._send(reply.status, self.server.security.sealed(reply.body))

    def _stay_silent(self) -> None:
        """Say nothing until the caller hangs up."""
        self.close_connection = True
        for _ in range(int(_SILENCE_SECONDS * 4)):
            if self.server.stopping.is_set():
                return
            readable, _, _ = select.select([self.connection], [], [], 0.25)
            if readable and (self._is_secured or not self.connection.recv(1, socket.MSG_PEEK)):
                return

    @property
    def _is_secured(self) -> bool:
        """Under TLS nothing can be peeked at, and a client that waits sends nothing but its goodbye."""
        return isinstance(self.connection, ssl.SSLSocket)

    def _send(self, status: int, body: bytes, kind: str = "text/xml; charset=utf-8") -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _health(self) -> dict[str, Any]:
        return {"gezond": True, "dag": self.server.world.today.isoformat(), "seed": self.server.world.seed}

    def _about(self) -> dict[str, Any]:
        world = self.server.world
        return {
            "naam": "Oefenomgeving: nagebootste KBI, VDAB, KSZ, Dimona en repertorium",
            "let_op": "Alle personen zijn verzonnen. Stuur hier nooit gegevens van echte personen naartoe.",
            "gebruik": "POST een SOAP-bericht naar dit adres; Context/Naam en Context/Versie kiezen de dienst.",
            **self._health(),
            "personen": world.people,
            "diensten": [f"{name} {version}" for name, version in BY_KEY],
            "uitleg": "docs/simulator.md, en toeleiding simulate --help",
            "fouten": [_rule(rule) for rule in world.faults.rules],
            "wachttijden": [msgspec.to_builtins(each) for each in world.faults.latency],
            "onderbrekingen": [
                {**msgspec.to_builtins(each), "nu": world.outage(each.service or "") == each}
                for each in world.faults.outages
            ],
            "scenario": world.script.state(world),
            "scenarios": {each.name: each.about for each in packaged()},
            "randgevallen": {slug: number_of(index) for slug, index in EDGE_CASES.items()},
        }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """No line per question: a question holds a person's number."""


def _text(sentence: str) -> bytes:
    return f"{sentence}\n".encode()


def _rule(rule: Rule) -> str:
    """A rule of the fault file in one line."""
    value = f":{rule.fault.value}" if rule.fault.value else ""
    parts = [f"{rule.fault.name}{value}", rule.service or "alle diensten"]
    parts += [f"{name} {given}" for name, given in msgspec.to_builtins(rule.match).items() if given is not None]
    return ", ".join(parts + ([f"{rule.times} keer"] if rule.times else []))


def _page(about: dict[str, Any]) -> bytes:
    services = "\n".join(f"  {service}" for service in about["diensten"])
    cases = "\n".join(f"  {number}  {slug}" for slug, number in about["randgevallen"].items())
    faults = about["fouten"] + [json.dumps(each) for each in (*about["wachttijden"], *about["onderbrekingen"])]
    steps = [f"{'gedaan ' if step['gedaan'] else ''}{step['do']} {step['insz'] or ''} ({step['wanneer']})"
             for step in about["scenario"]["stappen"]]  # fmt: skip
    ready = [f"{name}: {sentence}" for name, sentence in about["scenarios"].items()]
    return _text(
        f"{about['naam']}\n\n{about['let_op']}\n{about['gebruik']}\nUitleg: {about['uitleg']}\n\n"
        f"Dag: {about['dag']}   Seed: {about['seed']}   Personen: {about['personen']}\n\n"
        f"Diensten\n{services}\n\nFouten, wachttijden en onderbrekingen die gelden\n{_lines(faults)}\n\n"
        f"Scenario: {about['scenario']['naam'] or 'geen'} (bekijk /scenario, vraag een stap met POST /scenario/stap)\n"
        f"{_lines(steps)}\n\nScenario's die klaarliggen (--scenario NAAM)\n{_lines(ready)}\n\n"
        f"Randgevallen (INSZ en naam)\n{cases}"
    )


def _lines(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines) or "  geen"
