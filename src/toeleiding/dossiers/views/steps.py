"""`/dossiers/<nr>/toelichting`: step 4."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import events as e
from toeleiding.dossiers import journey, services
from toeleiding.dossiers.forms.steps import ExplanationForm
from toeleiding.dossiers.views.dossier_page import READERS, Page, page, show, submit, undo_of
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.web import dates
from toeleiding.web.toasts import toast

# The Dutch text of this year; a later version gets a number of its own (EXPERIENCE 5.3).
TEXT_VERSION = "versie 1"


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def explanation(request: StaffRequest, number: str) -> HttpResponse:
    """Tick what was discussed and note language, form, interpreter and text."""
    opened = page(request, number)
    extra: dict[str, Any] = {}
    if request.method == "POST" and opened.can_write:
        form = ExplanationForm(request.POST, dienst=opened.service, initial={"taal": opened.state.language})
        if submit(form, opened.dossier, lambda: _explain(request, opened, form.cleaned_data), extra):
            toast(request, "Toelichting genoteerd.", undo_url=undo_of(request, opened.dossier, e.ExplanationGiven.kind))
            return HttpResponseRedirect(opened.url)
    else:
        form = ExplanationForm(seen=opened.dossier.events, dienst=opened.service, initial=_preset(opened))
    context = {**opened.context(), "tab": "toelichting", "form": form, "eindigde": journey.lapsed_on(opened.state)}
    return show(request, "toelichting", {**context, **extra})


def _preset(opened: Page) -> dict[str, Any]:
    state = opened.state
    return {
        "taal": state.language or "nl",
        "tolk": "ja" if state.interpreter_needed else "nee",
        "vorm": "TALK",
        "datum": dates.long_date(opened.today),
        "versie": TEXT_VERSION,
    }


def _explain(request: StaffRequest, opened: Page, found: dict[str, Any]) -> None:
    data = e.ExplanationGiven(
        language=found["taal"],
        channel=found["vorm"],
        interpreter_used=found["tolk"] == "ja",
        text_version=found["versie"],
    )
    services.give_explanation(request.access, opened.dossier, data, found["datum"])
