"""`/werklijst/exporteer`: the list on screen as a file, after saying what it is for. Other lists ask the same way."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import filters
from toeleiding.dossiers.exports import Listing, as_csv, as_xlsx, file_name, watermark, worklist
from toeleiding.dossiers.selectors import own
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.web.forms import ChoiceCards, Form

# A closed list, so that the log never holds a name.
PURPOSES = {
    "opvolging": "Inburgeraars bellen of mailen",
    "team": "Overleg met mijn team",
    "vervanging": "Vervanging van of door een collega",
    "nakijken": "Gegevens nakijken",
}
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportPurpose(Form):
    doel = forms.ChoiceField(
        label="Waarvoor gebruik je dit bestand?",
        help_text="We bewaren je antwoord bij de inzage van elk dossier.",
        choices=list(PURPOSES.items()),
        widget=ChoiceCards(),
    )
    soort = forms.ChoiceField(
        label="Welk bestand wil je?",
        choices=[("xlsx", "Excel, met echte datums"), ("csv", "CSV, voor een ander programma")],
        initial="xlsx",
        widget=ChoiceCards(),
    )


@for_roles(Role.CASE_WORKER)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Ask for the purpose; then give the file, logged for each dossier in it."""
    today = timezone.localdate()
    wanted = filters.read(request.GET)
    found = own(request.access).filter(wanted.condition(today))
    query = wanted.query()
    page = {
        "titel": "Werklijst",
        "wat": wanted.listing.label,
        "aantal": found.count,
        "gefilterd": wanted.narrowed,
        "opmerkingen": wanted.notices,
        "terug": f"/werklijst?{query}" if query else "/werklijst",
    }
    return as_file(request, lambda: worklist(found.order_by(*wanted.order()), today), page)


def as_file(request: StaffRequest, make: Callable[[], Listing], page: dict[str, Any]) -> HttpResponse:
    """The page that asks what a file is for (`page` fills it), or the file, logged for each dossier in it."""
    form = ExportPurpose(data=request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "dossiers/export.html", {"form": form, **page}, status=400 if form.errors else 200)
    today = timezone.localdate()
    why, kind = PURPOSES[form.cleaned_data["doel"]], form.cleaned_data["soort"]
    listing, on_top = make(), watermark(request.access, why, today)
    request.access.log(AccessAction.EXPORTED, listing.dossiers, f"{listing.title.lower()}: {why}")
    return HttpResponse(
        as_xlsx(listing, on_top, today) if kind == "xlsx" else as_csv(listing, on_top),
        content_type=_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(listing.title, today, kind)}"',
            "Cache-Control": "no-store",
        },
    )
