"""Small forms on the dossier page: a note, a correction, a question to the data protection officer."""

from django import forms

from toeleiding.dossiers.forms.base import DossierForm


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


class QuestionForm(DossierForm):
    """A question to the data protection officer about who looked."""

    vraag = forms.CharField(
        label="Je vraag aan de functionaris gegevensbescherming",
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text="Zoals: waarom opende iemand van een ander team dit dossier op 3 november?",
        error_messages={"required": "Schrijf wat je wil weten, zoals: waarom is dit dossier geopend op 3 november?"},
    )
