"""What the forms of one dossier share: the count of events they were opened with, and the check of an INSZ."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

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
        digits = re.sub(r"[\s.\-/]", "", super().to_python(value))
        if digits and not is_insz(digits):
            raise ValidationError(INSZ_EXAMPLE, code="invalid")
        return digits


def is_insz(digits: str) -> bool:
    """Eleven digits whose last two are right: 97 minus the first nine modulo 97, with a 2 before them when
    born since 2000 (INTERFACE chapter 2)."""
    if not re.fullmatch(r"[0-9]{11}", digits):
        return False
    first, check = int(digits[:9]), int(digits[9:])
    return check in (97 - first % 97, 97 - (2_000_000_000 + first) % 97)


def yes_no(value: str | None) -> bool | None:
    """True, False, or None for no answer."""
    return {"ja": True, "nee": False}.get(value or "")


def from_yes_no(value: bool | None) -> str:
    return {True: "ja", False: "nee", None: ""}[value]
