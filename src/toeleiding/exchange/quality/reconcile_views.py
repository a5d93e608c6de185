"""`/uitwisseling/kwaliteit/verschillen`: the last list of VDAB beside our dossiers, and letting it be carried out."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Case, Count, IntegerField, When
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.exchange.forms import reason
from toeleiding.exchange.models import Delivered, Difference, Kind, ListOrigin, ListState
from toeleiding.exchange.quality import limits, reconcile
from toeleiding.exchange.quality.behind import previous_numbers
from toeleiding.exchange.quality.list_reader import ListError, check_size
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.web import dates
from toeleiding.web.forms import Form
from toeleiding.web.limits import ROWS_A_PAGE
from toeleiding.web.toasts import toast

HERE = "/uitwisseling/kwaliteit/verschillen"
_ENDINGS = (".csv", ".txt", ".xlsx", ".xls", ".ods")
_TONES = {
    ListState.WAITING: "letop", ListState.CONFIRMED: "info", ListState.APPLIED: "goed", ListState.REPLACED: "neutraal",
    ListState.UNREADABLE: "fout",
}  # fmt: skip


# Where there is nothing to ask VDAB comes last.
_NOTHING_TO_ASK = Case(When(kind=Kind.ONLY_KBI_AGREED, then=1), default=0, output_field=IntegerField())


class ListForm(Form):
    """The list that VDAB delivered."""

    bestand = forms.FileField(
        label="Lijst van VDAB",
        help_text="Een .csv of .xlsx met de kolommen INSZ, Categorie, Ingeschreven op en Uitgeschreven op.",
        error_messages={"required": "Kies een bestand.", "empty": "Dit bestand is leeg. Kies een ander bestand."},
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(_ENDINGS)}),
    )

    def clean_bestand(self) -> Any:
        """Refuse what cannot be a list before it is read."""
        found: Any = self.cleaned_data["bestand"]
        if not (found.name or "").lower().endswith(_ENDINGS):
            raise forms.ValidationError("Kies een bestand dat eindigt op .csv, .xlsx, .xls of .ods.")
        try:
            check_size(found.size or 0)
        except ListError as error:
            raise forms.ValidationError(str(error)) from None
        return found


class ConfirmForm(Form):
    """Let one list be carried out. `lijst` is the one whose numbers stand on the page."""

    reden = reason("Waarom mag deze lijst uitgevoerd worden?", "Bijvoorbeeld: aantallen nagekeken met VDAB.")
    lijst = forms.UUIDField(widget=forms.HiddenInput)


@for_roles(Role.EXCHANGE_OPERATOR, Role.PROJECT_LEAD, Role.TEAM_LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Counts per class for everybody who may be here; people for a team lead, of the own agency only."""
    manages = request.access.role is Role.EXCHANGE_OPERATOR
    part = request.POST.get("deel", "") if manages else ""
    lists = Delivered.objects.exclude(state=ListState.UNREADABLE).select_related("confirmed_by")
    last = lists.first()
    upload = ListForm(request.POST if part == "lijst" else None, request.FILES if part == "lijst" else None)
    given = request.POST if part == "bevestig" else None
    confirm = ConfirmForm(given, initial={"lijst": last.pk if last else None})
    if part == "lijst" and upload.is_valid() and (answer := _uploaded(request, upload)):
        return answer
    if part == "bevestig" and confirm.is_valid():
        return _confirmed(request, confirm.cleaned_data["lijst"], confirm.cleaned_data["reden"])
    lead = request.access.role is Role.TEAM_LEAD
    counts = _own_counts(request, last) if lead and last else dict(last.counts) if last else {}
    chosen = request.GET.get("soort", "")
    context = {
        "laatste": last, "beheert": manages, "opladen": upload, "bevestigen": confirm, "leidt": lead,
        "toon": _TONES[ListState(last.state)] if last else "neutraal",
        "wacht": bool(last and last.state == ListState.WAITING),
        "soorten": [
            {"kind": kind, "count": counts.get(kind, 0), "next": reconcile.NEXT_STEPS[kind]}
            for kind in Kind
            if not (lead and kind in (Kind.ONLY_VDAB, Kind.EQUAL))
        ],
        "mensen": _people(request, last, chosen) if lead and last else None, "gekozen": chosen,
        "eerder": [] if lead else lists[1:6],
        "onleesbaar": reconcile.unreadable(last) if manages else [],
    }  # fmt: skip
    bad = upload.errors or confirm.errors
    return render(request, "exchange/verschillen.html", context, status=422 if bad else 200)


def _uploaded(request: StaffRequest, form: ListForm) -> HttpResponse | None:
    """Compare the list; None when it is none, with the sentence at the field."""
    given = form.cleaned_data["bestand"]
    try:
        reconcile.compare(given.read(), reconcile.Source(given.name, ListOrigin.UPLOAD, request.access.staff))
    except ListError as error:
        form.add_error("bestand", str(error))
        return None
    toast(request, "De lijst is vergeleken. Er is nog niets gevraagd.")
    return HttpResponseRedirect(HERE)


def _confirmed(request: StaffRequest, key: UUID, why: str) -> HttpResponse:
    get_object_or_404(Delivered, pk=key)
    try:
        with transaction.atomic():
            found = reconcile.confirm(key, why, request.access.staff)
            reconcile.log_confirmed(request.access, found)
    except reconcile.ReconcileError as error:
        toast(request, str(error), level=messages.WARNING)
        return HttpResponseRedirect(HERE)
    if found.to_ask <= limits.BATCH:
        asked = reconcile.carry_out(key)
        toast(request, f"Uitgevoerd: {dates.number(asked)} keer iets gevraagd aan VDAB.")
    else:
        with suppress(AlreadyEnqueued), transaction.atomic():  # a refused double must not spoil the work around it
            app.configure_task(reconcile.JOB, queueing_lock="reconcile").defer(timestamp=0)
        toast(request, "Bevestigd. De vragen worden nu gesteld; dat duurt enkele minuten.")
    return HttpResponseRedirect(HERE)


def _own_counts(request: StaffRequest, last: Delivered) -> dict[str, int]:
    mine = Dossier.objects.filter(visible_to(request.access)).values("pk")
    found = last.differences.filter(dossier__in=mine).order_by().values("kind").annotate(count=Count("pk"))
    return {row["kind"]: row["count"] for row in found}


def _people(request: StaffRequest, last: Delivered, chosen: str) -> Any:
    """The dossiers of the own agency that differ, and that somebody saw them is logged."""
    mine = Dossier.objects.filter(visible_to(request.access)).values("pk")
    found = Difference.objects.filter(list=last, dossier__in=mine).select_related("dossier__case_worker")
    found = found.defer("dossier__state").order_by(_NOTHING_TO_ASK, "dossier__number")
    if chosen in Kind.values:
        found = found.filter(kind=chosen)
    shown: Page[Any] = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    previous = previous_numbers([each.dossier_id for each in shown if each.kind == Kind.REPLACED])
    for each in shown:
        each.previous = previous.get(each.dossier_id, [])
    request.access.log(AccessAction.LISTED, [each.dossier_id for each in shown], "verschillen met de lijst van VDAB")
    return shown
