"""T3: the registration that the client reports, and boxes to tick."""

from django import forms
from django.utils import timezone

from toeleiding.dossiers.forms.base import DossierForm
from toeleiding.web.forms import DateField


class CheckCards(forms.CheckboxSelectMultiple):
    """Boxes to tick, as cards."""

    template_name = "web/formulier/keuzes.html"


class RegistrationForm(DossierForm):
    """The client says to be registered."""

    ingeschreven_op = DateField(label="Ingeschreven op", not_after=timezone.localdate)
