"""Files of questions and answers for these tests: folders, the other side, and where everything stands."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.exchange.people import ask
from tests.factories import make_dossier
from toeleiding.exchange.batch import reading, writing
from toeleiding.exchange.batch.folders import incoming, outgoing
from toeleiding.exchange.models import (
    BatchFile,
    Question,
    Service,
    Status,
)
from toeleiding.exchange.selectors import status
from toeleiding.simulator.batch import answer_folder
from toeleiding.simulator.faults import read_all
from toeleiding.simulator.population import DEFAULT_SEED
from toeleiding.simulator.world import World

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VDAB, INSCRIPTION = Service.VDAB_FILE, Service.INSCRIPTION


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.MAGDA_BATCH_OUT, settings.MAGDA_BATCH_IN = str(tmp_path / "To_Vip"), str(tmp_path / "From_Vip")
    settings.MAGDA_BATCH_PREFIXES = "GeefDossierVDAB=gdvd"
    settings.MAGDA_ENDPOINT = ""


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


def other_side(faults: str = '{"rules": []}', world: World | None = None) -> World:
    """MAGDA answers every file that lies ready."""
    world = world or World(today=NOW.date(), faults=read_all(faults.encode(), DEFAULT_SEED), check_repertorium=False)
    assert all(not done.trouble for done in answer_folder(world, outgoing(), incoming()))
    return world


def write(service: Service = VDAB, size: int = 100) -> BatchFile:
    file = writing.write(service, size, timezone.now())
    assert file is not None
    return file


def read() -> list[reading.Applied]:
    return [reading.read(path, timezone.now()) for path in reading.files_in(incoming())]


def inscribed(*numbers: str) -> list[Any]:
    """Dossiers whose question to VDAB may go: their inscription went in a file of its own."""
    people = [make_dossier(insz=number, work=[]) for number in numbers]
    ask(*people)
    Question.objects.filter(service=INSCRIPTION).update(status=Status.DONE, finished_at=timezone.now(), outcome="KNOWN")
    return people


def about(dossier: Any) -> Question:
    """The question to VDAB about somebody."""
    return Question.objects.get(dossier=dossier, service=VDAB)


def standing() -> dict[str, int]:
    return {name: count for name, count in status()["outbox"].items() if count}


def lease_runs_out() -> None:
    Question.objects.filter(status=Status.IN_FLIGHT).update(leased_until=timezone.now())
