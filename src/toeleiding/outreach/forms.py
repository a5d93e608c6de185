"""When somebody is away and who stands in."""

from typing import Any

from django import forms
from django.utils import timezone

from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Staff
from toeleiding.outreach import absences, levels
from toeleiding.outreach.models import Level
from toeleiding.web.forms import DateField, Form


class LevelsForm(Form):
    """How loud each kind of notice is."""

    def __init__(self, access: Access, *args: Any) -> None:
        super().__init__(*args, auto_id="n-%s")
        chosen = levels.chosen([access.staff.pk])
        for kind in levels.KINDS_OF_ROLE[access.role]:
            level = chosen.get((access.staff.pk, kind.value), levels.DEFAULTS[kind])
            choices = [(one.value, one.label) for one in levels.choices(kind)]
            words = f"Kies een niveau uit de lijst bij “{kind.label}”."
            if Level.SILENT not in levels.choices(kind):
                words += " Deze melding kan niet op Stil."
            said = {"required": words, "invalid_choice": words}
            field = forms.ChoiceField(label=kind.label, choices=choices, initial=level, error_messages=said)
            self.fields[kind.value] = field


class AbsenceForm(Form):
    """From which day to which, and who is told in that time."""

    van = DateField(label="Eerste dag", not_before=timezone.localdate)
    tot = DateField(
        label="Laatste dag", not_before=timezone.localdate, help_text="Vanaf de dag erna stopt het vanzelf."
    )
    wie = forms.ModelChoiceField(
        label="Wie vervangt je?",
        queryset=Staff.objects.none(),
        empty_label="Kies een collega",
        error_messages={
            "required": "Kies wie je vervangt.",
            "invalid_choice": "Deze collega kan je niet vervangen. Kies iemand met dezelfde rol in je organisatie.",
        },
    )

    def __init__(self, access: Access, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wie"].queryset = absences.colleagues(access)  # type: ignore[attr-defined]


class ColleagueAbsenceForm(AbsenceForm):
    """The same for somebody of the team who cannot do it herself."""

    field_order = ("collega", "van", "tot", "wie")
    collega = forms.ModelChoiceField(
        label="Wie is afwezig?",
        queryset=Staff.objects.none(),
        empty_label="Kies een collega",
        error_messages={
            "required": "Kies wie afwezig is.",
            "invalid_choice": "Deze collega is geen trajectbegeleider in je team. Kies iemand anders.",
        },
    )

    wie = forms.ModelChoiceField(
        label="Wie vervangt?",
        queryset=Staff.objects.none(),
        empty_label="Kies een collega",
        error_messages={
            "required": "Kies wie vervangt.",
            "invalid_choice": "Deze collega kan niet vervangen. Kies iemand met dezelfde rol in je organisatie.",
        },
    )

    def __init__(self, access: Access, *args: Any, **kwargs: Any) -> None:
        super().__init__(access, *args, **kwargs)
        team = absences.case_workers(access)
        self.fields["collega"].queryset = self.fields["wie"].queryset = team  # type: ignore[attr-defined]
