"""`/uitwisseling/kwaliteit`: how good the exchange is, where it falls short, and what is done about it."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.exchange.models import ActionState, ImprovementAction
from toeleiding.exchange.quality import actions, files, report, snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.forms import ActionForm, CloseForm, NoteForm
from toeleiding.exchange.quality.measures import MEASURES, Measure, parameters
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Organisation, OrganisationKind, Role
from toeleiding.web.toasts import toast

READERS = (Role.EXCHANGE_OPERATOR, Role.PROJECT_LEAD, Role.TEAM_LEAD)
# So many dossiers are measured in about a second: what somebody waits for.
AT_ONCE = 20_000
_JOB = "toeleiding.exchange.tasks.measure_quality"
ROWS_A_PAGE = 25


@for_roles(*READERS)
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """All measures of the last day that was measured, the worst first in words."""
    agencies = list(Organisation.objects.filter(kind=OrganisationKind.AGENCY))
    chosen = _chosen(request, agencies)
    seen = snapshots.overview(chosen.pk if chosen else None)
    rows = [_row(measure, seen, chosen) for measure in MEASURES.values()] if seen else []
    context = {
        "stand": seen, "rijen": rows, "ergste": _worst(seen, chosen) if seen else None, "agentschappen": agencies,
        "gekozen": chosen, "beheert": request.access.role is Role.EXCHANGE_OPERATOR,
        "open": actions.visible(request.access).filter(state__in=actions.OPEN).count(),
        "verouderd": bool(seen and seen.on != timezone.localdate()),
    }  # fmt: skip
    return render(request, "exchange/kwaliteit.html", context)


def _chosen(request: StaffRequest, agencies: list[Organisation]) -> Organisation | None:
    """A team lead looks at the own agency; others at all, or at one of their choice."""
    if request.access.role is Role.TEAM_LEAD:
        return request.access.organisation
    return next((one for one in agencies if one.code == request.GET.get("agentschap")), None)


def _row(measure: Measure, seen: snapshots.Overview, agency: Organisation | None) -> dict[str, Any]:
    figure = seen.figures.get((measure.code, agency.pk if agency else None))
    return {
        "measure": measure, "value": w.shown(measure, figure), "counts": w.counts(measure, figure),
        "norm": w.norm(measure), "tone": w.tone(measure, figure),
        "line": w.line(seen.trends.get(measure.code, []), measure),
        "url": f"/uitwisseling/kwaliteit/{measure.code}" + (f"?agentschap={agency.code}" if agency else ""),
    }  # fmt: skip


def _worst(seen: snapshots.Overview, agency: Organisation | None) -> dict[str, Any] | None:
    """The measure that falls furthest short of its norm, in words; None when none does."""
    found = snapshots.worst(seen, agency.pk if agency else None)
    if found is None:
        return None
    measure, figure = found
    return {"measure": measure, "value": w.shown(measure, figure), "norm": w.norm(measure)}


_KINDS = {
    "pdf": ("application/pdf", files.as_pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", files.as_xlsx),
}


@for_roles(*READERS)
@require_safe
def report_file(request: StaffRequest, kind: str) -> HttpResponse:
    """`/uitwisseling/kwaliteit/rapport.pdf` and `.xlsx`: the page, the plan and the definitions as a file."""
    if kind not in _KINDS:
        raise Http404
    agencies = list(Organisation.objects.filter(kind=OrganisationKind.AGENCY))
    made = report.build(request.access, _chosen(request, agencies))
    if made is None:
        toast(request, "Er zijn nog geen cijfers. Bereken eerst de kwaliteit.", level=messages.WARNING)
        return HttpResponseRedirect("/uitwisseling/kwaliteit")
    request.access.log(AccessAction.EXPORTED, detail=f"rapport kwaliteit ({kind})")
    media, write = _KINDS[kind]
    name = f"toeleiding_kwaliteit_{made.on.isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(write(made), content_type=media, headers=headers)


@for_roles(*READERS)
@require_safe
def one(request: StaffRequest, code: str) -> HttpResponse:
    """One measure: definition, trend, each agency; for a team lead also the people behind it."""
    measure = MEASURES.get(code)
    if measure is None:
        raise Http404
    agencies = list(Organisation.objects.filter(kind=OrganisationKind.AGENCY))
    chosen = _chosen(request, agencies)
    seen = snapshots.overview(chosen.pk if chosen else None)
    shown = [chosen] if request.access.role is Role.TEAM_LEAD else agencies
    rows = []
    if seen:
        for agency in (*shown, None):
            figure = seen.figures.get((code, agency.pk if agency else None))
            row = {"name": str(agency) if agency else "Alle samen", "value": w.shown(measure, figure),
                   "counts": w.counts(measure, figure), "tone": w.tone(measure, figure), "agency": agency}  # fmt: skip
            rows.append(row)
    trend = seen.trends.get(code, []) if seen else []
    context = {
        "meting": measure, "stand": seen, "rijen": rows, "norm": w.norm(measure), "lijn": w.line(trend, measure),
        "punten": [(day, w.value(measure, found)) for day, found in trend], "gekozen": chosen,
        "beheert": request.access.role is Role.EXCHANGE_OPERATOR,
        "acties": actions.visible(request.access).filter(measure=code).order_by("-made_at")[:5],
        "mensen": _people(request, measure) if request.access.role is Role.TEAM_LEAD and measure.people else None,
    }  # fmt: skip
    return render(request, "exchange/kwaliteit_meting.html", context)


def _people(request: StaffRequest, measure: Measure) -> Any:
    """The dossiers behind a measure that a team lead may see, and that she saw them is logged."""
    given = parameters(timezone.now())
    behind = RawSQL(f"select d.id from dossiers_dossier d where {measure.people % _quoted(given)}", ())  # noqa: S611
    found = Dossier.objects.filter(visible_to(request.access), pk__in=behind)
    found = found.select_related("case_worker").defer("state").order_by("number")
    shown = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    request.access.log(AccessAction.LISTED, [each.pk for each in shown], f"kwaliteit: {measure.name}"[:200])
    return shown


def _quoted(given: dict[str, Any]) -> dict[str, str]:
    """Dates and whole numbers as SQL: nothing of these comes from a person."""
    return {"today": f"date '{given['today'].isoformat()}'", "stale": str(int(given["stale"]))}


@for_roles(Role.EXCHANGE_OPERATOR)
@require_POST
def measure_now(request: StaffRequest) -> HttpResponse:
    """Measure again: at once when there are few dossiers, by the worker when there are many."""
    if Dossier.objects.count() <= AT_ONCE:
        snapshots.take()
        toast(request, "De kwaliteit is opnieuw berekend.")
    else:
        with suppress(AlreadyEnqueued), transaction.atomic():  # a refused double must not spoil the work around it
            app.configure_task(_JOB, queueing_lock="measure-quality").defer(timestamp=0)
        toast(request, "De berekening is gevraagd. Kijk over enkele minuten opnieuw.")
    return HttpResponseRedirect("/uitwisseling/kwaliteit")


@for_roles(*READERS)
@require_safe
def plan(request: StaffRequest) -> HttpResponse:
    """`/uitwisseling/kwaliteit/acties`: the improvement plan, late ones first."""
    today = timezone.localdate()
    shown = Paginator(actions.listed(request.access, today), ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    rows = [_action(each, today) for each in shown]
    context = {"pagina": shown, "rijen": rows, "beheert": request.access.role is Role.EXCHANGE_OPERATOR}
    return render(request, "exchange/verbeterplan.html", context)


def _action(action: ImprovementAction, today: Any) -> dict[str, Any]:
    measure = MEASURES.get(action.measure)
    after = actions.after(action)
    late = action.state in actions.OPEN and action.due_on < today
    tones = {ActionState.PLANNED: "neutraal", ActionState.RUNNING: "info", ActionState.DONE: "goed"}
    told: dict[str, Any] = {
        "action": action, "late": late, "state": "Te laat" if late else action.get_state_display(),
        "tone": "fout" if late else tones.get(ActionState(action.state), "neutraal"),
        "name": measure.name if measure else action.measure,
        "who": str(action.agency) if action.agency else "alle samen",
    }  # fmt: skip
    if measure:
        before = actions.before(action)
        told |= {
            "before": w.shown(measure, before),
            "before_counts": w.counts(measure, before),
            "target": w.value(measure, action.target) if action.target is not None else "",
            "after": w.shown(measure, after) if after else "",
            "after_counts": w.counts(measure, after) if after else "",
            "difference": w.difference(measure, before, after) if after else "",
        }
    return told


@for_roles(Role.EXCHANGE_OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_action(request: StaffRequest) -> HttpResponse:
    """Make an action out of a finding, which fills in the form (`?meting=FRESH&agentschap=atlas`)."""
    preset = {"meting": request.GET.get("meting", "")}
    if code := request.GET.get("agentschap"):
        preset["agentschap"] = Organisation.objects.filter(code=code).first()  # type: ignore[assignment]
    form = ActionForm(request.POST if request.method == "POST" else None, initial=preset)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.make(
                request.access,
                actions.Plan(
                    given["meting"], given["agentschap"], given["titel"], given["waarom"], given["wie"],
                    given["tegen"], given["doel"],
                ),
            )  # fmt: skip
        except actions.ActionError as error:
            form.add_error(None, str(error))
        else:
            toast(request, "De verbeteractie staat in het plan.")
            return HttpResponseRedirect(made.get_absolute_url())
    return render(request, "exchange/verbeteractie_nieuw.html", {"form": form}, status=422 if form.errors else 200)


@for_roles(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def action_page(request: StaffRequest, action: UUID) -> HttpResponse:
    """One action: before, after, what was noted; its owner and the operators write along."""
    found = get_object_or_404(actions.visible(request.access), pk=action)
    manages = request.access.role is Role.EXCHANGE_OPERATOR
    writes = (manages or found.owner_id == request.access.staff.pk) and found.state in actions.OPEN
    part = request.POST.get("deel", "") if writes else ""
    note = NoteForm(request.POST if part == "notitie" else None, prefix="notitie")
    closing = CloseForm(request.POST if part == "slot" else None, prefix="slot")
    try:
        if part == "begin":
            actions.begin(found)
            return HttpResponseRedirect(found.get_absolute_url())
        if part == "notitie" and note.is_valid():
            actions.note(request.access, found, note.cleaned_data["tekst"])
            return HttpResponseRedirect(found.get_absolute_url())
        if part == "slot" and closing.is_valid():
            actions.close(found, ActionState(closing.cleaned_data["stand"]), closing.cleaned_data["slot"])
            toast(request, "De actie is afgesloten. Het cijfer van nu staat naast dat van ervoor.")
            return HttpResponseRedirect(found.get_absolute_url())
    except actions.ActionError as error:
        toast(request, str(error), level=messages.WARNING)
        return HttpResponseRedirect(found.get_absolute_url())
    bad = note.errors or closing.errors
    context = {
        "actie": found, "regel": _action(found, timezone.localdate()), "notities": found.notes.select_related("by"),
        "notitie": note, "slot": closing, "schrijft": writes, "hier": urlencode({}),
    }  # fmt: skip
    return render(request, "exchange/verbeteractie.html", context, status=422 if bad else 200)
