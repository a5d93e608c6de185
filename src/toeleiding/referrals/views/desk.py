"""`/doorverwijzingen`: every referral of an agency in both directions, and who waits for a dossier."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from toeleiding.dossiers.views.dossier_page import WRITERS
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction
from toeleiding.referrals import content, services, standing
from toeleiding.referrals.forms import ReturnForm
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.selectors import DESK, desk_counts, referrals
from toeleiding.referrals.services import ReferralError
from toeleiding.referrals.states import Side, actions
from toeleiding.referrals.views.agency import show_at
from toeleiding.web.limits import ROWS_A_PAGE
from toeleiding.web.toasts import toast


@for_roles(*WRITERS)
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """The referrals of the agency, by whose turn it is."""
    asked = request.GET.get("lijst", "")
    drawer = asked if asked in DESK else "aan-jou"
    counted = desk_counts(request.access)
    found = referrals(request.access).filter(DESK[drawer][1]).order_by("due_on", "since", "pk")
    shown = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    request.access.log(AccessAction.LISTED, [one.dossier_id for one in shown], f"doorverwijzingen, {DESK[drawer][0]}")
    return show_at(
        request,
        "referrals/bureau.html",
        {
            "tabs": [
                {"label": label, "slug": name, "count": counted[name], "current": name == drawer}
                for name, (label, _) in DESK.items()
            ],
            "rijen": [_row(one) for one in shown],
            "pagina": shown,
            "lade_label": DESK[drawer][0],
        },
    )


def _row(one: Referral) -> dict[str, Any]:
    words, tone = standing.pill(one.standing)
    inwards = one.direction == Direction.IN
    if one.dossier is not None:
        name = one.dossier.name
    else:
        name = dict(content.read(content.content_of(one.message))).get("Naam", "Naam niet gegeven")
    sender = content.content_of(one.message).sender if inwards else None
    late = one.due_on is not None and one.due_on < timezone.localdate()
    return {
        "name": name,
        "number": one.dossier.number if one.dossier else "wachtdossier",
        "url": f"/doorverwijzingen/{one.pk}" if inwards else f"/dossiers/{one.dossier}/doorverwijzing",
        "way": f"Van {sender.name or sender.type}" if sender else f"Naar {one.office or 'VDAB'}",
        "pill": words,
        "tone": tone,
        "due_on": one.due_on,
        "late": late,
        "since": one.since,
    }


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def incoming(request: StaffRequest, referral: str) -> HttpResponse:
    """One referral to us: accept it, which opens a dossier for who has none, or give it back."""
    found = services.find(request.access, referral, Direction.IN)
    if found is None:
        raise Http404
    request.access.log(AccessAction.OPENED, [found.dossier_id], "doorverwijzing van VDAB")
    chosen = request.POST.get("deel", "")
    form = ReturnForm(request.POST if chosen == "terug" else None, prefix="terug")
    try:
        if chosen == "aanvaard":
            accepted = services.accept_incoming(request.access, found)
            toast(request, "Aanvaard. De doorverwijzing staat op de tijdlijn.")
            assert accepted.dossier is not None
            return HttpResponseRedirect(accepted.dossier.get_absolute_url())
        if chosen == "terug" and form.is_valid():
            services.give_back(request.access, found, form.cleaned_data["reden"], form.cleaned_data["tekst"])
            toast(request, "Teruggegeven. Bel VDAB met je reden: hiervoor bestaat geen bericht.")
            return HttpResponseRedirect("/doorverwijzingen")
    except ReferralError as trouble:
        form.add_error(None, str(trouble)) if form.is_bound else toast(request, str(trouble), level=40)
    told = content.content_of(found.message)
    steps = services.thread(found)
    words, tone = standing.pill(found.standing)
    context = {
        "verwijzing": found,
        "naam": dict(content.read(told)).get("Naam", "Naam niet gegeven"),
        "afzender": told.sender,
        "toont": content.read(told),
        "pil_tekst": words,
        "pil_toon": tone,
        "klokken": standing.clocks(found, timezone.localdate()),
        "verloop": standing.told(steps, found.direction),
        "mag": {action.value: True for action in actions(found.standing, Side.RECEIVER)},
        "form": form,
        "open_deel": chosen,
    }
    return show_at(request, "referrals/wachtdossier.html", context)
