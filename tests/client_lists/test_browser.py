"""A team lead takes in a list in a real browser, with the worker that carries it out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.desk import Desk, unclean
from tests.browser.product import Product
from tests.client_lists import files
from tests.factories import make_insz

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with Product(people=40) as running:
        yield running


@pytest.fixture
def desk(product: Product, chromium: Browser) -> Iterator[Desk]:
    desk = Desk(chromium, product.address)
    desk.sign_in("Teamleider", "AgII")
    yield desk
    desk.close()


def test_from_file_to_dossiers_and_back(desk: Desk) -> None:
    good, damaged = make_insz(41), make_insz(42, year=1)
    rows = [
        (good[:-1], "Amina", "Verzonnenma", "3/5/1990", "Arabisch", "Mechelen", "0470 12 34 56", "1/10/2026"),
        (damaged.lstrip("0"), "Bilal", "Bedachtma", "4/6/2001", "Dari", "Mechelen", "", ""),
        ("", "Chaima", "Naamlooma", "1991", "Tigrinya", "Mechelen", "", ""),
    ]
    page = desk.open("/lijsten/nieuw")
    assert unclean(desk.page) == []
    page.get_by_label("Bestand").set_input_files(
        {"name": "november.csv", "mimeType": "text/csv", "buffer": files.text(rows)}
    )
    page.get_by_role("button", name="Laad op").click()
    page.get_by_role("heading", name="november.csv").wait_for()
    assert "Een INSZ heeft 11 cijfers" in page.inner_text("main")
    assert unclean(desk.page) == []
    page.get_by_label("Rijksregisternummer op rij 2").fill(good)
    page.get_by_role("button", name="Bewaar rij 2").click()
    page.get_by_text("Rij 2 is verbeterd").wait_for()
    page.get_by_role("link", name="Nieuw 3").click()
    assert "De nul vooraan was weggevallen" in page.inner_text("main")
    assert unclean(desk.page) == []
    page.get_by_role("button", name="Verwerk 3 rijen").click()
    page.get_by_text("3 rijen zijn verwerkt").wait_for()
    page.get_by_role("link", name="Nieuw 3").click()
    page.get_by_role("link", name="Amina Verzonnenma").click()
    page.get_by_role("heading", name="Amina Verzonnenma").wait_for()
    page.go_back()
    page.get_by_role("button", name="Maak de lijst ongedaan").click()
    page.get_by_text("Ongedaan gemaakt").first.wait_for()
    assert unclean(desk.page) == []
    assert "Te doen" not in desk.open("/dossiers?q=Verzonnenma").inner_text("main table, main")
