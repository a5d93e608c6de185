"""A simulator on a free port, with a world of the test's own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import httpx

from tests.simulator.asking import TODAY
from toeleiding.simulator.faults import read_all
from toeleiding.simulator.population import DEFAULT_SEED
from toeleiding.simulator.scenario import read as read_scenario
from toeleiding.simulator.script import Script
from toeleiding.simulator.server import SimulatorServer
from toeleiding.simulator.world import World


def world_with(seed: int = DEFAULT_SEED, steps: list[dict[str, Any]] | None = None, **more: Any) -> World:
    """A world on a fixed day: `rules`, `latency`, `outages`, `batch` of a fault file, `steps` of a scenario."""
    file = {name: more.pop(name) for name in ("rules", "latency", "outages", "batch") if name in more}
    faults = read_all(json.dumps({"rules": [], **file}).encode(), seed)
    script = None
    if steps is not None:
        found = read_scenario(json.dumps({"name": "proef", "steps": steps}).encode(), "proef.json")
        script = Script(found.name, found.about, found.acts)
    return World(**{"seed": seed, "today": TODAY, "check_repertorium": False, **more}, faults=faults, script=script)


class Line:
    """A connection to a running simulator."""

    def __init__(self, server: SimulatorServer, client: httpx.Client) -> None:
        self.server, self.client = server, client

    def ask(self, data: bytes, patience: float = 20) -> httpx.Response:
        """Post a question."""
        return self.client.post("/soap", content=data, headers={"SOAPAction": '""'}, timeout=patience)

    def step(self, act: Any = None) -> httpx.Response:
        """Ask for a step: the next one, or this one."""
        content = b"" if act is None else act if isinstance(act, bytes) else json.dumps(act).encode()
        return self.client.post("/scenario/stap", content=content)


@contextmanager
def line_to(world: World) -> Iterator[Line]:
    """Serve a world as long as the test needs it."""
    server = SimulatorServer(world, 0)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with httpx.Client(base_url=server.address, timeout=20, trust_env=False) as client:
            yield Line(server, client)
    finally:
        server.shutdown()
        server.close()
        thread.join()
