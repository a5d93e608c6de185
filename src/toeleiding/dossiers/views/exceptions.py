"""`/dossiers/<nr>/uitzondering`: ask the team lead for an exception."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import exceptions
from toeleiding.dossiers.forms.team import ExceptionForm
from toeleiding.dossiers.models import ExceptionRequest
from toeleiding.dossiers.views.dossier_page import WRITERS, page, show, submit
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.web.toasts import toast


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def exception(request: StaffRequest, number: str) -> HttpResponse:
    """Ask, and see what was asked before and answered."""
    opened = page(request, number)
    form = ExceptionForm(request.POST if request.method == "POST" else None, seen=opened.dossier.events)
    extra: dict[str, Any] = {}

    def verb() -> None:
        found = form.cleaned_data
        exceptions.ask(request.access, opened.dossier, found["wat"], found["reden"], found["van"], found["tot"])

    if request.method == "POST" and submit(form, opened.dossier, verb, extra):
        toast(request, "Je vraag ligt bij de teamleider. Tot dan verandert er niets.")
        return HttpResponseRedirect(opened.url)
    asked = ExceptionRequest.objects.filter(dossier=opened.dossier).select_related("asked_by", "decided_by")
    context = {**opened.context(), "tab": "uitzondering", "form": form, "gevraagd": asked.order_by("-asked_at")}
    return show(request, "uitzondering", {**context, **extra})
