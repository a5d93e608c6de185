"""`/dossiers/<nr>/doorverwijzing`: three short steps, and afterwards where the referral stands."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from toeleiding.dossiers.views.dossier_page import READERS, WRITERS, Page, page, wants_part
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Organisation
from toeleiding.referrals import content, services, standing
from toeleiding.referrals.content import Draft
from toeleiding.referrals.forms import FIELDS, AnswerForm, CheckForm, CloseForm, HowForm, WhyForm, WithdrawForm
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.selectors import of_dossier, offices
from toeleiding.referrals.services import ReferralError, SavedMeanwhileError
from toeleiding.referrals.states import OVER, Action, Side, State, actions
from toeleiding.web.differences import Difference, choose, differences
from toeleiding.web.toasts import toast

STEPS = {1: "waarom en naar welk kantoor", 2: "wat moet de bemiddelaar weten", 3: "kijk na en verstuur"}


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def referral(request: StaffRequest, number: str) -> HttpResponse:
    """The form while there is no referral on its way, and the standing once there is one."""
    opened = page(request, number)
    latest = of_dossier(opened.dossier).filter(direction=Direction.OUT).first()
    writes = latest is None or latest.standing is State.DRAFT or (latest.standing in OVER and _anew(request))
    if not writes:
        assert latest is not None
        return _standing(request, opened, latest)
    draft = latest if latest is not None and latest.standing is State.DRAFT else None
    if not opened.can_write or (draft is None and services.why_not(opened.dossier)):
        why = services.why_not(opened.dossier) if opened.can_write else "Er is nog geen doorverwijzing."
        return render(request, "referrals/kan_niet.html", {**opened.context(), "tab": "doorverwijzing", "waarom": why})
    return _form(request, opened, draft)


def _anew(request: StaffRequest) -> bool:
    return "nieuw" in request.GET or "stap" in request.POST


def _form(request: StaffRequest, opened: Page, draft: Referral | None) -> HttpResponse:
    among = offices()
    step = _step(request.POST.get("stap") or request.GET.get("stap"))
    held = _held(opened, draft, among)
    sent = choose(request.POST, _fields(held)) if request.method == "POST" else None
    needs = content.needs_note(opened.state, opened.rules, timezone.now())
    form = _of_step(step, held, among, needs, sent)
    verschillen: list[Difference] = []
    if sent is not None:
        does = request.POST.get("doe", "verder")
        try:
            draft = services.begin(request.access, opened.dossier)
            draft = services.save(request.access, draft, _values(sent), _seen(request))
            held = content.draft_of(draft.content)
            if does == "stop":
                toast(request, "Bewaard. Je kan later verdergaan.")
                return HttpResponseRedirect(opened.url)
            if does == "vorige":
                return HttpResponseRedirect(f"{opened.url}/doorverwijzing?stap={max(step - 1, 1)}")
            if form.is_valid():
                return _onward(request, opened, draft, held, step)
        except SavedMeanwhileError as meanwhile:
            draft = meanwhile.saved
            held = content.draft_of(draft.content)
            verschillen = differences(form, _fields(held))
        except ReferralError as trouble:
            form.add_error(None, str(trouble))
    context = {
        "tab": "doorverwijzing",
        "form": form,
        "stap": step,
        "stapnaam": STEPS[step],
        "concept": draft,
        "toont": content.shown(held, opened.state, opened.dossier),
        "nooit": content.NEVER,
        "vraagt_waarom": needs,
        "verschillen": verschillen,
        "kantoor": next((one.short_name for one in among if one.code == held.office), ""),
    }
    return show_at(request, "referrals/formulier.html", {**opened.context(), **context})


def _onward(request: StaffRequest, opened: Page, draft: Referral, held: Draft, step: int) -> HttpResponse:
    if step < 3:
        return HttpResponseRedirect(f"{opened.url}/doorverwijzing?stap={step + 1}")
    if lacking := content.lacks(held, opened.state, opened.rules, timezone.now()):
        toast(request, f"Er ontbreekt nog iets. {lacking[0].sentence}", level=30)
        return HttpResponseRedirect(f"{opened.url}/doorverwijzing?stap={lacking[0].step}")
    services.send(request.access, draft)
    toast(request, "Verzonden. Zodra VDAB de doorverwijzing heeft, zie je hier “Ontvangen”.")
    return HttpResponseRedirect(f"{opened.url}/doorverwijzing")


def _step(text: str | None) -> int:
    return int(text) if text in ("1", "2", "3") else 1


def _seen(request: StaffRequest) -> int:
    """The version that the form was opened with; 0 when there was no draft yet."""
    seen = request.POST.get("versie", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0


def _fields(held: Draft) -> dict[str, str]:
    """A draft under the names of the form."""
    return {field: getattr(held, name) for field, name in FIELDS.items()}


def _values(sent: QueryDict) -> dict[str, str]:
    """What the form holds, under the names of the draft. Nothing is judged: a draft may be half done."""
    return {FIELDS[name]: value for name, value in sent.items() if name in FIELDS and isinstance(value, str)}


def _held(opened: Page, draft: Referral | None, among: list[Organisation]) -> Draft:
    if draft is not None:
        return content.draft_of(draft.content)
    office = content.office_for(opened.state.nis, among)
    return Draft(office=office.code if office else "", phone=opened.state.phone or "")


def _of_step(step: int, held: Draft, among: list[Organisation], needs_note: bool, data: Any) -> Any:
    initial = _fields(held)
    match step:
        case 1:
            return WhyForm(data, initial=initial, offices=among)
        case 2:
            return HowForm(data, initial=initial)
        case _:
            return CheckForm(data, initial=initial, needs_note=needs_note)


@for_roles(*WRITERS)
@require_POST
def save(request: StaffRequest, number: str) -> HttpResponse:
    """Autosave: what stands in the form is kept, and what VDAB would see is drawn again."""
    opened = page(request, number, note=False)
    try:
        if why := services.why_not(opened.dossier):
            raise ReferralError(why)
        draft = services.begin(request.access, opened.dossier)
        draft = services.save(request.access, draft, _values(request.POST), _seen(request))
    except ReferralError as trouble:
        return render(request, "referrals/bewaard.html", {"probleem": str(trouble)})
    held = content.draft_of(draft.content)
    shown = content.shown(held, opened.state, opened.dossier)
    return render(request, "referrals/bewaard.html", {"concept": draft, "toont": shown, "nooit": content.NEVER})


_VERBS: dict[str, tuple[Any, Any, str]] = {
    "antwoord": (AnswerForm, services.answer, "Je antwoord is bij VDAB."),
    "trek-terug": (WithdrawForm, services.withdraw, "De doorverwijzing is ingetrokken."),
    "sluit": (CloseForm, services.close, "De doorverwijzing is afgesloten."),
}


def _standing(request: StaffRequest, opened: Page, latest: Referral) -> HttpResponse:
    steps = services.thread(latest)
    version = len(steps) + opened.dossier.events  # the referral goes on, or something was told of the person
    if request.method == "GET" and wants_part(request) and request.GET.get("gezien") == str(version):
        return HttpResponse(status=204)
    chosen = request.POST.get("deel", "") if opened.can_write else ""
    forms = {name: form(request.POST if name == chosen else None, prefix=name) for name, (form, *_) in _VERBS.items()}
    if chosen == "opnieuw" or (chosen in _VERBS and forms[chosen].is_valid()):
        try:
            return _do(request, opened, latest, chosen, forms)
        except ReferralError as trouble:
            if chosen == "opnieuw":
                toast(request, str(trouble), level=40)
                return HttpResponseRedirect(f"{opened.url}/doorverwijzing")
            forms[chosen].add_error(None, str(trouble))
    words, tone = standing.pill(latest.standing)
    may = actions(latest.standing, Side.SENDER) if opened.can_write else frozenset()
    context = {
        "tab": "doorverwijzing",
        "verwijzing": latest,
        "pil_tekst": words,
        "pil_toon": tone,
        "klokken": standing.clocks(latest, opened.today),
        "verloop": standing.told(steps, latest.direction),
        "versie": version,
        "vraag": standing.open_question(steps) if latest.standing is State.QUESTION_ASKED else "",
        "toont": content.read(content.content_of(latest.message)),
        "mag": {action.value: True for action in may},
        "mag_opnieuw": latest.standing is State.NOT_ARRIVED and Action.SEND in may,
        "mag_nieuw": opened.can_write and latest.standing in OVER,
        "leeft": latest.standing not in OVER,
        "open_deel": chosen,
        "form_antwoord": forms["antwoord"],
        "form_terug": forms["trek-terug"],
        "form_sluit": forms["sluit"],
    }
    part = "referrals/stand_deel.html" if wants_part(request) and request.method == "GET" else "referrals/stand.html"
    return show_at(request, part, {**opened.context(), **context})


def _do(request: StaffRequest, opened: Page, latest: Referral, chosen: str, forms: dict[str, Any]) -> HttpResponse:
    if chosen == "opnieuw":
        services.send(request.access, latest)
        toast(request, "Opnieuw verzonden, met hetzelfde nummer.")
    else:
        _, verb, said = _VERBS[chosen]
        verb(request.access, latest, forms[chosen].cleaned_data["tekst"])
        toast(request, said)
    return HttpResponseRedirect(f"{opened.url}/doorverwijzing")


def show_at(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page; 409 when somebody else wrote in it meanwhile, 422 when a form that was sent has errors."""
    forms = [one for one in context.values() if hasattr(one, "error_links") and one.is_bound]
    status = 409 if context.get("verschillen") else 422 if any(form.errors for form in forms) else 200
    return render(request, template, context, status=status)
