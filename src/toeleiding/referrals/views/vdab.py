"""`/vdab/inbox`: what was referred to an office of VDAB, list left and form right."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from toeleiding.dossiers import events as e
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.referrals import content, services, standing
from toeleiding.referrals.forms import AcceptForm, AskForm, ReturnForm
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.selectors import INBOX, counsellors, inbox, inbox_counts, referrals
from toeleiding.referrals.services import ReferralError
from toeleiding.referrals.states import Side, actions
from toeleiding.referrals.views.agency import show_at
from toeleiding.web import dates
from toeleiding.web.toasts import toast

PER_PAGE = 20


@for_roles(Role.VDAB_COUNSELLOR)
@require_safe
def inbox_page(request: StaffRequest) -> HttpResponse:
    """The list, with nothing open."""
    drawer = _drawer(request)
    if _nothing_new(request, drawer):
        return HttpResponse(status=204)
    return show_at(request, _template(request), _list(request, drawer, None))


@for_roles(Role.VDAB_COUNSELLOR)
@require_http_methods(["GET", "POST"])
def inbox_item(request: StaffRequest, referral: str) -> HttpResponse:
    """One referral beside the list: accept, ask, or give back on one screen."""
    found = services.find(request.access, referral, Direction.OUT)
    if found is None:
        raise Http404
    drawer = _drawer_of(found)
    if _nothing_new(request, drawer):
        return HttpResponse(status=204)
    request.access.log(AccessAction.OPENED, [found.dossier_id], "doorverwijzing")
    people = counsellors(request.access.organisation)
    chosen = request.POST.get("deel", "")
    forms: dict[str, Any] = {
        "aanvaard": AcceptForm(
            request.POST if chosen == "aanvaard" else None,
            prefix="aanvaard",
            people=people,
            initial={"bemiddelaar": request.access.staff.username},
        ),
        "vraag": AskForm(request.POST if chosen == "vraag" else None, prefix="vraag"),
        "terug": ReturnForm(request.POST if chosen == "terug" else None, prefix="terug"),
    }
    if chosen in forms and forms[chosen].is_valid():
        try:
            said = _do(request, found, chosen, forms[chosen])
        except ReferralError as trouble:
            forms[chosen].add_error(None, str(trouble))
        else:
            toast(request, said)
            return HttpResponseRedirect(f"/vdab/inbox/{found.pk}")
    steps = services.thread(found)
    words, tone = standing.pill(found.standing)
    context = {
        **_list(request, drawer, found),
        "verwijzing": found,
        "pil_tekst": words,
        "pil_toon": tone,
        "klokken": standing.clocks(found, timezone.localdate()),
        "verloop": standing.told(steps, found.direction),
        "toont": content.read(content.content_of(found.message)),
        "mag": {action.value: True for action in actions(found.standing, Side.RECEIVER)},
        "open_deel": chosen,
        **{f"form_{name}": form for name, form in forms.items()},
    }
    return show_at(request, _template(request), context)


def _do(request: StaffRequest, found: Referral, chosen: str, form: Any) -> str:
    given = form.cleaned_data
    match chosen:
        case "aanvaard":
            who = next(one for one in counsellors(request.access.organisation) if one.username == given["bemiddelaar"])
            counsellor = e.Counsellor(
                name=str(who), office=request.access.organisation.short_name, phone=given["telefoon"] or None
            )
            appointment = e.Appointment(
                on=given["datum"],
                at=given["uur"],
                form=given["vorm"],
                place=given["plaats"] or None,
                language=given["taal"] or None,
                interpreter=given["tolk"],
            )
            services.accept(request.access, found, given["categorie"], counsellor, appointment)
            return "Aanvaard. Het agentschap ziet categorie, bemiddelaar en afspraak meteen."
        case "vraag":
            services.ask(request.access, found, given["tekst"])
            return "Je vraag is bij de trajectbegeleider."
        case _:
            services.give_back(request.access, found, given["reden"], given["tekst"])
            return "Teruggegeven. De trajectbegeleider ziet je reden."


def _drawer(request: StaffRequest) -> str:
    asked = request.GET.get("lijst", "")
    return asked if asked in INBOX else "nieuw"


def _drawer_of(found: Referral) -> str:
    return next((name for name, (_, states) in INBOX.items() if found.standing in states), "nieuw")


def _template(request: StaffRequest) -> str:
    return "referrals/inbox_lijst.html" if request.htmx and request.method == "GET" else "referrals/inbox.html"


def _stamp(request: StaffRequest) -> str:
    """What changes when anything in the inbox changes."""
    latest = referrals(request.access).order_by("-since").values_list("since", flat=True).first()
    return f"{latest:%Y%m%d%H%M%S%f}" if latest else "leeg"


def _nothing_new(request: StaffRequest, drawer: str) -> bool:
    return bool(request.htmx) and request.method == "GET" and request.GET.get("gezien") == _stamp(request)


def _list(request: StaffRequest, drawer: str, chosen: Referral | None) -> dict[str, Any]:
    counted = inbox_counts(request.access)
    shown = Paginator(inbox(request.access, drawer), PER_PAGE).get_page(request.GET.get("pagina"))
    request.access.log(AccessAction.LISTED, [one.dossier_id for one in shown], f"doorverwijzingen, {INBOX[drawer][0]}")
    return {
        "tabs": [
            {"label": label, "slug": name, "count": counted[name], "current": name == drawer}
            for name, (label, _) in INBOX.items()
        ],
        "lade": drawer,
        "lade_label": INBOX[drawer][0],
        "rijen": [_row(one, chosen) for one in shown],
        "pagina": shown,
        "stempel": _stamp(request),
        "gekozen": chosen,
        "kantoor": request.access.organisation,
    }


def _row(one: Referral, chosen: Referral | None) -> dict[str, Any]:
    told = content.content_of(one.message)
    facts = dict(content.read(told))
    words, tone = standing.pill(one.standing)
    late = standing.late(one, timezone.localdate())
    return {
        "url": f"/vdab/inbox/{one.pk}",
        "name": facts.get("Naam", "Naam niet gegeven"),
        "line": ", ".join(part for part in (facts.get("Taal"), facts.get("Woont in")) if part),
        "when": dates.moment(one.since),
        "pill": words,
        "tone": tone,
        "late": late,
        "current": chosen is not None and chosen.pk == one.pk,
    }
