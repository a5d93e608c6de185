"""The next day on which a decision can change by itself, fact by fact."""

from datetime import date
from typing import Any

import pytest

from toeleiding.law import (
    Determination,
    EmploymentService,
    Facts,
    Person,
    Suspension,
    WorkEntry,
    decide,
)

DAY = date(2022, 5, 1)
LATER = date(2022, 5, 20)
# Born in 1990: pension at 67 in 2057, the far end of every decision below.
PERSON = Person(birth_date=date(1990, 2, 3), region="VLAANDEREN", may_work=True)
NEVER_EARLIER = date(2057, 2, 3)


def until(**known: Any) -> date | None:
    return decide(
        Facts(**({"person": PERSON, "contract_signed_on": date(2022, 3, 5), "work": []} | known)), DAY
    ).valid_until


@pytest.mark.parametrize(
    ("known", "day"),
    [
        ({}, NEVER_EARLIER),
        ({"person": None}, None),
        ({"contract_signed_on": LATER}, LATER),
        ({"explained_on": LATER}, LATER),
        ({"explained_on": date(2022, 4, 1)}, NEVER_EARLIER),
        ({"determination": Determination(reason="r", outcome="WORKING", on=LATER)}, LATER),
        ({"employment_service": EmploymentService(answer="NOT_KNOWN", asked_on=LATER)}, LATER),
        ({"employment_service": EmploymentService(answer="KNOWN", registered_on=LATER)}, LATER),
        ({"employment_service": EmploymentService(answer="KNOWN", registered_on=DAY, ended_on=DAY)}, date(2022, 5, 2)),
        ({"employment_service": EmploymentService(answer="NOT_KNOWN", ended_on=LATER)}, LATER),
        ({"work": [WorkEntry(kind="EMPLOYEE", begin=LATER)]}, LATER),
        ({"work": [WorkEntry(kind="EMPLOYEE", begin=DAY, end=LATER)]}, date(2022, 5, 21)),
        ({"work": [WorkEntry(kind="EMPLOYEE", begin=LATER, cancelled=True)]}, NEVER_EARLIER),
        ({"suspensions": [Suspension(begin=LATER, end=LATER)]}, LATER),
        ({"suspensions": [Suspension(begin=DAY)]}, date(2022, 5, 2)),
        ({"suspensions": [Suspension(begin=date(2022, 4, 1), end=DAY)]}, NEVER_EARLIER),
        ({"person": Person(birth_date=date(2007, 5, 20), may_work=True)}, LATER),
        ({"person": Person(birth_date=date(2004, 5, 20), may_work=True)}, LATER),
        ({"person": Person(birth_date=date(1957, 5, 20), may_work=True)}, LATER),
        ({"person": Person(birth_date=date(1956, 5, 20), may_work=True)}, date(2025, 2, 1)),
        ({"person": Person(birth_date=date(1990, 2, 3), temporary_protection=True)}, date(2023, 5, 16)),
    ],
)
def test_the_next_day_that_can_change_it(known: dict[str, Any], day: date | None) -> None:
    assert until(**known) == day
