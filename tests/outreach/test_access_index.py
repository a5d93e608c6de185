"""The log of looks grows for ever: the night that counts a day of it does not read all of it."""

from datetime import date

import pytest
from django.db import connection

from tests.factories import make_dossier, make_staff
from toeleiding.outreach.inspection import opened_outside

pytestmark = pytest.mark.django_db
ROWS = 40_000


def test_the_looks_of_one_day_are_found_without_reading_the_whole_log() -> None:
    access, dossier = make_staff(), make_dossier()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into organisations_accesslog (at, staff_id, role, organisation_id, purpose,"
            " action, dossier, detail)"
            " select '2026-11-25'::timestamptz - at * interval '10 minutes', %s, 'CASE_WORKER', %s, 'GUIDANCE',"
            " case when at %% 3 = 0 then 'OPENED' else 'LISTED' end, %s + at %% 2000, ''"
            " from generate_series(1, %s) at",
            [access.staff.pk, access.organisation.pk, dossier.pk, ROWS],
        )
        cursor.execute("analyze organisations_accesslog")
    plan = opened_outside(date(2026, 11, 3)).explain()
    assert "Seq Scan on organisations_accesslog" not in plan, plan
    assert "access_opened_by_time" in plan, plan
