"""`/stop/<token>`: the address in every message with which somebody stops the messages. No account, no script.

Looking (GET) changes nothing: programs that scan mail follow every address. The button (POST) does; the one-click
unsubscribe of mail programs (RFC 8058) is such a POST.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from toeleiding.organisations.guard import everyone
from toeleiding.outreach.messages import tokens
from toeleiding.referrals.client_page import links
from toeleiding.referrals.client_page.views import address_of, dead, private, shell
from toeleiding.referrals.texts.content import DUTCH
from toeleiding.referrals.texts.gate import texts_for


@everyone
@private
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A button, and afterwards what it did. Wrong addresses are counted like wrong links."""
    address = address_of(request)
    if links.too_many_wrong(address):
        return dead(request)
    found = tokens.find(token)
    if found is None:
        links.note_wrong(address)
        return dead(request)
    if request.method == "POST":
        tokens.stop(found)
    language = found.language or DUTCH
    texts = texts_for([DUTCH, language])
    context = {
        **shell(texts[language]),
        "nederlands": texts[DUTCH] if texts[language].is_translation else None,
        "gestopt": request.method == "POST",
    }
    return render(request, "outreach/stop.html", context)
