"""`/uitwisseling`: is it running, what waits, what failed and why."""

from typing import Any

import structlog
from django.core.paginator import Page, Paginator
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from toeleiding.exchange import desk
from toeleiding.exchange import desk_words as w
from toeleiding.exchange.models import Hold, Question, Service
from toeleiding.exchange.quality import snapshots
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role
from toeleiding.web.limits import ROWS_A_PAGE

log = structlog.get_logger("exchange")
TABS = {"mislukt": "Mislukt", "wacht": "Wacht", "verwerkt": "Verwerkt", "tegengehouden": "Tegengehouden"}


@for_roles(Role.EXCHANGE_OPERATOR)
@require_safe
def desk_page(request: StaffRequest) -> HttpResponse:
    """The desk; htmx asks every ten seconds for everything under the title."""
    tab = request.GET.get("lijst", "")
    context: dict[str, Any] = {
        "tab": tab if tab in TABS else "mislukt",
        "tabel": request.GET.get("tabel") == "1",
        "hier": f"/uitwisseling?{request.GET.urlencode()}" if request.GET else "/uitwisseling",
    }
    try:
        context |= _shown(request, context["tab"])
        # What htmx shows now comes along as a header: only another state of health is said aloud.
        context["meld"] = request.headers.get("Stand", context["stand"].health.level) != context["stand"].health.level
    except DatabaseError as error:  # the page says so and keeps trying; the rest of the product shows its own
        log.error("desk_unreadable", error=type(error).__name__)
        context["storing"] = True
    part = request.htmx and not request.htmx.boosted
    return render(request, "exchange/desk_deel.html" if part else "exchange/desk.html", context)


def _shown(request: StaffRequest, tab: str) -> dict[str, Any]:
    found = desk.overview()
    counts = {
        "mislukt": found.figures.failed,
        "wacht": found.figures.waiting + found.figures.in_flight,
        "verwerkt": None,
        "tegengehouden": len(_held(found)),
    }
    return {
        "stand": found,
        "cijfers": found.figures,
        "half": w.seconds(found.figures.p50),
        "bijna_alle": w.seconds(found.figures.p95),
        "strook": desk.strip(found.halves),
        "datakwaliteit": snapshots.on_the_desk(),
        "tabs": [(key, label, counts[key]) for key, label in TABS.items()],
        **_list(request, tab, found),
    }


def _list(request: StaffRequest, tab: str, found: desk.Overview) -> dict[str, Any]:
    if tab == "wacht":
        services = {line.service.value: line for line in found.services}
        page = _page(request, desk.waiting())
        return {
            "pagina": page,
            "rijen": [(question, desk.why_it_waits(question, services, found.now)) for question in page],
        }
    if tab == "verwerkt":
        page = _page(request, desk.finished())
        return {"pagina": page, "rijen": [(question, _became(question)) for question in page]}
    if tab == "tegengehouden":
        return {"gehouden": _held(found)}
    return {"groepen": [(group, w.ago(group.oldest, found.now)) for group in desk.failures()]}


def _held(found: desk.Overview) -> list[tuple[str, str, Hold, int | None]]:
    """What is held: name and label, the hold, and how many questions wait; of a feed nobody knows what waits."""
    services = [(one.service.value, one.service.label, one.held, one.waiting) for one in found.services if one.held]
    return services + [(one.feed.value, one.name, one.held, None) for one in found.feeds if one.held]


def _became(question: Question) -> str:
    """What became of a finished question: the answer, or why it was put aside."""
    if question.handled:
        return f"Geen antwoord. {question.get_handled_display()}."
    if not Service(question.service).reads:
        return "In orde."
    said = w.outcome(question.outcome)
    return f"{said[0].upper()}{said[1:]}."


def _page(request: StaffRequest, rows: QuerySet[Question]) -> Page[Question]:
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("pagina"))
