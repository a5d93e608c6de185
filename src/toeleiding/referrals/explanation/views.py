"""`/dossiers/<nr>/toelichting`: Dutch beside the language of the client, and the proof afterwards."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers import events as e
from toeleiding.dossiers import journey, services
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.state import Explanation
from toeleiding.dossiers.views.dossier_page import READERS, Page, page, show, submit, undo_of
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Staff
from toeleiding.referrals.explanation.forms import ExplanationForm
from toeleiding.referrals.texts.content import DUTCH
from toeleiding.referrals.texts.gate import USE_AN_INTERPRETER, Given, texts_for
from toeleiding.referrals.texts.points import POINT_IDS, Point, points, term_of
from toeleiding.web import dates
from toeleiding.web.toasts import toast


@dataclass(frozen=True, slots=True)
class Pair:
    """One point in both languages. `ticked`: it was ticked in the form that came back."""

    dutch: Point
    other: Point | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves that the explanation was given."""

    on: str
    by: str
    language: str
    channel: str
    interpreter: str
    text: str
    points: str


@for_roles(*READERS, together=True)
@require_http_methods(["GET", "POST"])
def explanation(request: StaffRequest, number: str) -> HttpResponse:
    """Show the text in both languages, tick what was discussed, note how."""
    opened = page(request, number)
    extra: dict[str, Any] = {}
    sent = request.POST if request.method == "POST" and opened.can_write else None
    language = w.language_asked((sent or request.GET).get("taal", ""), opened.state.language)
    given = texts_for([DUTCH, language], opened.dossier.service, opened.today)
    if sent is None:
        preset = {**_preset(opened, language), **_carried(request.GET)}
        form = ExplanationForm(seen=opened.dossier.events, initial=preset)
    else:
        form = ExplanationForm(sent, initial={"taal": opened.state.language}, version=given[DUTCH].version)
        if submit(form, opened.dossier, lambda: _explain(request, opened, form.cleaned_data), extra):
            toast(request, "Toelichting genoteerd.", undo_url=undo_of(request, opened.dossier, e.ExplanationGiven.kind))
            return HttpResponseRedirect(opened.url)
    context = {
        **opened.context(),
        **_texts(request, opened, given[DUTCH], given[language]),
        "tab": "toelichting",
        "form": form,
        "eindigde": journey.lapsed_on(opened.state),
        "bewijs": _proof(opened.state.explanation),
        "talen": w.LANGUAGES,
        "gekozen": language,
    }
    return show(request, "referrals/toelichting", {**context, **extra})


def _texts(request: StaffRequest, opened: Page, dutch: Given, other: Given) -> dict[str, Any]:
    ticked = set((request.POST or request.GET).getlist("punten"))
    term = term_of(opened.dossier, opened.state, opened.rules, opened.today)
    here = points(dutch, term)
    there: list[Point | None] = list(points(other, term)) if other.is_translation else [None] * 8
    return {
        "nederlands": dutch,
        "vertaling": other if other.is_translation else None,
        "paren": [Pair(one, two, one.id in ticked) for one, two in zip(here, there, strict=True)],
        "tolk_nodig": USE_AN_INTERPRETER if other.fallback else "",
    }


def _preset(opened: Page, language: str) -> dict[str, Any]:
    return {
        "taal": language,
        "tolk": "ja" if opened.state.interpreter_needed else "nee",
        "vorm": "TALK",
        "datum": dates.long_date(opened.today),
    }


def _carried(asked: QueryDict) -> dict[str, Any]:
    """What stood in the form when another language of the text was chosen; what it does not know is left out."""
    known = {"tolk": {"ja", "nee"}, "vorm": set(w.CHANNELS)}
    found: dict[str, Any] = {name: asked[name] for name, values in known.items() if asked.get(name) in values}
    if dates.parse_date(asked.get("datum", "")):
        found["datum"] = asked["datum"]
    return {**found, "alles": bool(asked.get("alles"))}


def _explain(request: StaffRequest, opened: Page, found: dict[str, Any]) -> None:
    text = texts_for([found["taal"]], opened.dossier.service, opened.today)[found["taal"]]
    data = e.ExplanationGiven(
        language=found["taal"],
        channel=found["vorm"],
        interpreter_used=found["tolk"] == "ja",
        text_version=text.mark,
        points=POINT_IDS if found["alles"] else tuple(found["punten"]),
    )
    services.give_explanation(request.access, opened.dossier, data, found["datum"])


def _proof(given: Explanation | None) -> Proof | None:
    if given is None:
        return None
    who = Staff.objects.filter(username=given.by).first()
    return Proof(
        on=dates.long_date(given.on),
        by=str(who) if who else "uit een andere bron",
        language=w.language_name(given.language) or "niet genoteerd",
        channel=w.CHANNELS[given.channel],
        interpreter="ja" if given.interpreter_used else "nee",
        text=given.text_version or "niet genoteerd",
        points=f"{len(given.points)} van {len(POINT_IDS)}" if given.points else "niet genoteerd",
    )
