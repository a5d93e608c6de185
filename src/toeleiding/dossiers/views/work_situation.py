"""`/dossiers/<nr>/werksituatie`: step 2, the work situation."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from toeleiding.dossiers import events as e
from toeleiding.dossiers import journey, services, story
from toeleiding.dossiers.forms.work import WorkSituationForm
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import events_of
from toeleiding.dossiers.views.dossier_page import (
    READERS,
    WRITERS,
    Page,
    nothing_new,
    page,
    show,
    submit,
    undo_of,
    wants_part,
)
from toeleiding.law import STATUS_WORDS
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.rulebook.words import value_words
from toeleiding.web import dates
from toeleiding.web.toasts import toast

DEFINITION = [f"W-{number:02d}" for number in range(1, 10)]
WORK_KINDS = {
    "EMPLOYEE": "werknemer",
    "INTERIM": "interim",
    "SELF_EMPLOYED_MAIN": "zelfstandig in hoofdberoep",
    "SELF_EMPLOYED_SECONDARY": "zelfstandig in bijberoep",
    "FLEXI": "flexi-job",
    "STUDENT": "studentenjob",
    "OCCASIONAL": "gelegenheidswerk",
    "IBO": "opleiding bij een werkgever (IBO)",
    "ART60": "tewerkstelling via OCMW (artikel 60)",
    "OTHER": "andere vorm van werk",
}


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def work_situation(request: StaffRequest, number: str) -> HttpResponse:
    """Choose one of six, say where you know it from, and save."""
    opened = page(request, number)
    if request.method == "GET" and nothing_new(request, opened.dossier):
        return HttpResponse(status=204)
    extra: dict[str, Any] = {}
    if request.method == "POST" and opened.can_write:
        form = WorkSituationForm(request.POST)
        if submit(form, opened.dossier, lambda: _save(request, opened, form), extra):
            undo = undo_of(request, opened.dossier, e.WorkSituationAssessed.kind)
            toast(request, "Werksituatie bewaard.", undo_url=undo)
            return HttpResponseRedirect(opened.url)
    else:
        form = WorkSituationForm(seen=opened.dossier.events, initial=_initial(opened))
    template = "werksituatie_bron" if wants_part(request) and request.method == "GET" else "werksituatie"
    return show(request, template, {**_context(opened), "form": form, **extra})


def _initial(opened: Page) -> dict[str, Any]:
    return {"datum": dates.long_date(opened.today), "bron": "TALK"}


def _save(request: StaffRequest, opened: Page, form: WorkSituationForm) -> None:
    found = form.cleaned_data
    services.assess_work(
        request.access,
        opened.dossier,
        found["keuze"],
        basis=found["bron"],
        on=found["datum"],
        reason=found["reden"],
        review_on=found["opnieuw_op"] if found["keuze"] == "TEMPORARILY_UNABLE" else None,
    )


def _context(opened: Page) -> dict[str, Any]:
    state = opened.state
    history = events_of(opened.dossier, opened.state).filter(kind="WORK_SITUATION_ASSESSED")
    return {
        **opened.context(),
        "tab": "werksituatie",
        "ontbreekt": journey.and_list(journey.missing_facts(state)),
        "definitie": _definition(opened),
        "werk": [_work_line(entry) for entry in state.work or ()],
        "werk_gevraagd": state.work is not None,
        "werk_mislukt": state.work_answer if state.work_answer not in (None, "KNOWN", "NOT_KNOWN") else "",
        "werk_op": state.work_answered_on,
        "werk_oud": _age(state, opened),
        "eerder": story.lines(history),
    }


def _age(state: State, opened: Page) -> str:
    if state.work_answered_on is None:
        return ""
    days = (opened.today - state.work_answered_on).days
    return "vandaag" if days <= 0 else f"{dates.days(days)} geleden"


def _definition(opened: Page) -> list[dict[str, str]]:
    """The rules that say what lasting work is, as they hold today, each with its status."""
    found = []
    for rule_id in DEFINITION:
        rule = opened.rules.at(rule_id, opened.today)
        if rule is not None:
            found.append(
                {
                    "id": rule.id,
                    "titel": rule.title,
                    "waarde": value_words(rule),
                    "status": STATUS_WORDS[rule.status],
                    "toon": "letop" if rule.status == "unconfirmed" else "neutraal",
                }
            )
    return found


def _work_line(entry: Any) -> dict[str, str]:
    begin = dates.long_date(entry.begin) if entry.begin else "onbekend begin"
    period = f"sinds {begin}" if entry.end is None else f"van {begin} tot en met {dates.long_date(entry.end)}"
    share = f"{dates.percent(entry.fraction)} van voltijds" if entry.fraction is not None else "aandeel niet gekend"
    return {
        "soort": WORK_KINDS[entry.kind],
        "periode": period,
        "aandeel": share,
        "geannuleerd": "geannuleerd" if entry.cancelled else "",
    }


@for_roles(*WRITERS)
@require_POST
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the work register about this person."""
    opened = page(request, number)
    try:
        services.ask_work(request.access, opened.dossier)
    except DossierError as trouble:
        toast(request, str(trouble), level=40)
    else:
        toast(request, "De vraag is gesteld. Antwoord verwacht, meestal binnen enkele minuten.")
    return HttpResponseRedirect(f"{opened.url}/werksituatie")
