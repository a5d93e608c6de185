"""The statements, and the words people get when something goes wrong (EXPERIENCE 2.2)."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from structlog.testing import capture_logs

from toeleiding.web import context, views
from toeleiding.web.urls import urlpatterns

from . import gallery

STATEMENTS = [
    (views.accessibility, "Toegankelijkheid"),
    (views.privacy_statement, "Privacy"),
    (views.help_page, "Hulp"),
    (views.shortcuts, "Sneltoetsen"),
]


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def title_of(html: str) -> str:
    return re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]


@pytest.mark.parametrize(("view", "title"), STATEMENTS, ids=[title for _, title in STATEMENTS])
def test_a_statement_is_open_to_all_and_named_in_its_title(rf, view, title):
    response = view(rf.get("/x"))
    assert response.status_code == 200
    assert title_of(response.content.decode()) == f"{title} - Toeleiding nieuwkomers"
    assert view.roles is None


def test_every_statement_of_the_footer_has_an_address():
    footer = render_to_string("web/_paginavoet.html", {})
    assert set(re.findall(r'href="/([a-z]+)"', footer)) == {
        str(one.pattern) for one in urlpatterns if one.name not in ("guide", "guide_chapter")
    }


def test_the_accessibility_statement_tells_the_facts_of_its_file(rf):
    text = words_of(views.accessibility(rf.get("/")))
    facts = views.accessibility_facts()
    assert facts["status"] in text
    assert "23 november 2026" in text
    assert facts["issues"]
    for issue in facts["issues"]:
        assert issue["what"] in text


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        (
            views.forbidden,
            403,
            "Je mag dit dossier niet openen. Werk je samen rond deze persoon? Vraag toegang en geef een reden.",
        ),
        (views.not_found, 404, "Deze pagina bestaat niet (meer)."),
        (views.conflict, 409, "Iemand anders heeft dit intussen gewijzigd. Bekijk de verschillen."),
        (views.csrf_failure, 403, "De pagina stond te lang open. Er is niets verstuurd."),
    ],
)
def test_error_pages_say_what_to_do(rf, answer, status, sentence):
    response = answer(rf.get("/x"))
    assert response.status_code == status
    assert sentence in words_of(response)


def test_a_fault_of_ours_shows_a_code_that_is_in_the_log(rf):
    with capture_logs() as logs:
        response = views.server_error(rf.get("/dossiers?naam=geheim"))
    code = re.search(r"Code: ([A-Z]{4}-\d{2}) ?\.", words_of(response))[1]
    assert response.status_code == 500
    assert logs == [{"event": "server_error", "log_level": "error", "code": code, "method": "GET", "path": "/dossiers"}]
    assert "Je invoer is bewaard." in words_of(response)


def test_the_page_for_our_faults_needs_nothing_to_work(monkeypatch, rf):
    def broken(request):
        raise RuntimeError

    monkeypatch.setattr(context, "shell", broken)
    assert "Er ging iets mis bij ons." in words_of(views.server_error(rf.get("/")))


def test_a_page_with_errors_says_so_first_in_its_title():
    form = gallery.ReferralForm({})
    shown = gallery.render("galerij/onderdelen.html", form=form, stappen=[], iconen=[])
    assert title_of(shown) == "Fout: Onderdelen - Toeleiding nieuwkomers"
    fresh = gallery.render("galerij/onderdelen.html", form=gallery.ReferralForm(), stappen=[], iconen=[])
    assert title_of(fresh) == "Onderdelen - Toeleiding nieuwkomers"


def test_the_skip_link_comes_before_everything_one_can_reach():
    body = gallery.pages()["/werklijst"].partition("<body>")[2]
    assert re.search(r"<(?:a|button|input)\b[^>]*>", body)[0] == '<a class="skip" href="#inhoud">'


def test_the_banner_is_there_in_the_exercise_environment_only(rf, settings):
    banner = "Oefenomgeving, geen echte personen"
    assert banner in words_of(views.help_page(rf.get("/")))
    settings.OEFENOMGEVING = False
    assert banner not in words_of(views.help_page(rf.get("/")))


def test_a_visitor_has_no_menu_and_is_asked_to_sign_in(rf):
    request = rf.get("/hulp")
    request.user = AnonymousUser()
    shown = views.help_page(request).content.decode()
    assert 'id="hoofdmenu"' not in shown
    assert "Meld je aan" in shown


def test_the_menu_comes_from_the_settings_and_only_when_it_is_drawn(rf, settings):
    settings.TOELEIDING_MENU = "tests.web.test_views.never"
    values = context.shell(rf.get("/"))
    assert values["versie"]
    with pytest.raises(ImportError):
        list(values["menu"])
