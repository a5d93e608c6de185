"""`/dossiers/<nr>/opvolging`: step 6. What came in, what is planned, and who does what by when."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.messages import WARNING
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from toeleiding.dossiers import cards, services, story
from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.filters import whole_number
from toeleiding.dossiers.projection import appointment
from toeleiding.dossiers.state import Agreement, Planned
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
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.referrals.follow_up import changes, marks, words
from toeleiding.referrals.follow_up.forms import AgreementForm, ContactForm, TrainingForm
from toeleiding.referrals.limits import LINES_SHOWN
from toeleiding.referrals.models import Appointment
from toeleiding.web import dates
from toeleiding.web.toasts import toast

Verb = Callable[[StaffRequest, Page, dict[str, Any]], None]

# What goes to and fro about a joint client, out of all that stands on the timeline.
_FOLLOWED = {
    "REFERRAL_SENT",
    "REFERRAL_RECEIVED",
    "REFERRAL_DELIVERED",
    "REFERRAL_NOT_DELIVERED",
    "REFERRAL_QUESTIONED",
    "REFERRAL_ANSWERED",
    "REFERRAL_ACCEPTED",
    "REFERRAL_RETURNED",
    "REFERRAL_WITHDRAWN",
    "REFERRAL_CLOSED",
    "FEEDBACK_GIVEN",
    "EMPLOYMENT_SERVICE_ASKED",
    "EMPLOYMENT_SERVICE_ANSWERED",
    "EMPLOYMENT_DATA_COPIED",
    "WORK_ANSWERED",
    "NUMBER_REPLACED",
    "NUMBER_CANCELLED",
    "REGISTRATION_REPORTED",
    "CONTACT_HELD",
    "APPOINTMENT_PLANNED",
    "APPOINTMENT_MOVED",
    "APPOINTMENT_CANCELLED",
    "APPOINTMENT_ENDED",
    "AGREEMENT_MADE",
    "AGREEMENT_CLOSED",
    "TRAINING_STARTED",
    "ASSIGNED",
}


def _contact(request: StaffRequest, opened: Page, found: dict[str, Any]) -> None:
    held = e.ContactHeld(held=found["afloop"] != "missed", by_phone=found["afloop"] == "phone", note=found["nota"])
    services.add_facts(request.access, opened.dossier, held, on=found["datum"])


def _agreement(request: StaffRequest, opened: Page, found: dict[str, Any]) -> None:
    if any(one.agreement == found["sleutel"] for one in opened.state.agreements):
        return
    made = e.AgreementMade(agreement=found["sleutel"], who=found["wie"], what=found["wat"], by=found["tegen"])
    services.add_facts(request.access, opened.dossier, made)


def _training(request: StaffRequest, opened: Page, found: dict[str, Any]) -> None:
    started = e.TrainingStarted(what=found["wat"])
    services.add_facts(request.access, opened.dossier, started, on=found["datum"])


PARTS: dict[str, tuple[Any, Verb, type[e.Data], str]] = {
    "contact": (ContactForm, _contact, e.ContactHeld, "Contact genoteerd."),
    "wie": (AgreementForm, _agreement, e.AgreementMade, "Genoteerd wie wat doet."),
    "opleiding": (TrainingForm, _training, e.TrainingStarted, "Opleiding genoteerd."),
}


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def follow_up(request: StaffRequest, number: str) -> HttpResponse:
    """The page of step 6."""
    opened = page(request, number)
    if nothing_new(request, opened.dossier):
        return HttpResponse(status=204)
    extra: dict[str, Any] = {}
    chosen = request.POST.get("deel", "") if opened.can_write else ""
    forms = {name: _form(name, opened, request if name == chosen else None) for name in PARTS}
    if chosen in PARTS:
        form, (_, verb, kind, told) = forms[chosen], PARTS[chosen]
        if submit(form, opened.dossier, lambda: verb(request, opened, form.cleaned_data), extra):
            missed = form.cleaned_data.get("afloop") == "missed"
            said = "Afspraak gemist. Bel samen." if missed else told
            toast(request, said, undo_url=undo_of(request, opened.dossier, kind.kind))
            return HttpResponseRedirect(f"{opened.url}/opvolging")
    named = {f"form_{name}": form for name, form in forms.items()}
    open_part = chosen or request.GET.get("deel", "")
    part = "referrals/opvolging_deel" if wants_part(request) else "referrals/opvolging"
    return show(request, part, {**_context(request, opened), **named, "open_deel": open_part, **extra})


def _form(name: str, opened: Page, request: StaffRequest | None) -> Any:
    initial = {} if name == "wie" else {"datum": dates.long_date(opened.today)}
    return PARTS[name][0](request.POST if request else None, prefix=name, seen=opened.dossier.events, initial=initial)


def _context(request: StaffRequest, opened: Page) -> dict[str, Any]:
    dossier, state, today = opened.dossier, opened.state, opened.today
    news = changes.changes_of(request.access, [dossier.pk])[dossier.pk] if opened.can_write else []
    kept = set(Appointment.objects.filter(dossier=dossier).values_list("pk", flat=True))
    fresh = {one.event for one in news}
    told = [line for line in story.lines(events_of(dossier, state), opened.service) if line.kind in _FOLLOWED]
    return {
        **opened.context(),
        "tab": "opvolging",
        "kaart": cards.service_card(dossier, state, today, opened.rules),
        "nieuw": [words.said(one, opened.service) for one in news],
        "gezien_tot": news[0].event if news else 0,
        "regels": [{"line": line, "new": line.id in fresh} for line in told[:LINES_SHOWN]],
        "meer": max(0, len(told) - LINES_SHOWN),
        "komend": [_coming(one, kept) for one in _open(state.planned)],
        "uitnodiging": appointment(state, today),
        "afspraken": [_agreed(one, today, opened.service) for one in _sorted(state.agreements)],
    }


def _open(planned: list[Planned]) -> list[Planned]:
    return sorted((one for one in planned if one.status == "PLANNED"), key=lambda one: one.at)


def _coming(one: Planned, kept: set[UUID]) -> dict[str, Any]:
    """An appointment to come. One that stands in nobody's agenda can be read and not changed."""
    return {
        "pk": one.appointment,
        "kept": one.appointment in kept,
        "when": dates.moment(one.at),
        "subject": w.SUBJECTS[one.subject],
        "support": w.SUPPORT_KINDS.get(one.support, ""),
        "where": ", ".join(part for part in (w.PLACES[one.form], one.place) if part),
        "language": w.language_name(one.language),
        "interpreter": one.interpreter,
        "past": timezone.localdate(one.at) <= timezone.localdate(),
    }


def _sorted(agreements: list[Agreement]) -> list[Agreement]:
    """What is open first, the soonest on top; what has no day comes after."""
    return sorted(agreements, key=lambda one: (one.kept is not None, one.by or date.max, one.on))


def _agreed(one: Agreement, today: date, service: str) -> dict[str, Any]:
    late = one.kept is None and one.by is not None and one.by < today
    words_, tone = ("Te laat", "letop") if late else ("Open", "info")
    if one.kept is not None:
        words_, tone = ("Gedaan", "goed") if one.kept else ("Niet meer nodig", "neutraal")
    who = service if one.who == "EMPLOYMENT_SERVICE" else w.PARTIES[one.who].capitalize()
    return {
        "key": one.agreement,
        "who": who,
        "what": one.what,
        "by": one.by,
        "words": words_,
        "tone": tone,
        "open": one.kept is None,
    }


@for_roles(*WRITERS)
@require_POST
def agreement_closed(request: StaffRequest, number: str, agreement: UUID) -> HttpResponse:
    """It was done, or it is not needed any more."""
    opened = page(request, number)
    if not any(one.agreement == agreement and one.kept is None for one in opened.state.agreements):
        toast(request, "Dit stond niet meer open. Bekijk de tijdlijn.", level=WARNING)
    else:
        closed = e.AgreementClosed(agreement=agreement, kept=request.POST.get("afloop") != "niet-nodig")
        services.add_facts(request.access, opened.dossier, closed)
        toast(
            request,
            "Gedaan." if closed.kept else "Niet meer nodig.",
            undo_url=undo_of(request, opened.dossier, e.AgreementClosed.kind),
        )
    return HttpResponseRedirect(f"{opened.url}/opvolging#wie")


@for_roles(*WRITERS)
@require_POST
def seen_here(request: StaffRequest, number: str) -> HttpResponse:
    """ "Gezien" on the page of one client: up to the change that was on screen."""
    opened = page(request, number)
    event = whole_number(request.POST.get("tot", ""))
    done = marks.mark_seen(request.access, [(opened.dossier.pk, event)]) if event else []
    if done:
        undo = f"/gezamenlijke-klanten/gezien/{marks.undo_key(request.access, done)}/ongedaan"
        toast(request, "Gezien.", undo_url=undo)
    return HttpResponseRedirect(f"{opened.url}/opvolging")
