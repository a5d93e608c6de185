"""`/dossiers/samenvoegen`: two dossiers that may be about one person, side by side; and splitting them again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.messages import INFO
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from toeleiding.dossiers import merging
from toeleiding.dossiers.forms.merging import MergeForm, SplitForm
from toeleiding.dossiers.models import Dossier, MergeProposal, ProposalStatus
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.side_by_side import compare
from toeleiding.dossiers.views.dossier_page import WRITERS, SignpostError, page, show
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction
from toeleiding.web.toasts import toast

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
LIST = "/dossiers/samenvoegen"
MOST = 100


def signposted(view: View[P]) -> View[P]:
    """Lead who opens a dossier that was merged to the one that stayed, with a notice."""

    @wraps(view)
    def led(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SignpostError as sign:
            text = f"Dossier {sign.gone.number} is samengevoegd met dit dossier. Je leest hier alles samen."
            toast(request, text, level=INFO)
            return HttpResponseRedirect(sign.kept.get_absolute_url())

    return cast("View[P]", led)


@for_roles(*WRITERS)
@require_GET
def proposals(request: StaffRequest) -> HttpResponse:
    """The pairs to decide about, oldest first."""
    found = list(merging.open_proposals(request.access)[:MOST])
    seen = {dossier for pair in found for dossier in (pair.one_id, pair.other_id)}
    request.access.log(AccessAction.LISTED, sorted(seen), "voorstellen tot samenvoegen")
    return render(request, "dossiers/samenvoegen_lijst.html", {"voorstellen": found})


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, key: int) -> HttpResponse:
    """Both dossiers side by side, and the decision of a person with a reason."""
    proposal = MergeProposal.objects.select_related("one", "other").filter(pk=key).first()
    if proposal is None:
        raise Http404
    pair = (proposal.one, proposal.other)
    if Dossier.objects.filter(visible_to(request.access), pk__in=[one.pk for one in pair]).count() != 2:
        return render(request, "dossiers/samenvoegen_geen_toegang.html", {"zin": merging.BOTH}, status=403)
    if proposal.status != ProposalStatus.OPEN:
        toast(request, "Hierover is al beslist.", level=INFO)
        return HttpResponseRedirect(LIST)
    form = MergeForm(
        request.POST if request.method == "POST" else None, pair=pair, initial={"blijft": _older(pair).number}
    )
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(_decided(request, proposal, form.cleaned_data))
        except DossierError as trouble:
            form.add_error(None, str(trouble))
    if request.method == "GET":
        request.access.log(AccessAction.OPENED, [one.pk for one in pair], "naast elkaar")
    context = {"voorstel": proposal, "een": pair[0], "ander": pair[1], "rijen": compare(*pair), "form": form}
    return show(request, "samenvoegen", context)


def _older(pair: tuple[Dossier, Dossier]) -> Dossier:
    """The dossier of the older contract; without contracts the one that was opened first."""
    return min(pair, key=lambda one: (one.contract_signed_on is None, str(one.contract_signed_on), one.pk))


def _decided(request: StaffRequest, proposal: MergeProposal, found: dict[str, Any]) -> str:
    """Do what was chosen, and say where to go."""
    if found["besluit"] == "twee":
        merging.reject(request.access, proposal, found["reden"])
        toast(request, "Genoteerd: het zijn twee personen. Beide dossiers blijven zoals ze zijn.")
        return LIST
    stays = proposal.one if found["blijft"] == proposal.one.number else proposal.other
    kept = merging.merge(request.access, proposal, stays, found["reden"])
    toast(request, f"Samengevoegd. Alles staat nu in {kept.number}. Splitsen kan altijd.")
    return kept.get_absolute_url()


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def split(request: StaffRequest, number: str, event: int) -> HttpResponse:
    """Undo a merge; what was noted since stays, unless it is ticked."""
    opened = page(request, number)
    merge = next((one for one in merging.merges_of(opened.dossier) if one.event == event), None)
    if merge is None:
        raise Http404
    form = SplitForm(request.POST if request.method == "POST" else None, merge=merge)
    if request.method == "POST" and form.is_valid():
        moved = [int(one) for one in form.cleaned_data.get("mee", [])]
        try:
            back = merging.split(request.access, opened.dossier, event, form.cleaned_data["reden"], moved)
        except DossierError as trouble:
            form.add_error(None, str(trouble))
        else:
            toast(request, f"Gesplitst. {back.number} staat weer op zichzelf.")
            return HttpResponseRedirect(opened.url)
    return show(request, "splitsen", {**opened.context(), "tab": "splitsen", "form": form, "samen": merge})
