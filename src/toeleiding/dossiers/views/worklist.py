"""`/werklijst`: who needs what by when, and the fragment that brings answers in without a reload."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from toeleiding.dossiers import filters
from toeleiding.dossiers.caseload import unread
from toeleiding.dossiers.filters import Filters
from toeleiding.dossiers.selectors import Counts, counts, own
from toeleiding.dossiers.views import worklist_rows
from toeleiding.dossiers.views.worklist_saved import SavedQuery, opens_with, saved_queries
from toeleiding.dossiers.wording import language_name
from toeleiding.law import IN_FORCE
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.web import dates
from toeleiding.web.limits import ROWS_A_PAGE

MOST_PRINTED = 1000
COLUMN_HEADS = (
    ("naam", "Inburgeraar"),
    ("taal", "Contacttaal"),
    ("stap", "Stap"),
    ("termijn", "Termijn"),
    ("status", "VDAB"),
)
_ARROWS = {False: (" ↑", "ascending"), True: (" ↓", "descending")}

# Answers come within seconds as a rule; who waits longer asks less often, and after an hour not at all.
_POLL_SECONDS = ((10, 2), (25, 4), (45, 10), (110, 60))


@for_roles(Role.CASE_WORKER)
@require_safe
def worklist(request: StaffRequest) -> HttpResponse:
    """The day list of a case worker."""
    today = timezone.localdate()
    mine = own(request.access)
    wanted = filters.read(request.GET)
    saved = saved_queries(request.access, "werklijst")
    if address := opens_with(request, "werklijst", saved):
        return HttpResponseRedirect(address)
    counted = counts(
        mine,
        today,
        {
            "found": Count("pk", filter=wanted.condition(today)),
            "languages": ArrayAgg("language", distinct=True, default=[]),
            "municipalities": ArrayAgg("municipality", distinct=True, default=[]),
            "pills": ArrayAgg("pill", distinct=True, default=[]),
            **{f"saved_{one.pk}": Count("pk", filter=one.filters.condition(today)) for one in saved},
        },
    )
    found: int = counted.also["found"]
    wanted, page = _page(wanted, found)
    listed = mine.filter(wanted.condition(today)).order_by(*wanted.order())
    shown = worklist_rows.rows(listed[page.start_index() - 1 if found else 0 : page.end_index()], today)
    bewaard = _with_counts(saved, counted, request.access.staff.pk, wanted)
    action = AccessAction.PRINTED if wanted.print else AccessAction.LISTED
    request.access.log(action, [one["id"] for one in shown], f"werklijst, {wanted.listing.label.lower()}")
    return render(
        request,
        "dossiers/werklijst.html",
        {
            "datum": f"{dates.WEEKDAYS[today.weekday()].capitalize()} {today.day} {dates.MONTHS[today.month - 1]}",
            "filters": wanted,
            "afdruk": wanted.print,
            "terug_url": _address(wanted.query()),
            "hier": wanted.query(page=wanted.page, just_asked=wanted.just_asked),
            "aantal": counted.total,
            "tegels": tiles(counted, today, wanted),
            "tabs": tabs(counted, wanted),
            "keuzes": _choices(wanted, counted),
            "koppen": _heads(wanted),
            "gesorteerd": f"Gesorteerd op {filters.SORTS[wanted.sort][0]}",
            "sorteringen": _sortings(wanted),
            "wis_url": _address(Filters(listing=wanted.listing).query()),
            "print_url": _address(wanted.query(print=True)),
            "rijen": shown,
            "pagina": page,
            "bewaard": bewaard,
            "bewaard_nu": any(one["current"] for one in bewaard),
            "overgeslagen": _told_once(request, "overgeslagen"),
            "overdrachten": [] if wanted.print else unread(request.access),
            "stand": waiting_for(worklist_rows.pending(shown), 0),
        },
    )


def _page(wanted: Filters, found: int) -> tuple[Filters, Page[int]]:
    """The asked page, or the last one with a notice when there are not that many; in print all is one page."""
    size = MOST_PRINTED if wanted.print else ROWS_A_PAGE
    paginator = Paginator(range(found), size)
    if wanted.page > paginator.num_pages:
        told = f"Bladzijde {wanted.page} bestaat niet. Je ziet de laatste bladzijde."
        wanted = replace(wanted, page=paginator.num_pages, notices=(*wanted.notices, told))
    if wanted.print and found > size:
        told = f"Je ziet de eerste {dates.number(size)} dossiers. Kies een filter en druk de rest apart af."
        wanted = replace(wanted, notices=(*wanted.notices, told))
    return wanted, paginator.page(wanted.page)


def _told_once(request: StaffRequest, name: str) -> Any:
    """Something the session holds for the next page only. An untouched session costs no query."""
    return request.session.pop(name) if name in request.session else None


def tiles(counted: Counts, today: date, wanted: Filters) -> list[dict[str, Any]]:
    """The five tiles: number, words, address, tone and whether this is the list on screen."""
    days = IN_FORCE.value("R-05", today)
    words = {
        "termijn-voorbij": (counted.overdue, f"meer dan {days} dagen", "fout"),
        "termijn-loopt-af": (counted.running_out, "binnen 14 dagen", "letop"),
        "wacht-op-vdab": (counted.waiting, _oldest(counted.oldest_question, today), "info"),
        "nieuw-contract": (counted.new_contract, "nog niet gestart", ""),
        "afspraken-vandaag": (counted.appointments, "bij VDAB of bij jou", "goed"),
    }
    return [
        {
            "number": words[tile.slug][0],
            "label": tile.label,
            "small": words[tile.slug][1],
            "tone": words[tile.slug][2],
            "url": f"/werklijst?lijst={tile.slug}",
            "active": tile == wanted.listing,
        }
        for tile in filters.TILES
    ]


def _oldest(asked_on: date | None, today: date) -> str:
    if asked_on is None:
        return "geen open vragen"
    return "vandaag gevraagd" if asked_on >= today else f"oudste vraag: {dates.days((today - asked_on).days)}"


def tabs(counted: Counts, wanted: Filters) -> list[dict[str, Any]]:
    """The four tabs with their counts; the filters that are on stay on."""
    return [
        {
            "slug": tab.slug,
            "label": tab.label,
            "count": counted.tabs[str(tab.tab)],
            "url": _address(wanted.query(listing=tab)),
            "current": tab == wanted.listing,
        }
        for tab in filters.TABS
    ]


def _address(query: str) -> str:
    return f"/werklijst?{query or 'lijst=te-doen'}"


def _choices(wanted: Filters, counted: Counts) -> list[dict[str, Any]]:
    """The filters that fold out, each with the values that occur in this list."""
    there = counted.also
    pills = tuple(there["pills"])
    languages = sorted((language_name(code), code) for code in {*there["languages"], *wanted.languages} if code)
    towns = sorted(town for town in {*there["municipalities"], *wanted.municipalities} if town)
    return [
        choice("stap", "Stap", filters.STEPS.items(), wanted.steps),
        choice("taal", "Taal", ((code, name) for name, code in languages), wanted.languages),
        choice("gemeente", "Gemeente", ((town, town) for town in towns), wanted.municipalities),
        choice(
            "status",
            "VDAB-status",
            (pair for pair in filters.STATUSES.items() if pair[0] in wanted.statuses or _occurs(pair[1], pills)),
            wanted.statuses,
        ),
        choice("termijn", "Termijn", filters.TERMS.items(), wanted.terms),
    ]


def _occurs(words: str, pills: tuple[str, ...]) -> bool:
    return any(shown.startswith(words) for shown in pills)


def choice(name: str, label: str, values: Any, chosen: Sequence[Any]) -> dict[str, Any]:
    """One filter for the template: its options, and on its button what is chosen."""
    options = [{"value": value, "label": words, "on": value in chosen} for value, words in values]
    on = [str(option["label"]) for option in options if option["on"]]
    said = f"{label}: {on[0]}" if len(on) == 1 else f"{label}: {len(on)} gekozen" if on else label
    return {"name": name, "legend": label, "label": said, "active": bool(on), "options": options}


def _heads(wanted: Filters) -> list[dict[str, str]]:
    """The column heads: a link that sorts, and once sorted, turns around."""
    heads = []
    for key, label in COLUMN_HEADS:
        chosen = key == wanted.sort
        arrow, aria = _ARROWS[wanted.descending] if chosen else ("", "")
        url = _address(wanted.query(sort=key, descending=chosen and not wanted.descending))
        heads.append({"label": label + arrow, "aria": aria, "url": url})
    return heads


def _sortings(wanted: Filters) -> list[dict[str, Any]]:
    """The same choice as the column heads, for a phone, where those are not on screen."""
    sign = "-" if wanted.descending else ""
    return [
        {"value": sign + key if key == wanted.sort else key, "label": words.capitalize(), "on": key == wanted.sort}
        for key, (words, _) in filters.SORTS.items()
    ]


def _with_counts(saved: Sequence[SavedQuery], counted: Counts, me: int, wanted: Filters) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "name": one.name,
            "owner": "" if one.staff == me else one.owner,
            "shared": one.shared,
            "first": one.first and one.staff == me,
            "count": counted.also[f"saved_{one.pk}"],
            "url": _address(one.filters.query()),
            "current": bool(one.query) and one.filters.query() == wanted.query(),
        }
        for one in saved
    ]


def waiting_for(dossiers: Sequence[int], asked_times: int) -> dict[str, Any]:
    """What the page does about unanswered questions: ask again after some seconds, or leave it be.

    `asked_times` is how often this page asked already: the longer it takes, the longer the pauses.
    """
    seconds = next((pause for times, pause in _POLL_SECONDS if asked_times < times), 0)
    keys = ".".join(map(str, dossiers))
    return {"count": len(dossiers), "seconds": seconds, "query": f"wacht={keys}&ronde={asked_times + 1}"}


@for_roles(Role.CASE_WORKER)
@require_safe
def progress(request: StaffRequest) -> HttpResponse:
    """What changed in the rows that wait for an answer: those rows, the tiles and the counts of the tabs."""
    today = timezone.localdate()
    mine = own(request.access)
    reader = filters.Reader(request.GET)
    rows = worklist_rows.rows(mine.filter(pk__in=reader.keys("wacht")).order_by("number"), today)
    answered = [one for one in rows if not one["pending"]]
    if answered:
        request.access.log(AccessAction.LISTED, [one["id"] for one in answered], "werklijst, antwoord gekomen")
    counted = counts(mine, today)
    return render(
        request,
        "dossiers/werklijst_stand.html",
        {
            "stand": waiting_for(worklist_rows.pending(rows), reader.number("ronde", 1)),
            "vers": True,
            "rijen": answered,
            "los": True,
            "tegels": tiles(counted, today, Filters()),
            "tabs": tabs(counted, Filters()),
        },
    )
