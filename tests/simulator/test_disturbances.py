"""Waits and outages: the same for the same seed, in the world's own time, explained when wrong."""

from datetime import date, datetime, time
from statistics import median
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.simulator.asking import TODAY, about, case
from tests.simulator.lines import line_to, world_with
from toeleiding.magda import services
from toeleiding.simulator.chance import Chance
from toeleiding.simulator.faults import FaultFileError, read_all
from toeleiding.simulator.latency import Latency, OfficeHours, Spikes
from toeleiding.simulator.outages import Outage
from toeleiding.simulator.population import number_of

WHO = case("registered-before-arrival")
MONDAY, SUNDAY = datetime(2026, 11, 23, 10, 0), datetime(2026, 11, 22, 10, 0)


def waits(profile: Latency, moment: datetime = MONDAY, count: int = 2_000) -> list[float]:
    return sorted(profile.seconds(Chance(1, "latency", str(at)), moment) for at in range(count))


class TestLatency:
    def test_fixed_is_always_the_same(self) -> None:
        assert set(waits(Latency(fixed_ms=250), count=20)) == {0.25}

    def test_half_waits_shorter_than_the_middle_and_one_in_twenty_longer_than_the_tail(self) -> None:
        found = waits(Latency(p50_ms=200, p95_ms=1_000))
        assert median(found) == pytest.approx(0.2, rel=0.1)
        assert sum(each > 1.0 for each in found) / len(found) == pytest.approx(0.05, abs=0.015)
        assert set(waits(Latency(p50_ms=200, p95_ms=200), count=20)) == {0.2}

    def test_office_hours_are_slower_and_sunday_is_none(self) -> None:
        profile = Latency(fixed_ms=100, office_hours=OfficeHours(time(9), time(17), 3.0))
        assert profile.seconds(Chance(1, "x", 1), MONDAY) == pytest.approx(0.3)
        assert profile.seconds(Chance(1, "x", 1), MONDAY.replace(hour=17)) == pytest.approx(0.1)
        assert profile.seconds(Chance(1, "x", 1), SUNDAY) == pytest.approx(0.1)

    def test_spikes_come_in_their_share(self) -> None:
        found = waits(Latency(fixed_ms=0, spikes=Spikes(0.1, 5_000)))
        assert sum(each == 5.0 for each in found) / len(found) == pytest.approx(0.1, abs=0.02)

    def test_no_wait_is_longer_than_a_client_has_patience(self) -> None:
        assert waits(Latency(fixed_ms=100_000, spikes=Spikes(1.0, 100_000)), count=3) == [120.0] * 3

    def test_each_question_of_a_person_has_its_own_wait_whatever_the_order(self) -> None:
        profile = [{"service": "GeefDossierVDAB", "p50_ms": 100, "p95_ms": 900}]
        people = [number_of(at) for at in range(20)]

        def drawn(order: list[str], seed: int = 2022) -> dict[str, list[float]]:
            faults = world_with(seed, latency=profile).faults
            found: dict[str, list[float]] = {}
            for who in order * 2:
                found.setdefault(who, []).append(faults.wait("GeefDossierVDAB", who, MONDAY))
            return found

        assert drawn(people) == drawn(people[::-1]) != drawn(people, seed=7)
        assert len({each for pair in drawn(people).values() for each in pair}) == 40

    def test_another_service_does_not_wait_and_the_first_profile_wins(self) -> None:
        profiles = [{"service": "GeefDossierVDAB", "fixed_ms": 50}, {"fixed_ms": 10}]
        faults = world_with(latency=profiles).faults
        assert faults.wait("GeefDossierVDAB", WHO, MONDAY) == 0.05
        assert faults.wait("GeefDossierKBI", WHO, MONDAY) == 0.01

    def test_it_is_felt_on_the_line(self) -> None:
        with line_to(world_with(latency=[{"service": "GeefDossierVDAB", "fixed_ms": 150}])) as line:
            assert line.ask(about(services.VDAB, WHO)).elapsed.total_seconds() >= 0.15


class TestOutage:
    def test_from_and_to_are_moments_of_which_the_last_is_open_again(self) -> None:
        window = Outage("GeefDossierVDAB", datetime(2026, 11, 23, 2), datetime(2026, 11, 23, 4))
        moments = ("01:59", "02:00", "03:59", "04:00")
        held = [window.holds("GeefDossierVDAB", datetime.fromisoformat(f"2026-11-23T{each}")) for each in moments]
        assert held == [False, True, True, False]
        assert not window.holds("GeefDossierKBI", datetime(2026, 11, 23, 3))

    def test_a_daily_window_may_go_over_midnight(self) -> None:
        window = Outage(daily=(time(23), time(1)))
        held = [window.holds("x", datetime(2026, 11, 23, hour)) for hour in (22, 23, 0, 1)]
        assert held == [False, True, True, False]

    def test_a_daily_window_can_begin_on_a_day(self) -> None:
        window = Outage(begin=datetime(2026, 11, 24), daily=(time(2), time(4)))
        assert not window.holds("x", datetime(2026, 11, 23, 3))
        assert window.holds("x", datetime(2026, 11, 24, 3))

    def test_it_follows_the_day_of_the_world_when_the_clock_moves(self) -> None:
        world = world_with(outages=[{"from": "2026-11-24T00:00", "to": "2026-11-25T00:00"}], steps=[
            {"do": "clock", "days": 1}, {"do": "clock", "days": 1},
        ])  # fmt: skip
        statuses = [world.answer(about(services.VDAB, WHO)).status]
        for _ in range(2):
            world.script.next(world)
            statuses.append(world.answer(about(services.VDAB, WHO)).status)
        assert statuses == [200, 503, 200]
        assert world.today == date(2026, 11, 25) != TODAY

    def test_it_can_follow_the_clock_of_the_machine_while_the_world_stands_still(self) -> None:
        window = {"from": "2031-05-01T08:00", "to": "2031-05-01T12:00", "clock": "wall"}
        world = world_with(outages=[window])
        with time_machine.travel(datetime(2031, 5, 1, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))):
            assert world.answer(about(services.VDAB, WHO)).status == 503
            assert world.today == TODAY
        with time_machine.travel(datetime(2031, 5, 1, 13, 0, tzinfo=ZoneInfo("Europe/Brussels"))):
            assert world.answer(about(services.VDAB, WHO)).status == 200

    def test_a_question_during_an_outage_has_no_effect_and_does_not_count_as_the_nth(self) -> None:
        world = world_with(rules=[{"match": {"nth": 1}, "fault": "http500"}], outages=[{"to": "2026-11-23T10:00"}])
        world._time = lambda: time(9)
        assert world.answer(about(services.VDAB, WHO)).status == 503
        world._time = lambda: time(11)
        assert [world.answer(about(services.VDAB, WHO)).status for _ in range(2)] == [500, 200]


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ('"latency": {}', "moet een lijst zijn"),
        ('"latency": [1]', "Wachttijd 1 .* geen object"),
        ('"latency": [{"fixed_ms": "lang"}]', "fixed_ms moet een getal"),
        ('"latency": [{"fixed_ms": 500000}]', "0 tot en met 120000"),
        ('"latency": [{"p50_ms": 100}]', "p95_ms"),
        ('"latency": [{"p50_ms": 100, "p95_ms": 50}]', "even groot of groter"),
        ('"latency": [{"fixed_ms": 1, "p50_ms": 100, "p95_ms": 200}]', "geef fixed_ms, of"),
        ('"latency": [{"fixed_ms": 1, "traag": true}]', "onbekend veld 'traag'"),
        ('"latency": [{"service": "GeefKoffie"}]', "Kies GeefDossierKBI"),
        ('"latency": [{"office_hours": {"hours": "9-17", "factor": 2}}]', "geen tijdvak"),
        ('"latency": [{"office_hours": {"hours": "17:00-09:00", "factor": 2}}]', "geef hours"),
        ('"latency": [{"spikes": {"rate": 2, "ms": 1}}]', "rate moet een getal van 0 tot en met 1"),
        ('"latency": [{"spikes": {"rate": 0.5}}]', "geef rate"),
        ('"outages": "ja"', "moet een lijst zijn"),
        ('"outages": [{}]', "geef from en to, of daily"),
        ('"outages": [{"daily": "25:00-26:00"}]', "geen tijdvak"),
        ('"outages": [{"from": "gisteren"}]', "from is geen moment"),
        ('"outages": [{"from": "2026-11-23T02:00+01:00"}]', "in Belgische tijd"),
        ('"outages": [{"from": "2026-11-23", "to": "2026-11-22"}]', "to komt niet na from"),
        ('"outages": [{"daily": "02:00-04:00", "shows": "rook"}]', "Kies reset, http503, timeout, 99996"),
        ('"outages": [{"daily": "02:00-04:00", "clock": "koekoek"}]', "Kies simulated of wall"),
        ('"batch": []', "geen object"),
        ('"batch": {"shuffle": 1}', "shuffle is true of false"),
        ('"batch": {"missing": 3}', "missing moet een getal"),
        ('"batch": {"level1": "abc"}', "level1 is geen code"),
        ('"batch": {"soms": 1}', "onbekend veld 'soms'"),
    ],
)
def test_a_wrong_part_says_where_and_what_to_do(part: str, sentence: str) -> None:
    with pytest.raises(FaultFileError, match=sentence):
        read_all(f'{{"rules": [], {part}}}'.encode(), 1)
