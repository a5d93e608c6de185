"""The practice cases: every edge case of the domain, findable by what it is about."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from toeleiding.demo.cases import CASES
from toeleiding.demo.tours import CASE, TOURS
from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.dossiers.selectors import dossiers, visible_to
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
    players = Dossier.objects.defer("state").select_related("agency").in_bulk(set(found.values()))
    open_to_me = set(Dossier.objects.filter(visible_to(request.access), pk__in=players).values_list("pk", flat=True))
    rows = [
        {"case": CASES.get(slug, slug), "dossier": players[found[insz]], "mine": found[insz] in open_to_me}
        for insz, slug in numbers.items()
        if insz in found
    ]
    return render(request, "demo/oefengevallen.html", {"rows": rows})


@for_roles(*Role)
def tour(request: StaffRequest) -> HttpResponse:
    """Five steps for this role, through the dossier of one practice case or else the newest one that may be opened."""
    if not settings.OEFENOMGEVING:
        raise Http404
    mine = dossiers(request.access).filter(merged_into__isnull=True).order_by("-pk").values_list("number", flat=True)
    insz = population.number_of(population.EDGE_CASES[CASE])
    number = mine.filter(insz=insz).first() or mine.first()
    stops = [
        {"title": one.title, "text": one.text, "address": _address(one.address, number)}
        for one in TOURS[request.access.role]
    ]
    return render(request, "demo/rondleiding.html", {"stappen": stops})


def _address(address: str, number: str | None) -> str:
    """The page of a step; who may open no dossier yet goes to the list."""
    if "{dossier}" not in address:
        return address
    return address.format(dossier=number) if number else "/dossiers"
