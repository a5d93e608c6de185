"""A counsellor's day in a real browser, over the real worker and the simulated outside world on the wire."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from toeleiding.simulator import population

from .desk import Desk, wait_until
from .people import (
    ASKED_BEFORE,
    COUNSELLOR,
    DOSSIER_ADDRESS,
    TO_ASSESS,
    expect_assessed_by_hand,
    number_in,
    number_in_address,
    rows_with,
    somebody,
    take_in,
)

pytestmark = pytest.mark.browser

Seat = Callable[..., Desk]


def test_the_work_situation_in_three_clicks_from_the_row(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
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


def test_a_second_dossier_for_the_same_number_is_refused_and_names_the_first(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    life = somebody(lambda one: bool(one.registrations))
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
    page = mine.sign_in(*COUNSELLOR)
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
    page = mine.sign_in(*COUNSELLOR)
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
    page = mine.sign_in(*COUNSELLOR)
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


def test_another_language_of_the_explanation_keeps_what_was_ticked(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    number = number_in(rows_with(page, ASKED_BEFORE).filter(has_text="Arabisch").first)
    mine.open(f"/dossiers/{number}/toelichting")
    for point in ("waarom", "wie"):
        page.locator(f"#punt-{point}").check()
    page.get_by_label("Vorm").select_option("PHONE")
    language = page.get_by_label("Taal van de tekst")
    language.focus()
    language.select_option("fr")
    expect(page.locator(".tweetalig [lang=fr]").first).to_be_visible()
    expect(page.locator("[name=punten]:checked")).to_have_count(2)
    expect(page.get_by_label("Vorm")).to_have_value("PHONE")
    expect(language).to_be_focused()
    page.get_by_label("Alles besproken").check()
    page.get_by_role("button", name="Toelichting gegeven").click()
    page.wait_for_url(DOSSIER_ADDRESS)


def test_the_focus_goes_around_a_page_and_is_caught_nowhere(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
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
