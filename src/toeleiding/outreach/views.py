"""`/meldingen`: what somebody was told, the bell that counts it, and how loud each kind is."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role, Staff
from toeleiding.outreach import absences, inspection, limits, selectors, services, team_absences, words
from toeleiding.outreach.forms import AbsenceForm, ColleagueAbsenceForm, LevelsForm
from toeleiding.outreach.models import Level, NoticeKind
from toeleiding.web.dates import parse_date
from toeleiding.web.toasts import toast

SETTINGS = "/meldingen/instellingen"
TEAM = "/werklijst/team"
_ROWS = ("pk", "kind", "level", "params", "url", "at", "seen_at", "dossier_id", "dossier__number")
_FOR = ("instead_of__first_name", "instead_of__last_name")


@for_roles(*Role)
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """The notices of who asks, the latest first."""
    chosen = request.GET.get("toon", "nieuw")
    if chosen not in selectors.FILTERS:
        raise Http404
    found = selectors.notices(request.access).filter(selectors.FILTERS[chosen][1]).values(*_ROWS, *_FOR)
    page = Paginator(found, limits.ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    rows = [{**row, "sentence": words.sentence(NoticeKind(row["kind"]), row["params"])} for row in page]
    request.access.log(AccessAction.LISTED, {row["dossier_id"] for row in rows if row["dossier_id"]}, "meldingen")
    context = {
        "pagina": page,
        "rijen": rows,
        "gekozen": chosen,
        "filters": [(name, label) for name, (label, _) in selectors.FILTERS.items()],
    }
    return render(request, "outreach/meldingen.html", context)


@for_roles(*Role)
@require_safe
def bell(request: StaffRequest) -> HttpResponse:
    """The bell with its badge; a page asks for it by itself, so no page waits for it."""
    return render(request, "outreach/bel.html", {"meldingen": selectors.at_the_bell(request.access)})


@for_roles(*Role)
@require_POST
def one_seen(request: StaffRequest, notice: int) -> HttpResponse:
    """Put one notice away. One that is not yours does not exist; one that was seen stays seen."""
    if not selectors.notices(request.access).filter(pk=notice).exists():
        raise Http404
    services.see(request.access, notice)
    return HttpResponseRedirect("/meldingen")


@for_roles(*Role)
@require_POST
def all_seen(request: StaffRequest) -> HttpResponse:
    """Put everything away."""
    services.see(request.access)
    messages.success(request, "Alle meldingen staan bij Gezien.")
    return HttpResponseRedirect("/meldingen")


@for_roles(*Role)
@require_http_methods(["GET", "POST"])
def settings_page(request: StaffRequest) -> HttpResponse:
    """How loud each kind is: Nu, Vandaag or Stil; and who is told while you are away."""
    access = request.access
    loud = LevelsForm(access, request.POST if request.method == "POST" else None)
    if loud.is_valid():
        services.choose(access, {NoticeKind(kind): Level(level) for kind, level in loud.cleaned_data.items()})
        messages.success(request, "Je instellingen zijn bewaard.")
        return HttpResponseRedirect(SETTINGS)
    return _settings(request, loud, AbsenceForm(access))


def _settings(request: StaffRequest, loud: LevelsForm, form: AbsenceForm) -> HttpResponse:
    access = request.access
    context = {
        "niveaus": loud,
        "form": form,
        "afwezig": absences.own(access),
        "vervangt": absences.stood_in_for(access),
    }
    return render(request, "outreach/instellingen.html", context, status=422 if loud.errors or form.errors else 200)


@for_roles(*Role)
@require_POST
def announce(request: StaffRequest) -> HttpResponse:
    """Be away: who is chosen is told too in that time."""
    form = AbsenceForm(request.access, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            absences.announce(request.access, given["van"], given["tot"], given["wie"])
        except absences.AbsenceError as trouble:
            form.add_error(None, str(trouble))
        else:
            messages.success(request, f"Bewaard. {given['wie']} krijgt in die dagen ook jouw meldingen.")
            return HttpResponseRedirect(SETTINGS)
    return _settings(request, LevelsForm(request.access), form)


@for_roles(*Role)
@require_POST
def come_back(request: StaffRequest, absence: int) -> HttpResponse:
    """Stop an absence. One that is not yours or is over does not exist."""
    if not absences.stop(request.access, absence):
        raise Http404
    messages.success(request, "Je afwezigheid is gestopt.")
    return HttpResponseRedirect(SETTINGS)


@for_roles(Role.TEAM_LEAD)
@require_safe
def away(request: StaffRequest) -> HttpResponse:
    """Who of the team is or will be away; the team page asks for it by itself."""
    return render(request, "outreach/afwezig.html", {"afwezig": absences.of_the_team(request.access)})


@for_roles(Role.TEAM_LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def colleague_away(request: StaffRequest) -> HttpResponse:
    """Fill in that a colleague who cannot do it herself is away, and who stands in."""
    chosen = absences.case_workers(request.access).filter(username=request.GET.get("collega", "")).first()
    start = {"collega": chosen, "van": timezone.localdate()}
    form = ColleagueAbsenceForm(request.access, request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = team_absences.announce(request.access, given["collega"], given["van"], given["tot"], given["wie"])
        except absences.AbsenceError as trouble:
            form.add_error(None, str(trouble))
        else:
            told = f"Bewaard. {made.substitute} vervangt {made.staff}. Allebei krijgen ze een melding."
            toast(request, told, undo_url=f"/meldingen/afwezig/{made.pk}/stop")
            return HttpResponseRedirect(f"{TEAM}#weg")
    return render(request, "outreach/afwezig_nieuw.html", {"form": form}, status=422 if form.errors else 200)


@for_roles(Role.TEAM_LEAD)
@require_POST
def colleague_back(request: StaffRequest, absence: int) -> HttpResponse:
    """Stop the absence of a colleague, or take it back. One of another team, or that is over, does not exist."""
    found = team_absences.stop(request.access, absence)
    if found is None:
        raise Http404
    toast(request, f"De afwezigheid van {found.staff} is gestopt.")
    return HttpResponseRedirect(f"{TEAM}#weg")


@for_roles(Role.DPO)
@require_safe
def access_of_a_day(request: StaffRequest) -> HttpResponse:
    """Which dossiers outside the own caseload somebody of this organisation opened on a day."""
    access = request.access
    who, raw = request.GET.get("wie", ""), request.GET.get("dag", "")
    if not who and not raw:
        return render(request, "outreach/inzage.html")
    day = parse_date(raw)
    staff = Staff.objects.filter(username=who, organisation=access.organisation).first()
    if day is None or staff is None:
        raise Http404
    page = Paginator(inspection.looks(staff, access.organisation.pk, day), limits.ROWS_A_PAGE).get_page(
        request.GET.get("pagina")
    )
    shown = Dossier.objects.filter(visible_to(access), pk__in=[dossier for dossier, _ in page])
    numbers = dict(shown.values_list("pk", "number"))
    access.log(AccessAction.LISTED, sorted(numbers), "ongewone inzage")
    context = {
        "collega": staff,
        "dag": day,
        "pagina": page,
        "rijen": [(numbers.get(dossier), last) for dossier, last in page],
    }
    return render(request, "outreach/inzage.html", context)
