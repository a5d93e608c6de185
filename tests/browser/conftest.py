"""One running product and one Chromium per test process; a desk per test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from .desk import WAIT_MILLISECONDS, Desk
from .product import Product

expect.set_options(timeout=WAIT_MILLISECONDS)


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    with Product() as running:
        yield running


@pytest.fixture
def desk(product: Product, chromium: Browser) -> Iterator[Callable[..., Desk]]:
    """Take a seat: `desk()` or `desk(scripts=False)`. Closing it checks the console and the network."""
    taken: list[Desk] = []

    def sit_down(**options: Any) -> Desk:
        taken.append(Desk(chromium, product.address, **options))
        return taken[-1]

    yield sit_down
    for one in taken:
        one.close()
