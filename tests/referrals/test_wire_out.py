"""A referral on the wire: one identity in every attempt, proof of delivery, and causes when it does not arrive."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from tests.exchange.conftest import Outside
from tests.exchange.people import case
from tests.factories import make_insz, make_staff
from tests.referrals.people import again, arrived, drafted, referred, somebody
from toeleiding.dossiers import events as e
from toeleiding.dossiers import services as dossier_services
from toeleiding.dossiers.models import Dossier, Event, Task
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.exchange import replay, story
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Question, Service, Status
from toeleiding.organisations.models import Role
from toeleiding.referrals import services
from toeleiding.referrals.models import Referral, ReferralStep
from toeleiding.simulator.life import Invitation
from toeleiding.simulator.population import DEFAULT_SEED, life_of
from toeleiding.simulator.scenario import Act

pytestmark = pytest.mark.django_db
World = Callable[..., Outside]
REFER = "RegistreerToeleiding"


def sent(world: Outside) -> list[str]:
    """The referrals that went over the line."""
    return [one.decode() for one in world.heard if REFER.encode() in one]


def between(message: str, name: str) -> list[str]:
    return re.findall(f"<{name}>([^<]*)</{name}>", message)


def test_the_message_holds_what_was_shown_and_never_the_user(outside: World) -> None:
    world = outside()
    access = make_staff()
    referral = arrived(access, somebody(access))
    (message,) = sent(world)
    assert "Gebruiker" not in message
    assert between(message, "Id") == [str(referral.pk)]
    assert between(message, "TypePartner") == ["KBI", "VDAB"]
    assert between(message, "KboNummer") == ["0543307391"]
    assert between(message, "RedenToeleiding") == ["INSCHRIJVING_WERKZOEKENDE"]
    assert "Werkte 6 jaar als lasser." in message
    assert "Telefoon: 0470 12 34 56" in message


def test_after_no_answer_the_same_identity_and_content_go_again_under_a_new_reference(
    outside: World, settings: Any
) -> None:
    world = outside({"service": REFER, "match": {"nth": 1}, "fault": "after_effect_timeout"})
    settings.EXCHANGE_TIMEOUT_SECONDS = 0.3
    access = make_staff()
    dossier = somebody(access)
    referral = referred(access, dossier)
    drain()
    assert again(referral).state == "SENT"  # the effect is not known
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        drain()
    first, second = sent(world)
    assert between(first, "Id") == between(second, "Id") == [str(referral.pk)]
    assert set(between(first, "Referte")) != set(between(second, "Referte"))
    strip = re.compile(r"<Context>.*?</Context>|<Referte>.*?</Referte>", re.DOTALL)
    assert strip.sub("", first) == strip.sub("", second)
    assert again(referral).state == "RECEIVED"
    assert len(world.ledger.referrals) == 1
    kinds = list(Event.objects.filter(dossier=dossier, kind__startswith="REFERRAL").values_list("kind", flat=True))
    assert kinds == ["REFERRAL_SENT", "REFERRAL_DELIVERED"]


def test_a_number_that_was_replaced_between_two_attempts_does_not_change_the_content(
    outside: World, settings: Any
) -> None:
    world = outside({"service": REFER, "match": {"nth": 1}, "fault": "after_effect_timeout"})
    settings.EXCHANGE_TIMEOUT_SECONDS = 0.3
    access = make_staff()
    dossier = somebody(access)
    referral = referred(access, dossier)
    drain()
    moved = e.NumberReplaced(old=case("never-registered"), new=make_insz())
    record(dossier, NewEvent(moved, date(2026, 11, 23), e.Source.REGISTER))
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        drain()
    assert [between(message, "INSZ") for message in sent(world)] == [[case("never-registered")]] * 2
    assert again(referral).state == "RECEIVED"


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("exception:40001", "weigert de doorverwijzing"),
        ("exception:13101", "niet juist opgesteld"),
        ("exception:30001", "nam de doorverwijzing niet aan"),
        ("exception:12345", "niet te begrijpen"),
    ],
)
def test_what_did_not_arrive_says_why_and_what_to_do(outside: World, fault: str, cause: str) -> None:
    outside({"service": REFER, "match": {"nth": 1}, "fault": fault, "times": 1})
    access = make_staff()
    dossier = somebody(access)
    referral = again(arrived(access, dossier))
    assert referral.state == "NOT_ARRIVED"
    assert referral.delivered_at is None
    assert cause in referral.cause
    assert "Bel met VDAB" in referral.next_step or "bel met VDAB" in referral.next_step
    services.send(access, referral)
    drain()
    assert again(referral).state == "RECEIVED"
    assert not list(rebuild())


def test_an_answer_that_names_another_referral_is_not_ours(outside: World) -> None:
    world = outside()
    access = make_staff()
    referral = referred(access, somebody(access))
    answer = world.answer

    def other(data: bytes) -> object:
        reply = answer(data)
        return reply.__class__(reply.status, reply.body.replace(str(referral.pk).encode(), str(uuid4()).encode()))

    world.answer = other  # type: ignore[method-assign, assignment]
    drain()
    assert again(referral).state == "SENT"
    assert Attempt.objects.get(question__service=REFER).failure == "wrong_referral"


def test_what_was_never_answered_expires_and_says_so(outside: World) -> None:
    outside({"service": REFER, "match": {"rate": 1.0}, "fault": "http500"})
    access = make_staff()
    dossier = somebody(access, contract=date(2026, 9, 1))
    referral = referred(access, dossier)
    drain()
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        drain()
    assert again(referral).state == "NOT_ARRIVED"
    assert "gaf geen antwoord" in again(referral).cause


def test_an_operator_asks_a_dead_referral_again_and_nothing_is_doubled(outside: World) -> None:
    world = outside({"service": REFER, "match": {"nth": 1}, "fault": "exception:40001", "times": 1})
    access = make_staff()
    dossier = somebody(access)
    referral = arrived(access, dossier)
    operator = make_staff(Role.EXCHANGE_OPERATOR)
    replay.replay(operator, replay.Choice(), "Toegang is hersteld", uuid4())
    drain()
    assert again(referral).state == "RECEIVED"
    assert {one for message in sent(world) for one in between(message, "Id")} == {str(referral.pk)}
    assert not replay.plan(replay.Choice()).asked
    assert not list(rebuild())


def test_the_story_of_the_question_is_told_to_the_person_in_plain_words(outside: World) -> None:
    outside()
    access = make_staff()
    dossier = somebody(access)
    arrived(access, dossier)
    (told,) = [one for one in story.told(dossier) if "verwees" in one.asked]
    assert "ontvangen" in told.answer
    question = Question.objects.get(service=Service.REFERRAL)
    effects = [one.words for one in story.of(question).effects]
    assert effects == ["Doorverwijzing verzonden", "Doorverwijzing ontvangen"]
    assert question.status == Status.DONE


def move_to(world: Outside, day: date) -> time_machine.travel:
    """The simulated world and our clock stand on this day."""
    world._clock = lambda: day
    return time_machine.travel(datetime(day.year, day.month, day.day, 10, tzinfo=timezone.get_current_timezone()))


def progress(world: Outside, referral: object, insz: str) -> Invitation:
    life = life_of(DEFAULT_SEED, insz, world.people)
    assert life is not None
    return world.progress(str(referral), date(2026, 11, 23), life).invitation


def ask(dossier: Dossier) -> None:
    dossier_services.ask_employment_service(make_staff(), [Dossier.objects.get(pk=dossier.pk)])
    drain()


@pytest.mark.parametrize("came", [True, False])
def test_the_whole_course_goes_over_messages_without_a_browser_at_vdab(outside: World, came: bool) -> None:
    """Referred, received, invited under our ToeleidingsID, came or did not, registered: all out of VDAB's file.

    That she found work comes from Dimona. A question back has no message: VDAB calls (docs/gebruikersgids/vdab.md).
    """
    world = outside()
    insz = case("never-registered")
    access = make_staff()
    dossier = somebody(access, insz=insz)
    draft = drafted(access, dossier)
    while (progress(world, draft.pk, insz).result == "P") is not came:  # an identity with the course we want to see
        key = uuid4()
        Referral.objects.filter(pk=draft.pk).update(id=key)
        draft = again(key)
    services.send(access, draft)
    drain()
    invited = progress(world, draft.pk, insz)
    assert again(draft).state == "RECEIVED"

    with move_to(world, invited.sent_on):
        ask(dossier)
        assert again(draft).state == "ACCEPTED"
        state = load_state(Dossier.objects.get(pk=dossier.pk))
        assert state.employment is not None
        assert [(one.referral, one.on) for one in state.employment.invitations] == [(str(draft.pk), invited.meeting_on)]
        assert Dossier.objects.get(pk=dossier.pk).appointment_on == invited.meeting_on
        assert state.employment.answer != "KNOWN"  # invited is not registered

    with move_to(world, invited.meeting_on + timedelta(days=5)):
        ask(dossier)
        now = Dossier.objects.get(pk=dossier.pk)
        state = load_state(now)
        assert now.outcome == "REGISTERED"
        assert again(draft).state == ("TAKEN_OVER" if came else "ACCEPTED")
        held, missed = state.contact_held_on, state.contact_missed_on
        assert (held, missed) == ((invited.meeting_on, None) if came else (None, invited.meeting_on))
        calls = Task.objects.filter(dossier=dossier, kind="CALL_TOGETHER", closed_at=None)
        assert calls.exists() is not came
        called = e.ContactHeld(held=True, by_phone=True)
        record(now, NewEvent(called, timezone.localdate(), e.Source.CASE_WORKER, access.staff))
        ask(dossier)
        assert not calls.exists(), "VDAB's file says the same each night; who was called is not called again"
        assert not list(rebuild())

    with move_to(world, invited.meeting_on + timedelta(days=20)):
        world.script.also(world, Act(do="hire", insz=insz))
        dossier_services.ask_work(make_staff(), Dossier.objects.get(pk=dossier.pk))
        drain()
        now = Dossier.objects.get(pk=dossier.pk)
        assert [entry.kind for entry in load_state(now).work or ()] == ["EMPLOYEE"]
        assert (now.outcome, now.step) == ("UNDETERMINED", "WORK_SITUATION")  # Dimona says no hours: a person decides
        assert not list(rebuild())
    ends = list(ReferralStep.objects.filter(referral=draft).values_list("side", "end"))
    assert ends[:3] == [("SENDER", "SENT"), ("WIRE", "RECEIVED"), ("WIRE", "ACCEPTED")]


def test_a_file_that_names_our_referral_proves_that_it_arrived_after_all(outside: World, settings: Any) -> None:
    """The answer was lost each time; VDAB's file says that it has the referral."""
    world = outside({"service": REFER, "match": {"rate": 1.0}, "fault": "after_effect_timeout"})
    settings.EXCHANGE_TIMEOUT_SECONDS = 0.3
    access, insz = make_staff(), case("never-registered")
    dossier = somebody(access, insz=insz)
    referral = referred(access, dossier)
    drain()
    assert again(referral).delivered_at is None
    invited = progress(world, referral.pk, insz)
    with move_to(world, invited.sent_on):
        Question.objects.filter(service=REFER).update(next_attempt_at=timezone.now() + timedelta(days=1))
        ask(dossier)
        assert again(referral).state == "ACCEPTED"
        assert again(referral).delivered_at is not None
