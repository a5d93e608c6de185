"""Fixtures of the web room: no database, and one Chromium for all browser tests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from . import gallery

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def own_shell(settings: Any) -> None:
    """The exercise environment, without the menu of the rooms above."""
    settings.TOELEIDING_MENU = ""
    settings.OEFENOMGEVING = True


@pytest.fixture
def rf() -> RequestFactory:
    return RequestFactory()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.exists():
        words = "Chromium ontbreekt (/usr/bin/chromium): de browsertests zijn overgeslagen."
        if os.environ.get("TOELEIDING_NO_SKIPS") == "1":
            pytest.fail(words)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def html() -> dict[str, str]:
    return gallery.pages()


@pytest.fixture
def visit(chromium: Any, html: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Open a page of the gallery at a width; every word on the console is kept in `page.words`."""
    contexts = []

    def open_page(path: str, width: int = 1440, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 1000}, **options)
        contexts.append(context)
        page = context.new_page()
        page.words = []
        page.on("console", lambda message: page.words.append(message.text))
        page.on("pageerror", lambda error: page.words.append(str(error)))
        page.route("**/*", lambda route: gallery.answer(route, html))
        page.goto(gallery.ORIGIN + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
