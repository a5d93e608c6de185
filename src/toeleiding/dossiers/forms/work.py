"""T1: the work situation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.dossiers.state import CHOICE_WORDS
from toeleiding.web.forms import ChoiceCards, DateField

_HINTS = {
    "LASTING_WORK": "Volgens de definitie hieronder. Een inschrijving is dan niet nodig.",
    "WORK_NOT_LASTING": "Te weinig uren of te kort, ook flexi-job, interim of studentenjob.",
    "NO_WORK": "Ook wie een leefloon krijgt.",
    "STUDY": "Volgt een studie of een opleiding.",
    "TEMPORARILY_UNABLE": "Kies een datum om opnieuw na te gaan. Gezondheid noteer je hier niet.",
    "UNCLEAR": "Je weet het nog niet. Dit dossier blijft op je werklijst.",
}
_BASIS = [("TALK", "Gesprek"), ("DOCUMENT", "Document"), ("ELECTRONIC", "Elektronische bron")]


class WorkSituationForm(DossierForm):
    """One of six, with source, date and reason; a review date for who cannot work for a while (W-07)."""

    keuze = forms.ChoiceField(
        label="Wat is de werksituatie?",
        choices=list(CHOICE_WORDS.items()),
        widget=ChoiceCards(_HINTS),
        error_messages={"required": "Kies een van de 6 werksituaties."},
    )
    opnieuw_op = DateField(
        label="Opnieuw nagaan op",
        required=False,
        help_text="Nodig bij “Kan tijdelijk niet werken”.",
        not_before=timezone.localdate,
    )
    bron = forms.ChoiceField(label="Bron", choices=_BASIS, initial="TALK")
    datum = DateField(label="Datum", not_after=timezone.localdate)
    reden = forms.CharField(
        label="Reden",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text="Kort, voor wie dit later leest. Gezondheid noteer je hier niet.",
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        asks_review = found.get("keuze") == "TEMPORARILY_UNABLE" and "opnieuw_op" not in self.errors
        if asks_review and not found.get("opnieuw_op"):
            self.add_error(
                "opnieuw_op",
                ValidationError("Kies een datum waarop je opnieuw nagaat of werken kan, zoals 1 maart 2027."),
            )
        return found
