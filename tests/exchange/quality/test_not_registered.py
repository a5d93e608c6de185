"""Who was not told to be registered is not counted as "not at VDAB": could not ask is never not registered."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.factories import make_dossier
from toeleiding.dossiers import events as e
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.quality.measures import standing

pytestmark = pytest.mark.django_db


def of_whom_vdab_told(answer: e.Answer, registered_on: date | None = None) -> None:
    on = timezone.localdate() - timedelta(days=2)
    data = e.EmploymentServiceAnswered(answer=answer, registered_on=registered_on)
    record(make_dossier(work=[]), NewEvent(data, on, e.Source.VDAB))


@pytest.mark.parametrize("code", ["DELIVERED", "CATEGORY", "REGISTERED_ON"])
def test_what_an_answer_in_part_left_out_is_not_a_field_that_vdab_left_empty(code: str) -> None:
    of_whom_vdab_told("PARTIAL")
    of_whom_vdab_told("KNOWN", timezone.localdate() - timedelta(days=30))
    (found,) = (one for one in standing(timezone.now(), (code,)) if one.agency is None)
    assert found.denominator == 1


def test_an_answer_in_part_or_without_a_registration_is_no_person_without_vdab() -> None:
    of_whom_vdab_told("PARTIAL")
    of_whom_vdab_told("KNOWN")
    of_whom_vdab_told("NOT_KNOWN")
    of_whom_vdab_told("KNOWN", timezone.localdate() - timedelta(days=30))
    (found,) = (one for one in standing(timezone.now(), ("ONLY_KBI",)) if one.agency is None)
    assert (found.numerator, found.denominator) == (1, 2)
