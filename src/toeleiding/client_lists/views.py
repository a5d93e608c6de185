"""`/lijsten`: take in a list of clients, look at what it means, put rows right, carry it out, take it back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toeleiding.client_lists import selectors, services
from toeleiding.client_lists.columns import FIELDS, LABELS
from toeleiding.client_lists.forms import RowForm, UploadForm
from toeleiding.client_lists.models import Choice, Done, Kind, Row, Upload, UploadState
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Dossier
from toeleiding.magda.insz import mask
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.web import dates
from toeleiding.web.limits import ROWS_A_PAGE
from toeleiding.web.toasts import toast

TABS = {
    "fout": (Kind.ERROR, "Fout"),
    "vraag": (Kind.QUESTION, "Vraag"),
    "tegenspraak": (Kind.CONFLICT, "Tegenspraak"),
    "nieuw": (Kind.CREATE, "Nieuw"),
    "aanvullen": (Kind.UPDATE, "Aanvullen"),
    "ongewijzigd": (Kind.UNCHANGED, "Niets nieuws"),
}
BUSY = (UploadState.READING, UploadState.COMMITTING, UploadState.UNDOING)


@for_roles(Role.TEAM_LEAD)
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """The lists that were taken in, the latest first."""
    page = Paginator(selectors.uploads(request.access), ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "client_lists/lijsten.html", {"pagina": page})


@for_roles(Role.TEAM_LEAD)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Choose a file."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["bestand"]
        upload = services.start(request.access, file.name, file.read())
        return HttpResponseRedirect(upload.get_absolute_url())
    context = {"form": form, "velden": LABELS.values()}
    return render(request, "client_lists/nieuw.html", context, status=422 if form.is_bound else 200)


@for_roles(Role.TEAM_LEAD)
@require_safe
def one(request: StaffRequest, upload: UUID) -> HttpResponse:
    """One list: what its rows mean, errors first; or how far the work has come."""
    found = _upload(request, upload)
    if found.state in BUSY or found.state == UploadState.UNREADABLE:
        share = min(100, 100 * found.progress // found.rows) if found.rows else 0
        return render(request, "client_lists/bezig.html", {"lijst": found, "deel": share})
    counted = selectors.counts(found)
    slug = _tab(request.GET.get("soort", ""), counted)
    kind = TABS[slug][0]
    rows = Row.objects.filter(upload=found, kind=kind).select_related("dossier").defer("dossier__state")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("pagina"))
    shown = [_line(row) for row in page]
    _name_candidates(request, shown)
    request.access.log(AccessAction.LISTED, [row["dossier"].pk for row in shown if row["dossier"]], "opgeladen lijst")
    tabs = [
        {
            "slug": each, "label": label, "count": counted.kinds[one_kind], "current": each == slug,
            "url": f"{found.get_absolute_url()}?{urlencode({'soort': each})}",
        }
        for each, (one_kind, label) in TABS.items()
    ]  # fmt: skip
    context = {
        "lijst": found, "tellingen": counted, "tabs": tabs, "soort": slug, "rijen": shown, "pagina": page,
        "eerder": services.before(found), "hier": request.get_full_path(), "leeg": _empty(slug),
        "genegeerd": [heading for heading, field in found.columns.items() if heading and not field],
        "gewist": found.erased_at is not None,
    }  # fmt: skip
    return render(request, "client_lists/lijst.html", context)


def _tab(asked: str, counted: selectors.Counts) -> str:
    if asked in TABS:
        return asked
    return next((slug for slug, (kind, _) in TABS.items() if counted.kinds[kind]), "nieuw")


def _empty(slug: str) -> str:
    return {
        "fout": "Geen enkele rij heeft een fout.",
        "vraag": "Er zijn geen vragen.",
        "tegenspraak": "De lijst spreekt geen dossier tegen.",
    }.get(slug, "Hier staat geen enkele rij.")


def _line(row: Row) -> dict[str, Any]:
    """One row for the screen."""
    fixes = [
        {"field": field, "label": LABELS[field], "value": row.given.get(field, ""), "problem": problem}
        for field, problem in row.problems.items()
        if field in FIELDS
    ]
    return {
        "row": row,
        "dossier": row.dossier,
        "name": f"{row.first_name} {row.last_name}".strip() or row.given.get("last_name") or "Zonder naam",
        "number": mask(row.insz) if row.insz else "",
        "fixes": fixes,
        "whole": row.problems.get("rij", ""),
        "repairs": list(row.repairs.values()),
        "differences": [_difference(field, pair) for field, pair in row.differences.items()],
        "choices": [(one.value, one.label) for one in services.CHOICES.get(Kind(row.kind), ())],
        "chosen": Choice(row.choice).label if row.choice else "",
        "candidates": row.candidates,
        "done": "" if row.done == Done.PENDING else Done(row.done).label,
    }


def _difference(field: str, pair: list[str]) -> dict[str, str]:
    label = "Traject" if field == "ended" else LABELS[field]
    return {"label": label, "ours": _shown(field, pair[0]), "theirs": _shown(field, pair[1])}


def _shown(field: str, value: str) -> str:
    if not value:
        return "nog niet gekend"
    match field:
        case "insz":
            return mask(value)
        case "birth" | "contract_signed_on":
            return dates.birth_date(value)
        case "language":
            return w.LANGUAGES.get(value, value)
        case "target_group":
            return w.TARGET_GROUPS.get(value, value)
        case "phone":
            return dates.phone(value)
    return value


def _name_candidates(request: StaffRequest, lines: list[dict[str, Any]]) -> None:
    """Put name and birth date beside the numbers of people who look alike: one query for the page."""
    wanted = {number for line in lines for number in line["candidates"]}
    if not wanted:
        return
    rows = Dossier.objects.filter(number__in=wanted, agency=request.access.organisation).defer("state")
    found = {dossier.number: dossier for dossier in rows}
    request.access.log(AccessAction.LISTED, [dossier.pk for dossier in found.values()], "opgeladen lijst, lijkt op")
    for line in lines:
        line["candidates"] = [found[number] for number in line["candidates"] if number in found]


@for_roles(Role.TEAM_LEAD)
@require_http_methods(["GET", "POST"])
def row_page(request: StaffRequest, upload: UUID, line: int) -> HttpResponse:
    """One row: every cell as it stood in the file, to put it right. A POST may hold only some of the cells."""
    found, number = _upload(request, upload), line
    row = get_object_or_404(Row.objects.select_related("dossier"), upload=found, number=number)
    fields = [field for field in FIELDS if field in found.columns.values()]
    form = RowForm(row, fields, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        posted = {field: str(form.cleaned_data[field]) for field in fields if field in request.POST}
        try:
            fixed = services.fix(request.access, found, number, {**row.given, **posted})
        except services.ListError as error:
            toast(request, str(error), level=messages.WARNING)
            return HttpResponseRedirect(found.get_absolute_url())
        if fixed.kind != Kind.ERROR:
            toast(request, f"Rij {number} is verbeterd: {Kind(fixed.kind).label.lower()}.")
            return HttpResponseRedirect(_back(request, found))
        toast(request, f"Rij {number} heeft nog een fout. Verbeter ze hieronder.", level=messages.WARNING)
        return HttpResponseRedirect(f"{found.get_absolute_url()}/rij/{number}")
    context = {"lijst": found, "rij": row, "form": form, "regel": _line(row)}
    return render(request, "client_lists/rij.html", context, status=422 if form.is_bound else 200)


@for_roles(Role.TEAM_LEAD)
@require_POST
def choose(request: StaffRequest, upload: UUID) -> HttpResponse:
    """Decide about one row (`rij`), or the same about all open ones."""
    found = _upload(request, upload)
    said, number = request.POST.get("keuze", ""), request.POST.get("rij", "")
    if said not in Choice.values:
        raise Http404
    try:
        if number.isascii() and number.isdigit():
            services.choose(request.access, found, int(number), Choice(said), request.POST.get("dossier", ""))
            toast(request, f"Rij {number}: {Choice(said).label.lower()}.")
        else:
            count = services.choose_for_all(request.access, found, Choice(said))
            toast(request, f"{dates.number(count)} rijen: {Choice(said).label.lower()}.")
    except services.ListError as error:
        toast(request, str(error), level=messages.WARNING)
    return HttpResponseRedirect(_back(request, found))


@for_roles(Role.TEAM_LEAD)
@require_POST
def carry_out(request: StaffRequest, upload: UUID) -> HttpResponse:
    """Carry out what is ready."""
    found = _upload(request, upload)
    try:
        services.commit(request.access, found)
    except services.ListError as error:
        toast(request, str(error), level=messages.WARNING)
    return HttpResponseRedirect(found.get_absolute_url())


@for_roles(Role.TEAM_LEAD)
@require_POST
def take_back(request: StaffRequest, upload: UUID) -> HttpResponse:
    """Take back what the list did."""
    found = _upload(request, upload)
    try:
        services.undo(request.access, found)
    except services.ListError as error:
        toast(request, str(error), level=messages.WARNING)
    return HttpResponseRedirect(found.get_absolute_url())


def _upload(request: StaffRequest, key: UUID) -> Upload:
    return get_object_or_404(selectors.uploads(request.access), pk=key)


def _back(request: StaffRequest, upload: Upload) -> str:
    """The tab that somebody came from; only on this list."""
    asked = request.POST.get("soort", "")
    query = f"?{urlencode({'soort': asked})}" if asked in TABS else ""
    return f"{upload.get_absolute_url()}{query}"
