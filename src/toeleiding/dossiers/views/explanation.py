"""`/dossiers/<nr>/uitleg`: why this outcome and this date."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from toeleiding.dossiers import events as e
from toeleiding.dossiers import explanation as ex
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Event
from toeleiding.dossiers.views.dossier_page import READERS, page, subtitle
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.rulebook.selectors import by_name


@for_roles(*READERS)
@require_GET
def explanation(request: StaffRequest, number: str) -> HttpResponse:
    """The decision of today by the rules of the stored decision, laid out for a person; also to print."""
    opened = page(request, number)
    dossier = opened.dossier
    rows = Event.objects.filter(dossier=dossier, kind=e.Decided.kind).order_by("id")
    return render(
        request,
        "dossiers/uitleg.html",
        {
            "dossier": dossier,
            "ondertitel": subtitle(dossier),
            "dienst": w.SERVICES.get(dossier.service, "VDAB"),
            "uitleg": ex.explain(dossier, opened.state, by_name(dossier.rule_set), opened.today),
            "vroeger": ex.earlier(rows, dossier.service or None),
            "vandaag": opened.today,
        },
    )
