"""The forms of a referral: three short steps at the agency's desk, and what VDAB and the agency answer."""

import re
from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.referral_story import FEEDBACK, REASONS, RETURN_REASONS
from toeleiding.organisations.models import Organisation, Staff
from toeleiding.referrals import content
from toeleiding.web.forms import ChoiceCards, DateField, Form

_LONG = 1000


def _text(label: str, otherwise: str, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=_LONG,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": otherwise},
        **more,
    )


class WhyForm(Form):
    """Step 1: why, and to which office."""

    reden = forms.ChoiceField(
        label="Waarom verwijs je door?",
        choices=list(REASONS.items()),
        widget=ChoiceCards({"ANDERE": "Schrijf hieronder in een zin wat je vraagt."}),
        error_messages={"required": "Kies waarom je doorverwijst."},
    )
    uitleg = forms.CharField(label="Wat vraag je dan?", required=False, max_length=200)
    kantoor = forms.ChoiceField(
        label="Naar welk kantoor?",
        help_text="Is er geen kantoor in de buurt? Kies VDAB: die zoekt het kantoor.",
        error_messages={"required": "Kies een kantoor van VDAB."},
    )

    def __init__(self, *args: Any, offices: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kantoor"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Kies een kantoor"), *((one.code, one.short_name) for one in offices)]

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        if self.cleaned_data.get("reden") == "ANDERE" and not (self.cleaned_data.get("uitleg") or "").strip():
            self.add_error("uitleg", "Schrijf in een zin waarom je doorverwijst.")
        return found


class HowForm(Form):
    """Step 2: what the counsellor has to know."""

    manier = forms.ChoiceField(
        label="Hoe wil de inburgeraar ingeschreven worden?",
        help_text="Kies wat het beste past bij taal en digitale vaardigheden.",
        choices=list(content.WAYS.items()),
        widget=ChoiceCards(
            {
                "ONLINE": "Met itsme of eID.",
                "TOGETHER": "Op kantoor, als het nodig is met een tolk.",
                "PHONE": "De servicelijn spreekt Nederlands, Frans of Engels.",
            }
        ),
        error_messages={"required": "Kies hoe de inburgeraar ingeschreven wil worden."},
    )
    ingelicht = forms.ChoiceField(
        label="Hoe is de inburgeraar ingelicht?",
        help_text="De inburgeraar weet welke gegevens VDAB krijgt en waarom.",
        choices=list(content.INFORMED.items()),
        widget=ChoiceCards(),
        error_messages={"required": "Kies hoe de inburgeraar ingelicht is."},
    )
    telefoon = forms.CharField(
        label="Telefoonnummer",
        help_text="De bemiddelaar belt op dit nummer.",
        max_length=30,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off", "data-kort": ""}),
        error_messages={"required": "Vul een telefoonnummer in, zoals 0470 12 34 56."},
    )
    start = _text(
        "Waarmee kan VDAB meteen aan de slag?",
        "",
        required=False,
        help_text="Noteer geen gezondheids- of gezinsgegevens.",
    )

    def clean_telefoon(self) -> str:
        typed: str = self.cleaned_data["telefoon"]
        if not content.is_phone(typed):
            raise forms.ValidationError("Vul een telefoonnummer in, zoals 0470 12 34 56.")
        return typed.strip()


class CheckForm(Form):
    """Step 3: check and send. `toch` is asked when VDAB may know the person already (rule D-03)."""

    toch = _text("Waarom verwijs je toch door?", "Schrijf waarom je toch doorverwijst.", rows=2)

    def __init__(self, *args: Any, needs_note: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_note:
            del self.fields["toch"]


# What a field of the form is called in a draft.
FIELDS = {
    "reden": "reason",
    "uitleg": "explanation",
    "kantoor": "office",
    "manier": "way",
    "ingelicht": "informed",
    "telefoon": "phone",
    "start": "start",
    "toch": "note",
}


class AnswerForm(Form):
    """The agency answers a question of VDAB."""

    tekst = _text("Je antwoord", "Schrijf je antwoord.")


class WithdrawForm(Form):
    """The agency takes a referral back."""

    tekst = _text("Waarom trek je de doorverwijzing in?", "Schrijf waarom je de doorverwijzing intrekt.", rows=2)


class CloseForm(Form):
    """The agency closes a referral that is followed."""

    tekst = _text("Waarom sluit je de doorverwijzing af?", "Schrijf waarom je de doorverwijzing afsluit.", rows=2)


class AskForm(Form):
    """Whoever received it asks something first."""

    tekst = _text("Wat wil je weten?", "Schrijf wat je wil weten.", rows=2)


class ReturnForm(Form):
    """Whoever received it gives it back."""

    reden = forms.ChoiceField(
        label="Waarom geef je terug?",
        choices=[("", "Kies een reden"), *RETURN_REASONS.items()],
        error_messages={"required": "Kies waarom je teruggeeft."},
    )
    tekst = forms.CharField(label="Toelichting", required=False, max_length=200)

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        if self.cleaned_data.get("reden") == "OTHER" and not (self.cleaned_data.get("tekst") or "").strip():
            self.add_error("tekst", "Schrijf waarom je de doorverwijzing teruggeeft.")
        return found


_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])[.:u ]?(?P<minute>[0-5]\d)?")


class AcceptForm(Form):
    """VDAB takes the person up: category, counsellor and first appointment on one form."""

    categorie = forms.ChoiceField(
        label="Categorie",
        choices=[(code, f"{code} {words}") for code, (words, _) in w.CATEGORIES.items()],
        initial="03",
    )
    bemiddelaar = forms.ChoiceField(label="Bemiddelaar")
    telefoon = forms.CharField(label="Telefoon van de bemiddelaar", required=False, max_length=30)
    datum = DateField(
        label="Datum van de eerste afspraak",
        not_before=timezone.localdate,
        error_messages={"required": "Vul de datum van de eerste afspraak in, zoals 3 december 2026."},
    )
    uur = forms.CharField(
        label="Uur",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "data-kort": ""}),
        error_messages={"required": "Vul het uur in, zoals 10.00."},
    )
    vorm = forms.ChoiceField(
        label="Waar of hoe?",
        choices=[("OFFICE", "Op kantoor"), ("PHONE", "Telefonisch"), ("VIDEO", "Met video")],
        initial="OFFICE",
    )
    plaats = forms.CharField(
        label="Adres, lokaal of nummer", required=False, max_length=120, help_text="Leeg: het adres van het kantoor."
    )
    taal = forms.ChoiceField(
        label="Taal van het gesprek",
        required=False,
        choices=[("", "Taal van de inburgeraar"), *w.LANGUAGES.items()],
    )
    tolk = forms.BooleanField(label="Met tolk", required=False)

    def __init__(self, *args: Any, people: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bemiddelaar"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.username, str(one)) for one in people]

    def clean_uur(self) -> str:
        found = _CLOCK.fullmatch(self.cleaned_data["uur"].strip())
        if found is None:
            raise forms.ValidationError("Vul het uur in, zoals 10.00.")
        return f"{int(found['hour']):02d}:{found['minute'] or '00'}"


class ReportForm(Form):
    """VDAB reports what happened with a joint client."""

    gebeurtenis = forms.ChoiceField(
        label="Wat gebeurde er?",
        choices=list(FEEDBACK.items()),
        widget=ChoiceCards({"APPOINTMENT_MISSED": "De trajectbegeleider belt samen met jou."}),
        error_messages={"required": "Kies wat er gebeurde."},
    )
    datum = DateField(label="Op welke dag?", not_after=timezone.localdate)
    opmerking = forms.CharField(
        label="Opmerking", required=False, max_length=200, help_text="Noteer geen gezondheids- of gezinsgegevens."
    )
