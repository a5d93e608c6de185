"""`/vdab/klanten`: the joint clients of an office, and what their counsellor reports about them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from toeleiding.dossiers import cards, story
from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.exports import Listing
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.referral_story import appointment_words
from toeleiding.dossiers.selectors import dossiers
from toeleiding.dossiers.timeline import load_state
from toeleiding.dossiers.views.worklist_export import as_file
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.referrals import services
from toeleiding.referrals.forms import ReportForm
from toeleiding.referrals.services import ReferralError
from toeleiding.referrals.views.agency import show_at
from toeleiding.web import dates
from toeleiding.web.limits import ROWS_A_PAGE
from toeleiding.web.toasts import toast

# What VDAB itself told stands on its own screen; the agency's notes and decisions do not.
_OWN = (e.ReferralAccepted.kind, e.FeedbackGiven.kind, e.ReferralQuestioned.kind, e.ReferralReturned.kind)


_TITLE = "Mijn gezamenlijke klanten"
_HEADER = ("Dossier", "Naam", "Contacttaal", "Gemeente", "Categorie", "Afspraak")


@for_roles(Role.VDAB_COUNSELLOR)
@require_safe
def clients(request: StaffRequest) -> HttpResponse:
    """The joint clients, the next appointment first."""
    shown = Paginator(_ordered(request), ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    request.access.log(AccessAction.LISTED, [one.pk for one in shown], "gezamenlijke klanten")
    rows = [_row(one) for one in shown]
    return show_at(
        request, "referrals/klanten.html", {"rijen": rows, "pagina": shown, "kantoor": request.access.organisation}
    )


@for_roles(Role.VDAB_COUNSELLOR)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Ask for the purpose; then give the list with what stands on screen and nothing more."""
    found = _ordered(request)
    page = {"titel": _TITLE, "wat": str(request.access.organisation), "aantal": found.count, "terug": "/vdab/klanten"}
    return as_file(request, lambda: _listing(found), page)


def _listing(found: QuerySet[Dossier]) -> Listing:
    people = list(found)
    return Listing(_TITLE, _HEADER, [tuple(_row(one).values()) for one in people], [one.pk for one in people])


def _ordered(request: StaffRequest) -> QuerySet[Dossier]:
    """The joint clients of the office, who has an appointment first."""
    return dossiers(request.access).order_by("appointment_on", "last_name", "pk")


def _row(one: Dossier) -> dict[str, Any]:
    """What an office sees of a joint client in a list."""
    return {
        "number": one.number,
        "name": one.name,
        "language": w.language_name(one.language),
        "municipality": one.municipality,
        "category": w.category_words(one.category),
        "appointment": one.appointment_on,
    }


@for_roles(Role.VDAB_COUNSELLOR)
@require_http_methods(["GET", "POST"])
def report(request: StaffRequest, number: str) -> HttpResponse:
    """One joint client: what VDAB knows, and a form to report what happened."""
    found = Dossier.objects.filter(pk__in=dossiers(request.access).filter(number=number).values("pk")).first()
    if found is None:
        raise Http404
    request.access.log(AccessAction.OPENED, [found.pk], "gezamenlijke klant")
    today = timezone.localdate()
    form = ReportForm(request.POST if request.method == "POST" else None, initial={"datum": dates.long_date(today)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.report(request.access, found, given["gebeurtenis"], given["datum"], given["opmerking"])
        except ReferralError as trouble:
            form.add_error(None, str(trouble))
        else:
            missed = given["gebeurtenis"] == "APPOINTMENT_MISSED"
            then = "Bel samen met de trajectbegeleider." if missed else "De trajectbegeleider ziet het meteen."
            toast(request, f"Gemeld. {then}")
            return HttpResponseRedirect("/vdab/klanten")
    return show_at(request, "referrals/klant.html", {"form": form, **_seen(found)})


def _seen(found: Dossier) -> dict[str, Any]:
    state = load_state(found)
    known = state.employment
    rows = Event.objects.filter(dossier=found, kind__in=_OWN).select_related("actor")
    return {
        "dossier": found,
        "taal": w.language_name(found.language),
        "categorie": w.category_words(found.category),
        "bemiddelaar": cards.counsellor(known.counsellor if known else None),
        "afspraak": appointment_words(state.first_appointment) or dates_of(found),
        "verloop": story.lines(rows),
    }


def dates_of(found: Dossier) -> str:
    """The next appointment that the file tells."""
    return dates.long_date(found.appointment_on) if found.appointment_on else "geen"
