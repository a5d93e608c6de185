"""The life of an inscription: opened with the first question, prolonged, moved along with the number, ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.exchange.people import ask, known, questions, state
from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Likeness, MergeProposal
from toeleiding.dossiers.timeline import NewEvent, record, record_many
from toeleiding.exchange import limits, replay
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Inscription, Question, Service
from toeleiding.exchange.repertorium import nightly
from toeleiding.exchange.repertorium.nightly import Kept
from toeleiding.exchange.replay import Choice
from toeleiding.exchange.selectors import status
from toeleiding.organisations.models import Role
from toeleiding.simulator.population import EDGE_CASES, life, number_of

pytestmark = pytest.mark.django_db
OUT, IN = "RegistreerUitschrijving", "RegistreerInschrijving"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _alone(settings: Any) -> None:
    settings.EXCHANGE_NOTIFY_OTHERS = False


def tell(dossier: Dossier, *data: e.Data) -> Dossier:
    return record(dossier, *[NewEvent(one, timezone.localdate(), e.Source.CASE_WORKER) for one in data])


def followed(slug: str = "never-registered", **more: Any) -> Dossier:
    """Somebody about whom was asked, so with an inscription that stands."""
    dossier = known(slug, **more)
    ask(dossier)
    drain()
    return Dossier.objects.get(pk=dossier.pk)


def inscription(insz: str | None) -> Inscription:
    return Inscription.objects.select_related("question", "closing").get(insz=insz)


def stands(insz: str | None) -> bool:
    return inscription(insz).confirmed_at is not None


class TestEnding:
    def test_it_ends_when_the_track_ends(self, outside):
        world = outside()
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        drain()
        found = inscription(dossier.insz)
        assert (found.confirmed_at, found.closed_at is not None) == (None, True)
        assert world.asked[OUT] == 1
        assert not world.ledger.inscriptions

    def test_ending_is_part_of_the_same_transaction_and_of_everything_that_was_asked(self, outside):
        outside()
        dossier = followed()
        before = sum(status()["outbox"].values())
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        assert sum(status()["outbox"].values()) == before + 1
        assert Question.objects.get(service=OUT).status == "WAITING"

    def test_whoever_was_never_inscribed_is_not_deregistered(self, outside):
        dossier = known("never-registered")
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        assert not Question.objects.exists()

    def test_a_track_that_goes_on_is_inscribed_again_before_anything_is_asked(self, outside):
        world = outside()
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="STOPPED"))
        drain()
        tell(dossier, e.TrackReopened())
        ask(Dossier.objects.get(pk=dossier.pk))
        drain()
        assert stands(dossier.insz)
        assert inscription(dossier.insz).closed_at is None
        assert world.asked == {IN: 2, OUT: 1, "GeefDossierVDAB": 2}

    def test_going_on_before_the_ending_was_sent_inscribes_behind_it(self, outside):
        outside()
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="STOPPED"))
        tell(dossier, e.TrackReopened())
        again = inscription(dossier.insz).question
        assert again.follows == Question.objects.get(service=OUT)
        drain()
        assert stands(dossier.insz)
        assert not Question.objects.filter(status="DEAD").exists()

    def test_ending_reopening_and_ending_again_ends(self, outside):
        world = outside()
        dossier = followed()
        for data in (e.TrackEnded(reason="STOPPED"), e.TrackReopened(), e.TrackEnded(reason="ATTEST")):
            tell(dossier, data)
        drain()
        # The last ending waits until the inscription before it was accepted; the night sees to it.
        with time_machine.travel(MORNING + timedelta(days=1)):
            nightly.keep()
            drain()
        assert not stands(dossier.insz)
        assert not world.ledger.inscriptions

    def test_a_question_to_a_closed_dossier_opens_the_inscription_again_and_the_night_ends_it(self, outside):
        world = outside()
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        drain()
        ask(Dossier.objects.get(pk=dossier.pk))
        drain()
        assert stands(dossier.insz)
        assert state(dossier).asked is None
        assert nightly.keep() == Kept(ended=1)
        drain()
        assert not world.ledger.inscriptions

    def test_without_an_inscription_at_magda_it_counts_as_done(self, outside):
        outside({"service": OUT, "fault": "exception:40003", "match": {"rate": 1.0}})
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        drain()
        assert Question.objects.get(service=OUT).status == "DONE"
        assert not stands(dossier.insz)

    def test_a_source_that_is_down_is_asked_again(self, outside):
        outside({"service": OUT, "fault": "http500", "match": {"rate": 1.0}, "times": 2})
        with time_machine.travel(MORNING, tick=False) as clock:
            dossier = followed()
            tell(dossier, e.TrackEnded(reason="ATTEST"))
            for _ in range(4):
                drain()
                clock.shift(timedelta(minutes=1))
        assert Question.objects.get(service=OUT).attempts == 3
        assert not stands(dossier.insz)

    def test_result_zero_is_dead_with_a_cause_and_a_next_step(self, outside):
        world = outside()
        dossier = followed()
        world.ledger.inscriptions.clear()  # the register lost it: Resultaat 0, without any code
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        drain()
        found = Question.objects.get(service=OUT)
        assert (found.status, found.outcome) == ("DEAD", "REFUSED")
        assert found.cause == "De uitschrijving uit het repertorium is niet gelukt. MAGDA zegt niet waarom."
        assert found.next_step.startswith("Kijk bij MAGDA na")
        assert nightly.keep() == Kept(), "it is on the desk of an operator, not asked again every night"

    def test_an_operator_asks_it_again(self, outside):
        world = outside()
        dossier = followed()
        kept = dict(world.ledger.inscriptions)
        world.ledger.inscriptions.clear()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        drain()
        world.ledger.inscriptions.update(kept)
        done = replay.replay(make_staff(Role.EXCHANGE_OPERATOR), Choice(), "Nagekeken bij MAGDA.", uuid4())
        assert (done.asked, done.skipped) == (1, 0)
        drain()
        assert not stands(dossier.insz)
        assert not world.ledger.inscriptions

    def test_who_is_followed_again_meanwhile_is_not_deregistered_by_a_replay(self, outside):
        world = outside()
        dossier = followed()
        world.ledger.inscriptions.clear()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        drain()
        tell(dossier, e.TrackReopened())
        done = replay.replay(make_staff(Role.EXCHANGE_OPERATOR), Choice(), "Nagekeken bij MAGDA.", uuid4())
        assert (done.asked, done.skipped) == (0, 1)
        assert Question.objects.get(service=OUT).handled == "FOLLOWED"

    def test_closing_forty_dossiers_takes_as_many_queries_as_closing_two(self, outside):
        outside()
        people = [make_dossier(insz=number_of(100 + at), work=[]) for at in range(42)]
        ask(*people)
        drain()

        def queries(some: list[Dossier]) -> int:
            end = NewEvent(e.TrackEnded(reason="ATTEST"), timezone.localdate(), e.Source.CASE_WORKER)
            with CaptureQueriesContext(connection) as captured:
                record_many({one.pk: [end] for one in some})
            return len(captured)

        assert queries(people[:2]) == queries(people[2:])
        assert Question.objects.filter(service=OUT).count() == 42


class TestNumbers:
    def test_a_number_that_was_replaced_takes_its_inscription_along(self, outside):
        world = outside()
        dossier = followed()
        new = number_of(300)
        tell(dossier, e.NumberReplaced(old=dossier.insz or "", new=new))
        drain()
        assert not stands(dossier.insz)
        assert stands(new)
        assert [insz for _, insz in world.ledger.inscriptions] == [new]

    def test_a_register_that_replaces_the_number_of_a_question_leaves_one_inscription(self, outside):
        world = outside()
        bis = life(2022, EDGE_CASES["bis-to-national-number"])
        dossier = make_dossier(insz=bis.insz, work=[])
        ask(dossier)
        drain()
        nightly.keep()
        drain()
        assert state(dossier).insz == bis.replaced_by
        assert [insz for _, insz in world.ledger.inscriptions] == [bis.replaced_by]
        assert not Question.objects.filter(status="DEAD").exists()

    def test_of_two_merged_dossiers_the_number_that_holds_stays_inscribed(self, outside):
        world = outside()
        one, other = followed(), followed("registered-before-arrival")
        merging.propose([merging.Pair(one.pk, other.pk, Likeness.NEAR_DOUBLE)])
        kept = merging.merge(make_staff(), MergeProposal.objects.get(), one, "Zelfde foto")
        drain()
        assert [insz for _, insz in world.ledger.inscriptions] == [kept.insz]
        assert nightly.keep() == Kept()

    def test_a_signpost_that_ends_nothing_ends_nothing(self, outside):
        outside()
        one, other = followed(), followed("registered-before-arrival")
        merging.propose([merging.Pair(one.pk, other.pk, Likeness.NEAR_DOUBLE)])
        merging.merge(make_staff(), MergeProposal.objects.get(), other, "Zelfde foto")
        drain()
        assert stands(other.insz)
        assert not stands(one.insz)

    def test_a_cancelled_number_is_not_followed_any_more(self, outside):
        outside()
        dossier = followed()
        tell(dossier, e.NumberCancelled(insz=dossier.insz or ""))
        drain()
        assert not stands(dossier.insz)


class TestNight:
    def test_what_runs_out_is_prolonged_without_any_question(self, outside):
        world = outside()
        dossier = followed()
        begin, end = inscription(dossier.insz).begin_on, inscription(dossier.insz).end_on
        night = datetime.combine(end - limits.INSCRIPTION_PROLONGED_BEFORE, datetime.min.time(), UTC)
        with time_machine.travel(night + timedelta(hours=1), tick=False):
            assert nightly.keep() == Kept(prolonged=1)
            assert nightly.keep() == Kept(), "it is under way"
            drain()
            assert inscription(dossier.insz).end_on == timezone.localdate() + limits.INSCRIPTION_RUNS
            assert inscription(dossier.insz).begin_on == begin
            assert nightly.keep() == Kept()
        assert world.asked == {IN: 2, "GeefDossierVDAB": 1}

    def test_what_does_not_run_out_is_left_alone(self, outside):
        outside()
        followed()
        assert nightly.keep() == Kept()

    def test_a_closed_dossier_is_not_prolonged_but_ended(self, outside):
        outside()
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        drain()
        Inscription.objects.update(end_on=timezone.localdate())
        assert nightly.keep() == Kept()

    def test_who_falls_outside_the_pillar_is_deregistered_at_night_and_back_with_the_next_question(self, outside):
        world = outside()
        dossier = followed()
        tell(dossier, e.RightToWorkSeen(may_work=False))
        assert Dossier.objects.get(pk=dossier.pk).outcome == "NOT_APPLICABLE"
        assert not Question.objects.filter(service=OUT).exists()
        assert nightly.keep() == Kept(ended=1)
        drain()
        assert not stands(dossier.insz)
        tell(dossier, e.RightToWorkSeen(may_work=True))
        ask(Dossier.objects.get(pk=dossier.pk))
        drain()
        assert stands(dossier.insz)
        assert world.asked[OUT] == 1

    def test_an_inscription_is_not_ended_while_somebody_waits_for_an_answer(self, outside):
        outside()
        dossier = followed()
        tell(dossier, e.RightToWorkSeen(may_work=False))
        ask(Dossier.objects.get(pk=dossier.pk))
        assert nightly.keep() == Kept()

    def test_who_came_in_by_a_file_gets_the_inscription_that_should_be_there(self, outside):
        world = outside()
        told = e.EmploymentServiceAnswered(answer="KNOWN", category="03", registered_on=date(2026, 10, 20))
        dossier = known("registered-before-arrival", work=[])
        tell(dossier, told)
        make_dossier(told, may_work=False, work=[])  # the pillar is not about this one
        assert nightly.keep() == Kept(opened=1)
        drain()
        assert stands(dossier.insz)
        assert world.asked == {IN: 1}
        assert nightly.keep() == Kept()

    def test_a_refused_inscription_is_not_asked_again_every_night(self, outside):
        outside({"service": IN, "fault": "exception:40001", "match": {"rate": 1.0}})
        told = e.EmploymentServiceAnswered(answer="KNOWN", category="03", registered_on=date(2026, 10, 20))
        tell(known("registered-before-arrival", work=[]), told)
        assert nightly.keep() == Kept(opened=1)
        drain()
        assert Question.objects.get(service=IN).status == "DEAD"
        assert nightly.keep() == Kept()

    def test_an_ending_that_was_lost_is_found(self, outside):
        outside()
        dossier = followed()
        tell(dossier, e.TrackEnded(reason="ATTEST"))
        Inscription.objects.update(closing=None)
        Question.objects.filter(service=OUT).delete()
        assert nightly.keep() == Kept(ended=1)

    def test_a_night_takes_as_many_queries_for_forty_as_for_two(self, outside, settings):
        outside()
        people = [make_dossier(insz=number_of(100 + at), work=[]) for at in range(42)]
        ask(*people)
        drain()
        Inscription.objects.update(end_on=timezone.localdate())

        def queries(limit: int) -> int:
            settings.EXCHANGE_INSCRIPTIONS_A_NIGHT = limit
            with CaptureQueriesContext(connection) as captured:
                assert nightly.keep().prolonged == limit
            return len(captured)

        assert queries(2) == queries(40)


def test_the_person_reads_that_we_do_not_follow_her_any_more(outside):
    from toeleiding.exchange import story

    outside()
    dossier = followed()
    tell(dossier, e.TrackEnded(reason="ATTEST"))
    drain()
    (told, *_) = story.told(Dossier.objects.get(pk=dossier.pk))
    assert "niet meer volgt onder dit nummer" in told.asked
    assert told.answer.endswith("was de melding in orde.")
    assert questions(dossier)[-1].service == Service.DEREGISTER
