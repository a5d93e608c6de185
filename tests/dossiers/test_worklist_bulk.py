"""Doing one thing for several people: asking VDAB, handing over, taking back, keeping filters, exporting."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers.exports import harmless
from toeleiding.dossiers.models import Dossier, Event, SavedFilter
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.dossiers.views import worklist_bulk
from toeleiding.dossiers.views.worklist_saved import MOST_SHOWN
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, AccessLog

pytestmark = pytest.mark.django_db

NO_WORK = e.WorkSituationAssessed(choice="NO_WORK", reason="gesprek")
UNDO = re.compile(r'action="(/werklijst/toewijzing/[^"]+/ongedaan)"')


@pytest.fixture
def me() -> Access:
    return make_staff()


@pytest.fixture
def browser(client: Client, me: Access) -> Client:
    return sign_in(client, me)


def answered(dossier: Dossier, answer: str = "NOT_KNOWN") -> Dossier:
    """The employment service answers, as the exchange would record it."""
    data = e.EmploymentServiceAnswered(answer=answer)  # type: ignore[arg-type]
    return record(dossier, NewEvent(data, timezone.localdate(), e.Source.VDAB))


def test_two_ticks_and_a_button_ask_about_two_people(browser: Client, me: Access) -> None:
    two = [make_dossier(NO_WORK, access=me) for _ in range(2)]
    make_dossier(NO_WORK, access=me)
    answer = browser.post("/werklijst/vraag-status", {"kies": [one.pk for one in two], "terug": ""}, follow=True)
    html = answer.content.decode()
    assert "Vraag verstuurd voor 2 inburgeraars." in html
    assert Event.objects.filter(kind="EMPLOYMENT_SERVICE_ASKED").count() == 2
    assert html.count("Antwoord verwacht</span>") == 2
    assert len(re.findall(r"gevraagd om \d+\.\d\d", html)) == 2


def test_the_asked_people_stay_on_screen_where_they_stood(browser: Client, me: Access) -> None:
    first, asked, last = (
        make_dossier(NO_WORK, access=me, contract=timezone.localdate() - timedelta(days=days)) for days in (30, 20, 10)
    )
    html = browser.post("/werklijst/vraag-status", {"alleen": asked.pk, "terug": ""}, follow=True).content.decode()
    shown = re.findall(r'<div class="klein stil">(TN-\d{4}-\d+)</div>', html)
    assert shown == [first.number, asked.number, last.number]


def test_the_button_of_a_row_asks_about_that_person_only(browser: Client, me: Access) -> None:
    ticked, pressed = make_dossier(NO_WORK, access=me), make_dossier(NO_WORK, access=me)
    browser.post("/werklijst/vraag-status", {"kies": ticked.pk, "alleen": pressed.pk})
    assert Event.objects.get(kind="EMPLOYMENT_SERVICE_ASKED").dossier_id == pressed.pk


def test_who_cannot_be_asked_about_is_named_with_the_reason_and_a_link(browser: Client, me: Access) -> None:
    fine = make_dossier(NO_WORK, access=me)
    far = make_dossier(NO_WORK, access=me, nis="62063", municipality="Luik", first_name="Ver")
    both = {"kies": [fine.pk, far.pk], "terug": ""}
    before = browser.post("/werklijst/vraag-status", both).content.decode()
    assert "1 van 2 mogelijk, 1 overgeslagen." in before
    assert f'<a href="/dossiers/{far.number}">Ver Voorbeeld</a>: Deze persoon woont in Wallonië.' in before
    assert not Event.objects.filter(kind="EMPLOYMENT_SERVICE_ASKED").exists()
    answer = browser.post("/werklijst/vraag-status", {**both, "stap": "bevestig"}, follow=True)
    html = answer.content.decode()
    assert "Vraag verstuurd voor 1 inburgeraar." in html
    assert (
        f'<a href="/dossiers/{far.number}">Ver Voorbeeld</a> is niet gevraagd. Deze persoon woont in Wallonië.' in html
    )
    assert "Wallonië" not in browser.get("/werklijst").content.decode()


def test_a_second_question_while_one_is_under_way_is_skipped(browser: Client, me: Access) -> None:
    dossier = make_dossier(NO_WORK, access=me)
    browser.post("/werklijst/vraag-status", {"kies": dossier.pk})
    html = browser.post("/werklijst/vraag-status", {"kies": dossier.pk}, follow=True).content.decode()
    assert "Er loopt al een vraag." in html
    assert Event.objects.filter(kind="EMPLOYMENT_SERVICE_ASKED").count() == 1


@pytest.mark.parametrize("given", [{}, {"kies": "abc"}, {"kies": "999999999"}, {"kies": "1' or 1=1"}])
@pytest.mark.parametrize("address", ["/werklijst/vraag-status", "/werklijst/wijs-toe"])
def test_nothing_chosen_says_what_to_do(browser: Client, me: Access, address: str, given: dict[str, str]) -> None:
    make_dossier(NO_WORK, access=me)
    assert (
        "Vink eerst een of meer dossiers van je lijst aan."
        in browser.post(address, given, follow=True).content.decode()
    )
    assert not Event.objects.filter(kind__in=("EMPLOYMENT_SERVICE_ASKED", "ASSIGNED")).exists()


@pytest.mark.parametrize("address", ["/werklijst/vraag-status", "/werklijst/wijs-toe"])
def test_somebody_else_s_dossier_cannot_be_acted_on(browser: Client, address: str) -> None:
    theirs = make_dossier(NO_WORK, access=make_staff(organisation="atlas"), agency="atlas")
    browser.post(address, {"kies": theirs.pk, "stap": "bevestig"})
    assert not Event.objects.filter(kind__in=("EMPLOYMENT_SERVICE_ASKED", "ASSIGNED")).exists()


def test_the_answer_comes_in_without_a_reload(browser: Client, me: Access) -> None:
    dossier = make_dossier(NO_WORK, access=me, first_name="Yonas")
    html = browser.post("/werklijst/vraag-status", {"kies": dossier.pk}, follow=True).content.decode()
    poll = re.search(r'hx-get="([^"]+)" hx-trigger="every 2s"', html)
    assert poll
    address = poll[1].replace("&amp;", "&")
    still = browser.get(address).content.decode()
    assert "<tr" not in still
    assert 'hx-trigger="every 2s"' in still
    answered(dossier)
    fresh = browser.get(address).content.decode()
    assert f'<tr id="rij-{dossier.pk}" hx-swap-oob="true">' in fresh
    assert "Niet gekend" in fresh
    assert 'data-meld="Antwoord voor Yonas Voorbeeld. "' in fresh
    assert "hx-trigger" not in fresh
    assert '<em id="telling-te-doen" hx-swap-oob="true">1</em>' in fresh
    assert AccessLog.objects.filter(dossier=dossier.pk, detail="werklijst, antwoord gekomen").count() == 1


def test_who_waits_longer_is_asked_less_often(browser: Client, me: Access) -> None:
    dossier = make_dossier(NO_WORK, access=me)
    browser.post("/werklijst/vraag-status", {"kies": dossier.pk})
    pauses = []
    for times in (1, 10, 25, 45, 110):
        html = browser.get(f"/werklijst/stand?wacht={dossier.pk}&ronde={times}").content.decode()
        found = re.search(r'hx-trigger="every (\d+)s"', html)
        pauses.append(int(found[1]) if found else 0)
        assert "Vernieuw" in html
    assert pauses == [2, 4, 10, 60, 0]


def test_a_list_without_open_questions_does_not_poll(browser: Client, me: Access) -> None:
    make_dossier(NO_WORK, access=me)
    assert "/werklijst/stand" not in browser.get("/werklijst").content.decode()


def test_the_progress_of_somebody_else_s_dossier_tells_nothing(browser: Client) -> None:
    theirs = make_dossier(NO_WORK, access=make_staff())
    assert "<tr" not in browser.get(f"/werklijst/stand?wacht={theirs.pk}").content.decode()


def hand_over(browser: Client, dossiers: list[Dossier], to: Access, note: str = "Ik ben met verlof.") -> str:
    given = {"kies": [one.pk for one in dossiers], "stap": "bevestig", "collega": to.staff.pk, "nota": note}
    return browser.post("/werklijst/wijs-toe", given, follow=True).content.decode()


def test_handing_over_shows_first_what_is_possible(browser: Client, me: Access) -> None:
    colleague = make_staff()
    open_one = make_dossier(access=me, first_name="Open")
    closed = make_dossier(e.WorkSituationAssessed(choice="LASTING_WORK", reason="x"), access=me, first_name="Dicht")
    html = browser.post("/werklijst/wijs-toe", {"kies": [open_one.pk, closed.pk]}).content.decode()
    assert "1 van 2 mogelijk, 1 overgeslagen." in html
    assert f'<a href="/dossiers/{closed.number}">Dicht Voorbeeld</a>: Dit dossier is afgerond.' in html
    assert f'<option value="{colleague.staff.pk}">' in html
    assert f'<option value="{me.staff.pk}">' not in html
    assert not Event.objects.filter(kind="ASSIGNED").exists()


def test_a_colleague_gets_the_dossiers_with_the_note(browser: Client, me: Access) -> None:
    colleague = make_staff()
    two = [make_dossier(access=me) for _ in range(2)]
    assert f"2 dossiers toegewezen aan {colleague.staff}." in hand_over(browser, two, colleague)
    assert Dossier.objects.filter(case_worker=colleague.staff).count() == 2
    assert {one.data["note"] for one in Event.objects.filter(kind="ASSIGNED")} == {"Ik ben met verlof."}


def test_without_a_colleague_or_a_note_nothing_happens_and_the_page_says_why(browser: Client, me: Access) -> None:
    dossier = make_dossier(access=me)
    answer = browser.post("/werklijst/wijs-toe", {"kies": dossier.pk, "stap": "bevestig"})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Controleer 2 vragen" in html
    assert "<title>Fout: Dossiers toewijzen" in html
    assert not Event.objects.filter(kind="ASSIGNED").exists()


def test_a_colleague_of_another_agency_cannot_be_chosen(browser: Client, me: Access) -> None:
    dossier = make_dossier(access=me)
    hand_over(browser, [dossier], make_staff(organisation="atlas"))
    assert not Event.objects.filter(kind="ASSIGNED").exists()


def test_a_hand_over_can_be_taken_back_within_ten_minutes(browser: Client, me: Access) -> None:
    dossier = make_dossier(access=me)
    undo = UNDO.search(hand_over(browser, [dossier], make_staff()))
    assert undo
    assert "1 dossier terug bij jou." in browser.post(undo[1], follow=True).content.decode()
    assert Dossier.objects.get(pk=dossier.pk).case_worker == me.staff


def test_after_ten_minutes_it_cannot(browser: Client, me: Access) -> None:
    dossier, colleague = make_dossier(access=me), make_staff()
    undo = UNDO.search(hand_over(browser, [dossier], colleague))
    assert undo
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        html = browser.post(undo[1], follow=True).content.decode()
    assert "Dit kan niet meer ongedaan." in html
    assert Dossier.objects.get(pk=dossier.pk).case_worker == colleague.staff


def test_what_changed_hands_again_stays_there(browser: Client, me: Access) -> None:
    dossier, colleague, third = make_dossier(access=me), make_staff(), make_staff()
    undo = UNDO.search(hand_over(browser, [dossier], colleague))
    assert undo
    assigned = e.Assigned(case_worker=third.staff.username)
    record(dossier, NewEvent(assigned, timezone.localdate(), e.Source.CASE_WORKER, colleague.staff))
    assert "1 intussen gewijzigd." in browser.post(undo[1], follow=True).content.decode()
    assert Dossier.objects.get(pk=dossier.pk).case_worker == third.staff


def test_a_made_up_or_borrowed_undo_does_nothing(browser: Client, me: Access) -> None:
    dossier, colleague = make_dossier(access=me), make_staff()
    undo = UNDO.search(hand_over(browser, [dossier], colleague))
    assert undo
    made_up = browser.post("/werklijst/toewijzing/abc:def/ongedaan", follow=True)
    assert "Deze knop werkt niet meer." in made_up.content.decode()
    borrowed = sign_in(Client(), make_staff()).post(undo[1], follow=True)
    assert "Alleen wie toewees, maakt dat ongedaan." in borrowed.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).case_worker == colleague.staff


@pytest.mark.parametrize("address", ["vraag-status", "wijs-toe", "filters", "filters/1/wis", "toewijzing/x/ongedaan"])
def test_what_changes_something_is_never_a_link(browser: Client, address: str) -> None:
    assert browser.get(f"/werklijst/{address}").status_code == 405


def test_a_filter_is_kept_under_a_name_and_counts(browser: Client, me: Access) -> None:
    make_dossier(access=me)
    answer = browser.post("/werklijst/filters", {"naam": " Arabisch  deze week ", "terug": "taal=ar&stap=xyz&pagina=3"})
    assert answer["Location"] == "/werklijst?taal=ar"
    kept = SavedFilter.objects.get(staff=me.staff)
    assert (kept.name, kept.query, kept.shared) == ("Arabisch deze week", "taal=ar", False)
    html = browser.get("/werklijst").content.decode()
    assert re.search(r'href="/werklijst\?taal=ar".*?Arabisch deze week<span class="eind">1</span>', html, re.DOTALL)


def test_the_same_name_replaces_the_filter(browser: Client, me: Access) -> None:
    browser.post("/werklijst/filters", {"naam": "Mijn", "terug": "taal=ar"})
    browser.post("/werklijst/filters", {"naam": "Mijn", "terug": "taal=ti", "deel": "1"})
    kept = SavedFilter.objects.get(staff=me.staff)
    assert (kept.query, kept.shared) == ("taal=ti", True)


def test_a_shared_filter_is_for_the_own_agency_and_only_the_owner_wipes_it(client: Client, me: Access) -> None:
    colleague, stranger = make_staff(), make_staff(organisation="atlas")
    sign_in(client, colleague).post("/werklijst/filters", {"naam": "Van ons", "terug": "taal=ar", "deel": "1"})
    sign_in(client, colleague).post("/werklijst/filters", {"naam": "Van mij", "terug": "taal=ar"})
    kept = SavedFilter.objects.get(name="Van ons")
    mine = sign_in(Client(), me)
    html = mine.get("/werklijst").content.decode()
    assert "Van ons" in html
    assert "Van mij" not in html
    assert "Van ons" not in sign_in(Client(), stranger).get("/werklijst").content.decode()
    assert "is van een collega" in mine.post(f"/werklijst/filters/{kept.pk}/wis", follow=True).content.decode()
    sign_in(client, colleague).post(f"/werklijst/filters/{kept.pk}/wis")
    assert not SavedFilter.objects.filter(name="Van ons").exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\x00"])
def test_a_filter_without_a_good_name_is_not_kept(browser: Client, name: str) -> None:
    html = browser.post("/werklijst/filters", {"naam": name, "terug": ""}, follow=True).content.decode()
    assert "Geef je filter een naam van 1 tot 60 letters." in html
    assert not SavedFilter.objects.exists()


def test_a_filter_that_is_too_long_is_not_kept(browser: Client) -> None:
    query = "&".join(f"gemeente={'x' * 50}{number}" for number in range(20))
    assert (
        "te lang" in browser.post("/werklijst/filters", {"naam": "Lang", "terug": query}, follow=True).content.decode()
    )
    assert not SavedFilter.objects.exists()


def export(browser: Client, query: str = "", purpose: str = "team") -> list[list[str]]:
    answer = browser.post(f"/werklijst/exporteer?{query}", {"doel": purpose, "soort": "csv"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == (
        f'attachment; filename="toeleiding_werklijst_{timezone.localdate().isoformat()}.csv"'
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_export_holds_the_filtered_list_under_a_watermark(browser: Client, me: Access) -> None:
    mine = make_dossier(e.ContactChanged(language="ti"), access=me)
    make_dossier(access=me)
    make_dossier(e.ContactChanged(language="ti"), access=make_staff())
    lines = export(browser, "taal=ti")
    assert lines[0][:2] == ["Vertrouwelijk", "Alleen voor: Overleg met mijn team"]
    assert lines[1][0] == "Dossier"
    assert [line[0] for line in lines[2:]] == [mine.number]
    assert mine.insz not in str(lines)
    log = AccessLog.objects.get(action=AccessAction.EXPORTED)
    assert (log.dossier, log.detail) == (mine.pk, "werklijst: Overleg met mijn team")


def test_the_same_list_as_a_spreadsheet_has_real_dates_and_headings_that_stay(browser: Client, me: Access) -> None:
    mine = make_dossier(access=me, first_name="=1+1", contract=timezone.localdate() - timedelta(days=10))
    answer = browser.post("/werklijst/exporteer", {"doel": "team", "soort": "xlsx"})
    assert answer["Content-Disposition"].endswith(f'{timezone.localdate().isoformat()}.xlsx"')
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_name("Werklijst")
    top, heading, row = sheet.to_python()
    assert top[0].startswith("Vertrouwelijk. Alleen voor: Overleg met mijn team. Gemaakt op ")
    assert heading[0] == "Dossier"
    assert row[:2] == [mine.number, "=1+1"]
    assert row[8] == mine.contract_signed_on
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        assert b'ySplit="2" topLeftCell="B3"' in parts.read("xl/worksheets/sheet1.xml")
    assert AccessLog.objects.get(action=AccessAction.EXPORTED).dossier == mine.pk


def test_an_export_without_a_purpose_is_not_made(browser: Client, me: Access) -> None:
    make_dossier(access=me)
    assert "Waarvoor gebruik je dit bestand?" in browser.get("/werklijst/exporteer").content.decode()
    answer = browser.post("/werklijst/exporteer", {})
    assert answer.status_code == 400
    assert "Kies een antwoord bij" in answer.content.decode()
    assert not AccessLog.objects.filter(action=AccessAction.EXPORTED).exists()


def test_a_name_that_looks_like_a_formula_stays_a_name(browser: Client, me: Access) -> None:
    make_dossier(access=me, first_name="=HYPERLINK(1)", last_name="+32")
    assert export(browser)[2][1:3] == ["'=HYPERLINK(1)", "'+32"]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_every_start_of_a_formula_is_guarded(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_plain_words_stay_as_they_are() -> None:
    assert harmless("Haddad-Voorbeeld") == "Haddad-Voorbeeld"


def test_a_page_opens_with_the_filter_that_somebody_chose_for_it(browser: Client, me: Access) -> None:
    make_dossier(NO_WORK, access=me)
    kept = {"naam": "Mijn ochtend", "terug": "taal=ar&sorteer=naam", "eerst": "1"}
    browser.post("/werklijst/filters", kept)
    answer = browser.get("/werklijst")
    assert answer.headers["Location"] == "/werklijst?taal=ar&sorteer=naam"
    html = browser.get(answer.headers["Location"]).content.decode()
    assert re.search(r'aria-current="page">Mijn ochtend <em>1</em>', html)
    everything = browser.get("/werklijst?lijst=te-doen")
    assert 'href="/werklijst?lijst=te-doen" aria-current="page">Te doen' in everything.content.decode()


def test_the_filter_that_comes_first_is_found_among_many(browser: Client, me: Access) -> None:
    for number in range(MOST_SHOWN):
        SavedFilter.objects.create(staff=me.staff, page="dossiers", name=f"A{number:02}", query="status=aan-het-werk")
    SavedFilter.objects.create(staff=me.staff, page="dossiers", name="Zeker eerst", query="q=zeker", first=True)
    assert browser.get("/dossiers").headers["Location"] == "/dossiers?q=zeker"


def test_one_filter_comes_first_and_only_for_who_chose_it(browser: Client, me: Access) -> None:
    for name, query in (("Een", "taal=ar"), ("Twee", "taal=so")):
        browser.post("/werklijst/filters", {"naam": name, "terug": query, "eerst": "1", "deel": "1"})
    assert browser.get("/werklijst").headers["Location"] == "/werklijst?taal=so"
    assert SavedFilter.objects.filter(first=True).count() == 1
    assert sign_in(Client(), make_staff()).get("/werklijst").status_code == 200


def test_the_list_of_dossiers_can_open_with_a_filter_too(browser: Client, me: Access) -> None:
    browser.post("/dossiers/filters", {"naam": "Mechelen", "terug": "gemeente=Mechelen", "eerst": "1"})
    assert browser.get("/dossiers").headers["Location"] == "/dossiers?gemeente=Mechelen"
    assert browser.get("/dossiers?alles=1").status_code == 200


@pytest.mark.parametrize("address", ["/werklijst/vraag-status", "/werklijst/wijs-toe"])
def test_more_than_can_be_done_at_once_is_done_for_nobody(
    browser: Client, me: Access, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(worklist_bulk, "MOST_AT_ONCE", 2)
    people = [make_dossier(NO_WORK, access=me) for _ in range(3)]
    before = Event.objects.count()
    page = browser.post(address, {"kies": [one.pk for one in people]}, follow=True).content.decode()
    assert "Je koos 3 mensen. Tegelijk kan voor hoogstens 2: vink er 1 uit. Er is nog niets gebeurd." in page
    assert Event.objects.count() == before
