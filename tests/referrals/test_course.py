"""The course of a referral: who may do what, what the timeline keeps, and what stands in the dossier afterwards."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from tests.exchange.conftest import Outside
from tests.factories import make_dossier, make_staff
from tests.referrals.people import WHO, again, arrived, counsellor, drafted, referred, somebody
from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal, Task
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.exchange import desk, inbox, lease, replay, settle
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Question, Status
from toeleiding.exchange.wire import Wire
from toeleiding.referrals import services
from toeleiding.referrals.looking import look
from toeleiding.referrals.models import Referral, ReferralStep
from toeleiding.referrals.selectors import of_dossier
from toeleiding.referrals.services import ReferralError

pytestmark = pytest.mark.django_db
World = Callable[..., Outside]
MEETING = e.Appointment(on=date(2026, 12, 3), at="10:00", place="Werkwinkel Mechelen", language="ar", interpreter=True)


def kinds(dossier: Dossier) -> list[str]:
    rows = Event.objects.filter(dossier=dossier).order_by("id").values_list("kind", flat=True)
    return [kind for kind in rows if kind.startswith(("REFERRAL", "FEEDBACK"))]


def agrees(dossier: Dossier, referral: Referral) -> None:
    """The timeline, its fold and the row tell one story."""
    assert not list(rebuild())
    standing = load_state(Dossier.objects.get(pk=dossier.pk)).referral
    assert standing is not None
    assert (standing.id, standing.status) == (referral.pk, again(referral).state)


def test_sent_is_not_received_until_the_other_side_answers(outside: World) -> None:
    outside()
    access = make_staff()
    dossier = somebody(access)
    sent = referred(access, dossier)
    assert (sent.state, sent.delivered_at) == ("SENT", None)
    assert not Referral.objects.filter(pk=sent.pk).filter(services.visible_to(counsellor())).exists()
    drain()
    assert again(sent).state == "RECEIVED"
    assert again(sent).delivered_at is not None
    assert again(sent).due_on == date(2026, 11, 30)  # rule D-01
    agrees(dossier, sent)


def test_the_whole_way_with_a_question_in_between(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    referral = arrived(access, dossier)
    services.ask(vdab, referral, "Welke opleiding wil hij volgen?")
    assert again(referral).state == "QUESTION_ASKED"
    services.answer(access, referral, "Een opleiding in de bouw.")
    services.accept(vdab, referral, "03", WHO, MEETING)
    agrees(dossier, referral)
    services.report(vdab, again(referral).dossier, "APPOINTMENT_MISSED", date(2026, 11, 23))
    agrees(dossier, referral)
    services.report(vdab, dossier, "APPOINTMENT_HELD", date(2026, 11, 23))
    assert again(referral).state == "TAKEN_OVER"
    services.report(vdab, dossier, "WORK_FOUND", date(2026, 11, 23), "Bij een bakker")
    assert again(referral).state == "CLOSED"
    agrees(dossier, referral)
    assert kinds(dossier) == [
        "REFERRAL_SENT", "REFERRAL_DELIVERED", "REFERRAL_QUESTIONED", "REFERRAL_ANSWERED", "REFERRAL_ACCEPTED",
        "FEEDBACK_GIVEN", "FEEDBACK_GIVEN", "FEEDBACK_GIVEN",
    ]  # fmt: skip
    assert [step.end for step in services.thread(referral)] == [
        "SENT", "RECEIVED", "QUESTION_ASKED", "ANSWERED", "ACCEPTED", "TAKEN_OVER", "CLOSED",
    ]  # fmt: skip


def test_what_vdab_accepted_stands_in_the_dossier_without_retyping(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    services.accept(vdab, arrived(access, dossier), "03", WHO, MEETING)
    now = Dossier.objects.get(pk=dossier.pk)
    known = load_state(now).employment
    assert known is not None
    assert (known.answer, known.category, known.counsellor) == ("KNOWN", "03", WHO)
    assert (now.outcome, now.category, now.office) == ("REGISTERED", "03", "Werkwinkel Mechelen")
    assert now.appointment_on == date(2026, 12, 3)
    assert load_state(now).first_appointment == MEETING
    assert Dossier.objects.filter(services.dossiers_visible_to(vdab), pk=now.pk).exists()


def test_a_missed_appointment_is_a_sign_and_changes_no_duty(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    services.accept(vdab, arrived(access, dossier), "03", WHO, MEETING)
    before = Dossier.objects.get(pk=dossier.pk)
    services.report(vdab, dossier, "APPOINTMENT_MISSED", date(2026, 11, 23))
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.outcome, after.step, after.due_on) == (before.outcome, before.step, before.due_on)
    assert load_state(after).contact_missed_on == date(2026, 11, 23)


def test_reported_work_asks_the_case_worker_to_look_again(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    services.accept(vdab, arrived(access, dossier), "03", WHO, MEETING)
    services.report(vdab, dossier, "WORK_FOUND", date(2026, 11, 23))
    assert Task.objects.filter(dossier=dossier, kind="LOOK_AGAIN", closed_at=None).exists()
    assert not list(rebuild())


def test_given_back_with_a_reason_makes_room_for_a_new_one(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    referral = arrived(access, dossier)
    services.give_back(vdab, referral, "OTHER_REGION", "Verhuist naar Gent")
    assert again(referral).state == "RETURNED"
    assert services.thread(referral)[-1].text == "Woont in een andere regio: Verhuist naar Gent"
    anew = services.begin(access, dossier)
    assert anew.pk != referral.pk
    assert anew.state == "DRAFT"


def test_two_clicks_begin_one_draft_and_send_one_referral(outside: World) -> None:
    world = outside()
    access = make_staff()
    dossier = somebody(access)
    draft = drafted(access, dossier)
    assert services.begin(access, dossier).pk == draft.pk
    services.send(access, draft)
    with pytest.raises(ReferralError, match="nog niet ontvangen"):
        services.send(access, draft)
    drain()
    assert world.asked["RegistreerToeleiding"] == 1


def test_what_is_missing_is_said_and_nothing_is_sent() -> None:
    access = make_staff()
    draft = drafted(access, somebody(access), phone="0470 12")
    with pytest.raises(ReferralError, match="Vul een telefoonnummer in, zoals 0470 12 34 56"):
        services.send(access, draft)
    assert not Question.objects.exists()


def test_who_vdab_may_know_is_referred_with_a_reason_only() -> None:
    access = make_staff()
    draft = drafted(access, somebody(access), note="")
    with pytest.raises(ReferralError, match="Schrijf waarom je toch doorverwijst"):
        services.send(access, draft)


def test_somebody_whom_vdab_just_said_not_to_know_needs_no_reason() -> None:
    access = make_staff()
    answer = e.EmploymentServiceAnswered(answer="NOT_KNOWN")
    dossier = make_dossier(answer, access=access)
    sent = services.send(access, drafted(access, dossier, note=""))
    assert sent.state == "SENT"


def test_in_brussels_one_calls_actiris() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, nis="21004", municipality="Brussel")
    with pytest.raises(ReferralError, match="bel met Actiris"):
        referred(access, dossier)


def test_a_draft_that_a_colleague_changed_is_not_overwritten() -> None:
    access, colleague = make_staff(), make_staff()
    draft = drafted(access, somebody(access))
    services.save(colleague, draft, {"start": "Wil in de zorg werken."}, seen=draft.version)
    with pytest.raises(services.SavedMeanwhileError):
        services.save(access, draft, {"start": "Iets anders."}, seen=draft.version)
    assert again(draft).content["start"] == "Wil in de zorg werken."


def test_a_form_that_saved_itself_while_its_button_was_pressed_is_no_conflict() -> None:
    """A bug once: leaving a field to press "Verstuur" saved the draft by itself, and the button met a newer version."""
    access = make_staff()
    draft = drafted(access, somebody(access))
    services.save(access, draft, {"start": "Wil in de zorg werken."}, seen=draft.version)
    services.save(access, draft, {"start": "Wil in de zorg werken.", "phone": "015 22 33 44"}, seen=draft.version)
    assert again(draft).content["phone"] == "015 22 33 44"


def test_a_withdrawn_referral_is_not_sent_any_more(outside: World) -> None:
    world = outside()
    access = make_staff()
    dossier = somebody(access)
    sent = referred(access, dossier)
    services.withdraw(access, sent, "Wil eerst Nederlands leren")
    drain()
    assert world.asked["RegistreerToeleiding"] == 0
    assert again(sent).state == "WITHDRAWN"
    question = Question.objects.get(service="RegistreerToeleiding")
    assert (question.status, question.handled) == (Status.DEAD, "WITHDRAWN")
    agrees(dossier, sent)


def test_what_a_worker_that_is_gone_held_when_it_was_withdrawn_is_not_sent(outside: World) -> None:
    world = outside()
    access = make_staff()
    sent = referred(access, somebody(access))
    now = timezone.now()
    lease.claim(10, now)
    services.withdraw(access, sent, "Wil eerst Nederlands leren")
    question = Question.objects.get(service="RegistreerToeleiding")
    assert question.status == Status.IN_FLIGHT
    Question.objects.update(leased_until=now)  # the worker that held it stopped; the next one goes on
    with time_machine.travel(now + timedelta(minutes=1)):
        drain()
    assert world.asked["RegistreerToeleiding"] == 0
    question.refresh_from_db()
    assert (question.status, question.handled, question.lease_token) == (Status.DEAD, "WITHDRAWN", None)
    assert again(sent).state == "WITHDRAWN"


def test_what_is_on_its_way_when_it_is_withdrawn_is_not_sent_again_and_is_nobodys_task(outside: World) -> None:
    world = outside({"service": "RegistreerToeleiding", "match": {"rate": 1.0}, "fault": "http500"})
    access = make_staff()
    sent = referred(access, somebody(access))
    now = timezone.now()
    with Wire() as line:
        batch = lease.claim(10, now)
        messages, _ = line.write(batch.questions, now)
        inbox.before(messages, now)
        services.withdraw(access, sent, "Wil eerst Nederlands leren")
        settle.settle(inbox.after([line.send(message) for message in messages]), batch.token)
    with time_machine.travel(now + timedelta(minutes=1)):
        drain()
    assert world.asked["RegistreerToeleiding"] == 1
    question = Question.objects.get(service="RegistreerToeleiding")
    assert (question.status, question.handled) == (Status.DEAD, "WITHDRAWN")
    assert not replay.plan(replay.Choice()).asked
    assert not desk.failures()
    assert again(sent).state == "WITHDRAWN"


def test_a_referral_moves_along_when_the_dossier_goes_to_another_agency(outside: World) -> None:
    outside()
    access, atlas = make_staff(), make_staff(organisation="atlas")
    dossier = somebody(access)
    referral = arrived(access, dossier)
    services.ask(counsellor(), referral, "Verhuisd?")
    moved = NewEvent(e.AgencyChanged(agency="atlas"), date(2026, 11, 23), e.Source.SYSTEM)
    record(dossier, moved)
    services.answer(atlas, referral, "Ja, naar Antwerpen.")
    assert again(referral).state == "ANSWERED"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_two_sides_do_the_timeline_and_the_row_tell_one_story(outside: World, seed: int) -> None:
    """Random clicks by both sides, the refused ones included; afterwards nothing contradicts anything."""
    outside()
    chance = random.Random(seed)
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    referral = referred(access, dossier)
    verbs: list[Callable[[], object]] = [
        drain,
        lambda: services.ask(vdab, referral, "Hoe?"),
        lambda: services.answer(access, referral, "Zo."),
        lambda: services.accept(vdab, referral, "03", WHO, MEETING),
        lambda: services.give_back(vdab, referral, "NOT_REACHED"),
        lambda: services.withdraw(access, referral, "Toch niet"),
        lambda: services.close(access, referral, "Klaar"),
        lambda: services.report(vdab, dossier, "APPOINTMENT_HELD", date(2026, 11, 23)),
        lambda: services.report(vdab, dossier, "APPOINTMENT_MISSED", date(2026, 11, 23)),
        lambda: services.report(vdab, dossier, "STOPPED", date(2026, 11, 23)),
    ]
    weights = [4, 3, 3, 2, 1, 1, 1, 2, 2, 1]
    for verb in chance.choices(verbs, weights, k=14):
        with suppress(ReferralError):
            verb()
        agrees(dossier, referral)
    steps = services.thread(referral)
    assert [step.begin for step in steps[1:]] == [step.end for step in steps[:-1]]
    assert steps[-1].end == again(referral).state


def test_each_party_acts_in_its_own_place_only(outside: World) -> None:
    outside()
    access = make_staff()
    referral = arrived(access, somebody(access))
    for stranger in (counsellor("vdab-gent"), make_staff(organisation="atlas")):
        for verb in (
            lambda who: services.ask(who, referral, "Hoe?"),
            lambda who: services.withdraw(who, referral, "Zomaar"),
        ):
            with pytest.raises(ReferralError, match="niet van jouw dienst"):
                verb(stranger)
    with pytest.raises(ReferralError, match="je kan ze nu niet"):
        services.answer(access, referral, "Er was geen vraag.")


def test_the_database_keeps_what_the_rules_say() -> None:
    access = make_staff()
    draft = drafted(access, somebody(access))
    for wrong in (
        {"state": "RECEIVED"},
        {"state": "NERGENS"},
        {"dossier": None},
        {"direction": "IN"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=draft.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            direction="OUT", dossier=draft.dossier, agency=draft.agency, state="DRAFT", since=draft.since
        )


def test_the_steps_only_grow(outside: World) -> None:
    outside()
    access = make_staff()
    arrived(access, somebody(access))
    for verb in (lambda rows: rows.update(text="anders"), lambda rows: rows.delete()):
        with (
            pytest.raises(DatabaseError, match="stappen"),
            transaction.atomic(),
        ):
            verb(ReferralStep.objects.all())


@pytest.mark.parametrize("merges", [1, 2])
def test_a_referral_of_a_merged_dossier_goes_on_where_the_person_is(outside: World, merges: int) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    stays = somebody(access)
    referral = arrived(access, stays)
    for _ in range(merges):
        gone, stays = stays, make_dossier(access=access)
        merging.propose([merging.Pair(gone.pk, stays.pk, Likeness.NEAR_DOUBLE, "")])
        merging.merge(access, MergeProposal.objects.get(status="OPEN"), stays, "Zelfde persoon")
    stays = Dossier.objects.get(pk=stays.pk)
    assert [one.pk for one in of_dossier(stays)] == [referral.pk]
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert look() == 1
    assert Event.objects.filter(dossier=stays, kind="EMPLOYMENT_SERVICE_ASKED").exists()
    services.accept(vdab, referral, "03", WHO, MEETING)
    assert Dossier.objects.get(pk=stays.pk).category == "03"
    assert again(referral).state == "ACCEPTED"
    assert not list(rebuild())


def test_a_missed_appointment_asks_to_call_together_until_somebody_did(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    services.accept(vdab, arrived(access, dossier), "03", WHO, MEETING)
    services.report(vdab, dossier, "APPOINTMENT_MISSED", date(2026, 11, 23))
    calls = Task.objects.filter(dossier=dossier, kind="CALL_TOGETHER", closed_at=None)
    assert calls.exists()
    services.report(vdab, dossier, "APPOINTMENT_HELD", date(2026, 11, 23))
    assert not calls.exists()
    assert not list(rebuild())
