"""Hands on the keys only."""

from collections.abc import Callable

from playwright.sync_api import Page

_FOCUS = """(wanted) => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const label = e.labels?.[0], around = e.closest('label');
  const drawn = (one) => one && (getComputedStyle(one).outlineStyle !== 'none'
    && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
  const header = document.querySelector('.kop');
  return {
    there: e.matches(wanted),
    seen: e === document.body || drawn(e) || drawn(label) || drawn(around),
    free: e.matches('body, .skip, .kop *') || box.bottom > header.getBoundingClientRect().bottom,
    html: e.outerHTML.slice(0, 200),
  };
}"""
_ACTIVATES = ("Enter", "Space")


class Keyboard:
    """Goes from stop to stop with Tab, and looks at every one of them. `presses` counts what a mouse would click."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def tab_to(self, wanted: str, most: int = 250, key: str = "Tab") -> None:
        """Press Tab until the focus is on what the selector finds; each stop on the way is visibly focused."""
        for _ in range(most):
            self.page.keyboard.press(key)
            at = self.page.evaluate(_FOCUS, wanted)
            assert at["seen"], f"the focus is not to be seen on {at['html']}"
            assert at["free"], f"the focus lies under the header on {at['html']}"
            if at["there"]:
                return
        raise AssertionError(f"{wanted} cannot be reached by {key}")

    def press(self, key: str) -> None:
        """A key that does something."""
        self.presses += key in _ACTIVATES
        self.page.keyboard.press(key)

    def choose(self, group: str, there: Callable[[], bool]) -> None:
        """Go to a group of radio buttons and walk through it with the arrows until the wanted one is chosen."""
        self.tab_to(group)
        self.press("Space")
        for _ in range(20):
            if there():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{group}: the arrows never reach the choice")

    def type(self, wanted: str, text: str) -> None:
        """Go to a field and type in it."""
        self.tab_to(wanted)
        self.page.keyboard.type(text)
