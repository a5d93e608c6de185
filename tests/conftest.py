"""What all tests share: a database made for them, frozen today where wanted, nothing skipped in CI."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = Path(os.environ.get("TOELEIDING_REFERENCE", ROOT.parent / "shared" / "reference")).resolve()
CHROMIUM = Path("/usr/bin/chromium")
POPPLER = ("pdfinfo", "pdffonts", "pdftotext", "pdftoppm")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What is found counts, not how long a loaded machine took to draw it.
hypothesis.settings.register_profile(
    "toeleiding", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("toeleiding")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say in words why a test cannot run here. In CI nothing may be skipped: there a lack is a failure."""
    lacks = {}
    if not REFERENCE.is_dir():
        lacks["reference"] = "conformiteitstests overgeslagen: de map met referenties is er niet"
    if not CHROMIUM.exists():
        lacks["browser"] = "browsertests overgeslagen: Chromium is er niet (apt-get install chromium)"
    if not any((Path(folder) / "xmlsec1").exists() for folder in os.get_exec_path()):
        lacks["xmlsec1"] = "handtekeningtests overgeslagen: xmlsec1 is er niet (apt-get install xmlsec1)"
    if not all(any((Path(folder) / name).exists() for folder in os.get_exec_path()) for name in POPPLER):
        lacks["poppler"] = "prenttests van PDF overgeslagen: poppler is er niet (apt-get install poppler-utils)"
    if os.environ.get("TOELEIDING_NO_SKIPS") and lacks:
        raise pytest.UsageError("In CI mag niets overgeslagen worden: " + "; ".join(lacks.values()))
    for item in items:
        for marker, why in lacks.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def reference() -> Path:
    """The reference folder; tests that use it carry the marker `reference`."""
    return REFERENCE


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for all browser tests of this process; two drivers in one process get in each other's way."""
    from playwright.sync_api import sync_playwright

    # The driver keeps an event loop in this thread; who uses a database beside it does so between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """The test database with the organisations that are always there."""
    from toeleiding.organisations.services import ensure_organisations
    from toeleiding.referrals.texts.loading import ensure_texts

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        ensure_organisations()
        ensure_texts()
