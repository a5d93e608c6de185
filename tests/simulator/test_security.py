"""The simulator behind locks: HTTPS with client certificates, signed questions in, signed answers out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from tests.simulator.asking import TODAY, Heard, about, case
from tests.simulator.test_faults import faults
from toeleiding.cli.simulate import command
from toeleiding.magda import services
from toeleiding.magda.certificates import CertificateFileError, Identity, load_certificates
from toeleiding.magda.connections import Connections, Posted
from toeleiding.magda.signing import Algorithm, Reason, sign, verify
from toeleiding.magda.transport import (
    ConnectionFailed,
    SignatureRefused,
    SoapFaultBody,
    TimedOut,
    Transport,
    mutual_tls,
)
from toeleiding.simulator.practice_certificates import make
from toeleiding.simulator.security import Security, server_tls
from toeleiding.simulator.server import SimulatorServer
from toeleiding.simulator.world import World

WHO = case("registered-before-arrival")
QUESTION = about(services.VDAB, WHO)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("certificaten")
    make(made, datetime.now(UTC))
    return made


@contextmanager
def locked(folder: Path, *rules: dict[str, object], strict: bool = True) -> Iterator[SimulatorServer]:
    """A simulator that speaks HTTPS, wants signed questions and signs its answers."""
    trusted, identity = folder / "ca.pem", folder / "server.pem"
    security = Security(load_certificates(trusted), strict, Identity.load(identity))
    world = World(today=TODAY, faults=faults(*rules), check_repertorium=False)
    server = SimulatorServer(world, 0, security=security, tls=server_tls(identity, trusted))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.close()
        thread.join()


class OnTheWay(Connections):
    """Somebody between the two who changes the answer."""

    def post(self, *args: Any, **more: Any) -> Posted:
        status, body = super().post(*args, **more)
        changed, count = re.subn(rb">03</Catwz>", b">99</Catwz>", body or b"")
        assert count == 1
        return Posted(status, changed)


def ours(folder: Path, *, name: str = "client", signing: bool = True, tampered: bool = False) -> Transport:
    """Our side, with our own keys."""
    pem, ca = folder / f"{name}.pem", folder / "ca.pem"
    return Transport(
        ssl_context=mutual_tls(pem, ca=ca),
        line=OnTheWay(mutual_tls(pem, ca=ca)) if tampered else None,
        signer=partial(sign, identity=Identity.load(pem)) if signing else None,
        verifier=partial(verify, trusted=load_certificates(ca)),
    )


def test_a_signed_question_over_mutual_tls_gets_a_signed_answer(folder: Path) -> None:
    with locked(folder) as server, ours(folder) as transport:
        assert server.address.startswith("https://")
        answer = transport.post(QUESTION, server.address)
        assert isinstance(answer, bytes), answer
        assert b"BinarySecurityToken" in answer
        assert Heard(answer).text("Catwz") == "03"


def test_an_answer_that_was_changed_on_the_way_is_refused(folder: Path) -> None:
    with locked(folder) as server, ours(folder, tampered=True) as transport:
        refused = transport.post(QUESTION, server.address)
    assert isinstance(refused, SignatureRefused)
    assert refused.reason is Reason.WRONG_DIGEST
    assert b">99</Catwz>" in refused.body


def test_an_unsigned_question_is_refused_in_strict_mode_alone(folder: Path) -> None:
    with locked(folder) as server, ours(folder, signing=False) as transport:
        refused = transport.post(QUESTION, server.address)
        assert isinstance(refused, SoapFaultBody)
        assert Reason.NO_SIGNATURE.value.encode() in refused.body
    with locked(folder, strict=False) as server, ours(folder, signing=False) as transport:
        assert isinstance(transport.post(QUESTION, server.address), bytes)


def test_a_changed_question_is_refused_even_when_not_strict(folder: Path) -> None:
    changed = sign(QUESTION, Identity.load(folder / "client.pem")).replace(WHO.encode(), b"90640200276")
    with locked(folder, strict=False) as server, ours(folder, signing=False) as transport:
        refused = transport.post(changed, server.address)
    assert isinstance(refused, SoapFaultBody)
    assert Reason.WRONG_DIGEST.value.encode() in refused.body


def test_questions_may_be_signed_with_either_method(folder: Path) -> None:
    with locked(folder) as server, ours(folder, signing=False) as transport:
        for algorithm in Algorithm:
            question = sign(QUESTION, Identity.load(folder / "client.pem"), algorithm=algorithm)
            assert isinstance(transport.post(question, server.address), bytes)


def test_without_a_client_certificate_or_with_a_strange_one_there_is_no_connection(
    folder: Path, tmp_path: Path
) -> None:
    make(tmp_path, datetime.now(UTC))
    strange = mutual_tls(tmp_path / "client.pem", ca=folder / "ca.pem")
    with locked(folder) as server, Transport(ssl_context=strange) as transport:
        assert isinstance(transport.post(QUESTION, server.address), ConnectionFailed)
    with locked(folder) as server, Transport() as transport:
        assert isinstance(transport.post(QUESTION, server.address), ConnectionFailed)


def test_silence_and_cut_answers_stay_what_they_are_behind_tls(folder: Path) -> None:
    rules = (
        {"service": "GeefDossierVDAB", "fault": "timeout", "times": 1},
        {"service": "GeefDossierVDAB", "fault": "truncated", "times": 1},
    )
    with locked(folder, *rules) as server, ours(folder) as transport:
        came = [transport.post(QUESTION, server.address, timeout=0.5) for _ in range(3)]
    assert came[0] == TimedOut()
    assert isinstance(came[1], SignatureRefused)
    assert came[1].reason is Reason.UNREADABLE
    assert isinstance(came[2], bytes)


def test_certificates_are_made_once_and_say_that_they_are_for_practice(tmp_path: Path) -> None:
    first = CliRunner().invoke(command, ["--make-certificates", str(tmp_path / "oefen")])
    assert first.exit_code == 0, first.output
    assert "enkel om te oefenen" in first.output
    assert {path.name for path in (tmp_path / "oefen").iterdir()} == {"ca.pem", "server.pem", "client.pem"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "oefen").iterdir())
    again = CliRunner().invoke(command, ["--make-certificates", str(tmp_path / "oefen")])
    assert (again.exit_code, "Kies een lege map" in again.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--strict"], "--trust"),
        (["--https"], "--identity"),
        (["--trust", "weg.pem"], "Kijk het pad"),
    ],
)
def test_half_a_lock_is_no_lock(options: list[str], words: str) -> None:
    result = CliRunner().invoke(command, options)
    assert result.exit_code == 2
    assert words in result.output


def test_a_connection_with_the_wrong_files_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CertificateFileError, match="Kijk de paden na"):
        mutual_tls(tmp_path / "weg.pem")
    with pytest.raises(CertificateFileError, match="bij elkaar horen"):
        mutual_tls(folder / "client.pem", folder / "server.pem")
