"""The pictures in the guide and the README: `python -m tests.browser.pictures`."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from .desk import ARGUMENTS, CHROMIUM, Desk, practice_cases
from .people import ASKED_BEFORE, COUNSELLOR, OPERATOR, VDAB, number_in, rows_with
from .product import Product

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
WIDTH, HEIGHT = 1280, 720  # as a laptop shows it; larger pictures weigh more and say no more
CASE = "Vervallen inschrijving, categorie 93 niet bevestigd"


def make(chromium: Browser, address: str, folder: Path) -> list[Path]:
    """Every picture, as a PNG file in a folder."""
    made = []
    for name, page in chain(_of_the_counsellor(chromium, address), _of_others(chromium, address)):
        page.evaluate("document.fonts.ready")
        made.append(folder / f"{name}.png")
        page.screenshot(path=made[-1], animations="disabled", caret="hide")
    return made


def _of_the_counsellor(chromium: Browser, address: str) -> Iterator[tuple[str, Page]]:
    with _seat(chromium, address, *COUNSELLOR) as desk:
        page = desk.page
        arabic = number_in(rows_with(page, ASKED_BEFORE).filter(has_text="Arabisch").first)
        desk.open("/werklijst?sorteer=naam")  # people at every step together
        for box in page.locator("[data-rij]").all()[:2]:
            box.check()
        yield "werklijst", page
        yield "dossier", desk.open(f"/dossiers/{practice_cases(desk)[CASE]}")
        yield "regels", desk.open("/regels")
        desk.open(f"/dossiers/{arabic}/toelichting")
        yield "toelichting", page
        desk.open("/doorverwijzingen?lijst=bij-vdab").locator("main a.naam").first.click()
        yield "doorverwijzing", page
        yield "gezamenlijke-klanten", desk.open("/gezamenlijke-klanten")
        desk.open(f"/dossiers/{arabic}/link").get_by_role("button", name="Maak").click()
        link = "/m/" + page.locator("code").inner_text().rsplit("/", 1)[-1]
    with _seat(chromium, address, width=360) as phone:
        phone.open(link).locator("main button").click()
        yield "inburgeraar", phone.page


def _of_others(chromium: Browser, address: str) -> Iterator[tuple[str, Page]]:
    with _seat(chromium, address, *VDAB) as desk:
        desk.page.locator(".verwijslijst a").first.click()
        yield "vdab", desk.page
    with _seat(chromium, address, *OPERATOR) as desk:
        yield "uitwisseling", desk.page
        page = desk.open("/uitwisseling/kwaliteit")
        page.get_by_role("button", name="Bereken nu").click()
        page.get_by_text("De kwaliteit is opnieuw berekend").wait_for()
        yield "kwaliteit", desk.open("/uitwisseling/kwaliteit")


@contextmanager
def _seat(chromium: Browser, address: str, *who: str, width: int = WIDTH) -> Iterator[Desk]:
    desk = Desk(chromium, address, width=width)
    if who:
        desk.sign_in(*who)
    desk.page.set_viewport_size({"width": width, "height": HEIGHT})
    yield desk
    desk.close()


def main() -> None:
    """Start the product, take the pictures into docs/images and stop it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with Product(people=400) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for one in make(browser, product.address, IMAGES):
            print(f"{one.name}: {one.stat().st_size // 1000} kB")  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main()
