"""Step 5: a slot for help, an attempt with what stood in the way, and a registration that is reported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers import obstacles
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.dossiers.forms.steps import CheckCards
from toeleiding.referrals.appointments.forms import PlaceFields
from toeleiding.web import dates
from toeleiding.web.forms import ChoiceCards, DateField, TimeField

OTHER = "anders"


class SlotForm(DossierForm, PlaceFields):
    """Which help, and when: one of the free moments, or another one."""

    soort = forms.ChoiceField(label="Welke hulp?", choices=list(w.SUPPORT_KINDS.items()), initial="ONLINE")
    moment = forms.ChoiceField(label="Wanneer?", widget=ChoiceCards(), error_messages={"required": "Kies een moment."})
    datum = DateField(label="Ander moment: datum", required=False, not_before=timezone.localdate)
    uur = TimeField(label="Ander moment: uur", required=False)
    sleutel = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ["soort", "moment", "datum", "uur", "vorm", "plaats", "taal", "tolk"]

    def __init__(self, *args: Any, slots: Sequence[datetime] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(at.isoformat(), dates.moment(at).capitalize()) for at in map(timezone.localtime, slots)]
        self.fields["moment"].choices = [*offered, (OTHER, "Een ander moment")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("moment") == OTHER:
            if not found.get("datum") and "datum" not in self.errors:
                self.add_error("datum", "Vul de datum in, zoals 24 november 2026.")
            if not found.get("uur") and "uur" not in self.errors:
                self.add_error("uur", "Vul het uur in, zoals 14.30.")
        return found

    def at(self) -> datetime:
        found = self.cleaned_data
        if found["moment"] != OTHER:
            return datetime.fromisoformat(found["moment"])
        return timezone.make_aware(datetime.combine(found["datum"], found["uur"]))

    def planned(self, staff: str, minutes: int) -> e.AppointmentPlanned:
        return e.AppointmentPlanned(
            appointment=self.cleaned_data["sleutel"],
            subject="SUPPORT",
            at=self.at(),
            minutes=minutes,
            staff=staff,
            support=self.cleaned_data["soort"],
            **self.where(),
        )


class AttemptForm(DossierForm):
    """Help with registering: what was done, how far it came and what stood in the way."""

    soort = forms.ChoiceField(
        label="Wat heb je gedaan?",
        choices=[("", "Kies een soort"), *w.SUPPORT_KINDS.items()],
        error_messages={"required": "Kies welke ondersteuning je gaf."},
    )
    resultaat = forms.ChoiceField(
        label="Is de inschrijving gelukt?",
        choices=[("COMPLETED", "Voltooid"), ("PARTLY", "Deels"), ("NOT", "Niet")],
        widget=ChoiceCards(),
        error_messages={"required": "Kies of de inschrijving gelukt is."},
    )
    drempel = forms.MultipleChoiceField(
        label="Drempels",
        required=False,
        widget=CheckCards,
        help_text="Wat hield de inschrijving tegen? Nodig als ze niet voltooid is.",
    )
    datum = DateField(label="Datum", not_after=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.code, one.words) for one in obstacles.offered_on(timezone.localdate())]
        self.fields["drempel"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("resultaat") in ("PARTLY", "NOT") and not found.get("drempel"):
            self.add_error("drempel", "Kies wat de inschrijving tegenhield.")
        return found

    def given(self) -> e.SupportGiven:
        found = self.cleaned_data
        codes = tuple(found["drempel"])
        return e.SupportGiven(
            support=found["soort"], outcome=found["resultaat"], obstacle=codes[0] if codes else None, obstacles=codes
        )
