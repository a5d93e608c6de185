""" "Samen kijken": the screen is turned to a client, and shows nothing of anybody else (decision 045).

The session holds the number of the one dossier that stays open. Every other page is closed by the guard, so a page
that is made later is closed too until somebody says that it may be read together.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SESSION = "samen_kijken"


def turned_to_client(request: HttpRequest) -> str:
    """The number of the dossier whose client looks along; empty when nobody does."""
    found: str = request.session.get(SESSION, "")
    return found


def kept_apart(request: HttpRequest, number: str) -> HttpResponse:
    """In the place of a page about others: one sentence. A page that asks for news by itself gets none."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return render(request, "organisations/samen_kijken.html", {"nummer": number})
