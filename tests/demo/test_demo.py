"""The demonstration: everybody in it could have been recorded day by day, and every case can be found."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
import time_machine
from django.db import connection, transaction

from toeleiding.demo.build import AlreadyFilledError, build
from toeleiding.demo.cases import CASES
from toeleiding.dossiers.models import Dossier, Event, PersonNumber, Tab, Task
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.law.decision import Outcome, Step
from toeleiding.simulator import population

pytestmark = pytest.mark.django_db
PEOPLE = 300
NOW = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def dossiers() -> Iterator[int]:
    """How many dossiers the demonstration made, told up to this very moment."""
    with time_machine.travel(NOW, tick=False):
        yield build(PEOPLE)


def _told() -> list[tuple[Any, ...]]:
    """All that stands in the dossiers and on their timelines, without the numbers that the database gives out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select d.number, d.insz, d.outcome, d.step, d.tab, d.due_on, d.state::text, d.changed_at,"
            " array_agg(row(v.kind, v.occurred_on, v.recorded_at, v.source, v.data)::text order by v.id)"
            " from dossiers_dossier d join dossiers_event v on v.dossier_id = d.id group by d.id order by d.number"
        )
        return list(cursor.fetchall())


def test_as_many_dossiers_as_people_and_each_with_a_timeline(dossiers: int) -> None:
    assert dossiers == Dossier.objects.count() == PEOPLE
    assert Event.objects.filter(kind="OPENED").count() == PEOPLE


def test_rebuilding_finds_no_difference(dossiers: int) -> None:
    seen: list[int] = []
    assert list(rebuild(progress=seen.append)) == []
    assert sum(seen) == PEOPLE


def test_every_practice_case_can_be_found_by_its_number(dossiers: int) -> None:
    assert set(CASES) == set(population.EDGE_CASES)
    numbers = {population.number_of(index) for index in population.EDGE_CASES.values()}
    assert set(PersonNumber.objects.filter(insz__in=numbers).values_list("insz", flat=True)) == numbers


def test_every_outcome_every_step_and_every_tab_occurs(dossiers: int) -> None:
    assert set(Dossier.objects.values_list("outcome", flat=True)) == set(get_args(Outcome))
    assert set(Dossier.objects.values_list("step", flat=True)) == set(get_args(Step))
    assert set(Dossier.objects.values_list("tab", flat=True)) == set(Tab.values)


def test_nothing_is_written_down_after_the_moment_of_telling(dossiers: int) -> None:
    assert not Event.objects.filter(recorded_at__gt=NOW).exists()
    assert not Task.objects.filter(opened_at__gt=NOW).exists()


def test_the_same_seed_and_moment_give_the_same_dossiers() -> None:
    with transaction.atomic():
        build(PEOPLE, now=NOW)
        first = _told()
        transaction.set_rollback(True)
    build(PEOPLE, now=NOW)
    assert len(first) == PEOPLE
    assert _told() == first


def test_a_second_population_is_refused_in_words(dossiers: int) -> None:
    with pytest.raises(AlreadyFilledError, match="Er zijn al dossiers"):
        build(10, now=NOW)
