"""T3: explanation and the registration that the client reports."""

from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.web.forms import DateField

# EXPERIENCE 5.4; the words follow the employment service of where the person lives.
EIGHT_POINTS = [
    ("waarom", "Waarom: dit hoort bij het traject. Het doel is werk of een opleiding."),
    ("wie", "Voor wie: wie niet werkt, mag werken en de leeftijd heeft. Wie werkt of studeert bekijken we apart."),
    ("dienst", "Wat {dienst} doet: een eigen bemiddelaar, vacatures, gratis opleiding, Nederlands op weg naar werk."),
    ("hoe", "Hoe je je inschrijft: online, met de telefoon, op kantoor of samen met jou."),
    ("mee", "Wat je meebrengt."),
    ("wanneer", "Tegen wanneer: 60 dagen na het contract."),
    ("gevolg", "Gevolg: nodig voor het attest. Wie verplicht is, kan een boete krijgen."),
    ("daarna", "Na de inschrijving: eerste gesprek, afspraken nakomen, veranderingen melden. Rechten en contact."),
]


class CheckCards(forms.CheckboxSelectMultiple):
    """Boxes to tick, as cards."""

    template_name = "web/formulier/keuzes.html"


class ExplanationForm(DossierForm):
    """The proof that the duty to explain was met: what was discussed, in which language, how and when."""

    alles = forms.BooleanField(label="Alles besproken", required=False)
    punten = forms.MultipleChoiceField(
        label="Of vink aan wat je besprak",
        widget=CheckCards,
        error_messages={"required": "Vink “Alles besproken” aan, of elk punt dat je besprak."},
    )
    taal = forms.ChoiceField(label="Taal van het gesprek", choices=list(w.LANGUAGES.items()))
    tolk = forms.ChoiceField(label="Met tolk?", choices=[("nee", "Nee"), ("ja", "Ja")], initial="nee")
    vorm = forms.ChoiceField(
        label="Vorm", choices=[(code, words.capitalize()) for code, words in w.CHANNELS.items()], initial="TALK"
    )
    datum = DateField(label="Datum", not_after=timezone.localdate)
    versie = forms.CharField(
        label="Versie van de tekst", required=False, max_length=40, widget=forms.TextInput({"data-kort": ""})
    )

    def __init__(self, *args: Any, dienst: str = "VDAB", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = [(code, words.format(dienst=dienst)) for code, words in EIGHT_POINTS]
        self.fields["punten"].choices = points  # type: ignore[attr-defined]
        self.fields["punten"].required = not self.data.get("alles")
        language = self.initial.get("taal")
        if language and language not in w.LANGUAGES:
            self.fields["taal"].choices = [(language, language), *w.LANGUAGES.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        missing = len(EIGHT_POINTS) - len(found.get("punten") or [])
        if missing and not found.get("alles") and "punten" not in self.errors:
            points = "1 punt is" if missing == 1 else f"{missing} punten zijn"
            self.add_error("punten", f"{points} nog niet besproken. Bespreek ze, of vink “Alles besproken” aan.")
        return found


class RegistrationForm(DossierForm):
    """The client says to be registered."""

    ingeschreven_op = DateField(label="Ingeschreven op", not_after=timezone.localdate)
