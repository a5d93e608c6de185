"""The outside world for these tests: the real simulator on a free port, with the faults a test asks for."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.exchange.people import ask, known
from tests.exchange.rows import NOW
from tests.factories import make_staff, sign_in
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.drain import drain
from toeleiding.organisations.models import Role
from toeleiding.simulator.faults import Faults, read
from toeleiding.simulator.population import DEFAULT_SEED
from toeleiding.simulator.reply import Reply
from toeleiding.simulator.server import SimulatorServer
from toeleiding.simulator.world import World

TODAY = date(2026, 11, 23)


class Outside(World):
    """A world that remembers which services were asked, and how often."""

    def __init__(self, *rules: dict[str, Any], **options: Any) -> None:
        faults = Faults(read(json.dumps({"rules": list(rules)}).encode()), DEFAULT_SEED)
        super().__init__(**{"today": TODAY, "faults": faults, **options})
        self.heard: list[bytes] = []
        self.address = ""

    def answer(self, data: bytes) -> Reply:
        self.heard.append(data)
        return super().answer(data)

    @property
    def asked(self) -> Counter[str]:
        """Service -> how often it was asked."""
        return Counter(_service(one) for one in self.heard)


def _service(message: bytes) -> str:
    return message.split(b"<Naam>")[1].split(b"<")[0].decode()


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    """The clock runs, on the day on which the simulated world stands."""
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands still at nine in the morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def operator(client: Client) -> Client:
    return sign_in(client, make_staff(Role.EXCHANGE_OPERATOR))


@pytest.fixture
def outside(settings: Any) -> Iterator[Callable[..., Outside]]:
    """Start a simulator with these fault rules and let the exchange speak to it."""
    servers = []

    def start(*rules: dict[str, Any], latency: float = 0.0, **options: Any) -> Outside:
        world = Outside(*rules, **options)
        server = SimulatorServer(world, 0, latency)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        world.address = settings.SIMULATOR_URL = server.address
        settings.MAGDA_ENDPOINT = ""
        return world

    yield start
    for server in servers:
        server.shutdown()
        server.close()


@pytest.fixture
def answered(outside: Callable[..., Outside], db: None) -> Dossier:
    """Somebody about whom VDAB answered."""
    outside()
    dossier = known("registered-before-arrival")
    ask(dossier)
    drain()
    return dossier
