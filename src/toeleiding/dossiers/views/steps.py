"""`/dossiers/<nr>/toelichting` and `/inschrijving`: steps 4 and 5."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import events as e
from toeleiding.dossiers import journey, services
from toeleiding.dossiers.forms.steps import ExplanationForm, RegistrationForm, SupportForm
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


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def registration(request: StaffRequest, number: str) -> HttpResponse:
    """Note a registration the client reports, or the help that was given."""
    opened = page(request, number)
    extra: dict[str, Any] = {}
    chosen = request.POST.get("deel", "") if opened.can_write else ""
    preset = {"datum": dates.long_date(opened.today), "resultaat": "", "ingeschreven_op": dates.long_date(opened.today)}
    reported = RegistrationForm(
        request.POST if chosen == "melding" else None, prefix="melding", seen=opened.dossier.events, initial=preset
    )
    support = SupportForm(
        request.POST if chosen == "ondersteuning" else None,
        prefix="ondersteuning",
        seen=opened.dossier.events,
        initial=preset,
    )
    if chosen == "melding" and submit(reported, opened.dossier, lambda: _report(request, opened, reported), extra):
        undo = undo_of(request, opened.dossier, e.RegistrationReported.kind)
        toast(request, f"Inschrijving genoteerd. Ze blijft “gemeld” tot {opened.service} ze bevestigt.", undo_url=undo)
        return HttpResponseRedirect(opened.url)
    if chosen == "ondersteuning" and submit(support, opened.dossier, lambda: _support(request, opened, support), extra):
        toast(request, "Ondersteuning genoteerd.", undo_url=undo_of(request, opened.dossier, e.SupportGiven.kind))
        return HttpResponseRedirect(opened.url)
    context = {**opened.context(), "tab": "inschrijving", "melding": reported, "ondersteuning": support}
    return show(request, "inschrijving", {**context, "gegeven": opened.state.support, **extra})


def _report(request: StaffRequest, opened: Page, form: RegistrationForm) -> None:
    services.report_registration(request.access, opened.dossier, form.cleaned_data["ingeschreven_op"])


def _support(request: StaffRequest, opened: Page, form: SupportForm) -> None:
    found = form.cleaned_data
    data = e.SupportGiven(support=found["soort"], outcome=found["resultaat"], obstacle=found["drempel"] or None)
    services.add_facts(request.access, opened.dossier, data, on=found["datum"])
