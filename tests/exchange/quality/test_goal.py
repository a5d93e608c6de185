"""A goal of an improvement action is typed as people here write a number."""

from datetime import date

import pytest

from tests.factories import make_staff
from toeleiding.exchange.quality.forms import ActionForm
from toeleiding.organisations.models import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("measure", "typed", "goal"), [("AGE", "9,5", 9.5), ("AGE", "9.5", 9.5), ("FRESH", "92,5", 0.925)]
)
def test_a_goal_may_have_a_comma(measure: str, typed: str, goal: float) -> None:
    owner = make_staff(Role.EXCHANGE_OPERATOR).staff
    form = ActionForm(
        {"meting": measure, "titel": "Vaker vragen", "wie": owner.pk, "tegen": date(2099, 1, 1), "doel": typed}
    )
    assert form.errors.get("doel") is None
    assert form.cleaned_data["doel"] == pytest.approx(goal)
