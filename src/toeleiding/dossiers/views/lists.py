"""`/dossiers`: search and filter all dossiers that somebody may see, however many there are.

Pages go from key to key and the count stops at a thousand, so a page costs the same at any size.
"""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from toeleiding.dossiers import filters
from toeleiding.dossiers.filters import DossierSearch
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import dossiers, how_many
from toeleiding.dossiers.views import worklist_rows
from toeleiding.dossiers.views.search_terms import sought
from toeleiding.dossiers.views.worklist import choice
from toeleiding.dossiers.views.worklist_saved import SavedQuery, opens_with, saved_queries
from toeleiding.dossiers.wording import LANGUAGES, category_words, language_name
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role, Staff
from toeleiding.web import dates
from toeleiding.web.limits import ROWS_A_PAGE

COUNTED_TO = 1000

# What a VDAB counsellor sees of a joint client: who it is and what VDAB itself told (EXPERIENCE ground rule 6).
_PARTNER_COLUMNS = (
    "pk",
    "number",
    "first_name",
    "last_name",
    "language",
    "municipality",
    "category",
    "registered_on",
    "appointment_on",
)
_OWN_COLUMNS = (*worklist_rows.COLUMNS, "help_asked", "case_worker__first_name", "case_worker__last_name")


@for_roles(Role.CASE_WORKER, Role.TEAM_LEAD, Role.VDAB_COUNSELLOR, Role.DPO)
@require_safe
def dossier_list(request: StaffRequest) -> HttpResponse:
    """All dossiers that this role may see, newest first."""
    today = timezone.localdate()
    partner = request.access.role is Role.VDAB_COUNSELLOR
    saved = saved_queries(request.access, "dossiers")
    if address := opens_with(request, "dossiers", saved):
        return HttpResponseRedirect(address)
    wanted = _wanted(request.access, request.GET)
    asked = sought(wanted.text)
    found = asked.among(dossiers(request.access).filter(wanted.condition(today)))
    shown, more = _page(found, wanted, partner)
    if wanted.text:
        request.access.log(AccessAction.SEARCHED, detail=asked.for_log)
    request.access.log(AccessAction.LISTED, [one["pk"] for one in shown], "dossiers")
    rows = [_partner_row(one) for one in shown] if partner else [_own_row(one, today) for one in shown]
    return render(
        request,
        "dossiers/dossiers.html",
        {
            "zoek": wanted,
            "van": _whose(wanted),
            "partner": partner,
            "nieuw": request.access.role in (Role.CASE_WORKER, Role.TEAM_LEAD),
            "rijen": rows,
            "aantal": _count(found, shown, wanted.before > 0 or more),
            "keuzes": _choices(wanted, partner),
            "hier": wanted.query(),
            "volgende": f"/dossiers?{wanted.query(before=shown[-1]['pk'])}" if more else "",
            "eerste": f"/dossiers?{wanted.query()}" if wanted.before else "",
            "bewaard": _saved(request, saved, wanted, today),
        },
    )


def _whose(wanted: DossierSearch) -> str:
    """What a number on the team page led to, in words."""
    what = wanted.listing.label if wanted.listing else ""
    if wanted.colleague == filters.NOBODY:
        return ", ".join(part for part in (what, "van nog niemand") if part)
    found = Staff.objects.filter(username=wanted.colleague).first() if wanted.colleague else None
    return ", ".join(part for part in (what, f"van {found}" if found else "") if part)


def _wanted(access: Access, asked: QueryDict) -> DossierSearch:
    """What an address asks. A partner searches on what he may see and on nothing else: a filter is a look too."""
    given = asked.copy()
    if access.role is Role.VDAB_COUNSELLOR:
        for hidden in ("stap", "status", "termijn", "collega", "lijst"):
            given.pop(hidden, None)
    return filters.read_search(given)


def _page(found: QuerySet[Dossier], wanted: DossierSearch, partner: bool) -> tuple[list[dict[str, Any]], bool]:
    """One page of rows, and whether more follow."""
    listed = found.filter(pk__lt=wanted.before) if wanted.before else found
    shown = listed.values(*_PARTNER_COLUMNS) if partner else worklist_rows.with_help(listed).values(*_OWN_COLUMNS)
    rows = list(shown.order_by("-pk")[: ROWS_A_PAGE + 1])
    return rows[:ROWS_A_PAGE], len(rows) > ROWS_A_PAGE


def _count(found: QuerySet[Dossier], shown: list[dict[str, Any]], longer: bool) -> str:
    """How many there are, in words; who looks at more than a thousand filters further."""
    number = found.order_by()[: COUNTED_TO + 1].count() if longer else len(shown)
    if number > COUNTED_TO:
        return f"meer dan {dates.number(COUNTED_TO)} dossiers"
    return "1 dossier" if number == 1 else f"{dates.number(number)} dossiers"


def _own_row(of: dict[str, Any], today: Any) -> dict[str, Any]:
    name = f"{of['case_worker__first_name'] or ''} {of['case_worker__last_name'] or ''}".strip()
    return {**worklist_rows.row(of, today), "case_worker": name or "nog niemand"}


def _partner_row(of: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": of["number"],
        "name": f"{of['first_name']} {of['last_name']}".strip(),
        "language": language_name(of["language"]) or "niet bekend",
        "municipality": of["municipality"],
        "category": category_words(of["category"]),
        "registered_on": of["registered_on"],
        "appointment_on": of["appointment_on"],
    }


def _choices(wanted: DossierSearch, partner: bool) -> list[dict[str, Any]]:
    on = wanted.filters
    languages = choice("taal", "Taal", sorted(LANGUAGES.items(), key=lambda pair: pair[1]), on.languages)
    if partner:
        return [languages]
    return [
        choice("stap", "Stap", filters.STEPS.items(), on.steps),
        languages,
        choice("status", "VDAB-status", filters.STATUSES.items(), on.statuses),
        choice("termijn", "Termijn", filters.TERMS.items(), on.terms),
    ]


def _saved(request: StaffRequest, saved: list[SavedQuery], wanted: DossierSearch, today: date) -> list[dict[str, Any]]:
    """Saved searches with how many each finds: one question, and each is counted to a thousand like the page."""
    mine = dossiers(request.access)
    searches = [_wanted(request.access, QueryDict(one.query)) for one in saved]
    found = how_many([sought(one.text).among(mine.filter(one.condition(today))) for one in searches], COUNTED_TO + 1)
    return [
        {
            "pk": one.pk,
            "name": one.name,
            "owner": "" if one.staff == request.access.staff.pk else one.owner,
            "shared": one.shared,
            "first": one.first and one.staff == request.access.staff.pk,
            "count": min(count, COUNTED_TO),
            "more": count > COUNTED_TO,
            "url": f"/dossiers?{one.query}",
            "current": one.query == wanted.query(),
        }
        for one, count in zip(saved, found, strict=True)
    ]
