"""`/dossiers/<nr>/inschrijving`: step 5."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import events as e
from toeleiding.dossiers import services, story
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.steps import RegistrationForm
from toeleiding.dossiers.state import Planned
from toeleiding.dossiers.timeline import events_of
from toeleiding.dossiers.views.dossier_page import READERS, Page, page, show, submit, undo_of
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.referrals.appointments.services import clashes, end, plan
from toeleiding.referrals.appointments.week import free_slots
from toeleiding.referrals.limits import SLOT_MINUTES
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.support.forms import AttemptForm, SlotForm
from toeleiding.web import dates
from toeleiding.web.toasts import toast


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def registration(request: StaffRequest, number: str) -> HttpResponse:
    """Plan help, note an attempt, or note a registration that the client reports."""
    opened = page(request, number)
    chosen = request.POST.get("deel", "") if opened.can_write else ""
    extra: dict[str, Any] = {}
    forms = _forms(request, opened, chosen)
    if chosen in forms:
        done = _HANDLERS[chosen](request, opened, forms[chosen], extra)
        if done is not None:
            return done
    state = opened.state
    context = {
        **opened.context(),
        "tab": "inschrijving",
        **forms,
        "gegeven": state.support,
        "gepland": [_slot(one) for one in _slots(state.planned)],
        "pogingen": _attempts(opened),
        "bevestigd": opened.dossier.outcome == "REGISTERED",
        **extra,
    }
    answer = show(request, "referrals/inschrijving", context)
    if extra.get("botsingen"):
        answer.status_code = 409
    return answer


def _forms(request: StaffRequest, opened: Page, chosen: str) -> dict[str, Any]:
    def given(part: str) -> Any:
        return request.POST if chosen == part else None

    seen, today = opened.dossier.events, dates.long_date(opened.today)
    state = opened.state
    here = {
        "taal": state.language or "nl",
        "tolk": "ja" if state.interpreter_needed else "nee",
        "soort": "ONLINE",
        "vorm": "OFFICE",
    }
    slots = free_slots(request.access.staff, timezone.now()) if opened.can_write else []
    planned = next((one.support for one in reversed(_slots(state.planned))), "")
    return {
        "plan": SlotForm(given("plan"), prefix="plan", seen=seen, slots=slots, initial=here),
        "ondersteuning": AttemptForm(
            given("ondersteuning"), prefix="ondersteuning", seen=seen, initial={"datum": today, "soort": planned}
        ),
        "melding": RegistrationForm(given("melding"), prefix="melding", seen=seen, initial={"ingeschreven_op": today}),
    }


def _plan(request: StaffRequest, opened: Page, form: SlotForm, extra: dict[str, Any]) -> HttpResponse | None:
    valid = form.is_valid()
    if _there(opened, form.cleaned_data.get("sleutel")):  # sent twice
        return HttpResponseRedirect(opened.url)
    if valid and not request.POST.get("toch"):
        found = clashes(request.access.staff, form.at(), SLOT_MINUTES)
        if found:
            extra["botsingen"] = [f"{dates.clock(one.begins_at)}, {one.dossier.name}" for one in found]
            return None
    staff = request.access.staff.username
    if not submit(
        form, opened.dossier, lambda: plan(request.access, opened.dossier, form.planned(staff, SLOT_MINUTES)), extra
    ):
        return None
    undo = f"/afspraken/{form.cleaned_data['sleutel']}/annuleer"
    toast(request, f"Ondersteuning gepland op {dates.moment(form.at())}.", undo_url=undo)
    return HttpResponseRedirect(opened.url)


def _there(opened: Page, key: UUID | None) -> bool:
    return key is not None and any(one.appointment == key for one in opened.state.planned)


def _attempt(request: StaffRequest, opened: Page, form: AttemptForm, extra: dict[str, Any]) -> HttpResponse | None:
    if not submit(form, opened.dossier, lambda: _note_attempt(request, opened, form), extra):
        return None
    toast(request, "Ondersteuning genoteerd.", undo_url=undo_of(request, opened.dossier, e.SupportGiven.kind))
    return HttpResponseRedirect(opened.url)


@transaction.atomic
def _note_attempt(request: StaffRequest, opened: Page, form: AttemptForm) -> None:
    """The attempt, and the slot of that day that it was planned in: who got help did not miss it."""
    day = form.cleaned_data["datum"]
    for key in _held_on(opened, day):
        end(request.access, key, held=True)
    services.add_facts(request.access, opened.dossier, form.given(), on=day)


def _held_on(opened: Page, day: Any) -> list[UUID]:
    there = Appointment.objects.filter(dossier=opened.dossier).values_list("pk", flat=True)
    mine = set(there)
    return [
        one.appointment
        for one in _slots(opened.state.planned)
        if timezone.localdate(one.at) == day and one.appointment in mine
    ]


def _report(request: StaffRequest, opened: Page, form: RegistrationForm, extra: dict[str, Any]) -> HttpResponse | None:
    def verb() -> None:
        services.report_registration(request.access, opened.dossier, form.cleaned_data["ingeschreven_op"])

    if not submit(form, opened.dossier, verb, extra):
        return None
    undo = undo_of(request, opened.dossier, e.RegistrationReported.kind)
    toast(request, f"Inschrijving genoteerd. Ze blijft “gemeld” tot {opened.service} ze bevestigt.", undo_url=undo)
    return HttpResponseRedirect(opened.url)


_HANDLERS: dict[str, Callable[[StaffRequest, Page, Any, dict[str, Any]], HttpResponse | None]] = {
    "plan": _plan,
    "ondersteuning": _attempt,
    "melding": _report,
}


def _slots(planned: list[Planned]) -> list[Planned]:
    return sorted((one for one in planned if one.subject == "SUPPORT" and one.status == "PLANNED"), key=lambda o: o.at)


def _slot(one: Planned) -> dict[str, Any]:
    return {
        "pk": one.appointment,
        "when": dates.moment(one.at),
        "support": w.SUPPORT_KINDS.get(one.support, w.SUBJECTS[one.subject]),
        "where": ", ".join(part for part in (w.PLACES[one.form], one.place) if part),
        "past": timezone.localdate(one.at) <= timezone.localdate(),
    }


def _attempts(opened: Page) -> list[dict[str, Any]]:
    """Every attempt that stands, the latest first."""
    rows = events_of(opened.dossier, opened.state).filter(kind=e.SupportGiven.kind)
    lines = story.lines(rows.exclude(corrections__isnull=False), opened.service)
    return [_attempt_row(line) for line in lines if isinstance(line.data, e.SupportGiven)]


def _attempt_row(line: story.Line) -> dict[str, Any]:
    data = line.data
    assert isinstance(data, e.SupportGiven)
    tones = {"COMPLETED": "goed", "PARTLY": "letop", "NOT": "letop"}
    return {
        "when": line.when,
        "who": line.who,
        "support": w.SUPPORT_KINDS.get(data.support, data.support) or "Ondersteuning",
        "outcome": w.SUPPORT_OUTCOMES[data.outcome].capitalize(),
        "tone": tones[data.outcome],
        "obstacles": w.obstacle_words(data.in_the_way),
    }
