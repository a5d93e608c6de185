"""`/dossiers/<nr>/vdab`: step 3, what the employment service knows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib.messages import ERROR, WARNING
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from toeleiding.dossiers import cards, services, story
from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.vdab import AnswerByHandForm, ConflictForm, ContactForm, ProofForm
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import events_of
from toeleiding.dossiers.views.dossier_page import READERS, WRITERS, Page, nothing_new, page, show, submit, wants_part
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.web import dates
from toeleiding.web.toasts import toast

# The part of the page a form belongs to: its name in `deel`, its form, what it does, what is said afterwards.
Verb = Callable[[StaffRequest, Page, dict[str, Any], Any], None]


def _by_hand(request: StaffRequest, opened: Page, found: dict[str, Any], form: Any) -> None:
    known = found["antwoord"] == "KNOWN"
    services.note_answer_by_hand(
        request.access,
        opened.dossier,
        answer=found["antwoord"],
        reason=found["reden"],
        category=(found["categorie"] or None) if known else None,
        registered_on=found["ingeschreven_op"] if known else None,
        counsellor=form.counsellor() if known else None,
    )


def _proof(request: StaffRequest, opened: Page, found: dict[str, Any], form: Any) -> None:
    services.show_proof(
        request.access, opened.dossier, found["ingeschreven_op"], found["document"], found["categorie"] or None
    )


def _settle(request: StaffRequest, opened: Page, found: dict[str, Any], form: Any) -> None:
    services.settle_conflict(request.access, opened.dossier, found["keuze"], found["reden"])


def _contact(request: StaffRequest, opened: Page, found: dict[str, Any], form: Any) -> None:
    held = e.ContactHeld(held=found["gebeurd"] == "ja")
    services.add_facts(request.access, opened.dossier, held, on=found["datum"])


PARTS: dict[str, tuple[Any, Verb, str]] = {
    "zelf": (AnswerByHandForm, _by_hand, "Antwoord genoteerd."),
    "bewijs": (ProofForm, _proof, "Bewijs genoteerd. Het staat naast het antwoord uit het register."),
    "tegenspraak": (ConflictForm, _settle, "Beslist. Je reden staat op de tijdlijn."),
    "contact": (ContactForm, _contact, "Contact genoteerd."),
}


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def vdab(request: StaffRequest, number: str) -> HttpResponse:
    """The last answer, the history, and the ways to get or note another."""
    opened = page(request, number)
    if request.method == "GET" and nothing_new(request, opened.dossier):
        return HttpResponse(status=204)
    extra: dict[str, Any] = {}
    chosen = request.POST.get("deel", "") if opened.can_write else ""
    forms = {name: _form(name, opened, request if name == chosen else None) for name in PARTS}
    if chosen in PARTS:
        form, (_, verb, said) = forms[chosen], PARTS[chosen]
        if submit(form, opened.dossier, lambda: verb(request, opened, form.cleaned_data, form), extra):
            toast(request, said)
            return HttpResponseRedirect(opened.url)
    named = {f"form_{name}": form for name, form in forms.items()}
    template = "vdab_deel" if wants_part(request) and request.method == "GET" else "vdab"
    return show(
        request, template, {**_context(opened), **named, "open_deel": chosen or request.GET.get("deel", ""), **extra}
    )


def _form(name: str, opened: Page, request: StaffRequest | None) -> Any:
    data = request.POST if request else None
    initial = {"datum": dates.long_date(opened.today)} if name == "contact" else {}
    return PARTS[name][0](data, prefix=name, seen=opened.dossier.events, initial=initial)


def _context(opened: Page) -> dict[str, Any]:
    dossier, state, today = opened.dossier, opened.state, opened.today
    told = [line for line in story.lines(events_of(dossier, state)) if line.told.group == "dienst"]
    return {
        **opened.context(),
        "tab": "vdab",
        "kaart": cards.service_card(dossier, state, today, opened.rules),
        "antwoord": _answer(state, opened.service),
        "geschiedenis": told,
        "verschil": _differences(told, state),
        "bewijs": state.proof,
        "register": state.employment,
    }


def _answer(state: State, service: str) -> w.AnswerWords | None:
    """The last answer in words; a failure comes before what we knew, because it is what came last."""
    if state.failure:
        said = w.answer_words(state.failure.answer, service)
        return replace(said, sentence=state.failure.message, next="") if state.failure.message else said
    known = state.employment
    if known and known.answer == "KNOWN" and known.ended_on:
        sentence = f"{service} kent deze persoon, maar de inschrijving is gestopt."
        return replace(w.answer_words("KNOWN", service), sentence=sentence, next="Geef toelichting opnieuw.")
    return w.answer_words(known.answer, service) if known else None


def _differences(told: list[story.Line], state: State) -> list[tuple[str, str, str]]:
    """(fact, own note, answer) side by side: what the case worker noted last by hand beside the register."""
    known = state.employment
    by_hand = next((line.data for line in told if _is_by_hand(line)), None)
    if known is None or known.answer != "KNOWN" or not isinstance(by_hand, e.EmploymentServiceAnswered):
        return []
    pairs = [
        ("Categorie", w.category_words(by_hand.category), w.category_words(known.category, known.category_text)),
        ("Bemiddelaar", cards.counsellor(by_hand.counsellor), cards.counsellor(known.counsellor)),
        ("Ingeschreven op", _date(by_hand.registered_on), _date(known.registered_on)),
    ]
    return [
        (fact, mine or "niet genoteerd", theirs or "niet gegeven") for fact, mine, theirs in pairs if mine != theirs
    ]


def _is_by_hand(line: story.Line) -> bool:
    return isinstance(line.data, e.EmploymentServiceAnswered) and line.data.question is None and not line.corrected_by


def _date(day: Any) -> str:
    return dates.long_date(day) if day else ""


@for_roles(*WRITERS)
@require_POST
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the employment service about this person: one click."""
    opened = page(request, number)
    outcome = services.ask_employment_service(request.access, [opened.dossier])
    if outcome.skipped:
        toast(request, outcome.skipped[0].why, level=WARNING)
    else:
        toast(request, "De vraag is gesteld. Antwoord verwacht, meestal binnen enkele minuten.")
    return HttpResponseRedirect(_back(request, opened))


@for_roles(*WRITERS)
@require_POST
def copy(request: StaffRequest, number: str) -> HttpResponse:
    """Take category, counsellor and date over into the intake: one click."""
    opened = page(request, number)
    known = opened.state.employment
    if known is None or known.answer != "KNOWN":
        toast(request, "Er zijn geen gegevens om over te nemen. Vraag eerst de status op.", level=ERROR)
        return HttpResponseRedirect(_back(request, opened))
    try:
        services.copy_into_intake(request.access, opened.dossier)
    except DossierError as trouble:
        toast(request, str(trouble), level=ERROR)
    else:
        toast(request, "Overgenomen in de intake: categorie, bemiddelaar en datum.")
    return HttpResponseRedirect(_back(request, opened))


def _back(request: StaffRequest, opened: Page) -> str:
    """To the page the button stood on, when it says so, else to the dossier."""
    onward = request.POST.get("verder", "")
    return onward if url_has_allowed_host_and_scheme(onward, allowed_hosts=None) else opened.url
