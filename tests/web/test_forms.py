"""Forms speak Dutch and say what to do; dates may be typed as people write them."""

import datetime as dt

import pytest
import time_machine
from django import forms as django_forms
from django.template import Context

from toeleiding.web import forms

from . import gallery


class Visit(forms.Form):
    on = forms.DateField(label="Datum van het gesprek", not_after=lambda: dt.date(2026, 11, 24))
    born = forms.IncompleteDateField(label="Geboortedatum", required=False)
    language = django_forms.ChoiceField(label="Contacttaal", choices=[("ar", "Arabisch")], required=False)


def born(**parts: str) -> Visit:
    return Visit({"on": "1/11/2026", **{f"born_{name}": value for name, value in parts.items()}})


@pytest.mark.parametrize("typed", ["24/11/2026", "24-11-2026", "2026-11-24", "24 november 2026"])
def test_a_date_becomes_a_date(typed):
    form = Visit({"on": typed})
    assert form.is_valid()
    assert form.cleaned_data["on"] == dt.date(2026, 11, 24)


@pytest.mark.parametrize("typed", ["", "   ", "31/02/2026", "gisteren"])
def test_a_wrong_date_is_answered_with_an_example(typed):
    form = Visit({"on": typed})
    assert form.errors["on"] == ["Vul een datum in, zoals 24 november 2026."]


def test_a_date_outside_the_limits_names_the_limit():
    assert Visit({"on": "25/11/2026"}).errors["on"] == ["Kies een datum tot en met 24 november 2026."]


def test_a_date_that_is_there_already_is_shown_in_words():
    assert 'value="1 november 2026"' in str(Visit(initial={"on": dt.date(2026, 11, 1)})["on"])


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ({"dag": "3", "maand": "5", "jaar": "1990"}, "1990-05-03"),
        ({"maand": "5", "jaar": "1990"}, "1990-05-00"),
        ({"jaar": "1990"}, "1990-00-00"),
        ({}, ""),
    ],
)
def test_a_birth_date_may_be_incomplete(parts, value):
    form = born(**parts)
    assert form.is_valid()
    assert form.cleaned_data["born"] == value


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"dag": "3"}, "Vul minstens een geboortejaar in, zoals 1990."),
        ({"jaar": "90"}, "Vul minstens een geboortejaar in, zoals 1990."),
        ({"dag": "3", "jaar": "1990"}, "Vul ook de maand in, of laat de dag leeg."),
        ({"dag": "31", "maand": "2", "jaar": "1990"}, "Deze datum bestaat niet. Controleer de dag en de maand."),
        ({"maand": "mei", "jaar": "1990"}, "Vul de dag en de maand in cijfers in, zoals 24 en 11."),
        ({"jaar": "1812"}, "Vul een geboortejaar in tussen 1900 en vandaag."),
        ({"jaar": "2100"}, "Vul een geboortejaar in tussen 1900 en vandaag."),
    ],
)
def test_a_wrong_birth_date_says_what_to_do(parts, words):
    with time_machine.travel("2026-11-24", tick=False):
        assert born(**parts).errors["born"] == [words]


def test_a_stored_incomplete_birth_date_is_filled_in_again():
    drawn = str(Visit(initial={"born": "1990-05-00"})["born"])
    assert 'name="born_maand" value="05"' in drawn
    assert 'name="born_jaar" value="1990"' in drawn
    assert 'name="born_dag" value' not in drawn


def test_what_is_not_filled_in_is_asked_for_in_dutch():
    form = gallery.ReferralForm({})
    assert form.errors["how"] == ["Kies een antwoord bij “Hoe wil Yonas ingeschreven worden?”."]
    assert form.errors["phone"] == ["Vul “Telefoonnummer” in."]
    assert form.errors["told"] == ["Vink “Yonas weet wat VDAB te zien krijgt” aan."]
    assert Visit({"on": "1/11/2026", "language": "xx"}).errors["language"] == [
        "Kies een van de mogelijkheden bij “Contacttaal”."
    ]


def test_sentences_of_the_caller_stand():
    form = gallery.ReferralForm({"phone": "04"})
    assert form.errors["phone"] == ["Vul een telefoonnummer in, zoals 0470 12 34 56."]

    class Own(forms.Form):
        name = django_forms.CharField(label="Naam", error_messages={"required": "Vul je naam in."})

    assert Own({}).errors["name"] == ["Vul je naam in."]


def test_a_field_with_an_error_is_wired_for_screen_readers():
    drawn = str(gallery.ReferralForm({"phone": "0470"}).render())
    assert 'for="id_phone"' in drawn
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in drawn
    assert 'id="id_phone_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "(niet verplicht)" in drawn


def test_the_summary_uses_the_same_words_and_links_to_the_control():
    form = gallery.ReferralForm({"phone": "0470"})
    drawn = gallery.ENGINE.from_string("{% foutenlijst form %}{{ form }}").render(Context({"form": form}))
    assert "Controleer 5 vragen" in drawn
    for address, words in form.error_links():
        assert drawn.count(words) == 2
        assert f'id="{address}"' in drawn


def test_no_summary_without_errors():
    assert gallery.ENGINE.from_string("{% foutenlijst form %}").render(Context({"form": Visit()})) == ""


def test_an_error_of_the_whole_form_is_told_once_with_or_without_a_summary():
    class Strict(forms.Form):
        def clean(self):
            raise django_forms.ValidationError("Kies een ander agentschap.")

    for source in ("{% foutenlijst form %}{{ form }}", "{{ form }}"):
        drawn = gallery.ENGINE.from_string(source).render(Context({"form": Strict({})}))
        assert drawn.count("Kies een ander agentschap.") == 1
