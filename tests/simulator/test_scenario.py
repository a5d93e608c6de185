"""Scripted scenarios: who does what to whom and when, kept over a restart, explained when wrong."""

import json
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.simulator.asking import TODAY, Heard, about, case, hear, inscription, notifications, referral
from tests.simulator.lines import line_to, world_with
from toeleiding.cli.simulate import command
from toeleiding.magda import services
from toeleiding.simulator.population import number_of
from toeleiding.simulator.scenario import ScenarioError, load, packaged, read
from toeleiding.simulator.script import ScenarioStepError, Script
from toeleiding.simulator.world import World

NOBODY = case("never-registered")
KNOWN = case("registered-before-arrival")


def act(world: World, do: str, insz: str = NOBODY, **more: Any) -> None:
    """Let one thing happen now."""
    found = read(json.dumps({"steps": [{"do": do, **({"insz": insz} if insz else {}), **more}]}).encode(), "x.json")
    world.script.also(world, found.acts[0])


def vdab(world: World, insz: str = NOBODY) -> Heard:
    return hear(world, about(services.VDAB, insz))


class TestWhatHappens:
    def test_vdab_registers_somebody_changes_the_category_appoints_a_counsellor_and_ends(self) -> None:
        world = world_with()
        assert vdab(world).codes == ["30001"]
        act(world, "register", category="03")
        assert (vdab(world).text("Catwz"), vdab(world).text("DatumEurostat")) == ("03", TODAY.isoformat())
        act(world, "category", category="05")
        assert vdab(world).text("Catwz") == "05"
        act(world, "counsellor", first_name="Proef", surname="Voorbeeldbemiddelaar")
        assert vdab(world).text("DossierBeheerder/Persoon/Naam") == "Voorbeeldbemiddelaar"
        act(world, "clock", "", days=1)
        act(world, "end")
        act(world, "clock", "", days=1)
        assert vdab(world).codes == ["30001"]

    def test_the_jobseeker_register_and_actiris_tell_the_same(self) -> None:
        world = world_with()
        act(world, "register", service="ACTIRIS")
        heard = hear(world, about(services.JOBSEEKER, NOBODY))
        assert [pes.get("source") for pes in heard.body.iter("pes") if pes.find("result") is not None] == ["ACTIRIS"]
        assert vdab(world).codes == ["30001"]

    def test_an_invitation_opens_a_file_carries_the_referral_and_can_be_missed(self) -> None:
        world = world_with()
        hear(world, referral(NOBODY, "0f8fad5b-d9cb-469f-a165-70867728950e"))
        act(world, "invite", meeting_in_days=3)
        heard = vdab(world)
        assert heard.all("Uitnodiging/ToeleidingsID")[-1] == "0f8fad5b-d9cb-469f-a165-70867728950e"
        assert heard.all("Uitnodiging/Datum")[-1] == "2026-11-26"
        assert heard.text("Uitnodiging/Resultaat") is None
        act(world, "missed")
        result = next(vdab(world).body.iter("Resultaat"))
        assert (result.text, result.get("Beschrijving")) == ("O", "Afwezig")

    def test_an_invitation_without_a_referral_shows_too(self) -> None:
        world = world_with()
        act(world, "invite")
        assert vdab(world).text("Uitnodiging/ToeleidingsID")

    def test_dimona_sees_somebody_hired_and_leaving(self) -> None:
        world = world_with()
        assert hear(world, about(services.WORK, NOBODY)).codes == ["30001"]
        act(world, "hire", kind="FLEXI", fraction=0.5, until_days=90)
        heard = hear(world, about(services.WORK, NOBODY))
        assert (heard.text("AardWerknemer"), heard.text("Einde/Datum")) == ("FLX", "2027-02-21")
        act(world, "leave")
        assert hear(world, about(services.WORK, NOBODY)).text("Einde/Datum") == TODAY.isoformat()

    def test_a_number_is_replaced_and_the_new_one_leads_to_the_same_person(self) -> None:
        world = world_with()
        act(world, "replace", KNOWN)
        heard = vdab(world, KNOWN)
        new = heard.all("Annotatie/Waarde")[1]
        assert heard.codes == ["30004"]
        assert vdab(world, new).text("Catwz") == "03"
        assert hear(world, about(services.PERSON, KNOWN)).codes == ["30004"]
        act(world, "replace", new, new="12661299835")
        assert vdab(world, new).all("Annotatie/Waarde")[1] == "12661299835"

    def test_a_number_is_cancelled(self) -> None:
        world = world_with()
        act(world, "cancel", KNOWN)
        assert vdab(world, KNOWN).codes == ["30002"]

    def test_a_number_that_is_somebodys_is_not_given_again(self) -> None:
        world = world_with()
        with pytest.raises(ScenarioStepError, match="al van iemand"):
            act(world, "replace", KNOWN, new=NOBODY)
        with pytest.raises(ScenarioStepError, match="Niemand heeft"):
            act(world, "register", "12661299835")

    def test_nobody_else_is_touched(self) -> None:
        world, plain = world_with(), world_with()
        for do in ("register", "invite", "hire", "cancel"):
            act(world, do)
        for at in range(60, 90):
            data = about(services.VDAB, number_of(at))
            assert world.answer(data) == plain.answer(data)


def pulled(world: World, receipt: str | None = None) -> Heard:
    return hear(world, notifications(receipt))


def subjects(heard: Heard) -> list[tuple[str, ...]]:
    found = heard.body.iter("MutatieNotificatie")
    return [tuple(each.findtext(path) or "" for path in ("Subject/Sleutel", "Soort", "Referte")) for each in found]


class TestNotifications:
    def quiet(self, *numbers: str, **more: Any) -> World:
        """A world in which these people are inscribed and what there was to hear was heard."""
        world = world_with(check_repertorium=True, **more)
        for number in numbers:
            hear(world, inscription(number))
        assert pulled(world).codes == ["30016"]
        return world

    def test_a_step_is_told_once_to_who_is_inscribed(self) -> None:
        world = self.quiet(NOBODY)
        act(world, "register")
        heard = pulled(world)
        assert [each[:2] for each in subjects(heard)] == [(NOBODY, "DOSSIERVDAB")]
        assert pulled(world, heard.text("Ontvangstreferte")).codes == ["30016"]
        act(world, "clock", "", days=1)
        assert pulled(world).codes == ["30016"]  # the next day does not tell it again

    def test_it_can_be_told_twice_or_not_at_all(self) -> None:
        world = self.quiet(NOBODY)
        act(world, "register", notify={"times": 0})
        act(world, "counsellor", notify={"times": 2})
        first, second = subjects(pulled(world))
        assert first == second

    def test_it_can_be_told_late(self) -> None:
        world = self.quiet(NOBODY)
        act(world, "register", notify={"late_days": 2})
        assert pulled(world).codes == ["30016"]
        act(world, "clock", "", days=1)
        assert pulled(world).codes == ["30016"]
        act(world, "clock", "", days=1)
        heard = pulled(world)
        assert [each[:2] for each in subjects(heard)] == [(NOBODY, "DOSSIERVDAB")]
        assert heard.text("Tijdstip/Datum")
        assert next(heard.body.iter("MutatieNotificatie")).findtext("Tijdstip/Datum") == TODAY.isoformat()

    def test_it_can_come_before_what_happened_earlier_without_moving_what_was_offered(self) -> None:
        world = self.quiet(NOBODY, KNOWN)
        act(world, "register")
        offered = pulled(world)
        act(world, "counsellor", KNOWN)
        act(world, "category", KNOWN, category="05", notify={"first": True})
        assert subjects(pulled(world))[0] == subjects(offered)[0]
        references = [each[2] for each in subjects(pulled(world))]
        blocks = [each.text for each in pulled(world).body.iter("Informatie")]
        assert (len(references), blocks) == (3, ["Dossier", "Dossier", "DossierBeheerder"])

    def test_a_notification_can_come_without_any_change(self) -> None:
        world = self.quiet(KNOWN)
        before = vdab(world, KNOWN).data
        act(world, "notify", KNOWN)
        assert [each[0] for each in subjects(pulled(world))] == [KNOWN]
        assert Heard(before).text("Catwz") == vdab(world, KNOWN).text("Catwz")

    def test_the_national_register_tells_of_a_replaced_number(self) -> None:
        world = self.quiet(KNOWN)
        act(world, "replace", KNOWN)
        heard = hear(world, notifications(service=services.PERSON_NOTIFICATIONS))
        assert heard.text("GeannuleerdINSZ") == KNOWN
        assert heard.text("NieuwINSZ")

    def test_who_is_not_inscribed_hears_nothing(self) -> None:
        world = self.quiet(KNOWN)
        act(world, "register")
        assert pulled(world).codes == ["30016"]


class TestWhen:
    def test_steps_happen_in_order_after_the_nth_question(self) -> None:
        after = {"service": "GeefDossierVDAB", "nth": 2, "insz": NOBODY}
        world = world_with(steps=[
            {"do": "register", "insz": NOBODY, "after": after},
            {"do": "category", "insz": NOBODY, "category": "05", "after": {"service": "GeefDossierVDAB", "nth": 4}},
        ])  # fmt: skip
        hear(world, about(services.VDAB, KNOWN))
        assert vdab(world).codes == ["30001"]
        assert vdab(world).codes == ["30001"]  # the second question about her: from now on she is registered
        assert vdab(world).text("Catwz") == "03"
        assert vdab(world).text("Catwz") == "05"

    def test_a_step_waits_for_its_moment_or_its_day(self) -> None:
        world = world_with(steps=[
            {"do": "register", "insz": NOBODY, "at": "2026-11-23T09:30"},
            {"do": "category", "insz": NOBODY, "category": "05", "day": 2},
        ])  # fmt: skip
        world._time = lambda: time(9)
        assert vdab(world).codes == ["30001"]
        world._time = lambda: time(9, 30)
        assert vdab(world).text("Catwz") == "03"
        world._clock = lambda: date(2026, 11, 25)
        assert vdab(world).text("Catwz") == "05"

    def test_a_step_that_cannot_happen_is_passed_over_and_the_next_goes_on(self) -> None:
        world = world_with(steps=[
            {"do": "register", "insz": "12661299835", "day": 0}, {"do": "register", "insz": NOBODY, "day": 0},
        ])  # fmt: skip
        assert vdab(world).text("Catwz") == "03"

    def test_a_restart_keeps_what_happened_and_goes_on_where_it_was(self, tmp_path: Path) -> None:
        journal = tmp_path / "journaal"
        steps = [
            {"do": "register", "insz": NOBODY}, {"do": "clock", "days": 3}, {"do": "replace", "insz": NOBODY},
        ]  # fmt: skip
        world = world_with(steps=steps, journal=journal)
        for _ in range(3):
            world.script.next(world)
        before = vdab(world)
        world.close()
        again = world_with(steps=steps, journal=journal)
        assert again.today == date(2026, 11, 26)
        assert again.script.state(again)["gedaan"] == 3
        assert again.script.next(again) is None
        assert vdab(again).codes == before.codes == ["30004"]
        assert vdab(again, before.all("Annotatie/Waarde")[1]).text("Catwz") == "03"
        again.close()

    def test_the_same_scenario_gives_the_same_answers(self) -> None:
        def told() -> bytes:
            world = world_with(steps=[{"do": "register", "insz": NOBODY}, {"do": "counsellor", "insz": NOBODY}])
            while world.script.next(world):
                pass
            return hear(world, about(services.VDAB, NOBODY, reference="vast")).data

        assert told() == told()


class TestOverTheLine:
    def test_a_test_or_a_supplier_drives_it(self) -> None:
        with line_to(world_with(steps=[{"do": "register", "insz": "never-registered"}])) as line:
            assert line.client.get("/scenario").json()["gedaan"] == 0
            done = line.step().json()
            assert (done["gebeurd"]["do"], done["gedaan"]) == ("register", 1)
            assert Heard(line.ask(about(services.VDAB, NOBODY)).content).text("Catwz") == "03"
            last = line.step()
            assert (last.status_code, last.json()["fout"]) == (
                409, "Er is geen volgende stap. Geef een stap mee, of start met --scenario.",
            )  # fmt: skip
            assert line.step({"do": "category", "insz": NOBODY, "category": "05"}).status_code == 200
            assert Heard(line.ask(about(services.VDAB, NOBODY)).content).text("Catwz") == "05"

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            (b"{", "geen geldige JSON"),
            (b"\xff", "geen geldige JSON"),
            (b"[" * 100_000, "geen geldige JSON"),
            (b'{"do": "dansen"}', "Kies register"),
            (b'{"do": "register", "insz": "12661299835"}', "Niemand heeft"),
        ],
        ids=["half", "bytes", "diep", "vreemd", "niemand"],
    )
    def test_a_wrong_step_gets_a_sentence(self, body: bytes, sentence: str) -> None:
        with line_to(world_with()) as line:
            came = line.step(body)
            assert came.status_code == 400
            assert sentence in came.json()["fout"]

    def test_the_first_page_lists_faults_and_scenarios_in_force(self) -> None:
        world = world_with(
            rules=[{"service": "GeefDossierVDAB", "match": {"nth": 3}, "fault": "slow:2", "times": 1}],
            latency=[{"fixed_ms": 5}],
            outages=[{"daily": "00:00-00:00", "shows": "reset"}],
            steps=[{"do": "register", "insz": "never-registered", "day": 4}],
        )
        with line_to(world) as line:
            page = line.client.get("/").text
            data = line.client.get("/", headers={"Accept": "application/json"}).json()
        assert "slow:2, GeefDossierVDAB, nth 3, 1 keer" in page
        assert "register never-registered (op dag 4)" in page
        assert "docs/simulator.md" in page
        assert set(data["scenarios"]) == {each.name for each in packaged()}
        assert (len(data["wachttijden"]), len(data["onderbrekingen"])) == (1, 1)
        assert "Scenario: geen" in _first_page(world_with())


def _first_page(world: World) -> str:
    with line_to(world) as line:
        return line.client.get("/").text


@pytest.mark.parametrize("scenario", packaged(), ids=lambda each: each.name)
def test_a_scenario_that_comes_along_can_be_played_to_its_end(scenario: Any) -> None:
    world = World(today=TODAY, check_repertorium=False, script=Script(scenario.name, scenario.about, scenario.acts))
    for at, step in enumerate(scenario.acts, 1):
        assert world.script.next(world) == step
        assert world.script.state(world)["gedaan"] == at
    assert world.script.next(world) is None
    assert scenario.about.endswith(".")


def test_the_first_packaged_scenario_runs_by_itself_with_the_days() -> None:
    found = load("van-niets-tot-begeleiding")
    world = World(today=TODAY, check_repertorium=False, script=Script(found.name, found.about, found.acts))
    assert vdab(world).codes == ["30001"]
    world._clock = lambda: date(2026, 12, 14)
    heard = vdab(world)
    assert (heard.text("Catwz"), heard.text("Persoon/Voornaam")) == ("05", "Proef")
    world._clock = lambda: date(2026, 12, 25)
    assert hear(world, about(services.WORK, NOBODY)).text("AardWerknemer") == "OTH"


class TestFile:
    def test_toml_and_json_say_the_same(self, tmp_path: Path) -> None:
        toml = (
            b'name = "a"\n[[steps]]\ndo = "register"\ninsz = "never-registered"\nat = 2026-11-24\n'
            b'[[steps]]\ndo = "clock"\ndays = 2\nat = 2026-11-25T09:00:00\n'
        )
        steps = [
            {"do": "register", "insz": "never-registered", "at": "2026-11-24"},
            {"do": "clock", "days": 2, "at": "2026-11-25T09:00"},
        ]
        same = json.dumps({"name": "a", "steps": steps}).encode()
        assert read(toml, "a.toml") == read(same, "a.json")
        (tmp_path / "a.toml").write_bytes(toml)
        assert load(str(tmp_path / "a.toml")).name == "a"

    @pytest.mark.parametrize(
        ("step", "sentence"),
        [
            ("1", "do is None. Kies register"),
            ('{"do": "dansen"}', "do is 'dansen'. Kies register"),
            ('{"do": "register"}', "insz ontbreekt"),
            ('{"do": "register", "insz": "123"}', "geen geldig INSZ of de naam van een randgeval"),
            ('{"do": "register", "insz": "never-registered", "kind": "FLEXI"}', "onbekend veld 'kind'"),
            ('{"do": "category", "insz": "never-registered"}', "category ontbreekt"),
            ('{"do": "category", "insz": "never-registered", "category": ""}', "1 tot 2 tekens"),
            ('{"do": "register", "insz": "never-registered", "service": "FOREM"}', "Kies VDAB, ACTIRIS"),
            ('{"do": "hire", "insz": "never-registered", "kind": "KONING"}', "Kies EMPLOYEE"),
            ('{"do": "hire", "insz": "never-registered", "fraction": 2}', "hoogstens 1"),
            ('{"do": "hire", "insz": "never-registered", "notify": {}}', "onbekend veld 'notify'"),
            ('{"do": "replace", "insz": "never-registered", "new": "never-registered"}', "geen geldig INSZ. Kijk"),
            ('{"do": "clock"}', "days ontbreekt"),
            ('{"do": "clock", "days": 0}', "1 tot en met 3650"),
            ('{"do": "clock", "days": 1, "at": "straks"}', "at is geen moment"),
            ('{"do": "clock", "days": 1, "at": "2026-11-24T09:00Z"}', "in Belgische tijd"),
            ('{"do": "clock", "days": 1, "at": "2026-11-24", "day": 2}', "maar één van at, day en after"),
            ('{"do": "clock", "days": 1, "after": {}}', "service ontbreekt"),
            ('{"do": "clock", "days": 1, "after": {"service": "GeefKoffie"}}', "Kies GeefDossierKBI"),
            ('{"do": "clock", "days": 1, "after": {"service": "GeefPersoon", "nth": 0}}', "nth moet een geheel"),
            ('{"do": "notify", "insz": "never-registered", "notify": {"times": 99}}', "times moet een geheel"),
            ('{"do": "notify", "insz": "never-registered", "notify": {"first": 1}}', "first is true of false"),
        ],
    )
    def test_a_wrong_step_says_where_and_what_to_do(self, step: str, sentence: str) -> None:
        with pytest.raises(ScenarioError, match=sentence) as said:
            read(f'{{"steps": [{{"do": "clock", "days": 1}}, {step}]}}'.encode(), "proef.json")
        assert str(said.value).startswith("Stap 2 van proef.json")

    @pytest.mark.parametrize(
        ("data", "name", "sentence"),
        [
            (b"{", "a.json", "geen geldige JSON"),
            (b"steps = [", "a.toml", "geen geldige TOML"),
            (b"\xff", "a.toml", "geen geldige TOML"),
            (b"[]", "a.json", "geen object"),
            (b"{}", "a.json", 'geen lijst "steps"'),
            (b'{"steps": []}', "a.json", "minstens één stap"),
            (b'{"steps": [1], "maan": 1}', "a.json", "onbekend veld 'maan'"),
            (b'{"steps": [1], "name": 3}', "a.json", "zijn teksten"),
        ],
    )
    def test_a_wrong_file_says_what_to_do(self, data: bytes, name: str, sentence: str) -> None:
        with pytest.raises(ScenarioError, match=sentence):
            read(data, name)

    def test_a_scenario_that_is_not_there_names_the_ones_that_are(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="Kies een-week-in-een-uur"):
            load("onbestaand")
        with pytest.raises(ScenarioError, match="Kijk de naam en de rechten na"):
            load(str(tmp_path / "weg.toml"))


def test_the_command_lists_scenarios_and_refuses_a_wrong_one() -> None:
    listed = CliRunner().invoke(command, ["--scenario", "list"])
    assert listed.exit_code == 0
    assert [line.partition(":")[0] for line in listed.output.splitlines()] == [each.name for each in packaged()]
    wrong = CliRunner().invoke(command, ["--scenario", "onbestaand", "--port", "0"])
    assert (wrong.exit_code, "Er is geen scenario" in wrong.output) == (2, True)
