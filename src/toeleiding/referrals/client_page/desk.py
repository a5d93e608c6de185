"""`/dossiers/<nr>/link`: the counsellor makes a private link, sees whether it was used, and takes it back."""

from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import events as e
from toeleiding.dossiers import services
from toeleiding.dossiers.views.dossier_page import READERS, Page, page
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.referrals.client_page import links
from toeleiding.referrals.limits import LINK_DAYS, LINK_OPENINGS
from toeleiding.web.toasts import toast

_SHOWN = 5


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def link(request: StaffRequest, number: str) -> HttpResponse:
    """Make a link (shown once, with its code to scan), take links back, or note that help was given."""
    opened = page(request, number)
    token = ""
    if request.method == "POST" and opened.can_write:
        match request.POST.get("deel"):
            case "maak":
                token = links.make(request.access, opened.dossier)
            case "trek-in":
                links.revoke(opened.dossier)
                toast(request, "De link werkt niet meer.")
                return HttpResponseRedirect(f"{opened.url}/link")
            case "hulp":
                _answered(request, opened)
                return HttpResponseRedirect(opened.url)
            case _:
                pass
    return render(request, "referrals/link.html", _context(opened, token))


def _answered(request: StaffRequest, opened: Page) -> None:
    if opened.state.help_asked_on:
        services.add_facts(request.access, opened.dossier, e.HelpAnswered())
        toast(request, "Hulpvraag beantwoord.")


def _context(opened: Page, token: str) -> dict[str, Any]:
    address = f"{settings.PUBLIC_URL}/m/{token}" if token else ""
    made = links.of_dossier(opened.dossier).select_related("made_by")[:_SHOWN]
    return {
        **opened.context(),
        "tab": "toelichting",
        "adres": address,
        "qr": qr_svg(address) if address else "",
        "links": [{"een": one, "werkt": links.works(one)} for one in made],
        "intrekbaar": links.alive(opened.dossier).exists(),
        "dagen": LINK_DAYS,
        "keren": LINK_OPENINGS,
    }


def qr_svg(address: str) -> str:
    """A code to scan, as markup without style of its own."""
    made = segno.make(address, error="m")
    return mark_safe(made.svg_inline(scale=5, svgclass="qr", lineclass="", title="Code om te scannen", omitsize=True))  # noqa: S308 - made here
