"""Small forms on the dossier page: a note, a correction, a question to the data protection officer."""

from typing import Any

from django import forms

from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.web.forms import Form

INSZ_REASONS = {
    "samen": "Nakijken met de persoon",
    "dienst": "Doorgeven aan een andere dienst",
    "opzoeken": "Opzoeken in een andere toepassing",
}
NO_REASON = "Kies eerst waarom je het rijksregisternummer wil zien."


class NoteForm(DossierForm):
    """A note on the timeline."""

    tekst = forms.CharField(
        label="Notitie",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="De inburgeraar kan dit later lezen. Gezondheid noteer je hier niet.",
        error_messages={"required": "Schrijf je notitie, of laat ze weg."},
    )


class WithdrawForm(DossierForm):
    """Why an earlier line does not hold."""

    reden = forms.CharField(
        label="Waarom klopt dit niet?",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Vul in waarom dit niet klopt, zoals: verkeerde persoon."},
    )


class NumberForm(Form):
    """Why somebody wants to see the national number: a closed list, so that the log never holds a name."""

    reden = forms.ChoiceField(
        label="Waarom wil je het zien?",
        choices=[("", "Kies een reden"), *INSZ_REASONS.items()],
        widget=forms.Select({"class": "veldklein"}),
        error_messages={"required": NO_REASON, "invalid_choice": NO_REASON},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="nummer-%s", **kwargs)


class QuestionForm(DossierForm):
    """A question to the data protection officer about who looked."""

    vraag = forms.CharField(
        label="Je vraag aan de functionaris gegevensbescherming",
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text="Zoals: waarom opende iemand van een ander team dit dossier op 3 november?",
        error_messages={"required": "Schrijf wat je wil weten, zoals: waarom is dit dossier geopend op 3 november?"},
    )
