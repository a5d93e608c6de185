"""`/uitwisseling/bestanden`: files of questions and files of answers, without any person."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from toeleiding.exchange.batch import overview, schedule
from toeleiding.exchange.batch.folders import incoming, outgoing
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role


@for_roles(Role.EXCHANGE_OPERATOR)
@require_safe
def files_page(request: StaffRequest) -> HttpResponse:
    """Which files wait for an answer, which came, which could not be used, and which prefixes nobody told us."""
    now = timezone.now()
    trouble = overview.prefix_trouble(now)
    prefixes = [] if trouble else overview.prefixes(now)
    return render(
        request,
        "exchange/bestanden.html",
        {
            "bestanden": overview.files(now),
            "apart": overview.set_aside(),
            "prefixen": prefixes,
            "prefixfout": trouble,
            "onbekend": [line.service.label for line in prefixes if not line.known],
            "vanzelf": schedule.lines(now) if schedule.configured() else [],
            "echt": bool(settings.MAGDA_ENDPOINT),
            "heen": outgoing().name,
            "terug": incoming().name,
        },
    )
