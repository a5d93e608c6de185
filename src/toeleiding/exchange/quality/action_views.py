"""`/uitwisseling/kwaliteit/acties`: the improvement plan, and one action from its finding to its end."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from toeleiding.exchange.models import ActionState, ImprovementAction
from toeleiding.exchange.quality import actions
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.forms import ActionForm, CloseForm, NoteForm
from toeleiding.exchange.quality.views import READERS
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Organisation, Role
from toeleiding.web.limits import ROWS_A_PAGE
from toeleiding.web.toasts import toast


@for_roles(*READERS)
@require_safe
def plan(request: StaffRequest) -> HttpResponse:
    """`/uitwisseling/kwaliteit/acties`: the improvement plan, late ones first."""
    today = timezone.localdate()
    shown = Paginator(actions.listed(request.access, today), ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    rows = [_action(each, today) for each in shown]
    context = {"pagina": shown, "rijen": rows, "beheert": request.access.role is Role.EXCHANGE_OPERATOR}
    return render(request, "exchange/verbeterplan.html", context)


def _action(action: ImprovementAction, today: date) -> dict[str, Any]:
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
        "notitie": note, "slot": closing, "schrijft": writes,
    }  # fmt: skip
    return render(request, "exchange/verbeteractie.html", context, status=422 if bad else 200)
