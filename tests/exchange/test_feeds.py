"""Notifications fetched: stored once, confirmed after they are stored, whatever happens in between."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.exchange.feeding import change, left, poll, waits
from tests.exchange.people import case
from tests.factories import make_dossier
from tests.faults.outside import Line
from toeleiding.exchange import circuits, vault
from toeleiding.exchange.feeds import polling as pulling
from toeleiding.exchange.feeds.polling import pull
from toeleiding.exchange.models import Circuit, Feed, FeedState, LegalLine, Notification, Poll
from toeleiding.exchange.selectors import status
from toeleiding.simulator.world import World

pytestmark = pytest.mark.django_db
GENERAL, PERSONS = Feed.GENERAL, Feed.PERSONS
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Killed(BaseException):
    """The poller is gone."""


def feed(which: Feed = GENERAL) -> FeedState:
    return FeedState.objects.get(feed=which)


def some(count: int) -> list[Any]:
    return [change(make_dossier(work=[]).insz) for _ in range(count)]


def killed(monkeypatch: pytest.MonkeyPatch, name: str, world: World, at: int = 1, *, after: bool = False) -> None:
    """Poll with a poller that dies the `at`-th time that it comes by a function, before or after it."""
    real: Callable[..., Any] = getattr(pulling, name)
    calls = iter(range(1, 1000))

    def dies(*args: Any, **kwargs: Any) -> Any:
        last = next(calls) >= at
        if last and not after:
            raise Killed
        found = real(*args, **kwargs)
        if last:
            raise Killed
        return found

    with monkeypatch.context() as patch:
        patch.setattr(pulling, name, dies)
        with pytest.raises(Killed):
            poll(world)
    with connection.cursor() as cursor:  # its session ends, and with it the lock
        cursor.execute("select pg_advisory_unlock_all()")


class TestLoop:
    def test_everything_that_waits_is_stored_and_confirmed_until_there_is_no_more(self, outside):
        world = outside()
        waits(world, *some(3))
        done = poll(world)
        assert (done.calls, done.came, done.fresh, done.ended) == (2, 3, 3, True)
        assert Notification.objects.count() == 3
        assert left(world) == 0
        assert (feed().receipt, feed().outcome, feed().waited) == ("", "NOT_KNOWN", 3)
        assert feed().pulled_at is not None

    def test_more_than_one_set_is_fetched_set_by_set(self, outside):
        world = outside()
        insz = case("never-registered")
        waits(world, *[change(insz) for _ in range(250)])
        done = poll(world)
        assert (done.calls, done.came, done.fresh) == (4, 250, 250)
        assert left(world) == 0

    def test_nothing_new_is_one_call(self, outside):
        world = outside()
        waits(world)
        done = poll(world)
        assert (done.calls, done.came, done.ended) == (1, 0, True)

    def test_the_call_is_stored_before_it_is_made_with_purpose_and_legal_basis(self, outside):
        world = outside()
        waits(world)
        stored = []
        real = world.answer

        def answer(data: bytes) -> Any:
            stored.append(Poll.objects.get())
            return real(data)

        world.answer = answer  # type: ignore[method-assign]
        poll(world)
        (before,) = stored
        assert (before.ended_at, before.purpose) == (None, "GUIDANCE")
        assert before.legal_basis
        sent = vault.unseal(before.question, before.key, before.reference, "question")
        assert str(before.reference).encode() in sent
        assert Poll.objects.get().outcome == "NOT_KNOWN"
        ends = LegalLine.objects.filter(reference=before.reference).order_by("id").values_list("kind", flat=True)
        assert list(ends) == ["ASKED", "SUCCEEDED"]

    def test_what_a_feed_brought_lies_sealed(self, outside):
        world = outside()
        insz = case("never-registered")
        waits(world, change(insz))
        poll(world)
        brought = Poll.objects.exclude(answer=None).get()
        assert insz.encode() not in bytes(brought.answer)
        assert insz.encode() in vault.unseal(brought.answer, brought.answer_key, brought.reference, "answer")

    def test_a_poll_is_no_question_about_somebody(self, outside):
        world = outside()
        waits(world)
        before = status()["outbox"]
        poll(world)
        assert status()["outbox"] == before

    def test_the_same_notification_twice_is_stored_once(self, outside):
        world = outside()
        one = change(case("never-registered"))
        waits(world, one, one)
        done = poll(world)
        assert (done.came, done.fresh) == (2, 1)
        waits(world, one)
        assert poll(world).fresh == 0
        assert Notification.objects.count() == 1

    def test_the_database_itself_refuses_a_double(self, outside):
        world = outside()
        waits(world, change(case("never-registered")))
        poll(world)
        twice = Notification.objects.get()
        twice.pk = None
        with pytest.raises(IntegrityError, match="a_notification_is_stored_once"), transaction.atomic():
            twice.save(force_insert=True)

    def test_one_reference_of_two_sources_is_two_notifications(self, outside):
        world = outside()
        insz = case("never-registered")
        waits(world, change(insz, reference="7"), change(insz, reference="7", source="OCMW"))
        assert poll(world).fresh == 2

    def test_a_receipt_that_is_not_known_begins_again_and_stores_nothing_twice(self, outside):
        world = outside()
        waits(world, *some(2))
        poll(world)
        waits(world, *some(3))
        FeedState.objects.update(receipt="van-iemand-anders")
        done = poll(world)
        assert (done.calls, done.came, done.ended) == (3, 3, True)
        assert [one.exceptions[0]["id"] for one in Poll.objects.filter(outcome="INVALID")] == ["30014"]
        assert Notification.objects.count() == 5

    def test_a_feed_that_knows_no_receipt_at_all_stops_with_a_cause(self, outside):
        world = outside({"service": GENERAL.value, "fault": "exception:30014", "match": {"rate": 1.0}})
        done = poll(world)
        assert (done.calls, done.ended) == (1, False)
        assert feed().cause == "Het antwoord op de vraag naar meldingen is niet te begrijpen (code 30014 MAGDA)."

    def test_an_endless_feed_ends(self, outside, monkeypatch):
        monkeypatch.setattr(pulling.limits, "SETS_A_POLL", 2)
        world = outside()
        waits(world, *[change(case("never-registered")) for _ in range(300)])
        assert poll(world).calls == 2
        assert feed().receipt
        assert feed().pulled_at is None
        assert poll(world).ended
        assert Notification.objects.count() == 300

    def test_one_poller_at_a_time(self, outside, django_db_setup):
        world = outside()
        waits(world, *some(1))
        from django.db import connections

        other = connections["default"].copy()
        try:
            kind = pulling.crc32(f"feeds {pulling.settings.MAGDA_HOEDANIGHEID}".encode()) - 2**31
            with other.cursor() as cursor:
                cursor.execute("select pg_advisory_lock(%s, 0)", [kind])
            assert pull(GENERAL, transport=Line(world)).busy
            assert pull(PERSONS, transport=Line(world)).busy
            with other.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, 0)", [kind])
        finally:
            other.close()
        assert not Poll.objects.exists()
        assert poll(world).fresh == 1

    def test_the_register_of_persons_is_asked_under_its_own_name(self, outside):
        world = outside()
        waits(world, change(case("never-registered"), kind="020", source="RR", blocks=("3",)), feed=PERSONS)
        assert poll(world, PERSONS).fresh == 1
        found = Notification.objects.get()
        assert (found.source, found.changed, found.feed) == ("RR", ["020"], PERSONS)


class TestKilled:
    def test_between_the_answer_and_the_store(self, outside, monkeypatch):
        world = outside()
        waits(world, *some(3))
        killed(monkeypatch, "_keep", world)
        assert not Notification.objects.exists()
        assert left(world) == 3, "what was not stored was not confirmed"
        assert poll(world).fresh == 3
        assert left(world) == 0

    def test_between_the_store_and_the_confirmation(self, outside, monkeypatch):
        world = outside()
        waits(world, *some(3))
        killed(monkeypatch, "_keep", world, after=True)
        assert Notification.objects.count() == 3
        assert feed().receipt
        assert left(world) == 3
        done = poll(world)
        assert (done.came, done.ended) == (0, True), "the receipt that was stored confirms them"
        assert left(world) == 0
        assert Notification.objects.count() == 3

    def test_after_the_confirmation_reached_the_other_side(self, outside, monkeypatch):
        world = outside()
        waits(world, *[change(case("never-registered")) for _ in range(150)])
        killed(monkeypatch, "_call", world, at=2, after=True)
        done = poll(world)
        assert Notification.objects.count() == 150
        assert done.ended
        assert left(world) == 0

    def test_between_the_end_and_writing_it_down(self, outside, monkeypatch):
        world = outside()
        waits(world, *some(2))
        killed(monkeypatch, "_note", world)
        assert feed().receipt
        assert poll(world).ended
        assert (Notification.objects.count(), feed().receipt) == (2, "")

    def test_before_what_came_was_handled(self, outside, monkeypatch):
        world = outside()
        waits(world, *some(2))
        pull(GENERAL, transport=Line(world))
        assert Notification.objects.filter(status="RECEIVED").count() == 2
        poll(world)
        assert not Notification.objects.filter(status="RECEIVED").exists()

    @pytest.mark.parametrize("fault", ["timeout", "http500", "reset", "truncated", "wrong_reference", "soapfault"])
    def test_a_call_that_fails_loses_nothing(self, outside, fault):
        rule = {"service": GENERAL.value, "fault": fault, "match": {"rate": 1.0}, "times": 1}
        world = outside(rule)
        waits(world, *some(3))
        done = poll(world)
        assert (done.calls, done.ended) == (1, False)
        assert feed().cause.startswith("MAGDA gaf de meldingen niet")
        assert feed().pulled_at is None
        assert poll(world).ended
        assert Notification.objects.count() == 3
        assert feed().cause == ""

    def test_the_effect_without_the_answer_gives_everything_again(self, outside):
        rule = {"service": GENERAL.value, "fault": "after_effect_timeout", "match": {"nth": 2}, "times": 1}
        world = outside(rule)
        waits(world, *[change(case("never-registered")) for _ in range(150)])
        poll(world)
        poll(world)
        assert Notification.objects.count() == 150
        assert left(world) == 0


class TestCircuit:
    def test_a_feed_that_is_down_is_left_alone_until_it_is_probed(self, outside):
        rule = {"service": GENERAL.value, "fault": "http500", "match": {"rate": 1.0}, "times": 5}
        world = outside(rule)
        waits(world, *some(1))
        with time_machine.travel(MORNING, tick=False) as clock:
            for _ in range(5):
                poll(world)
            assert Circuit.objects.get(service=GENERAL).state == "open"
            assert poll(world).shut
            assert Poll.objects.count() == 5
            clock.shift(timedelta(minutes=15))
            assert poll(world).fresh == 1
            assert Circuit.objects.get(service=GENERAL).state == "closed"

    def test_who_drains_questions_takes_no_probe_of_a_feed(self):
        now = timezone.now()
        Circuit.objects.create(service=GENERAL, state="open", failures=9, opened_at=now, probe_at=now)
        assert circuits.gate(now) == circuits.Gate([], [])
        assert circuits.gate(now, only=GENERAL.value).probing == [GENERAL.value]

    def test_the_status_names_the_feeds(self, outside):
        world = outside()
        waits(world)
        poll(world)
        assert status()["circuits"][GENERAL.value] == "closed"


class TestStrange:
    def test_a_subject_without_content_is_kept_counted_and_confirmed(self, outside, monkeypatch):
        world = outside()
        waits(world, *some(2))
        answer = world.answer

        def half(data: bytes) -> Any:
            from msgspec.structs import replace

            reply = answer(data)
            problem = (
                "<Onderwerp><Referte>leeg</Referte><Uitzonderingen><Uitzondering><Identificatie>99994</Identificatie>"
                "<Oorsprong>MAGDA</Oorsprong><Type>FOUT</Type><Diagnose>x</Diagnose></Uitzondering></Uitzonderingen>"
                "</Onderwerp><Onderwerp><Referte>kaal</Referte></Onderwerp>"
            )
            return replace(reply, body=reply.body.replace(b"<Onderwerpen>", f"<Onderwerpen>{problem}".encode()))

        monkeypatch.setattr(world, "answer", half)
        done = poll(world)
        assert (done.came, done.fresh, done.ended) == (4, 4, True)
        kept = dict(Notification.objects.filter(status="UNUSABLE").values_list("reference", "note"))
        assert kept == {"leeg": "Uitzondering 99994 MAGDA.", "kaal": "Zonder inhoud of zonder bruikbaar nummer."}

    def test_a_number_that_is_none_does_not_cost_the_others(self, outside):
        world = outside()
        waits(world, change("geen nummer"), *some(1))
        poll(world)
        assert sorted(Notification.objects.values_list("status", flat=True))[-1] == "UNUSABLE"
        assert Notification.objects.count() == 2

    def test_an_answer_with_neither_list_nor_end_stops_and_says_why(self, outside):
        world = outside({"service": GENERAL.value, "fault": "exception:30001", "match": {"rate": 1.0}})
        assert not poll(world).ended
        assert feed().outcome == "NOT_UNDERSTOOD"

    def test_a_refusal_says_what_to_look_after(self, outside):
        world = outside({"service": GENERAL.value, "fault": "exception:40001", "match": {"rate": 1.0}})
        poll(world)
        assert feed().cause == "We mogen deze meldingen niet ophalen (code 40001 MAGDA)."
