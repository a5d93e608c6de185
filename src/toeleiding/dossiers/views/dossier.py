"""`/dossiers/<nr>`: the file of one person, with its timeline and its cards."""

from datetime import timedelta
from typing import Any

from django.contrib.messages import WARNING, get_messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from toeleiding.dossiers import cards, journey, merging, services, story
from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.notes import INSZ_REASONS, NoteForm, NumberForm, WithdrawForm
from toeleiding.dossiers.models import Event
from toeleiding.dossiers.timeline import events_of
from toeleiding.dossiers.together import for_client
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
from toeleiding.magda import insz
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.organisations.together import SESSION
from toeleiding.web.toasts import toast

TIMELINE_LENGTH = 40
UNDO_WITHIN = timedelta(minutes=10)


@for_roles(*READERS, Role.VDAB_COUNSELLOR, together=True)
@require_GET
def dossier_page(request: StaffRequest, number: str) -> HttpResponse:
    """The dossier. Who waits for an answer asks for news with `?gezien=<events>` and gets 204 or the new page."""
    if request.access.role is Role.VDAB_COUNSELLOR:
        return _partner_view(request, number)
    opened = page(request, number)
    if nothing_new(request, opened.dossier):
        return HttpResponse(status=204)
    template = "dossier_deel" if wants_part(request) else "dossier"
    return show(request, template, _context(request, opened, notitie=NoteForm()))


def _context(request: StaffRequest, opened: Page, **more: Any) -> dict[str, Any]:
    dossier, state, today = opened.dossier, opened.state, opened.today
    return {
        **opened.context(),
        "tab": "tijdlijn",
        "voorstellen": merging.proposals_about(dossier),
        "kaart": cards.service_card(dossier, state, today, opened.rules),
        "persoon": cards.person_facts(state),
        "plicht": cards.duty_facts(state),
        "ontbreekt": journey.and_list(journey.missing_facts(state)),
        "waarom": NumberForm(),
        "nummers": cards.number_history(state),
        "gsm": w.phone_masked(state.phone) if state.phone else "",
        **_timeline(request, opened),
        **more,
    }


def _timeline(request: StaffRequest, opened: Page) -> dict[str, Any]:
    """The lines, narrowed by `?toon=<group>` and cut at a screenful unless `?alles=1` asks for all."""
    chosen, groups = request.GET.get("toon", ""), story.groups(opened.service)
    tell = for_client if opened.together else story.lines
    told = tell(events_of(opened.dossier, opened.state), opened.service)
    if chosen in story.GROUPS:
        told = [line for line in told if line.told.group == chosen]
    shown = told if request.GET.get("alles") else told[:TIMELINE_LENGTH]
    return {
        "regels": shown,
        "splitsbaar": _can_be_split(opened),
        "meer": len(told) - len(shown),
        "toon": chosen if chosen in story.GROUPS else "",
        "toonlabel": f"Toon: {groups.get(chosen, 'alles')}",
        "groepen": groups.items(),
    }


def _can_be_split(opened: Page) -> set[int]:
    """The merges of this very dossier; one that a merged dossier did itself is undone after its own."""
    if not opened.state.absorbed:
        return set()
    return set(Event.objects.filter(dossier=opened.dossier, kind=e.MergedWith.kind).values_list("pk", flat=True))


def _partner_view(request: StaffRequest, number: str) -> HttpResponse:
    """What a VDAB counsellor sees of a joint client: name, language, step and what VDAB itself told."""
    opened = page(request, number)
    context = {
        "dossier": opened.dossier,
        "dienst": opened.service,
        "taal": w.language_name(opened.dossier.language),
        "stap": w.step_name(opened.dossier.step, opened.service),
        "kaart": cards.service_card(opened.dossier, opened.state, opened.today, opened.rules),
    }
    return render(request, "dossiers/dossier_partner.html", context)


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def add_note(request: StaffRequest, number: str) -> HttpResponse:
    """Write a note on the timeline."""
    opened = page(request, number)
    if request.method == "GET":
        return HttpResponseRedirect(f"{opened.url}#notitie")
    form = NoteForm(request.POST)
    extra: dict[str, Any] = {}
    if submit(form, opened.dossier, lambda: _write_note(request, opened, form), extra):
        toast(request, "Notitie bewaard.", undo_url=undo_of(request, opened.dossier, e.Noted.kind))
        return HttpResponseRedirect(opened.url)
    return show(request, "dossier", _context(request, opened, notitie=form, **extra))


def _write_note(request: StaffRequest, opened: Page, form: NoteForm) -> None:
    services.add_facts(request.access, opened.dossier, e.Noted(text=form.cleaned_data["tekst"]))


@for_roles(*READERS)
@require_POST
def show_number(request: StaffRequest, number: str) -> HttpResponse:
    """Show the national number, once, to who says why, and log that it was shown and for what."""
    opened = page(request, number)
    if opened.dossier.insz is None:
        return HttpResponseRedirect(opened.url)
    form = NumberForm(request.POST)
    if not form.is_valid():
        if wants_part(request):
            return render(request, "dossiers/dossier_nummer_vraag.html", {"pagina": opened, "waarom": form})
        return show(request, "dossier", _context(request, opened, notitie=NoteForm(), waarom=form))
    reason = INSZ_REASONS[form.cleaned_data["reden"]]
    request.access.log(AccessAction.SHOWN_INSZ, [opened.dossier.pk], f"op het dossier: {reason.lower()}")
    shown = insz.show(opened.dossier.insz)
    if wants_part(request):
        return render(request, "dossiers/dossier_nummer.html", {"nummer": shown})
    return show(request, "dossier", _context(request, opened, notitie=NoteForm(), nummer=shown))


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def withdraw(request: StaffRequest, number: str, event: int) -> HttpResponse:
    """Take back something that a person noted: the old line stays, struck through, with the reason."""
    opened = page(request, number)
    row = events_of(opened.dossier, opened.state).filter(pk=event).first()
    if row is None:
        raise Http404
    again = Event.objects.filter(corrects=row).exists()
    if row.kind not in story.WITHDRAWABLE or again:
        raise PermissionDenied
    form = WithdrawForm(request.POST if request.method == "POST" else None, seen=opened.dossier.events)
    extra: dict[str, Any] = {}
    if request.method == "POST" and submit(form, opened.dossier, lambda: _withdraw(request, opened, row, form), extra):
        toast(request, "Rechtgezet. De oude vermelding blijft doorstreept op de tijdlijn.")
        return HttpResponseRedirect(f"{opened.url}#gebeurtenis-{row.pk}")
    context = {**opened.context(), "form": form, "regel": story.lines([row])[0], **extra}
    return show(request, "dossier_rechtzetting", context)


def _withdraw(request: StaffRequest, opened: Page, row: Event, form: WithdrawForm) -> None:
    reason = e.Withdrawn(reason=form.cleaned_data["reden"])
    services.correct(request.access, opened.dossier, row.pk, reason, opened.today)


@for_roles(*WRITERS)
@require_POST
def undo(request: StaffRequest, number: str, event: int) -> HttpResponse:
    """ "Maak ongedaan": take back, within ten minutes, what you noted yourself."""
    opened = page(request, number)
    since = timezone.now() - UNDO_WITHIN
    own = events_of(opened.dossier, opened.state).filter(pk=event, actor=request.access.staff, recorded_at__gte=since)
    row = own.exclude(corrections__isnull=False).first()
    if row is None or row.kind not in story.WITHDRAWABLE:
        toast(request, "Dit kan je niet meer ongedaan maken. Zet het recht op de tijdlijn.", level=WARNING)
    else:
        taken_back = e.Withdrawn(reason="Ongedaan gemaakt")
        services.correct(request.access, opened.dossier, row.pk, taken_back, opened.today)
        toast(request, "Ongedaan gemaakt.")
    return HttpResponseRedirect(opened.url)


@for_roles(*READERS)
@require_POST
def look_together(request: StaffRequest, number: str) -> HttpResponse:
    """Turn the screen to the client: from now on this dossier alone, and nothing of others."""
    opened = page(request, number)
    list(get_messages(request))  # what waits to be told may name somebody else
    request.session[SESSION] = opened.dossier.number
    return HttpResponseRedirect(opened.url)


@for_roles(*READERS, together=True)
@require_GET
def print_view(request: StaffRequest, number: str) -> HttpResponse:
    """One page for the client: the way so far, what comes next, by when. No internal notes."""
    opened = page(request, number, note=False)
    request.access.log(AccessAction.PRINTED, [opened.dossier.pk], "samenvatting")
    kaart = cards.service_card(opened.dossier, opened.state, opened.today, opened.rules)
    return show(request, "dossier_print", {**opened.context(), "kaart": kaart, "vandaag": opened.today})
