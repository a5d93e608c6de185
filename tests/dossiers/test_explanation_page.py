"""`/dossiers/<nr>/uitleg`: why this outcome and this date."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.redecide import redecide_all, redecide_due
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.law import Suspension
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.rulebook import services

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-11-24 10:00+01:00", tick=False):
        yield


@pytest.fixture
def client() -> Client:
    return sign_in(Client(), make_staff(Role.CASE_WORKER))


def page(client: Client, dossier: Dossier) -> str:
    answer = client.get(f"/dossiers/{dossier.number}/uitleg")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def told(data: e.Data, on: date = date(2026, 11, 24)) -> NewEvent:
    return NewEvent(data, on, e.Source.CASE_WORKER)


def test_each_reason_names_its_rule_with_a_link_and_a_status(client: Client) -> None:
    made = make_dossier(work=[])
    found = page(client, made)
    assert "Nog in te schrijven, stap VDAB nagaan" in found
    for rule in ("R-05", "R-08", "R-10", "R-11", "R-12"):
        assert f'href="/regels/{rule}"' in found
    assert "Gedocumenteerd" in found


def test_the_days_are_a_sum_that_ends_at_the_due_date(client: Client) -> None:
    pause = Suspension(begin=date(2026, 10, 10), end=date(2026, 10, 19), reason="ziekenhuis")
    made = make_dossier(e.TermSuspended(suspension=pause), work=[], contract=date(2026, 10, 1))
    found = page(client, made)
    assert made.due_on == date(2026, 12, 10)
    for words in (
        "1 oktober 2026",
        "tot en met 30 november 2026",
        "+ 60",
        "Opgeschort: ziekenhuis",
        "10 oktober 2026 tot en met 19 oktober 2026",
        "+ 10",
        "<b>10 december 2026</b>",
        "<b>70</b>",
        "nog 16 dagen",
    ):
        assert words in found


def test_who_still_has_to_register_after_the_term_is_late_and_who_works_is_not(client: Client) -> None:
    late = make_dossier(work=[], contract=date(2026, 9, 1))
    job = e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 1, 1), fraction=1.0)
    works = make_dossier(work=[job], contract=date(2026, 9, 1))
    assert "24 dagen te laat" in page(client, late)
    assert "te laat" not in page(client, works)
    assert "termijn voorbij" in page(client, works)


def test_an_assumption_is_named_as_one(client: Client) -> None:
    job = e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 1, 1), fraction=1.0)
    found = page(client, make_dossier(work=[job]))
    assert "Aanname, nog te bevestigen" in found
    assert "W-01 Werk: deel van voltijds, minstens" in found
    assert "Aanname, nog te bevestigen" not in page(client, make_dossier(nis="62063"))


def test_without_a_contract_it_says_when_the_term_begins(client: Client) -> None:
    assert "De termijn begint bij de handtekening." in page(client, make_dossier(contract=None, work=[]))
    assert "Wie buiten deze pijler valt, heeft geen termijn." in page(client, make_dossier(nis="62063"))


def test_what_changes_it_next_is_said_with_the_day(client: Client) -> None:
    job = e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 1, 1), end=date(2026, 12, 31), fraction=1.0)
    found = page(client, make_dossier(work=[job]))
    assert "Vrijdag 1 januari 2027 bekijkt de toepassing dit dossier vanzelf opnieuw." in found
    assert "wordt het dan: <b>Nog in te schrijven, stap VDAB nagaan</b>" in found


def test_earlier_decisions_tell_what_changed_and_by_which_rules(client: Client) -> None:
    lead = make_staff(Role.PROJECT_LEAD).staff
    job = e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 1, 1), fraction=0.5)
    made = make_dossier(work=[job])
    draft = services.make_draft("bijna-voltijds", lead)
    services.change_rule(draft, "W-01", None, services.Change(0.8, None, None, "Proef"), lead)
    services.put_in_force(draft, "Besluit", lead)
    assert "volgens regelset 2026-1" in page(client, made)
    redecide_all()
    found = page(client, made)
    assert "volgens regelset bijna-voltijds" in found
    assert "was: Aan het werk" in found
    assert found.index("bijna-voltijds</td>") < found.index("2026-1</td>")


def test_days_of_a_suspension_stand_in_one_line(client: Client) -> None:
    made = make_dossier(e.TermSuspended(suspension=Suspension(begin=date(2026, 11, 20))), work=[])
    for day in (25, 26, 27):
        with time_machine.travel(f"2026-11-{day} 10:00+01:00", tick=False):
            assert redecide_due().changed == 1
    found = page(client, made)
    assert "daarna 3 keer een andere uiterste datum" in found
    assert found.count("2026-1</td>") == 1


def test_a_day_that_passed_since_the_last_decision_is_said(client: Client) -> None:
    job = e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 1, 1), end=date(2026, 11, 20), fraction=1.0)
    made = make_dossier(work=[job], now=datetime(2026, 11, 19, 9, tzinfo=BRUSSELS))
    assert "Vannacht wordt dit dossier opnieuw bekeken." in page(client, made)


def test_in_brussels_it_speaks_of_actiris(client: Client) -> None:
    found = page(client, make_dossier(nis="21004", municipality="Brussel", work=[]))
    assert "stap Actiris nagaan" in found
    assert "een antwoord van Actiris" in found


def test_opening_it_is_logged_and_other_agencies_are_refused() -> None:
    made = make_dossier(work=[])
    here, there = make_staff(Role.TEAM_LEAD), make_staff(Role.CASE_WORKER, "atlas")
    address = f"/dossiers/{made.number}/uitleg"
    assert sign_in(Client(), here).get(address).status_code == 200
    assert AccessLog.objects.filter(staff=here.staff, action="OPENED", dossier=made.pk).count() == 1
    assert sign_in(Client(), there).get(address).status_code == 403
    for role in (Role.PROJECT_LEAD, Role.EXCHANGE_OPERATOR, Role.VDAB_COUNSELLOR):
        assert sign_in(Client(), make_staff(role)).get(address).status_code == 403
    others = AccessLog.objects.exclude(staff=here.staff).filter(dossier=made.pk)
    assert list(others.values_list("action", flat=True)) == ["REFUSED"], "a refused visit is written down as that"
    assert sign_in(Client(), here).get("/dossiers/TN-1999-99999/uitleg").status_code == 404


def test_every_kind_of_dossier_can_be_explained(client: Client) -> None:
    made = [
        make_dossier(work=None),
        make_dossier(birth=None),
        make_dossier(birth="1990-00-00"),
        make_dossier(may_work=None),
        make_dossier(may_work=False),
        make_dossier(birth="1950-01-01"),
        make_dossier(e.TemporaryProtectionSet(protected=True), work=[]),
        make_dossier(e.WorkSituationAssessed(choice="STUDY", reason="voltijdse opleiding")),
    ]
    for dossier in made:
        assert "Waarom deze uitkomst?" in page(client, dossier)


def test_the_page_asks_the_database_little(client: Client, django_assert_max_num_queries) -> None:
    made = make_dossier(work=[])
    for number in range(6):
        record(made.pk, told(e.ContractRegistered(signed_on=date(2026, 9, 1) - timedelta(days=number))))
    page(client, made)
    with django_assert_max_num_queries(8):
        page(client, made)
