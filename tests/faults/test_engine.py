"""What the schedules found in the engine, each in its smallest form."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from tests.factories import make_dossier
from tests.faults.outside import Line, Outside
from tests.faults.schedule import INSCRIPTION, START
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange import inbox, limits, settle, wire
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Question, Received
from toeleiding.exchange.wire import Wire
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db


def somebody(number: int) -> Dossier:
    return make_dossier(insz=number_of(900 + number), work=[])


def ask(dossier: Dossier) -> Question:
    asked = e.EmploymentServiceAsked(question=uuid4())
    record(dossier, NewEvent(asked, timezone.localdate(), e.Source.CASE_WORKER))
    return Question.objects.get(pk=asked.question)


def work(world: Outside) -> None:
    drain(wire=Wire(Line(world)))


@pytest.mark.parametrize("store", ["_keep_questions", "_keep_answers"])
def test_a_full_disk_leaves_questions_waiting_and_an_answer_that_cannot_be_kept_does_not_count(store: str) -> None:
    world = Outside()
    with time_machine.travel(START, tick=False) as clock:
        question = ask(somebody(0))
        full = patch.object(inbox, store, side_effect=OSError(28, "No space left on device"))
        with full, pytest.raises(OSError, match="No space left"):
            work(world)
        assert set(Question.objects.values_list("status", flat=True)) == {"WAITING"}
        assert not Received.objects.exists()
        assert not Attempt.objects.exclude(ended_at=None).exists()
        clock.shift(limits.AFTER_A_BREAKDOWN + timedelta(seconds=1))
        work(world)
    question.refresh_from_db()
    assert question.status == "DONE"
    assert set(world.effects.values()) == {1}


def test_questions_that_expire_together_end_in_the_order_in_which_they_were_asked() -> None:
    with time_machine.travel(START, tick=True) as clock:
        dossier = somebody(1)
        asked = [ask(dossier) for _ in range(6)]
        clock.move_to(max(one.expires_at for one in asked) + timedelta(days=1))
        work(Outside())
    told = Event.objects.filter(dossier=dossier, kind="EMPLOYMENT_SERVICE_ANSWERED").order_by("id")
    assert [row.data["question"] for row in told] == [str(one.pk) for one in asked]


@pytest.mark.parametrize(
    ("owner", "name", "ends"),
    [(wire, "content_of", "INVALID"), (settle, "_row", "NOT_UNDERSTOOD")],
)
def test_a_mistake_of_ours_about_one_question_holds_up_nobody_else(owner: Any, name: str, ends: str) -> None:
    first, second = somebody(2), somebody(3)
    ask(first)
    ask(second)
    Question.objects.filter(dossier=first).update(due_on=date(2020, 1, 1))
    real = getattr(owner, name)

    def fails(given: Any, *more: Any) -> Any:
        about = given.dossier if name == "content_of" else given.question.dossier_id
        if about == first.pk and (name == "content_of" or given.ruling.status != "DEAD"):
            raise ValueError("poison")
        return real(given, *more)

    with patch.object(owner, name, fails):
        work(Outside())
        work(Outside())
    assert Question.objects.get(dossier=first, service=INSCRIPTION).outcome == ends
    assert set(Question.objects.filter(dossier=first).values_list("status", flat=True)) == {"DEAD"}
    assert set(Question.objects.filter(dossier=second).values_list("status", flat=True)) == {"DONE"}


def test_an_answer_on_which_reading_breaks_is_put_aside_and_asked_again() -> None:
    world = Outside()
    with time_machine.travel(START, tick=False) as clock:
        question = ask(somebody(4))
        with patch.object(wire, "read_answer", side_effect=RuntimeError("broken")):
            work(world)
        assert Received.objects.get().status == "PARKED"
        clock.shift(timedelta(minutes=1))
        work(world)
    question.refresh_from_db()
    assert question.status == "DONE"
