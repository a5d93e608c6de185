"""The pages of merging in a real browser, on a desk and on a phone: axe finds nothing, nothing scrolls sideways."""

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route
from tests.browser.desk import unclean
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging, services
from toeleiding.dossiers.models import Dossier, Likeness, MergeProposal

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SITE = "http://toeleiding.test"


def pages(client: Client) -> dict[str, bytes]:
    """What the product answers on each page, by its path."""
    worker = make_staff()
    sign_in(client, worker)
    dossiers = [make_dossier(access=worker, work=[], first_name=name) for name in ("Samira", "Samirra", "Samiira")]
    one, other, third = (dossier.pk for dossier in dossiers)
    merging.propose([merging.Pair(one, other, Likeness.NEAR_DOUBLE), merging.Pair(one, third, Likeness.NEAR_DOUBLE)])
    kept = merging.merge(worker, MergeProposal.objects.get(one=one, other=third), dossiers[0], "Zelfde foto")
    services.add_facts(worker, Dossier.objects.get(pk=one), e.Noted(text="Sindsdien genoteerd"))
    proposal = f"/dossiers/samenvoegen/{MergeProposal.objects.get(one=one, other=other).pk}"
    split = f"{kept.get_absolute_url()}/splitsen/{merging.merges_of(kept)[0].event}"
    found = {path: client.get(path).content for path in ("/dossiers/samenvoegen", proposal, split)}
    found[kept.get_absolute_url()] = client.get(kept.get_absolute_url()).content
    found[f"{proposal}-fout"] = client.post(proposal, {"reden": ""}).content
    found["/meldingen/bel"] = client.get("/meldingen/bel").content
    return found


def test_axe_finds_nothing(client: Client, chromium: Browser) -> None:
    answers = pages(client)

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path in answers:
            route.fulfill(body=answers[path], content_type="text/html; charset=utf-8")
        elif path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
            route.fulfill(body=Path(str(found)).read_bytes(), content_type=guess_type(path)[0] or "text/plain")
        else:
            route.fulfill(status=404)

    context = chromium.new_context(bypass_csp=True)
    context.route("**/*", answer)
    page = context.new_page()
    for path in answers:
        if path == "/meldingen/bel":  # a piece of the others
            continue
        page.goto(SITE + path)
        assert page.evaluate("document.styleSheets.length") > 0
        assert unclean(page) == [], path
    context.close()
