"""`/uitwisseling/kwaliteit`: how good the exchange is, where it falls short, and the report to take away."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.quality import actions, behind, files, report, snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Measure
from toeleiding.exchange.quality.periods import Period, asked_for
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Organisation, OrganisationKind, Role
from toeleiding.web.toasts import toast

READERS = (Role.EXCHANGE_OPERATOR, Role.PROJECT_LEAD, Role.TEAM_LEAD)
# So many dossiers are measured in about a second: what somebody waits for.
AT_ONCE = 20_000
_JOB = "toeleiding.exchange.tasks.measure_quality"


@for_roles(*READERS)
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """All measures of the last day that was measured, in words how many fall short."""
    agencies = list(Organisation.objects.filter(kind=OrganisationKind.AGENCY))
    chosen = _chosen(request, agencies)
    form = asked_for(request.GET)
    period = form.period()
    seen = snapshots.overview(chosen.pk if chosen else None, period)
    context = {
        "stand": seen, "rijen": [_row(measure, seen, chosen, period) for measure in MEASURES.values()] if seen else [],
        "bevinding": w.finding(seen.figures, chosen.pk if chosen else None) if seen else "",
        "grenzen": report.limits(seen) if seen else [], "agentschappen": agencies, "gekozen": chosen, "periode": form,
        "vraag": _query(chosen, period), "beheert": request.access.role is Role.EXCHANGE_OPERATOR,
        "leidt": request.access.role is Role.TEAM_LEAD,
        "open": actions.visible(request.access).filter(state__in=actions.OPEN).count(),
        "verouderd": bool(seen and not period.window and seen.on != timezone.localdate()),
    }  # fmt: skip
    return render(request, "exchange/kwaliteit.html", context, status=422 if form.errors else 200)


def _chosen(request: StaffRequest, agencies: list[Organisation]) -> Organisation | None:
    """A team lead looks at the own agency; others at all, or at one of their choice."""
    if request.access.role is Role.TEAM_LEAD:
        return request.access.organisation
    return next((one for one in agencies if one.code == request.GET.get("agentschap")), None)


def _query(agency: Organisation | None, period: Period) -> str:
    """What stands behind "?" to see the same agency and period on another page; with the "?" itself."""
    parts = [urlencode({"agentschap": agency.code})] if agency else []
    found = "&".join(part for part in (*parts, period.query) if part)
    return f"?{found}" if found else ""


def _row(measure: Measure, seen: snapshots.Overview, agency: Organisation | None, period: Period) -> dict[str, Any]:
    return {
        "measure": measure, "cel": w.cell(measure, seen.figures.get((measure.code, agency.pk if agency else None))),
        "norm": w.norm(measure), "line": w.line(seen.trends.get(measure.code, []), measure),
        "url": f"/uitwisseling/kwaliteit/{measure.code}{_query(agency, period)}",
    }  # fmt: skip


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
    made = report.build(request.access, _chosen(request, agencies), asked_for(request.GET).period())
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
    """One measure: definition, trend, and each agency that may be seen; what is behind it for who may see that.

    A team lead sees the dossiers of the own agency, an operator the questions without a person.
    """
    measure = MEASURES.get(code)
    if measure is None:
        raise Http404
    agencies = list(Organisation.objects.filter(kind=OrganisationKind.AGENCY))
    chosen, period = _chosen(request, agencies), asked_for(request.GET).period()
    seen = snapshots.overview(chosen.pk if chosen else None, period)
    leads, manages = (request.access.role is role for role in (Role.TEAM_LEAD, Role.EXCHANGE_OPERATOR))
    rows = []
    if seen:
        shown = [chosen] if leads else [*agencies, None]
        rows = [
            {"name": str(agency) if agency else "Alle samen",
             "cel": w.cell(measure, seen.figures.get((code, agency.pk if agency else None)))} for agency in shown
        ]  # fmt: skip
    figure = seen.figures.get((code, chosen.pk if chosen else None)) if seen else None
    kept_back = figure is not None and figure.hidden
    trend = seen.trends.get(code, []) if seen else []
    context = {
        "meting": measure, "stand": seen, "rijen": rows, "norm": w.norm(measure), "lijn": w.line(trend, measure),
        "punten": [(day, w.value(measure, found)) for day, found in trend], "gekozen": chosen, "periode": period,
        "beheert": manages, "vraag": _query(chosen, period),
        "acties": actions.visible(request.access).filter(measure=code).order_by("-made_at")[:5],
        "mensen": behind.people(request, measure, period) if leads and measure.people else None,
        "vragen": behind.questions(request, measure, period, chosen) if manages and not kept_back else None,
    }  # fmt: skip
    return render(request, "exchange/kwaliteit_meting.html", context)


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
