"""What an operator fills in: a reason, always."""

from typing import Any
from uuid import UUID, uuid4

from django import forms

from toeleiding.exchange.models import Feed, Service
from toeleiding.web.forms import ChoiceCards, Form

REASON_LENGTH = 200


def reason(label: str, hint: str) -> forms.CharField:
    """One line that stays with what was done."""
    return forms.CharField(
        label=label, help_text=hint, max_length=REASON_LENGTH, widget=forms.TextInput({"autocomplete": "off"})
    )


class ReplayForm(Form):
    """Ask the chosen failures again. `proef` is the token of the dry run: sent twice, done once."""

    reden = reason("Waarom stel je deze vragen opnieuw?", "Bijvoorbeeld: de machtiging is hersteld.")
    proef = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"proef": uuid4()}, **kwargs)

    @property
    def token(self) -> UUID:
        found: UUID = self.cleaned_data["proef"]
        return found


class HoldForm(Form):
    """Hold one service, or the fetching of one feed."""

    dienst = forms.ChoiceField(
        label="Wat houd je tegen?", choices=[*Service.choices, *Feed.choices], widget=ChoiceCards
    )
    reden = reason("Waarom houd je dit tegen?", "Bijvoorbeeld: VDAB doet onderhoud tot 18 uur.")
