"""T2 by hand: an answer by phone, a proof of the client, a decision between the two, a contact."""

from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.dossiers.events import Counsellor
from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.web.forms import ChoiceCards, DateField


def _category(**kwargs: Any) -> forms.CharField:
    return forms.RegexField(
        regex=r"^[0-9]{2}$",
        label="Categorie",
        help_text="Twee cijfers, zoals 03. Een code die we niet kennen mag ook.",
        error_messages={"invalid": "Vul de categorie in als 2 cijfers, zoals 03."},
        widget=forms.TextInput({"inputmode": "numeric", "data-kort": "", "autocomplete": "off"}),
        **kwargs,
    )


class AnswerByHandForm(DossierForm):
    """What the employment service told by phone or on paper."""

    antwoord = forms.ChoiceField(
        label="Wat zei de dienst?",
        choices=[("KNOWN", "Ingeschreven"), ("NOT_KNOWN", "Niet gekend")],
        widget=ChoiceCards({"NOT_KNOWN": "Alleen als de dienst dit zelf zei. Geen antwoord is geen “niet gekend”."}),
        error_messages={"required": "Kies wat de dienst zei: ingeschreven of niet gekend."},
    )
    ingeschreven_op = DateField(label="Ingeschreven op", required=False, not_after=timezone.localdate)
    categorie = _category(required=False)
    bemiddelaar = forms.CharField(label="Bemiddelaar", required=False, max_length=80)
    kantoor = forms.CharField(label="Kantoor", required=False, max_length=80, help_text="Waar de bemiddelaar werkt.")
    reden = forms.CharField(
        label="Waarom noteer je dit zelf?",
        max_length=200,
        help_text="Zoals: gebeld met het kantoor in Mechelen.",
        error_messages={"required": "Vul in waarom je dit zelf noteert, zoals: gebeld met het kantoor in Mechelen."},
    )

    def counsellor(self) -> Counsellor | None:
        name, office = self.cleaned_data["bemiddelaar"], self.cleaned_data["kantoor"]
        return Counsellor(name=name or None, office=office or None) if name or office else None


class ProofForm(DossierForm):
    """A proof of registration that the client shows."""

    ingeschreven_op = DateField(label="Datum van inschrijving op het bewijs", not_after=timezone.localdate)
    document = forms.CharField(
        label="Welk document?",
        max_length=120,
        help_text="Zoals: afdruk van Mijn Loopbaan.",
        error_messages={"required": "Vul in welk document je zag, zoals: afdruk van Mijn Loopbaan."},
    )
    categorie = _category(required=False)


class ConflictForm(DossierForm):
    """Which of two sides holds, and why."""

    keuze = forms.ChoiceField(
        label="Wat geldt?",
        choices=[("CLIENT", "Het bewijs van de inburgeraar"), ("REGISTER", "Het antwoord uit het register")],
        widget=ChoiceCards(),
        error_messages={"required": "Kies wat geldt: het bewijs of het register."},
    )
    reden = forms.CharField(
        label="Waarom?",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Vul in waarom je zo beslist."},
    )


class ContactForm(DossierForm):
    """A contact with the employment service that took place or was missed."""

    gebeurd = forms.ChoiceField(
        label="Ging het contact door?",
        choices=[("ja", "Ja"), ("nee", "Nee, gemist")],
        widget=ChoiceCards({"nee": "Bel samen. Een gemiste afspraak is een teken, geen straf."}),
        error_messages={"required": "Kies of het contact doorging."},
    )
    datum = DateField(label="Datum van het contact", not_after=timezone.localdate)
