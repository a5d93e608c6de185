"""Counsellor and VDAB side by side: refer, question back, answer, accept, appointment, missed, work found."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from .desk import Desk, violations
from .test_flows import DOSSIER_ADDRESS, choose_work_situation, plain, see_right_to_work, take_in

pytestmark = pytest.mark.browser
Seat = Callable[..., Desk]
COUNSELLOR, VDAB = "Trajectbegeleider", "VDAB-bemiddelaar"
# The other side sees it within seconds: the pages ask by themselves every three or four.
SOON = 20_000


def somebody_in_mechelen() -> object:
    """A fictitious person of Mechelen without a dossier, of whom VDAB says that it does not know her."""
    from toeleiding.simulator import population

    today = date.today()
    for index in range(1_000, population.CAPACITY):
        life = population.life(population.DEFAULT_SEED, index)
        fits = life.contract_on <= today and plain(life) and not life.registrations and not life.jobs
        if fits and life.address_on(today).municipality.name == "Mechelen" and life.agency_on(today) == "AGII":
            return life
    raise AssertionError("nobody in the simulated population fits")


def same_page(page: Page) -> None:
    """From here on a reload would show."""
    page.evaluate("window.samePage = true")


def test_a_referral_goes_to_vdab_and_back_between_two_browsers(desk: Seat) -> None:
    mine, theirs = desk(), desk()
    mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    number = take_in(mine, somebody_in_mechelen())  # type: ignore[arg-type]
    see_right_to_work(mine, number)
    choose_work_situation(mine, number, "Werkt niet en zoekt werk")
    name = mine.page.get_by_role("heading", level=1).inner_text()

    # five clicks from the dossier to sent
    mine.open(f"/dossiers/{number}")
    mine.clicks = 0
    mine.page.get_by_role("navigation", name="Onderdelen").get_by_role("link", name="Doorverwijzing").click()
    mine.page.get_by_label("Naar welk kantoor?").select_option("vdab-mechelen")
    mine.page.get_by_role("button", name="Ga verder").click()
    mine.page.get_by_text("In een gesprek", exact=True).click()
    mine.page.get_by_label("Telefoonnummer").fill("0470 12 34 56")
    mine.page.get_by_label("Waarmee kan VDAB").fill("Werkte 6 jaar als lasser.")
    expect(mine.page.locator("#bewaard")).to_contain_text("Bewaard om", timeout=SOON)
    expect(mine.page.locator("#toont")).to_contain_text("Werkte 6 jaar als lasser.", timeout=SOON)
    mine.page.get_by_role("button", name="Ga verder").click()
    mine.page.wait_for_url(re.compile("stap=3"))
    why = mine.page.get_by_label("Waarom verwijs je toch door?")
    if why.count():
        why.fill("Gisteren gebeld: nog niet gekend.")
    mine.page.get_by_role("button", name="Verstuur").click()
    expect(mine.page.locator("#stand")).to_contain_text("Verzonden")
    assert mine.clicks == 5
    same_page(mine.page)
    expect(mine.page.locator("#stand")).to_contain_text("VDAB antwoordde met hetzelfde nummer", timeout=90_000)
    assert mine.page.evaluate("window.samePage") is True
    assert violations(mine.page) == []

    # a question back in three clicks; the other side sees it without a reload
    theirs.sign_in(VDAB, "Mechelen")
    assert theirs.page.url.endswith("/vdab/inbox")
    row = theirs.page.locator(".verwijslijst a", has_text=name)
    expect(row).to_be_visible(timeout=SOON)
    row.click()
    theirs.page.get_by_text("Stel vraag", exact=True).click()
    theirs.page.get_by_label("Wat wil je weten?").fill("Welke opleiding wil je volgen?")
    theirs.page.get_by_role("button", name="Verstuur vraag").click()
    expect(theirs.page.get_by_text("Je vraag is bij de trajectbegeleider.")).to_be_visible()
    assert theirs.clicks == 3
    expect(mine.page.locator("#stand")).to_contain_text("Welke opleiding wil je volgen?", timeout=SOON)
    assert mine.page.evaluate("window.samePage") is True

    mine.page.get_by_label("Je antwoord").fill("Een opleiding in de bouw.")
    mine.page.get_by_role("button", name="Verstuur antwoord").click()

    # accepted with category, counsellor and first appointment in three clicks (EXPERIENCE 8.5)
    theirs.open("/vdab/inbox")
    theirs.clicks = 0
    row = theirs.page.locator(".verwijslijst a", has_text=name)
    expect(row).to_be_visible(timeout=SOON)
    row.click()
    expect(theirs.page.locator("main")).to_contain_text("Een opleiding in de bouw.")
    meeting = date.today() + timedelta(days=8)
    theirs.page.get_by_label("Datum van de eerste afspraak").fill(meeting.strftime("%d/%m/%Y"))
    theirs.page.get_by_label("Uur").fill("10.00")
    theirs.page.locator("label", has_text="Met tolk").click()
    theirs.page.get_by_role("button", name="Aanvaard en verstuur").click()
    expect(theirs.page.get_by_text("Het agentschap ziet categorie, bemiddelaar en afspraak meteen.")).to_be_visible()
    assert theirs.clicks == 3
    assert violations(theirs.page) == []
    mine.open(f"/dossiers/{number}")
    card = mine.page.locator("#dienstkaart")
    for told in ("03 vrij ingeschreven", "Els Maes-Mechelen", "10.00 uur, op kantoor, met tolk"):
        expect(card).to_contain_text(told)

    # missed: call together, never a sanction; then work found; four clicks each
    for event, told in (("Afspraak gemist", "Bel samen"), ("Werk gevonden", "Ga de werksituatie opnieuw na")):
        theirs.open("/vdab/inbox")
        theirs.clicks = 0
        theirs.page.get_by_role("navigation", name="Hoofdmenu").get_by_role(
            "link", name="Mijn gezamenlijke klanten"
        ).click()
        theirs.page.get_by_role("link", name=f"Meld iets over {name}").click()
        theirs.page.get_by_text(event, exact=True).click()
        theirs.page.get_by_role("button", name="Verstuur", exact=True).click()
        expect(theirs.page.get_by_text("Gemeld. De trajectbegeleider ziet het meteen.")).to_be_visible()
        assert theirs.clicks == 4
        mine.open(f"/dossiers/{number}")
        expect(mine.page.locator(".tijdlijn")).to_contain_text(f"VDAB meldt: {event.lower()}")
        expect(mine.page.locator(".tijdlijn")).to_contain_text(told)


def test_a_referral_can_be_sent_without_javascript(desk: Seat) -> None:
    mine = desk(scripts=False)
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    mine.open("/doorverwijzingen")
    page.locator("main tbody tr", has_text="Nog niet verstuurd").locator("a.naam").first.click()
    expect(page.locator("main")).to_contain_text("Stap 1 van 3")
    page.get_by_role("button", name="Bewaar en stop").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    expect(page.locator("main")).to_contain_text("Bewaard. Je kan later verdergaan.")
