"""What a draft would change for everybody, and putting it in force."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods
from procrastinate.exceptions import AlreadyEnqueued

from toeleiding.dossiers import jobs, trials
from toeleiding.dossiers.explanation import standing_words
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import dossiers
from toeleiding.dossiers.whatif import Example, WhatIf, differing
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Organisation, Role
from toeleiding.rulebook import selectors, services
from toeleiding.rulebook.forms import ReasonForm
from toeleiding.rulebook.models import RuleSetVersion, VersionStatus
from toeleiding.web.toasts import toast

EXAMPLES_SHOWN = 100
# Who may see dossiers sees which ones change; the project lead sees numbers only.
WATCHERS = (Role.PROJECT_LEAD, Role.TEAM_LEAD, Role.CASE_WORKER, Role.DPO)


@for_roles(*WATCHERS)
@require_http_methods(["GET", "POST"])
def trial(request: StaffRequest, name: str) -> HttpResponse:
    """`/regels/concept/<naam>/proef`: GET shows the last trial of the draft as it is now, POST tries it."""
    version = get_object_or_404(RuleSetVersion, name=name)
    if request.method == "POST":
        if version.status == VersionStatus.DRAFT:
            trials.start(request.access, version)
        return HttpResponseRedirect(request.path)
    return _show(request, version, ReasonForm())


@for_roles(Role.PROJECT_LEAD)
@require_http_methods(["POST"])
def put_in_force(request: StaffRequest, name: str) -> HttpResponse:
    """`/regels/concept/<naam>/van-kracht`: the draft becomes the rules; everybody is decided again by a job."""
    version = get_object_or_404(RuleSetVersion, name=name)
    form = ReasonForm(request.POST)
    tried = trials.latest(version)
    if tried is None or tried.finished_at is None:
        form.add_error(None, "Bereken eerst wie verandert. Daarna kan je het voorstel van kracht maken.")
    if not form.is_valid():
        return _show(request, version, form, 400)
    try:
        with transaction.atomic():
            services.put_in_force(version, form.cleaned_data["reason"], request.access.staff)
            redecide_later()
    except services.RulebookError as error:
        form.add_error(None, str(error))
        return _show(request, version, form, 409)
    toast(request, f"Regelset {name} is van kracht. De dossiers worden nu opnieuw bekeken.")
    return HttpResponseRedirect("/regels")


def redecide_later() -> None:
    """Ask the worker to decide again about everybody; when that is asked already, once is enough."""
    try:
        with transaction.atomic():
            jobs.redecide_everybody.defer()
    except AlreadyEnqueued:
        return


def _show(request: StaffRequest, version: RuleSetVersion, form: ReasonForm, status: int = 200) -> HttpResponse:
    tried = trials.latest(version)
    result = trials.result_of(tried) if tried else None
    draft = version.status == VersionStatus.DRAFT
    context = {
        "version": version,
        "draft": draft,
        "form": form,
        "tried": tried,
        "share": 100 * tried.seen // tried.total if tried and tried.total else 0,
        "may_force": request.access.role is Role.PROJECT_LEAD and draft,
        "changed_rules": sorted(differing(selectors.by_name(version.based_on), selectors.by_name(version.name))),
        **(_result(request.access, result) if result else {}),
    }
    return render(request, "dossiers/proef.html", context, status=status)


def _result(access: Access, result: WhatIf) -> dict[str, Any]:
    names = dict(Organisation.objects.values_list("code", "short_name"))
    return {
        "result": result,
        "share_changed": result.changed / result.seen if result.seen else 0,
        "transitions": [
            {
                "was": standing_words(one.was_outcome, one.was_step),
                "now": standing_words(one.outcome, one.step),
                "due_moves": one.due_moves,
                "rules": one.rules,
                "count": one.count,
            }
            for one in result.transitions
        ],
        "agencies": [{"name": names[one.agency], "changed": one.changed, "seen": one.seen} for one in result.agencies],
        "examples": _examples(access, result.examples),
        "sees_people": access.role is not Role.PROJECT_LEAD,
    }


def _examples(access: Access, examples: tuple[Example, ...]) -> list[dict[str, Any]]:
    """The dossiers among the examples that this person may see. Who sees names is written down."""
    by_id = {one.dossier: one for one in examples}
    seen = list(dossiers(access).filter(pk__in=by_id).order_by(F("due_on").asc(nulls_last=True))[:EXAMPLES_SHOWN])
    if seen:
        access.log(AccessAction.LISTED, [dossier.pk for dossier in seen], "gevolgen van een voorstel")
    return [
        {
            "dossier": dossier,
            "was": standing_words(one.was.outcome, one.was.step, dossier.service or None),
            "now": standing_words(one.now.outcome, one.now.step, dossier.service or None),
            "was_due_on": one.was.due_on,
            "due_on": one.now.due_on,
            "why": one.why,
            "rules": one.rules,
        }
        for dossier in seen
        if (one := by_id[dossier.pk])
    ]


@for_roles(*Role)
@require_GET
def leaning(request: StaffRequest, rule: str) -> HttpResponse:
    """`/regels/<id>/dossiers`: how many decisions lean on an unconfirmed rule. A number, never a person."""
    count = Dossier.objects.filter(unconfirmed__contains=[rule]).count()
    template = "dossiers/proef_telling_deel.html" if request.htmx else "dossiers/proef_telling.html"
    return render(request, template, {"rule": rule, "count": count, "total": Dossier.objects.count()})
