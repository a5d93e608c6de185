"""One thing for several people at once: ask the employment service, or hand over to a colleague."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from toeleiding.dossiers import filters
from toeleiding.dossiers.models import Dossier, Tab
from toeleiding.dossiers.selectors import dossiers, own
from toeleiding.dossiers.services import Skipped, ask_employment_service, assign, can_be_asked
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role, Staff, StaffRole
from toeleiding.web.forms import Form
from toeleiding.web.toasts import toast

MOST_AT_ONCE = 200
UNDO_SECONDS = 600  # EXPERIENCE 7.3: ten minutes, where nothing was sent
_UNDO_SALT = "toewijzing"


@for_roles(Role.CASE_WORKER)
@require_POST
def ask(request: StaffRequest) -> HttpResponse:
    """Ask VDAB (or Actiris) about the ticked people, or about the one whose button was pressed."""
    chosen = _chosen(request)
    if not chosen:
        return _nothing_chosen(request)
    if too_many(request, len(chosen), MOST_AT_ONCE):
        return _to_worklist(_back(request).query())
    possible, skipped = can_be_asked(chosen)
    if skipped and possible and request.POST.get("stap") != "bevestig":
        return _preview(request, chosen, possible, skipped, "Vraag VDAB-status op", "/werklijst/vraag-status")
    done = ask_employment_service(request.access, chosen)
    if done.done:
        people = "1 inburgeraar" if len(done.done) == 1 else f"{len(done.done)} inburgeraars"
        toast(request, f"Vraag verstuurd voor {people}. Het antwoord komt vanzelf in deze lijst.")
    _report(request, done.skipped, "gevraagd")
    back = _back(request)
    asked = tuple(dict.fromkeys([*back.just_asked, *(one.pk for one in done.done)]))[-MOST_AT_ONCE:]
    return _to_worklist(back.query(page=back.page, just_asked=asked))


@for_roles(Role.CASE_WORKER)
@require_POST
def hand_over(request: StaffRequest) -> HttpResponse:
    """Show what can be handed over and to whom; with a colleague and a note, do it."""
    chosen = _chosen(request)
    if not chosen:
        return _nothing_chosen(request)
    if too_many(request, len(chosen), MOST_AT_ONCE):
        return _to_worklist(_back(request).query())
    possible, skipped = _possible(chosen)
    confirmed = request.POST.get("stap") == "bevestig"
    form = HandOver(request.access, data=request.POST if confirmed else None)
    if confirmed and form.is_valid() and possible:
        to = form.colleagues[form.cleaned_data["collega"]]
        done = assign(request.access, possible, to, form.cleaned_data["nota"])
        _tell_handed_over(request, done.done, to)
        _report(request, [*skipped, *done.skipped], "toegewezen")
        return _to_worklist(_back(request).query())
    return _preview(request, chosen, possible, skipped, "Dossiers toewijzen", "/werklijst/wijs-toe", form)


def _preview(
    request: StaffRequest,
    chosen: Sequence[Dossier],
    possible: Sequence[Dossier],
    skipped: Sequence[Skipped],
    title: str,
    address: str,
    form: Form | None = None,
) -> HttpResponse:
    """Before anything happens: for whom it can be done, for whom not and why, and what is still to be filled in.

    When all can be asked about there is nothing to decide, and the question goes at once (decision 045).
    """
    context = {
        "titel": title,
        "adres": address,
        "form": form,
        "gekozen": chosen,
        "mogelijk": possible,
        "overgeslagen": skipped,
        "terug": _back(request).query(),
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "dossiers/werklijst_bulk.html", context, status=status)


class HandOver(Form):
    """To whom, and what that colleague has to know."""

    collega = forms.ChoiceField(label="Collega", help_text="Tussen haakjes: hoeveel dossiers nog openstaan.")
    nota = forms.CharField(
        label="Wat moet je collega weten?",
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text="Dit komt in de tijdlijn van elk dossier.",
    )

    def __init__(self, access: Access, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.colleagues = {str(one.pk): one for one in _colleagues(access)}
        load = _open_dossiers(access)
        names = [(key, f"{one} ({load.get(one.pk, 0)} open)") for key, one in self.colleagues.items()]
        self.fields["collega"].choices = [("", "Kies een collega"), *names]  # type: ignore[attr-defined]


def _colleagues(access: Access) -> QuerySet[Staff]:
    held = StaffRole.objects.held_on(timezone.localdate())
    return (
        Staff.objects.filter(roles__in=held.filter(role=Role.CASE_WORKER, organisation=access.organisation))
        .exclude(pk=access.staff.pk)
        .distinct()
    )


def _open_dossiers(access: Access) -> dict[int, int]:
    """How many open dossiers each case worker of the agency follows."""
    found = dossiers(access).exclude(tab=Tab.DONE).filter(case_worker__isnull=False).order_by()
    return dict(found.values_list("case_worker").annotate(open=Count("pk")))


@for_roles(Role.CASE_WORKER)
@require_POST
def take_back(request: StaffRequest, key: str) -> HttpResponse:
    """Undo a hand-over of the last ten minutes, for what is still with that colleague."""
    try:
        told = signing.loads(key, salt=_UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.SignatureExpired:
        toast(request, "Dit kan niet meer ongedaan. Wijs de dossiers opnieuw toe.", level=messages.WARNING)
        return _to_worklist("")
    except signing.BadSignature:
        toast(request, "Deze knop werkt niet meer. Wijs de dossiers opnieuw toe.", level=messages.WARNING)
        return _to_worklist("")
    if told["van"] != request.access.staff.pk:
        toast(request, "Alleen wie toewees, maakt dat ongedaan.", level=messages.WARNING)
        return _to_worklist("")
    mine_again = list(dossiers(request.access).filter(pk__in=told["dossiers"], case_worker=told["naar"]))
    assign(request.access, mine_again, request.access.staff, "Toewijzing ongedaan gemaakt.")
    left = len(told["dossiers"]) - len(mine_again)
    toast(request, f"{_count(len(mine_again))} terug bij jou." + (f" {left} intussen gewijzigd." if left else ""))
    return _to_worklist("")


def _tell_handed_over(request: StaffRequest, done: Sequence[Dossier], to: Staff) -> None:
    told = {"van": request.access.staff.pk, "naar": to.pk, "dossiers": [one.pk for one in done]}
    key = signing.dumps(told, salt=_UNDO_SALT)
    toast(request, f"{_count(len(done))} toegewezen aan {to}.", undo_url=f"/werklijst/toewijzing/{key}/ongedaan")


def _count(number: int) -> str:
    return "1 dossier" if number == 1 else f"{number} dossiers"


def ticked(request: StaffRequest) -> list[int]:
    """The ids that were ticked, each once; or the one of a row's own button."""
    given = request.POST.getlist("alleen") or request.POST.getlist("kies")
    return list(dict.fromkeys(key for key in map(filters.whole_number, given) if key))


def too_many(request: StaffRequest, chosen: int, most: int) -> bool:
    """More than can be done at once: nothing is done for anybody, and the next page says so."""
    if chosen > most:
        said = f"Je koos {chosen} mensen. Tegelijk kan voor hoogstens {most}: vink er {chosen - most} uit."
        toast(request, f"{said} Er is nog niets gebeurd.", level=messages.WARNING)
    return chosen > most


def _chosen(request: StaffRequest) -> list[Dossier]:
    """The dossiers that were ticked, as far as they are this person's own."""
    keys = ticked(request)
    return list(own(request.access).filter(pk__in=keys).order_by("number")) if keys else []


def _possible(chosen: Sequence[Dossier]) -> tuple[list[Dossier], list[Skipped]]:
    """What can be handed over: a closed dossier needs nobody."""
    possible = [one for one in chosen if one.tab != Tab.DONE]
    closed = [
        Skipped(one, "Dit dossier is afgerond. Er is niets meer te doen.") for one in chosen if one.tab == Tab.DONE
    ]
    return possible, closed


def _report(request: StaffRequest, skipped: Sequence[Skipped], what: str) -> None:
    """Keep for the next page who was passed over, and why."""
    if skipped:
        request.session["overgeslagen"] = {
            "wat": what,
            "wie": [
                {"naam": one.dossier.name, "url": one.dossier.get_absolute_url(), "waarom": one.why} for one in skipped
            ],
        }


def _nothing_chosen(request: StaffRequest) -> HttpResponse:
    toast(request, "Vink eerst een of meer dossiers van je lijst aan.", level=messages.WARNING)
    return _to_worklist(_back(request).query())


def _back(request: StaffRequest) -> filters.Filters:
    return filters.read(QueryDict(request.POST.get("terug", "")))


def _to_worklist(query: str) -> HttpResponse:
    return HttpResponseRedirect(f"/werklijst?{query or 'lijst=te-doen'}")
