"""Following up in a real browser, clicks counted: joint clients, help with registering, agenda, team lead."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from toeleiding.web import dates

from .desk import Desk, answered, unclean

pytestmark = pytest.mark.browser

Seat = Callable[..., Desk]
COUNSELLOR = ("Trajectbegeleider", "Nadia Verlinden")
LEAD = ("Teamleider", "AgII")
VDAB = ("VDAB-bemiddelaar", "Mechelen")


def in_days(count: int) -> str:
    """A day to come, as somebody types it."""
    return dates.long_date(date.today() + timedelta(days=count))


def number_in(text: str) -> str:
    found = re.search(r"TN-\d{4}-\d+", text)
    assert found
    return found.group()


def count_in_menu(page: Page) -> int:
    told = page.locator("nav.zij a", has_text="Gezamenlijke klanten").locator("span").all_inner_texts()
    return int(told[0].replace(".", "")) if told else 0


def test_changes_are_one_click_away_and_seen_with_one_more(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    before = count_in_menu(page)
    assert before > 2
    page.locator("nav.zij").get_by_role("link", name="Gezamenlijke klanten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gezamenlijke klanten")
    assert mine.clicks == 1
    first = number_in(page.locator("main tbody tr").first.inner_text())
    mine.row(first).get_by_role("button", name="Gezien").click()
    expect(page.get_by_text("Gezien: 1 klant.")).to_be_visible()
    assert mine.clicks == 2
    expect(mine.row(first)).to_have_count(0)
    assert count_in_menu(page) == before - 1
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(mine.row(first)).to_have_count(1)
    assert count_in_menu(page) == before


def test_several_clients_are_seen_in_bulk(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    mine.open("/gezamenlijke-klanten")
    chosen = [number_in(row.inner_text()) for row in page.locator("main tbody tr").all()[:2]]
    for number in chosen:
        mine.row(number).get_by_role("checkbox").click()
    page.locator(".bulk").get_by_role("button", name="Gezien").click()
    expect(page.get_by_text("Gezien: 2 klanten.")).to_be_visible()
    assert mine.clicks == 3
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(mine.row(chosen[0])).to_have_count(1)


def test_a_missed_appointment_leads_to_calling_together(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    mine.open("/gezamenlijke-klanten?soort=gemist")
    page.get_by_role("link", name="Bel samen").first.click()
    page.wait_for_url(re.compile("/opvolging#contact$"))
    expect(page.locator("main")).to_contain_text("Afspraak gemist. Bel samen.")
    assert "anctie" not in page.inner_text("main")
    page.get_by_text("Samen gebeld", exact=True).click()
    page.locator("#contact").get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Contact genoteerd.")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Bel samen met")
    assert mine.clicks == 3
    page.get_by_role("button", name="Maak ongedaan").click()


def test_help_is_planned_in_three_clicks_from_the_row(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    mine.open("/werklijst?stap=5")
    row = page.locator("main tbody tr").filter(has=page.locator("[data-actie]", has_text="Plan ondersteuning")).first
    number = number_in(row.inner_text())
    row.locator("[data-actie]").click()
    page.locator("label.keuze", has_text=" om ").first.click()
    page.locator("main form:has(#id_plan-soort)").get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Ondersteuning gepland op")).to_be_visible()
    assert mine.clicks == 3
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.get_by_text("Afspraak geannuleerd.")).to_be_visible()
    expect(mine.open(f"/dossiers/{number}").locator(".tijdlijn")).to_contain_text("Afspraak geannuleerd")


def test_vdab_reports_what_happened_in_four_clicks(desk: Seat) -> None:
    theirs = desk()
    page = theirs.sign_in(*VDAB)
    assert page.url.endswith("/vdab/inbox")
    page.locator("nav.zij").get_by_role("link", name="Mijn gezamenlijke klanten").click()
    page.get_by_role("link", name="Meld iets over").first.click()
    page.get_by_text("Opleiding gestart", exact=True).click()
    page.get_by_role("button", name="Verstuur", exact=True).click()
    expect(page.get_by_text("Gemeld. De trajectbegeleider ziet het meteen.")).to_be_visible()
    assert theirs.clicks == 4


def test_everything_works_without_scripts(desk: Seat) -> None:
    mine = desk(scripts=False)
    page = mine.sign_in(*COUNSELLOR)
    mine.open("/gezamenlijke-klanten")
    number = number_in(page.locator("main tbody tr").first.inner_text())
    mine.row(number).get_by_role("button", name="Gezien").click()
    expect(mine.row(number)).to_have_count(0)
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(mine.row(number)).to_have_count(1)


def test_a_clash_is_warned_about_and_an_appointment_travels_to_a_calendar(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    number = number_in(page.locator("main tbody tr").first.inner_text())

    def fill() -> None:
        mine.open(f"/afspraken/nieuw?dossier={number}")
        page.get_by_label("Datum").fill(in_days(120))
        page.get_by_label("Uur", exact=True).fill("11u")
        page.get_by_role("button", name="Bewaar").click()

    fill()
    expect(page.get_by_text("Afspraak gepland op")).to_be_visible()
    fill()
    expect(page.get_by_text("Er staat al iets op dat moment")).to_be_visible()
    assert unclean(page) == []
    page.get_by_role("button", name="Bewaar toch").click()
    expect(page.get_by_text("2 afspraken vallen samen.")).to_be_visible()
    address = page.get_by_role("link", name="Wijzig of annuleer").first.get_attribute("href")
    told = answered(mine, f"{address}.ics")
    assert told.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(told.body()).walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in events] == [f"Afspraak {number}"]


def test_a_team_lead_approves_with_one_click_and_refuses_with_a_reason_in_two(desk: Seat) -> None:
    lead = desk()
    page = lead.sign_in(*LEAD)
    assert page.url.endswith("/werklijst/team")
    expect(page.get_by_role("heading", name="Te keuren (2)")).to_be_visible()
    page.locator("#te-keuren").get_by_role("button", name="Keur goed").first.click()
    expect(page.get_by_text("Goedgekeurd. De trajectbegeleider ziet het op de tijdlijn.")).to_be_visible()
    assert lead.clicks == 1
    page.locator("#te-keuren summary").first.click()
    page.get_by_label("Waarom keur je dit af?").first.fill("Geen attest gezien")
    page.locator("#te-keuren").get_by_role("button", name="Bevestig").first.click()
    expect(page.get_by_text("Afgekeurd.")).to_be_visible()
    assert lead.clicks - 1 == 2
    expect(page.get_by_role("heading", name="Te keuren (0)")).to_be_visible()


def test_a_team_lead_fills_in_an_absence_in_three_clicks_and_takes_it_back(desk: Seat) -> None:
    lead = desk()
    page = lead.sign_in(*LEAD)
    page.get_by_role("link", name=re.compile("Afwezig.*Nadia Verlinden")).click()
    page.get_by_label("Laatste dag").fill(in_days(30))
    assert unclean(page) == []
    page.get_by_label("Wie vervangt?").click()
    page.get_by_label("Wie vervangt?").select_option(index=1)
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Allebei krijgen ze een melding.")).to_be_visible()
    assert lead.clicks == 3
    expect(page.locator("#afwezig")).to_contain_text("Nadia Verlinden")
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.get_by_text("is gestopt.")).to_be_visible()


def test_a_caseload_goes_over_within_four_clicks_and_comes_back(desk: Seat) -> None:
    lead = desk()
    page = lead.sign_in(*LEAD)
    row = page.locator("main tbody tr", has_text="Nadia Verlinden").filter(has=page.get_by_role("radio"))
    row.get_by_role("radio").click()
    page.get_by_role("button", name="Wijs toe").click()
    page.get_by_label("Wat moeten je collega's weten?").fill("Nadia is ziek")
    page.get_by_role("button", name="Bevestig").click()
    expect(page.get_by_text("van Nadia Verlinden toegewezen.")).to_be_visible()
    assert lead.clicks <= 4
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.get_by_text("Ongedaan gemaakt:")).to_be_visible()
    other = desk()
    assert int(other.sign_in(*COUNSELLOR).locator(".tegel b").first.inner_text()) > 0


def test_a_number_of_the_team_is_the_list_behind_it(desk: Seat) -> None:
    lead = desk()
    page = lead.sign_in(*LEAD)
    link = page.locator("main a[href*='lijst=termijn-voorbij']").first
    number = int(re.findall(r"\d+", link.inner_text())[0])
    link.click()
    expect(page.locator("main [role=status]").first).to_contain_text(f"{number} dossier")
    assert lead.clicks == 1
