"""A new dossier: by number from the KBI, or by hand."""

from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.base import InszField
from toeleiding.dossiers.forms.person import AddressMixin
from toeleiding.web.forms import DateField, Form, IncompleteDateField


class ByNumberForm(Form):
    """Ask the KBI about one number."""

    insz = InszField(help_text="11 cijfers. Een BIS-nummer mag ook.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="kbi_%s", **kwargs)  # the other form of the page asks for a number too


class ByHandForm(AddressMixin, Form):
    """What somebody tells at the desk. Only a name is needed; the rest may follow."""

    voornaam = forms.CharField(
        label="Voornaam", max_length=80, error_messages={"required": "Vul de voornaam in, zoals op het document."}
    )
    achternaam = forms.CharField(
        label="Achternaam", max_length=80, error_messages={"required": "Vul de achternaam in, zoals op het document."}
    )
    geboren = IncompleteDateField(label="Geboortedatum", required=False, help_text="Dag en maand mogen leeg blijven.")
    insz = InszField(required=False, help_text="Zonder nummer kunnen we niets vragen aan VDAB of Actiris.")
    bis = forms.BooleanField(label="Dit is een BIS-nummer", required=False)
    taal = forms.ChoiceField(
        label="Contacttaal", required=False, choices=[("", "Nog niet gevraagd"), *w.LANGUAGES.items()]
    )
    contract = DateField(
        label="Datum van het contract",
        required=False,
        not_after=timezone.localdate,
        help_text="Laat leeg als er nog geen is.",
    )
    doelgroep = forms.ChoiceField(
        label="Doelgroep",
        required=False,
        choices=[("", "Nog niet gekend"), ("VERPLICHT", "Verplicht"), ("RECHTHEBBEND", "Rechthebbend")],
    )
    iemand_anders = forms.BooleanField(label="Nee, dit is iemand anders", required=False)

    field_order = [
        "voornaam", "achternaam", "geboren", "insz", "bis", "taal", "gemeente", "postcode", "gewest", "contract",
        "doelgroep", "iemand_anders",
    ]  # fmt: skip
