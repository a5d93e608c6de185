"""`/werklijst/team`: the load of each colleague, who is late and why, what waits for approval, hand-over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toeleiding.dossiers import caseload, exceptions, team
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.team import NoteForm, ReceiversForm, SkillsForm
from toeleiding.dossiers.models import Dossier, ExceptionKind, ExceptionRequest, Handover, Skills
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.team import STEP_KINDS, Colleague
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role, Staff
from toeleiding.web import dates
from toeleiding.web.toasts import toast

ADDRESS = "/werklijst/team"
_PLAN_SALT = "overdracht"
_PLAN_SECONDS = 3600  # a preview of an hour ago says nothing about the load of now


@for_roles(Role.TEAM_LEAD)
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """The team of today."""
    access, today = request.access, timezone.localdate()
    found = team.colleagues(access, today)
    late = team.late(access, today)
    waiting = list(exceptions.open_requests(access)[:100])
    seen = {one.pk for one in late} | {one.dossier_id for one in waiting}
    action = AccessAction.PRINTED if request.GET.get("print") else AccessAction.LISTED
    access.log(action, sorted(seen), "team")
    return render(
        request,
        "dossiers/team.html",
        {
            "datum": f"{dates.WEEKDAYS[today.weekday()].capitalize()} {dates.long_date(today)}",
            "agentschap": access.organisation,
            "collegas": [_row(one) for one in found],
            "stappen": [(kind, w.STEPS[kind]) for kind in STEP_KINDS],
            "totaal": {name: sum(getattr(one, name) for one in found) for name in ("open", "overdue", "waiting")},
            "te_laat": late,
            "meer_te_laat": sum(one.overdue for one in found) - len(late),
            "te_keuren": [_request(one) for one in waiting],
            "afdruk": request.GET.get("print") == "1",
        },
    )


def _row(one: Colleague) -> dict[str, Any]:
    base = f"/dossiers?collega={one.username}&lijst="
    days = [dates.number(one.medians[kind]) if kind in one.medians else "" for kind in STEP_KINDS]
    return {
        "colleague": one,
        "open_url": f"{base}open",
        "overdue_url": f"{base}termijn-voorbij",
        "waiting_url": f"{base}wacht-op-vdab",
        "days": list(zip([w.STEPS[kind] for kind in STEP_KINDS], days, strict=True)),
        "can_give": one.open > 0,
    }


def _request(one: ExceptionRequest) -> dict[str, Any]:
    period = ""
    if one.begin:
        until = f" tot en met {dates.long_date(one.end)}" if one.end else " tot nader bericht"
        period = f"Van {dates.long_date(one.begin)}{until}"
    return {
        "pk": one.pk,
        "number": one.dossier.number,
        "name": one.dossier.name,
        "kind": ExceptionKind(one.kind).label,
        "reason": one.reason,
        "period": period,
        "by": str(one.asked_by),
        "at": one.asked_at,
    }


@for_roles(Role.TEAM_LEAD)
@require_POST
def decide(request: StaffRequest, key: int) -> HttpResponse:
    """Approve an exception, or refuse it with a reason."""
    try:
        if request.POST.get("besluit") == "goed":
            exceptions.approve(request.access, key)
            toast(request, "Goedgekeurd. De trajectbegeleider ziet het op de tijdlijn.")
        else:
            exceptions.refuse(request.access, key, request.POST.get("reden", "")[:300])
            toast(request, "Afgekeurd. De trajectbegeleider ziet je reden op de tijdlijn.")
    except ExceptionRequest.DoesNotExist:
        raise Http404 from None
    except DossierError as trouble:
        toast(request, str(trouble), level=messages.WARNING)
    return HttpResponseRedirect(f"{ADDRESS}#te-keuren")


@for_roles(Role.TEAM_LEAD)
@require_http_methods(["GET", "POST"])
def hand_over(request: StaffRequest) -> HttpResponse:
    """Who gets what of a caseload, before anything happens; with a note, do it."""
    today = timezone.localdate()
    everybody = team.colleagues(request.access, today)
    giver = _giver(request, everybody)
    if giver is None:
        toast(request, "Kies eerst een collega van wie je dossiers verdeelt.", level=messages.WARNING)
        return HttpResponseRedirect(ADDRESS)
    may_get = {one.pk for one in team.case_workers(request.access)}
    receivers = [one for one in everybody if one.pk in may_get and one.pk != giver.pk]
    if request.method == "POST":
        return _confirmed(request, giver, receivers)
    return _preview(request, giver, receivers)


def _giver(request: StaffRequest, everybody: list[Colleague]) -> Colleague | None:
    username = request.POST.get("van") or request.GET.get("van", "")
    return next((one for one in everybody if one.username == username), None)


def _preview(
    request: StaffRequest, giver: Colleague, receivers: list[Colleague], note: NoteForm | None = None
) -> HttpResponse:
    usernames = request.POST.getlist("aan") or request.GET.getlist("aan") or _by_default(request, receivers)
    chosen = [one for one in receivers if one.username in usernames]
    theirs = caseload.caseload(request.access, giver.pk)
    plan = caseload.spread([caseload.Item(one.pk, one.language) for one in theirs], chosen)
    request.access.log(AccessAction.LISTED, [one.pk for one in theirs], "overdracht")
    given = {one.pk: [dossier for dossier in theirs if plan.get(dossier.pk) == one.pk] for one in chosen}
    context = {
        "van": giver,
        "form": note or NoteForm(),
        "ontvangers": ReceiversForm(receivers=receivers, initial={"aan": [one.username for one in chosen]}),
        "verdeling": [_gets(one, given[one.pk]) for one in chosen if given[one.pk]],
        "aantal": len(plan),
        "aan": [one.username for one in chosen],
        "plan": signing.dumps([giver.pk, list(plan.items())], salt=_PLAN_SALT, compress=True) if plan else "",
        "meer": giver.open - len(theirs),
    }
    return render(request, "dossiers/team_overdracht.html", context, status=422 if note else 200)


def _by_default(request: StaffRequest, receivers: list[Colleague]) -> list[str]:
    """Everybody but the team lead herself, unless there is nobody else."""
    others = [one.username for one in receivers if one.pk != request.access.staff.pk]
    return others or [one.username for one in receivers]


def _gets(one: Colleague, theirs: list[Dossier]) -> dict[str, Any]:
    """What one colleague would get, and how much that makes."""
    return {
        "colleague": one,
        "after": one.open + len(theirs),
        "dossiers": [
            {
                "number": dossier.number,
                "name": dossier.name,
                "language": w.language_name(dossier.language),
                "speaks": dossier.language in one.languages,
            }
            for dossier in theirs
        ],
    }


def _confirmed(request: StaffRequest, giver: Colleague, receivers: list[Colleague]) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _preview(request, giver, receivers, form)
    try:
        told, pairs = signing.loads(request.POST.get("plan", ""), salt=_PLAN_SALT, max_age=_PLAN_SECONDS)
    except signing.BadSignature:
        told, pairs = None, []
    may_get = {one.pk for one in receivers}
    plan = {dossier: to for dossier, to in pairs if to in may_get}
    if told != giver.pk or not plan:
        toast(request, "Dit voorstel is verlopen. Kijk het nieuwe voorstel na.", level=messages.WARNING)
        return HttpResponseRedirect(f"{ADDRESS}/overdracht?van={giver.username}")
    staff = Staff.objects.get(pk=giver.pk) if giver.pk else None
    batch, done, left = caseload.hand_over(request.access, staff, plan, form.cleaned_data["nota"])
    words = "1 dossier" if done == 1 else f"{done} dossiers"
    rest = f" {left} intussen gewijzigd en niet toegewezen." if left else ""
    undo = f"{ADDRESS}/overdracht/{batch}/ongedaan" if done and staff else ""
    toast(request, f"{words} van {giver.name} toegewezen.{rest}", undo_url=undo)
    return HttpResponseRedirect(ADDRESS)


@for_roles(Role.TEAM_LEAD)
@require_POST
def take_back(request: StaffRequest, batch: UUID) -> HttpResponse:
    """Undo a hand-over within ten minutes."""
    try:
        back = caseload.take_back(request.access, batch)
    except DossierError as trouble:
        toast(request, str(trouble), level=messages.WARNING)
    else:
        toast(request, f"Ongedaan gemaakt: {'1 dossier' if back == 1 else f'{back} dossiers'} terug.")
    return HttpResponseRedirect(ADDRESS)


@for_roles(Role.TEAM_LEAD)
@require_http_methods(["GET", "POST"])
def skills(request: StaffRequest, username: str) -> HttpResponse:
    """The languages and competences of a colleague."""
    staff = team.case_workers(request.access).filter(username=username).select_related("skills").first()
    if staff is None:
        raise Http404
    known = getattr(staff, "skills", None)
    initial = {"talen": known.languages, "sterk_in": known.competences} if known else {}
    form = SkillsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {"languages": form.cleaned_data["talen"], "competences": form.cleaned_data["sterk_in"]}
        Skills.objects.update_or_create(staff=staff, defaults=values)
        toast(request, f"Bewaard voor {staff}.")
        return HttpResponseRedirect(ADDRESS)
    context = {"form": form, "collega": staff}
    return render(request, "dossiers/team_collega.html", context, status=422 if form.errors else 200)


@for_roles(Role.CASE_WORKER)
@require_POST
def handover_read(request: StaffRequest, key: int) -> HttpResponse:
    """The receiver read the message about what was handed over."""
    Handover.objects.filter(pk=key, receiver=request.access.staff, read_at__isnull=True).update(read_at=timezone.now())
    return HttpResponseRedirect("/werklijst")
