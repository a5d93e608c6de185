"""`/uitwisseling/ontvangen`: what partners sent us, and the whole story of one message."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from toeleiding.dossiers.models import Dossier
from toeleiding.exchange import legal_log, received
from toeleiding.exchange.models import CAME_IN, LegalKind, LegalLine
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.web.limits import ROWS_A_PAGE


@for_roles(Role.EXCHANGE_OPERATOR, Role.DPO)
@require_safe
def received_list(request: StaffRequest) -> HttpResponse:
    """The latest messages of partners, without any person."""
    page = Paginator(received.came_in(request.access), ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    rows = [(line, LegalKind(line.kind).label, received.TONES[LegalKind(line.kind)]) for line in page]
    return render(request, "exchange/ontvangen.html", {"pagina": page, "rijen": rows})


@for_roles(Role.EXCHANGE_OPERATOR, Role.DPO)
@require_safe
def received_page(request: StaffRequest, message: UUID) -> HttpResponse:
    """`/uitwisseling/ontvangen/<id>`: who sent it, why, when, what we made of it; only the DPO is led to the person."""
    line, dossier = found_for(request, message)
    shown = request.access.role is Role.DPO
    seen = "ontvangen bericht" if shown else "ontvangen bericht zonder persoonsgegevens"
    request.access.log(AccessAction.OPENED, [dossier.pk if dossier else None], f"{seen} {message}")
    return render(
        request,
        "exchange/ontvangen_bericht.html",
        {"verhaal": received.story(line, dossier), "regel": line, "dossier": dossier if shown else None, "dpo": shown},
    )


def found_for(request: StaffRequest, message: UUID) -> tuple[LegalLine, Dossier | None]:
    """The line of a message and where its person is now. Raises Http404 or PermissionDenied."""
    line = legal_log.kept().filter(transaction=message, kind__in=CAME_IN).first()
    if line is None:
        raise Http404
    dossier = received.dossier_now(line)
    if not received.may_see(request.access, line, dossier):
        raise PermissionDenied
    return line, dossier
