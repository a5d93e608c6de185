"""What a notification leads to: a question to the right source, and a dossier that keeps what it knows meanwhile."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.exchange.feeding import change, poll, waits
from tests.exchange.people import ask, case, known, state
from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.services import ask_work
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange import story
from toeleiding.exchange.drain import drain
from toeleiding.exchange.feeds.apply import apply_waiting
from toeleiding.exchange.feeds.desk import told
from toeleiding.exchange.models import Feed, Notification, Question
from toeleiding.simulator.population import number_of
from toeleiding.simulator.world import World

pytestmark = pytest.mark.django_db
VDAB, WORK, ACTIRIS = "GeefDossierVDAB", "GeefWerkrelaties", "GeefInschrijvingWerkzoekende"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def tell(dossier: Dossier, *data: e.Data) -> Dossier:
    return record(dossier, *[NewEvent(one, timezone.localdate(), e.Source.CASE_WORKER) for one in data])


def followed(slug: str = "registered-before-arrival", **more: Any) -> Dossier:
    """Somebody about whom VDAB was asked before the change."""
    with time_machine.travel(MONDAY - timedelta(days=3)):
        dossier = known(slug, **more)
        ask(dossier)
        drain()
    return Dossier.objects.get(pk=dossier.pk)


def asked_by_itself(**more: Any) -> list[Question]:
    return list(Question.objects.filter(details__why="notification", **more).order_by("asked_at"))


def became() -> list[str]:
    return list(Notification.objects.order_by("id").values_list("status", flat=True))


def answers(dossier: Dossier) -> int:
    return Event.objects.filter(dossier=dossier, kind=e.EmploymentServiceAnswered.kind).count()


@pytest.fixture
def world(outside: Any) -> World:
    found: World = outside()
    return found


class TestAsking:
    def test_a_change_at_vdab_leads_to_a_question_to_vdab(self, world):
        dossier = followed()
        waits(world, change(dossier.insz))
        poll(world)
        (question,) = asked_by_itself()
        assert (question.service, question.asker, question.purpose) == (VDAB, None, "GUIDANCE")
        assert became() == ["ASKED"]
        assert Notification.objects.get().question == question.pk
        before = answers(dossier)
        drain()
        assert answers(dossier) == before + 1
        assert state(dossier).employment.answer == "KNOWN"

    def test_a_referral_that_vdab_took_up_too(self, world):
        dossier = followed()
        waits(world, change(dossier.insz, kind="TOELEIDING", blocks=("Uitnodigingen",)))
        poll(world)
        assert [one.service for one in asked_by_itself()] == [VDAB]

    def test_in_brussels_actiris_is_asked(self, world):
        dossier = followed("lives-in-brussels", nis="21004", municipality="Brussel")
        waits(world, change(dossier.insz, kind="INSCHRIJVING", source="ACTIRIS"))
        poll(world)
        (question,) = asked_by_itself()
        assert (question.service, question.details["employment_service"]) == (ACTIRIS, "ACTIRIS")

    def test_a_change_in_work_asks_the_work_register(self, world):
        dossier = followed()
        waits(world, change(dossier.insz, kind="WERKRELATIE", source="RSZ"))
        poll(world)
        assert [one.service for one in asked_by_itself()] == [WORK]

    def test_a_kind_that_we_do_not_know_is_kept_as_it_came_and_asked_about_anyway(self, world):
        dossier = followed()
        waits(world, change(dossier.insz, kind="NIEUWSOORT", blocks=("Iets",)))
        poll(world)
        found = Notification.objects.get()
        assert (found.kind, found.changed, found.note) == ("NIEUWSOORT", ["Iets"], "Een soort die we niet kennen.")
        assert [one.service for one in asked_by_itself()] == [VDAB]

    def test_a_change_of_our_own_file_leaves_nothing_to_ask(self, world):
        dossier = followed()
        waits(world, change(dossier.insz, kind="DOSSIERKBI", source="KBI", blocks=("Contracten",)))
        poll(world)
        assert (became(), asked_by_itself()) == (["NOTHING"], [])
        assert Notification.objects.get().note.startswith("Niets te doen: het integratiedossier is van ons")
        assert any("Over ons eigen integratiedossier: 1." in said for said in told(timezone.now()))

    def test_several_about_one_person_are_one_question(self, world):
        dossier = followed()
        waits(world, *[change(dossier.insz, blocks=(block,)) for block in ("Dossier", "DossierBeheerder")] * 3)
        poll(world)
        assert len(asked_by_itself()) == 1
        assert became() == ["ASKED"] * len(became())

    def test_a_question_that_waits_already_is_enough(self, world):
        dossier = followed()
        waits(world, change(dossier.insz))
        poll(world)
        waits(world, change(dossier.insz))
        poll(world)
        assert len(asked_by_itself()) == 1
        assert became() == ["ASKED", "UNDER_WAY"]

    def test_out_of_order_the_last_state_counts_because_it_is_asked(self, world):
        dossier = followed()
        newest, oldest = (change(dossier.insz, on=date(2026, 11, day)) for day in (23, 20))
        waits(world, newest)
        poll(world)
        drain()
        told = state(dossier).employment
        waits(world, oldest)
        poll(world)
        drain()
        assert state(dossier).employment == told
        assert len(asked_by_itself()) == 1

    def test_one_that_comes_late_about_what_was_asked_since_costs_nothing(self, world):
        dossier = followed()
        waits(world, change(dossier.insz, on=date(2026, 11, 10)))
        poll(world)
        assert (became(), asked_by_itself()) == (["KNOWN"], [])

    def test_a_change_on_the_day_itself_is_asked_again(self, world):
        dossier = known("registered-before-arrival")
        ask(dossier)
        drain()
        waits(world, change(dossier.insz))
        poll(world)
        assert became() == ["ASKED"]

    def test_handling_forty_takes_as_many_queries_as_handling_two(self, outside):
        world = outside(check_repertorium=False)
        people = [make_dossier(insz=number_of(100 + at), work=[]) for at in range(42)]
        ask(*people)
        Question.objects.update(asked_at=MONDAY - timedelta(days=9))
        Question.objects.all().update(status="DONE", finished_at=MONDAY, outcome="KNOWN")

        def queries(some: list[Dossier]) -> int:
            waits(world, *[change(one.insz) for one in some])
            from tests.faults.outside import Line
            from toeleiding.exchange.feeds.polling import pull

            pull(Feed.GENERAL, transport=Line(world))
            with CaptureQueriesContext(connection) as captured:
                assert apply_waiting() == {"ASKED": len(some)}
            return len(captured)

        assert queries(people[:2]) == queries(people[2:])


class TestWho:
    def test_a_stranger_is_counted_and_left_alone(self, world):
        waits(world, change(case("never-registered")))
        assert poll(world).fresh == 1
        assert (became(), asked_by_itself()) == (["NOT_FOLLOWED"], [])
        assert Notification.objects.get().key == "", "whose number it is, is none of our business"

    def test_an_enterprise_is_no_person(self, world):
        waits(world, change("0400000000", subject_type="OND"))
        poll(world)
        assert became() == ["NOT_FOLLOWED"]

    def test_a_closed_dossier_is_not_asked_about(self, world):
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        waits(world, change(dossier.insz))
        poll(world)
        assert became() == ["NOT_FOLLOWED"]
        assert Notification.objects.get().note == "Het dossier is gesloten."

    def test_under_a_number_of_the_past_the_person_is_found(self, world):
        dossier = followed()
        new = number_of(400)
        tell(dossier, e.NumberReplaced(old=dossier.insz or "", new=new))
        waits(world, change(dossier.insz))
        poll(world)
        (question,) = asked_by_itself()
        assert question.insz == new

    def test_a_merged_dossier_is_the_one_that_stayed(self, world):
        one, other = followed(), followed("never-registered")
        merging.propose([merging.Pair(one.pk, other.pk, Likeness.NEAR_DOUBLE)])
        merging.merge(make_staff(), MergeProposal.objects.get(), other, "Zelfde foto")
        waits(world, change(one.insz))
        poll(world)
        (question,) = asked_by_itself()
        assert question.dossier == other


class TestTheDossierMeanwhile:
    def test_nothing_moves_on_the_worklist_while_the_question_is_under_way(self, world):
        dossier = followed()
        waits(world, change(dossier.insz))
        poll(world)
        now = Dossier.objects.get(pk=dossier.pk)
        assert (now.pill, now.tab, now.asked_at) == (dossier.pill, dossier.tab, None)
        assert state(dossier).asked is None

    def test_a_caseworker_can_still_ask_and_gets_her_own_answer(self, world):
        dossier = followed()
        waits(world, change(dossier.insz))
        poll(world)
        before = answers(dossier)
        ask(Dossier.objects.get(pk=dossier.pk))
        assert state(dossier).asked is not None
        drain()
        assert state(dossier).asked is None
        assert answers(dossier) == before + 2

    def test_when_it_fails_the_dossier_keeps_what_it_knows_and_hears_nothing(self, outside):
        world = outside({"service": VDAB, "fault": "exception:13501", "match": {"nth": 2}})
        dossier = followed()
        known_before, count = state(dossier).employment, answers(dossier)
        waits(world, change(dossier.insz))
        poll(world)
        drain()
        (question,) = asked_by_itself()
        assert (question.status, question.outcome) == ("DEAD", "REFUSED")
        assert question.cause
        assert question.next_step
        found = state(dossier)
        assert (found.employment, found.failure) == (known_before, None)
        assert answers(dossier) == count

    def test_a_source_that_is_down_is_asked_again_without_a_word(self, outside):
        world = outside({"service": VDAB, "fault": "http500", "match": {"nth": 2}})
        dossier = followed()
        waits(world, change(dossier.insz))
        poll(world)
        drain()
        assert not Event.objects.filter(dossier=dossier, kind=e.AnswerDelayed.kind).exists()
        assert Dossier.objects.get(pk=dossier.pk).pill == dossier.pill

    def test_a_registration_that_ended_is_learnt_from_it(self, outside):
        world = outside({"service": VDAB, "fault": "exception:30001", "match": {"nth": 2}})
        dossier = followed()
        assert dossier.outcome == "REGISTERED"
        waits(world, change(dossier.insz))
        poll(world)
        drain()
        assert Dossier.objects.get(pk=dossier.pk).outcome == "TO_REFER"
        assert list(rebuild()) == []

    def test_the_person_reads_why_the_application_asked(self, world):
        dossier = followed()
        waits(world, change(dossier.insz))
        poll(world)
        told = next(one for one in story.told(dossier) if "vroeg de toepassing" in one.asked)
        assert told.asked.endswith("Een andere dienst had gemeld dat er iets veranderd was.")
        assert story.of(asked_by_itself()[0]).occasion == "Een andere dienst had gemeld dat er iets veranderd was."


class TestRegister:
    def number(self, old: str | None, new: str | None = None, **more: Any) -> Any:
        return change(old, kind="000", source="RR", blocks=("3",), **more)

    def test_a_new_number_goes_through_the_timeline_and_everything_is_asked_anew(self, outside, monkeypatch):
        world = outside()
        dossier = followed(work=None)
        ask_work(make_staff(), dossier)
        drain()
        new = number_of(401)
        renumbers(monkeypatch, world, dossier.insz or "", new)
        waits(world, self.number(dossier.insz), feed=Feed.PERSONS)
        poll(world, Feed.PERSONS)
        found = state(dossier)
        assert found.insz == new
        assert sorted(one.service for one in asked_by_itself(insz=new)) == [VDAB, WORK]
        event = Event.objects.get(dossier=dossier, kind=e.NumberReplaced.kind)
        assert event.source == "REGISTER"
        assert list(rebuild()) == []

    def test_told_twice_it_is_written_once(self, outside, monkeypatch):
        world = outside()
        dossier = followed()
        renumbers(monkeypatch, world, dossier.insz or "", number_of(401))
        waits(world, self.number(dossier.insz), self.number(dossier.insz), feed=Feed.PERSONS)
        poll(world, Feed.PERSONS)
        waits(world, self.number(dossier.insz), feed=Feed.PERSONS)
        poll(world, Feed.PERSONS)
        assert Event.objects.filter(dossier=dossier, kind=e.NumberReplaced.kind).count() == 1
        assert sorted(one.service for one in asked_by_itself()) == [VDAB, WORK]

    def test_a_new_number_of_another_dossier_becomes_a_proposal(self, outside, monkeypatch):
        world = outside()
        dossier, other = followed(), make_dossier(insz=number_of(402), work=[])
        renumbers(monkeypatch, world, dossier.insz or "", other.insz or "")
        waits(world, self.number(dossier.insz), feed=Feed.PERSONS)
        poll(world, Feed.PERSONS)
        pair = MergeProposal.objects.get()
        assert {pair.one, pair.other} == {dossier, other}
        assert pair.why == Likeness.REPLACED_NUMBER
        assert asked_by_itself() == []
        assert state(dossier).insz == dossier.insz

    def test_a_new_address_is_noted_for_who_follows_her_and_the_employment_service_asked(self, world):
        dossier = followed()
        moved = change(dossier.insz, kind="020", source="RR", blocks=("3",))
        waits(world, moved, feed=Feed.PERSONS)
        poll(world, Feed.PERSONS)
        note = Event.objects.get(dossier=dossier, kind=e.Noted.kind)
        assert note.source == "REGISTER"
        assert note.data["text"].startswith("Het rijksregister meldt een nieuw adres.")
        assert len(asked_by_itself()) == 1
        assert state(dossier).municipality == "Mechelen", "we do not know where to"

    def test_another_code_of_the_register_leaves_nothing_to_do(self, world):
        dossier = followed()
        waits(world, change(dossier.insz, kind="140", source="RR", blocks=("3",)), feed=Feed.PERSONS)
        poll(world, Feed.PERSONS)
        assert (became(), asked_by_itself()) == (["NOTHING"], [])


def renumbers(monkeypatch: pytest.MonkeyPatch, world: World, old: str, new: str) -> None:
    """In the outside world this number was replaced."""
    from toeleiding.simulator.world import Standing

    real = world.standing

    def standing(insz: str) -> Standing:
        return Standing(real(insz).life, replaced_by=new) if insz == old else real(insz)

    monkeypatch.setattr(world, "standing", standing)
