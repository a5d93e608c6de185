"""What the shell around every page needs to know."""

from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from toeleiding.web import guide

VERSION = version("toeleiding")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Version, exercise banner, who is signed in (`access` of the request) and the menu.

    The menu comes from `settings.TOELEIDING_MENU`, a dotted path to `callable(request)` giving groups:
    `{"title": ..., "items": [{"label", "url", "icon", "count", "current", "urgent"}]}`; without it there is
    none. It is asked for only when a page draws it, so a fragment costs nothing.
    """
    return {
        "versie": VERSION,
        "oefenomgeving": settings.OEFENOMGEVING,
        "bijgewerkt": timezone.now(),
        "samen_kijken": SimpleLazyObject(lambda: _together(request)),
        "wie": SimpleLazyObject(lambda: _who(request)),
        "zo_werkt_het": _explained(request),
        "menu": SimpleLazyObject(lambda: _menu(request)),
    }


def _who(request: HttpRequest) -> dict[str, Any]:
    """Name, role and organisation of who is signed in; empty for a visitor."""
    ask = getattr(request, "get_access", None)
    access = ask() if ask else None
    if access is None:
        return {}
    return {
        "name": str(access.staff),
        "initials": access.staff.initials,
        "role": access.role.label,
        "organisation": str(access.organisation),
        "roles": [] if _together(request) else _other_roles(access),
        "recent": [] if _together(request) else request.session.get("recent", [])[:8],
    }


def _together(request: HttpRequest) -> str:
    """The dossier whose client looks along (`organisations.together`): the shell then names nobody else."""
    return str(request.session.get("samen_kijken", "")) if hasattr(request, "session") else ""


def _explained(request: HttpRequest) -> dict[str, str] | None:
    """How the page works that this request is for; no page of staff is without (tests/site/test_guide_pages.py)."""
    match = request.resolver_match
    return guide.explained().get(match.url_name or "") if match else None


def _other_roles(access: Any) -> list[dict[str, Any]]:
    """The roles this person can switch to, for the form that posts to /rol."""
    held = access.staff.roles.held_on(timezone.localdate()).select_related("organisation")
    return [
        {"value": role.pk, "label": str(role)}
        for role in held
        if (role.role, role.organisation_id) != (access.role, access.organisation.pk)
    ]


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    path: str = getattr(settings, "TOELEIDING_MENU", "")
    return list(import_string(path)(request)) if path and not _together(request) else []
