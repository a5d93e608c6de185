"""`/beheer/teksten`: every language with its status; each paragraph beside the Dutch one; reading over, approving."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.filters import whole_number
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Purpose, Role
from toeleiding.referrals.models.texts import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.texts import services
from toeleiding.referrals.texts.content import DUTCH, LANGUAGES, Tongue, to_confirm, tongue
from toeleiding.referrals.texts.gate import is_current, version_on
from toeleiding.referrals.texts.loading import digest
from toeleiding.web import dates
from toeleiding.web.forms import DateField, Form
from toeleiding.web.toasts import toast

_TONES = {"Goedgekeurd": "goed", "Nagelezen": "info", "Concept": "letop", "Verouderd": "fout", "Ontbreekt": "neutraal"}


@dataclass(frozen=True, slots=True)
class Row:
    """One language in the list."""

    tongue: Tongue
    name: str
    status: str
    tone: str
    latest: Translation | None


@dataclass(frozen=True, slots=True)
class Side:
    """One paragraph beside its source. `changed`: the Dutch changed since. `unconfirmed`: nobody confirmed it yet."""

    key: str
    dutch: str
    text: str
    changed: bool
    unconfirmed: bool

    @property
    def name(self) -> str:
        """What the paragraph is called on screen: no code of the program."""
        kind, _, code = self.key.partition("_")
        if kind == "doel" and code in Purpose.values:
            return f"reden van inzage: {Purpose(code).label.lower()}"
        return self.key.replace("_", " ")


class VersionForm(Form):
    """From when and why the Dutch text changes."""

    vanaf = DateField(label="Geldig vanaf")
    reden = forms.CharField(label="Waarom verander je de tekst?", max_length=300)


@for_roles(*Role)
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """The languages and how far each is."""
    version = services.newest()
    rows = services.in_use(version)
    listed = [_row(code, rows.get(code), version) for code in LANGUAGES if code != DUTCH]
    context = {
        "tekstversie": version,
        "versies": TextVersion.objects.select_related("made_by"),
        "nu": version_on(timezone.localdate()),
        "talen": listed,
        "goedgekeurd": sum(1 for one in listed if one.status == "Goedgekeurd"),
        "mag_wijzigen": request.access.role is Role.PROJECT_LEAD,
    }
    return render(request, "referrals/teksten.html", context)


def _row(code: str, latest: Translation | None, version: TextVersion) -> Row:
    status = status_words(latest, version)
    return Row(tongue(code), w.LANGUAGES[code], status, _TONES[status], latest)


def status_words(latest: Translation | None, version: TextVersion) -> str:
    """Ontbreekt, concept, nagelezen, goedgekeurd or verouderd."""
    if latest is None:
        return "Ontbreekt"
    return TranslationStatus(latest.status).label if is_current(latest, version) else "Verouderd"


@for_roles(*Role)
@require_http_methods(["GET", "POST"])
def language(request: StaffRequest, language: str) -> HttpResponse:
    """One language: the Dutch left, the translation right; the Dutch itself has a version and a reason."""
    if language not in LANGUAGES:
        raise Http404
    may_change = request.access.role is Role.PROJECT_LEAD
    version = services.newest()
    history = list(
        Translation.objects.filter(language=language).select_related("translated_by", "read_by", "approved_by")
    )
    sent = request.POST if request.method == "POST" else None
    if sent is not None and not may_change:
        raise PermissionDenied
    first = {"vanaf": dates.long_date(timezone.localdate())}
    form = VersionForm(sent, initial=first) if language == DUTCH else Form(sent)
    if sent is not None:
        try:
            if _do(request, language, form):
                return HttpResponseRedirect(f"/beheer/teksten/{language}")
        except services.TextError as error:
            form.add_error(None, str(error))
    latest = history[0] if history else None
    context = {
        "taal": tongue(language),
        "naam": w.LANGUAGES[language],
        "tekstversie": version,
        "laatste": latest,
        "vertaalstatus": status_words(latest, version) if language != DUTCH else "",
        "toon": _TONES.get(status_words(latest, version), "neutraal"),
        "zijden": _sides(request, version, latest, language),
        "geschiedenis": history,
        "waarden": _values(request, version),
        "form": form,
        "nederlands": language == DUTCH,
        "mag_wijzigen": may_change,
    }
    return render(request, "referrals/tekst.html", context, status=422 if form.errors else 200)


def _do(request: StaffRequest, language: str, form: Form) -> bool:
    """Carry out what the button says. False when the form has to be mended first."""
    words = {key[2:]: str(value) for key, value in request.POST.items() if key.startswith("p-")}
    match request.POST.get("deel"):
        case "bewaar" if language == DUTCH:
            if not form.is_valid():
                return False
            made = services.new_dutch(
                request.access,
                words,
                _values(request, services.newest()),
                form.cleaned_data["vanaf"],
                form.cleaned_data["reden"],
            )
            toast(request, f"Versie {made.number} bewaard. Vertalingen van wat veranderde, zijn nu verouderd.")
        case "bewaar":
            services.new_translation(request.access, language, words)
            toast(request, "Vertaling bewaard als concept. Een collega leest ze na.")
        case "nagelezen":
            services.read_over(request.access, _key(request))
            toast(request, "Nagelezen. De vertaling kan nu goedgekeurd worden.")
        case "goedgekeurd":
            services.approve(request.access, _key(request))
            toast(request, "Goedgekeurd. Inburgeraars krijgen deze tekst vanaf nu.")
        case _:
            raise services.TextError("Kies een van de knoppen.")
    return True


def _key(request: StaffRequest) -> int:
    return whole_number(request.POST.get("vertaling", ""))


def _values(request: StaffRequest, version: TextVersion) -> dict[str, dict[str, str]]:
    """The words of each service, as they were typed where they were."""
    return {
        service: {key: request.POST.get(f"w-{service}-{key}", word).strip() for key, word in words.items()}
        for service, words in version.values.items()
    }


def _sides(request: StaffRequest, version: TextVersion, latest: Translation | None, language: str) -> list[Side]:
    unconfirmed = set(to_confirm())
    sides = []
    for key, dutch in version.paragraphs.items():
        there = dutch if language == DUTCH else (latest.paragraphs.get(key, "") if latest else "")
        sent: Any = request.POST.get(f"p-{key}", there)
        changed = language != DUTCH and (latest is None or latest.sources.get(key) != digest(dutch))
        sides.append(Side(key, dutch, sent, changed, key in unconfirmed))
    return sides
