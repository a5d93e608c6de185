"""A few dozen seeded schedules; `make faults` runs a thousand (see `__main__`)."""

import pytest

from tests.faults.names import FAULTS
from tests.faults.run import run
from tests.faults.schedule import POINTS

# Steps through faults and points at once, so that each of them comes by.
SMALL = range(0, len(FAULTS) * len(POINTS), 5)


@pytest.mark.django_db
@pytest.mark.parametrize("number", SMALL)
def test_whatever_goes_wrong_nothing_is_lost_and_nothing_done_twice(number: int) -> None:
    outcome = run(number)
    assert outcome.breaches == []
    assert outcome.questions
