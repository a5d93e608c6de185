"""VDAB refers somebody to us over the wire: answered once and the same each time, and never a dossier by machine."""

import base64
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from tests.factories import make_dossier, make_insz, make_staff, sign_in
from tests.referrals.people import referred, somebody
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.timeline import load_state
from toeleiding.exchange import raw, vault
from toeleiding.exchange.models import IncomingMessage, IncomingReferral
from toeleiding.magda import referral, services, vdab
from toeleiding.magda.answers import read_answer
from toeleiding.magda.certificates import Identity, load_certificates
from toeleiding.magda.envelope import Sender, new_reference
from toeleiding.magda.questions import write_question
from toeleiding.magda.signing import Verified, sign, verify
from toeleiding.referrals import services as verbs
from toeleiding.referrals.models import Referral
from toeleiding.simulator.practice_certificates import make

pytestmark = pytest.mark.django_db
VDAB = Sender("wse.vlaanderen.be/vdab/toeleiding-oefen", "oefening")
DOOR = "/magda/toeleiding"
AT = datetime(2026, 11, 23, 10, 0)


def message(insz: str, key: str | None = None, sender: Sender = VDAB, **more: Any) -> bytes:
    """RegistreerToeleiding from VDAB to an agency."""
    asked = referral.Question(
        **{
            "insz": insz,
            "id": key or str(uuid4()),
            "sender": referral.Partner("VDAB", identification="WW-MECH-01", name="Werkwinkel Mechelen"),
            "receiver": referral.Partner("KBI", kbo="0543307391"),
            "reason": "INB_OPV",
            "family_name": "Voorbeeld",
            "first_name": "Yonas",
            "birth_date": date(1990, 6, 5),
            "sex": "M",
            "explanation": "Wil Nederlands leren.",
            **more,
        }
    )
    return write_question(asked, sender, reference=new_reference(), at=AT)


def post(data: bytes) -> Any:
    return Client(enforce_csrf_checks=True).post(DOOR, data, content_type="text/xml; charset=UTF-8")


def accepted(data: bytes) -> bool:
    answer = read_answer(post(data).content, expect=services.REFERRAL)
    assert answer.facts is None or isinstance(answer.facts, referral.Facts)
    return answer.facts is not None and answer.facts.accepted


def code_of(data: bytes) -> str:
    (line,) = read_answer(post(data).content, expect=services.REFERRAL).exceptions
    return line.id


def test_somebody_with_a_dossier_reads_it_on_the_timeline() -> None:
    insz, key = make_insz(), str(uuid4())
    dossier = make_dossier(insz=insz)
    answer = read_answer(post(message(insz, key)).content, expect=services.REFERRAL)
    assert answer.facts == referral.Facts(True, key)
    event = Event.objects.get(dossier=dossier, kind="REFERRAL_RECEIVED")
    assert event.source == "VDAB"
    kept = Referral.objects.get(pk=key)
    assert (kept.direction, kept.state, kept.dossier_id) == ("IN", "RECEIVED", dossier.pk)
    stored = IncomingMessage.objects.get()
    assert event.message == stored.pk
    assert (stored.purpose, stored.sender, stored.capacity) == ("GUIDANCE", VDAB.uri, VDAB.capacity)
    assert stored.legal_basis
    assert insz.encode() not in bytes(stored.raw or b"") + bytes(stored.answer or b"")
    assert insz.encode() in vault.unseal(bytes(stored.raw or b""), stored.key, stored.pk, "question")
    assert not list(rebuild())


def test_what_came_in_stands_with_the_messages_about_the_person() -> None:
    insz = make_insz()
    dossier = make_dossier(insz=insz)
    assert accepted(message(insz))
    page = sign_in(Client(), make_staff()).get(f"{dossier.get_absolute_url()}/berichten").content.decode()
    assert "kregen we van een partner een doorverwijzing" in page
    assert "Wettelijke basis: Decreet" in page


def test_somebody_without_a_dossier_waits_for_a_person() -> None:
    insz, key = make_insz(), str(uuid4())
    assert accepted(message(insz, key))
    assert not Dossier.objects.exists()
    kept = Referral.objects.get(pk=key)
    assert (kept.dossier_id, kept.state, kept.agency.code) == (None, "RECEIVED", "agii")
    access = make_staff()
    verbs.accept_incoming(access, kept)
    dossier = Dossier.objects.get()
    assert (dossier.insz, dossier.first_name, dossier.case_worker) == (insz, "Yonas", access.staff)
    state = load_state(dossier)
    assert state.referred_to_us is not None
    assert (str(state.referred_to_us.id), state.referred_to_us.status) == (key, "ACCEPTED")
    assert state.employment is None  # to be referred to us tells nothing about VDAB
    assert not list(rebuild())


def test_a_waiting_referral_can_be_given_back_without_a_dossier() -> None:
    key = str(uuid4())
    assert accepted(message(make_insz(), key))
    access = make_staff()
    verbs.give_back(access, Referral.objects.get(pk=key), "OTHER_REGION")
    assert Referral.objects.get(pk=key).state == "RETURNED"
    assert not Dossier.objects.exists()


def test_the_same_referral_again_gets_the_same_answer_and_has_no_effect() -> None:
    insz, key = make_insz(), str(uuid4())
    make_dossier(insz=insz)
    assert accepted(message(insz, key))
    assert accepted(message(insz, key))
    assert Event.objects.filter(kind="REFERRAL_RECEIVED").count() == 1
    assert Referral.objects.count() == IncomingReferral.objects.count() == 1
    assert IncomingMessage.objects.count() == 2  # both are kept with their bytes


def test_the_same_referral_in_another_envelope_is_still_the_same() -> None:
    insz, key = make_insz(), str(uuid4())
    said = message(insz, key)
    through_a_gateway = said.replace(b":Envelope ", b':Envelope xmlns:spoor="urn:spoor" ', 1)
    assert through_a_gateway != said
    assert accepted(said)
    assert accepted(through_a_gateway)
    assert IncomingReferral.objects.count() == 1


def test_the_identity_of_a_referral_of_our_own_is_refused_and_that_is_kept() -> None:
    access = make_staff()
    dossier = somebody(access)
    ours = referred(access, dossier)
    for _ in range(2):
        assert code_of(message(dossier.insz or "", str(ours.pk))) == "50000"
    assert (IncomingMessage.objects.count(), IncomingReferral.objects.count()) == (2, 0)
    assert Referral.objects.get().direction == "OUT"
    assert not Event.objects.filter(kind="REFERRAL_RECEIVED").exists()


def test_other_content_under_the_same_identity_is_refused() -> None:
    insz, key = make_insz(), str(uuid4())
    assert accepted(message(insz, key))
    assert code_of(message(insz, key, reason="NIV_TEST")) == "50000"
    assert Referral.objects.get().message["reason"] == "INB_OPV"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data.replace(b"<INSZ>", b"<INSZ>1"), "20002"),
        (lambda data: data.replace(b"<RedenToeleiding>INB_OPV</RedenToeleiding>", b""), "13101"),
        (lambda data: data.replace(b"<TypePartner>KBI<", b"<TypePartner>OCMW<"), "13101"),
        (lambda data: data.replace(b"</Hoedanigheid>", b"</Hoedanigheid><Gebruiker>90640100191</Gebruiker>"), "13101"),
    ],
)
def test_what_does_not_fit_gets_its_code_and_leaves_nothing(change: Any, code: str) -> None:
    assert code_of(change(message(make_insz()))) == code
    assert not Referral.objects.exists()
    assert IncomingMessage.objects.get().code == code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"geen xml",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a/>",
        b"<a>" * 20_000,
        b" " * 65_000,
    ],
)
def test_what_cannot_be_read_gets_a_fault_and_no_trace(data: bytes) -> None:
    answer = post(data)
    assert answer.status_code == 500
    assert b"soapenv:Client" in answer.content
    assert etree.fromstring(answer.content) is not None
    assert not IncomingMessage.objects.exists()


def test_only_referrals_come_in_by_this_door() -> None:

    asked = write_question(
        vdab.Question(make_insz()), VDAB, reference=new_reference(), at=datetime(2026, 11, 23, 10, 0)
    )
    assert b"Stuur RegistreerToeleiding" in post(asked).content


def test_outside_the_exercise_environment_nobody_is_believed_without_signers(settings: Any) -> None:
    settings.OEFENOMGEVING = False
    settings.SECURE_SSL_REDIRECT = False
    assert post(message(make_insz())).status_code == 500
    assert not Referral.objects.exists()


def test_a_signature_is_asked_and_checked_and_our_answer_is_signed(settings: Any, tmp_path: Any) -> None:
    make(tmp_path, datetime.now(UTC))
    settings.MAGDA_TRUSTED_SIGNERS = str(tmp_path / "ca.pem")
    settings.MAGDA_CERTIFICATE = str(tmp_path / "client.pem")
    unsigned = message(make_insz())
    assert b"geen handtekening" in post(unsigned).content
    signed = sign(unsigned, Identity.load(tmp_path / "server.pem"))
    answer = post(signed).content
    assert read_answer(answer).outcome == "KNOWN"
    assert isinstance(verify(answer, load_certificates(tmp_path / "ca.pem")), Verified)
    forged = signed.replace(b"Yonas", b"Jonas")
    assert post(forged).status_code == 500
    assert Referral.objects.count() == 1


def test_a_door_for_machines_needs_no_session_and_no_form_token() -> None:
    assert Client().get(DOOR).status_code == 405
    assert "toeleiding_sessie" not in post(message(make_insz())).cookies


def test_the_waiting_referral_is_shown_to_the_agency_and_accepted_with_one_click() -> None:
    key = str(uuid4())
    assert accepted(message(make_insz(), key))
    access = make_staff()
    client = sign_in(Client(), access)
    page = client.get("/doorverwijzingen").content.decode()
    assert "wachtdossier" in page
    assert "Yonas Voorbeeld" in page
    answer = client.post(f"/doorverwijzingen/{key}", {"deel": "aanvaard"})
    assert answer["Location"] == Dossier.objects.get().get_absolute_url()
    other = sign_in(Client(), make_staff(organisation="atlas"))
    assert other.get(f"/doorverwijzingen/{key}").status_code == 404


def test_what_came_in_is_sealed_under_a_new_key_too_and_erased_after_its_time(settings: Any) -> None:
    insz = make_insz()
    make_dossier(insz=insz)
    asked = message(insz)
    answer = post(asked).content
    stored = IncomingMessage.objects.get()
    assert insz.encode() not in bytes(stored.raw or b"") + bytes(stored.answer or b"")
    new = f"nieuw:{base64.b64encode(b'n' * 32).decode()}"
    settings.RAW_KEYS, old = new, settings.RAW_KEYS
    assert raw.absent_keys() == [stored.key]
    assert raw.rotate(apply=True) == (0, 1)
    settings.RAW_KEYS = f"{new},{old}"
    assert raw.rotate(apply=False) == (1, 0)
    assert raw.rotate(apply=True) == (1, 0)
    stored.refresh_from_db()
    assert vault.unseal(bytes(stored.raw or b""), "nieuw", stored.pk, "question") == asked
    assert vault.unseal(bytes(stored.answer or b""), "nieuw", stored.pk, "answer") == answer
    period = raw.kept_for(timezone.localdate())
    assert period is not None
    later = stored.received_at + period + timedelta(days=1)
    assert raw.erase_old(later - timedelta(days=2)) == 0
    assert raw.erase_old(later, apply=False) == 1
    assert raw.erase_old(later) == 1
    stored.refresh_from_db()
    assert (stored.raw, stored.answer, stored.key, stored.erased_at) == (None, None, "", later)
