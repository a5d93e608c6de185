"""Somebody at a desk with a browser: signs in, clicks (and is counted), types, and is never sent elsewhere."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import APIResponse, Browser, Locator, Page, Request

HERE = Path(__file__).resolve().parent
AXE = (HERE.parent / "web" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A desk, a window beside another, and a phone or a page enlarged to 400%.
WIDTHS = (1440, 500, 320)
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
WAIT_MILLISECONDS = 30_000
ANSWER_MILLISECONDS = 90_000
"""How long an answer over the wire may take on a busy machine."""

_COUNT_CLICKS = "addEventListener('pointerdown', e => { if (e.isTrusted) realClick(); }, {capture: true})"
_REFUSED_FORM = re.compile(r"the server responded with a status of (400|409|422)")


class Desk:
    """One browser window of one person. `clicks` counts what the pointer really did, not what a test asked."""

    def __init__(self, browser: Browser, address: str, *, width: int = 1440, scripts: bool = True) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": 1000},
            java_script_enabled=scripts,
            locale="nl-BE",
            timezone_id="Europe/Brussels",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(WAIT_MILLISECONDS)
        self.clicks = 0
        self.console: list[str] = []
        self.elsewhere: list[str] = []
        if scripts:
            self.context.expose_function("realClick", self._clicked)
            self.context.add_init_script(_COUNT_CLICKS)
        self.context.on("request", self._requested)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    def _clicked(self) -> None:
        self.clicks += 1

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and not request.url.startswith(f"{self.address}/"):
            self.elsewhere.append(request.url)

    def _heard(self, message: Any) -> None:
        # A form that is sent back with its errors has status 400, 409 or 422; the browser notes that, rightly.
        if message.type in ("error", "warning") and not _REFUSED_FORM.search(message.text):
            self.console.append(f"{message.text} {message.location.get('url', '')}")

    def close(self) -> None:
        """Leave; nothing went to another machine and the browser had nothing to complain about."""
        self.context.close()
        assert self.elsewhere == [], self.elsewhere
        assert self.console == [], self.console

    def open(self, path: str) -> Page:
        """Go to a page by its address."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, role: str, organisation: str = "") -> Page:
        """Choose the first person under the heading of a role, of an organisation if that matters."""
        page = self.open("/aanmelden")
        group = page.locator("section", has=page.get_by_role("heading", name=role, exact=True))
        group.get_by_role("button").filter(has_text=organisation).first.click()
        page.wait_for_url(lambda url: "/aanmelden" not in url)
        self.clicks = 0
        return page

    def row(self, number: str) -> Locator:
        """The row of a dossier in a list."""
        return self.page.locator("main tbody tr", has_text=number)


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds: (rule, markup)."""
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", AXE_TAGS)
    return [(rule["id"], node["html"][:300]) for rule in found["violations"] for node in rule["nodes"]]


def too_wide(page: Page) -> list[str]:
    """Markup of what sticks out when the page as a whole scrolls sideways."""
    return page.evaluate(
        """() => {
          const root = document.documentElement, width = root.clientWidth;
          if (root.scrollWidth <= width) return [];
          const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1);
          return out.length ? out.slice(0, 5).map(e => e.outerHTML.slice(0, 200)) : ['?'];
        }"""
    )


def unclean(page: Page) -> list[Any]:
    """What axe finds and what sticks out, at each width; at the end the page is as wide as it was."""
    was, found = page.viewport_size, []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.evaluate("scrollTo(0, 0)")  # an address with a place in it leaves half a link under the header
        found += [(f"axe at {width}", *one) for one in violations(page)]
        found += [(f"too wide at {width}", markup) for markup in too_wide(page)]
    if was is not None:
        page.set_viewport_size(was)
    return found


def answered(desk: Desk, path: str) -> APIResponse:
    """What the product answers to this person, before the browser shows it; redirects are followed.

    As a browser does, a question over a line that was just closed is asked once more.
    """
    return desk.context.request.get(desk.address + path, max_retries=1)


def practice_cases(desk: Desk) -> dict[str, str]:
    """The dossier number of every practice case that this person may open, by its words."""
    rows = desk.open("/oefengevallen").locator("main tbody tr")
    told = "rows => rows.map(r => [r.cells[0].innerText, r.querySelector('a')?.innerText])"
    return {words.strip(): number.strip() for words, number in rows.evaluate_all(told) if number}


def wait_until(there: Callable[[], bool], page: Page) -> None:
    """Look again and again, as somebody does who presses "Vernieuw"."""
    for _ in range(ANSWER_MILLISECONDS // 500):
        if there():
            return
        page.wait_for_timeout(500)
    raise AssertionError("it did not come in time")
