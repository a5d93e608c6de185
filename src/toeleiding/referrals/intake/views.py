"""`/dossiers/<nr>/intake`: five pages one after the other, "Bewaar en stop" everywhere, and the plan on paper."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toeleiding.dossiers.fold import effective
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.timeline import timeline_of
from toeleiding.dossiers.views.dossier_page import READERS, WRITERS, Page, page
from toeleiding.dossiers.wording import LANGUAGES
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction
from toeleiding.referrals.intake import known, services
from toeleiding.referrals.intake import wording as w
from toeleiding.referrals.intake.forms import FORMS, JOBS, MOST
from toeleiding.referrals.models import Intake
from toeleiding.web import dates
from toeleiding.web.differences import choose, differences, words
from toeleiding.web.forms import Form
from toeleiding.web.toasts import toast


@for_roles(*READERS)
@require_safe
def overview(request: StaffRequest, number: str) -> HttpResponse:
    """What stands in the intake, and where to go on."""
    opened = page(request, number)
    intake = services.current(opened.dossier)
    answers = intake.answers if intake else {}
    context = {
        **opened.context(), "tab": "intake", "intake": intake, "bekend": _known(opened),
        "delen": [(slug, label, _told(slug, answers.get(slug, {}))) for slug, label in w.STEPS.items()],
        "verder": next((slug for slug in w.STEPS if not answers.get(slug)), "wie"),
    }  # fmt: skip
    return render(request, "referrals/intake.html", context)


def _known(opened: Page) -> dict[str, list[known.Known]]:
    timeline = effective(timeline_of([opened.dossier.pk])[opened.dossier.pk])
    return known.facts(opened.state, timeline, opened.today, opened.rules, opened.service)


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def step(request: StaffRequest, number: str, part: str) -> HttpResponse:
    """One page of the intake. Sending it keeps it, also when something is not right yet."""
    if part not in w.STEPS:
        raise Http404
    opened = page(request, number)
    intake = services.open_intake(opened.dossier)
    answers = intake.answers.get(part, {}) if intake else {}
    if request.method == "GET":
        form = _form(part, initial={**_preset(part, opened), **answers})
        return _show(request, opened, part, form, intake)
    sent = choose(request.POST, answers)
    form = _form(part, data=sent)
    try:
        saved = services.save(request.access, opened.dossier, part, _given(form, sent), _seen(request))
    except services.ChangedMeanwhileError as meanwhile:
        return _show(request, opened, part, form, meanwhile.intake, theirs=meanwhile.theirs)
    if "meer" in request.POST:
        count = min(getattr(form, "count", JOBS) + 1, MOST)
        return _show(request, opened, part, _form(part, initial=saved.answers[part], count=count), saved)
    if "stop" in request.POST:
        toast(request, f"Bewaard om {dates.clock(saved.saved_at)}. Je kan later verdergaan.")
        return HttpResponseRedirect(f"{opened.url}/intake")
    if not form.is_valid():
        return _show(request, opened, part, form, saved)
    order = list(w.STEPS)
    follows = order[order.index(part) + 1 :]
    return HttpResponseRedirect(f"{opened.url}/intake/{follows[0]}" if follows else f"{opened.url}/intake")


@for_roles(*WRITERS)
@require_POST
def keep(request: StaffRequest, number: str, part: str) -> HttpResponse:
    """Autosave: keeps what stands there and says when, or that somebody else wrote here."""
    if part not in w.STEPS:
        raise Http404
    opened = page(request, number, note=False)
    form = _form(part, data=request.POST)
    try:
        saved = services.save(request.access, opened.dossier, part, _given(form, request.POST), _seen(request))
    except services.ChangedMeanwhileError as meanwhile:
        context = {"intake": meanwhile.intake, "botsing": True, "gezien": _seen(request)}
        return render(request, "referrals/intake_bewaard.html", context)
    return render(request, "referrals/intake_bewaard.html", {"intake": saved, "net": True})


def _form(part: str, *, data: Any = None, initial: dict[str, Any] | None = None, count: int = 0) -> Form:
    made = FORMS[part]
    if part not in ("werk", "talen"):
        return made(data, initial=initial)
    prefix = "beroep" if part == "werk" else "taal"
    names = data if data is not None else initial or {}
    there = max((int(name.removeprefix(prefix)) for name in names if _numbered(name, prefix)), default=0)
    return made(data, initial=initial, count=min(max(count, there, JOBS), MOST))


def _numbered(name: str, prefix: str) -> bool:
    rest = name.removeprefix(prefix)
    return name.startswith(prefix) and rest.isascii() and rest.isdigit() and len(rest) == 1


def _given(form: Form, sent: QueryDict) -> dict[str, Any]:
    """What was typed in each field, as text; boxes as a list."""
    many = {name for name in form.fields if name == "drempels"}
    return {name: sent.getlist(name) if name in many else sent.get(name, "") for name in form.fields}


def _seen(request: StaffRequest) -> int | None:
    raw = request.POST.get("versie", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else None


def _preset(part: str, opened: Page) -> dict[str, Any]:
    """Facts of the dossier that belong in a field; they can be changed there."""
    state = opened.state
    match part:
        case "wie":
            needs = (
                {True: "ja", False: "nee"}.get(state.interpreter_needed) if state.interpreter_needed is not None else ""
            )
            return {
                "taal": state.language or "",
                "telefoon": state.phone or "",
                "email": state.email or "",
                "tolk": needs,
            }
        case "talen":
            spoken = next((code for code, words in w.LEVELS.items() if words == state.dutch_level), "")
            return {"nederlands": spoken, "taal1": LANGUAGES.get(state.language or "", "")}
    return {}


def _show(
    request: StaffRequest,
    opened: Page,
    part: str,
    form: Form,
    intake: Intake | None,
    theirs: dict[str, Any] | None = None,
) -> HttpResponse:
    order = list(w.STEPS)
    place = order.index(part)
    answers = intake.answers if intake else {}
    context = {
        **opened.context(), "tab": "intake", "intake": intake, "form": form, "deel": part, "kop": w.STEPS[part],
        "bekend": _known(opened).get(part, []),
        "delen": [
            {"slug": slug, "label": label, "klaar": bool(answers.get(slug)), "nu": slug == part}
            for slug, label in w.STEPS.items()
        ],
        "vorige": order[place - 1] if place else "", "laatste": place == len(order) - 1,
        "meer": part in ("werk", "talen") and getattr(form, "count", MOST) < MOST,
        "verschillen": differences(form, theirs) if theirs is not None else [],
    }  # fmt: skip
    bad = form.is_bound and not form.is_valid()
    return render(
        request, "referrals/intake_deel.html", context, status=409 if theirs is not None else 422 if bad else 200
    )


def _told(part: str, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands on one page, label and words, without what was left open."""
    form = _form(part, initial=answers)
    told = [(str(bound.label or ""), words(bound.field, answers.get(bound.name))) for bound in form]
    return [(label, words) for label, words in told if words]


@for_roles(*WRITERS)
@require_POST
def close(request: StaffRequest, number: str) -> HttpResponse:
    """Close the intake: it goes on the timeline."""
    opened = page(request, number)
    try:
        services.close(request.access, opened.dossier)
    except DossierError as trouble:
        toast(request, str(trouble), level=messages.WARNING)
        return HttpResponseRedirect(f"{opened.url}/intake")
    toast(request, "De intake is afgerond. Ze staat op de tijdlijn.")
    return HttpResponseRedirect(f"{opened.url}/intake")


@for_roles(*READERS, together=True)
@require_safe
def plan(request: StaffRequest, number: str) -> HttpResponse:
    """Contract and plan on one sheet, for the client: no internal notes."""
    opened = page(request, number)
    request.access.log(AccessAction.PRINTED, [opened.dossier.pk], "contract en plan")
    intake = services.current(opened.dossier)
    context = {
        **opened.context(), "intake": intake, "vandaag": opened.today,
        "plan": _told("plannen", intake.answers.get("plannen", {})) if intake else [],
        "vdab": _known(opened)["plannen"],
    }  # fmt: skip
    return render(request, "referrals/intake_plan.html", context)
