"""One question from click to answer, and all questions about one person in plain words."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.views.dossier_page import READERS, page
from toeleiding.exchange import legal_log, story
from toeleiding.exchange.models import Question, Status
from toeleiding.exchange.views.replays import question_id
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role


@for_roles(Role.EXCHANGE_OPERATOR, Role.DPO)
@require_safe
def message_page(request: StaffRequest, question: str) -> HttpResponse:
    """`/uitwisseling/berichten/<id>`: the whole story; only the DPO is led to the person it is about."""
    found = (
        Question.objects.select_related("asker", "dossier__agency", "follows").filter(pk=question_id(question)).first()
    )
    if found is None:
        raise Http404
    may_see = request.access.role is Role.DPO
    if may_see and not Dossier.objects.filter(visible_to(request.access), pk=found.dossier_id).exists():
        raise PermissionDenied
    seen = "bericht" if may_see else "bericht zonder persoonsgegevens"
    request.access.log(AccessAction.OPENED, [found.dossier_id], f"{seen} {found.pk}")
    failed = found.status == Status.DEAD and not found.handled
    return render(
        request,
        "exchange/bericht.html",
        {
            "verhaal": story.of(found),
            "vraag": found,
            "dossier": found.dossier if may_see else None,
            "mag_afspelen": failed and not may_see,
            "wettelijk": legal_log.kept().filter(transaction=found.pk).order_by("at", "id") if may_see else (),
        },
    )


@for_roles(*READERS)
@require_safe
def dossier_messages(request: StaffRequest, number: str) -> HttpResponse:
    """`/dossiers/<nr>/berichten`: what was asked about this person, why, and what came of it."""
    opened = page(request, number)
    return render(
        request,
        "exchange/berichten.html",
        {
            **opened.context(),
            "tab": "berichten",
            "berichten": story.told(opened.dossier),
            "mag_verloop": request.access.role is Role.DPO,
        },
    )
