"""A moment, a place and a language."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.filters import printable
from toeleiding.referrals.appointments.telling import NOBODY, Way
from toeleiding.referrals.models import Appointment
from toeleiding.web import dates
from toeleiding.web.forms import ChoiceCards, DateField, Form, TimeField

LENGTHS = [("15", "15 minuten"), ("30", "30 minuten"), ("45", "45 minuten"), ("60", "1 uur"), ("90", "anderhalf uur")]
NUMBER = re.compile(r"TN-\d{4}-\d{5,9}")


class PlaceFields(Form):
    """What every appointment says beside its moment."""

    vorm = forms.ChoiceField(label="Hoe?", choices=list(w.PLACES.items()), widget=ChoiceCards(), initial="OFFICE")
    plaats = forms.CharField(
        label="Plaats", required=False, max_length=120, help_text="Zoals: Werkwinkel Mechelen, loket 4."
    )
    taal = forms.ChoiceField(label="Taal van het gesprek", choices=list(w.LANGUAGES.items()))
    tolk = forms.ChoiceField(label="Met tolk?", choices=[("nee", "Nee"), ("ja", "Ja")], initial="nee")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.initial.get("taal")
        if language and language not in w.LANGUAGES:
            self.fields["taal"].choices = [(language, language), *w.LANGUAGES.items()]  # type: ignore[attr-defined]

    def where(self) -> dict[str, Any]:
        """The fields of an event that say where and in which language."""
        found = self.cleaned_data
        return {
            "form": found["vorm"],
            "place": printable(found["plaats"]),
            "language": found["taal"],
            "interpreter": found["tolk"] == "ja",
        }


class MomentForm(PlaceFields):
    """Another moment for an appointment that is there."""

    datum = DateField(label="Datum", not_before=timezone.localdate)
    uur = TimeField(label="Uur")
    duur = forms.ChoiceField(label="Hoe lang?", choices=LENGTHS, initial="60")
    field_order = ["datum", "uur", "duur", "vorm", "plaats", "taal", "tolk"]

    def at(self) -> datetime:
        """The moment, in Brussels. An hour that does not exist when summer time begins is the one after it."""
        day: date = self.cleaned_data["datum"]
        return timezone.make_aware(datetime.combine(day, self.cleaned_data["uur"]))

    def minutes(self) -> int:
        return int(self.cleaned_data["duur"])


class NewForm(MomentForm):
    """A new appointment. `sleutel` is its id, made with the form: sent twice it is planned once."""

    dossier = forms.RegexField(
        regex=NUMBER,
        label="Dossiernummer",
        help_text="Zoals TN-2026-04418.",
        widget=forms.TextInput({"data-kort": "", "autocomplete": "off"}),
        error_messages={
            "required": "Vul een dossiernummer in, zoals TN-2026-04418.",
            "invalid": "Vul een dossiernummer in, zoals TN-2026-04418.",
        },
    )
    waarover = forms.ChoiceField(label="Waarover?", choices=list(w.SUBJECTS.items()), initial="TALK")
    bericht = forms.ChoiceField(label="Krijgt de inburgeraar een bericht?", required=False, widget=ChoiceCards())
    sleutel = forms.UUIDField(widget=forms.HiddenInput)
    field_order = [
        "dossier",
        "waarover",
        "datum",
        "uur",
        "duur",
        "vorm",
        "plaats",
        "taal",
        "tolk",
        "bericht",
        "sleutel",
    ]

    def __init__(self, *args: Any, ways: Sequence[Way], known: bool, **kwargs: Any) -> None:
        """`ways` are the ways to tell of it; `known`: they are those of the person, of whom we know the addresses."""
        self._troubles = {way.value: way.trouble for way in ways if way.trouble}
        open_ways = [way.value for way in ways if known and not way.trouble]
        first = next(iter(open_ways), NOBODY)
        kwargs["initial"] = {**(kwargs.pop("initial", None) or {}), "sleutel": uuid4(), "bericht": first}
        super().__init__(*args, **kwargs)
        field = self.fields["bericht"]
        field.choices = [*((way.value, way.label) for way in ways), (NOBODY, "Geen bericht")]  # type: ignore[attr-defined]
        field.widget.hints = {way.value: way.trouble or (way.to and f"Naar {way.to}") for way in ways}
        field.widget.hints[NOBODY] = "Je zegt het zelf."
        field.widget.closed = self._troubles.keys()

    def clean_bericht(self) -> str:
        """The way that was chosen; "" for nobody. What is in the way is said with what to do."""
        wanted: str = self.cleaned_data["bericht"]
        if trouble := self._troubles.get(wanted):
            raise forms.ValidationError(trouble)
        return "" if wanted == NOBODY else wanted

    def planned(self, staff: str) -> e.AppointmentPlanned:
        found = self.cleaned_data
        return e.AppointmentPlanned(
            appointment=found["sleutel"],
            subject=found["waarover"],
            at=self.at(),
            minutes=self.minutes(),
            staff=staff,
            **self.where(),
        )


def preset(of: Appointment) -> dict[str, Any]:
    """What the form of an appointment that is there begins with."""
    begins = timezone.localtime(of.begins_at)
    return {
        "datum": dates.long_date(begins.date()),
        "uur": begins.time(),
        "duur": str(int((of.ends_at - of.begins_at).total_seconds() // 60)),
        "vorm": of.form,
        "plaats": of.place,
        "taal": of.language or "nl",
        "tolk": "ja" if of.interpreter else "nee",
    }


def moved(form: MomentForm, of: Appointment) -> e.AppointmentMoved:
    """What the form of an appointment that is there says now."""
    key: UUID = of.pk
    return e.AppointmentMoved(
        appointment=key, at=form.at(), minutes=form.minutes(), staff=of.staff.username, **form.where()
    )
