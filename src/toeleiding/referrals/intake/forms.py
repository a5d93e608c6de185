"""The five pages of the intake. Nothing is mandatory while one talks; what is filled in must be right."""

from typing import Any

from django import forms

from toeleiding.dossiers import wording as dossier_words
from toeleiding.referrals.intake import wording as w
from toeleiding.web.forms import ChoiceCards, Form

JOBS = LANGUAGES = 1
MOST = 8


class CheckCards(forms.CheckboxSelectMultiple):
    """Boxes to tick, as cards."""

    template_name = "web/formulier/keuzes.html"


def _choice(label: str, choices: dict[str, str], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", "Niet besproken"), *choices.items()], **more)


def _text(label: str, length: int = 120, **more: Any) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=length, widget=widget, **more)


class WhoForm(Form):
    """How to reach somebody and in which language."""

    taal = _choice("Contacttaal", dossier_words.LANGUAGES)
    tolk = _choice("Tolk nodig?", {"ja": "Ja", "nee": "Nee"})
    telefoon = _text("Telefoon", 30)
    email = forms.EmailField(
        label="E-mail",
        required=False,
        max_length=120,
        error_messages={"invalid": "Vul een e-mailadres in, zoals naam@voorbeeld.be."},
    )
    digitaal = _choice("Een formulier op het internet invullen", w.DIGITAL)


class StudiesForm(Form):
    """The highest school that was finished."""

    diploma = _choice("Hoogste diploma", w.DIPLOMAS)
    richting = _text("Welke richting?")
    land = _text("In welk land?", 60)
    jaar = forms.IntegerField(
        label="In welk jaar?", required=False, min_value=1940, max_value=2100, widget=forms.TextInput({"data-kort": ""})
    )
    erkenning = _choice("Erkenning van het diploma", w.RECOGNITION)


class WorkForm(Form):
    """The jobs that somebody had, the longest first."""

    def __init__(self, *args: Any, count: int = JOBS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        for place in range(1, count + 1):
            ordinal = "Welk werk deed je het langst?" if place == 1 else f"Welk werk nog? Job {place}"
            self.fields[f"beroep{place}"] = _text(ordinal, help_text="Bijvoorbeeld: verkoper." if place == 1 else "")
            self.fields[f"duur{place}"] = _choice("Hoe lang?", w.DURATIONS)
            self.fields[f"land{place}"] = _text("In welk land?", 60)
            self.fields[f"opnieuw{place}"] = _choice("Wil je dit werk hier ook doen?", w.AGAIN)


class LanguagesForm(Form):
    """Dutch, and the languages that somebody speaks."""

    nederlands = _choice("Nederlands spreken", w.LEVELS)
    nederlands_schrijven = _choice("Nederlands lezen en schrijven", w.LEVELS)

    def __init__(self, *args: Any, count: int = LANGUAGES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        for place in range(1, count + 1):
            self.fields[f"taal{place}"] = _text("Andere taal" if place == 1 else f"Taal {place + 1}", 40)
            self.fields[f"niveau{place}"] = _choice("Hoe goed?", w.LEVELS)


class PlansForm(Form):
    """What somebody wants and what stands in the way."""

    doel = forms.ChoiceField(
        label="Wat wil je nu?", required=False, choices=list(w.GOALS.items()), widget=ChoiceCards()
    )
    job = _text("Welke job zoek je?")
    drempels = forms.MultipleChoiceField(
        label="Wat maakt het moeilijk?", required=False, choices=list(w.OBSTACLES.items()), widget=CheckCards
    )
    afspraken = forms.CharField(
        label="Wat spreken we af?",
        required=False,
        max_length=600,
        help_text="Wie doet wat tegen wanneer. Gezondheid noteer je hier niet.",
        widget=forms.Textarea({"rows": 4}),
    )


FORMS: dict[str, type[Form]] = {
    "wie": WhoForm,
    "studies": StudiesForm,
    "werk": WorkForm,
    "talen": LanguagesForm,
    "plannen": PlansForm,
}
