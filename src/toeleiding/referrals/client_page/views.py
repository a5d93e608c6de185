"""`/info/<taal>/vdab` and `/m/<token>`: no account, no cookie, no script.

Looking (GET) never counts, changes or shows anything about a person: programs that preview links do that. A private
page opens with a button (POST). There is no cookie that a browser would send along by itself, so whoever sends the
form knows the token; the check against forged requests has nothing to protect here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from toeleiding.dossiers.events import MESSAGE_CHANNELS
from toeleiding.dossiers.timeline import load_state
from toeleiding.organisations.guard import everyone
from toeleiding.referrals.client_page import links
from toeleiding.referrals.client_page.looks import looks
from toeleiding.referrals.texts.content import DUTCH, LANGUAGES, tongue
from toeleiding.referrals.texts.gate import Given, text_for, texts_for
from toeleiding.referrals.texts.points import points

Answer = Callable[..., HttpResponse]


@everyone
@require_GET
def leaflet(request: HttpRequest, language: str, service: str = "VDAB") -> HttpResponse:
    """The explanation for everybody, in one language. Holds nothing about a person."""
    if language not in LANGUAGES:
        raise Http404
    text = text_for(language, service)
    context = {**shell(text), "punten": points(text), "adres": f"/info/{{}}/{service.lower()}"}
    return render(request, "referrals/burger_info.html", {**context, "talen": _switch(context["adres"], language)})


def private(view: Answer) -> Answer:
    """Nothing of a private page is kept, indexed or passed on to another site."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer["Cache-Control"] = "no-store, private"
        return answer

    return csrf_exempt(closed)


@everyone
@private
@require_http_methods(["GET", "HEAD", "POST"])
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """GET: a door without a name on it. POST: the page itself."""
    address = address_of(request)
    if links.too_many_wrong(address):
        return dead(request)
    if request.method == "POST":
        opened = links.open_page(token, request.POST.get("open", ""))
        return _page(request, token, opened) if opened else _wrong(request, address)
    link = links.find(token)
    if link is None or not links.works(link):
        return _wrong(request, address)
    text = text_for(_language(request, link.dossier.language), link.dossier.service)
    talen = [(tongue(code), f"?taal={code}") for code in LANGUAGES]
    return render(request, "referrals/burger_deur.html", {**shell(text), "talen": talen})


@everyone
@private
@require_POST
def registered(request: HttpRequest, token: str) -> HttpResponse:
    """ "Ik ben ingeschreven"."""
    return _do(request, token, links.report, "dank_ingeschreven")


@everyone
@private
@require_POST
def help_needed(request: HttpRequest, token: str) -> HttpResponse:
    """ "Ik heb hulp nodig"."""
    return _do(request, token, links.ask_help, "dank_hulp")


@everyone
@private
@require_POST
def messages_stopped(request: HttpRequest, token: str) -> HttpResponse:
    """ "Stop de berichten"."""
    return _do(request, token, links.stop_messages, "bericht_gestopt")


def _do(request: HttpRequest, token: str, verb: Callable[[links.Opened], None], thanks: str) -> HttpResponse:
    address = address_of(request)
    if links.too_many_wrong(address):
        return dead(request)
    opened = links.open_page(token, request.POST.get("open", ""))
    if opened is None:
        return _wrong(request, address)
    verb(opened)
    return _page(request, token, opened, thanks)


def _page(request: HttpRequest, token: str, opened: links.Opened, thanks: str = "") -> HttpResponse:
    dossier = opened.dossier
    text = text_for(_language(request, dossier.language), dossier.service)
    context = {
        **shell(text),
        "weg": f"/m/{token}",
        "open": opened.stay,
        "voornaam": text.say("beste", naam=dossier.first_name),
        "uiterste_dag": text.day(dossier.due_on) if dossier.due_on and dossier.outcome == "TO_REFER" else "",
        "wanneer": _around_the_date(text),
        "punten": {point.id: point for point in points(text)},
        "talen": [(tongue(code), code) for code in LANGUAGES],
        "bedankt": text.say(thanks) if thanks else "",
        "gestopt": len(load_state(dossier).no_messages) == len(MESSAGE_CHANNELS),
        "inzage": looks(dossier, text),
    }
    return render(request, "referrals/burger_pagina.html", context)


def _around_the_date(text: Given) -> tuple[str, str]:
    """The words before and after the date, which stands large on a line of its own; a full stop alone is no words."""
    before, _, after = text.paragraphs["wanneer_datum"].partition("{datum}")
    return before, after if any(sign.isalpha() for sign in after) else ""


def _wrong(request: HttpRequest, address: str) -> HttpResponse:
    links.note_wrong(address)
    return dead(request)


def dead(request: HttpRequest) -> HttpResponse:
    """The same words, whatever is wrong with the link."""
    texts = texts_for(LANGUAGES)
    context = {**shell(texts[DUTCH]), "teksten": [one for one in texts.values() if not one.fallback]}
    return render(request, "referrals/burger_dood.html", context, status=404)


def shell(text: Given) -> dict[str, Any]:
    """What every page of a newcomer shows of its text."""
    return {
        "t": text,
        "taal": text.tongue,
        "zeg": {key: text.say(key) for key in text.paragraphs if "{naam}" not in text.paragraphs[key]},
        "nederlands_kop": text.fallback,
    }


def _switch(address: str, current: str) -> list[tuple[Any, str]]:
    return [(tongue(code), address.format(code)) for code in LANGUAGES if code != current]


def _language(request: HttpRequest, of_the_file: str) -> str:
    wanted = request.POST.get("taal") or request.GET.get("taal") or of_the_file
    return wanted if wanted in LANGUAGES else DUTCH


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Behind a proxy its last hop stands in the header that the settings name."""
    named = settings.CLIENT_ADDRESS_HEADER
    told = request.headers.get(named, "") if named else ""
    return told.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
