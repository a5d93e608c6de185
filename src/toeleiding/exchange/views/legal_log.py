"""The legal log for the DPO: search, and take away as a file with a purpose."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers.exports import BYTE_ORDER_MARK, harmless
from toeleiding.dossiers.merging import with_absorbed
from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.exchange import desk_words as w
from toeleiding.exchange import received
from toeleiding.exchange.models import CAME_IN, Feed, LegalKind, LegalLine, Service
from toeleiding.magda.insz import mask
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Purpose, Role, Staff
from toeleiding.web import dates
from toeleiding.web.forms import ChoiceCards, DateField, Form

LINES_A_PAGE = 50
# Ten years of lines are never counted or taken away whole: who needs that many asks for a shorter period.
COUNTED_TO = 10_000
MOST_IN_A_FILE = 50_000
PURPOSES = {
    "verzoek": "Verzoek om inzage van de betrokkene",
    "controle": "Controle van de bevragingen",
    "audit": "Audit",
}


class SearchForm(Form):
    """What to look for; everything may stay empty."""

    dossier = forms.CharField(label="Dossiernummer", required=False, max_length=20)
    van = DateField(label="Van", required=False)
    tot = DateField(label="Tot en met", required=False)
    soort = forms.ChoiceField(label="Soort", required=False, choices=[("", "Alle soorten"), *LegalKind.choices])
    gebruiker = forms.CharField(
        label="Gebruiker", required=False, max_length=50, help_text="De gebruikersnaam of de achternaam."
    )


class ExportForm(Form):
    """Why the lines leave this screen."""

    doel = forms.ChoiceField(label="Waarvoor is dit bestand?", choices=list(PURPOSES.items()), widget=ChoiceCards())


@for_roles(Role.DPO)
@require_http_methods(["GET", "HEAD", "POST"])
def legal_log(request: StaffRequest) -> HttpResponse:
    """`/uitwisseling/wettelijk-logboek`: search, and take away as a file with a purpose."""
    form = SearchForm(request.GET)
    found = received.lines(request.access)
    if form.is_valid():
        found = _narrowed(found, form.cleaned_data)
    export = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and export.is_valid() and form.is_valid():
        if found[: MOST_IN_A_FILE + 1].count() <= MOST_IN_A_FILE:
            return _file(request, found, PURPOSES[export.cleaned_data["doel"]])
        export.add_error(None, f"Een bestand heeft hoogstens {dates.number(MOST_IN_A_FILE)} regels. {_SHORTER}")
    page = _Pages(found, LINES_A_PAGE).get_page(request.GET.get("pagina"))
    numbers, names = _numbers([line.dossier for line in page]), _names(page)
    request.access.log(AccessAction.LISTED, sorted(numbers), "wettelijk logboek")
    context = {
        "form": form, "export": export, "pagina": page, "meer": page.paginator.count == COUNTED_TO,
        "regels": [_line(one, numbers, names) for one in page],
        "hier": urlencode([(name, value) for name, value in request.GET.items() if value and name != "pagina"]),
    }  # fmt: skip
    bad = form.errors or export.errors
    return render(request, "exchange/wettelijk_logboek.html", context, status=422 if bad else 200)


_SHORTER = "Kies een kortere periode of een dossier."


class _Pages(Paginator):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """Pages of the newest lines; the count stops at `COUNTED_TO`."""

    @cached_property
    def count(self) -> int:
        found = cast("QuerySet[LegalLine]", self.object_list)
        return found[:COUNTED_TO].count()


def _narrowed(found: QuerySet[LegalLine], given: dict[str, Any]) -> QuerySet[LegalLine]:
    if given["dossier"]:
        found = found.filter(_about(given["dossier"].strip().upper()))
    if given["van"]:
        found = found.filter(at__gte=_midnight(given["van"]))
    if given["tot"]:
        found = found.filter(at__lt=_midnight(given["tot"] + timedelta(days=1)))
    if given["soort"]:
        found = found.filter(kind=given["soort"])
    if given["gebruiker"]:
        who = given["gebruiker"].strip()
        named = Staff.objects.filter(last_name__iexact=who).values("username")
        found = found.filter(Q(staff=who) | Q(staff__in=named))
    return found


def _about(number: str) -> Q:
    """The lines about one person: of the dossier, of those that it took in, and of look-ups before there was one."""
    dossier = Dossier.objects.filter(number=number).first()
    if dossier is None:
        return Q(pk__in=[])
    people = with_absorbed(dossier)
    numbers = list(PersonNumber.objects.filter(dossier__in=people).values_list("insz", flat=True))
    return Q(dossier__in=people) | Q(dossier=None, subject__in=numbers)


def _midnight(day: date) -> datetime:
    """When a day begins here: a border in time, so that the index by time serves the search."""
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _numbers(dossiers: list[int | None]) -> dict[int, str]:
    wanted = {one for one in dossiers if one is not None}
    return dict(Dossier.objects.filter(pk__in=wanted).values_list("pk", "number"))


def _names(shown: Iterable[LegalLine]) -> dict[str, str]:
    found = Staff.objects.filter(username__in={line.staff for line in shown})
    return {one.username: str(one) for one in found}


def _line(one: LegalLine, numbers: dict[int, str], names: dict[str, str]) -> dict[str, Any]:
    came_in = one.kind in CAME_IN
    return {
        "at": one.at, "kind": LegalKind(one.kind).label, "tone": _TONES[LegalKind(one.kind)],
        "service": f"{_SERVICES.get(one.service, one.service)} {one.version}", "reference": one.reference,
        "staff": one.uri if came_in else names.get(one.staff, one.staff) or "de toepassing",
        "came_in": came_in, "sent_reference": one.sent_reference, "certificate": one.certificate,
        "purpose": Purpose(one.purpose).label,
        "basis": one.legal_basis, "subject": mask(one.subject) if one.subject else "geen nummer",
        "dossier": numbers.get(one.dossier or 0, ""), "transaction": one.transaction,
        "took": w.seconds(one.milliseconds / 1000) if one.milliseconds is not None else "",
        "codes": ", ".join(f"{code.get('id')} {code.get('origin', '')}".strip() for code in one.codes),
    }  # fmt: skip


_SERVICES = {**dict(Service.choices), **dict(Feed.choices), "GeefDossierKBI": "Dossier in de KBI"}
_TONES = {
    LegalKind.ASKED: "info",
    LegalKind.SUCCEEDED: "goed",
    LegalKind.FAILED: "fout",
    LegalKind.UNANSWERED: "letop",
    LegalKind.UNAUTHORISED: "fout",
    **received.TONES,
}
_HEADER = (
    "Tijdstip", "Soort", "Dienst", "Versie", "Referte", "Vraag", "Afzender", "Hoedanigheid", "Gebruikersnaam",
    "Gebruiker", "Doel", "Wettelijke basis", "Dossier", "Nummer", "Duur in ms", "Codes",
    "Referte van de afzender", "Certificaat", "Agentschap",
)  # fmt: skip


def _file(request: StaffRequest, found: QuerySet[LegalLine], why: str) -> HttpResponse:
    """The lines as CSV; numbers of persons masked. Who made it and what for stands on top and in the access log."""
    shown = list(found[:MOST_IN_A_FILE])
    numbers, names = _numbers([one.dossier for one in shown]), _names(shown)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Vertrouwelijk", f"Alleen voor: {why}", f"Gemaakt door {request.access.staff}"))
    writer.writerow(_HEADER)
    for one in shown:
        told = _line(one, numbers, names)
        cells = (
            timezone.localtime(one.at).isoformat(timespec="seconds"), told["kind"], one.service, one.version,
            one.reference, one.transaction or "", one.uri, one.capacity, one.staff, told["staff"],
            told["purpose"], told["basis"], told["dossier"], told["subject"],
            one.milliseconds if one.milliseconds is not None else "", told["codes"],
            one.sent_reference, one.certificate, one.agency,
        )  # fmt: skip
        writer.writerow([harmless(str(cell)) for cell in cells])
    request.access.log(AccessAction.EXPORTED, sorted(numbers), f"wettelijk logboek: {why}")
    name = f"toeleiding_wettelijk_logboek_{timezone.localdate().isoformat()}.csv"
    return HttpResponse(
        BYTE_ORDER_MARK + written.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
