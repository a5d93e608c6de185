"""Forms for a draft: a name, and one typed field per part of a rule's value."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from toeleiding.law import Rule, Value
from toeleiding.law.in_force import value_error
from toeleiding.rulebook.services import Change
from toeleiding.rulebook.words import word
from toeleiding.web.dates import number
from toeleiding.web.forms import ChoiceCards, DateField, Form, speak_dutch

_DECIDERS = (("CASEWORKER", "Trajectbegeleider beslist"), ("YES", "Ja, dat telt"), ("NO", "Nee, dat telt niet"))
_SERVICES = (("VDAB", "VDAB"), ("ACTIRIS", "Actiris"))
# Words with a fixed meaning for the rules; every other text is free.
_CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "W-05": _DECIDERS,
    "W-06": _DECIDERS,
    "W-07": (_DECIDERS[0], _DECIDERS[2]),
    "K-06": _SERVICES,
    "R-08": _SERVICES,
}


class DraftForm(Form):
    """A new draft."""

    name = forms.SlugField(
        label="Naam van je voorstel",
        max_length=60,
        help_text="Kleine letters, cijfers en streepjes, zoals halftijds-2027.",
        error_messages={
            "invalid": "Geef een korte naam met kleine letters, cijfers en streepjes, zoals halftijds-2027.",
            "max_length": "Maak de naam korter: hoogstens 60 tekens.",
        },
    )
    note = forms.CharField(
        label="Wat wil je nagaan?",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Maak dit korter: hoogstens 400 tekens."},
    )


class ShareField(forms.Field):
    """A part of 1 typed as 0,5 or 0.5 or 50 %; gives a float."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-kort": ""})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"invalid": "Vul een getal in tussen 0 en 1, zoals 0,5."}, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return number(value, 2) if isinstance(value, float) else value

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values:
            return None
        text = str(value).replace(",", ".").replace("\u00a0", " ").strip()
        try:
            share = Decimal(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
        except ArithmeticError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not share.is_finite() or not 0 < share <= 1:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return float(share)


class LinesField(forms.CharField):
    """A list of words, one a line."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class ChangeForm(Form):
    """One dated value of one rule. The fields for the value follow from what kind of value it is."""

    valid_from = DateField(
        label="Geldig vanaf",
        required=False,
        help_text="Een latere dag laat de oude waarde gelden tot de dag ervoor. Leeg betekent: altijd al.",
    )
    valid_to = DateField(label="Geldig tot en met", required=False, help_text="Leeg betekent: zonder einde.")
    note = forms.CharField(
        label="Waarom verander je dit?",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Deze uitleg staat bij de regel.",
        error_messages={
            "required": "Schrijf kort waarom je dit verandert.",
            "max_length": "Maak de uitleg korter: hoogstens 400 tekens.",
        },
    )
    confirmed = forms.BooleanField(
        label="Een openbare tekst bevestigt deze waarde",
        required=False,
        help_text="Zonder vinkje blijft de status van de regel zoals ze is.",
    )
    source = forms.CharField(
        label="Bron",
        required=False,
        max_length=200,
        help_text="De titel en de datum van de tekst.",
        error_messages={"max_length": "Maak de bron korter: hoogstens 200 tekens."},
    )

    def __init__(self, rule: Rule, *args: Any, **kwargs: Any) -> None:
        self.rule = rule
        self._parts = _parts(rule)
        initial = {name: value for name, (_, value) in self._parts.items()}
        initial |= {"valid_from": rule.valid_from, "valid_to": rule.valid_to}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for name, (field, _) in self._parts.items():
            self.fields[name] = field
            speak_dutch(field, str(self[name].label))
        self.order_fields(list(self._parts))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begin, end = data.get("valid_from"), data.get("valid_to")
        if begin and end and end < begin:
            self.add_error("valid_to", "Het einde ligt voor het begin. Kies een latere dag.")
        if data.get("confirmed") and not data.get("source", "").strip():
            self.add_error("source", "Noem de bron die deze waarde bevestigt, zoals de titel en de datum van de tekst.")
        first = next(iter(self._parts))
        if not any(name in self.errors for name in self._parts) and (problem := self._impossible()):
            self.add_error(first, problem)
        return data

    def _impossible(self) -> str:
        """Why the rules could not work with this value; the rules themselves say what they can read."""
        problem = value_error(self.rule.id, self._value())
        if not problem:
            return ""
        return _LIMITS.get(self.rule.id) or f"Deze waarde past niet bij deze regel: {problem}"

    def _value(self) -> Value:
        if isinstance(self.rule.value, dict):
            return {key: self.cleaned_data[_key(key)] for key in self.rule.value}
        given: Value = self.cleaned_data["value"]
        return given == "ja" if isinstance(self.rule.value, bool) else given

    def change(self) -> Change:
        """What the person wants, once the form is valid."""
        data = self.cleaned_data
        return Change(
            value=self._value(),
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            note=data["note"].strip(),
            source=data["source"].strip() or None,
            status="documented" if data["confirmed"] else None,
        )


_YEARS = "Vul een leeftijd in hele jaren in, van 0 tot en met 150."
_DAYS = "Vul een aantal hele dagen in, van 0 tot en met 3650."
_LIMITS = {
    **dict.fromkeys(("R-09", "R-10", "K-02"), _YEARS),
    **dict.fromkeys(("R-05", "A-01", "A-02"), _DAYS),
    "W-02": "Vul een aantal hele maanden in, van 0 tot en met 120.",
}


def _key(part: str) -> str:
    return f"value_{part.lower()}"


def _parts(rule: Rule) -> dict[str, tuple[forms.Field, Any]]:
    """The fields for a value, by name, each with what stands there now."""
    if isinstance(rule.value, dict):
        return {
            _key(part): (_field(rule, value, word(part).capitalize()), _initial(value))
            for part, value in rule.value.items()
        }
    return {"value": (_field(rule, rule.value, rule.title), _initial(rule.value))}


def _initial(value: Value) -> Any:
    return ("ja" if value else "nee") if isinstance(value, bool) else value


def _field(rule: Rule, value: Value, label: str) -> forms.Field:
    """The field for one value. A number may not fall below 0; what more it may be, the rules say."""
    if rule.id in _CHOICES:
        return forms.ChoiceField(label=label, choices=_CHOICES[rule.id], widget=ChoiceCards())
    if isinstance(value, bool):
        return forms.ChoiceField(label=label, choices=(("ja", "Ja"), ("nee", "Nee")), widget=ChoiceCards())
    if isinstance(value, int):
        return forms.IntegerField(
            label=label,
            help_text=rule.unit,
            min_value=0,
            max_value=1_000_000,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-kort": ""}),
            error_messages={
                "invalid": f"Vul bij “{label}” een heel getal in, zoals {value}.",
                "min_value": f"Vul bij “{label}” een getal in van 0 of meer.",
                "max_value": f"Vul bij “{label}” een kleiner getal in.",
            },
        )
    if isinstance(value, float):
        return ShareField(label=label, help_text=f"{rule.unit}, tussen 0 en 1")
    if isinstance(value, date):
        return DateField(label=label)
    if isinstance(value, list):
        return LinesField(label=label, help_text="Eén per regel.", max_length=2_000)
    return forms.CharField(
        label=label, max_length=200, error_messages={"max_length": f"Maak “{label}” korter: hoogstens 200 tekens."}
    )


class ReasonForm(Form):
    """Why a draft becomes the rules in force."""

    reason = forms.CharField(
        label="Waarom wordt dit van kracht?",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bijvoorbeeld de tekst of de beslissing die dit vraagt.",
        error_messages={
            "required": "Geef een reden. Die blijft bij deze regels staan.",
            "max_length": "Maak de reden korter: hoogstens 400 tekens.",
        },
    )
