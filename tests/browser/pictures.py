"""The pictures in the guide and the README: `python -m tests.browser.pictures`."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from .desk import ARGUMENTS, CHROMIUM, Desk, practice_cases
from .product import Product

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
HEIGHT = 900
CASE = "Vervallen inschrijving, categorie 93 niet bevestigd"


def make(chromium: Browser, address: str, folder: Path) -> list[Path]:
    """Worklist, dossier and rules at 1440 pixels, as PNG files in a folder."""
    desk = Desk(chromium, address)
    desk.sign_in("Trajectbegeleider", "Nadia Verlinden")
    dossier = practice_cases(desk)[CASE]
    made = []
    for name, path in (
        ("werklijst", "/werklijst?sorteer=naam"),  # people at every step together
        ("dossier", f"/dossiers/{dossier}"),
        ("regels", "/regels"),
    ):
        page = desk.open(path)
        page.set_viewport_size({"width": 1440, "height": HEIGHT})
        for box in page.locator("[data-rij]").all()[:2]:
            box.check()
        page.evaluate("document.fonts.ready")
        made.append(folder / f"{name}.png")
        page.screenshot(path=made[-1], animations="disabled", caret="hide")
    desk.close()
    return made


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
