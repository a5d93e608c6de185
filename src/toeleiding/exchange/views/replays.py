"""Asking failed questions again after a dry run; holding and releasing a service."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from toeleiding.exchange import desk_words as w
from toeleiding.exchange import replay
from toeleiding.exchange.forms import HoldForm, ReplayForm
from toeleiding.exchange.models import Feed, Handled, Replay, Service
from toeleiding.exchange.replay import AT_ONCE, Choice
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role
from toeleiding.web.toasts import toast

_KEY_LENGTH = 32


def question_id(raw: str) -> UUID:
    """The id of a question in an address. Raises Http404."""
    try:
        return UUID(raw)
    except ValueError:
        raise Http404 from None


@for_roles(Role.EXCHANGE_OPERATOR)
@require_http_methods(["GET", "POST"])
def dry_run(request: StaffRequest) -> HttpResponse:
    """`/uitwisseling/proef`: what would happen (`?groep=` or `?bericht=`, else all failures), then doing it."""
    one = request.GET.get("bericht", "")
    choice = Choice(request.GET.get("groep", "")[:_KEY_LENGTH], question_id(one) if one else None)
    form = ReplayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = replay.replay(request.access, choice, form.cleaned_data["reden"], form.token)
        toast(request, _done(done))
        return HttpResponseRedirect("/uitwisseling")
    found = replay.plan(choice)
    causes = {line.cause for line in found.lines}
    return render(
        request,
        "exchange/proef.html",
        {
            "form": form,
            "plan": found,
            "oorzaak": causes.pop() if len(causes) == 1 else "",
            "overgeslagen": [(Handled(why).label, count) for why, count in found.skipped.most_common()],
            "meer": len(found.lines) == AT_ONCE,
            "verder": request.get_full_path(),
        },
        status=422 if form.is_bound else 200,
    )


def _done(done: Replay) -> str:
    if not done.asked + done.skipped:
        return "Er was niets meer om opnieuw te vragen. Iemand anders deed het al."
    asked = w.counted(done.asked, "vraag", "vragen")
    said = f"{asked[0].upper()}{asked[1:]} opnieuw gesteld." if done.asked else "Geen vraag opnieuw gesteld."
    return f"{said} {w.counted(done.skipped, 'vraag', 'vragen')} overgeslagen." if done.skipped else said


@for_roles(Role.EXCHANGE_OPERATOR)
@require_http_methods(["GET", "POST"])
def hold_page(request: StaffRequest) -> HttpResponse:
    """`/uitwisseling/tegenhouden`: choose a service or a feed and say why."""
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen = _chosen(form.cleaned_data["dienst"])
        replay.hold(request.access, chosen, form.cleaned_data["reden"])
        toast(request, f"Tegengehouden: {chosen.label}. {_waits(chosen)}")
        return HttpResponseRedirect("/uitwisseling?lijst=tegengehouden")
    return render(request, "exchange/tegenhouden.html", {"form": form}, status=422 if form.is_bound else 200)


@for_roles(Role.EXCHANGE_OPERATOR)
@require_POST
def release(request: StaffRequest) -> HttpResponse:
    """Let a service or a feed go on."""
    chosen = _chosen(request.POST.get("dienst", ""))
    if replay.release(request.access, chosen):
        goes_on = "Het ophalen gaat" if isinstance(chosen, Feed) else "De vragen gaan"
        toast(request, f"Vrijgegeven: {chosen.label}. {goes_on} vanzelf verder.")
    else:
        toast(request, f"{chosen.label} was al vrijgegeven.", level=messages.INFO)
    return HttpResponseRedirect("/uitwisseling?lijst=tegengehouden")


def _chosen(name: str) -> Service | Feed:
    """What an operator chose. Raises Http404."""
    for kind in (Service, Feed):
        if name in kind.values:
            return kind(name)
    raise Http404


def _waits(chosen: Service | Feed) -> str:
    if isinstance(chosen, Feed):
        return "We halen niets meer op. Wat verandert, blijft bij MAGDA wachten."
    return "De vragen wachten en verlopen niet."
