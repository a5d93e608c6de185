"""What the shell around every page needs to know."""

from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

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
        "wie": SimpleLazyObject(lambda: _who(request)),
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
        "roles": _other_roles(access),
        "recent": request.session.get("recent", [])[:8],
    }


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
    return list(import_string(path)(request)) if path else []
