"""Signing in, changing role and signing out."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from toeleiding.organisations.access import current, sign_in
from toeleiding.organisations.guard import everyone
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.organisations.together import SESSION

LANDING = {
    Role.CASE_WORKER: "/werklijst",
    Role.TEAM_LEAD: "/werklijst/team",
    Role.VDAB_COUNSELLOR: "/vdab/inbox",
    Role.PROJECT_LEAD: "/regels",
    Role.EXCHANGE_OPERATOR: "/uitwisseling",
    Role.DPO: "/dossiers",
}


@everyone
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to its own first page."""
    access = current(request)
    return HttpResponseRedirect(LANDING[access.role] if access else "/aanmelden")


@everyone
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The role picker. It exists in the exercise environment only."""
    if not settings.OEFENOMGEVING:
        raise Http404
    onward = request.GET.get("verder") or request.POST.get("verder") or "/"
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = "/"
    failed = False
    if request.method == "POST":
        chosen = _role(request.POST.get("rol", ""))
        if chosen is not None:
            sign_in(request, chosen)
            return HttpResponseRedirect(onward)
        failed = True
    roles = StaffRole.objects.held_on(timezone.localdate()).select_related("staff", "organisation")
    order = {role: place for place, role in enumerate(Role.values)}
    groups: dict[str, list[StaffRole]] = {}
    for held in sorted(roles, key=lambda r: (order[r.role], r.organisation.code, r.staff.last_name)):
        groups.setdefault(held.get_role_display(), []).append(held)
    return render(
        request,
        "organisations/aanmelden.html",
        {"groups": groups, "verder": onward, "failed": failed},
        status=400 if failed else 200,
    )


def _role(raw: str) -> StaffRole | None:
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        return None
    return StaffRole.objects.held_on(timezone.localdate()).filter(pk=int(raw)).first()


@everyone
@require_POST
def switch_role(request: HttpRequest) -> HttpResponse:
    """Change to another role that the same person holds."""
    access = current(request)
    chosen = _role(request.POST.get("rol", ""))
    if access is not None and chosen is not None and chosen.staff_id == access.staff.pk:
        sign_in(request, chosen)
    return HttpResponseRedirect("/")


@everyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; everything in it, recent dossiers included, is gone."""
    request.session.flush()
    return HttpResponseRedirect("/aanmelden")


@everyone
@require_POST
def stop_together(request: HttpRequest) -> HttpResponse:
    """Turn the screen back: everything is open again."""
    number = request.session.pop(SESSION, "")
    return HttpResponseRedirect(f"/dossiers/{number}" if number else "/")
