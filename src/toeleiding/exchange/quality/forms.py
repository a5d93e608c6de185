"""What somebody fills in for the improvement plan."""

from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.exchange.models import ActionState
from toeleiding.exchange.quality import actions
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Unit
from toeleiding.organisations.models import Organisation, OrganisationKind
from toeleiding.web.forms import ChoiceCards, DateField, Form


class ActionForm(Form):
    """An action: what, who, by when and how much better."""

    meting = forms.ChoiceField(label="Welk cijfer moet beter?", choices=[(m.code, m.name) for m in MEASURES.values()])
    agentschap = forms.ModelChoiceField(
        label="Voor wie?", required=False, queryset=Organisation.objects.none(), empty_label="Alle agentschappen samen"
    )
    titel = forms.CharField(label="Wat gaan we doen?", max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    waarom = forms.CharField(
        label="Waarom?", required=False, max_length=600, widget=forms.Textarea({"rows": 3}),
        help_text="Wat denk je dat de oorzaak is?",
    )  # fmt: skip
    wie = forms.ModelChoiceField(
        label="Wie volgt dit op?", queryset=actions.possible_owners().none(), empty_label="Kies"
    )
    tegen = DateField(label="Tegen wanneer?", not_before=timezone.localdate)
    doel = forms.FloatField(
        label="Doel", required=False, localize=True, widget=forms.TextInput({"data-kort": "", "inputmode": "decimal"}),
        help_text="Een getal: procent, aantal, dagen, uren of seconden, zoals het cijfer zelf.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Organisation.objects.filter(kind=OrganisationKind.AGENCY)
        self.fields["agentschap"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["wie"].queryset = actions.possible_owners()  # type: ignore[attr-defined]

    def clean_doel(self) -> float | None:
        """A share is typed as a percentage."""
        found: float | None = self.cleaned_data["doel"]
        if found is None:
            return None
        if found < 0:
            raise forms.ValidationError("Een doel is nul of meer.")
        measure = MEASURES.get(self.cleaned_data.get("meting", ""))
        if measure and measure.unit is Unit.SHARE:
            if found > 100:
                raise forms.ValidationError("Een percentage is hoogstens 100.")
            return found / 100
        return found


class NoteForm(Form):
    """A line along the way."""

    tekst = forms.CharField(label="Noteer hoe het gaat", max_length=600, widget=forms.Textarea({"rows": 2}))


class CloseForm(Form):
    """How an action ended."""

    stand = forms.ChoiceField(
        label="Hoe sluit je de actie af?",
        choices=[(ActionState.DONE.value, "Klaar"), (ActionState.DROPPED.value, "Niet verdergezet")],
        widget=ChoiceCards(),
    )
    slot = forms.CharField(label="Wat leverde het op, of waarom niet?", max_length=300)
