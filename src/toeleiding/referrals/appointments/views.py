"""`/afspraken`: my week; one appointment; the calendar that reads along."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.messages import SUCCESS, WARNING
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import dossiers, own
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.views.dossier_page import undo_of
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, everyone, for_roles
from toeleiding.organisations.models import AccessAction, Role, StaffRole
from toeleiding.referrals.appointments import ics, services, telling, week
from toeleiding.referrals.appointments.forms import LENGTHS, NUMBER, MomentForm, NewForm, moved, preset
from toeleiding.referrals.client_page.views import private
from toeleiding.referrals.limits import FEED_DAYS_AHEAD, FEED_DAYS_BACK
from toeleiding.referrals.models import Appointment, Feed
from toeleiding.referrals.models.appointments import AppointmentStatus, Place, Subject
from toeleiding.web import dates
from toeleiding.web.toasts import toast

KEEPERS = (Role.CASE_WORKER, Role.TEAM_LEAD)
_TONES = {"PLANNED": "info", "HELD": "goed", "MISSED": "letop", "CANCELLED": "neutraal"}
_PLAIN = "text/plain; charset=utf-8"
_CALENDAR = "text/calendar; charset=utf-8"


@for_roles(*KEEPERS)
@require_safe
def agenda(request: StaffRequest) -> HttpResponse:
    """My week, day by day, with what VDAB invited my clients to."""
    return _agenda(request, week.read_week(request.GET.get("week", ""), timezone.localdate()))


def _agenda(request: StaffRequest, shown: week.Week, token: str = "") -> HttpResponse:
    access, today = request.access, timezone.localdate()
    found = week.agenda(access.staff, shown)
    invited = own(access).filter(appointment_on__range=(shown.days[0], shown.days[-1])).order_by("last_name", "number")
    invitations = list(invited.values("pk", "number", "first_name", "last_name", "appointment_on", "office", "service"))
    seen = {one.dossier_id for one in found} | {one["pk"] for one in invitations}
    access.log(AccessAction.LISTED, sorted(seen), "afspraken")
    both = week.overlapping(found)
    feed = Feed.objects.filter(staff=access.staff).first()
    return render(
        request,
        "referrals/afspraken.html",
        {
            "week": shown,
            "deze": shown == week.week_of(today),
            "vandaag": today,
            "dagen": [
                {
                    "day": day,
                    "today": day == today,
                    "rows": [_row(one, today, one.pk in both) for one in found if _day(one) == day],
                    "invited": [_invitation(one) for one in invitations if one["appointment_on"] == day],
                }
                for day in shown.days
            ],
            "aantal": sum(one.status == AppointmentStatus.PLANNED for one in found) + len(invitations),
            "dubbel": len(both),
            "feed": feed,
            "adres": request.build_absolute_uri(f"/afspraken/{token}.ics") if token else "",
        },
    )


def _day(one: Appointment) -> date:
    return timezone.localdate(one.begins_at)


def _row(one: Appointment, today: date, double: bool) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "number": one.dossier.number,
        "name": one.dossier.name,
        "begins": dates.clock(one.begins_at),
        "ends": dates.clock(one.ends_at),
        "subject": Subject(one.subject).label,
        "support": w.SUPPORT_KINDS.get(one.support, ""),
        "where": ", ".join(part for part in (Place(one.form).label, one.place) if part),
        "language": w.language_name(one.language),
        "interpreter": one.interpreter,
        "status": AppointmentStatus(one.status).label,
        "tone": _TONES[one.status],
        "planned": one.status == AppointmentStatus.PLANNED,
        "past": one.status == AppointmentStatus.PLANNED and _day(one) <= today,
        "double": double,
    }


def _invitation(of: Mapping[str, Any]) -> dict[str, Any]:
    return {**of, "name": f"{of['first_name']} {of['last_name']}".strip(), "service": w.service_name(of["service"])}


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Plan an appointment. When something else stands at that time, it says so and asks once more.

    The client is told where that was chosen; "Bekijk het bericht" shows first what she would read.
    """
    known = _dossier(request.access, request.POST.get("dossier") or request.GET.get("dossier", ""))
    initial = {"dossier": known.number if known else "", "taal": (known.language if known else "") or "nl"}
    way, sent = telling.teller(), request.POST if request.method == "POST" else None
    form = NewForm(sent, initial=initial, ways=way.ways(known), known=known is not None)
    clash: list[Appointment] = []
    preview = ""
    if request.method == "POST" and form.is_valid():
        tell, key = form.cleaned_data["bericht"], form.cleaned_data["sleutel"]
        data = form.planned(request.access.staff.username)
        if known is None:
            form.add_error("dossier", "Dit dossier bestaat niet, of je mag het niet zien. Kijk het nummer na.")
        elif request.POST.get("doe") == "voorbeeld":
            preview = way.preview(known, data, tell) if tell else ""
        elif Appointment.objects.filter(pk=key, dossier=known).exists():  # sent twice
            return _planned(request, key, form.at(), tell)
        else:
            clash = _unconfirmed(request, form.at(), form.minutes())
            if not clash and _done(form, lambda: services.plan(request.access, known, data, tell)):
                return _planned(request, key, form.at(), tell)
    nothing = request.POST.get("doe") == "voorbeeld" and not preview and not form.errors
    context = {"form": form, "botsing": clash, "voorbeeld": preview, "geen_bericht": nothing}
    return _form(request, "referrals/afspraak_nieuw.html", context)


def _dossier(access: Access, number: str) -> Dossier | None:
    if not NUMBER.fullmatch(number):
        return None
    return dossiers(access).filter(number=number, merged_into__isnull=True).first()


def _unconfirmed(request: StaffRequest, at: datetime, minutes: int, but: UUID | None = None) -> list[Appointment]:
    """What stands at the same time, unless the person read that already and sends it again."""
    if request.POST.get("toch"):
        return []
    return services.clashes(request.access.staff, at, minutes, but)


def _done(form: Any, verb: Any) -> bool:
    try:
        verb()
    except DossierError as trouble:
        form.add_error(None, str(trouble))
        return False
    return True


def _form(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    form, clash = context["form"], context["botsing"]
    context["botsingen"] = [f"{dates.clock(one.begins_at)}, {one.dossier.name} ({one.dossier.number})" for one in clash]
    status = 409 if clash else 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)


def _planned(request: StaffRequest, key: UUID, at: datetime, told: str) -> HttpResponse:
    message = " Het bericht aan de inburgeraar staat klaar." if told else ""
    toast(request, f"Afspraak gepland op {dates.moment(at)}.{message}", undo_url=f"/afspraken/{key}/annuleer")
    return HttpResponseRedirect(f"/afspraken?week={week.week_of(timezone.localdate(at)).code}")


def _one(request: StaffRequest, key: UUID) -> Appointment:
    """The appointment. Raises Http404, or PermissionDenied (and logs it) when its dossier is not theirs to see."""
    found = Appointment.objects.select_related("dossier", "staff").filter(pk=key).first()
    if found is None:
        raise Http404
    if not dossiers(request.access).filter(pk=found.dossier_id).exists():
        request.access.log(AccessAction.REFUSED, [found.dossier_id])
        raise PermissionDenied
    return found


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def one(request: StaffRequest, appointment: UUID) -> HttpResponse:
    """One appointment: move it, call it off, take it along as a file."""
    found = _one(request, appointment)
    request.access.log(AccessAction.OPENED, [found.dossier_id], "afspraak")
    form = MomentForm(request.POST if request.method == "POST" else None, initial=preset(found))
    length = str(preset(found)["duur"])
    if length not in dict(LENGTHS):
        form.fields["duur"].choices = [(length, f"{length} minuten"), *LENGTHS]  # type: ignore[attr-defined]
    clash: list[Appointment] = []
    if request.method == "POST" and form.is_valid():
        clash = _unconfirmed(request, form.at(), form.minutes(), found.pk)
        if not clash and _done(form, lambda: services.move(request.access, found.pk, moved(form, found))):
            _say_changed(request, found, f"Afspraak verplaatst naar {dates.moment(form.at())}.")
            return HttpResponseRedirect(f"/afspraken?week={week.week_of(form.cleaned_data['datum']).code}")
    context = {
        "form": form,
        "botsing": clash,
        "afspraak": found,
        "rij": _row(found, timezone.localdate(), False),
        "wanneer": dates.moment(found.begins_at),
        "van_collega": found.staff if found.staff_id != request.access.staff.pk else None,
    }
    return _form(request, "referrals/afspraak.html", context)


@for_roles(*KEEPERS)
@require_POST
def cancel(request: StaffRequest, appointment: UUID) -> HttpResponse:
    """Call an appointment off."""
    found = _one(request, appointment)
    try:
        services.cancel(request.access, found.pk, request.POST.get("reden", "")[:200])
    except DossierError as trouble:
        toast(request, str(trouble), level=WARNING)
    else:
        _say_changed(request, found, "Afspraak geannuleerd. Een agenda die meeleest, haalt ze weg.")
    return HttpResponseRedirect(_back(request, found))


def _say_changed(request: StaffRequest, before: Appointment, said: str) -> None:
    """Say that it was done; and that the client has to be called when her message would come after the moment."""
    late = telling.teller().too_late(before.pk, before.begins_at)
    call = " Bel de inburgeraar: het bericht vertrekt pas na het uur van de afspraak."
    toast(request, said + call * late, level=WARNING if late else SUCCESS)


@for_roles(*KEEPERS)
@require_POST
def take_over(request: StaffRequest, appointment: UUID) -> HttpResponse:
    """Take an appointment of a colleague over into my own agenda, as after a hand-over."""
    found = _one(request, appointment)
    try:
        services.take_over(request.access, found.pk)
    except DossierError as trouble:
        toast(request, str(trouble), level=WARNING)
    else:
        toast(request, "De afspraak staat nu in jouw agenda.")
    return HttpResponseRedirect(_back(request, found))


@for_roles(*KEEPERS)
@require_POST
def ended(request: StaffRequest, appointment: UUID) -> HttpResponse:
    """Note that it went on or was missed."""
    found = _one(request, appointment)
    held = request.POST.get("afloop") == "door"
    if request.POST.get("afloop") not in ("door", "gemist"):
        toast(request, "Kies of de afspraak doorging of gemist werd.", level=WARNING)
        return HttpResponseRedirect(_back(request, found))
    try:
        services.end(request.access, found.pk, held=held)
    except DossierError as trouble:
        toast(request, str(trouble), level=WARNING)
    else:
        said = "Genoteerd: de afspraak ging door." if held else "Afspraak gemist. Bel samen."
        toast(request, said, undo_url=undo_of(request, found.dossier, e.AppointmentEnded.kind))
    return HttpResponseRedirect(_back(request, found))


def _back(request: StaffRequest, found: Appointment) -> str:
    onward = request.POST.get("verder", "")
    if url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        return onward
    return f"/afspraken?week={week.week_of(_day(found)).code}"


@for_roles(*KEEPERS)
@require_safe
def as_file(request: StaffRequest, appointment: UUID) -> HttpResponse:
    """One appointment as a file for a calendar."""
    found = _one(request, appointment)
    request.access.log(AccessAction.EXPORTED, [found.dossier_id], "afspraak als agendabestand")
    answer = HttpResponse(ics.single(found), content_type=_CALENDAR)
    answer["Content-Disposition"] = f'attachment; filename="afspraak-{found.dossier.number}.ics"'
    return answer


@for_roles(*KEEPERS)
@require_POST
def address(request: StaffRequest) -> HttpResponse:
    """Make a private address, shown this once; or stop the one there is."""
    shown = week.week_of(timezone.localdate())
    if request.POST.get("stop"):
        services.close_feed(request.access.staff)
        toast(request, "Het adres werkt niet meer. Verwijder het ook uit je agenda.")
        return HttpResponseRedirect("/afspraken")
    return _agenda(request, shown, services.new_feed(request.access.staff))


@everyone
@private
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads: whoever holds the address, sees dossier numbers, times and places, and no person."""
    found = Feed.objects.filter(token_hash=services.hashed(token)).first()
    now = timezone.now()
    held = StaffRole.objects.held_on(timezone.localdate()).filter(role__in=KEEPERS)
    if found is None or not held.filter(staff=found.staff_id).exists():
        return HttpResponse("Dit adres werkt niet meer. Maak een nieuw onder Afspraken.", _PLAIN, 404)
    Feed.objects.filter(pk=found.pk).update(read_at=now)
    span = (now - timedelta(days=FEED_DAYS_BACK), now + timedelta(days=FEED_DAYS_AHEAD))
    appointments = Appointment.objects.filter(staff=found.staff_id, begins_at__range=span).select_related("dossier")
    return HttpResponse(ics.calendar(appointments.defer("dossier__state")), content_type=_CALENDAR)
