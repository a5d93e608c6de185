"""`/dossiers/<nr>/berichten/klant`: what we sent to this person and how it went; asking for a message; the choice."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib.messages import WARNING
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from toeleiding.dossiers.merging import with_absorbed
from toeleiding.dossiers.selectors import dossiers
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.views.dossier_page import READERS, WRITERS, Page, page
from toeleiding.law.quiet import hour_of
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.outreach import limits
from toeleiding.outreach.messages import asking, compose, lines, sending
from toeleiding.outreach.messages.models import (
    LEFT,
    QUEUED,
    Channel,
    Message,
    MessageKind,
    MessageState,
    StaffAddress,
)
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.texts.content import DUTCH
from toeleiding.referrals.texts.gate import Given
from toeleiding.rulebook.selectors import in_force
from toeleiding.web import dates
from toeleiding.web.forms import Form
from toeleiding.web.toasts import toast

_TONES = {
    MessageState.WAITING: "info",
    MessageState.HELD: "info",
    MessageState.SENDING: "info",
    MessageState.SENT: "goed",
    MessageState.DELIVERED: "goed",
    MessageState.BOUNCED: "fout",
    MessageState.FAILED: "fout",
    MessageState.UNSURE: "letop",
    MessageState.OPTED_OUT: "neutraal",
    MessageState.NO_ADDRESS: "letop",
    MessageState.CANCELLED: "neutraal",
}


class AskForm(Form):
    """Which message, over which channel. `sleutel` is made with the form: sent twice it is asked once."""

    bericht = forms.ChoiceField(label="Welk bericht?", choices=[(one.value, one.label) for one in asking.BY_HAND])
    kanaal = forms.ChoiceField(label="Hoe?", choices=[(one.value, one.label) for one in Channel])
    sleutel = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.pop("initial", None) or {}), "sleutel": uuid4()}
        super().__init__(*args, **kwargs)


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def messages_page(request: StaffRequest, number: str) -> HttpResponse:
    """The messages of one person."""
    opened = page(request, number)
    wanted = request.GET.get("bericht", "")
    form = AskForm(
        request.POST if request.method == "POST" else None, initial={"bericht": wanted, "kanaal": _first_way(opened)}
    )
    if request.method == "POST" and opened.can_write and form.is_valid():
        kind, channel = MessageKind(form.cleaned_data["bericht"]), Channel(form.cleaned_data["kanaal"])
        try:
            asking.ask(request.access, opened.dossier, kind, channel, form.cleaned_data["sleutel"])
        except DossierError as trouble:
            form.add_error("kanaal", str(trouble))
        else:
            toast(request, "Het bericht staat klaar. Het vertrekt vanzelf.")
            return HttpResponseRedirect(f"{opened.url}/berichten/klant")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "outreach/berichten.html", {**_context(opened), "form": form}, status=status)


def _first_way(opened: Page) -> str:
    """The channel over which something can go now; e-mail holds more."""
    return next((one.value for one in Channel if not asking.why_not(opened.state, one)), Channel.EMAIL.value)


def _context(opened: Page) -> dict[str, Any]:
    found = list(
        Message.objects.filter(dossier__in=with_absorbed(opened.dossier)).select_related("asked_by")[
            : limits.MESSAGES_SHOWN
        ]
    )
    service = opened.dossier.service
    texts = compose.texts_of(found, lambda one: service)
    agency = str(opened.dossier.agency)
    rows = [_row(one, texts[service, DUTCH], texts[service, one.language or DUTCH], agency) for one in found]
    return {
        **opened.context(),
        "tab": "berichten",
        "rijen": rows,
        "bezig": any(one.state in (*QUEUED, MessageState.SENDING) for one in found),
        "kanalen": [_way(opened, channel) for channel in Channel],
        "postbus": sending.postbus(),
        "meer": len(found) == limits.MESSAGES_SHOWN,
    }


def _way(opened: Page, channel: Channel) -> dict[str, Any]:
    """How this person stands with one channel."""
    address = opened.state.email if channel is Channel.EMAIL else opened.state.phone
    return {
        "value": channel.value,
        "label": channel.label,
        "address": address or "",
        "phone": channel is Channel.SMS,
        "silent": channel.value in opened.state.no_messages,
        "trouble": asking.why_not(opened.state, channel),
    }


def _row(one: Message, dutch: Given, other: Given, agency: str) -> dict[str, Any]:
    said = compose.say(one, dutch, other, agency)
    short = one.channel == Channel.SMS
    state = MessageState(one.state)
    return {
        "pk": one.pk,
        "what": MessageKind(one.kind).label,
        "how": Channel(one.channel).label,
        "state": state.label,
        "tone": _TONES[state],
        "cause": one.cause,
        "when": one.sent_at or one.asked_at,
        "held": one.not_before if state is MessageState.HELD else None,
        "who": str(one.asked_by) if one.asked_by else "de toepassing",
        "reason": one.reason,
        "text": one.text,
        "subject": "" if short else said.subject,
        "parts": said.parts,
        "attempts": one.attempts,
        "can_withdraw": state in QUEUED,
        "can_repeat": state not in (*QUEUED, MessageState.SENDING),
        "can_arrive": asking.can_arrive(one),
        "can_bounce": state in LEFT,
    }


@for_roles(*WRITERS)
@require_POST
def choice(request: StaffRequest, number: str) -> HttpResponse:
    """Note that this person wants no messages over a channel, or wants them again."""
    opened = page(request, number)
    channel, wanted = request.POST.get("kanaal", ""), request.POST.get("wil", "")
    if channel in Channel.values and wanted in ("ja", "nee"):
        asking.choose(request.access, opened.dossier, Channel(channel), wanted=wanted == "ja")
        label = Channel(channel).label.lower()
        toast(request, f"Genoteerd: {'mag weer' if wanted == 'ja' else 'geen'} {label} sturen.")
    return HttpResponseRedirect(f"{opened.url}/berichten/klant")


@for_roles(*WRITERS)
@require_POST
def act(request: StaffRequest, number: str, message: UUID) -> HttpResponse:
    """Send again, take back, or note that it did or did not arrive."""
    opened = page(request, number)
    if not Message.objects.filter(pk=message, dossier__in=with_absorbed(opened.dossier)).exists():
        raise Http404
    try:
        match request.POST.get("doe"):
            case "opnieuw":
                asking.again(request.access, message)
                toast(request, "Het bericht staat opnieuw klaar.")
            case "trek-terug":
                asking.withdraw(request.access, message)
                toast(request, "Het bericht is ingetrokken.")
            case "aangekomen":
                asking.note_arrival(request.access, message)
                toast(request, "Genoteerd: het bericht kwam aan.")
            case "niet-aangekomen":
                asking.note_bounce(request.access, message)
                toast(request, "Genoteerd: het bericht kwam niet aan.")
            case _:
                pass
    except DossierError as trouble:
        toast(request, str(trouble), level=WARNING)
    return HttpResponseRedirect(f"{opened.url}/berichten/klant")


@for_roles(*WRITERS)
@require_POST
def of_appointment(request: StaffRequest, appointment: UUID) -> HttpResponse:
    """ "Stuur de afspraak": over one channel, from the page of the appointment."""
    found = Appointment.objects.select_related("dossier").filter(pk=appointment).first()
    if found is None:
        raise Http404
    if not dossiers(request.access).filter(pk=found.dossier_id).exists():
        request.access.log(AccessAction.REFUSED, [found.dossier_id])
        raise PermissionDenied
    channel = request.POST.get("kanaal", "")
    if channel in Channel.values:
        try:
            asking.ask_for_appointment(request.access, found, Channel(channel))
        except DossierError as trouble:
            toast(request, str(trouble), level=WARNING)
        else:
            toast(request, f"De afspraak staat klaar om te vertrekken ({Channel(channel).label.lower()}).")
    onward = request.POST.get("verder", "")
    safe = url_has_allowed_host_and_scheme(onward, allowed_hosts=None)
    return HttpResponseRedirect(onward if safe else f"/dossiers/{found.dossier.number}/berichten/klant")


class AddressForm(Form):
    """Where the e-mail of the day goes."""

    email = forms.EmailField(
        label="Je e-mailadres op het werk",
        required=False,
        help_text="Zoals naam@voorbeeld.be. Maak het leeg als je geen dagoverzicht meer wil.",
    )


@for_roles(*Role)
@require_http_methods(["GET", "POST"])
def my_address(request: StaffRequest) -> HttpResponse:
    """`/meldingen/e-mail`: where I get the e-mail of the day, or that I want none."""
    held = StaffAddress.objects.filter(staff=request.access.staff).first()
    form = AddressForm(
        request.POST if request.method == "POST" else None, initial={"email": held.email if held else ""}
    )
    if request.method == "POST" and form.is_valid():
        if wanted := form.cleaned_data["email"]:
            StaffAddress.objects.update_or_create(staff=request.access.staff, defaults={"email": wanted})
            toast(request, "Bewaard. Je krijgt elke werkdag een overzicht, als er iets nieuws is.")
        else:
            StaffAddress.objects.filter(staff=request.access.staff).delete()
            toast(request, "Bewaard. Je krijgt geen dagoverzicht meer.")
        return HttpResponseRedirect("/meldingen/e-mail")
    context = {
        "form": form,
        "adres": held.email if held else "",
        "postbus": sending.postbus(),
        "kan": lines.available(Channel.EMAIL),
        "uur": hour_of(in_force(), "K-23", timezone.localdate()),
        "laatste": _last_digest(request),
    }
    return render(request, "outreach/mijn_adres.html", context, status=422 if form.is_bound and form.errors else 200)


def _last_digest(request: StaffRequest) -> str:
    last = Message.objects.filter(staff=request.access.staff, kind=MessageKind.DIGEST).order_by("-asked_at").first()
    if last is None:
        return ""
    return f"{dates.moment(last.sent_at or last.changed_at)}: {MessageState(last.state).label.lower()}. {last.cause}"
