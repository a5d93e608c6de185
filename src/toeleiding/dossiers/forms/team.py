"""Team lead: what a colleague speaks and is good at, to whom a caseload goes; and the exception that is asked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.dossiers.forms.steps import CheckCards
from toeleiding.dossiers.models import Competence, ExceptionKind
from toeleiding.dossiers.team import Colleague
from toeleiding.web.forms import ChoiceCards, DateField, Form

_LANGUAGES: list[tuple[str, str]] = sorted(w.LANGUAGES.items(), key=lambda pair: pair[1])


class SkillsForm(Form):
    """Languages and competences of a colleague."""

    talen = forms.MultipleChoiceField(label="Talen", required=False, widget=CheckCards, choices=_LANGUAGES)
    sterk_in = forms.MultipleChoiceField(
        label="Sterk in", required=False, widget=CheckCards, choices=Competence.choices
    )


class ReceiversForm(Form):
    """Among whom a caseload is spread."""

    aan = forms.MultipleChoiceField(
        label="Wie kan dossiers krijgen?",
        widget=CheckCards,
        error_messages={"required": "Kies minstens een collega."},
    )

    def __init__(self, *args: Any, receivers: Sequence[Colleague] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(one.username, f"{one.name}, {one.open} open") for one in receivers]
        self.fields["aan"].choices = names  # type: ignore[attr-defined]


class NoteForm(Form):
    """What the receivers have to know."""

    nota = forms.CharField(
        label="Wat moeten je collega's weten?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Dit komt in de tijdlijn van elk dossier.",
        error_messages={"required": "Vul in wat je collega's moeten weten."},
    )


class ExceptionForm(DossierForm):
    """What a case worker may not decide alone."""

    wat = forms.ChoiceField(
        label="Wat vraag je?",
        choices=ExceptionKind.choices,
        widget=ChoiceCards(
            {
                "SKIP_EXPLANATION": "Zoals: kreeg de toelichting al bij een ander agentschap.",
                "SUSPEND_TERM": "De termijn staat dan stil. Zoals: opname in het ziekenhuis.",
            }
        ),
        error_messages={"required": "Kies wat je vraagt."},
    )
    reden = forms.CharField(
        label="Waarom?",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Vul in waarom je dit vraagt."},
    )
    van = DateField(label="Opschorten van", required=False)
    tot = DateField(label="Opschorten tot en met", required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("wat") == ExceptionKind.SUSPEND_TERM and not found.get("van") and "van" not in self.errors:
            self.add_error("van", "Vul in vanaf wanneer de termijn stilstaat, zoals 24 november 2026.")
        if found.get("van") and found.get("tot") and found["tot"] < found["van"]:
            self.add_error("tot", "De einddatum ligt voor de begindatum. Verbeter een van de twee.")
        return found
