"""`/dossiers/<nr>/persoon`: the facts of the person card."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import events as e
from toeleiding.dossiers import services
from toeleiding.dossiers.forms.base import from_yes_no, yes_no
from toeleiding.dossiers.forms.person import PersonForm
from toeleiding.dossiers.state import State
from toeleiding.dossiers.views.dossier_page import WRITERS, Page, page, show, submit
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.web import dates
from toeleiding.web.toasts import toast


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def person(request: StaffRequest, number: str) -> HttpResponse:
    """Edit the card. Only what differs from what we knew is recorded."""
    opened = page(request, number)
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        seen=opened.dossier.events,
        initial=_known(opened.state, opened.today),
    )
    extra: dict[str, Any] = {}
    if request.method == "POST" and submit(form, opened.dossier, lambda: _save(request, opened, form), extra):
        toast(request, "Persoonsgegevens bewaard.")
        return HttpResponseRedirect(opened.url)
    return show(request, "persoon", {**opened.context(), "tab": "persoon", "form": form, **extra})


def _known(state: State, today: date) -> dict[str, Any]:
    return {
        "mag_werken": from_yes_no(state.may_work),
        "document": state.may_work_document,
        "gezien_op": dates.long_date(state.may_work_seen_on or today),
        "leerplicht": from_yes_no(state.compulsory_education),
        "bescherming": "ja" if state.temporary_protection else "nee",
        "voornaam": state.first_name,
        "achternaam": state.last_name,
        "geboren": state.birth or "",
        "gemeente": state.municipality or "",
        "postcode": state.postal_code or "",
        "gewest": state.region or "",
        "taal": state.language or "",
        "nederlands": state.dutch_level or "",
        "tolk": from_yes_no(state.interpreter_needed),
        "gsm": dates.phone(state.phone) if state.phone else "",
        "email": state.email or "",
    }


@transaction.atomic
def _save(request: StaffRequest, opened: Page, form: PersonForm) -> None:
    """Record the right to work on the day the document was seen, the other facts today."""
    found = form.cleaned_data
    right = _right_to_work(opened.state, found)
    if right is not None:
        services.add_facts(request.access, opened.dossier, right, on=found["gezien_op"])
    facts = list(_changes(opened.state, found))
    if facts:
        services.add_facts(request.access, opened.dossier, *facts)


def _right_to_work(state: State, found: dict[str, Any]) -> e.RightToWorkSeen | None:
    may_work = yes_no(found["mag_werken"])
    known = (state.may_work, state.may_work_document, state.may_work_seen_on)
    if may_work is None or known == (may_work, found["document"], found["gezien_op"]):
        return None
    return e.RightToWorkSeen(may_work=may_work, document=found["document"])


def _changes(state: State, found: dict[str, Any]) -> Iterator[e.Data]:
    compulsory = yes_no(found["leerplicht"])
    if compulsory is not None and compulsory != state.compulsory_education:
        yield e.CompulsoryEducationSet(compulsory=compulsory)
    protected = found["bescherming"] == "ja"
    if protected != state.temporary_protection:
        yield e.TemporaryProtectionSet(protected=protected)
    yield from _identity(state, found)
    yield from _address(state, found)
    yield from _contact(state, found)


def _identity(state: State, found: dict[str, Any]) -> Iterator[e.Data]:
    told = (found["voornaam"], found["achternaam"], found["geboren"] or state.birth)
    if told != (state.first_name, state.last_name, state.birth):
        yield e.Identified(first_name=told[0], last_name=told[1], birth=told[2])
    insz = found["insz"]
    if not insz or insz == state.insz:
        return
    there = services.find_by_insz(insz)
    if there is not None and insz not in {number.insz for number in state.numbers}:
        raise services.AlreadyThereError(there)
    if state.insz:
        yield e.NumberReplaced(old=state.insz, new=insz, new_is_bis=found["bis"])
    else:
        yield e.NumberAssigned(insz=insz, is_bis=found["bis"])


def _address(state: State, found: dict[str, Any]) -> Iterator[e.Data]:
    told = (found["gemeente"] or None, found["postcode"] or None, found["gewest"] or None)
    if told == (state.municipality, state.postal_code, state.region):
        return
    same_place = told[0] == state.municipality
    yield e.Moved(nis=state.nis if same_place else None, municipality=told[0], postal_code=told[1], region=told[2])


def _contact(state: State, found: dict[str, Any]) -> Iterator[e.Data]:
    told: dict[str, Any] = {
        "language": found["taal"] or None,
        "dutch_level": found["nederlands"] or None,
        "phone": found["gsm"] or None,
        "email": found["email"] or None,
        "interpreter_needed": yes_no(found["tolk"]),
    }
    known = {name: getattr(state, name) for name in told}
    known["phone"] = dates.phone(state.phone) if state.phone else None
    changed = {name: value for name, value in told.items() if value is not None and value != known[name]}
    if changed:
        yield e.ContactChanged(**changed)
