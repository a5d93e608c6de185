"""Denied by default: every view says which roles may open it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from toeleiding.organisations.access import Access, current
from toeleiding.organisations.models import Role
from toeleiding.organisations.together import kept_apart, turned_to_client

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in under a role that may be here."""

    access: Access
    htmx: HtmxDetails


def for_roles(
    *roles: Role, together: bool = False
) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponse]], View[P]]:
    """Let only these roles in; send who is not signed in to the sign-in page and back again.

    The view carries `roles`, from which the access matrix of all addresses is made. `together` says that the page may
    be read on a screen that is turned to the client whom it is about; every other page stays closed then.
    """

    def guard(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            access = current(request)
            if access is None:
                back = request.get_full_path() if request.method == "GET" else "/"
                return HttpResponseRedirect("/aanmelden?" + urlencode({"verder": back}))
            if access.role not in roles:
                raise PermissionDenied
            client = turned_to_client(request)
            if client and not (together and request.method in ("GET", "HEAD") and kwargs.get("number") == client):
                return kept_apart(request, client)
            request.access = access  # type: ignore[attr-defined]
            return view(cast(StaffRequest, request), *args, **kwargs)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
        guarded.together = together  # type: ignore[attr-defined]
        return cast("View[P]", guarded)

    return guard


def everyone(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> View[P]:
    """Mark a page that holds no personal data and is open to all."""
    view.roles = None  # type: ignore[attr-defined]
    return view
