"""The pages of the newcomer on a small phone without scripts, and under axe in every language."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from toeleiding.organisations.models import Role
from toeleiding.referrals.texts.content import LANGUAGES, read

from .desk import Desk, too_wide, violations
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
    return number, "/m/" + page.locator("code").inner_text().rsplit("/", 1)[-1]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_leaflet_is_clean_in_every_language(product: Product, chromium: Browser, code: str) -> None:
    desk = Desk(chromium, product.address)
    page = desk.open(f"/info/{code}/vdab")
    found = {}
    for width in (1440, 500, 320):
        page.set_viewport_size({"width": width, "height": 1000})
        found[width] = [*violations(page), *too_wide(page)]
    assert found == {1440: [], 500: [], 320: []}
    assert page.evaluate("document.fonts.check('18px \"Noto Sans Ethiopic\"', 'ሀ')") or code != "ti"
    desk.close()


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
    found = list(violations(page))
    page.locator("main button").first.click()
    for width in (1440, 500, 320):
        page.set_viewport_size({"width": width, "height": 1000})
        found += [*violations(page), *too_wide(page)]
    phone.open(f"{link}/bestaat-niet")
    token = link.rsplit("/", 1)[-1]
    written = [file for file in product.home.rglob("*") if file.suffix in (".log", ".jsonl") and file.is_file()]
    assert {"web.log", "worker.log", "simulate.log"} <= {file.name for file in written}
    assert [file.name for file in written if token in file.read_text(errors="replace")] == []
    page = phone.open("/m/bestaat-niet")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet meer. Bel je trajectbegeleider.")
    expect(page.locator("main")).to_contain_text(read("ti").text["werkt_niet"])
    found += violations(page)
    assert found == []
    phone.console.clear()  # the browser notes the status 404 itself
    phone.close()
