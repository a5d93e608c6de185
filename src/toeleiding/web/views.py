"""The statements every page links to, and the pages for when something goes wrong."""

import json
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from toeleiding.web import guide

log = structlog.get_logger(__name__)

ACCESSIBILITY_FILE = Path(__file__).parent / "data" / "toegankelijkheid.json"
# Letters and digits that cannot be taken for one another over the phone.
CODE_LETTERS, CODE_DIGITS = "ABCDEFGHJKLMNPRSTUVWXYZ", "23456789"

View = Callable[..., HttpResponse]


def _open_to_all(view: View) -> View:
    """Mark a page without personal data that anybody may read."""
    view.roles = None  # type: ignore[attr-defined]
    return view


@cache
def accessibility_facts() -> dict[str, Any]:
    """What the accessibility statement tells: status, test date and method, and the open issues."""
    facts: dict[str, Any] = json.loads(ACCESSIBILITY_FILE.read_text(encoding="utf-8"))
    for name in ("tested_on", "written_on", "review_on"):
        facts[name] = parse_date(facts[name])
    return facts


@_open_to_all
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/toegankelijkheid.html", {"feiten": accessibility_facts()})


@_open_to_all
def privacy_statement(request: HttpRequest) -> HttpResponse:
    return render(request, "web/privacyverklaring.html")


@_open_to_all
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/hulp.html")


@_open_to_all
def guide_chapter(request: HttpRequest, chapter: str = "README") -> HttpResponse:
    """One chapter of the users' guide."""
    try:
        title, text = guide.chapter(chapter)
    except KeyError:
        raise Http404 from None
    return render(request, "web/gids.html", {"titel": title, "tekst": text, "hoofdstuk": chapter})


@_open_to_all
def shortcuts(request: HttpRequest) -> HttpResponse:
    return render(request, "web/sneltoetsen.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: too much at once, or an address that is not ours. Without context: the request itself is not trusted."""
    return render(None, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def conflict(request: HttpRequest, differences: str = "") -> HttpResponse:
    """409: somebody else changed this meanwhile. `differences` is the path of a page that shows them."""
    return render(request, "409.html", {"verschillen": differences}, status=409)


def error_code() -> str:
    """A code people can read out, such as ABCD-12."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(4))
    return f"{letters}-{secrets.choice(CODE_DIGITS)}{secrets.choice(CODE_DIGITS)}"


def server_error(request: HttpRequest) -> HttpResponse:
    """Show a code and log it. The page uses no context: what failed may be the context itself."""
    code = error_code()
    log.error("server_error", code=code, method=request.method, path=request.path)
    return render(None, "500.html", {"code": code}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For settings.CSRF_FAILURE_VIEW: a form that was open too long, or came from elsewhere."""
    return render(request, "web/formulier_verlopen.html", status=403)
