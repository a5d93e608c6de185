"""Step 6: a contact, an agreement, a training."""

from uuid import uuid4

from django import forms
from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.web.forms import ChoiceCards, DateField


class ContactForm(DossierForm):
    """What became of a contact with the employment service."""

    afloop = forms.ChoiceField(
        label="Hoe liep het?",
        choices=[("held", "Het gesprek ging door"), ("missed", "Afspraak gemist"), ("phone", "Samen gebeld")],
        widget=ChoiceCards({"missed": "Bel samen. Een gemiste afspraak is een teken, geen straf."}),
        error_messages={"required": "Kies hoe het contact liep."},
    )
    datum = DateField(label="Datum van het contact", not_after=timezone.localdate)
    nota = forms.CharField(
        label="Wat werd er gezegd?", required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )


class AgreementForm(DossierForm):
    """Who does what by when."""

    wie = forms.ChoiceField(
        label="Wie?",
        choices=[(code, words.capitalize()) for code, words in w.PARTIES.items()],
        error_messages={"required": "Kies wie het doet."},
    )
    wat = forms.CharField(
        label="Wat?",
        max_length=200,
        help_text="Zoals: cv meebrengen naar het gesprek.",
        error_messages={"required": "Vul in wat er gebeurt, zoals: cv meebrengen naar het gesprek."},
    )
    tegen = DateField(label="Tegen wanneer?", required=False)
    sleutel = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class TrainingForm(DossierForm):
    """A training that began, as the client or the employment service tells it."""

    wat = forms.CharField(
        label="Welke opleiding?",
        max_length=120,
        help_text="Zoals: lassen, bij VDAB.",
        error_messages={"required": "Vul in welke opleiding het is, zoals: lassen, bij VDAB."},
    )
    datum = DateField(label="Gestart op", not_after=timezone.localdate)
