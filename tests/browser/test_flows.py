"""A counsellor's day in a real browser, over the real worker and the simulated outside world on the wire."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from toeleiding.simulator import population
from toeleiding.simulator.life import Life

from .desk import ANSWER_MILLISECONDS, WAIT_MILLISECONDS, Desk, wait_until

pytestmark = pytest.mark.browser

COUNSELLOR = "Trajectbegeleider"
NOBODY_YET = 400  # from this index on: fictitious people of whom the demonstration made no dossier
ASKED_BEFORE = re.compile("Geef toelichting")
TO_ASSESS = re.compile("Vul werksituatie in|Beslis en geef reden")
DOSSIER_ADDRESS = re.compile(r"/dossiers/TN-\d{4}-\d+(#.*)?$")

Seat = Callable[..., Desk]

expect.set_options(timeout=WAIT_MILLISECONDS)


def somebody(fits: Callable[[Life], bool]) -> Life:
    """The first fictitious person without a dossier who fits."""
    for index in range(NOBODY_YET, population.CAPACITY):
        life = population.life(population.DEFAULT_SEED, index)
        if life.contract_on <= date.today() and life.agency_on(date.today()) == "AGII" and fits(life):
            return life
    raise AssertionError("nobody in the simulated population fits")


def plain(life: Life) -> bool:
    """Of age, in Flanders, with a number that stays and registers that answer."""
    return (
        life.region_on(date.today()) == "VLAANDEREN"
        and not (life.replaced_by or life.cancelled_on or life.trouble or life.compulsory_education)
        and life.birth_date is not None
        and 1970 < life.birth_date.year < 2000
        and not (life.vdab_denies or life.temporary_protection)
    )


def number_in(row: Locator) -> str:
    found = re.search(r"TN-\d{4}-\d+", row.inner_text())
    assert found
    return found.group()


def number_in_address(page: Page) -> str:
    return page.url.rsplit("/", 1)[-1].partition("#")[0]


def rows_with(page: Page, action: re.Pattern[str]) -> Locator:
    return page.locator("main tbody tr").filter(has=page.locator("[data-actie]", has_text=action))


def take_in(desk: Desk, life: Life) -> str:
    """New dossier by number from the KBI; gives its number."""
    page = desk.open("/dossiers/nieuw")
    page.locator("form[action$='/kbi']").get_by_label("Rijksregisternummer").fill(life.insz)
    page.get_by_role("button", name="Zoek in de Kruispuntbank Inburgering").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk na wat we overnemen")
    expect(page.locator("main")).to_contain_text(life.surname)
    page.get_by_role("button", name="Maak dossier").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    expect(page.get_by_role("heading", level=1)).to_contain_text(life.surname)
    return number_in_address(page)


def see_right_to_work(desk: Desk, number: str) -> None:
    """Note on the person card that a document was seen."""
    page = desk.open(f"/dossiers/{number}/persoon")
    page.get_by_label("Recht om te werken").select_option("ja")
    page.get_by_label("Gezien document").fill("A-kaart, arbeidsmarkt onbeperkt")
    page.get_by_label("Document gezien op").fill(date.today().strftime("%d/%m/%Y"))
    page.get_by_label("Voltijds leerplichtig").select_option("nee")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    page.wait_for_url(DOSSIER_ADDRESS)


def choose_work_situation(desk: Desk, number: str, words: str) -> None:
    page = desk.open(f"/dossiers/{number}/werksituatie")
    page.get_by_label(words).check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    page.wait_for_url(DOSSIER_ADDRESS)


def ask_and_wait(desk: Desk, number: str) -> None:
    """Ask VDAB from the dossier; the answer comes into the same page, without a reload."""
    page = desk.open(f"/dossiers/{number}/vdab")
    page.get_by_role("button", name="Vraag status op").first.click()
    expect(page.locator("#dienstkaart")).to_contain_text("Antwoord verwacht")
    page.evaluate("window.samePage = true")
    expect(page.get_by_text("Antwoord verwacht")).to_have_count(0, timeout=ANSWER_MILLISECONDS)
    assert page.evaluate("window.samePage") is True


def expect_assessed_by_hand(page: Page) -> None:
    """The timeline opens with today's choice, by this counsellor, and what the rules made of it."""
    newest = page.locator(".tijdlijn li").filter(has_text="Werksituatie").first
    expect(newest).to_contain_text("Werkt niet en zoekt werk", ignore_case=True)
    expect(newest.locator(".wie")).to_contain_text("Nadia Verlinden")
    expect(newest.locator(".wie")).to_contain_text(str(date.today().year))


def test_from_sign_in_to_a_sent_question_for_two_people_in_three_clicks(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    assert page.url.endswith("/werklijst")
    chosen = [number_in(row) for row in rows_with(page, ASKED_BEFORE).all()[:2]]
    for number in chosen:
        mine.row(number).get_by_role("checkbox").click()
    page.get_by_role("button", name="Vraag VDAB-status op").click()
    expect(page.locator("main")).to_contain_text("Vraag verstuurd voor 2 inburgeraars")
    assert mine.clicks == 3
    page.evaluate("window.samePage = true")
    expect(page.locator("#stand")).to_contain_text("Alle antwoorden zijn er", timeout=ANSWER_MILLISECONDS)
    for number in chosen:
        expect(mine.row(number)).not_to_contain_text("Antwoord verwacht")
    assert page.evaluate("window.samePage") is True, "the answers came by a reload"
    for number in chosen:
        timeline = mine.open(f"/dossiers/{number}").locator(".tijdlijn")
        expect(timeline.locator("li").first).to_contain_text("VDAB")


def test_the_work_situation_in_three_clicks_from_the_row(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    row = rows_with(page, TO_ASSESS).first
    number = number_in(row)
    row.locator("[data-actie]").click()
    page.get_by_text("Werkt niet en zoekt werk", exact=True).click()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    page.wait_for_url(DOSSIER_ADDRESS)
    assert mine.clicks == 3
    assert number_in_address(page) == number
    expect_assessed_by_hand(page)
    expect(page.locator("main")).to_contain_text("werkt niet en zoekt werk")
    mine.open("/werklijst")
    expect(mine.row(number).locator("[data-actie]")).not_to_have_text(TO_ASSESS)


def test_who_works_is_never_late(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    late = rows_with(page, ASKED_BEFORE).filter(has_text="te laat").last
    number = number_in(late)
    choose_work_situation(mine, number, "Duurzaam aan het werk")
    dossier = page.locator("main")
    expect(dossier).to_contain_text("Aan het werk")
    expect(dossier).not_to_contain_text("te laat")
    expect(dossier).not_to_contain_text("over de termijn")
    working = mine.open("/dossiers?status=aan-het-werk").locator("main tbody tr")
    expect(working.filter(has_text=number)).to_have_count(1)
    assert working.count() > 1
    expect(working.filter(has_text=re.compile("te laat|over de termijn"))).to_have_count(0)
    mine.open("/werklijst?lijst=termijn-voorbij")
    expect(mine.row(number)).to_have_count(0)


def test_a_lapsed_registration_goes_back_to_the_explanation(desk: Seat) -> None:
    """From an empty start: KBI, person card, work situation, registered by phone, and VDAB knows of nothing."""
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    number = take_in(mine, somebody(lambda one: plain(one) and not one.registrations))
    see_right_to_work(mine, number)
    expect(page.locator("main")).to_contain_text("A-kaart, arbeidsmarkt onbeperkt")
    choose_work_situation(mine, number, "Werkt niet en zoekt werk")
    mine.open(f"/dossiers/{number}/vdab")
    page.get_by_text("Noteer een antwoord zelf").click()
    told = page.locator("#zelf")
    told.get_by_label("Ingeschreven", exact=True).check()
    told.get_by_label("Ingeschreven op").fill("2 maart 2026")
    told.get_by_label("Waarom noteer je dit zelf?").fill("Gebeld met VDAB Mechelen.")
    told.get_by_role("button", name="Bewaar antwoord").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    expect(page.locator("main [aria-current=step]")).to_contain_text("Opvolging")
    ask_and_wait(mine, number)
    expect(page.locator("#dienstkaart")).to_contain_text("Gekend, niet meer ingeschreven")
    mine.open(f"/dossiers/{number}")
    expect(page.locator("main [aria-current=step]")).to_contain_text("Toelichting")
    expect(page.locator("main [aria-current=step]")).to_contain_text("herinschrijving")
    expect(page.get_by_role("link", name="Geef toelichting opnieuw").first).to_be_visible()


def test_a_second_dossier_for_the_same_number_is_refused_and_names_the_first(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    life = somebody(lambda one: plain(one) and bool(one.registrations))
    number = take_in(mine, life)
    mine.open("/dossiers/nieuw")
    page.locator("form[action$='/kbi']").get_by_label("Rijksregisternummer").fill(life.insz)
    page.get_by_role("button", name="Zoek in de Kruispuntbank Inburgering").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Er bestaat al een dossier")
    told.get_by_role("link").click()
    page.wait_for_url(re.compile(f"/dossiers/{number}$"))


def test_by_hand_somebody_who_looks_alike_is_shown_first(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    life = population.life(population.DEFAULT_SEED, population.EDGE_CASES["never-registered"])
    assert life.birth_date

    def fill() -> None:
        hand = page.locator("#met-de-hand")
        hand.get_by_label("Voornaam").fill(life.first_name)
        hand.get_by_label("Achternaam").fill(life.surname)
        hand.get_by_label("Dag", exact=True).fill(str(life.birth_date.day))
        hand.get_by_label("Maand", exact=True).fill(str(life.birth_date.month))
        hand.get_by_label("Jaar", exact=True).fill(str(life.birth_date.year))

    mine.open("/dossiers/nieuw")
    fill()
    page.get_by_role("button", name="Maak dossier").click()
    expect(page.get_by_role("alert")).to_contain_text("Is dit dezelfde persoon?")
    expect(page.get_by_role("alert")).to_contain_text(life.surname)
    page.get_by_label("Nee, dit is iemand anders").check()
    page.get_by_role("button", name="Maak dossier").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    expect(page.get_by_role("heading", level=1)).to_contain_text(life.surname)


def test_proof_and_answer_stand_side_by_side_until_somebody_decides(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    number = number_in(rows_with(page, ASKED_BEFORE).filter(has_text="Niet gekend").last)
    mine.open(f"/dossiers/{number}/vdab")
    page.get_by_text("De inburgeraar toont een bewijs").click()
    proof = page.locator("#bewijs")
    proof.get_by_label("Datum van inschrijving op het bewijs").fill("2 maart 2026")
    proof.get_by_label("Welk document?").fill("Afdruk van Mijn Loopbaan")
    proof.get_by_role("button", name="Bewaar bewijs").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    page.get_by_role("link", name="Bekijk beide kanten").click()
    conflict = page.locator("#tegenspraak")
    sides = conflict.locator(".naast > div")
    expect(sides).to_have_count(2)
    expect(sides.first).to_contain_text("Afdruk van Mijn Loopbaan")
    expect(sides.last).to_contain_text("Niet gekend")
    lefts = [box["x"] for side in sides.all() if (box := side.bounding_box())]
    assert lefts[0] < lefts[1], "side by side on a desk"
    conflict.get_by_label("Het bewijs van de inburgeraar").check()
    conflict.get_by_label("Waarom?").fill("De afdruk is van vandaag.")
    conflict.get_by_role("button", name="Beslis").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    expect(page.locator("main")).to_contain_text("De afdruk is van vandaag.")
    mine.open(f"/dossiers/{number}/vdab")
    expect(page.locator("#tegenspraak")).to_have_count(0)


def test_everything_works_without_javascript(desk: Seat) -> None:
    mine = desk(scripts=False)
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    chosen = [number_in(row) for row in rows_with(page, ASKED_BEFORE).all()[2:4]]
    for number in chosen:
        mine.row(number).get_by_role("checkbox").check()
    page.get_by_role("button", name="Vraag VDAB-status op").click()
    expect(page.locator("main")).to_contain_text("Vraag verstuurd voor 2 inburgeraars")

    def answers_are_there() -> bool:
        page.get_by_role("link", name="Werklijst").first.click()
        mine.open("/werklijst?lijst=wacht-op-anderen")
        return not any(mine.row(number).count() for number in chosen)

    wait_until(answers_are_there, page)
    mine.open("/werklijst")
    row = rows_with(page, TO_ASSESS).last
    number = number_in(row)
    row.locator("[data-actie]").click()
    page.get_by_label("Werkt niet en zoekt werk").check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    page.wait_for_url(DOSSIER_ADDRESS)
    assert number_in_address(page) == number
    expect_assessed_by_hand(page)


# ---------------------------------------------------------------- keyboard alone


class Keyboard:
    """Hands on the keys only: goes from stop to stop with Tab, and looks at every one of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, wanted: str, most: int = 250) -> None:
        """Press Tab until the focus is on what the selector finds; each stop on the way is visibly focused."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(_FOCUS, wanted)
            assert at["seen"], f"the focus is not to be seen on {at['html']}"
            assert at["free"], f"the focus lies under the header on {at['html']}"
            if at["there"]:
                return
        raise AssertionError(f"{wanted} cannot be reached by Tab")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


_FOCUS = """(wanted) => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const label = e.labels?.[0], around = e.closest('label');
  const drawn = (one) => one && (getComputedStyle(one).outlineStyle !== 'none'
    && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
  const header = document.querySelector('.kop');
  return {
    there: e.matches(wanted),
    seen: e === document.body || drawn(e) || drawn(label) || drawn(around),
    free: e.matches('body, .skip, .kop *') || box.bottom > header.getBoundingClientRect().bottom,
    html: e.outerHTML.slice(0, 200),
  };
}"""


def test_keyboard_alone_from_sign_in_to_a_sent_question_and_a_work_situation(desk: Seat) -> None:
    mine = desk()
    page = mine.open("/aanmelden")
    keys = Keyboard(page)
    keys.tab_to(".skip", most=1)
    nadia = page.get_by_role("button", name="Nadia Verlinden").get_attribute("value")
    keys.tab_to(f"button[name=rol][value='{nadia}']")
    keys.press("Enter")
    page.wait_for_url(re.compile("/werklijst$"))
    chosen = [row.locator("[data-rij]").get_attribute("value") for row in rows_with(page, ASKED_BEFORE).all()[4:6]]
    keys.tab_to(".skip", most=1)
    keys.press("Enter")
    for dossier in chosen:
        keys.tab_to(f"[data-rij][value='{dossier}']")
        keys.press("Space")
    back_to_button(page)
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("Vraag verstuurd voor 2 inburgeraars")
    row = rows_with(page, TO_ASSESS).last
    number = number_in(row)
    address = row.locator("[data-actie]").get_attribute("href")
    keys.tab_to(f"[data-actie][href='{address}']")
    keys.press("Enter")
    page.wait_for_url(re.compile("/werksituatie$"))
    keys.tab_to("input[type=radio]")
    keys.press("Space")
    while not page.get_by_label("Werkt niet en zoekt werk").is_checked():
        keys.press("ArrowDown")
    keys.tab_to("main form button.knop")
    keys.press("Enter")
    page.wait_for_url(re.compile(f"/dossiers/{number}$"))
    expect_assessed_by_hand(page)
    assert mine.clicks == 0


def back_to_button(page: Page) -> None:
    """The bulk button stands above the rows: Shift+Tab walks back to it."""
    for _ in range(120):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent.trim() === 'Vraag VDAB-status op'"):
            return
    raise AssertionError("Shift+Tab never reaches the button")


def test_the_focus_goes_around_a_page_and_is_caught_nowhere(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(COUNSELLOR, "Nadia Verlinden")
    number = number_in(page.locator("main tbody tr").first)
    for path in ("/werklijst", f"/dossiers/{number}", f"/dossiers/{number}/vdab", "/dossiers/nieuw"):
        mine.open(path)
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_class("skip")
        for _ in range(400):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('.paginavoet') !== null"):
                break
        else:
            raise AssertionError(f"Tab never reaches the foot of {path}")
