"""The pages of the newcomer on a small phone without scripts, and under axe in every language."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from toeleiding.organisations.models import Role
from toeleiding.referrals.texts.content import LANGUAGES, read

from .desk import Desk, unclean, wait_until
from .product import Product

pytestmark = pytest.mark.browser
SMALLEST_TARGET = 44


def private_link(desk: Callable[..., Desk]) -> tuple[str, str]:
    """A dossier of the counsellor and the private link she made for it."""
    mine = desk()
    page = mine.sign_in(Role.CASE_WORKER.label, "Nadia Verlinden")
    number = re.findall(r"TN-\d{4}-\d{5,}", page.locator("main tbody").inner_text())[0]
    page = mine.open(f"/dossiers/{number}/link")
    page.get_by_role("button", name="Maak").click()
    address = page.locator("code").inner_text()
    assert address.startswith(page.url.partition("/dossiers/")[0]), "the link leads here, whatever port was chosen"
    return number, "/m/" + address.rsplit("/", 1)[-1]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_leaflet_is_clean_in_every_language(product: Product, chromium: Browser, code: str) -> None:
    desk = Desk(chromium, product.address)
    page = desk.open(f"/info/{code}/vdab")
    assert unclean(page) == []
    assert page.evaluate("document.fonts.check('18px \"Noto Sans Ethiopic\"', 'ሀ')") or code != "ti"
    desk.close()


# Where the first and the last letter of a line stand, and how wide a heading is, whole and with its letters kept apart.
MEASURED = r"""() => {
  const main = document.querySelector('main'), heading = document.querySelector('main h1');
  const range = document.createRange(), walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  const places = [];
  while (walker.nextNode()) for (let i = 0; i < walker.currentNode.length; i++) {
    if (/[\s]/.test(walker.currentNode.data[i]) || walker.currentNode.parentNode.closest('bdi')) continue;
    range.setStart(walker.currentNode, i); range.setEnd(walker.currentNode, i + 1);
    const box = range.getBoundingClientRect();
    places.push({x: box.left, line: Math.round(box.top)});
  }
  const first = places.filter(one => Math.abs(one.line - places[0].line) < 10);
  const width = text => {
    const one = document.createElement('span');
    one.style.whiteSpace = 'nowrap'; one.textContent = text; heading.append(one);
    const found = one.getBoundingClientRect().width; one.remove(); return found;
  };
  const words = heading.textContent;
  return {
    lang: main.lang, dir: main.dir, page: document.documentElement.dir,
    computed: getComputedStyle(main.querySelector('p')).direction,
    forward: first.at(-1).x > first[0].x,
    whole: width(words), apart: width(words.replace(/(?<=[\u0620-\u06ff])(?=[\u0620-\u06ff])/g, '\u200c')),
  };
}"""
FAMILIES = {
    "Latin": "Source Sans 3",
    "Cyrillic": "Source Sans 3",
    "Arabic": "Noto Sans Arabic",
    "Ethiopic": "Noto Sans Ethiopic",
}


def fonts(page: Page) -> dict[str, tuple[bool, int]]:
    """The fonts in which the browser really drew the page: whether each is our own, and how many signs it drew."""
    asked = page.context.new_cdp_session(page)
    asked.send("DOM.enable")
    asked.send("CSS.enable")
    root = asked.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    total: dict[str, tuple[bool, int]] = {}
    for node in asked.send("DOM.querySelectorAll", {"nodeId": root, "selector": "main, main *"})["nodeIds"]:
        for font in asked.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            _, so_far = total.get(font["familyName"], (True, 0))
            total[font["familyName"]] = (font["isCustomFont"], so_far + int(font["glyphCount"]))
    return total


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_is_drawn_with_our_letters_joined_and_in_its_direction(
    product: Product, chromium: Browser, code: str
) -> None:
    """A sign that our fonts lack is drawn with a font of the machine: there it may be a box."""
    found = read(code).tongue
    phone = Desk(chromium, product.address, width=360)
    page = phone.open(f"/info/{code}/vdab")
    page.evaluate("document.fonts.ready")
    drawn = fonts(page)
    assert drawn
    assert all(ours for ours, _ in drawn.values()), drawn
    assert sum(count for name, (_, count) in drawn.items() if FAMILIES[found.script] in name) > 300, drawn
    seen = page.evaluate(MEASURED)
    assert (seen["lang"], seen["dir"], seen["page"]) == (code, found.direction, found.direction)
    assert seen["computed"] == found.direction
    assert seen["forward"] == (found.direction == "ltr")
    if found.script == "Arabic":
        assert abs(seen["apart"] - seen["whole"]) > seen["whole"] / 20
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.close()


@pytest.mark.poppler
def test_the_explanation_prints_the_eight_points_from_the_first_page(desk: Callable[..., Desk], tmp_path: Path) -> None:
    mine = desk()
    page = mine.sign_in(Role.CASE_WORKER.label, "Nadia Verlinden")
    number = re.findall(r"TN-\d{4}-\d{5,}", page.locator("main tbody").inner_text())[0]
    for code in [code for code in LANGUAGES if code != "nl"]:
        page = mine.open(f"/dossiers/{number}/toelichting?taal={code}")
        page.pdf(
            path=tmp_path / "blad.pdf", format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm")
        )
        pages = subprocess.run(
            ["pdftotext", tmp_path / "blad.pdf", "-"], check=True, capture_output=True
        ).stdout.decode()
        first, *others = [one for one in pages.split("\f") if one.strip()]
        assert "Waarom?" in first, code
        assert len(others) <= 1, code


def test_a_newcomer_reports_and_asks_help_with_one_tap_each(
    desk: Callable[..., Desk], product: Product, chromium: Browser
) -> None:
    number, link = private_link(desk)
    phone = Desk(chromium, product.address, width=360, scripts=False)
    page = phone.open(f"{link}?taal=nl")
    page.get_by_role("button", name="Toon mijn pagina").click()
    for button in page.locator("main button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= SMALLEST_TARGET
    page.get_by_role("button", name="Ik heb hulp nodig").click()
    expect(page.get_by_role("status")).to_contain_text("neemt contact met je op")
    page.get_by_role("button", name="Ik ben ingeschreven").click()
    expect(page.get_by_role("status")).to_contain_text("kijkt het na")
    assert page.context.cookies() == []
    phone.close()
    mine = desk()
    mine.sign_in(Role.CASE_WORKER.label, "Nadia Verlinden")
    dossier = mine.open(f"/dossiers/{number}")
    expect(dossier.locator("main")).to_contain_text("Inburgeraar vraagt hulp")
    expect(dossier.locator("main")).to_contain_text("Gemeld, nog niet bevestigd")


def test_the_private_page_is_clean_and_says_nothing_when_it_is_gone(
    desk: Callable[..., Desk], product: Product, chromium: Browser
) -> None:
    _, link = private_link(desk)
    phone = Desk(chromium, product.address)
    page = phone.open(f"{link}?taal=ar")
    found = unclean(page)
    page.locator("main button").first.click()
    found += unclean(page)
    phone.open(f"{link}/bestaat-niet")
    token = link.rsplit("/", 1)[-1]
    written = [file for file in product.home.rglob("*") if file.suffix in (".log", ".jsonl") and file.is_file()]
    assert {"web.log", "worker.log", "simulate.log"} <= {file.name for file in written}
    assert [file.name for file in written if token in file.read_text(errors="replace")] == []
    page = phone.open("/m/bestaat-niet")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet meer. Bel je trajectbegeleider.")
    expect(page.locator("main")).to_contain_text(read("ti").text["werkt_niet"])
    found += unclean(page)
    assert found == []
    phone.console.clear()  # the browser notes the status 404 itself
    phone.close()


def test_a_message_in_the_postbus_leads_to_a_page_that_stops_the_messages(
    desk: Callable[..., Desk], product: Product, chromium: Browser
) -> None:
    mine = desk()
    page = mine.sign_in(Role.CASE_WORKER.label, "Nadia Verlinden")
    number = re.findall(r"TN-\d{4}-\d{5,}", page.locator("main tbody").inner_text())[0]
    page = mine.open(f"/dossiers/{number}/persoon")
    page.get_by_label("Telefoon").fill("0470 12 34 56")
    page.get_by_label("Contacttaal").select_option("ar")
    page.locator("main form button.knop").last.click()
    page = mine.open(f"/dossiers/{number}/berichten/klant")
    page.get_by_label("Hoe?").select_option("SMS")
    page.get_by_role("button", name="Stuur het bericht").click()
    expect(
        page.get_by_role("button", name="Trek terug").or_(page.get_by_role("button", name="Stuur opnieuw"))
    ).to_be_visible()
    found = unclean(page)
    texts = product.home / "postbus"
    wait_until(lambda: bool(list(texts.glob("sms-*.txt"))) or quiet(page), page)
    for sent in texts.glob("sms-*.txt"):  # at night and on Sundays it waits
        address = re.findall(r"/stop/\S+", sent.read_text(encoding="utf-8"))[0]
        phone = Desk(chromium, product.address, width=360)
        page = phone.open(address)
        found += unclean(page)
        page.locator("main button").click()
        expect(page.get_by_role("status")).to_contain_text(read("ar").text["bericht_gestopt"].split(".")[0])
        found += unclean(page)
        phone.close()
        expect(mine.open(f"/dossiers/{number}/berichten/klant").locator("main")).to_contain_text("Wil weer berichten")
    assert found == []


def quiet(page: Page) -> bool:
    """Does the message wait for the end of the quiet hours?"""
    page.reload()
    return "stille uren" in page.inner_text("main")
