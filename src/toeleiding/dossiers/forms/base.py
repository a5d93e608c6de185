"""What the forms of one dossier share: the count of events they were opened with, and the check of an INSZ."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from toeleiding.magda import insz
from toeleiding.web.forms import Form

YES_NO = [("ja", "Ja"), ("nee", "Nee")]
INSZ_EXAMPLE = "Vul een rijksregisternummer van 11 cijfers in, zoals op het verblijfsdocument staat."


class DossierForm(Form):
    """A form about one dossier. `events` tells how much of the timeline its reader had seen."""

    events = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, seen: int | None = None, **kwargs: Any) -> None:
        initial = {**(kwargs.pop("initial", None) or {}), "events": seen}
        super().__init__(*args, initial=initial, **kwargs)


class InszField(forms.CharField):
    """A national or BIS number typed with or without signs; gives 11 digits or ""."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Rijksregisternummer")
        kwargs.setdefault("error_messages", {"required": INSZ_EXAMPLE})
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "data-kort": ""}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            return insz.parse(typed).number
        except insz.InszError as error:
            raise ValidationError(str(error), code="invalid") from None


def yes_no(value: str | None) -> bool | None:
    """True, False, or None for no answer."""
    return {"ja": True, "nee": False}.get(value or "")


def from_yes_no(value: bool | None) -> str:
    return {True: "ja", False: "nee", None: ""}[value]
