"""Every fault of CONTRACTS 4 on a real connection, read as our own client reads it. The table is complete."""

from collections.abc import Callable
from datetime import time
from time import perf_counter

import pytest

from tests.simulator.asking import Heard, about, case, inscription
from tests.simulator.lines import Line, line_to, world_with
from toeleiding.magda import Outcome, read_answer, services
from toeleiding.magda.transport import ConnectionFailed, Failure, HttpStatus, SoapFaultBody, TimedOut, Transport
from toeleiding.simulator.disturbances import NAMES
from toeleiding.simulator.outages import SHOWS

WHO, OTHER = case("registered-before-arrival"), case("unknown-category")
Came = bytes | Failure


def post(line: Line, data: bytes, patience: float = 10.0) -> Came:
    with Transport() as transport:
        return transport.post(data, line.server.address, patience)


def outcome(came: Came) -> Outcome:
    assert isinstance(came, bytes), came
    return read_answer(came, expect=services.VDAB).outcome


def _timeout(line: Line) -> None:
    assert isinstance(post(line, about(services.VDAB, WHO), 0.3), TimedOut)


def _after_effect(line: Line) -> None:
    assert isinstance(post(line, inscription(WHO), 0.3), TimedOut)
    assert len(line.server.world.ledger.inscriptions) == 1


def _http500(line: Line) -> None:
    assert post(line, about(services.VDAB, WHO)) == HttpStatus(500)


def _reset(line: Line) -> None:
    came = post(line, about(services.VDAB, WHO))
    assert isinstance(came, ConnectionFailed)
    assert came.sent


def _slow(line: Line) -> None:
    begun = perf_counter()
    assert outcome(post(line, about(services.VDAB, WHO))) is Outcome.KNOWN
    assert perf_counter() - begun >= 0.2


def _duplicate(line: Line) -> None:
    came = post(line, inscription(WHO))
    assert isinstance(came, bytes)
    assert Heard(came).codes == ["40143"]


def _soapfault(line: Line) -> None:
    came = post(line, about(services.VDAB, WHO))
    assert isinstance(came, SoapFaultBody)
    assert read_answer(came.body).outcome is Outcome.SOURCE_DOWN


def _exception(line: Line) -> None:
    assert outcome(post(line, about(services.VDAB, WHO))) is Outcome.REFUSED


def _truncated(line: Line) -> None:
    assert outcome(post(line, about(services.VDAB, WHO))) is Outcome.INVALID


def _wrong_reference(line: Line) -> None:
    came = post(line, about(services.VDAB, WHO, reference="mijn-referte"))
    assert isinstance(came, bytes)
    answer = read_answer(came)
    assert "mijn-referte" not in (answer.reference, answer.question_reference)


def _replaced(line: Line) -> None:
    came = post(line, about(services.VDAB, WHO))
    assert isinstance(came, bytes)
    answer = read_answer(came)
    assert (answer.outcome, answer.replaced_by) == (Outcome.REPLACED, OTHER)


FAULTS: dict[str, Callable[[Line], None]] = {
    "timeout": _timeout,
    "http500": _http500,
    "reset": _reset,
    "slow:0.2": _slow,
    "duplicate": _duplicate,
    "soapfault": _soapfault,
    "exception:13001": _exception,
    "truncated": _truncated,
    "wrong_reference": _wrong_reference,
    f"replaced:{OTHER}": _replaced,
    "after_effect_timeout": _after_effect,
}


def test_the_table_holds_every_fault() -> None:
    assert {name.partition(":")[0] for name in FAULTS} == NAMES


@pytest.mark.parametrize("fault", FAULTS, ids=lambda name: name.partition(":")[0])
def test_a_fault_shows_as_contracts_say_and_ends_after_its_times(fault: str) -> None:
    effect = fault in ("duplicate", "after_effect_timeout")
    service = services.INSCRIBE_0 if effect else services.VDAB
    with line_to(world_with(rules=[{"service": service.name, "fault": fault, "times": 1}])) as line:
        FAULTS[fault](line)
        assert outcome(post(line, about(services.VDAB, WHO))) is Outcome.KNOWN


def test_a_match_on_the_line_is_about_the_nth_question_of_one_person_to_one_service() -> None:
    rule = {"service": "GeefDossierVDAB", "match": {"nth": 2, "insz": WHO}, "fault": "http500"}
    with line_to(world_with(rules=[rule])) as line:
        came = [post(line, about(services.VDAB, WHO)) for _ in range(3)]
        assert [isinstance(each, HttpStatus) for each in came] == [False, True, False]
        assert all(isinstance(post(line, about(services.VDAB, OTHER)), bytes) for _ in range(3))
        assert all(isinstance(post(line, about(services.KBI_2, WHO)), bytes) for _ in range(3))


def test_the_same_seed_hits_the_same_people_on_the_line() -> None:
    def hit(seed: int) -> list[bool]:
        with line_to(world_with(seed, rules=[{"match": {"rate": 0.5}, "fault": "http500"}])) as line:
            return [isinstance(post(line, about(services.VDAB, WHO)), HttpStatus) for _ in range(12)]

    assert hit(2022) == hit(2022) != hit(7)


def test_an_outage_shows_in_each_of_its_ways_and_only_for_its_service() -> None:
    expected: dict[str, Callable[[Came], bool]] = {
        "reset": lambda came: isinstance(came, ConnectionFailed),
        "http503": lambda came: came == HttpStatus(503),
        "timeout": lambda came: isinstance(came, TimedOut),
        "99996": lambda came: isinstance(came, bytes) and read_answer(came).outcome is Outcome.SOURCE_DOWN,
    }
    assert set(expected) == set(SHOWS)
    for shows, holds in expected.items():
        window = {"service": "GeefDossierVDAB", "daily": "00:00-23:59", "shows": shows}
        world = world_with(outages=[window])
        world._time = lambda: time(10)
        with line_to(world) as line:
            assert holds(post(line, about(services.VDAB, WHO), 0.3)), shows
            assert isinstance(post(line, about(services.KBI_2, WHO)), bytes)
