"""Fixtures of the web room: no database, and one Chromium for all browser tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import RequestFactory

from . import gallery


@pytest.fixture(autouse=True)
def own_shell(settings: Any) -> None:
    """The exercise environment, without the menu of the rooms above."""
    settings.TOELEIDING_MENU = ""
    settings.OEFENOMGEVING = True


@pytest.fixture
def rf() -> RequestFactory:
    return RequestFactory()


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
