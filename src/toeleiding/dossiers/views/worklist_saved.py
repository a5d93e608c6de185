"""Saved filters: a name for a query, for oneself or for the team."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.db.models import Case, Q, When
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_POST

from toeleiding.dossiers import filters
from toeleiding.dossiers.filters import Filters
from toeleiding.dossiers.models import SavedFilter
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role
from toeleiding.web.toasts import toast

MOST_SHOWN = 12
LONGEST_QUERY = 400
LONGEST_NAME = 60
# The address of a page without filters, also for who has it open with one of them.
_EVERYTHING = {"werklijst": "lijst=te-doen", "dossiers": "alles=1"}


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A saved filter with its query understood."""

    pk: int
    name: str
    staff: int
    owner: str
    shared: bool
    first: bool
    query: str
    filters: Filters


def saved_queries(access: Access, page: str) -> list[SavedQuery]:
    """One's own saved filters and those that colleagues share, in one query."""
    found = (
        SavedFilter.objects.filter(page=page)
        .filter(Q(staff=access.staff) | Q(shared=True, staff__organisation=access.organisation))
        .order_by(Case(When(first=True, staff=access.staff, then=0), default=1), "name", "pk")
        .values_list("pk", "name", "staff", "staff__first_name", "staff__last_name", "shared", "first", "query")[
            :MOST_SHOWN
        ]
    )
    return [
        SavedQuery(pk, name, staff, f"{given} {last}", shared, first, query, filters.read(QueryDict(query)))
        for pk, name, staff, given, last, shared, first, query in found
    ]


def opens_with(request: StaffRequest, page: str, saved: list[SavedQuery]) -> str:
    """The address with which this person wants the page to open; empty when another view was asked for, or none is."""
    if request.GET:
        return ""
    found = (one.query for one in saved if one.first and one.staff == request.access.staff.pk and one.query)
    return next((f"/{page}?{query}" for query in found), "")


def _normal(page: str, query: str) -> str:
    """The query as we write it ourselves: what nobody understands is left out."""
    given = QueryDict(query)
    return filters.read_search(given).query() if page == "dossiers" else filters.read(given).query()


@for_roles(Role.CASE_WORKER, Role.TEAM_LEAD, Role.VDAB_COUNSELLOR, Role.DPO)
@require_POST
def save(request: StaffRequest, page: str) -> HttpResponse:
    """Keep the filters of a page under a name; the same name again replaces them."""
    query = _normal(page, request.POST.get("terug", ""))
    name = filters.printable(" ".join(request.POST.get("naam", "").split()))
    if not name or len(name) > LONGEST_NAME:
        toast(request, "Geef je filter een naam van 1 tot 60 letters.", level=messages.ERROR)
    elif len(query) > LONGEST_QUERY:
        toast(request, "Deze filter is te lang om te bewaren. Kies minder waarden.", level=messages.ERROR)
    else:
        _keep(request, page, name, query)
        toast(request, f"Filter “{name}” is bewaard.")
    return HttpResponseRedirect(f"/{page}?{query or _EVERYTHING[page]}")


def _keep(request: StaffRequest, page: str, name: str, query: str) -> None:
    mine = SavedFilter.objects.filter(staff=request.access.staff, page=page)
    first = request.POST.get("eerst") == "1"
    with transaction.atomic():
        if first:
            mine.update(first=False)
        kept = {"query": query, "shared": request.POST.get("deel") == "1", "first": first}
        mine.update_or_create(staff=request.access.staff, page=page, name=name, defaults=kept)


@for_roles(Role.CASE_WORKER, Role.TEAM_LEAD, Role.VDAB_COUNSELLOR, Role.DPO)
@require_POST
def remove(request: StaffRequest, page: str, key: int) -> HttpResponse:
    """Take away one of one's own filters."""
    gone = SavedFilter.objects.filter(pk=key, page=page, staff=request.access.staff).first()
    if gone is None:
        toast(request, "Deze filter bestaat niet meer, of is van een collega.", level=messages.WARNING)
    else:
        gone.delete()
        toast(request, f"Filter “{gone.name}” is gewist.")
    query = _normal(page, request.POST.get("terug", ""))
    return HttpResponseRedirect(f"/{page}?{query or _EVERYTHING[page]}")
