"""The papers of one dossier: leaflet, letter and appointment card, as PDF."""

from dataclasses import replace

from django.conf import settings
from django.contrib.messages import WARNING
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.filters import whole_number
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import load_state
from toeleiding.dossiers.views.dossier_page import READERS, Page, page
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.referrals.letters import papers
from toeleiding.referrals.limits import LETTERS_AT_ONCE
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.models.appointments import AppointmentStatus, Place
from toeleiding.referrals.texts.content import DUTCH
from toeleiding.referrals.texts.points import term_of
from toeleiding.web import dates
from toeleiding.web.toasts import toast


@for_roles(*READERS, together=True)
@require_GET
def leaflet(request: StaffRequest, number: str) -> HttpResponse:
    """The leaflet in two languages."""
    opened = page(request, number)
    term = term_of(opened.dossier, opened.state, opened.rules, opened.today)
    made = papers.leaflet(_language(request, opened), settings.PUBLIC_URL, _service(opened), term)
    return _pdf(request, opened, made, "folder")


@for_roles(*READERS)
@require_GET
def letter(request: StaffRequest, number: str) -> HttpResponse:
    """The letter to this person."""
    opened = page(request, number)
    return _pdf(request, opened, papers.letters([_person(request, opened)], settings.PUBLIC_URL, opened.today), "brief")


@for_roles(*READERS, together=True)
@require_GET
def card(request: StaffRequest, number: str) -> HttpResponse:
    """The card of the next appointment; without one the page says how to plan it."""
    opened = page(request, number)
    planned = (
        Appointment.objects.filter(
            dossier=opened.dossier, status=AppointmentStatus.PLANNED, begins_at__gte=timezone.now()
        )
        .order_by("begins_at")
        .first()
    )
    if planned is None:
        toast(request, "Er is nog geen afspraak. Plan er eerst een.")
        return HttpResponseRedirect(f"{opened.url}/inschrijving")
    where = ", ".join(part for part in (Place(planned.form).label, planned.place) if part)
    made = papers.card(_person(request, opened), papers.Meeting(planned.begins_at, where), settings.PUBLIC_URL)
    return _pdf(request, opened, made, "afspraakkaart")


@for_roles(Role.CASE_WORKER, Role.TEAM_LEAD)
@require_POST
def many(request: StaffRequest) -> HttpResponse:
    """Letters to the ticked people, as one document; who cannot be seen is not in it; too many is said."""
    keys = [key for key in map(whole_number, request.POST.getlist("kies")) if key]
    if len(keys) > LETTERS_AT_ONCE:
        toast(
            request,
            f"Je vinkte te veel dossiers aan. Vink er hoogstens {dates.number(LETTERS_AT_ONCE)} aan voor brieven.",
            level=WARNING,
        )
        return HttpResponseRedirect("/werklijst")
    found = list(
        Dossier.objects.filter(visible_to(request.access), pk__in=keys, merged_into=None)
        .select_related("agency")
        .order_by("last_name", "first_name", "pk")
    )
    if not found:
        toast(request, "Vink eerst de dossiers aan die een brief krijgen.", level=WARNING)
        return HttpResponseRedirect("/werklijst")
    made = papers.letters([_addressee(one, load_state(one)) for one in found], settings.PUBLIC_URL)
    request.access.log(AccessAction.PRINTED, [one.pk for one in found], "brieven")
    return _answer(made, f"brieven-{timezone.localdate().isoformat()}")


def _person(request: StaffRequest, opened: Page) -> papers.Person:
    return replace(_addressee(opened.dossier, opened.state), language=_language(request, opened))


def _addressee(dossier: Dossier, state: State) -> papers.Person:
    place = " ".join(part for part in (state.postal_code, state.municipality) if part)
    return papers.Person(
        first_name=dossier.first_name,
        last_name=dossier.last_name,
        language=state.language or DUTCH,
        agency=str(dossier.agency),
        lines=(place,) if place else (),
        due_on=dossier.due_on,
        service=dossier.service if dossier.service in w.SERVICES else "VDAB",
    )


def _language(request: StaffRequest, opened: Page) -> str:
    return w.language_asked(request.GET.get("taal", ""), opened.state.language)


def _service(opened: Page) -> str:
    return opened.dossier.service if opened.dossier.service in w.SERVICES else "VDAB"


def _pdf(request: StaffRequest, opened: Page, made: bytes, name: str) -> HttpResponse:
    request.access.log(AccessAction.PRINTED, [opened.dossier.pk], name)
    return _answer(made, f"{name}-{opened.dossier.number}")


def _answer(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
