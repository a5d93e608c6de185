"""Deciding whether two dossiers are about one person, and undoing it."""

from typing import Any

from django import forms

from toeleiding.dossiers import story
from toeleiding.dossiers.merging import Merge
from toeleiding.dossiers.models import Dossier
from toeleiding.web.forms import ChoiceCards, Form


class MergeForm(Form):
    """Which dossier stays, and why these are one person or two."""

    besluit = forms.ChoiceField(
        label="Gaat het om dezelfde persoon?",
        choices=[("samen", "Ja, voeg de dossiers samen"), ("twee", "Nee, het zijn twee personen")],
        widget=ChoiceCards(),
    )
    blijft = forms.ChoiceField(label="Welk dossier blijft?", widget=ChoiceCards())
    reden = forms.CharField(
        label="Waarom beslis je zo?",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="Zoals: zelfde foto en zelfde adres op beide documenten.",
        error_messages={"required": "Vul in waarom je zo beslist, zoals: zelfde foto en zelfde adres."},
    )

    def __init__(self, *args: Any, pair: tuple[Dossier, Dossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["blijft"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.number, f"{one.number}, {one.name}") for one in pair]


class SplitForm(Form):
    """What of the facts noted since belongs to the other dossier, and why these are two people."""

    mee = forms.MultipleChoiceField(
        label="Wat gaat mee naar het andere dossier?", required=False, widget=forms.CheckboxSelectMultiple
    )
    reden = forms.CharField(
        label="Waarom splits je de dossiers?",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Vul in waarom je splitst, zoals: het zijn twee zussen."},
    )

    def __init__(self, *args: Any, merge: Merge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = sorted(story.lines(merge.since), key=lambda line: line.id)
        choices = [(str(line.id), f"{line.told.title} ({line.when}) {line.told.text}".strip()) for line in lines]
        field = self.fields["mee"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        if not choices:
            del self.fields["mee"]
