"""What a draft would do to everybody, and that putting it in force does exactly that."""

from datetime import date, timedelta

import pytest
import time_machine
from click.testing import CliRunner
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding import law
from toeleiding.cli.rules import command
from toeleiding.dossiers import events as e
from toeleiding.dossiers import jobs, trials
from toeleiding.dossiers.models import Dossier, Event, Task
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.redecide import redecide_all, redecide_due
from toeleiding.dossiers.whatif import WhatIf, what_if
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.rulebook import selectors, services
from toeleiding.rulebook.models import RuleSetVersion, Trial

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def lead() -> Access:
    return make_staff(Role.PROJECT_LEAD)


def job(fraction: float) -> e.WorkEntry:
    return e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 1, 1), fraction=fraction)


def draft(lead: Access, name: str = "bijna-voltijds", share: float = 0.8) -> RuleSetVersion:
    made = services.make_draft(name, lead.staff)
    change = services.Change(share, None, None, "Wat als dit de grens is?")
    return services.change_rule(made, "W-01", None, change, lead.staff)


def summary(found: WhatIf) -> list[tuple[str, str, int]]:
    return sorted((one.was_outcome, one.outcome, one.count) for one in found.transitions)


def test_a_higher_share_of_full_time_changes_who_works(lead: Access) -> None:
    half, most, full = (make_dossier(work=[job(share)]) for share in (0.5, 0.8, 1.0))
    nobody = make_dossier(work=[])
    found = what_if(selectors.by_name(draft(lead).name))
    assert (found.seen, found.changed) == (4, 1)
    (one,) = found.transitions
    assert (one.was_outcome, one.outcome, one.step) == ("WORKING", "TO_REFER", "EMPLOYMENT_SERVICE_CHECK")
    assert one.rules == ("W-01",)
    (example,) = found.examples
    assert example.dossier == half.pk
    assert any("80 %" in why for why in example.why)
    assert {most.outcome, full.outcome, nobody.outcome} == {"WORKING", "TO_REFER"}


def test_a_what_if_writes_nothing(lead: Access) -> None:
    make_dossier(work=[job(0.5)])
    before = list(Dossier.objects.values()), Event.objects.count(), Task.objects.count()
    what_if(selectors.by_name(draft(lead).name))
    assert (list(Dossier.objects.values()), Event.objects.count(), Task.objects.count()) == before


def test_the_what_if_says_exactly_what_putting_it_in_force_does(lead: Access) -> None:
    made = [make_dossier(work=[job(share / 10)]) for share in range(3, 11)]
    made += [make_dossier(work=[job(0.6)], birth=None), make_dossier(work=None), make_dossier(nis="62063")]
    before = {dossier.pk: (dossier.outcome, dossier.step, dossier.due_on) for dossier in made}
    version = draft(lead)
    said = what_if(selectors.by_name(version.name))
    services.put_in_force(version, "Nieuwe tekst", lead.staff)
    done = redecide_all()
    after = {d.pk: (d.outcome, d.step, d.due_on) for d in Dossier.objects.filter(pk__in=before)}
    changed = {key for key in before if before[key] != after[key]}
    assert done.changed == said.changed == len(changed) > 0
    assert {one.dossier for one in said.examples} == changed
    assert all(before[one.dossier][0] == one.was.outcome for one in said.examples)
    assert all(after[one.dossier] == (one.now.outcome, one.now.step, one.now.due_on) for one in said.examples)
    assert set(Dossier.objects.values_list("rule_set", flat=True)) == {"bijna-voltijds"}
    told = Event.objects.filter(kind="DECIDED", data__rule_set="bijna-voltijds").values_list("dossier", flat=True)
    assert sorted(told) == sorted(changed)
    assert what_if(selectors.in_force()).changed == 0


def test_after_a_change_of_rules_the_columns_still_equal_the_fold(lead: Access) -> None:
    for share in (0.5, 1.0):
        make_dossier(work=[job(share)])
    services.put_in_force(draft(lead), "Nieuwe tekst", lead.staff)
    redecide_all()
    assert list(rebuild()) == []


def test_a_new_fact_after_the_change_is_decided_by_the_new_rules(lead: Access) -> None:
    services.put_in_force(draft(lead), "Nieuwe tekst", lead.staff)
    made = make_dossier(work=[job(0.5)])
    assert (made.outcome, made.rule_set) == ("TO_REFER", "bijna-voltijds")


def test_another_first_day_of_the_pillar_picks_another_contract(lead: Access) -> None:
    made = make_dossier(e.ContractRegistered(signed_on=date(2026, 11, 1)), contract=date(2026, 10, 1))
    assert made.contract_signed_on == date(2026, 10, 1)
    version = services.make_draft("later", lead.staff)
    change = services.Change(date(2026, 10, 15), date(2022, 3, 1), None, "Wat als de pijler later begon?")
    services.change_rule(version, "R-01", date(2022, 3, 1), change, lead.staff)
    services.put_in_force(version, "Proef", lead.staff)
    redecide_all()
    made.refresh_from_db()
    assert made.contract_signed_on == date(2026, 11, 1)
    assert list(rebuild()) == []


def test_a_longer_term_moves_only_the_due_date(lead: Access) -> None:
    make_dossier(work=[])
    version = services.make_draft("langer", lead.staff)
    change = services.Change(90, date(2022, 3, 1), None, "Wat als 90?")
    services.change_rule(version, "R-05", date(2022, 3, 1), change, lead.staff)
    (one,) = what_if(selectors.by_name("langer")).transitions
    assert (one.due_moves, one.rules, one.was_step) == (True, ("R-05",), one.step)


def test_a_day_that_passed_is_not_blamed_on_the_rules(lead: Access) -> None:
    ends = e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 1, 1), end=TODAY, fraction=1.0)
    made = make_dossier(work=[ends])
    assert (made.outcome, made.valid_until) == ("WORKING", TODAY + DAY)
    version = draft(lead)
    with time_machine.travel("2026-11-26 10:00+01:00", tick=False):
        assert what_if(selectors.by_name(version.name)).changed == 0
        assert redecide_due().changed == 1


def test_counts_per_agency(lead: Access) -> None:
    make_dossier(work=[job(0.5)])
    make_dossier(work=[job(0.5)], agency="atlas")
    make_dossier(work=[job(1.0)], agency="atlas")
    found = what_if(selectors.by_name(draft(lead).name))
    assert {one.agency: (one.changed, one.seen) for one in found.agencies} == {"agii": (1, 1), "atlas": (1, 2)}


def try_it(lead: Access) -> tuple[Client, RuleSetVersion]:
    version = draft(lead)
    client = sign_in(Client(), lead)
    assert client.post(f"/regels/concept/{version.name}/proef").status_code == 302
    return client, version


def test_the_project_lead_sees_numbers_and_no_person(lead: Access) -> None:
    made = make_dossier(work=[job(0.5)], last_name="Zichtbaar")
    client, _ = try_it(lead)
    page = client.get("/regels/concept/bijna-voltijds/proef").content.decode()
    assert "1 van 1 dossiers veranderen" in page
    assert "Aan het werk" in page
    assert "Zichtbaar" not in page
    assert made.number not in page


def test_a_case_worker_sees_only_the_dossiers_of_her_agency_and_that_is_logged(lead: Access) -> None:
    here = make_dossier(work=[job(0.5)])
    there = make_dossier(work=[job(0.5)], agency="atlas")
    try_it(lead)
    worker = make_staff(Role.CASE_WORKER)
    page = sign_in(Client(), worker).get("/regels/concept/bijna-voltijds/proef").content.decode()
    assert here.number in page
    assert there.number not in page
    assert "Maak van kracht" not in page
    assert list(AccessLog.objects.filter(staff=worker.staff).values_list("action", "dossier")) == [("LISTED", here.pk)]


def test_from_the_page_a_draft_comes_in_force_with_a_reason(lead: Access) -> None:
    made = make_dossier(work=[job(0.5)])
    client, version = try_it(lead)
    refused = client.post("/regels/concept/bijna-voltijds/van-kracht", {"reason": ""})
    assert refused.status_code == 400
    assert "Geef een reden." in refused.content.decode()
    answer = client.post("/regels/concept/bijna-voltijds/van-kracht", {"reason": "Besluit"})
    assert answer["Location"] == "/regels"
    assert selectors.in_force().name == version.name
    jobs.redecide_everybody()
    made.refresh_from_db()
    assert made.outcome == "TO_REFER"


def test_what_was_not_tried_does_not_come_in_force_from_the_page(lead: Access) -> None:
    draft(lead)
    client = sign_in(Client(), lead)
    answer = client.post("/regels/concept/bijna-voltijds/van-kracht", {"reason": "Besluit"})
    assert answer.status_code == 400
    assert "Bereken eerst wie verandert." in answer.content.decode()
    assert selectors.in_force() is law.IN_FORCE


def test_a_change_after_the_trial_asks_for_a_new_trial(lead: Access) -> None:
    client, version = try_it(lead)
    services.change_rule(version, "W-01", None, services.Change(0.9, None, None, "Nog hoger"), lead.staff)
    assert "Nog niet berekend" in client.get("/regels/concept/bijna-voltijds/proef").content.decode()


def test_a_large_population_is_tried_by_the_worker(lead: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    make_dossier(work=[job(0.5)])
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    client, _ = try_it(lead)
    assert "0 van 1 dossiers bekeken" in client.get("/regels/concept/bijna-voltijds/proef").content.decode()
    jobs.run_trial(Trial.objects.get().pk)
    assert "1 van 1 dossiers veranderen" in client.get("/regels/concept/bijna-voltijds/proef").content.decode()


def test_the_page_of_a_trial_asks_the_database_little(lead: Access, django_assert_max_num_queries) -> None:
    for _ in range(5):
        make_dossier(work=[job(0.5)])
    try_it(lead)
    client = sign_in(Client(), make_staff(Role.TEAM_LEAD))
    with django_assert_max_num_queries(12):
        assert client.get("/regels/concept/bijna-voltijds/proef").status_code == 200


def test_how_many_decisions_lean_on_an_assumption(lead: Access) -> None:
    make_dossier(work=[job(0.5)])
    make_dossier(nis="62063")
    page = sign_in(Client(), lead).get("/regels/W-01/dossiers").content.decode()
    assert "<b>1</b> van 2 dossiers steunt nu op deze aanname" in page


def test_export_and_decide_with_the_draft(lead: Access, tmp_path) -> None:
    draft(lead)
    run = CliRunner()
    target = tmp_path / "bijna.toml"
    assert run.invoke(command, ["export", "bijna-voltijds", "--to", str(target)]).exit_code == 0
    assert law.load(target) == selectors.by_name("bijna-voltijds")
    assert law.load(run.invoke(command, ["export", law.IN_FORCE.name]).output) == law.IN_FORCE
    from toeleiding.cli.decide import command as decide

    case = (
        '{"id": 1, "as_of": "2026-11-24", "person": {"birth_date": "1990-01-01", "region": "VLAANDEREN",'
        ' "may_work": true}, "work": [{"kind": "EMPLOYEE", "begin": "2026-01-01", "fraction": 0.5}]}'
    )
    assert '"outcome":"WORKING"' in run.invoke(decide, [], input=case).output
    assert '"outcome":"TO_REFER"' in run.invoke(decide, ["--rules", str(target)], input=case).output


def test_the_command_is_dry_until_it_is_told_to_apply(lead: Access) -> None:
    made = make_dossier(work=[job(0.5)])
    draft(lead)
    run = CliRunner()
    dry = run.invoke(command, ["put-in-force", "bijna-voltijds"])
    assert "veranderen 1 van 1 dossiers" in dry.output
    assert made.number in dry.output
    assert "Er is niets gewijzigd." in dry.output
    assert selectors.in_force() is law.IN_FORCE
    wrong = run.invoke(command, ["put-in-force", "bijna-voltijds", "--apply", "--reason", "Besluit"])
    assert "gebruikersnaam van een projectleider" in wrong.output
    given = ["put-in-force", "bijna-voltijds", "--apply", "--reason", "Besluit", "--by", lead.staff.username]
    assert "1 van 1 dossiers kregen een andere beslissing" in run.invoke(command, given).output
    listed = run.invoke(command, ["list"]).output
    assert "bijna-voltijds  van kracht" in listed


def test_an_unknown_rule_set_gets_a_dutch_sentence() -> None:
    answer = CliRunner().invoke(command, ["export", "bestaat-niet"])
    assert answer.exit_code == 1
    assert "De regelset 'bestaat-niet' bestaat niet." in answer.output
