"""The guide inside the product, and "Zo werkt het" above each page."""

import re

import pytest
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in
from tests.site.test_access_matrix import patterns

from toeleiding.organisations.models import Role
from toeleiding.web import guide

# Addresses of staff that never answer with a page of their own: files, parts of a page, and what is only for sending.
NO_PAGE = {
    "discard_draft", "restore_rule", "team_decide", "team_take_back", "handover_read", "worklist_progress",
    "worklist_take_back", "worklist_save_filter", "worklist_wipe_filter", "dossier_save_filter",
    "dossier_wipe_filter", "dossier_undo", "dossier_together", "work_situation_ask", "vdab_ask",
    "vdab_copy", "quality_measure", "quality_report", "intake_close", "intake_keep", "referral_save",
    "joint_clients_seen_undone", "appointment_file", "appointment_cancel", "appointment_take_over",
    "appointment_ended", "appointment_group_undone", "leaflet_pdf", "letter_pdf", "card_pdf", "letters_pdf",
    "follow_up_seen", "absence_stop", "colleague_back",
    "agreement_closed", "client_list_choose", "client_list_undo", "notices_bell", "notices_all_seen", "notice_seen",
}  # fmt: skip


def test_every_page_of_staff_says_how_it_works() -> None:
    names = {entry.name for _, entry in patterns() if getattr(entry.callback, "roles", None)}
    assert names - NO_PAGE - set(guide.explained()) == set(), "zeg het in web/data/zo_werkt_het.toml"
    assert set(guide.explained()) - names == set(), "deze bladzijden bestaan niet meer"


def test_what_is_said_is_short_and_leads_to_a_chapter() -> None:
    for page, said in guide.explained().items():
        assert said["gids"] in guide.chapters(), page
        sentences = re.split(r"(?<=[.?!]) ", said["tekst"])
        assert 2 <= len(sentences) <= 5, page
        assert max(len(one.split()) for one in sentences) <= 20, page


@pytest.mark.django_db
def test_the_fold_out_stands_once_and_closed_without_a_script(client: Client) -> None:
    worker = make_staff()
    sign_in(client, worker)
    dossier = make_dossier(access=worker)
    for path in ("/werklijst", "/dossiers", dossier.get_absolute_url(), f"{dossier.get_absolute_url()}/vdab"):
        page = client.get(path).content.decode()
        assert page.count('<details class="zowerkt geenprint">') == 1, path
        assert "Lees meer in de gids" in page


@pytest.mark.parametrize("chapter", guide.chapters())
def test_every_chapter_can_be_read_inside_the_product(client: Client, chapter: str) -> None:
    answer = client.get("/hulp/gids" if chapter == "README" else f"/hulp/gids/{chapter}")
    page = answer.content.decode()
    body = page[page.index('<div class="proza">') :]
    assert answer.status_code == 200
    assert page.count("<h1>") == 1
    assert re.search(r"\*\*|\]\(|^#|^\|", body, re.MULTILINE) is None, "something was not understood"
    for target in re.findall(r'href="(/hulp/gids/[^"#]+)', body):
        assert client.get(target).status_code == 200


def test_a_picture_of_the_guide_is_served(client: Client) -> None:
    page = client.get("/hulp/gids/dossier").content.decode()
    assert '<img class="beeld" src="/static/gids/dossier.png" alt="' in page


def test_a_chapter_that_is_not_there_is_not_there(client: Client) -> None:
    assert client.get("/hulp/gids/bestaat-niet").status_code == 404


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.django_db
def test_the_letters_after_g_are_those_of_ones_own_menu(client: Client, role: Role) -> None:
    sign_in(client, make_staff(role, "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii"))
    page = client.get("/sneltoetsen").content.decode()
    listed = re.findall(r"<kbd>g</kbd> dan <kbd>(.)</kbd>", page)
    in_menu = re.findall(r'data-ga="(.)"', page)
    assert listed == in_menu
    assert len(set(listed)) == len(listed) > 0
