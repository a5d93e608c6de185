"""`/dossiers/nieuw`: from the KBI by number, or by hand with a question when somebody looks alike."""

import secrets
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from toeleiding.dossiers import events as e
from toeleiding.dossiers import kbi, services, story
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.new import ByHandForm, ByNumberForm
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import dossiers
from toeleiding.dossiers.views.dossier_page import WRITERS
from toeleiding.magda.insz import show as show_insz
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role, Staff
from toeleiding.web.toasts import toast

# What the KBI gave waits in the session until "Maak dossier": it is not sent to the browser and back. The page
# holds its key, so that the button of an older tab never makes a dossier of the person in a newer one.
PREVIEW = "nieuw_uit_kbi"


@for_roles(*WRITERS)
@require_GET
def new_dossier(request: StaffRequest) -> HttpResponse:
    """The two ways, side by side."""
    return _show(request, nummer=ByNumberForm(), hand=ByHandForm())


def _show(request: StaffRequest, **context: Any) -> HttpResponse:
    bad = any(form.is_bound and form.errors for form in (context["nummer"], context["hand"]))
    return render(request, "dossiers/nieuw.html", context, status=422 if bad else 200)


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def ask_kbi(request: StaffRequest) -> HttpResponse:
    """Ask the KBI and show what it gives before anything is made."""
    if request.method == "GET":
        return HttpResponseRedirect("/dossiers/nieuw")
    form = ByNumberForm(request.POST)
    if not form.is_valid():
        return _show(request, nummer=form, hand=ByHandForm())
    insz = form.cleaned_data["insz"]
    there = services.find_by_insz(insz)
    if there is not None:
        return _show(request, nummer=form, hand=ByHandForm(), bestaat=_existing(request.access, there))
    found = kbi.look_up(insz, request.access)
    if not found.usable:
        words = w.answer_words(found.outcome, "De Kruispuntbank Inburgering")
        by_hand = ByHandForm(initial={"insz": show_insz(insz)})
        return _show(request, nummer=form, hand=by_hand, antwoord=found, antwoord_kort=words.short)
    there = next(filter(None, (services.find_by_insz(number) for number in _numbers(found))), None)
    if there is not None:
        return _show(request, nummer=form, hand=ByHandForm(), bestaat=_existing(request.access, there))
    facts = [[data.kind, msgspec.to_builtins(data)] for data in found.facts]
    key = secrets.token_urlsafe(12)
    request.session[PREVIEW] = {"key": key, "insz": insz, "facts": facts}
    context = {
        "sleutel": key,
        "gevonden": found,
        "regels": [(data.title, story.tell(data).text) for data in found.facts],
        "dubbels": _doubles(request, found),
    }
    return render(request, "dossiers/nieuw_voorbeeld.html", context)


def _numbers(found: kbi.Found) -> set[str]:
    """Every number the answer names: a replaced one may lead to somebody we know."""
    assigned = {data.insz for data in found.facts if isinstance(data, e.NumberAssigned)}
    return assigned | {data.new for data in found.facts if isinstance(data, e.NumberReplaced)}


def _doubles(request: StaffRequest, found: kbi.Found) -> list[Dossier]:
    person = next(data for data in found.facts if isinstance(data, e.Identified))
    return _alike(request.access, person.first_name, person.last_name, person.birth)


def _alike(access: Access, first_name: str, last_name: str, birth: str | None) -> list[Dossier]:
    """Near-doubles that this person may see; of others only the agency may speak. Who was shown is logged."""
    alike = services.likely_doubles(first_name, last_name, birth)
    seen = (
        set(dossiers(access).filter(pk__in=[one.pk for one in alike]).values_list("pk", flat=True)) if alike else set()
    )
    access.log(AccessAction.LISTED, seen, "nieuw dossier, lijkt op")
    return [one for one in alike if one.pk in seen]


def _existing(access: Access, there: Dossier) -> dict[str, str]:
    """Number and address of the dossier that is there; of another agency only that agency's name.

    Either way somebody learned that this number has a dossier, so it is logged there.
    """
    access.log(AccessAction.SEARCHED, [there.pk], "nieuw dossier, nummer bestaat al")
    if dossiers(access).filter(pk=there.pk).exists():
        return {"nummer": there.number, "naam": there.name, "url": there.get_absolute_url()}
    return {"agentschap": str(there.agency)}


@for_roles(*WRITERS)
@require_POST
def open_from_kbi(request: StaffRequest) -> HttpResponse:
    """ "Maak dossier": open it with what the KBI gave a moment ago."""
    kept = request.session.get(PREVIEW)
    if kept is None or request.POST.get("voorbeeld") != kept["key"]:
        toast(request, "Dit voorbeeld is verlopen. Vraag het dossier opnieuw op.", level=30)
        return HttpResponseRedirect("/dossiers/nieuw")
    facts = [e.from_builtins(kind, raw) for kind, raw in kept["facts"]]
    if not any(isinstance(data, e.NumberAssigned) for data in facts):
        facts.append(e.NumberAssigned(insz=kept["insz"]))
    try:
        dossier = _open(request.access, facts, "KBI", e.Source.KBI)
    except services.AlreadyThereError as there:
        number = ByNumberForm()
        return _show(request, nummer=number, hand=ByHandForm(), bestaat=_existing(request.access, there.dossier))
    del request.session[PREVIEW]
    toast(request, f"Dossier {dossier.number} is gemaakt.")
    return HttpResponseRedirect(dossier.get_absolute_url())


def _open(access: Access, facts: list[e.Data], origin: Any, source: e.Source) -> Dossier:
    follower = access.staff.username if access.role is Role.CASE_WORKER else None
    return services.open_dossier(
        access, facts, agency=access.organisation.code, origin=origin, source=source, case_worker=follower
    )


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def by_hand(request: StaffRequest) -> HttpResponse:
    """Make a dossier from what is typed; ask first when somebody looks alike."""
    if request.method == "GET":
        return HttpResponseRedirect("/dossiers/nieuw#met-de-hand")
    form = ByHandForm(request.POST)
    if not form.is_valid():
        return _show(request, nummer=ByNumberForm(), hand=form)
    with transaction.atomic():
        # Two clicks at once: the second waits here, and then finds the dossier of the first as somebody alike.
        Staff.objects.select_for_update(no_key=True).get(pk=request.access.staff.pk)
        return _make_by_hand(request, form)


def _make_by_hand(request: StaffRequest, form: ByHandForm) -> HttpResponse:
    found = form.cleaned_data
    there = services.find_by_insz(found["insz"]) if found["insz"] else None
    if there is not None:
        return _show(request, nummer=ByNumberForm(), hand=form, bestaat=_existing(request.access, there))
    alike = _alike(request.access, found["voornaam"], found["achternaam"], found["geboren"])
    if alike and not found["iemand_anders"]:
        return _show(request, nummer=ByNumberForm(), hand=form, dubbels=alike)
    try:
        dossier = _open(request.access, list(_facts(found)), "BY_HAND", e.Source.CASE_WORKER)
    except services.AlreadyThereError as already:
        return _show(request, nummer=ByNumberForm(), hand=form, bestaat=_existing(request.access, already.dossier))
    toast(request, f"Dossier {dossier.number} is gemaakt.")
    return HttpResponseRedirect(dossier.get_absolute_url())


def _facts(found: dict[str, Any]) -> list[e.Data]:
    facts: list[e.Data] = [
        e.Identified(first_name=found["voornaam"], last_name=found["achternaam"], birth=found["geboren"] or None)
    ]
    if found["insz"]:
        facts.append(e.NumberAssigned(insz=found["insz"], is_bis=found["bis"]))
    if found["taal"]:
        facts.append(e.ContactChanged(language=found["taal"]))
    if found["gemeente"] or found["postcode"] or found["gewest"]:
        place = (found["gemeente"] or None, found["postcode"] or None, found["gewest"] or None)
        facts.append(e.Moved(municipality=place[0], postal_code=place[1], region=place[2]))
    if found["doelgroep"]:
        facts.append(e.TargetGroupSet(target_group=found["doelgroep"]))
    if found["contract"]:
        facts.append(e.ContractRegistered(signed_on=found["contract"]))
    return facts
