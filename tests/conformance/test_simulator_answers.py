"""Every answer that the simulator writes validates against the published schema, and so does every question
that these tests ask it."""

from datetime import date
from uuid import UUID

import pytest

from tests.conformance.schemas import violations
from tests.simulator.asking import (
    AGENCY,
    OTHER,
    TODAY,
    about,
    deregistration,
    inscription,
    notification,
    notifications,
    question,
    referral,
)  # fmt: skip
from toeleiding.magda import services
from toeleiding.magda.services import Service
from toeleiding.simulator.faults import Fault
from toeleiding.simulator.population import EDGE_CASES, life, lives
from toeleiding.simulator.reply import deliver
from toeleiding.simulator.wire import Answer, parse
from toeleiding.simulator.world import World

pytestmark = pytest.mark.reference
DATA = (services.KBI_1, services.KBI_2, services.VDAB, services.WORK, services.JOBSEEKER, services.PERSON)
REFERRAL_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def assert_valid(world: World, service: Service, data: bytes) -> None:
    assert violations(service, "question", data) == []
    reply = world.answer(data)
    assert reply.status == 200, reply.body
    assert violations(service, "answer", reply.body) == [], reply.body.decode()


@pytest.mark.parametrize("service", DATA, ids=lambda each: f"{each.name} {each.version}")
def test_every_edge_case_and_a_hundred_others_get_a_valid_answer(service: Service) -> None:
    world = World(today=TODAY, check_repertorium=False)
    for each in lives(2022, len(EDGE_CASES) + 100, TODAY):
        for number in filter(None, (each.insz, each.replaced_by)):
            assert_valid(world, service, about(service, number))


@pytest.mark.parametrize("service", DATA, ids=lambda each: f"{each.name} {each.version}")
def test_strangers_and_callers_without_inscription_get_a_valid_refusal(service: Service) -> None:
    world = World(today=TODAY)
    assert_valid(world, service, about(service, life(2022, 500).insz))
    assert_valid(World(today=TODAY, check_repertorium=False), service, about(service, "12661299835"))


def test_answers_stay_valid_on_other_days() -> None:
    for day in (date(2022, 3, 2), date(2024, 2, 29), date(2029, 1, 1)):
        world = World(today=day, check_repertorium=False)
        for index in range(0, 300, 7):
            for service in DATA:
                assert_valid(world, service, about(service, life(2022, index).insz))


def test_the_repertorium_referrals_and_notifications_speak_valid_xml() -> None:
    insz, world = life(2022, EDGE_CASES["never-registered"]).insz, World(today=TODAY)
    for service in (services.INSCRIBE_0, services.INSCRIBE_1):
        assert_valid(world, service, inscription(insz, service))
        assert_valid(world, service, inscription(insz, service))
        assert_valid(world, service, inscription(insz, service, uri="iemand.anders"))
    assert_valid(world, services.REFERRAL, referral(insz, REFERRAL_ID))
    assert_valid(world, services.REFERRAL, referral(insz, REFERRAL_ID, reason="ANDERE"))
    assert_valid(world, services.VDAB, about(services.VDAB, insz))
    assert_valid(world, services.NOTIFY, notification(insz, str(UUID(int=7)), OTHER))
    assert_valid(world, services.NOTIFICATIONS, notifications())
    assert_valid(world, services.NOTIFICATIONS, notifications(str(UUID(int=8))))
    assert_valid(world, services.DEREGISTER_0, deregistration(insz))
    assert_valid(world, services.DEREGISTER_0, deregistration(insz))
    subject = (
        "BetrokkenSubject",
        [("Type", "PERS"), ("Subjecten", [("Subject", [("Type", "PERS"), ("Sleutel", insz)])])],
    )
    who = [("Identificatie", AGENCY.uri), ("Hoedanigheid", AGENCY.capacity)]
    assert_valid(world, services.DEREGISTER_1, question(services.DEREGISTER_1, [("Uitschrijving", [*who, subject])]))


def test_notifications_of_the_national_register_are_valid() -> None:
    days = iter((date(2026, 1, 1), date(2026, 11, 23)))
    world = World(check_repertorium=True)
    for day in days:
        world._clock = lambda day=day: day
        for each in lives(2022, 400, TODAY):
            world.answer(inscription(each.insz))
        assert_valid(world, services.PERSON_NOTIFICATIONS, notifications(service=services.PERSON_NOTIFICATIONS))
        assert_valid(world, services.NOTIFICATIONS, notifications())


@pytest.mark.parametrize("code", ["30001", "13101", "40003", "99996", "60007", "30030", "12345"])
@pytest.mark.parametrize("service", DATA, ids=lambda each: f"{each.name} {each.version}")
def test_any_exception_that_is_asked_for_is_valid(service: Service, code: str) -> None:
    asked = parse(about(service, life(2022, 3).insz))
    reply = deliver(Fault("exception", code), asked, Answer, "eigen-referte")
    assert violations(service, "answer", reply.body) == []
    reply = deliver(Fault("replaced", life(2022, 4).insz), asked, Answer, "eigen-referte")
    assert violations(service, "answer", reply.body) == []
