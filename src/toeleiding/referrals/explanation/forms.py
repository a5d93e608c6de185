"""The form of the explanation: what was discussed, in which language, how and when."""

from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.referrals.texts.points import POINT_IDS
from toeleiding.web.forms import DateField


class ExplanationForm(DossierForm):
    """The proof that the duty to explain was met. `versie` is the Dutch text that stood on the screen.

    `version` is the one in force when the form comes back: what was not shown was not explained.
    """

    alles = forms.BooleanField(label="Alles besproken", required=False)
    punten = forms.MultipleChoiceField(
        label="Of vink aan wat je besprak",
        choices=[(key, key) for key in POINT_IDS],
        error_messages={"required": "Vink “Alles besproken” aan, of elk punt dat je besprak."},
    )
    taal = forms.ChoiceField(label="Taal van het gesprek", choices=list(w.LANGUAGES.items()))
    tolk = forms.ChoiceField(label="Met tolk?", choices=[("nee", "Nee"), ("ja", "Ja")], initial="nee")
    vorm = forms.ChoiceField(
        label="Vorm", choices=[(code, words.capitalize()) for code, words in w.CHANNELS.items()], initial="TALK"
    )
    datum = DateField(label="Datum", not_after=timezone.localdate)
    versie = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, version: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["punten"].required = not self.data.get("alles")
        language = self.initial.get("taal")
        if language and language not in w.LANGUAGES:
            self.fields["taal"].choices = [(language, language), *w.LANGUAGES.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("versie") != str(self.version):
            self.add_error(None, "De tekst veranderde intussen. Lees de nieuwe tekst hieronder na en bewaar opnieuw.")
        missing = len(POINT_IDS) - len(found.get("punten") or [])
        if missing and not found.get("alles") and "punten" not in self.errors:
            points = "1 punt is" if missing == 1 else f"{missing} punten zijn"
            self.add_error("punten", f"{points} nog niet besproken. Bespreek ze, of vink “Alles besproken” aan.")
        return found
