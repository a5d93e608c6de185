"""Telling others that something of ours changed: only of joint clients, one notification, without what changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.exchange.people import ask, known
from tests.factories import make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Question
from toeleiding.simulator.ledger import Registry, Step
from toeleiding.simulator.world import World

pytestmark = pytest.mark.django_db
NOTIFY = "RegistreerMutatieNotificatie"
VDAB = Registry("vdab.example/oefen", "ipdc0001")
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CONTRACT = e.ContractRegistered(signed_on=date(2026, 11, 20))


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.EXCHANGE_NOTIFY_OTHERS = True


def joint(world: World, slug: str = "registered-before-arrival") -> Dossier:
    """A client of VDAB whom we both declared to follow."""
    dossier = known(slug)
    ask(dossier)
    drain()
    world.ledger.take(
        Step("inscribe", world.today, VDAB.uri, VDAB.capacity, insz=dossier.insz or "", begin=world.today)
    )
    return Dossier.objects.get(pk=dossier.pk)


def tell(dossier: Dossier, *data: e.Data, source: e.Source = e.Source.CASE_WORKER) -> None:
    record(dossier, *[NewEvent(one, timezone.localdate(), source) for one in data])


def heard(world: World) -> list[Any]:
    """What VDAB will fetch."""
    return list(world.ledger.queue(VDAB, "ALGEMEEN").waiting)


def asked() -> list[Question]:
    return list(Question.objects.filter(service=NOTIFY))


def test_a_contract_of_a_joint_client_is_told_without_the_contract(outside):
    world = outside()
    dossier = joint(world)
    tell(dossier, CONTRACT)
    drain()
    (one,) = heard(world)
    assert (one.source, one.kind, one.key, one.blocks) == ("KBI", "DOSSIERKBI", dossier.insz, ("Contracten",))
    (question,) = asked()
    assert (question.status, str(question.pk)) == ("DONE", one.reference)
    assert b"2026-11-20" not in world.heard[-1]


def test_several_changes_before_it_is_sent_are_one_notification(outside):
    world = outside()
    dossier = joint(world)
    tell(dossier, CONTRACT)
    tell(dossier, e.Moved(nis="11002", municipality="Antwerpen"))
    tell(dossier, e.AgencyChanged(agency="atlas"))
    drain()
    (one,) = heard(world)
    assert one.blocks == ("Contracten", "Personalia", "Trajecten")


def test_every_attempt_carries_the_same_reference_of_the_notification(outside):
    world = outside({"service": NOTIFY, "fault": "after_effect_timeout", "match": {"nth": 1}, "times": 1})
    with time_machine.travel(MORNING, tick=False) as clock:
        from django.test import override_settings

        dossier = joint(world)
        tell(dossier, CONTRACT)
        with override_settings(EXCHANGE_TIMEOUT_SECONDS=0.3):
            drain()
        clock.shift(timedelta(minutes=1))
        drain()
    assert asked()[0].attempts == 2
    assert len({one.reference for one in heard(world)}) == 1
    assert len({message.split(b"<Referte>")[1][:36] for message in world.heard if NOTIFY.encode() in message}) == 2


def test_the_end_of_a_track_is_told_before_the_inscription_ends(outside):
    world = outside()
    dossier = joint(world)
    tell(dossier, e.TrackEnded(reason="ATTEST"))
    drain()
    assert [one.blocks for one in heard(world)] == [("Trajecten",)]
    assert list(world.asked)[-2:] == [NOTIFY, "RegistreerUitschrijving"]
    assert not Question.objects.filter(status="DEAD").exists()


@pytest.mark.parametrize("data", [e.Noted(text="x"), e.ExplanationGiven(), e.ContactChanged(phone="03 000 00 00")])
def test_what_is_no_business_of_others_is_not_told(outside, data):
    dossier = joint(outside())
    tell(dossier, data)
    assert asked() == []


def test_what_a_register_told_us_is_not_told_back(outside):
    dossier = joint(outside())
    tell(dossier, CONTRACT, source=e.Source.KBI)
    assert asked() == []


def test_whom_vdab_does_not_know_is_nobody_to_tell_about(outside):
    dossier = joint(outside(), "never-registered")
    tell(dossier, CONTRACT)
    assert asked() == []


def test_without_an_inscription_nothing_is_told(outside):
    outside()
    dossier = known("registered-before-arrival")
    tell(dossier, e.EmploymentServiceAnswered(answer="KNOWN", category="03", registered_on=date(2026, 10, 20)))
    tell(dossier, CONTRACT)
    assert asked() == []


def test_it_is_told_only_where_it_is_switched_on(outside, settings):
    dossier = joint(outside())
    settings.EXCHANGE_NOTIFY_OTHERS = False
    tell(dossier, CONTRACT)
    assert asked() == []


def test_result_zero_is_dead_with_a_cause_and_the_dossier_hears_nothing(outside, monkeypatch):
    from toeleiding.simulator import answers
    from toeleiding.simulator.wire import Answer

    refuses = {**answers._HANDLERS, NOTIFY: lambda *_: Answer("<Resultaat>0</Resultaat>")}
    monkeypatch.setattr(answers, "_HANDLERS", refuses)
    dossier = joint(outside())
    before = dossier.events
    tell(dossier, CONTRACT)
    drain()
    (question,) = asked()
    assert (question.status, question.cause) == (
        "DEAD",
        "De melding aan andere diensten is niet gelukt. MAGDA zegt niet waarom.",
    )
    assert Dossier.objects.get(pk=dossier.pk).events <= before + 2


def test_it_names_who_changed_it_for_the_audit(outside):
    dossier = joint(outside())
    access = make_staff()
    record(dossier, NewEvent(CONTRACT, timezone.localdate(), e.Source.CASE_WORKER, access.staff))
    (question,) = asked()
    assert question.asker == access.staff
