"""`/afspraken/groep`: one moment for several people who still get the explanation, seen before it is planned."""

from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib.messages import WARNING
from django.core import signing
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from toeleiding.dossiers import events as e
from toeleiding.dossiers import filters
from toeleiding.dossiers.models import Dossier, Tab
from toeleiding.dossiers.selectors import dossiers, own
from toeleiding.dossiers.services import DossierError, Skipped
from toeleiding.dossiers.views.worklist_bulk import ticked, too_many
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role
from toeleiding.referrals.appointments import services
from toeleiding.referrals.appointments.forms import MomentForm
from toeleiding.referrals.models import Appointment
from toeleiding.web import dates
from toeleiding.web.toasts import toast

MOST_IN_A_GROUP = 40  # a class room
UNDO_SECONDS = 600
_SALT = "groepstoelichting"
_EXPLANATION = 4


class GroupForm(MomentForm):
    """The moment of a group. `sleutel` is made with the form: sent twice it is planned once."""

    sleutel = forms.UUIDField(widget=forms.HiddenInput)
    field_order = [*MomentForm.field_order, "sleutel"]


@for_roles(Role.CASE_WORKER)
@require_POST
def plan(request: StaffRequest) -> HttpResponse:
    """Show who can come and who not, ask for the moment, and plan it for all of them at once."""
    keys = ticked(request)
    chosen = list(own(request.access).filter(pk__in=keys).order_by("number")) if keys else []
    if not chosen:
        toast(request, "Vink eerst de dossiers aan voor de groepstoelichting.", level=WARNING)
        return HttpResponseRedirect("/werklijst")
    whys = [(one, _why_not(one)) for one in chosen]
    possible = [one for one, why in whys if not why]
    if too_many(request, len(possible), MOST_IN_A_GROUP):
        return HttpResponseRedirect(_back(request))
    confirmed = request.POST.get("stap") == "bevestig"
    form = GroupForm(request.POST if confirmed else None, initial={"sleutel": uuid4(), "taal": "nl", "duur": "90"})
    if confirmed and possible and form.is_valid():
        try:
            _plan(request, possible, form)
        except DossierError as trouble:
            form.add_error(None, str(trouble))
        else:
            return _told(request, possible, form)
    context = {
        "titel": "Groepstoelichting plannen",
        "adres": "/afspraken/groep",
        "form": form,
        "gekozen": chosen,
        "mogelijk": possible,
        "overgeslagen": [Skipped(one, why) for one, why in whys if why],
        "terug": request.POST.get("terug", ""),
    }
    return render(request, "dossiers/werklijst_bulk.html", context, status=422 if form.errors else 200)


def _why_not(dossier: Dossier) -> str:
    if dossier.tab == Tab.DONE:
        return "Dit dossier is afgerond. Er is niets meer te doen."
    if dossier.step_number < _EXPLANATION:
        return f"Eerst komt de stap {filters.STEPS[dossier.step_number]}."
    return "Deze persoon kreeg al toelichting." if dossier.step_number > _EXPLANATION else ""


def _key(group: UUID, dossier: int) -> UUID:
    """The appointment of one person in a group: the same each time the form is sent."""
    return uuid5(group, str(dossier))


@transaction.atomic
def _plan(request: StaffRequest, people: Sequence[Dossier], form: GroupForm) -> None:
    for one in people:
        data = e.AppointmentPlanned(
            appointment=_key(form.cleaned_data["sleutel"], one.pk),
            subject="GROUP",
            at=form.at(),
            minutes=form.minutes(),
            staff=request.access.staff.username,
            **form.where(),
        )
        services.plan(request.access, one, data)


def _told(request: StaffRequest, people: Sequence[Dossier], form: GroupForm) -> HttpResponse:
    group = {"van": request.access.staff.pk, "groep": str(form.cleaned_data["sleutel"]), "wie": [p.pk for p in people]}
    many = "1 inburgeraar" if len(people) == 1 else f"{len(people)} inburgeraars"
    undo = f"/afspraken/groep/{signing.dumps(group, salt=_SALT)}/ongedaan"
    toast(request, f"Groepstoelichting gepland voor {many} op {dates.moment(form.at())}.", undo_url=undo)
    return HttpResponseRedirect(_back(request))


def _back(request: StaffRequest) -> str:
    query = filters.read(QueryDict(request.POST.get("terug", ""))).query()
    return f"/werklijst?{query or 'lijst=te-doen'}"


@for_roles(Role.CASE_WORKER)
@require_POST
def take_back(request: StaffRequest, key: str) -> HttpResponse:
    """Undo a group of the last ten minutes: every appointment of it that still stands is called off."""
    try:
        told = signing.loads(key, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        told = None
    if told is None or told["van"] != request.access.staff.pk:
        toast(request, "Dit kan niet meer ongedaan. Annuleer de afspraken in je agenda.", level=WARNING)
        return HttpResponseRedirect("/afspraken")
    ids = [_key(UUID(told["groep"]), one) for one in told["wie"]]
    mine = Appointment.objects.filter(pk__in=ids, dossier__in=dossiers(request.access), status="PLANNED")
    try:
        with transaction.atomic():  # all of them or none
            for appointment in list(mine.values_list("pk", flat=True)):
                services.cancel(request.access, appointment, "Ongedaan gemaakt")
    except DossierError as trouble:
        toast(request, str(trouble), level=WARNING)
    else:
        toast(request, "De groepstoelichting is geannuleerd.")
    return HttpResponseRedirect("/werklijst?lijst=te-doen")
