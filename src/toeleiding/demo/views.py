"""The practice cases: every edge case of the domain, findable by what it is about."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from toeleiding.demo.cases import CASES
from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.dossiers.selectors import visible_to
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role
from toeleiding.simulator import population


@for_roles(*Role)
def practice_cases(request: StaffRequest) -> HttpResponse:
    """List the edge cases with the dossier that plays each part; the link is there for who may open it."""
    if not settings.OEFENOMGEVING:
        raise Http404
    numbers = {population.number_of(index): slug for slug, index in population.EDGE_CASES.items()}
    found = dict(PersonNumber.objects.filter(insz__in=numbers).values_list("insz", "dossier"))
    dossiers = Dossier.objects.defer("state").select_related("agency").in_bulk(set(found.values()))
    open_to_me = set(Dossier.objects.filter(visible_to(request.access), pk__in=dossiers).values_list("pk", flat=True))
    rows = [
        {"case": CASES.get(slug, slug), "dossier": dossiers[found[insz]], "mine": found[insz] in open_to_me}
        for insz, slug in numbers.items()
        if insz in found
    ]
    return render(request, "demo/oefengevallen.html", {"rows": rows})
