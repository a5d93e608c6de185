"""Two people in one form: what each wrote, beside each other, and a choice per field. Nobody's words are lost.

The page shows `web/_verschillen.html`; its buttons come back as `kies-<field>`, and `choose` puts what the other
wrote in the place of what this person typed.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, MultiWidget
from django.http import QueryDict

_CHOICE = "kies-"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that both filled in differently, in words."""

    name: str
    label: str
    mine: str
    theirs: str

    @property
    def choice(self) -> str:
        """The name of the buttons with which this is decided."""
        return f"{_CHOICE}{self.name}"


def differences(form: BaseForm, theirs: Mapping[str, Any]) -> list[Difference]:
    """What was typed beside what somebody else saved, of the fields in which they differ."""
    found = []
    for bound in form:
        mine, other = _read(bound.field, bound.value()), _read(bound.field, theirs.get(bound.name))
        if mine != other:
            found.append(Difference(bound.name, str(bound.label), mine or "leeg", other or "leeg"))
    return found


def _read(field: Any, value: Any) -> str:
    """What stands in a field, in words: typed in one box or in three, as a date or as text."""
    with suppress(ValidationError):  # what nobody can read is shown as it was typed
        value = field.prepare_value(field.to_python(value))
    return words(field, value)


def choose(sent: QueryDict, theirs: Mapping[str, Any], fields: Mapping[str, Any] | None = None) -> QueryDict:
    """The form with, in each field where that was chosen, what the other wrote; `fields` know who has several boxes."""
    data = sent.copy()
    for key, value in sent.items():
        if key.startswith(_CHOICE) and value == "hun":
            name = key.removeprefix(_CHOICE)
            other = theirs.get(name, "")
            widget = fields[name].widget if fields and name in fields else None
            if isinstance(widget, MultiWidget):
                names: list[str] = widget.widgets_names  # type: ignore[attr-defined]  # not in the stubs
                boxes = zip(names, widget.decompress(other) or (), strict=True)
                data.update({f"{name}{suffix}": str(part or "") for suffix, part in boxes})
                continue
            data.setlist(name, other if isinstance(other, list) else [other])
    return data


def words(field: Any, value: Any) -> str:
    """A stored value as a person reads it."""
    choices = {str(code): str(said) for code, said in getattr(field, "choices", ())}
    if isinstance(value, list):
        return ", ".join(str(choices.get(one) or one) for one in value)
    return choices.get(str(value), str(value)) if value else ""
