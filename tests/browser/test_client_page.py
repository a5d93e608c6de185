"""The pages of the newcomer on a small phone without scripts, and under axe in every language."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from toeleiding.organisations.models import Role
from toeleiding.referrals.texts.content import LANGUAGES, read

from .desk import Desk, too_wide, violations, wait_until
from .product import Product

pytestmark = pytest.mark.browser
KILOBYTES = 1000
SMALLEST_TARGET = 44


def private_link(desk: Callable[..., Desk]) -> tuple[str, str]:
    """A dossier of the counsellor and the private link she made for it."""
    mine = desk()
    page = mine.sign_in(Role.CASE_WORKER.label, "Nadia Verlinden")
    number = re.findall(r"TN-\d{4}-\d{5,}", page.locator("main tbody").inner_text())[0]
    page = mine.open(f"/dossiers/{number}/link")
    page.get_by_role("button", name="Maak").click()
    return number, "/m/" + page.locator("code").inner_text().rsplit("/", 1)[-1]


def test_the_leaflet_in_arabic_on_a_small_phone_without_scripts(product: Product, chromium: Browser) -> None:
    phone = Desk(chromium, product.address, width=360, scripts=False)
    weight: dict[str, int] = {}
    phone.page.on("response", lambda got: weight.update({got.url: len(got.body())}))
    page = phone.open("/info/ar/vdab")
    expect(page.get_by_role("heading", level=1)).to_contain_text("التسجيل")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert sum(size for url, size in weight.items() if "/fonts/" not in url) < 150 * KILOBYTES
    heading, box = page.locator("h1").bounding_box(), page.locator("main").bounding_box()
    assert heading
    assert box
    assert page.locator("main p").first.evaluate("e => getComputedStyle(e).fontSize") >= "18px"
    assert page.locator("main p").first.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("summary").click()
    page.get_by_role("link", name="Türkçe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("VDAB kaydınızı yapın")
    phone.close()


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
    page = phone.open("/m/bestaat-niet")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet meer. Bel je trajectbegeleider.")
    expect(page.locator("main")).to_contain_text(read("ti").text["werkt_niet"])
    found += violations(page)
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
    found = [*violations(page), *too_wide(page)]
    texts = product.home / "postbus"
    wait_until(lambda: bool(list(texts.glob("sms-*.txt"))) or quiet(page), page)
    for sent in texts.glob("sms-*.txt"):  # at night and on Sundays it waits
        address = re.findall(r"/stop/\S+", sent.read_text(encoding="utf-8"))[0]
        phone = Desk(chromium, product.address, width=360)
        page = phone.open(address)
        found += [*violations(page), *too_wide(page)]
        page.locator("main button").click()
        expect(page.get_by_role("status")).to_contain_text(read("ar").text["bericht_gestopt"].split(".")[0])
        found += [*violations(page), *too_wide(page)]
        phone.close()
        expect(mine.open(f"/dossiers/{number}/berichten/klant").locator("main")).to_contain_text("Wil weer berichten")
    assert found == []


def quiet(page: Page) -> bool:
    """Does the message wait for the end of the quiet hours?"""
    page.reload()
    return "stille uren" in page.inner_text("main")


def test_the_explanation_in_three_clicks_from_the_row(desk: Callable[..., Desk]) -> None:
    mine = desk()
    page = mine.sign_in(Role.CASE_WORKER.label, "Nadia Verlinden")
    page.locator("[data-actie]").filter(has_text="Geef toelichting").first.click()
    page.get_by_text("Alles besproken", exact=True).click()
    page.get_by_role("button", name="Toelichting gegeven").click()
    page.wait_for_url(re.compile(r"/dossiers/TN-\d{4}-\d{5,}$"))
    assert mine.clicks == 3
    page = mine.open(page.url.removeprefix(mine.address) + "/toelichting")
    expect(page.locator("#bewijs")).to_contain_text("8 van 8")
    expect(page.locator("#bewijs")).to_contain_text("Nadia Verlinden")
