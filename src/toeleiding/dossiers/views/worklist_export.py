"""`/werklijst/exporteer`: the list on screen as a file, after saying what it is for."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import filters
from toeleiding.dossiers.exports import as_csv, as_xlsx, file_name, watermark, worklist_rows
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
    form = ExportPurpose(data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        why = PURPOSES[form.cleaned_data["doel"]]
        kind = form.cleaned_data["soort"]
        rows, kept = worklist_rows(found.order_by(*wanted.order()), today)
        on_top = watermark(request.access, why, today)
        request.access.log(AccessAction.EXPORTED, kept, f"werklijst: {why}")
        return HttpResponse(
            as_xlsx(rows, on_top, today) if kind == "xlsx" else as_csv(rows, on_top),
            content_type=_TYPES[kind],
            headers={
                "Content-Disposition": f'attachment; filename="{file_name(today, kind)}"',
                "Cache-Control": "no-store",
            },
        )
    return render(
        request,
        "dossiers/export.html",
        {"form": form, "aantal": found.count(), "filters": wanted, "query": wanted.query()},
        status=400 if form.errors else 200,
    )
