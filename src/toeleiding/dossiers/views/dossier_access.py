"""`/dossiers/<nr>/inzage`: who looked at this dossier, when and why."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import events as e
from toeleiding.dossiers import services
from toeleiding.dossiers.forms.notes import QuestionForm
from toeleiding.dossiers.views.dossier_page import READERS, Page, page, show, submit
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessLog
from toeleiding.web.limits import ROWS_A_PAGE
from toeleiding.web.toasts import toast


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def access_log(request: StaffRequest, number: str) -> HttpResponse:
    """The log of one dossier, and a question about it to the data protection officer."""
    opened = page(request, number)
    extra: dict[str, Any] = {}
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and submit(form, opened.dossier, lambda: _ask(request, opened, form), extra):
        toast(request, "Je vraag staat op de tijdlijn. De functionaris gegevensbescherming antwoordt daar.")
        return HttpResponseRedirect(f"{opened.url}/inzage")
    looked = AccessLog.objects.filter(dossier=opened.dossier.pk).select_related("staff", "organisation")
    found = Paginator(looked.order_by("-at", "-pk"), ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    return show(request, "inzage", {**opened.context(), "tab": "inzage", "form": form, "lijst": found, **extra})


def _ask(request: StaffRequest, opened: Page, form: QuestionForm) -> None:
    text = f"Vraag aan de functionaris gegevensbescherming: {form.cleaned_data['vraag']}"
    services.add_facts(request.access, opened.dossier, e.Noted(text=text))
