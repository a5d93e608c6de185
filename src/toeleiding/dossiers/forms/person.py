"""The person card: the facts that the rules and the counsellor need."""

import re
from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.base import YES_NO, DossierForm, InszField
from toeleiding.web import dates
from toeleiding.web.forms import DateField, IncompleteDateField

_UNKNOWN = [("", "Nog niet nagekeken"), *YES_NO]
PHONE_EXAMPLE = "Vul een telefoonnummer in, zoals 0470 12 34 56."


def region_of_postal_code(code: str) -> str:
    """The region in which a Belgian postal code lies: 1000 to 1299 Brussels; 1300 to 1499 and 4000 to 7999
    Wallonia; the rest Flanders."""
    number = int(code)
    if 1000 <= number <= 1299:
        return "BRUSSEL"
    if 1300 <= number <= 1499 or 4000 <= number <= 7999:
        return "WALLONIE"
    return "VLAANDEREN"


class AddressMixin(forms.Form):
    """Municipality, postal code and region; the region follows from the postal code unless it is chosen."""

    gemeente = forms.CharField(label="Gemeente", required=False, max_length=60)
    postcode = forms.RegexField(
        regex=r"^[1-9][0-9]{3}$",
        label="Postcode",
        required=False,
        error_messages={"invalid": "Vul een postcode van 4 cijfers in, zoals 2800."},
        widget=forms.TextInput({"inputmode": "numeric", "data-kort": "", "autocomplete": "off"}),
    )
    gewest = forms.ChoiceField(
        label="Gewest",
        required=False,
        choices=[("", "Volgens de postcode"), *w.REGIONS.items()],
        help_text="Bepaalt of VDAB of Actiris bevoegd is.",
    )

    def clean_gewest(self) -> str:
        """The region chosen; a new postal code beside an untouched choice speaks for itself."""
        chosen: str = self.cleaned_data["gewest"]
        postal_code = self.cleaned_data.get("postcode")
        moved = postal_code != (self.initial.get("postcode") or "") and chosen == (self.initial.get("gewest") or "")
        return region_of_postal_code(postal_code) if postal_code and (moved or not chosen) else chosen


class PersonForm(DossierForm, AddressMixin):
    """All facts of the card on one page; only what changed becomes an event."""

    mag_werken = forms.ChoiceField(label="Recht om te werken", required=False, choices=_UNKNOWN)
    document = forms.CharField(
        label="Gezien document", required=False, max_length=120, help_text="Zoals: A-kaart, arbeidsmarkt onbeperkt."
    )
    gezien_op = DateField(label="Document gezien op", required=False, not_after=timezone.localdate)
    leerplicht = forms.ChoiceField(label="Voltijds leerplichtig", required=False, choices=_UNKNOWN)
    bescherming = forms.ChoiceField(
        label="Tijdelijke bescherming",
        choices=[("nee", "Nee"), ("ja", "Ja")],
        help_text="Zoals voor wie uit Oekraïne komt.",
    )
    voornaam = forms.CharField(label="Voornaam", max_length=80)
    achternaam = forms.CharField(label="Achternaam", max_length=80)
    geboren = IncompleteDateField(label="Geboortedatum", required=False, help_text="Dag en maand mogen leeg blijven.")
    insz = InszField(required=False, help_text="Laat leeg om het nummer niet te veranderen.")
    bis = forms.BooleanField(label="Dit nieuwe nummer is een BIS-nummer", required=False)
    taal = forms.ChoiceField(
        label="Contacttaal", required=False, choices=[("", "Nog niet gevraagd"), *w.LANGUAGES.items()]
    )
    nederlands = forms.CharField(label="Nederlands", required=False, max_length=40, help_text="Zoals: A1 mondeling.")
    tolk = forms.ChoiceField(label="Tolk nodig", required=False, choices=[("", "Nog niet gevraagd"), *YES_NO])
    gsm = forms.CharField(
        label="Telefoon", required=False, max_length=30, widget=forms.TextInput({"inputmode": "tel", "data-kort": ""})
    )
    email = forms.EmailField(
        label="E-mailadres",
        required=False,
        max_length=120,
        error_messages={"invalid": "Vul een e-mailadres in, zoals naam@voorbeeld.be."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.initial.get("taal")
        if language and language not in w.LANGUAGES:
            self.fields["taal"].choices = [(language, language), *w.LANGUAGES.items()]  # type: ignore[attr-defined]

    def clean_gsm(self) -> str:
        typed: str = self.cleaned_data["gsm"]
        if typed and not re.fullmatch(r"\+?[0-9 ./()-]{8,30}", typed):
            raise forms.ValidationError(PHONE_EXAMPLE, code="invalid")
        return dates.phone(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("mag_werken") and not found.get("document"):
            self.add_error("document", "Vul in welk document je zag, zoals: A-kaart.")
        if found.get("mag_werken") and "gezien_op" not in self.errors and not found.get("gezien_op"):
            self.add_error("gezien_op", "Vul in wanneer je het document zag, zoals 24 november 2026.")
        return found
