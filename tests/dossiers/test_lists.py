"""`/dossiers`: everything somebody may see, and nothing else, at any size."""

import re

import pytest
from django.test import Client
from tests.factories import make_dossier, make_insz, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.views import lists
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, AccessLog, Role

pytestmark = pytest.mark.django_db

NO_WORK = e.WorkSituationAssessed(choice="NO_WORK", reason="gesprek")


@pytest.fixture
def me() -> Access:
    return make_staff()


@pytest.fixture
def browser(client: Client, me: Access) -> Client:
    return sign_in(client, me)


def page(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/dossiers?{query}" if query else "/dossiers")
    assert answer.status_code == 200
    return answer.content.decode()


def listed(browser: Client, query: str = "") -> list[str]:
    return re.findall(r'<div class="klein stil">(TN-\d{4}-\d+)</div>', page(browser, query))


@pytest.mark.parametrize("role", [Role.CASE_WORKER, Role.TEAM_LEAD, Role.DPO])
def test_an_agency_sees_its_own_dossiers_and_not_those_of_another(client: Client, role: Role) -> None:
    own = make_dossier(access=make_staff())
    make_dossier(access=make_staff(organisation="atlas"), agency="atlas")
    assert listed(sign_in(client, make_staff(role))) == [own.number]


@pytest.mark.parametrize("role", [Role.PROJECT_LEAD, Role.EXCHANGE_OPERATOR])
def test_who_needs_no_person_sees_no_list(client: Client, role: Role) -> None:
    assert sign_in(client, make_staff(role)).get("/dossiers").status_code == 403


def joint_client(first_name: str, office: str) -> Dossier:
    told = e.EmploymentServiceAnswered(
        answer="KNOWN", category="03", registered_on=None, counsellor=e.Counsellor(name="Els Maes", office=office)
    )
    return make_dossier(NO_WORK, told, access=make_staff(), first_name=first_name)


def test_a_vdab_counsellor_sees_joint_clients_of_the_own_office_in_partner_columns(client: Client) -> None:
    counsellor = make_staff(Role.VDAB_COUNSELLOR, "vdab-mechelen")
    mine = joint_client("Samira", counsellor.organisation.short_name)
    joint_client("Anders", "Een ander kantoor")
    make_dossier(NO_WORK, access=make_staff(), first_name="Onbekend")
    browser = sign_in(client, counsellor)
    assert listed(browser) == [mine.number]
    html = page(browser)
    assert "Gezamenlijke klanten" in html
    heads = re.findall(r'<th scope="col">([^<]+)</th>', html)
    assert heads == ["Inburgeraar", "Contacttaal", "Gemeente", "Categorie", "Ingeschreven", "Afspraak"]
    assert f'href="/dossiers/{mine.number}"' not in html
    assert "03 vrij ingeschreven" in html


def test_a_partner_cannot_look_by_way_of_a_filter(client: Client) -> None:
    counsellor = make_staff(Role.VDAB_COUNSELLOR, "vdab-mechelen")
    mine = joint_client("Samira", counsellor.organisation.short_name)
    browser = sign_in(client, counsellor)
    assert listed(browser, "stap=2&termijn=voorbij&status=niet-gekend") == [mine.number]


def test_a_name_is_found_in_any_order_and_any_case(browser: Client, me: Access) -> None:
    found = make_dossier(access=me, first_name="Yonas", last_name="Tesfayvoor")
    make_dossier(access=me, first_name="Yonas", last_name="Anders")
    for words in ("tesfay", "TESFAYVOOR", "yonas tesf", "Tesfayvoor Yonas", "sfayv"):
        assert listed(browser, f"q={words}") == [found.number]


def test_two_letters_begin_a_name(browser: Client, me: Access) -> None:
    found = make_dossier(access=me, first_name="Yonas", last_name="Tesfayvoor")
    make_dossier(access=me, first_name="Rayonah", last_name="Anders")
    assert listed(browser, "q=yo") == [found.number]


def test_a_dossier_number_is_found_whole_short_or_with_its_prefix(browser: Client, me: Access) -> None:
    dossier = make_dossier(access=me)
    year, serial = dossier.number.split("-")[1:]
    for words in (dossier.number, dossier.number.lower(), f"{year}-{serial}", str(int(serial))):
        assert dossier.number in listed(browser, f"q={words}")


def test_a_national_number_is_found_exactly_and_an_old_one_too(browser: Client, me: Access) -> None:
    old, new = make_insz(), make_insz()
    dossier = make_dossier(e.NumberReplaced(old=old, new=new), access=me, insz=old)
    make_dossier(access=me)
    for number in (old, new, f"{new[:2]}.{new[2:4]}.{new[4:6]}-{new[6:9]}.{new[9:]}"):
        assert listed(browser, f"q={number}") == [dossier.number]
    assert listed(browser, f"q={make_insz()}") == []


def test_a_national_number_of_another_agency_finds_nothing(browser: Client) -> None:
    insz = make_insz()
    make_dossier(access=make_staff(organisation="atlas"), agency="atlas", insz=insz)
    assert listed(browser, f"q={insz}") == []


def test_a_search_is_logged_without_the_words(browser: Client, me: Access) -> None:
    dossier = make_dossier(access=me, last_name="Tesfayvoor")
    page(browser, "q=tesfayvoor")
    log = AccessLog.objects.get(staff=me.staff, action=AccessAction.SEARCHED)
    assert log.detail == "naam, 10 tekens"
    page(browser, f"q={dossier.insz}")
    details = set(AccessLog.objects.filter(action=AccessAction.SEARCHED).values_list("detail", flat=True))
    assert details == {"naam, 10 tekens", "rijksregisternummer, 11 tekens"}
    assert AccessLog.objects.filter(action=AccessAction.LISTED, dossier=dossier.pk).count() == 2


@pytest.mark.parametrize("query", ["stap=4", "taal=ti", "status=niet-gekend", "gemeente=Leuven", "termijn=geen"])
def test_the_filters_work_on_all_dossiers(browser: Client, me: Access, query: str) -> None:
    make_dossier(access=me)
    found = make_dossier(
        NO_WORK,
        e.EmploymentServiceAnswered(answer="NOT_KNOWN"),
        e.ContactChanged(language="ti"),
        access=make_staff(),
        nis="24062",
        municipality="Leuven",
        contract=None,
    )
    assert listed(browser, query) == [found.number]


def test_pages_go_from_key_to_key_without_gaps_or_doubles(browser: Client, me: Access) -> None:
    made = [make_dossier(access=me).number for _ in range(60)]
    seen: list[str] = []
    query = ""
    while True:
        html = page(browser, query)
        seen += re.findall(r'<div class="klein stil">(TN-\d{4}-\d+)</div>', html)
        following = re.search(r'rel="next" href="/dossiers\?([^"]+)"', html)
        if not following:
            break
        query = following[1]
    assert seen == made[::-1]


def test_the_count_stops_where_nobody_counts_on(browser: Client, me: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(28):
        make_dossier(access=me)
    assert "28 dossiers." in page(browser)
    monkeypatch.setattr(lists, "COUNTED_TO", 26)
    assert "Meer dan 26 dossiers." in page(browser)


def test_nothing_found_offers_to_wipe_the_filters(browser: Client) -> None:
    html = page(browser, "q=bestaatniet")
    assert "Geen dossier gevonden met deze filters." in html
    assert 'href="/dossiers?alles=1">Wis filters' in html


@pytest.mark.parametrize("query", ["voor=abc", "stap=xyz", "taal=%00", "status=1", "gemeente=%00"])
def test_what_nobody_understands_is_named(browser: Client, me: Access, query: str) -> None:
    dossier = make_dossier(access=me)
    html = page(browser, query)
    assert dossier.number in html
    assert "We kennen “" in html


@pytest.mark.parametrize("text", ["%00", "%25", "_", "'", "\\", "TN-", "tn", "-", "99999999999", "é", "(", "x" * 500])
def test_no_search_breaks_the_page(browser: Client, me: Access, text: str) -> None:
    make_dossier(access=me)
    assert "<h1>Dossiers</h1>" in page(browser, f"q={text}")


def test_a_percent_sign_is_a_letter_and_no_wildcard(browser: Client, me: Access) -> None:
    make_dossier(access=me)
    assert listed(browser, "q=%25%25%25") == []


def test_a_search_can_be_saved_and_shared(browser: Client, me: Access) -> None:
    answer = browser.post("/dossiers/filters", {"naam": "Leuven", "terug": "q=sam&gemeente=Leuven&voor=3", "deel": "1"})
    assert answer["Location"] == "/dossiers?q=sam&gemeente=Leuven"
    assert 'href="/dossiers?q=sam&amp;gemeente=Leuven"' in page(browser)
    assert "gemeente=Leuven" not in browser.get("/werklijst").content.decode()


def test_the_page_asks_at_most_twelve_things_of_the_database(
    browser: Client, me: Access, django_assert_max_num_queries: object
) -> None:
    for _ in range(26):
        make_dossier(access=me)
    page(browser)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page(browser, "q=voorbeeld")


def test_a_saved_search_says_how_many_it_finds_among_what_one_may_see(
    browser: Client, me: Access, django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("ti", "ti", "ti", "so"):
        make_dossier(e.ContactChanged(language=language), access=me)
    make_dossier(e.ContactChanged(language="ti"), agency="atlas")
    for name, query in (("Tigrinya", "taal=ti"), ("Somali", "taal=so"), ("Niemand", "q=Bestaatniet")):
        browser.post("/dossiers/filters", {"naam": name, "terug": query})
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = browser.get("/dossiers?alles=1").content.decode()
    counted = dict(re.findall(r"</svg>(\w+)(?: <span[^>]*>[^<]*</span>)*<span class=\"eind\">([^<]+)<", page))
    assert counted == {"Tigrinya": "3", "Somali": "1", "Niemand": "0"}
    monkeypatch.setattr(lists, "COUNTED_TO", 2)
    assert (
        '<span class="eind">2+<span class="vh"> en meer</span></span>'
        in browser.get("/dossiers?alles=1").content.decode()
    )


def test_who_asked_for_help_stands_out_in_the_list_and_on_every_page_of_the_dossier(
    browser: Client, me: Access
) -> None:
    asks = make_dossier(e.ClientAskedHelp(), access=me)
    calm = make_dossier(access=me)
    rows = browser.get("/dossiers?alles=1").content.decode().split("<tr>")
    assert ["Vraagt hulp" in next(row for row in rows if one.number in row) for one in (asks, calm)] == [True, False]
    for tab in ("", "/werksituatie", "/vdab", "/toelichting", "/inschrijving", "/opvolging", "/inzage", "/intake"):
        assert "Vraagt hulp" in browser.get(f"{asks.get_absolute_url()}{tab}").content.decode(), tab
        assert "Vraagt hulp" not in browser.get(f"{calm.get_absolute_url()}{tab}").content.decode(), tab
