"""Fictitious people without a dossier, and what a counsellor does first with each of them."""

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Locator, Page, expect

from toeleiding.simulator import population
from toeleiding.simulator.life import Life

from .desk import ANSWER_MILLISECONDS, Desk
from .keyboard import Keyboard

COUNSELLOR = ("Trajectbegeleider", "Nadia Verlinden")
TEAM_LEAD = ("Teamleider", "AgII")
VDAB = ("VDAB-bemiddelaar", "Mechelen")
OPERATOR = ("Uitwisselingsbeheerder", "")
DPO = ("Functionaris gegevensbescherming", "")
NOBODY_YET = 400  # from this index on: fictitious people of whom the demonstration made no dossier
DOSSIER_ADDRESS = re.compile(r"/dossiers/TN-\d{4}-\d+(#.*)?$")
ASKED_BEFORE = re.compile("Geef toelichting")
TO_ASSESS = re.compile("Vul werksituatie in|Beslis en geef reden")

_given: set[int] = set()


def somebody(fits: Callable[[Life], bool]) -> Life:
    """A plain person of AgII who fits and whom no other test was given."""
    today = date.today()
    for index in range(NOBODY_YET, population.CAPACITY):
        life = population.life(population.DEFAULT_SEED, index)
        if index not in _given and life.contract_on <= today and plain(life) and fits(life):
            _given.add(index)
            return life
    raise AssertionError("nobody in the simulated population fits")


def plain(life: Life) -> bool:
    """Of age, in Flanders, followed by AgII, of after pillar 3, with a number that stays and registers that answer."""
    today = date.today()
    return (
        life.region_on(today) == "VLAANDEREN"
        and life.agency_on(today) == "AGII"
        and life.contract_on.year > 2022
        and not (life.replaced_by or life.cancelled_on or life.trouble or life.compulsory_education)
        and life.birth_date is not None
        and 1970 < life.birth_date.year < 2000
        and not (life.vdab_denies or life.temporary_protection)
    )


def never_registered(life: Life) -> bool:
    """VDAB says that it does not know her, and she does not work."""
    return not life.registrations and not life.jobs


def registered_now(life: Life) -> bool:
    """VDAB has her in its files with a category and a counsellor with a name."""
    today = date.today()
    open_now = [one for one in life.registrations if one.service == "VDAB" and one.open_on(today)]
    named = [one for one in life.counsellors if one.begin <= today and one.surname]
    return bool(open_now and named) and not any(job.active_on(today) for job in life.jobs)


def number_in(row: Locator) -> str:
    """The dossier number that stands in a row."""
    found = re.search(r"TN-\d{4}-\d+", row.inner_text())
    assert found
    return found.group()


def number_in_address(page: Page) -> str:
    """The dossier of the page that is open."""
    return page.url.rsplit("/", 1)[-1].partition("#")[0]


def rows_with(page: Page, action: re.Pattern[str]) -> Locator:
    """The rows of which the one action button reads so."""
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
    """Choose a card on the page of step 2."""
    page = desk.open(f"/dossiers/{number}/werksituatie")
    page.get_by_label(words).check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    page.wait_for_url(DOSSIER_ADDRESS)


def looks_for_work(desk: Desk, life: Life) -> str:
    """A dossier of somebody who may work, does not work and looks for it; gives its number."""
    number = take_in(desk, life)
    see_right_to_work(desk, number)
    choose_work_situation(desk, number, "Werkt niet en zoekt werk")
    return number


def expect_assessed_by_hand(page: Page) -> None:
    """The timeline opens with today's choice, by this counsellor, and what the rules made of it."""
    newest = page.locator(".tijdlijn li").filter(has_text="Werksituatie").first
    expect(newest).to_contain_text("Werkt niet en zoekt werk", ignore_case=True)
    expect(newest.locator(".wie")).to_contain_text("Nadia Verlinden")
    expect(newest.locator(".wie")).to_contain_text(str(date.today().year))


def ask_and_wait(desk: Desk, number: str) -> None:
    """Ask VDAB from the dossier; the answer comes into the same page, without a reload."""
    page = desk.open(f"/dossiers/{number}/vdab")
    page.get_by_role("button", name="Vraag status op").first.click()
    expect(page.locator("#dienstkaart")).to_contain_text("Antwoord verwacht")
    same_page(page)
    expect(page.get_by_text("Antwoord verwacht")).to_have_count(0, timeout=ANSWER_MILLISECONDS)
    assert still_same_page(page)


def same_page(page: Page) -> None:
    """From here on a reload would show."""
    page.evaluate("window.samePage = true")


def still_same_page(page: Page) -> bool:
    """Nobody reloaded it since."""
    return page.evaluate("window.samePage === true")


def sign_in_by_keyboard(keys: Keyboard, name: str) -> None:
    """Tab to the button of a person and press it."""
    value = keys.page.get_by_role("button", name=name).first.get_attribute("value")
    keys.tab_to(f"button[name=rol][value='{value}']")
    keys.press("Enter")


REFUSED_ONCE = somebody(never_registered)
"""VDAB refuses the first question about this person and answers the next one: the fault file of the product."""
