"""Questions go out signed; an answer that was tampered with never reaches a dossier."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.exchange.people import ask, case, known, questions, state
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.exchange import line, vault
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import RawMessage, Service, Status
from toeleiding.exchange.wire import Wire
from toeleiding.magda.certificates import Identity, load_certificates
from toeleiding.magda.connections import Connections, Posted
from toeleiding.magda.signing import Reason, sign, verify
from toeleiding.magda.transport import Transport
from toeleiding.simulator.practice_certificates import make
from toeleiding.simulator.security import Security
from toeleiding.simulator.server import SimulatorServer
from toeleiding.simulator.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make(tmp_path, datetime.now(UTC))
    return tmp_path


@contextmanager
def strict(folder: Path, settings: Any) -> Iterator[None]:
    """A simulator that refuses unsigned questions and signs its answers."""
    security = Security(load_certificates(folder / "ca.pem"), True, Identity.load(folder / "server.pem"))
    server = SimulatorServer(World(today=timezone.localdate()), 0, security=security)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.MAGDA_ENDPOINT, settings.SIMULATOR_URL = "", server.address
    try:
        yield
    finally:
        server.shutdown()
        server.close()


class ChangesTheCategory(Connections):
    """Somebody on the way who writes another category into the answer of VDAB."""

    def post(self, *args: Any, **more: Any) -> Posted:
        status, body = super().post(*args, **more)
        return Posted(status, re.sub(rb">\d\d</Catwz>", b">00</Catwz>", body or b""))


def ours(folder: Path, line: Connections | None = None) -> Wire:
    signer = partial(sign, identity=Identity.load(folder / "client.pem"))
    verifier = partial(verify, trusted=load_certificates(folder / "ca.pem"))
    return Wire(Transport(line=line, signer=signer, verifier=verifier))


def test_a_signed_question_gets_its_answer_into_the_dossier(folder: Path, settings: Any) -> None:
    dossier = known("registered-before-arrival")
    ask(dossier)
    with strict(folder, settings):
        drain(wire=ours(folder))
    assert Dossier.objects.get(pk=dossier.pk).outcome == "REGISTERED"


def test_a_tampered_answer_is_a_dead_letter_with_that_cause(folder: Path, settings: Any) -> None:
    dossier = known("registered-before-arrival")
    ask(dossier)
    with strict(folder, settings):
        drain(wire=ours(folder, ChangesTheCategory()))
    asked = next(one for one in questions(dossier) if one.service == Service.VDAB_FILE)
    assert (asked.status, asked.outcome) == (Status.DEAD, "NOT_UNDERSTOOD")
    assert asked.cause == Reason.WRONG_DIGEST.value
    told = state(dossier).employment
    assert told is None or told.answer == "NOT_UNDERSTOOD"
    assert Dossier.objects.get(pk=dossier.pk).step == "EMPLOYMENT_SERVICE_CHECK", "never: not registered"
    assert not Event.objects.filter(dossier=dossier, data__category="00").exists()
    kept = RawMessage.objects.get(attempt__question=asked)
    assert kept.answer is not None, "the evidence is kept"
    assert b">00</Catwz>" in vault.unseal(bytes(kept.answer), kept.answer_key, kept.attempt_id, "answer")


def test_the_settings_make_the_line(folder: Path, settings: Any) -> None:
    settings.MAGDA_CERTIFICATE = str(folder / "client.pem")
    settings.MAGDA_CA = settings.MAGDA_TRUSTED_SIGNERS = str(folder / "ca.pem")
    dossier = known("never-registered")
    ask(dossier)
    with strict(folder, settings):
        drain(wire=Wire(line.transport()))
    assert state(dossier).employment is not None
    assert case("never-registered") == dossier.insz
    assert Dossier.objects.get(pk=dossier.pk).step == "EXPLANATION"
