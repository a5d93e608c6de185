"""EXPERIENCE 8, points 1 to 4 and 9 to 11, and the keyboard of 12, each with the clicks that it asks, on a fresh demo.

Point 5 and what two people see of each other stand in test_referral.py; what holds for every page (12, 13 and 14) in
test_pages.py.
"""

import csv
import io
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from toeleiding.web import dates

from .desk import ANSWER_MILLISECONDS, Desk, wait_until
from .keyboard import Keyboard
from .people import (
    ASKED_BEFORE,
    COUNSELLOR,
    DOSSIER_ADDRESS,
    DPO,
    OPERATOR,
    REFUSED_ONCE,
    TEAM_LEAD,
    TO_ASSESS,
    ask_and_wait,
    choose_work_situation,
    expect_assessed_by_hand,
    looks_for_work,
    never_registered,
    number_in,
    number_in_address,
    registered_now,
    rows_with,
    same_page,
    sign_in_by_keyboard,
    somebody,
    still_same_page,
)
from .product import Product

pytestmark = pytest.mark.browser
Seat = Callable[..., Desk]
LATE = re.compile("te laat|over de termijn")
KILOBYTES = 1000


def test_1_from_sign_in_to_a_sent_question_for_two_people_in_three_clicks(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    assert page.url.endswith("/werklijst")
    chosen = [number_in(row) for row in rows_with(page, ASKED_BEFORE).all()[:2]]
    for number in chosen:
        mine.row(number).get_by_role("checkbox").click()
    page.get_by_role("button", name="Vraag VDAB-status op").click()
    expect(page.locator("main")).to_contain_text("Vraag verstuurd voor 2 inburgeraars")
    assert mine.clicks == 3
    same_page(page)
    expect(page.locator("#stand")).to_contain_text("Alle antwoorden zijn er", timeout=ANSWER_MILLISECONDS)
    for number in chosen:
        expect(mine.row(number)).not_to_contain_text("Antwoord verwacht")
    assert still_same_page(page), "the answers came by a reload"
    for number in chosen:
        timeline = mine.open(f"/dossiers/{number}").locator(".tijdlijn")
        expect(timeline.locator("li").first).to_contain_text("VDAB")


def test_2_who_works_durably_is_nowhere_late(desk: Seat) -> None:
    mine, lead = desk(), desk()
    page = mine.sign_in(*COUNSELLOR)
    number = number_in(rows_with(page, ASKED_BEFORE).filter(has_text="te laat").last)
    lead.sign_in(*TEAM_LEAD)
    before = late_in_the_team(lead)
    choose_work_situation(mine, number, "Duurzaam aan het werk")

    for part in ("", "/uitleg", "/print", "/vdab", "/inschrijving", "/opvolging"):
        dossier = mine.open(f"/dossiers/{number}{part}").locator("main")
        expect(dossier).to_contain_text(number)
        if part not in ("", "/opvolging"):  # there the timeline tells, rightly, that the day passed before she worked
            expect(dossier).not_to_contain_text(LATE)
    head = mine.open(f"/dossiers/{number}").locator("main section", has=page.locator(".stappen"))
    expect(head).to_contain_text("Aan het werk")
    expect(head).not_to_contain_text(LATE)

    mine.open(f"/dossiers?q={number}")
    expect(mine.row(number)).to_contain_text("Aan het werk")
    expect(mine.row(number)).not_to_contain_text(LATE)
    for listing in ("/dossiers?status=aan-het-werk", "/werklijst?lijst=afgerond"):
        working = mine.open(listing).locator("main tbody tr", has_text="Aan het werk")
        assert working.count() > 1
        expect(working.filter(has_text=LATE)).to_have_count(0)
    for listing in ("", "?lijst=termijn-voorbij", "?lijst=termijn-loopt-af"):
        mine.open(f"/werklijst{listing}")
        expect(mine.row(number)).to_have_count(0)

    assert late_in_the_team(lead) == before - 1
    assert number not in lead.page.inner_text("main")
    assert number not in lead.open("/werklijst/team?print=1").inner_text("main")

    assert number not in [row["Dossier"] for row in exported(mine, "termijn-voorbij")]
    (row,) = [row for row in exported(mine, "afgerond") if row["Dossier"] == number]
    assert row["VDAB-status"] == "Aan het werk"
    assert not LATE.search(" ".join(row.values()))


def late_in_the_team(lead: Desk) -> int:
    """How many the team lead reads are late."""
    told = lead.open("/werklijst/team").locator("main .titelrij p").inner_text()
    found = re.search(r"waarvan ([\d.]+) te laat", told)
    assert found, told
    return int(found[1].replace(".", ""))


def exported(desk: Desk, listing: str) -> list[dict[str, str]]:
    """The rows of the file that a counsellor downloads of a list."""
    page = desk.open(f"/werklijst/exporteer?lijst={listing}")
    page.get_by_text("Gegevens nakijken", exact=True).click()
    page.get_by_text("CSV, voor een ander programma", exact=True).click()
    with page.expect_download() as loading:
        page.get_by_role("button", name="Exporteer").click()
    text = Path(loading.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text.partition("\n")[2]), delimiter=";"))


def test_3_what_vdab_knows_stands_in_the_intake_without_typing_it_again(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    life = somebody(registered_now)
    number = looks_for_work(mine, life)
    ask_and_wait(mine, number)
    mine.open(f"/dossiers/{number}")
    expect(page.locator("main [aria-current=step]")).to_contain_text("Opvolging")
    card = page.locator("#dienstkaart")
    category = card.locator("dt:text-is('Categorie') + dd").inner_text().splitlines()[0]
    counsellor = card.locator("dt:text-is('Bemiddelaar') + dd").inner_text().partition(",")[0]
    assert life.counsellors[-1].surname in counsellor
    mine.clicks = 0
    card.get_by_role("button", name="Neem over").click()
    page.get_by_role("navigation", name="Onderdelen").get_by_role("link", name="Intake").click()
    expect(page.get_by_role("heading", name="Wat weten we al?")).to_be_visible()
    assert mine.clicks == 2
    for known in (category, counsellor):
        expect(page.locator("main")).to_contain_text(known)
    known = page.locator("main p", has_text="Bemiddelaar:")
    expect(known).to_contain_text(f"VDAB, {dates.long_date(date.today())}")
    expect(page.locator(f"main input[value='{counsellor}']")).to_have_count(0)  # nothing to fill in


def test_3_a_lapsed_registration_goes_back_to_the_explanation(desk: Seat) -> None:
    """From an empty start: KBI, person card, work situation, registered by phone, and VDAB knows of nothing."""
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    number = looks_for_work(mine, somebody(never_registered))
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
    mine.clicks = 0
    page.get_by_role("link", name="Geef toelichting opnieuw").first.click()
    assert mine.clicks == 1
    expect(page.locator("main")).to_contain_text("Dit is voor een herinschrijving")


def test_4_the_explanation_in_three_clicks_proves_language_version_date_and_interpreter(desk: Seat) -> None:
    mine = desk()
    page = mine.sign_in(*COUNSELLOR)
    row = rows_with(page, ASKED_BEFORE).filter(has_text="Arabisch").last
    number = number_in(row)
    row.locator("[data-actie]").click()
    interpreter = page.locator("[name=tolk]").input_value()
    page.get_by_text("Alles besproken", exact=True).click()
    page.get_by_role("button", name="Toelichting gegeven").click()
    page.wait_for_url(DOSSIER_ADDRESS)
    assert mine.clicks == 3
    assert number_in_address(page) == number
    proof = mine.open(f"/dossiers/{number}/toelichting").locator("#bewijs")
    proven = dict(zip(proof.locator("dt").all_inner_texts(), proof.locator("dd").all_inner_texts(), strict=True))
    assert proven == {
        "Tekst": "versie 1, concept",
        "Op": dates.long_date(date.today()),
        "Door": "Nadia Verlinden",
        "Taal": "Arabisch",
        "Vorm": "gesprek",
        "Met tolk": interpreter,
        "Punten besproken": "8 van 8",
    }


def test_9_the_operator_asks_again_what_failed_after_a_dry_run_and_nothing_is_doubled(desk: Seat) -> None:
    mine, theirs = desk(), desk()
    mine.sign_in(*COUNSELLOR)
    number = looks_for_work(mine, REFUSED_ONCE)
    ask_and_wait(mine, number)
    expect(mine.page.locator("#dienstkaart")).to_contain_text("Geen antwoord")

    page = theirs.sign_in(*OPERATOR)
    assert page.url.endswith("/uitwisseling")
    page.locator("main tbody tr", has_text="13501").get_by_role("link", name="Proef").click()
    expect(page.locator("main")).to_contain_text("Er is nog niets verstuurd.")
    assert asked_about(mine, number) == 1, "a dry run asks nothing"
    page.get_by_label("Waarom stel je deze vragen opnieuw?").fill("De machtiging is hersteld.")
    again = page.url
    page.get_by_role("button", name="Speel opnieuw af").dblclick()  # as somebody does who is in a hurry
    expect(page.get_by_role("status").filter(has_text="opnieuw gesteld")).to_be_visible()
    assert theirs.clicks == 3
    wait_until(lambda: "Niet gekend" in mine.open(f"/dossiers/{number}").inner_text("#dienstkaart"), mine.page)
    page.goto(again)
    expect(page.locator("main")).to_contain_text("Er is niets mislukt dat je opnieuw kan afspelen.")
    assert asked_about(mine, number) == 2, "the refused question and the one in its place"
    timeline = mine.open(f"/dossiers/{number}").locator(".tijdlijn li")
    expect(timeline.filter(has_text="VDAB meldt: geen inschrijving gevonden")).to_have_count(1)


def asked_about(desk: Desk, number: str) -> int:
    """How many questions went to VDAB about a person, as her counsellor reads it."""
    return desk.open(f"/dossiers/{number}/berichten").locator(".tijdlijn li b", has_text="VDAB").count()


def test_10_the_dpo_finds_who_opened_a_dossier_and_why_in_two_clicks(desk: Seat) -> None:
    mine, theirs = desk(), desk()
    number = number_in(mine.sign_in(*COUNSELLOR).locator("main tbody tr").first)
    mine.open(f"/dossiers/{number}")
    page = theirs.sign_in(*DPO)
    page.get_by_label("Naam, dossiernummer of rijksregisternummer").fill(number)
    page.keyboard.press("Enter")
    theirs.row(number).locator("a.naam").click()
    page.get_by_role("navigation", name="Onderdelen").get_by_role("link", name="Inzage").click()
    looked = page.locator("main tbody tr", has_text="Nadia Verlinden").first
    expect(looked.locator("[data-label='Rol en organisatie']")).to_have_text("Trajectbegeleider, AgII")
    expect(looked.locator("[data-label=Reden]")).to_have_text("Begeleiding naar werk")
    expect(looked.locator("[data-label=Wat]")).to_have_text("Dossier geopend")
    expect(looked.locator("[data-label=Wanneer]")).to_contain_text(" uur")
    assert theirs.clicks == 2


def private_link(mine: Desk, language: str) -> str:
    """The link that a counsellor makes for somebody with this language."""
    page = mine.sign_in(*COUNSELLOR)
    number = number_in(page.locator("main tbody tr", has_text=language).first)
    mine.open(f"/dossiers/{number}/link").get_by_role("button", name="Maak").click()
    return "/m/" + page.locator("code").inner_text().rsplit("/", 1)[-1]


def test_11_the_page_of_a_newcomer_in_arabic_on_a_small_phone_without_scripts(
    desk: Seat, product: Product, chromium: Browser
) -> None:
    link = private_link(desk(), "Arabisch")
    phone = Desk(chromium, product.address, width=360, scripts=False)
    weight: dict[str, int] = {}
    phone.page.on("response", lambda got: weight.update({got.url: len(got.body())}))
    page = phone.open(link)
    page.locator("main button").click()
    expect(page.locator("main form button")).to_have_count(3)  # registered, help, and no messages any more
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("html").get_attribute("lang") == "ar"
    expect(page.get_by_role("heading", level=1)).to_contain_text("التسجيل")
    fonts = {url: size for url, size in weight.items() if "/fonts/" in url}
    assert any("arabic" in url for url in fonts), "the letters are ours, not those of the telephone"
    assert len(weight) > len(fonts) + 1, "the style sheets are weighed too"
    assert sum(weight.values()) - sum(fonts.values()) < 150 * KILOBYTES
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    text = page.locator("main p").first
    assert float(text.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 18
    assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.locator("summary").click()
    page.get_by_role("button", name="Türkçe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("VDAB kaydınızı yapın")
    phone.close()


def test_12_keyboard_alone_from_sign_in_to_a_sent_question_and_a_work_situation(desk: Seat) -> None:
    mine = desk()
    page = mine.open("/aanmelden")
    keys = Keyboard(page)
    keys.tab_to(".skip", most=1)
    sign_in_by_keyboard(keys, "Nadia Verlinden")
    page.wait_for_url(re.compile("/werklijst$"))
    chosen = [row.locator("[data-rij]").get_attribute("value") for row in rows_with(page, ASKED_BEFORE).all()[4:6]]
    keys.tab_to(".skip", most=1)
    keys.press("Enter")
    keys.presses = 0
    for dossier in chosen:
        keys.tab_to(f"[data-rij][value='{dossier}']")
        keys.press("Space")
    keys.tab_to(".bulk button.knop:not([formaction], [type=reset])", key="Shift+Tab")
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("Vraag verstuurd voor 2 inburgeraars")
    assert keys.presses == 3
    row = rows_with(page, TO_ASSESS).last
    number = number_in(row)
    address = row.locator("[data-actie]").get_attribute("href")
    keys.presses = 0
    keys.tab_to(f"[data-actie][href='{address}']")
    keys.press("Enter")
    page.wait_for_url(re.compile("/werksituatie$"))
    keys.choose("input[type=radio]", page.get_by_label("Werkt niet en zoekt werk").is_checked)
    keys.tab_to("main form button.knop")
    keys.press("Enter")
    page.wait_for_url(re.compile(f"/dossiers/{number}$"))
    expect_assessed_by_hand(page)
    assert keys.presses == 3
    assert mine.clicks == 0


@pytest.mark.poppler
@pytest.mark.parametrize(
    ("path", "first"),
    [("/werklijst", "Geef toelichting"), ("/dossiers/{}", "VDAB meldt"), ("/dossiers/{}/toelichting", "Waarom?")],
)
def test_printed_pages_begin_on_the_first_sheet(desk: Seat, tmp_path: Path, path: str, first: str) -> None:
    """A bug once: a long card went as a whole to the second sheet, and the first one held a name alone."""
    mine = desk()
    number = number_in(rows_with(mine.sign_in(*COUNSELLOR), ASKED_BEFORE).first)
    mine.open(path.format(number)).pdf(path=tmp_path / "blad.pdf", format="A4")
    told = subprocess.run(["pdftotext", "-l", "1", tmp_path / "blad.pdf", "-"], capture_output=True, check=True)
    assert first in told.stdout.decode()
    assert "Meld je af" not in told.stdout.decode()


def test_14_a_page_that_asks_for_something_elsewhere_is_seen_and_stopped(product: Product, chromium: Browser) -> None:
    """Proves that the looking of test_pages.py would see it: the policy refuses it, and the desk notes it."""
    visitor = Desk(chromium, product.address)
    page: Page = visitor.open("/hulp")
    page.evaluate(
        "document.querySelector('main').append(Object.assign(new Image(), {src: 'http://127.0.0.1:9999/x.png'}))"
    )
    wait_until(lambda: any("Content Security Policy" in said for said in visitor.console), page)
    visitor.console.clear()
    page.goto("about:blank")
    page.evaluate("void fetch('http://127.0.0.1:9999/').catch(() => 0)")
    wait_until(lambda: bool(visitor.elsewhere and visitor.console), page)
    assert "http://127.0.0.1:9999/" in visitor.elsewhere
    visitor.elsewhere.clear()
    visitor.console.clear()
    visitor.close()
