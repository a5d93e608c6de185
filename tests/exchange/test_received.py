"""What partners send us is as traceable as what we ask: a line in the legal log, a page, and words for the person."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from tests.factories import make_dossier, make_insz, make_staff, sign_in
from tests.referrals.test_wire_in import VDAB, accepted, code_of, message, post
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange import legal_log, raw
from toeleiding.exchange.models import IncomingMessage, LegalKind, LegalLine
from toeleiding.magda.certificates import Identity
from toeleiding.magda.signing import sign
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.referrals import services as verbs
from toeleiding.referrals.models import Referral
from toeleiding.simulator.practice_certificates import make
from toeleiding.site.check import findings

pytestmark = pytest.mark.django_db
LIST = "/uitwisseling/ontvangen"
LOG = "/uitwisseling/wettelijk-logboek"


def page_of(found: LegalLine) -> str:
    return f"{LIST}/{found.transaction}"


def a_line(data: bytes) -> LegalLine:
    """The line of a message that comes in now."""
    before = set(LegalLine.objects.values_list("pk", flat=True))
    post(data)
    return LegalLine.objects.exclude(pk__in=before).get()


def dpo(organisation: str = "agii") -> Client:
    return sign_in(Client(), make_staff(Role.DPO, organisation))


def pretend_old(years: int) -> None:
    """Let every line be so old, past the promise of the database."""
    with connection.cursor() as cursor:
        cursor.execute("alter table exchange_legalline disable trigger only_grows")
        cursor.execute(f"update exchange_legalline set at = at - interval '{years} years'")
        cursor.execute("alter table exchange_legalline enable trigger only_grows")


def test_the_log_says_who_sent_what_about_whom_why_and_what_we_made_of_it() -> None:
    insz = make_insz()
    dossier = make_dossier(insz=insz)
    line = a_line(message(insz))
    stored = IncomingMessage.objects.get()
    assert (line.kind, line.transaction, line.reference) == (LegalKind.TAKEN, stored.pk, stored.pk)
    assert (line.uri, line.capacity, line.sent_reference) == (VDAB.uri, VDAB.capacity, stored.reference)
    assert (line.subject, line.dossier, line.agency) == (insz, dossier.pk, "agii")
    assert (line.service, line.version, line.at) == ("RegistreerToeleiding", "01.00", stored.received_at)
    assert (line.purpose, line.legal_basis) == (stored.purpose, stored.legal_basis)
    assert (line.staff, line.codes, line.milliseconds) == ("", [], None)


def test_the_same_again_and_what_is_refused_have_a_line_of_their_own() -> None:
    insz, key = make_insz(), str(uuid4())
    dossier = make_dossier(insz=insz)
    a_line(message(insz, key))
    again = a_line(message(insz, key))
    assert (again.kind, again.dossier) == (LegalKind.REPEATED, dossier.pk)
    other = a_line(message(insz, key, reason="NIV_TEST"))
    assert (other.kind, other.subject, other.dossier) == (LegalKind.REJECTED, insz, dossier.pk)
    assert other.codes == [{"id": "50000", "origin": "TOELEIDING"}]
    nobody = a_line(message(insz).replace(b"<INSZ>", b"<INSZ>1"))
    assert (nobody.kind, nobody.subject, nobody.dossier) == (LegalKind.REJECTED, "", None)


def test_the_certificate_that_signed_is_named(settings: Any, tmp_path: Any) -> None:
    make(tmp_path, datetime.now(UTC))
    settings.MAGDA_TRUSTED_SIGNERS = str(tmp_path / "ca.pem")
    signer = Identity.load(tmp_path / "server.pem")
    line = a_line(sign(message(make_insz()), signer))
    assert line.certificate.endswith(f"serienummer {signer.chain[0].serial_number:x}")
    shown = dpo().get(page_of(line)).content.decode()
    assert f"Ondertekend door {line.certificate}" in shown


def test_what_is_not_believed_has_no_line_and_is_told_without_a_person(settings: Any, tmp_path: Any) -> None:
    make(tmp_path, datetime.now(UTC))
    settings.MAGDA_TRUSTED_SIGNERS = str(tmp_path / "ca.pem")
    insz = make_insz()
    with capture_logs() as said:
        assert post(message(insz)).status_code == 500
    assert not LegalLine.objects.exists(), "whoever can reach the door could fill a log that nobody may empty"
    assert [one["event"] for one in said] == ["incoming_refused"]
    assert insz not in str(said)


def test_a_message_that_cannot_be_read_is_told_too() -> None:
    with capture_logs() as said:
        assert post(b"geen xml").status_code == 500
    assert [one["event"] for one in said] == ["incoming_refused"]


def test_nobody_changes_or_removes_such_a_line() -> None:
    line = a_line(message(make_insz()))
    with connection.cursor() as cursor, pytest.raises(Error, match="tien jaar"), transaction.atomic():
        cursor.execute("delete from exchange_legalline where id = %s", [line.pk])


def test_the_dpo_finds_it_by_person_and_by_kind_and_takes_it_along() -> None:
    insz = make_insz()
    dossier = make_dossier(insz=insz)
    line = a_line(message(insz))
    a_line(message(make_insz()))
    client = dpo()
    found = client.get(f"{LOG}?dossier={dossier.number}").content.decode()
    assert f'href="{page_of(line)}"' in found
    assert f"Referte van de afzender: {line.sent_reference}" in found
    assert VDAB.uri in found
    assert insz not in found
    assert found.count("Verloop<") == 1
    assert client.get(f"{LOG}?soort=TAKEN").content.decode().count("Verloop<") == 2
    assert "Geen regel gevonden" in client.get(f"{LOG}?soort=REJECTED").content.decode()
    file = client.post(f"{LOG}?dossier={dossier.number}", {"doel": "verzoek"}).content.decode("utf-8-sig")
    assert line.sent_reference in file
    assert insz not in file


def test_who_had_no_dossier_yet_is_found_by_it_once_there_is_one() -> None:
    line = a_line(message(make_insz()))
    assert line.dossier is None
    verbs.accept_incoming(make_staff(), Referral.objects.get())
    number = Dossier.objects.get().number
    client = dpo()
    assert page_of(line) in client.get(f"{LOG}?dossier={number}").content.decode()
    assert "van een partner een doorverwijzing" in client.get(f"/dossiers/{number}/berichten").content.decode()


def test_somebody_without_a_dossier_is_only_seen_by_the_agency_that_it_was_sent_to() -> None:
    line = a_line(message(make_insz()))
    mine, other = dpo(), dpo("atlas")
    assert page_of(line) in mine.get(LIST).content.decode()
    assert mine.get(page_of(line)).status_code == 200
    assert page_of(line) not in other.get(LIST).content.decode()
    assert page_of(line) not in other.get(LOG).content.decode()
    for part in ("", "/inhoud", "/structuur"):
        assert other.get(page_of(line) + part).status_code == 403


def test_the_page_tells_the_whole_story_and_what_it_changed() -> None:
    insz, key = make_insz(), str(uuid4())
    dossier = make_dossier(insz=insz)
    first, again = a_line(message(insz, key)), a_line(message(insz, key))
    verbs.accept_incoming(make_staff(), Referral.objects.get())
    client = dpo()
    shown = client.get(page_of(first)).content.decode()
    for words in (
        VDAB.uri, VDAB.capacity, first.sent_reference, first.legal_basis, "Begeleiding naar werk", "Gekregen",
        "We namen de doorverwijzing aan", "Doorverwijzing gekregen", "Doorverwijzing aanvaard", dossier.number,
        page_of(again),
    ):  # fmt: skip
        assert words in shown, words
    assert insz not in shown
    assert "Wat er al stond, bleef staan." in client.get(page_of(again)).content.decode()
    assert AccessLog.objects.filter(dossier=dossier.pk, detail=f"ontvangen bericht {first.transaction}").exists()


def test_a_refused_one_says_why_and_that_nothing_changed() -> None:
    insz = make_insz()
    make_dossier(insz=insz)
    line = a_line(message(insz).replace(b"<RedenToeleiding>INB_OPV</RedenToeleiding>", b""))
    shown = dpo().get(page_of(line)).content.decode()
    assert "Code 13101 in ons antwoord" in shown
    assert "Een geweigerd bericht verandert niets." in shown


def test_an_operator_sees_the_story_and_no_person() -> None:
    insz = make_insz()
    dossier = make_dossier(insz=insz)
    line = a_line(message(insz))
    client = sign_in(Client(), make_staff(Role.EXCHANGE_OPERATOR))
    assert page_of(line) in client.get(LIST).content.decode()
    assert f'href="{LIST}"' in client.get("/uitwisseling").content.decode()
    shown = client.get(page_of(line)).content.decode()
    assert "Afgeschermd" in shown
    assert dossier.number not in shown
    assert "Toon het bericht" not in shown
    assert client.get(page_of(line) + "/inhoud").status_code == 403
    shape = client.get(page_of(line) + "/structuur").content.decode()
    assert "INSZ (11 tekens)" in shape
    assert insz not in shape


def test_the_dpo_sees_the_bytes_after_a_reason_that_is_logged() -> None:
    insz = make_insz()
    dossier = make_dossier(insz=insz)
    at = page_of(a_line(message(insz))) + "/inhoud"
    client = dpo()
    assert insz not in client.get(at).content.decode()
    assert client.post(at, {"reden": f"over {insz}"}).status_code == 422
    shown = client.post(at, {"reden": "Verzoek om inzage"}).content.decode()
    assert f"&lt;INSZ&gt;{insz}&lt;/INSZ&gt;" in shown
    assert "Antwoord" in shown
    assert AccessLog.objects.filter(dossier=dossier.pk, detail__endswith="Verzoek om inzage").exists()


def test_the_person_reads_in_plain_words_what_came_and_what_was_refused() -> None:
    insz, key = make_insz(), str(uuid4())
    dossier = make_dossier(insz=insz)
    for data in (message(insz, key), message(insz, key), message(insz, key, reason="NIV_TEST")):
        post(data)
    told = sign_in(Client(), make_staff()).get(f"/dossiers/{dossier.number}/berichten").content.decode()
    assert told.count("kregen we van een partner een doorverwijzing") == 3
    assert f"De afzender noemt zich {VDAB.uri}." in told
    assert "ontvangen." in told
    assert "Dezelfde doorverwijzing was er al." in told
    assert "We namen ze niet aan:" in told
    assert "Heel het verloop" not in told
    assert f'href="{LIST}/' in dpo().get(f"/dossiers/{dossier.number}/berichten").content.decode()


def test_the_door_takes_the_same_few_queries_each_time(django_assert_max_num_queries: Any) -> None:
    insz = make_insz()
    make_dossier(insz=insz)
    assert accepted(message(insz))
    data = message(insz)
    with django_assert_max_num_queries(45):
        post(data)
    assert code_of(data.replace(b"<INSZ>", b"<INSZ>1")) == "20002"


def test_pages_take_few_queries_whatever_came_in(django_assert_max_num_queries: Any) -> None:
    insz, key = make_insz(), str(uuid4())
    make_dossier(insz=insz)
    lines = [a_line(message(insz, key)) for _ in range(6)]
    client = dpo()
    with django_assert_max_num_queries(8):
        client.get(LIST)
    with django_assert_max_num_queries(14):
        client.get(page_of(lines[0]))


# --- what is past its time -----------------------------------------------------------------------------------------


def test_nothing_past_the_ten_years_is_shown_when_the_night_did_not_remove_it() -> None:
    insz = make_insz()
    dossier = make_dossier(insz=insz)
    line = a_line(message(insz))
    client = dpo()
    assert client.get(page_of(line)).status_code == 200
    pretend_old(11)
    assert LegalLine.objects.exists(), "no night came by"
    assert not legal_log.kept().exists()
    assert client.get(page_of(line)).status_code == 404
    assert "Er is nog niets bevraagd" in client.get(LOG).content.decode()
    assert "nog geen bericht van een partner" in client.get(LIST).content.decode()
    told = client.get(f"/dossiers/{dossier.number}/berichten").content.decode()
    assert "van een partner een doorverwijzing" not in told
    assert any("na hun bewaartermijn" in finding.said for finding in findings())
    assert legal_log.remove_old(timezone.now()) == 1
    assert not any("na hun bewaartermijn" in finding.said for finding in findings())


def test_bytes_past_their_time_are_not_shown_when_the_night_did_not_erase_them() -> None:
    insz = make_insz()
    make_dossier(insz=insz)
    line = a_line(message(insz))
    period = raw.kept_for(timezone.localdate())
    assert period is not None
    IncomingMessage.objects.update(received_at=timezone.now() - period - timedelta(hours=1))
    shown = dpo().post(page_of(line) + "/inhoud", {"reden": "Verzoek om inzage"}).content.decode()
    assert insz not in shown
    assert "De bewaartermijn van de inhoud is voorbij." in shown
