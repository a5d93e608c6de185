"""`/zoek?q=`: the command palette. People (own access only), pages, actions and what was looked at recently.

A fragment for htmx; without JavaScript the same box leads to the same results as a page.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from toeleiding.dossiers import filters
from toeleiding.dossiers.selectors import dossiers
from toeleiding.dossiers.views.search_terms import SHORTEST, sought
from toeleiding.dossiers.views.worklist_rows import ACTIONS
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role

MOST_PEOPLE = 8
MOST_ACTIONS = 3
MOST_RECENT = 8

_PAGES = (
    ("Hulp", "/hulp", "help"),
    ("Sneltoetsen", "/sneltoetsen", "keyboard"),
    ("Toegankelijkheid", "/toegankelijkheid", "eye"),
    ("Privacyverklaring", "/privacyverklaring", "shield"),
)
_LISTS = (
    *((f"Werklijst: {one.label}", f"/werklijst?lijst={slug}", "list") for slug, one in filters.LISTINGS.items()),
    ("Exporteer de werklijst", "/werklijst/exporteer", "download"),
)

Item = dict[str, Any]


@for_roles(*Role)
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """Results in groups. What was typed is never kept: the log holds only its kind and length."""
    text = filters.read_search(request.GET).text
    found = _people(request, text) if len(text) >= SHORTEST else []
    groups = [
        ("Personen", [_person(one, request.access) for one in found]),
        ("Pagina's", _matching(_pages(request), text)),
        ("Acties", _actions(request, text, found)),
        ("Recent bekeken", _recent(request, text)),
    ]
    shown = [(title, items) for title, items in groups if items]
    fragment = bool(request.htmx)
    return render(
        request,
        "dossiers/zoek_resultaten.html" if fragment else "dossiers/zoek.html",
        {"groepen": shown, "tekst": text, "te_kort": len(text) < SHORTEST},
    )


def _people(request: StaffRequest, text: str) -> list[dict[str, Any]]:
    asked = sought(text)
    # By key: a sort on names would first gather everybody called Samira.
    found = asked.among(dossiers(request.access)).order_by("-pk")
    shown = found.values("pk", "number", "first_name", "last_name", "next_action")[:MOST_PEOPLE]
    people: list[dict[str, Any]] = [dict(one) for one in shown]
    request.access.log(AccessAction.SEARCHED, detail=asked.for_log)
    if people:
        request.access.log(AccessAction.LISTED, [one["pk"] for one in people], "zoeken")
    return people


def _name(one: dict[str, Any]) -> str:
    return f"{one['first_name']} {one['last_name']}".strip()


def _person(one: dict[str, Any], access: Access) -> Item:
    """A partner finds a joint client in his list; the dossier itself is the agency's."""
    page = "/dossiers?q=" if access.role is Role.VDAB_COUNSELLOR else "/dossiers/"
    return {"label": _name(one), "small": one["number"], "url": f"{page}{one['number']}", "icon": "user"}


def _pages(request: StaffRequest) -> Iterable[tuple[str, str, str]]:
    for group in import_string(settings.TOELEIDING_MENU)(request):
        for item in group["items"]:
            yield item["label"], item["url"], item["icon"]
    yield from _PAGES


def _matching(known: Iterable[tuple[str, str, str]], text: str) -> list[Item]:
    """The pages of which a word begins with each word that was typed."""
    words = text.casefold().split()
    return [
        {"label": label, "small": "", "url": url, "icon": icon}
        for label, url, icon in known
        if all(any(part.startswith(word) for part in label.casefold().split()) for word in words)
    ]


def _actions(request: StaffRequest, text: str, people: list[dict[str, Any]]) -> list[Item]:
    """The next action of who was found, and the lists to go to."""
    if request.access.role is not Role.CASE_WORKER:
        return []
    for_people = []
    for one in people[:MOST_ACTIONS]:
        action = ACTIONS[one["next_action"]]
        page = "/vdab" if action.page is None else action.page
        url = f"/dossiers/{one['number']}{page}"
        for_people.append({"label": action.label, "small": f"voor {_name(one)}", "url": url, "icon": "arrow-right"})
    return [*for_people, *(_matching(_LISTS, text) if text else [])]


def _recent(request: StaffRequest, text: str) -> list[Item]:
    """The last dossiers this person opened in this session; signing out empties it."""
    recent = request.session.get("recent", [])[:MOST_RECENT]
    words = text.casefold()
    return [
        {"label": one["label"], "small": "", "url": one["url"], "icon": "clock"}
        for one in recent
        if words in one["label"].casefold()
    ]
