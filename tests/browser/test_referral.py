"""Counsellor and VDAB side by side: refer, question back, answer, accept, appointment, missed, work found.

Point 5 of EXPERIENCE 8 with its clicks, by mouse and by keyboard alone; each sees the other's act within seconds.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from toeleiding.simulator.life import Life

from .desk import ANSWER_MILLISECONDS, Desk, unclean
from .keyboard import Keyboard
from .people import (
    COUNSELLOR,
    DOSSIER_ADDRESS,
    VDAB,
    looks_for_work,
    never_registered,
    same_page,
    sign_in_by_keyboard,
    somebody,
    still_same_page,
)

pytestmark = pytest.mark.browser
Seat = Callable[..., Desk]
# The other side sees it within seconds: the pages ask by themselves every three or four.
SOON = 20_000
DAY = "Datum van de eerste afspraak"
MEETING = (date.today() + timedelta(days=8)).strftime("%d/%m/%Y")

# What a counsellor may have open of a joint client, and what it says by itself when VDAB reports something.
CALL = "Afspraak gemist. Bel samen."
OPEN_PAGES = {
    "": {"Afspraak gemist": CALL, "Werk gevonden": "VDAB meldt: werk gevonden"},
    "/opvolging": {"Afspraak gemist": CALL, "Werk gevonden": "VDAB meldt: werk gevonden"},
    "/doorverwijzing": {"Afspraak gemist": CALL, "Werk gevonden": "Afgesloten"},
}


def in_mechelen(life: Life) -> bool:
    """VDAB does not know her, and the office is that of Mechelen."""
    return never_registered(life) and life.address_on(date.today()).municipality.name == "Mechelen"


def refer(desk: Desk, number: str) -> None:
    """From the dossier to sent; the page tells by itself that VDAB has it."""
    page = desk.open(f"/dossiers/{number}")
    desk.clicks = 0
    page.get_by_role("navigation", name="Onderdelen").get_by_role("link", name="Doorverwijzing").click()
    page.get_by_label("Naar welk kantoor?").select_option("vdab-mechelen")
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_text("In een gesprek", exact=True).click()
    page.get_by_label("Telefoonnummer").fill("0470 12 34 56")
    page.get_by_label("Waarmee kan VDAB").fill("Werkte 6 jaar als lasser.")
    expect(page.locator("#bewaard")).to_contain_text("Bewaard om", timeout=SOON)
    expect(page.locator("#toont")).to_contain_text("Werkte 6 jaar als lasser.", timeout=SOON)
    page.get_by_role("button", name="Ga verder").click()
    page.wait_for_url(re.compile("stap=3"))
    why = page.get_by_label("Waarom verwijs je toch door?")
    if why.count():
        why.fill("Gisteren gebeld: nog niet gekend.")
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator("#stand")).to_contain_text("Verzonden")
    assert desk.clicks == 5
    same_page(page)
    expect(page.locator("#stand")).to_contain_text("VDAB antwoordde met hetzelfde nummer", timeout=ANSWER_MILLISECONDS)


def test_5_a_referral_goes_to_vdab_and_back_between_two_browsers(desk: Seat) -> None:
    mine, theirs = desk(), desk()
    theirs.sign_in(*VDAB)
    assert theirs.page.url.endswith("/vdab/inbox")
    same_page(theirs.page)
    mine.sign_in(*COUNSELLOR)
    number = looks_for_work(mine, somebody(in_mechelen))
    name = mine.page.get_by_role("heading", level=1).inner_text()
    refer(mine, number)
    assert unclean(mine.page) == []

    # a question back in three clicks; the inbox that lay open shows the new one, the agency sees the question
    row = theirs.page.locator(".verwijslijst a", has_text=name)
    expect(row).to_be_visible(timeout=SOON)
    assert still_same_page(theirs.page)
    row.click()
    theirs.page.get_by_text("Stel vraag", exact=True).click()
    theirs.page.get_by_label("Wat wil je weten?").fill("Welke opleiding wil je volgen?")
    theirs.page.get_by_role("button", name="Verstuur vraag").click()
    expect(theirs.page.get_by_text("Je vraag is bij de trajectbegeleider.")).to_be_visible()
    assert theirs.clicks == 3
    expect(mine.page.locator("#stand")).to_contain_text("Welke opleiding wil je volgen?", timeout=SOON)
    assert still_same_page(mine.page)

    theirs.open("/vdab/inbox")
    same_page(theirs.page)
    mine.page.get_by_label("Je antwoord").fill("Een opleiding in de bouw.")
    mine.page.get_by_role("button", name="Verstuur antwoord").click()
    expect(mine.page.locator("#stand")).to_contain_text("Vraag beantwoord")
    same_page(mine.page)

    # accepted with category, counsellor and first appointment in three clicks; the agency sees it at once
    row = theirs.page.locator(".verwijslijst a", has_text=name)
    expect(row).to_be_visible(timeout=SOON)
    assert still_same_page(theirs.page)
    theirs.clicks = 0
    row.click()
    expect(theirs.page.locator("main")).to_contain_text("Een opleiding in de bouw.")
    theirs.page.get_by_label(DAY).fill(MEETING)
    theirs.page.get_by_label("Uur").fill("10.00")
    theirs.page.locator("label", has_text="Met tolk").click()
    theirs.page.get_by_role("button", name="Aanvaard en verstuur").click()
    expect(theirs.page.get_by_text("Het agentschap ziet categorie, bemiddelaar en afspraak meteen.")).to_be_visible()
    assert theirs.clicks == 3
    assert unclean(theirs.page) == []
    expect(mine.page.locator("#stand")).to_contain_text("Aanvaard", timeout=SOON)
    assert still_same_page(mine.page)
    mine.open(f"/dossiers/{number}")
    for told in ("03 vrij ingeschreven", "Els Maes-Mechelen", "10.00 uur, op kantoor, met tolk"):
        expect(mine.page.locator("#dienstkaart")).to_contain_text(told)

    # missed: call together, never a sanction; then work found; four clicks each; every open page of hers tells it
    open_pages = [mine.context.new_page() for _ in OPEN_PAGES]
    for part, page in zip(OPEN_PAGES, open_pages, strict=True):
        page.goto(f"{mine.address}/dossiers/{number}{part}")
        same_page(page)
    writing = mine.context.new_page()
    writing.goto(f"{mine.address}/dossiers/{number}/opvolging")
    writing.get_by_label("Wat werd er gezegd?").fill("Ik was net aan het typen.")
    for event, then, told in (
        ("Afspraak gemist", "Bel samen met de trajectbegeleider.", "Bel samen"),
        ("Werk gevonden", "De trajectbegeleider ziet het meteen.", "Ga de werksituatie opnieuw na"),
    ):
        theirs.open("/vdab/inbox")
        theirs.clicks = 0
        theirs.page.get_by_role("navigation", name="Hoofdmenu").get_by_role(
            "link", name="Mijn gezamenlijke klanten"
        ).click()
        theirs.page.get_by_role("link", name=f"Meld iets over {name}").click()
        theirs.page.get_by_text(event, exact=True).click()
        theirs.page.get_by_role("button", name="Verstuur", exact=True).click()
        expect(theirs.page.get_by_text(f"Gemeld. {then}")).to_be_visible()
        assert theirs.clicks == 4
        for part, page in zip(OPEN_PAGES, open_pages, strict=True):
            expect(page.locator("main")).to_contain_text(OPEN_PAGES[part][event], timeout=SOON)
            assert still_same_page(page), part
        mine.open(f"/dossiers/{number}")
        expect(mine.page.locator(".tijdlijn")).to_contain_text(f"VDAB meldt: {event.lower()}")
        expect(mine.page.locator(".tijdlijn")).to_contain_text(told)
        expect(mine.page.locator("main")).not_to_contain_text("anctie")
    expect(writing.get_by_text("Er is nieuws. Je ziet het als je bewaart wat je typt.").first).to_be_visible()
    expect(writing.get_by_label("Wat werd er gezegd?")).to_have_value("Ik was net aan het typen.")


def test_5_and_12_vdab_accepts_by_keyboard_alone(desk: Seat) -> None:
    mine, theirs = desk(), desk()
    mine.sign_in(*COUNSELLOR)
    number = looks_for_work(mine, somebody(in_mechelen))
    name = mine.page.get_by_role("heading", level=1).inner_text()
    refer(mine, number)

    page = theirs.open("/aanmelden")
    keys = Keyboard(page)
    sign_in_by_keyboard(keys, "Els Maes-Mechelen")
    page.wait_for_url(re.compile("/vdab/inbox$"))
    keys.presses = 0
    row = page.locator(".verwijslijst a", has_text=name)
    expect(row).to_be_visible(timeout=SOON)
    keys.tab_to(f".verwijslijst a[href='{row.get_attribute('href')}']")
    keys.press("Enter")
    page.wait_for_url(re.compile("/vdab/inbox/."))
    fields = {label: page.get_by_label(label).get_attribute("id") for label in (DAY, "Uur", "Met tolk")}
    keys.type(f"#{fields[DAY]}", MEETING)
    keys.type(f"#{fields['Uur']}", "10.00")
    keys.tab_to(f"#{fields['Met tolk']}")
    keys.press("Space")
    keys.tab_to("form:has([value=aanvaard]) button.knop")
    keys.press("Enter")
    expect(page.get_by_text("Het agentschap ziet categorie, bemiddelaar en afspraak meteen.")).to_be_visible()
    assert (keys.presses, theirs.clicks) == (3, 0)
    expect(mine.page.locator("#stand")).to_contain_text("Aanvaard", timeout=SOON)
    assert still_same_page(mine.page)


def test_a_referral_can_be_sent_without_javascript(desk: Seat) -> None:
    mine = desk(scripts=False)
    page = mine.sign_in(*COUNSELLOR)
    mine.open("/doorverwijzingen")
    page.locator("main tbody tr", has_text="Nog niet verstuurd").locator("a.naam").first.click()
    expect(page.locator("main")).to_contain_text("Stap 1 van 3")
    page.get_by_role("button", name="Bewaar en stop").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    expect(page.locator("main")).to_contain_text("Bewaard. Je kan later verdergaan.")
