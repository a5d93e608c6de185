"""Habits that save time: the keyboard as `/sneltoetsen` lists it, and looking together."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from toeleiding.organisations.models import Role

from .desk import Desk, unclean

pytestmark = pytest.mark.browser
Seat = Callable[..., Desk]


def worker(desk: Seat, **options: object) -> Desk:
    mine = desk(**options)
    mine.sign_in(Role.CASE_WORKER.label, "Nadia Verlinden")
    return mine


def listed(page: Page) -> list[str]:
    """What stands in the first column of the list: "Ctrl K", "g dan w", "j en k"."""
    return [re.sub(r"\s+", " ", words).strip() for words in page.locator("tbody td:first-child").all_inner_texts()]


def goes(*keys: str, to: str) -> Callable[[Desk], None]:
    def press(mine: Desk) -> None:
        page = mine.open("/hulp")
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(re.compile(f"{to}$"))

    return press


def palette(mine: Desk) -> None:
    page = mine.open("/werklijst")
    page.keyboard.press("Control+k")
    expect(page.locator("#paletveld")).to_be_focused()


def rows_up_and_down(mine: Desk) -> None:
    page = mine.open("/werklijst")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("main tbody tr").first).to_have_class("hier")


def ticks(mine: Desk) -> None:
    page = mine.open("/werklijst")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-rij]").first).to_be_checked()


def opens(mine: Desk) -> None:
    page = mine.open("/werklijst")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/dossiers/TN-\d+-\d+$"))


def next_action(mine: Desk) -> None:
    page = mine.open("/werklijst?lijst=nieuw-contract&sorteer=naam")
    row = page.locator("main tbody tr", has=page.locator("a[data-actie]")).first
    wanted = row.locator("[data-actie]").get_attribute("href") or ""
    row.locator("a.naam").focus()
    page.keyboard.press("a")
    page.wait_for_url(re.compile(f"{wanted}$"))


def note(mine: Desk) -> None:
    page = mine.open("/werklijst")
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/dossiers/TN-\d+-\d+#notitie$"))
    expect(page.locator("#notitie textarea")).to_be_focused()
    dossier = page.url.partition("#")[0]
    page.goto(dossier)
    page.keyboard.press("n")
    expect(page.locator("#notitie textarea")).to_be_focused()
    page.goto(f"{dossier}/toelichting")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("#notitie$"))


def search_field(mine: Desk) -> None:
    page = mine.open("/dossiers")
    page.keyboard.press("/")
    expect(page.locator("main input[type=search]")).to_be_focused()


def saves_and_undoes(mine: Desk) -> None:
    """ "Ctrl Enter" saves the form that one types in; "u" takes it back."""
    page = mine.open("/werklijst")
    page.locator("a.naam").first.click()
    page.keyboard.press("n")
    page.keyboard.type("Met de toetsen geschreven")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text("Notitie bewaard.")
    page.keyboard.press("u")
    expect(page.locator(".toasts")).to_contain_text("Ongedaan gemaakt.")


def closes(mine: Desk) -> None:
    page = mine.open("/werklijst")
    page.locator(".gebruiker summary").click()
    page.keyboard.press("Escape")
    expect(page.locator(".gebruiker .uitklapvak")).to_be_hidden()


PRESSED: dict[str, Callable[[Desk], None]] = {
    "Ctrl K": palette,
    "g dan w": goes("g", "w", to="/werklijst"),
    "g dan d": goes("g", "d", to="/dossiers"),
    "g dan a": goes("g", "a", to="/afspraken"),
    "g dan g": goes("g", "g", to="/gezamenlijke-klanten"),
    "g dan v": goes("g", "v", to="/doorverwijzingen"),
    "g dan r": goes("g", "r", to="/regels"),
    "j en k": rows_up_and_down,
    "x": ticks,
    "Enter": opens,
    "a": next_action,
    "n": note,
    "/": search_field,
    "u": saves_and_undoes,
    "Ctrl Enter": saves_and_undoes,
    "Esc": closes,
    "?": goes("?", to="/sneltoetsen"),
}


def test_the_list_of_shortcuts_is_what_is_pressed_here(desk: Seat) -> None:
    assert listed(worker(desk).open("/sneltoetsen")) == list(PRESSED)


@pytest.mark.parametrize("keys", [one for one in PRESSED if one != "Ctrl Enter"])
def test_a_shortcut_does_what_the_list_says(desk: Seat, keys: str) -> None:
    mine = worker(desk)
    PRESSED[keys](mine)
    assert mine.console == []


@pytest.mark.parametrize("keys", ["g dan g", "x", "n", "?"])
def test_a_shortcut_that_is_switched_off_does_nothing(desk: Seat, keys: str) -> None:
    mine = worker(desk)
    mine.open("/sneltoetsen").get_by_label("Gebruik sneltoetsen van 1 letter").uncheck()
    page = mine.open("/werklijst")
    for key in keys.replace("dan ", "").split():
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url.endswith("/werklijst")
    assert page.locator("[data-rij]:checked").count() == 0
    page.keyboard.press("Control+k")
    expect(page.locator("#paletveld")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_screen_turns_to_the_client_and_back_with_one_click_each(desk: Seat, scripts: bool) -> None:
    mine = worker(desk, scripts=scripts)
    page = mine.open("/werklijst")
    name = page.locator("a.naam").first.inner_text()
    page.locator("a.naam").first.click()
    page.get_by_role("button", name="Samen kijken").click()
    expect(page.locator(".samenbalk")).to_contain_text("Samen kijken staat aan")
    expect(page.locator("h1")).to_have_text(name)
    assert page.locator("nav.zij, .kop .zoek input, #bel, #palet").count() == 0
    if scripts:
        assert unclean(page) == []
    page = mine.open("/werklijst")
    expect(page.locator("h1")).to_have_text("Deze pagina is nu dicht")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("h1")).to_have_text(name)
    assert page.locator(".samenbalk").count() == 0
    assert page.locator("nav.zij").count() == 1


def test_how_a_page_works_folds_open_without_a_script_and_leads_to_the_guide(desk: Seat) -> None:
    mine = worker(desk, scripts=False)
    page = mine.open("/werklijst")
    expect(page.locator(".zowerkt p").first).to_be_hidden()
    page.locator(".zowerkt summary").click()
    expect(page.locator(".zowerkt p").first).to_be_visible()
    page.get_by_role("link", name="Lees meer in de gids").click()
    expect(page.locator("h1")).to_have_text("De werklijst")
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")


def test_the_summary_for_the_client_is_one_page(desk: Seat) -> None:
    mine = worker(desk)
    page = mine.open("/werklijst?sorteer=naam")
    for link in page.locator("a.naam").evaluate_all("all => all.slice(0, 3).map(a => a.href)"):
        page.goto(f"{link}/print")
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1, link


def test_two_people_in_one_referral_see_both_versions_and_choose(desk: Seat) -> None:
    """Both have the draft open; who saves last is shown the difference and picks the words of the other."""
    first, second = worker(desk), desk()
    second.sign_in(Role.TEAM_LEAD.label, "AgII")
    page = first.open("/dossiers?stap=4")
    number = re.findall(r"TN-\d+-\d+", page.locator("main tbody").inner_text())[0]
    mine = first.open(f"/dossiers/{number}/doorverwijzing?stap=2")
    theirs = second.open(f"/dossiers/{number}/doorverwijzing?stap=2")
    for one, words in ((theirs, "Wil in de zorg werken."), (mine, "Wil in de bouw werken.")):
        one.locator("input[name=manier][value=ONLINE]").check()
        one.get_by_label("Waarmee kan VDAB meteen aan de slag?").fill(words)
        one.get_by_role("button", name="Bewaar en stop").click()
        one.wait_for_load_state()
    expect(mine.locator("main")).to_contain_text("Bekijk de verschillen")
    assert unclean(mine) == []
    mine.locator(".verschil", has_text="Waarmee kan VDAB").get_by_text("Wil in de zorg werken.").click()
    mine.get_by_role("button", name="Bewaar mijn keuze").click()
    mine.wait_for_load_state()
    page = first.open(f"/dossiers/{number}/doorverwijzing?stap=2")
    expect(page.get_by_label("Waarmee kan VDAB meteen aan de slag?")).to_have_value("Wil in de zorg werken.")
