"""The gallery in a real browser: axe, widths, keyboard, and the page without JavaScript."""

import re

import pytest

from tests.browser.desk import WIDTHS, too_wide, unclean, violations

from . import gallery

pytestmark = pytest.mark.browser

PAGES = [
    "/werklijst",
    "/dossier",
    "/onderdelen",
    "/toegankelijkheid",
    "/privacyverklaring",
    "/hulp",
    "/sneltoetsen",
    "/403",
    "/404",
    "/409",
    "/500",
    "/bezoeker",
]
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"


def test_every_page_of_the_gallery_is_looked_at(html):
    assert sorted(html) == sorted(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, path):
    page = visit(path)
    assert unclean(page) == []
    assert page.words == []


def test_axe_does_find_a_planted_fault(visit):
    page = visit("/hulp")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert "image-alt" in [rule for rule, _ in violations(page)]


@pytest.mark.parametrize("path", ["/werklijst", "/dossier", "/onderdelen"])
def test_text_may_be_spaced_wider_on_a_phone(visit, path):
    page = visit(path, 320, bypass_csp=True)
    page.add_style_tag(content=SPACING)
    assert not too_wide(page)


def test_unfolded_menus_are_clean_too(visit):
    for width in WIDTHS:
        page = visit("/werklijst", width)
        page.locator(".gebruiker summary").click()
        assert page.get_by_role("button", name="Meld je af").is_visible()
        assert violations(page) == []
        assert not too_wide(page)


def test_the_menu_on_a_phone_works_without_javascript(visit):
    page = visit("/werklijst", 500, java_script_enabled=False)
    menu = page.get_by_role("navigation", name="Hoofdmenu")
    assert not menu.is_visible()
    page.get_by_role("link", name="Menu", exact=True).click()
    assert menu.is_visible()
    page.get_by_role("link", name="Sluit menu").click()
    assert not menu.is_visible()


def test_without_javascript_filters_and_role_menu_fold_open(visit):
    page = visit("/werklijst", java_script_enabled=False)
    page.locator("summary", has_text="Taal").click()
    assert page.get_by_label("Arabisch").is_visible()
    assert page.locator(".gebruiker .uitklapvak").is_hidden()


def test_the_first_tab_reaches_the_skip_link_and_it_works(visit):
    page = visit("/werklijst")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ga naar de inhoud"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"


def test_focus_is_never_hidden_under_the_header(visit):
    page = visit("/werklijst", 1440)
    for _ in range(60):
        page.keyboard.press("Tab")
        at, inside = page.evaluate(
            "(() => { const e = document.activeElement, h = document.querySelector('.kop');"
            " return [e.getBoundingClientRect().bottom, h.contains(e) || e.matches('body, .skip')] })()"
        )
        assert inside or at > 64


def test_controls_are_big_enough_to_hit(visit):
    page = visit("/werklijst", 320)
    small = page.evaluate(
        "[...document.querySelectorAll('a,button,summary,input')].filter(e => e.checkVisibility() &&"
        " !e.closest('.vh,.skip,.paginavoet,dialog')).map(e => [e.textContent.trim(), e.getBoundingClientRect()])"
        ".filter(([, r]) => r.width && (r.width < 20 || r.height < 20)).map(([t]) => t)"
    )
    assert small == []


def test_the_palette_opens_finds_and_closes_by_keyboard(visit):
    page = visit("/werklijst")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "paletveld"
    page.keyboard.type("sam")
    page.locator("#paletresultaat a").wait_for()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Samira Haddad"
    page.keyboard.press("Escape")
    assert not page.locator("#palet").is_visible()


def test_rows_by_keyboard_and_the_count_of_ticks(visit):
    page = visit("/werklijst")
    count = page.locator("[data-bulktelling]")
    assert count.text_content() == "2 dossiers gekozen"
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert count.text_content() == "1 dossier gekozen"
    page.get_by_label("Kies alle dossiers").check()
    assert count.text_content() == "8 dossiers gekozen"
    page.get_by_role("button", name="Maak keuze ongedaan").click()
    assert count.text_content() == "Vink dossiers aan"
    assert page.get_by_role("button", name="Vraag VDAB-status op").is_disabled()


def test_shortcuts_go_to_pages_and_can_be_switched_off(visit):
    page = visit("/sneltoetsen")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url(re.compile("/werklijst$"))
    page.goto(gallery.ORIGIN + "/sneltoetsen")
    page.get_by_label("Gebruik sneltoetsen van 1 letter").uncheck()
    page.goto(gallery.ORIGIN + "/werklijst")
    page.keyboard.press("j")
    assert page.locator("tr.hier").count() == 0


def test_shortcuts_stay_quiet_while_somebody_types(visit):
    page = visit("/onderdelen")
    page.get_by_label("Telefoonnummer").focus()
    page.keyboard.type("?gw")
    assert page.url.endswith("/onderdelen")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(visit):
    page = visit("/onderdelen")
    assert page.evaluate("document.activeElement.id") == "fouten"
    page.get_by_role("link", name="Vul een telefoonnummer in, zoals 0470 12 34 56.").click()
    assert page.evaluate("document.activeElement.id") == "id_phone"


def test_a_success_message_goes_away_and_can_be_undone_before(visit):
    page = visit("/onderdelen")
    toast = page.locator(".toast")
    assert toast.get_by_role("button", name="Maak ongedaan").is_visible()
    toast.get_by_role("button", name="Sluit melding").click()
    assert page.locator(".toast").count() == 0


def test_high_contrast_and_print_keep_the_page_readable(visit):
    page = visit("/werklijst", forced_colors="active")
    assert page.evaluate("getComputedStyle(document.querySelector('.pil')).borderTopWidth") == "1px"
    page.emulate_media(media="print", forced_colors="none")
    assert not page.locator(".kop").is_visible()
    assert page.get_by_role("heading", name="Werklijst").is_visible()
