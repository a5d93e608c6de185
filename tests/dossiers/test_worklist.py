"""The day list of a case worker: what stands on it, in which order, and what the address can ask of it."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.services import ask_employment_service
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.dossiers.views import worklist
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, AccessLog, Role

pytestmark = pytest.mark.django_db

NO_WORK = e.WorkSituationAssessed(choice="NO_WORK", reason="gesprek")
NOT_KNOWN = e.EmploymentServiceAnswered(answer="NOT_KNOWN")
REGISTERED = e.EmploymentServiceAnswered(answer="KNOWN", category="03", registered_on=date(2026, 1, 5))


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def me() -> Access:
    return make_staff()


@pytest.fixture
def browser(client: Client, me: Access) -> Client:
    return sign_in(client, me)


def page(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/werklijst?{query}" if query else "/werklijst")
    assert answer.status_code == 200
    return answer.content.decode()


def listed(browser: Client, query: str = "") -> list[str]:
    """The dossier numbers on screen, in order."""
    return re.findall(r'<div class="klein stil">(TN-\d{4}-\d+)</div>', page(browser, query))


def test_who_is_not_signed_in_goes_to_the_sign_in_page_and_back(client: Client) -> None:
    answer = client.get("/werklijst?taal=ar")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query)["verder"] == ["/werklijst?taal=ar"]


@pytest.mark.parametrize("role", [Role.TEAM_LEAD, Role.DPO, Role.PROJECT_LEAD, Role.EXCHANGE_OPERATOR])
def test_the_worklist_is_for_case_workers(client: Client, role: Role) -> None:
    assert sign_in(client, make_staff(role)).get("/werklijst").status_code == 403


def test_the_list_greets_with_the_day_and_the_number_followed(browser: Client, me: Access) -> None:
    make_dossier(access=me)
    make_dossier(access=me)
    assert "Je volgt 2 inburgeraars op." in page(browser)


def test_nothing_to_do_says_so(browser: Client) -> None:
    assert "Niets te doen. Je bent helemaal bij." in page(browser)


def test_dossiers_of_a_colleague_and_of_another_agency_are_not_on_my_list(browser: Client, me: Access) -> None:
    mine = make_dossier(access=me)
    make_dossier(access=make_staff())
    make_dossier(access=make_staff(organisation="atlas"), agency="atlas")
    assert listed(browser) == [mine.number]


def test_each_dossier_lies_in_the_drawer_of_its_decision(browser: Client, me: Access) -> None:
    todo = make_dossier(access=me)
    waiting = make_dossier(NO_WORK, access=me)
    ask_employment_service(me, [waiting])
    followed = make_dossier(NO_WORK, REGISTERED, access=me)
    done = make_dossier(e.WorkSituationAssessed(choice="LASTING_WORK", reason="contract"), access=me)
    assert listed(browser) == [todo.number]
    assert listed(browser, "lijst=wacht-op-anderen") == [waiting.number]
    assert listed(browser, "lijst=in-opvolging") == [followed.number]
    assert listed(browser, "lijst=afgerond") == [done.number]


def test_the_tabs_show_how_many_lie_in_them(browser: Client, me: Access) -> None:
    make_dossier(access=me)
    make_dossier(NO_WORK, REGISTERED, access=me)
    shown = dict(re.findall(r'<em id="telling-([a-z-]+)">(\d+)</em>', page(browser)))
    assert shown == {"te-doen": "1", "wacht-op-anderen": "0", "in-opvolging": "1", "afgerond": "0"}


@pytest.fixture
def tiles(me: Access) -> dict[str, Dossier]:
    """One dossier for each tile."""
    today = timezone.localdate()
    found = {
        "termijn-voorbij": make_dossier(NO_WORK, NOT_KNOWN, access=me, contract=days_ago(70)),
        "termijn-loopt-af": make_dossier(NO_WORK, NOT_KNOWN, access=me, contract=days_ago(50)),
        "nieuw-contract": make_dossier(access=me, contract=days_ago(3)),
        "wacht-op-vdab": make_dossier(NO_WORK, access=me, contract=days_ago(20)),
        "afspraken-vandaag": make_dossier(
            NO_WORK,
            e.EmploymentServiceAnswered(
                answer="KNOWN",
                category="03",
                registered_on=days_ago(5),
                invitations=(e.Invitation(referral="1", on=today),),
            ),
            access=me,
            contract=days_ago(30),
        ),
    }
    ask_employment_service(me, [found["wacht-op-vdab"]])
    return found


@pytest.mark.parametrize(
    "tile", ["termijn-voorbij", "termijn-loopt-af", "nieuw-contract", "wacht-op-vdab", "afspraken-vandaag"]
)
def test_a_tile_counts_exactly_the_list_it_leads_to(browser: Client, tiles: dict[str, Dossier], tile: str) -> None:
    shown = re.findall(r'href="/werklijst\?lijst=([a-z-]+)"[^>]*><b>(\d+)</b>', page(browser))
    assert dict(shown)[tile] == "1"
    assert listed(browser, f"lijst={tile}") == [tiles[tile].number]


def test_who_works_is_never_late(browser: Client, me: Access) -> None:
    make_dossier(e.WorkSituationAssessed(choice="LASTING_WORK", reason="x"), access=me, contract=days_ago(200))
    assert "te laat" not in page(browser, "lijst=afgerond")
    assert listed(browser, "lijst=termijn-voorbij") == []


def test_an_overdue_row_has_the_filled_button_and_the_others_have_not(browser: Client, me: Access) -> None:
    make_dossier(NO_WORK, NOT_KNOWN, access=me, contract=days_ago(64), first_name="Laat")
    make_dossier(NO_WORK, NOT_KNOWN, access=me, contract=days_ago(10), first_name="Vroeg")
    html = page(browser)
    assert "4 dagen te laat" in html
    buttons = re.findall(r'<a class="(knop[^"]*)" data-actie', html)
    assert buttons == ["knop knop--klein", "knop knop--klein knop--2"]


def test_the_button_leads_to_the_page_of_the_next_action(browser: Client, me: Access) -> None:
    dossier = make_dossier(NO_WORK, NOT_KNOWN, access=me)
    assert f'href="/dossiers/{dossier.number}/toelichting"' in page(browser)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("taal=ar", {"Arabisch"}),
        ("taal=ti", {"Tigrinya"}),
        ("taal=ar&taal=ti", {"Arabisch", "Tigrinya"}),
        ("gemeente=Leuven", {"Leuven"}),
        ("stap=4", {"Vier"}),
        ("status=niet-gekend", {"Vier"}),
        ("termijn=voorbij", {"Laat"}),
        ("termijn=later", {"Arabisch", "Tigrinya", "Leuven"}),
        ("termijn=loopt-af", {"Vier"}),
        ("termijn=geen", {"Zonder"}),
    ],
)
def test_each_filter_shows_only_what_it_names(browser: Client, me: Access, query: str, expected: set[str]) -> None:
    fresh = days_ago(1)
    make_dossier(access=me, first_name="Arabisch", contract=fresh)
    make_dossier(e.ContactChanged(language="ti"), access=me, first_name="Tigrinya", contract=fresh)
    other = e.ContactChanged(language="uk")
    make_dossier(other, access=me, first_name="Leuven", nis="24062", municipality="Leuven", contract=fresh)
    make_dossier(other, NO_WORK, NOT_KNOWN, access=me, first_name="Vier", contract=days_ago(50))
    make_dossier(other, NO_WORK, access=me, first_name="Laat", contract=days_ago(70))
    make_dossier(other, access=me, first_name="Zonder", contract=None)
    names = set(re.findall(r'<a class="naam"[^>]*>(\w+) Voorbeeld</a>', page(browser, query)))
    assert names == expected


def test_a_filter_without_results_offers_to_wipe_it(browser: Client, me: Access) -> None:
    make_dossier(access=me)
    html = page(browser, "gemeente=Nergenshuizen")
    assert "Geen dossier gevonden met deze filters." in html
    assert "Wis filters" in html


def test_the_list_is_sorted_on_the_due_date_and_says_so(browser: Client, me: Access) -> None:
    later = make_dossier(access=me, contract=days_ago(1))
    sooner = make_dossier(access=me, contract=days_ago(30))
    without = make_dossier(access=me, contract=None)
    assert listed(browser) == [sooner.number, later.number, without.number]
    assert '<th scope="col" aria-sort="ascending"><a href="/werklijst?sorteer=-termijn">Termijn ↑</a></th>' in page(
        browser
    )


def test_a_column_head_sorts_and_turns_around(browser: Client, me: Access) -> None:
    first = make_dossier(e.ContactChanged(language="ar"), access=me, last_name="Aalders")
    last = make_dossier(e.ContactChanged(language="ti"), access=me, last_name="Zwart")
    assert listed(browser, "sorteer=naam") == [first.number, last.number]
    assert listed(browser, "sorteer=-naam") == [last.number, first.number]
    assert listed(browser, "sorteer=taal") == [first.number, last.number]
    assert listed(browser, "sorteer=-taal") == [last.number, first.number]
    assert 'aria-sort="descending"' in page(browser, "sorteer=-naam")


@pytest.mark.parametrize("sort", ["stap", "-stap", "status", "-status"])
def test_every_column_can_be_sorted(browser: Client, me: Access, sort: str) -> None:
    early = make_dossier(access=me)
    late = make_dossier(NO_WORK, NOT_KNOWN, access=me)
    shown = listed(browser, f"sorteer={sort}")
    if sort.lstrip("-") == "stap":
        assert shown == ([late.number, early.number] if sort.startswith("-") else [early.number, late.number])
    else:  # Niet gekend comes before Nog niet nagegaan
        assert shown == ([early.number, late.number] if sort.startswith("-") else [late.number, early.number])


def test_a_page_has_25_rows_and_the_next_one_the_rest(browser: Client, me: Access) -> None:
    for _ in range(27):
        make_dossier(access=me)
    assert len(listed(browser)) == 25
    assert "1 tot 25 van 27" in page(browser)
    assert len(listed(browser, "pagina=2")) == 2


def test_the_print_view_is_the_whole_list_without_a_pager(browser: Client, me: Access) -> None:
    for _ in range(27):
        make_dossier(access=me)
    html = page(browser, "print=1")
    assert len(re.findall("<tr id=", html)) == 27
    assert "Bladeren" not in html
    assert "Te doen: 27 dossiers." in html
    assert "<td>Vul werksituatie in</td>" in html
    assert AccessLog.objects.filter(staff=me.staff, action=AccessAction.PRINTED).count() == 27


@pytest.mark.parametrize(
    "query",
    ["stap=xyz", "stap=9", "taal=klingon", "status=;drop", "termijn=x", "sorteer=;drop", "sorteer=", "lijst=alles"],
)
def test_what_nobody_understands_in_the_address_is_named_and_left_out(browser: Client, me: Access, query: str) -> None:
    dossier = make_dossier(access=me)
    html = page(browser, query)
    assert dossier.number in html
    assert ("We kennen “" in html) == (query != "sorteer=")


@pytest.mark.parametrize("number", ["999999", "0", "-1", "abc", "١", "9" * 40])
def test_a_page_that_is_not_there_shows_one_that_is(browser: Client, me: Access, number: str) -> None:
    dossier = make_dossier(access=me)
    html = page(browser, f"pagina={number}")
    assert dossier.number in html
    assert "melding--letop" in html


def test_control_characters_in_the_address_break_nothing(browser: Client, me: Access) -> None:
    make_dossier(access=me)
    assert "We kennen “" in page(browser, "gemeente=%00&taal=%00&stap=%00")


def test_the_page_is_accessible_as_a_table(browser: Client, me: Access) -> None:
    make_dossier(access=me, first_name="Yonas", last_name="Voorbeeld")
    html = page(browser)
    assert "<caption" in html
    assert html.count('<th scope="col"') == 7
    assert 'aria-label="Kies Yonas Voorbeeld"' in html
    assert "<title>Werklijst - Toeleiding nieuwkomers</title>" in html


def test_everyone_on_screen_is_logged_once(browser: Client, me: Access) -> None:
    shown = {make_dossier(access=me).pk for _ in range(3)}
    page(browser)
    log = AccessLog.objects.filter(staff=me.staff, action=AccessAction.LISTED)
    assert {line.dossier for line in log} == shown
    assert len(log) == 3


def test_the_page_asks_at_most_twelve_things_of_the_database(
    browser: Client, me: Access, django_assert_max_num_queries: object
) -> None:
    for _ in range(30):
        make_dossier(access=me)
    browser.post("/werklijst/filters", {"naam": "Arabisch", "terug": "taal=ar"})
    page(browser)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page(browser)


def test_twenty_five_rows_ask_no_more_than_one(browser: Client, me: Access, django_assert_num_queries: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_dossier(access=me)
    page(browser)
    with CaptureQueriesContext(connection) as one:
        page(browser)
    for _ in range(24):
        make_dossier(access=me)
    with CaptureQueriesContext(connection) as many:
        page(browser)
    assert len(many) == len(one)


def test_a_proof_against_the_answer_shows_as_a_contradiction(browser: Client, me: Access) -> None:
    proof = e.ProofShown(registered_on=days_ago(3), document="attest")
    dossier = make_dossier(NO_WORK, NOT_KNOWN, proof, access=me)
    html = page(browser)
    assert "Tegenspraak" in html
    assert f'href="/dossiers/{dossier.number}/vdab#tegenspraak">Bekijk beide kanten' in html


def test_in_brussels_actiris_stands_in_the_place_of_vdab(browser: Client, me: Access) -> None:
    make_dossier(NO_WORK, access=me, nis="21004", municipality="Brussel")
    assert "Actiris nagaan" in page(browser)


def test_a_print_of_too_many_says_where_it_stops(browser: Client, me: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_dossier(access=me)
    monkeypatch.setattr(worklist, "MOST_PRINTED", 2)
    html = page(browser, "print=1")
    assert len(re.findall("<tr id=", html)) == 2
    assert "Je ziet de eerste 2 dossiers." in html


def test_who_asks_for_help_stands_out_in_her_row_with_the_call_as_its_button(client: Client) -> None:
    access = make_staff()
    dossier = make_dossier(e.ClientAskedHelp(), access=access)
    page = sign_in(client, access).get("/werklijst").content.decode()
    assert "Vraagt hulp" in page
    assert f'href="/dossiers/{dossier.number}/link#hulp">Bel terug' in page
    record(dossier, NewEvent(e.HelpAnswered(), timezone.localdate(), e.Source.CASE_WORKER, access.staff))
    assert "Vraagt hulp" not in client.get("/werklijst").content.decode()
