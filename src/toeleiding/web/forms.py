"""Forms as this product shows them: Dutch words that say what to do, and dates as people write them."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates

from toeleiding.web import dates

DATE_EXAMPLE = "Vul een datum in, zoals 24 november 2026."
TIME_EXAMPLE = "Vul een uur in, zoals 14.30."
_TIME_TYPED = re.compile(r"(\d{1,2})(?:[.:uh ]?(\d{2})|[uh])? ?(?:uur)?", re.ASCII)
BIRTH_EXAMPLE = "Vul minstens een geboortejaar in, zoals 1990."


class Renderer(DjangoTemplates):
    """Draws each field with label, hint, error and control in the order of the design."""

    form_template_name = "web/formulier/formulier.html"
    field_template_name = "web/formulier/veld.html"


class ChoiceCards(forms.RadioSelect):
    """Radio buttons as cards. `hints` maps a value to the line under its label; what is `closed` cannot be chosen."""

    template_name = "web/formulier/keuzes.html"

    def __init__(self, hints: Mapping[str, str] | None = None, closed: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints, self.closed = hints or {}, closed

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            made["attrs"]["disabled"] = True
        return {**made, "hint": self.hints.get(str(value), "")}


# Beyond these a date is a slip of the keyboard.
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)


class DateField(forms.Field):
    """A day typed as 24/11/2026, 24-11-2026, 2026-11-24 or "24 november 2026"; gives a `datetime.date`.

    `not_after` and `not_before` are dates, or callables giving one (such as `timezone.localdate`).
    """

    widget = forms.TextInput(attrs={"autocomplete": "off", "data-kort": ""})
    default_error_messages = {"required": DATE_EXAMPLE, "invalid": DATE_EXAMPLE}

    def __init__(self, *, not_before: Any = EARLIEST, not_after: Any = LATEST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_before, self.not_after = not_before, not_after

    def prepare_value(self, value: Any) -> Any:
        return dates.long_date(value) if isinstance(value, dt.date) else value

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return dates.local_day(value)
        found = dates.parse_date(str(value))
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        lowest = self.not_before() if callable(self.not_before) else self.not_before
        highest = self.not_after() if callable(self.not_after) else self.not_after
        if lowest and value < lowest:
            raise ValidationError(f"Kies een datum vanaf {dates.long_date(lowest)}.", code="too_early")
        if highest and value > highest:
            raise ValidationError(f"Kies een datum tot en met {dates.long_date(highest)}.", code="too_late")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class TimeField(forms.Field):
    """An hour typed as 14.30, 14:30, 14u30 or 14; gives a `datetime.time`."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "data-kort": ""})
    default_error_messages = {"required": TIME_EXAMPLE, "invalid": TIME_EXAMPLE}

    def prepare_value(self, value: Any) -> Any:
        return f"{value.hour}.{value.minute:02d}" if isinstance(value, dt.time) else value

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values:
            return None
        found = _TIME_TYPED.fullmatch(str(value).strip().lower())
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return dt.time(int(found[1]), int(found[2] or 0))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class BirthDateWidget(forms.MultiWidget):
    """Day, month and year side by side; day and month may stay empty."""

    template_name = "web/formulier/geboortedatum.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            "dag": forms.TextInput({**number, "maxlength": "2"}),
            "maand": forms.TextInput({**number, "maxlength": "2"}),
            "jaar": forms.TextInput({**number, "maxlength": "4"}),
        }
        super().__init__(parts, attrs)

    def decompress(self, value: Any) -> list[str]:
        return day_month_year(str(value)) if value else ["", "", ""]


def day_month_year(stored: str) -> list[str]:
    """The three boxes for a stored `YYYY-MM-DD`; what is 00 or left out is unknown and stays empty."""
    year, month, day = ([*stored.split("-"), "00", "00"])[:3]
    return ["" if int(part) == 0 else part for part in (day, month, year)]


class IncompleteDateField(forms.Field):
    """A birth date of which day, or day and month, may be unknown.

    Gives `YYYY-MM-DD` with 00 for what is unknown (as registers write it), or "" when nothing was filled in.
    """

    widget = BirthDateWidget
    default_error_messages = {"required": BIRTH_EXAMPLE, "invalid": BIRTH_EXAMPLE}

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        if isinstance(value, str):
            value = day_month_year(value) if re.fullmatch(r"\d+(-\d+){0,2}", value) else [value]
        day, month, year = ([*[str(part or "").strip() for part in value], "", ""])[:3]
        if not (day or month or year):
            return ""
        if not re.fullmatch(r"\d{4}", year):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if day and not month:
            raise ValidationError("Vul ook de maand in, of laat de dag leeg.", code="invalid")
        if not all(re.fullmatch(r"\d{0,2}", part) for part in (day, month)):
            raise ValidationError("Vul de dag en de maand in cijfers in, zoals 24 en 11.", code="invalid")
        return self._existing(int(year), int(month or 0), int(day or 0))

    def _existing(self, year: int, month: int, day: int) -> str:
        try:
            known = dt.date(year, month or 1, day or 1)
        except ValueError:
            raise ValidationError("Deze datum bestaat niet. Controleer de dag en de maand.", code="invalid") from None
        if known > dt.date.today() or year < 1900:  # noqa: DTZ011 - a birth date has no time zone
            raise ValidationError("Vul een geboortejaar in tussen 1900 en vandaag.", code="invalid")
        return f"{year:04d}-{month:02d}-{day:02d}"


class Form(forms.Form):
    """The form every screen uses: own renderer, Dutch errors, and an error summary.

    Errors that the caller wrote himself (`error_messages=`) stand; the words of Django are replaced.
    """

    use_required_attribute = False
    default_renderer = Renderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        for name, field in self.fields.items():  # also those that a form added to itself
            speak_dutch(field, str(self[name].label))
        super().full_clean()

    def error_links(self) -> list[tuple[str, str]]:
        """(id of the control, sentence) of each error, in the order of the fields, for the error summary."""
        found = [("", str(words)) for words in self.non_field_errors()]
        for bound in self:
            found += [(_first_control(bound), str(words)) for words in bound.errors]
        return found


def _first_control(bound: forms.BoundField) -> str:
    """The id a link in the summary jumps to: of a group of radio buttons or parts, the first."""
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


def speak_dutch(field: forms.Field, label: str) -> None:
    """Replace Django's own sentences by ones that say what to do; sentences given by the caller stand."""
    chooses = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    ours = {
        "required": f"Kies een antwoord bij “{label}”." if chooses else f"Vul “{label}” in.",
        "invalid_choice": f"Kies een van de mogelijkheden bij “{label}”.",
        "invalid_list": f"Kies een of meer van de mogelijkheden bij “{label}”.",
        "invalid_pk_value": f"Kies een van de mogelijkheden bij “{label}”.",
        "invalid": f"Vul “{label}” in zoals in het voorbeeld.",
        "incomplete": f"Vul “{label}” helemaal in.",
        "missing": "Kies een bestand.",
        "empty": "Dit bestand is leeg. Kies een ander bestand.",
    }
    # What Django says of a limit comes from the validator of that limit, unless the field has words for it.
    limits: dict[str, Any] = {
        "max_length": f"Maak “{label}” korter: hoogstens {getattr(field, 'max_length', None)} tekens.",
        "min_length": f"Maak “{label}” langer: minstens {getattr(field, 'min_length', None)} tekens.",
        "max_value": f"Vul bij “{label}” hoogstens {getattr(field, 'max_value', None)} in.",
        "min_value": f"Vul bij “{label}” minstens {getattr(field, 'min_value', None)} in.",
        "null_characters_not_allowed": f"Typ “{label}” opnieuw: er zit een teken in dat niet kan.",
    }
    if isinstance(field, forms.BooleanField):
        ours["required"] = f"Vink “{label}” aan."
    elif isinstance(field, forms.EmailField):
        limits["invalid"] = "Vul een e-mailadres in, zoals naam@voorbeeld.be."
    elif isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        ours["invalid"] = f"Vul bij “{label}” een getal in."
    elif isinstance(field, DateField | TimeField | IncompleteDateField):
        ours = {}
    django_words: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        django_words.update(getattr(kind, "default_error_messages", {}))
    for code, sentence in ours.items():
        if code in field.error_messages and field.error_messages[code] == django_words.get(code):
            field.error_messages[code] = sentence
    field.error_messages = limits | field.error_messages
