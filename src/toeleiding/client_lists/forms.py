"""What somebody gives: a file, or the cells of one row as they should have been."""

from typing import Any

from django import forms

from toeleiding.client_lists import limits
from toeleiding.client_lists.columns import LABELS
from toeleiding.client_lists.models import Row
from toeleiding.web.forms import Form

_KINDS = (".xlsx", ".xls", ".ods", ".csv", ".txt")


class UploadForm(Form):
    """One file."""

    bestand = forms.FileField(
        label="Bestand",
        help_text="Een rekenblad (.xlsx, .ods) of een .csv, met bovenaan een rij kolomtitels. Hoogstens 25 MB.",
        error_messages={
            "required": "Kies een bestand.",
            "empty": "Dit bestand is leeg. Kies een ander bestand.",
            "invalid": "Kies een bestand.",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(_KINDS)}),
    )

    def clean_bestand(self) -> Any:
        """Refuse what cannot be a list before it is read."""
        found: Any = self.cleaned_data["bestand"]
        if not (found.name or "").lower().endswith(_KINDS):
            raise forms.ValidationError("Kies een bestand dat eindigt op .xlsx, .xls, .ods of .csv.")
        if (found.size or 0) > limits.FILE_BYTES:
            raise forms.ValidationError(
                f"Dit bestand is groter dan {limits.FILE_BYTES // 1_000_000} MB. Splits de lijst in kleinere bestanden."
            )
        return found


class RowForm(Form):
    """All cells of one row as text; what was wrong stands at its field."""

    def __init__(self, row: Row, fields: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=row.given, **kwargs)
        for field in fields:
            self.fields[field] = forms.CharField(
                label=LABELS[field],
                required=False,
                max_length=limits.CELL_CHARACTERS,
                help_text=row.problems.get(field) or row.repairs.get(field, ""),
                widget=forms.TextInput({"autocomplete": "off"}),
            )
