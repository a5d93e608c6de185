"""The timeline: append-only, corrected by events, and the columns are its cache."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.factories import make_dossier, make_insz, make_staff

from toeleiding.dossiers import events as e
from toeleiding.dossiers import services
from toeleiding.dossiers.models import Dossier, Event, PersonNumber, Tab, Task, TaskKind
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.timeline import (
    NewEvent,
    NumberTakenError,
    WrongCorrectionError,
    load_state,
    record,
    record_many,
    state_as_of,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 2)


def answered(answer: str, **more: object) -> NewEvent:
    data = e.from_builtins("EMPLOYMENT_SERVICE_ANSWERED", {"answer": answer, **more})
    return NewEvent(data, TODAY, e.Source.VDAB)


def test_a_new_dossier_stands_at_the_work_situation() -> None:
    dossier = make_dossier(now=NOW)
    assert (dossier.outcome, dossier.step, dossier.step_number) == ("TO_ASSESS", "WORK_SITUATION", 2)
    assert dossier.due_on == date(2026, 11, 30)
    assert dossier.tab == Tab.TODO


def test_not_working_and_not_known_leads_to_the_explanation() -> None:
    dossier = record(make_dossier(work=[], now=NOW), answered("NOT_KNOWN"), now=NOW)
    assert (dossier.outcome, dossier.step, dossier.pill) == ("TO_REFER", "EXPLANATION", "Niet gekend")


@pytest.mark.parametrize(
    "answer", ["SOURCE_DOWN", "REFUSED", "NOT_INTEGRATED", "INVALID", "NOT_UNDERSTOOD", "AMBIGUOUS"]
)
def test_could_not_ask_is_never_not_registered(answer: str) -> None:
    dossier = record(make_dossier(work=[], now=NOW), answered(answer), now=NOW)
    assert (dossier.outcome, dossier.step) == ("TO_REFER", "EMPLOYMENT_SERVICE_CHECK")
    assert dossier.pill.startswith("Geen antwoord")


@pytest.mark.parametrize("answer", ["SOURCE_DOWN", "REFUSED", "NOT_UNDERSTOOD"])
def test_a_failure_leaves_a_known_registration_standing(answer: str) -> None:
    dossier = make_dossier(work=[], now=NOW)
    record(dossier, answered("KNOWN", category="03", registered_on="2026-10-20"), now=NOW)
    dossier = record(dossier, answered(answer), now=NOW)
    assert (dossier.outcome, dossier.category) == ("REGISTERED", "03")


def test_a_lapsed_registration_goes_back_to_the_explanation() -> None:
    dossier = make_dossier(work=[], now=NOW)
    record(dossier, answered("KNOWN", category="93", registered_on="2026-10-20"), now=NOW)
    later = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    gone = NewEvent(
        e.from_builtins("EMPLOYMENT_SERVICE_ANSWERED", {"answer": "NOT_KNOWN"}), date(2026, 11, 9), e.Source.VDAB
    )
    dossier = record(dossier, gone, now=later)
    assert (dossier.step, dossier.pill) == ("EXPLANATION", "Gekend, niet meer ingeschreven")
    assert dossier.due_on == date(2026, 11, 30), "the old term stands (R-17)"


def test_the_database_refuses_to_change_the_timeline() -> None:
    dossier = make_dossier(now=NOW)
    for sql in ("update dossiers_event set kind = 'NOTED'", "delete from dossiers_event"):
        with pytest.raises(DatabaseError, match="tijdlijn"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{sql} where dossier_id = %s", [dossier.pk])
    assert Event.objects.filter(dossier=dossier, kind="OPENED").exists()


def test_a_correction_takes_the_place_of_what_was_wrong() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[], now=NOW)
    wrong = services.assess_work(access, dossier, "LASTING_WORK", on=TODAY)
    assert wrong.outcome == "WORKING"
    event = Event.objects.get(dossier=dossier, kind="WORK_SITUATION_ASSESSED")
    right = e.WorkSituationAssessed(choice="NO_WORK", reason="Verkeerde persoon")
    dossier = services.correct(access, dossier, event.pk, right, TODAY)
    assert dossier.outcome == "TO_REFER"
    assert load_state(dossier).assessment.choice == "NO_WORK"  # type: ignore[union-attr]


def test_what_was_wrong_can_be_taken_back_altogether() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[], now=NOW)
    services.assess_work(access, dossier, "STUDY", on=TODAY)
    event = Event.objects.get(dossier=dossier, kind="WORK_SITUATION_ASSESSED")
    dossier = services.correct(access, dossier, event.pk, e.Withdrawn(reason="Bij de verkeerde genoteerd"), TODAY)
    assert load_state(dossier).assessment is None
    assert dossier.outcome == "TO_REFER"


def test_a_correction_of_another_dossier_is_refused() -> None:
    one, other = make_dossier(now=NOW), make_dossier(now=NOW)
    event = Event.objects.filter(dossier=other).first()
    assert event is not None
    with pytest.raises(WrongCorrectionError, match="Kies er een van dit dossier"):
        record(one, NewEvent(e.Withdrawn(reason="fout"), TODAY, e.Source.SYSTEM, corrects=event.pk), now=NOW)


def test_a_proof_and_a_denial_stand_side_by_side_until_a_person_settles_it() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[], now=NOW)
    record(dossier, answered("NOT_KNOWN"), now=NOW)
    dossier = services.show_proof(access, dossier, TODAY, "Afdruk van Mijn Loopbaan", "03")
    assert dossier.conflict
    assert dossier.step == "EXPLANATION", "nothing changes before somebody decides"
    assert Task.objects.filter(dossier=dossier, kind=TaskKind.SETTLE_CONFLICT, closed_at=None).exists()
    dossier = services.settle_conflict(access, dossier, "CLIENT", "Gebeld met VDAB Mechelen: ingeschreven")
    assert (dossier.outcome, dossier.conflict) == ("REGISTERED", False)
    assert not Task.objects.filter(dossier=dossier, kind=TaskKind.SETTLE_CONFLICT, closed_at=None).exists()


def test_a_settled_proof_is_not_undone_by_the_next_denial() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[], now=NOW)
    record(dossier, answered("NOT_KNOWN"), now=NOW)
    services.show_proof(access, dossier, TODAY, "Afdruk")
    services.settle_conflict(access, Dossier.objects.get(pk=dossier.pk), "CLIENT", "Gebeld")
    denial = e.EmploymentServiceAnswered(answer="NOT_KNOWN")
    dossier = record(dossier, NewEvent(denial, timezone.localdate(), e.Source.VDAB))
    assert (dossier.outcome, dossier.conflict) == ("REGISTERED", True)


def test_an_old_number_finds_the_person() -> None:
    old, new = make_insz(), make_insz()
    dossier = make_dossier(insz=old, now=NOW)
    record(dossier, NewEvent(e.NumberReplaced(old=old, new=new), TODAY, e.Source.REGISTER), now=NOW)
    assert services.find_by_insz(old) == services.find_by_insz(new) == dossier
    assert dict(PersonNumber.objects.filter(dossier=dossier).values_list("insz", "status")) == {
        old: "REPLACED",
        new: "CURRENT",
    }
    assert Dossier.objects.get(pk=dossier.pk).insz == new


def test_two_dossiers_never_hold_one_number() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, now=NOW)
    assert dossier.insz
    again = [e.Identified(first_name="A", last_name="B"), e.NumberAssigned(insz=dossier.insz)]
    with pytest.raises(services.AlreadyThereError, match=dossier.number):
        services.open_dossier(access, again, agency="agii", origin="BY_HAND")


def test_an_incomplete_birth_date_that_changes_nothing_is_enough() -> None:
    assert make_dossier(birth="1990-00-00", work=[], now=NOW).outcome == "TO_REFER"


def test_an_incomplete_birth_date_on_a_border_asks_a_person() -> None:
    # 66 is reached somewhere in 2026: before or after today nobody knows
    assert make_dossier(birth="1960-00-00", work=[], now=NOW).outcome == "UNDETERMINED"


def test_tasks_follow_the_decisions() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, now=NOW)
    open_tasks = Task.objects.filter(dossier=dossier, closed_at=None)
    assert list(open_tasks.values_list("kind", flat=True)) == [TaskKind.WORK_SITUATION]
    services.assess_work(access, dossier, "NO_WORK", on=TODAY)
    found = {task.kind: task for task in open_tasks.all()}
    assert set(found) == {
        TaskKind.EMPLOYMENT_SERVICE_CHECK,
        TaskKind.REMINDER,
        TaskKind.ESCALATION,
        TaskKind.OVERDUE,
    }
    assert found[TaskKind.REMINDER].starts_on == date(2026, 10, 31), "day 30 (A-01)"
    assert found[TaskKind.ESCALATION].starts_on == date(2026, 11, 15), "day 45 (A-01)"
    assert found[TaskKind.OVERDUE].starts_on == date(2026, 12, 1)
    services.assess_work(access, dossier, "LASTING_WORK", on=TODAY)
    assert not open_tasks.exists(), "who works is never late"


def test_a_question_under_way_is_waiting_for_others() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[], now=NOW)
    result = services.ask_employment_service(access, [dossier])
    waiting = result.done[0]
    assert (waiting.tab, waiting.pill) == (Tab.WAITING, "Antwoord verwacht")
    again = services.ask_employment_service(access, [waiting])
    assert not again.done
    assert "loopt al een vraag" in again.skipped[0].why


def test_recording_takes_the_same_queries_for_one_and_for_many(django_assert_max_num_queries: object) -> None:
    dossiers = [make_dossier(work=[], now=NOW) for _ in range(12)]
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        record_many({dossier.pk: [answered("NOT_KNOWN", question=uuid4())] for dossier in dossiers}, now=NOW)


def test_the_columns_equal_the_fold() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[], now=NOW)
    services.ask_employment_service(access, [dossier])
    record(dossier, answered("KNOWN", category="03", counsellor={"name": "An Maes", "office": "Werkwinkel Gent"}))
    assert list(rebuild()) == []
    Dossier.objects.filter(pk=dossier.pk).update(category="05")
    assert [(found.number, found.column) for found in rebuild()] == [(dossier.number, "category")]


def test_a_number_of_the_past_of_somebody_else_stays_with_her() -> None:
    old = make_insz()
    there = record(
        make_dossier(insz=old, now=NOW), NewEvent(e.NumberReplaced(old=old, new=make_insz()), TODAY, e.Source.REGISTER)
    )
    other = make_dossier(now=NOW)
    with pytest.raises(NumberTakenError, match=there.number):
        record(other, NewEvent(e.NumberAssigned(insz=old), TODAY, e.Source.REGISTER), now=NOW)
    assert services.find_by_insz(old) == there


def test_a_message_that_comes_late_does_not_replace_what_came_after_it() -> None:
    dossier = make_dossier(work=[], now=NOW)
    newer = e.from_builtins("EMPLOYMENT_SERVICE_ANSWERED", {"answer": "KNOWN", "category": "93"})
    older = e.from_builtins("EMPLOYMENT_SERVICE_ANSWERED", {"answer": "NOT_KNOWN"})
    record(dossier, NewEvent(newer, date(2026, 11, 9), e.Source.VDAB), now=datetime(2026, 11, 9, 9, 0, tzinfo=UTC))
    late = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    dossier = record(dossier, NewEvent(older, date(2026, 11, 3), e.Source.VDAB), now=late)
    assert (dossier.outcome, dossier.category, dossier.answered_on) == ("REGISTERED", "93", date(2026, 11, 9))


def test_a_late_answer_about_work_does_not_replace_a_newer_one() -> None:
    entry = e.WorkEntry(kind="EMPLOYEE", begin=date(2026, 11, 5), fraction=1.0)
    dossier = make_dossier(work=[entry], now=datetime(2026, 11, 9, 9, 0, tzinfo=UTC))
    nothing = e.WorkAnswered(answer="NOT_KNOWN", work=[])
    dossier = record(dossier, NewEvent(nothing, date(2026, 11, 3), e.Source.RSZ))
    assert load_state(dossier).work == [entry]


def test_what_did_we_know_on_a_day_and_what_was_so_on_that_day() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[], now=NOW)
    told = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
    found = e.WorkSituationAssessed(choice="STUDY")
    record(dossier, NewEvent(found, date(2026, 11, 4), e.Source.CASE_WORKER, access.staff), now=told)
    event = Event.objects.get(dossier=dossier, kind="WORK_SITUATION_ASSESSED")
    right = e.WorkSituationAssessed(choice="NO_WORK")
    later = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
    corrected = NewEvent(right, date(2026, 11, 4), e.Source.CASE_WORKER, access.staff, corrects=event.pk)
    record(dossier, corrected, now=later)

    def choice(day: int, **how: str) -> str | None:
        said = state_as_of(dossier.pk, date(2026, 11, day), **how).assessment  # type: ignore[arg-type]
        return said.choice if said else None

    assert [choice(day) for day in (8, 9, 12)] == [None, "STUDY", "NO_WORK"], "what we knew"
    assert [choice(day, by="occurred_on") for day in (3, 4)] == [None, "NO_WORK"], "what was so, as we know it now"
    assert state_as_of(dossier.pk, date(2026, 11, 1)).name == "", "there was no dossier yet"


@pytest.mark.parametrize(
    "data",
    [
        e.Identified(first_name="Amina" * 30, last_name="Voorbeeld" * 20),
        e.Moved(municipality="Mechelen" * 20),
        e.EmploymentServiceAnswered(
            answer="KNOWN", category="03-onbekend", counsellor=e.Counsellor(office="Werkwinkel " * 20)
        ),
    ],
    ids=lambda data: data.kind,
)
def test_what_a_register_sends_may_be_longer_than_a_column(data: e.Data) -> None:
    dossier = make_dossier(work=[], now=NOW)
    record(dossier, NewEvent(data, TODAY, e.Source.REGISTER), now=NOW)
    assert Event.objects.get(dossier=dossier, kind=data.kind, source="REGISTER").data
    assert not [found for found in rebuild() if found.number == dossier.number]
