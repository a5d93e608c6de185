"""What stands in the menu for each role."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from toeleiding.organisations.access import current
from toeleiding.organisations.models import Role
from toeleiding.referrals.menu import counts

_DOSSIERS = {Role.CASE_WORKER, Role.TEAM_LEAD, Role.VDAB_COUNSELLOR, Role.DPO}
_GROUPS: list[tuple[str, list[tuple[str, str, str, set[Role]]]]] = [
    (
        "Mijn werk",
        [
            ("Werklijst", "/werklijst", "list", {Role.CASE_WORKER}),
            ("Team", "/werklijst/team", "users", {Role.TEAM_LEAD}),
            ("Dossiers", "/dossiers", "folder", _DOSSIERS),
            ("Nieuw dossier", "/dossiers/nieuw", "plus", {Role.CASE_WORKER, Role.TEAM_LEAD}),
            ("Lijsten", "/lijsten", "list", {Role.TEAM_LEAD}),
            ("Afspraken", "/afspraken", "calendar", {Role.CASE_WORKER, Role.TEAM_LEAD}),
            ("Gezamenlijke klanten", "/gezamenlijke-klanten", "users", {Role.CASE_WORKER, Role.TEAM_LEAD}),
        ],
    ),
    (
        "Samen met partners",
        [
            ("Doorverwijzingen", "/doorverwijzingen", "send", {Role.CASE_WORKER, Role.TEAM_LEAD}),
            ("Doorverwijzingen", "/vdab/inbox", "send", {Role.VDAB_COUNSELLOR}),
            ("Mijn gezamenlijke klanten", "/vdab/klanten", "users", {Role.VDAB_COUNSELLOR}),
        ],
    ),
    (
        "Opvolgen",
        [
            ("Uitwisseling", "/uitwisseling", "arrows", {Role.EXCHANGE_OPERATOR}),
            (
                "Kwaliteit",
                "/uitwisseling/kwaliteit",
                "chart",
                {Role.EXCHANGE_OPERATOR, Role.PROJECT_LEAD, Role.TEAM_LEAD},
            ),
            ("Wettelijk logboek", "/uitwisseling/wettelijk-logboek", "shield", {Role.DPO}),
            ("Regels", "/regels", "book", set(Role)),
        ],
    ),
    ("Beheer", [("Teksten", "/beheer/teksten", "globe", set(Role))]),
    ("Oefenen", [("Oefengevallen", "/oefengevallen", "flask", set(Role))]),
]

# The letter after `g` that goes there. /sneltoetsen lists those of one's own menu.
_KEYS = {
    "/werklijst": "w",
    "/werklijst/team": "w",
    "/dossiers": "d",
    "/gezamenlijke-klanten": "g",
    "/vdab/klanten": "g",
    "/afspraken": "a",
    "/doorverwijzingen": "v",
    "/vdab/inbox": "v",
    "/uitwisseling": "u",
    "/regels": "r",
}


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Menu groups for `base.html`: title and items with label, url, icon, count, key and current."""
    access = current(request)
    if access is None:
        return []
    groups = []
    counted = counts(access)
    here = _nearest(request.path)
    for title, items in _GROUPS:
        if title == "Oefenen" and not settings.OEFENOMGEVING:
            continue
        shown = [
            {
                "label": label,
                "url": url,
                "icon": icon,
                "count": counted.get(url) or None,
                "key": _KEYS.get(url),
                "current": url == here,
            }
            for label, url, icon, roles in items
            if access.role in roles
        ]
        if shown:
            groups.append({"title": title, "items": shown})
    return groups


def _nearest(path: str) -> str:
    """The item under which a page lies: the longest address that begins it."""
    urls = (url for _, items in _GROUPS for _, url, _, _ in items)
    return max((url for url in urls if path == url or path.startswith(f"{url}/")), key=len, default="")
