"""Misbehaviour on request: over a real connection, counted per service and person, explained when wrong."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

import httpx
import pytest
from lxml import etree

from tests.simulator.asking import TODAY, Heard, about, case, inscription
from toeleiding.magda import services
from toeleiding.simulator.faults import FaultFileError, Faults, load, read
from toeleiding.simulator.population import number_of
from toeleiding.simulator.server import SimulatorServer
from toeleiding.simulator.world import World

WHO = case("registered-before-arrival")
OTHER = case("unknown-category")
Ask = Callable[..., httpx.Response]


def faults(*rules: dict[str, Any], seed: int = 2022) -> Faults:
    return Faults(read(json.dumps({"rules": rules}).encode()), seed)


@contextmanager
def serving(*rules: dict[str, Any], check: bool = False, latency: float = 0) -> Iterator[tuple[SimulatorServer, Ask]]:
    server = SimulatorServer(World(today=TODAY, faults=faults(*rules), check_repertorium=check), 0, latency)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with httpx.Client(base_url=server.address, timeout=20, trust_env=False) as client:

            def ask(data: bytes, patience: float = 20) -> httpx.Response:
                return client.post("/soap", content=data, headers={"SOAPAction": '""'}, timeout=patience)

            yield server, ask
    finally:
        server.shutdown()
        server.close()
        thread.join()


def test_without_faults_it_answers_and_keeps_the_connection() -> None:
    with serving() as (_, ask):
        for _ in range(3):
            answer = ask(about(services.VDAB, WHO))
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/xml")
            assert "connection" not in answer.headers
            assert Heard(answer.content).text("Catwz") == "03"


def test_a_timeout_gives_nothing_and_does_nothing() -> None:
    with serving({"service": "RegistreerInschrijving", "fault": "timeout", "times": 1}, check=True) as (server, ask):
        with pytest.raises(httpx.ReadTimeout):
            ask(inscription(WHO), patience=0.3)
        assert server.world.ledger.inscriptions == {}
        assert Heard(ask(inscription(WHO)).content).codes == []


def test_after_effect_timeout_does_it_and_loses_the_answer() -> None:
    rule = {"service": "RegistreerInschrijving", "fault": "after_effect_timeout", "times": 1}
    with serving(rule, check=True) as (_, ask):
        with pytest.raises(httpx.ReadTimeout):
            ask(inscription(WHO), patience=0.3)
        assert Heard(ask(inscription(WHO)).content).codes == ["40143"]


def test_a_reset_breaks_the_line() -> None:
    with serving({"fault": "reset", "times": 1}) as (_, ask):
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            ask(about(services.VDAB, WHO))
        assert ask(about(services.VDAB, WHO)).status_code == 200


def test_http500_has_no_soap_in_it_and_a_soap_fault_does() -> None:
    with serving({"service": "GeefDossierVDAB", "fault": "http500"}, {"fault": "soapfault"}) as (_, ask):
        plain, soap = ask(about(services.VDAB, WHO)), ask(about(services.WORK, WHO))
        assert (plain.status_code, soap.status_code) == (500, 500)
        assert b"Envelope" not in plain.content
        assert b"soapenv:Server" in soap.content


def test_slow_waits_as_long_as_was_asked() -> None:
    with serving({"fault": "slow:0.2", "times": 1}) as (_, ask):
        begun = perf_counter()
        assert ask(about(services.VDAB, WHO)).status_code == 200
        assert perf_counter() - begun >= 0.2


def test_a_duplicate_is_handled_twice() -> None:
    with serving({"service": "RegistreerInschrijving", "fault": "duplicate"}, check=True) as (server, ask):
        assert Heard(ask(inscription(WHO)).content).codes == ["40143"]
        assert len(server.world.ledger.inscriptions) == 1


def test_an_exception_comes_at_the_level_of_its_service() -> None:
    with serving({"fault": "exception:30001"}) as (_, ask):
        assert Heard(ask(about(services.KBI_2, WHO)).content).problems == [(2, "30001", "MAGDA", "FOUT")]
        assert Heard(ask(about(services.WORK, WHO)).content).problems == [(3, "30001", "KSZ", "FOUT")]


def test_a_truncated_answer_is_no_xml() -> None:
    with serving({"fault": "truncated"}) as (_, ask):
        answer = ask(about(services.VDAB, WHO))
        assert answer.status_code == 200
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(answer.content)


def test_a_wrong_reference_belongs_to_another_question() -> None:
    with serving({"fault": "wrong_reference", "times": 1}) as (_, ask):
        wrong = Heard(ask(about(services.VDAB, WHO, reference="mijn-referte")).content)
        right = Heard(ask(about(services.VDAB, WHO, reference="mijn-referte")).content)
        assert "mijn-referte" not in (wrong.text("Ontvanger/Referte"), wrong.text("Antwoord/Referte"))
        assert right.text("Ontvanger/Referte") == right.text("Antwoord/Referte") == "mijn-referte"


def test_a_number_can_be_replaced_on_request() -> None:
    with serving({"match": {"insz": WHO}, "fault": f"replaced:{OTHER}"}) as (_, ask):
        heard = Heard(ask(about(services.VDAB, WHO)).content)
        assert heard.codes == ["30004"]
        assert OTHER in heard.all("Annotatie/Waarde")
        assert Heard(ask(about(services.JOBSEEKER, WHO)).content).text("fieldValue") == OTHER
        assert Heard(ask(about(services.VDAB, OTHER)).content).codes == []


def test_nth_counts_per_service_and_person() -> None:
    rules = faults({"service": "GeefDossierVDAB", "match": {"nth": 3}, "fault": "http500"})
    assert [rules.draw("GeefDossierVDAB", WHO) is not None for _ in range(4)] == [False, False, True, False]
    assert rules.draw("GeefWerkrelaties", WHO) is None
    assert [rules.draw("GeefDossierVDAB", OTHER) is not None for _ in range(3)] == [False, False, True]


def test_times_ends_a_rule_and_the_next_rule_gets_its_turn() -> None:
    rules = faults({"fault": "timeout", "times": 2}, {"fault": "reset"})
    drawn = [rules.draw("GeefDossierVDAB", WHO) for _ in range(4)]
    assert [each.name for each in drawn if each] == ["timeout", "timeout", "reset", "reset"]


def test_a_rate_is_kept_and_parallel_calls_do_not_change_who_is_hit() -> None:
    rule = {"match": {"rate": 0.2}, "fault": "http500"}
    numbers = [number_of(index) for index in range(300)]

    def hits(workers: int) -> dict[str, list[bool]]:
        drawn = faults(rule)
        with ThreadPoolExecutor(workers) as pool:
            found = pool.map(
                lambda insz: (insz, [drawn.draw("GeefDossierVDAB", insz) is not None for _ in range(5)]), numbers
            )
        return dict(found)

    alone = hits(1)
    assert hits(16) == alone
    share = sum(sum(each) for each in alone.values()) / 1500
    assert share == pytest.approx(0.2, abs=0.04)


def test_parallel_questions_over_the_line_get_each_their_own_answer() -> None:
    numbers = [number_of(index) for index in range(60, 220)]
    with serving({"match": {"nth": 2}, "fault": "http500"}) as (_, ask):

        def twice(insz: str) -> tuple[str | None, int]:
            first, second = ask(about(services.KBI_2, insz)), ask(about(services.KBI_2, insz))
            return Heard(first.content).text("KBIDossier/Personalia/INSZ"), second.status_code

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(twice, numbers))
    assert all(found in (insz, None) for insz, (found, _) in zip(numbers, answers, strict=True))
    assert sum(found is not None for found, _ in answers) > 80
    assert all(status == 500 for _, status in answers)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "geen geldige JSON"),
        ("[]", '"rules"'),
        ('{"rules": ["x"]}', "Regel 1 .* geen object"),
        ('{"rules": [{"fault": "ontploffing"}]}', "geen gekende fout .* Kies timeout"),
        ('{"rules": [{"fault": "slow"}]}', "geen gekende fout"),
        ('{"rules": [{"fault": "slow:lang"}]}', "geen aantal seconden"),
        ('{"rules": [{"fault": "exception:abc"}]}', "Schrijf alleen cijfers"),
        ('{"rules": [{"fault": "replaced:123"}]}', "geen geldig INSZ"),
        ('{"rules": [{"fault": "reset", "service": "GeefKoffie"}]}', "GeefKoffie.* Kies"),
        ('{"rules": [{"fault": "reset", "times": 0}]}', "1 of meer"),
        ('{"rules": [{"fault": "reset", "soms": 1}]}', "onbekend veld 'soms'"),
        ('{"rules": [{"fault": "reset", "match": {"rate": 2}}]}', "0 tot en met 1"),
        ('{"rules": [{"fault": "reset", "match": {"nth": 0}}]}', "nummer 1"),
        ('{"rules": [{"fault": "reset", "match": {"nth": "drie"}}]}', "match klopt niet"),
        ('{"rules": [{"fault": "reset", "match": {"maan": "vol"}}]}', "match klopt niet"),
        ('{"rules": [{"fault": "reset", "match": []}]}', "match klopt niet"),
        ('{"rules": [{"fault": "reset", "service": ["GeefDossierVDAB"]}]}', "Kies GeefDossierKBI"),
        ("[" * 50_000, "te diep genest"),
        ("{", "geen geldige JSON in UTF-8.*Kijk het na"),
    ],
)
def test_a_wrong_fault_file_says_what_to_do(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "fouten.json"
    path.write_text(text)
    with pytest.raises(FaultFileError, match=sentence):
        load(path, 2022)


def test_a_fault_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FaultFileError, match="Kijk de naam en de rechten na"):
        load(tmp_path / "weg.json", 2022)
