"""A new dossier from the KBI: asked over the real wire while somebody waits."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.exchange.conftest import Outside
from tests.exchange.people import case
from tests.factories import make_insz, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.lookup import kbi_dossier
from toeleiding.organisations.models import AccessLog

pytestmark = pytest.mark.django_db
Outsides = Callable[..., Outside]


def fault(kind: str) -> dict[str, Any]:
    return {"service": "GeefDossierKBI", "fault": kind}


def test_the_kbi_gives_the_events_with_which_a_dossier_begins(outside: Outsides) -> None:
    outside()
    insz = case("registered-on-day-61")
    outcome, news, sentence = kbi_dossier(insz, make_staff())
    assert outcome in ("KNOWN", "PARTIAL")
    kinds = [data.kind for data in news]
    assert kinds[:2] == ["IDENTIFIED", "NUMBER_ASSIGNED"]
    assert "CONTRACT_REGISTERED" in kinds
    assert e.NumberAssigned(insz=insz) in news
    assert "kent deze persoon" in sentence


def test_who_the_kbi_does_not_know_may_be_made_by_hand(outside: Outsides) -> None:
    outside(fault("exception:30001"))
    outcome, news, sentence = kbi_dossier(case("registered-on-day-61"), make_staff())
    assert (outcome, news) == ("NOT_KNOWN", [])
    assert "kent dit nummer niet" in sentence


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("http500", "SOURCE_DOWN"),
        ("reset", "SOURCE_DOWN"),
        ("soapfault", "SOURCE_DOWN"),
        ("exception:99996", "SOURCE_DOWN"),
        ("exception:13001", "REFUSED"),
        ("exception:30003", "CANCELLED"),
        ("exception:20002", "INVALID"),
        ("exception:13202", "NOT_INTEGRATED"),
        ("truncated", "NOT_UNDERSTOOD"),
        ("wrong_reference", "NOT_UNDERSTOOD"),
    ],
)
def test_every_failure_has_an_outcome_a_sentence_and_no_facts(outside: Outsides, kind: str, outcome: str) -> None:
    outside(fault(kind))
    found, news, sentence = kbi_dossier(case("registered-on-day-61"), make_staff())
    assert (found, news) == (outcome, [])
    assert sentence.endswith(".")
    assert "kent dit nummer niet" not in sentence


def test_nobody_listening_is_a_source_that_is_down(settings: Any) -> None:
    settings.SIMULATOR_URL, settings.MAGDA_ENDPOINT = "http://127.0.0.1:9/", ""
    assert kbi_dossier(make_insz(), make_staff())[0] == "SOURCE_DOWN"


def test_a_replaced_number_is_followed_and_both_stay(outside: Outsides) -> None:
    new = case("registered-on-day-61")
    old = case("lapsed-category-93")
    outside({**fault(f"replaced:{new}"), "match": {"insz": old}})
    outcome, news, sentence = kbi_dossier(old, make_staff())
    assert outcome == "KNOWN"
    assert e.NumberAssigned(insz=old) in news
    assert e.NumberReplaced(old=old, new=new) in news
    assert "vervangen" in sentence


def test_each_call_is_logged_with_its_reference_and_never_with_the_number(outside: Outsides) -> None:
    world = outside()
    access, insz = make_staff(), case("registered-on-day-61")
    kbi_dossier(insz, access)
    log = AccessLog.objects.get(staff=access.staff, action="ASKED")
    assert log.purpose == "GUIDANCE"
    assert insz not in log.detail
    assert log.detail.rsplit(" ", 1)[1].encode() in world.heard[0]


def test_from_number_to_dossier_through_the_screen(outside: Outsides, client: Client) -> None:
    outside()
    insz = case("registered-on-day-61")
    desk = sign_in(client, make_staff())
    preview = desk.post("/dossiers/nieuw/kbi", {"insz": insz}).content.decode()
    assert "Kijk na wat we overnemen" in preview
    shown = re.search(r'name="voorbeeld" value="([^"]+)"', preview)
    assert shown is not None
    desk.post("/dossiers/nieuw/maak", {"voorbeeld": shown[1]})
    dossier = Dossier.objects.get(insz=insz)
    assert dossier.contract_signed_on is not None
    assert dossier.first_name
