"""What went over the wire is sealed, kept as long as its rule says, and read by few."""

import base64
import io
import logging
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from tests.exchange.people import ask, case, known, questions
from tests.factories import make_staff, sign_in
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange import inbox, legal_log, raw, vault
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, LegalKind, LegalLine, Question, RawMessage, Received, Status
from toeleiding.magda.structure import outline
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.site.check import _vault

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 32).decode()[:43]}=" for name in "ab")
REFERENCE = uuid4()


def test_what_is_sealed_is_unreadable_and_comes_back_whole(settings: Any) -> None:
    settings.RAW_KEYS = OLD
    sealed = vault.seal(b"<INSZ>90641210134</INSZ>" * 50, REFERENCE, "answer")
    assert b"90641210134" not in sealed
    assert len(sealed) < 200
    assert vault.unseal(sealed, "a", REFERENCE, "answer") == b"<INSZ>90641210134</INSZ>" * 50


@pytest.mark.parametrize("change", ["bit", "cut", "row", "side", "key", "empty"])
def test_nothing_but_the_message_itself_opens(settings: Any, change: str) -> None:
    settings.RAW_KEYS = f"{OLD},{NEW}"
    sealed, key, reference, side = vault.seal(b"<a/>", REFERENCE, "answer"), "a", REFERENCE, "answer"
    match change:
        case "bit":
            sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        case "cut":
            sealed = sealed[:-4]
        case "row":
            reference = uuid4()
        case "side":
            side = "question"
        case "key":
            key = "b"
        case "empty":
            sealed = b""
    with pytest.raises(vault.VaultError, match="gewijzigd of beschadigd"):
        vault.unseal(sealed, key, reference, side)  # type: ignore[arg-type]


def test_a_key_that_is_not_here_is_named(settings: Any) -> None:
    settings.RAW_KEYS = NEW
    with pytest.raises(vault.VaultError, match=r"“a”.*RAW_KEYS"):
        vault.unseal(b"x" * 40, "a", REFERENCE, "answer")


@pytest.mark.parametrize("keys", ["", "zonder", "a:geen base64!", f"a:{base64.b64encode(b'kort').decode()}"])
def test_keys_that_are_no_keys_say_how_to_write_them(settings: Any, keys: str) -> None:
    settings.RAW_KEYS = keys
    with pytest.raises(vault.VaultError, match="RAW_KEYS"):
        vault.key_names()


@pytest.fixture
def answered(outside: Any, db: None) -> Dossier:
    """Somebody about whom VDAB answered."""
    outside()
    dossier = known("registered-before-arrival")
    ask(dossier)
    drain()
    return dossier


def test_nothing_readable_lies_in_the_store(answered: Dossier) -> None:
    assert RawMessage.objects.count() == 2
    for one in RawMessage.objects.all():
        for side in (one.question, one.answer):
            assert answered.insz not in bytes(side or b"").decode("latin-1")
            assert b"INSZ" not in bytes(side or b"")
        assert answered.insz in vault.unseal(bytes(one.question), one.key, one.attempt_id, "question").decode()


def test_a_new_key_seals_everything_again(answered: Dossier, settings: Any) -> None:
    old = settings.RAW_KEYS
    settings.RAW_KEYS = f"{NEW},{old}"
    assert raw.rotate(apply=False) == (2, 0)
    assert not RawMessage.objects.filter(key="b").exists()
    assert raw.rotate(apply=True) == (2, 0)
    settings.RAW_KEYS = NEW
    assert raw.absent_keys() == []
    for one in RawMessage.objects.all():
        assert b"Verzoek" in vault.unseal(bytes(one.question), one.key, one.attempt_id, "question")


def test_a_lost_key_is_seen_and_counted(answered: Dossier, settings: Any) -> None:
    settings.RAW_KEYS = NEW
    assert raw.absent_keys() == ["lokaal"]
    assert next(_vault()).verdict == "fout"
    assert raw.rotate(apply=True) == (0, 2)


def test_an_answer_that_cannot_be_opened_is_a_dead_letter_and_holds_nobody_up(answered: Dossier, outside: Any) -> None:
    dossier = known("never-registered")
    ask(dossier)
    found = next(one for one in questions(answered) if one.service == "GeefDossierVDAB")
    Received.objects.filter(question=found).update(status="RECEIVED", settles=False)
    Question.objects.filter(pk=found.pk).update(status=Status.WAITING, finished_at=None)
    RawMessage.objects.filter(attempt__question=found).update(answer=b"0123456789abcdef" * 4)
    drain()
    found.refresh_from_db()
    assert found.status == Status.DEAD
    assert "gewijzigd of beschadigd" in found.cause
    assert {one.status for one in questions(dossier)} == {Status.DONE}


def test_raw_messages_are_erased_after_their_time_and_what_was_asked_stays(answered: Dossier) -> None:
    period = raw.kept_for(timezone.localdate())
    assert period is not None
    later = timezone.now() + period + timedelta(days=1)
    assert raw.erase_old(later - timedelta(days=2)) == 0
    assert raw.erase_old(later, apply=False) == 2
    assert RawMessage.objects.filter(erased_at=None).count() == 2
    assert raw.erase_old(later) == 2
    assert raw.erase_old(later) == 0
    kept = RawMessage.objects.all()
    assert {(one.question, one.answer, one.erased_at) for one in kept} == {(None, None, later)}
    assert Attempt.objects.exclude(outcome="").count() == 2


def test_what_somebody_must_still_look_at_is_not_erased(answered: Dossier) -> None:
    found = Question.objects.filter(service="GeefDossierVDAB")
    found.update(status=Status.DEAD, cause="x", next_step="y")
    later = timezone.now() + timedelta(days=400)
    assert raw.erase_old(later) == 1
    found.update(handled="OTHER_NUMBER")
    assert raw.erase_old(later) == 1


def test_an_answer_that_did_not_take_effect_yet_is_not_erased(answered: Dossier) -> None:
    Received.objects.update(status="RECEIVED", settles=False)
    assert raw.erase_old(timezone.now() + timedelta(days=400)) == 0


# --- the legal log -------------------------------------------------------------------------------------------------


def test_each_call_has_a_line_before_and_one_after_with_who_whom_and_why(answered: Dossier) -> None:
    found = next(one for one in questions(answered) if one.service == "GeefDossierVDAB")
    before, after = LegalLine.objects.filter(transaction=found.pk).order_by("id")
    assert (before.kind, after.kind) == (LegalKind.ASKED, LegalKind.SUCCEEDED)
    assert before.reference == after.reference == Attempt.objects.get(question=found).reference
    assert after.milliseconds is not None
    for line in (before, after):
        assert (line.subject, line.dossier, line.purpose) == (answered.insz, answered.pk, "GUIDANCE")
        assert line.staff == found.asker.username
        assert line.legal_basis == found.legal_basis
        assert line.uri
        assert line.capacity


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("exception:30001", LegalKind.SUCCEEDED),
        ("exception:15021", LegalKind.UNAUTHORISED),
        ("exception:60007", LegalKind.FAILED),
        ("truncated", LegalKind.FAILED),
        ("reset", LegalKind.UNANSWERED),
        ("http500", LegalKind.UNANSWERED),
    ],
)
def test_what_came_of_it_is_one_of_four(outside: Any, fault: str, kind: LegalKind) -> None:
    outside({"service": "GeefDossierVDAB", "fault": fault, "match": {}, "times": 1})
    dossier = known("registered-before-arrival")
    ask(dossier)
    drain()
    found = next(one for one in questions(dossier) if one.service == "GeefDossierVDAB")
    first = Attempt.objects.filter(question=found).order_by("started_at").first()
    assert first is not None
    assert LegalLine.objects.exclude(kind=LegalKind.ASKED).get(reference=first.reference).kind == kind


def test_a_message_whose_worker_was_stopped_gets_its_end_once(answered: Dossier) -> None:
    attempt = Attempt.objects.first()
    assert attempt is not None
    lost = Attempt.objects.create(
        reference=uuid4(), question_id=attempt.question_id, insz=attempt.insz, started_at=timezone.now()
    )
    legal_log.asked([lost.reference])
    assert legal_log.close_silent(timezone.now()) == 0, "somebody may still be waiting"
    later = timezone.now() + 2 * legal_log.NOBODY_WAITS_AFTER
    assert legal_log.close_silent(later) == 1
    assert legal_log.close_silent(later) == 0
    Attempt.objects.filter(pk=lost.pk).update(ended_at=timezone.now(), outcome="KNOWN")
    legal_log.answered([lost.reference])
    assert LegalLine.objects.exclude(kind=LegalKind.ASKED).get(reference=lost.reference).kind == LegalKind.UNANSWERED


@pytest.mark.parametrize("change", ["update exchange_legalline set staff = 'x'", "delete from exchange_legalline",
                                    "truncate exchange_legalline"])  # fmt: skip
def test_the_database_refuses_to_change_the_log(answered: Dossier, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set toeleiding.truncate_allowed = 'no'")
        with pytest.raises(Error, match="tien jaar"), transaction.atomic():
            cursor.execute(change)
        cursor.execute("set toeleiding.truncate_allowed = 'yes'")


@pytest.mark.django_db
def test_only_lines_past_ten_years_can_go() -> None:
    staff = make_staff().staff
    for reference in (uuid4(), uuid4()):
        legal_log.look_up_asked(reference, "GeefDossierKBI", "02.00", "90641210134", staff, "GUIDANCE", "grond")
    with connection.cursor() as cursor:
        cursor.execute("alter table exchange_legalline disable trigger only_grows")
        cursor.execute(
            "update exchange_legalline set at = now() - interval '11 years'"
            " where id = (select min(id) from exchange_legalline)"
        )
        cursor.execute("alter table exchange_legalline enable trigger only_grows")
    assert legal_log.remove_old(date(2026, 11, 23), apply=False) == 1
    assert LegalLine.objects.count() == 2
    assert legal_log.remove_old(date(2026, 11, 23)) == 1
    assert LegalLine.objects.count() == 1


def test_a_look_up_for_a_new_dossier_stands_there_too(outside: Any, db: None) -> None:
    from toeleiding.exchange.lookup import kbi_dossier

    world = outside()
    access = make_staff()
    outcome, _, _ = kbi_dossier(case("registered-before-arrival"), access)
    assert world.asked["GeefDossierKBI"] == 1
    before, after = LegalLine.objects.order_by("id")
    assert (before.kind, before.staff, before.subject) == (
        LegalKind.ASKED,
        access.staff.username,
        case("registered-before-arrival"),
    )
    assert after.kind == (LegalKind.SUCCEEDED if outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL") else after.kind)
    assert after.reference == before.reference


# --- who sees what -------------------------------------------------------------------------------------------------


def message(dossier: Dossier) -> Question:
    return next(one for one in questions(dossier) if one.service == "GeefDossierVDAB")


def test_the_dpo_sees_the_content_after_a_reason_that_is_logged(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.DPO))
    at = f"/uitwisseling/berichten/{message(answered).pk}/inhoud"
    asked = client.get(at).content.decode()
    assert answered.insz not in asked
    assert client.post(at, {"reden": ""}).status_code == 422
    shown = client.post(at, {"reden": "Verzoek om inzage"}).content.decode()
    assert f"&lt;INSZ&gt;{answered.insz}&lt;/INSZ&gt;" in shown
    assert AccessLog.objects.filter(dossier=answered.pk, detail="inhoud bericht: Verzoek om inzage").exists()


def test_an_operator_sees_the_shape_and_no_value(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR))
    at = f"/uitwisseling/berichten/{message(answered).pk}"
    assert client.get(f"{at}/inhoud").status_code == 403
    shown = client.get(f"{at}/structuur").content.decode()
    assert "INSZ (11 tekens)" in shown
    assert answered.insz not in shown
    assert "Toon het bericht" not in client.get(at).content.decode()


def test_the_dpo_of_another_agency_sees_nothing(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.DPO, "atlas"))
    for part in ("inhoud", "structuur"):
        assert client.get(f"/uitwisseling/berichten/{message(answered).pk}/{part}").status_code == 403
    assert "Er is nog niets bevraagd" in client.get("/uitwisseling/wettelijk-logboek").content.decode()


def test_an_erased_message_says_when(client: Client, answered: Dossier) -> None:
    raw.erase_old(timezone.now() + timedelta(days=400))
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR))
    assert (
        "De inhoud is gewist op"
        in client.get(f"/uitwisseling/berichten/{message(answered).pk}/structuur").content.decode()
    )


def test_the_log_is_searched_and_taken_away_with_a_purpose(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.DPO))
    at = "/uitwisseling/wettelijk-logboek"
    page = client.get(f"{at}?dossier={answered.number}&soort=SUCCEEDED").content.decode()
    assert "Beantwoord" in page
    assert answered.insz not in page
    assert "Geen regel gevonden" in client.get(f"{at}?tot=1/1/2020").content.decode()
    assert client.get(f"{at}?van=gisteren").status_code == 422
    assert client.post(at, {}).status_code == 422
    file = client.post(f"{at}?soort=ASKED", {"doel": "verzoek"})
    text = file.content.decode("utf-8-sig")
    assert text.startswith("Vertrouwelijk;Alleen voor: Verzoek om inzage")
    assert text.count("Gevraagd") == 2
    assert answered.insz not in text
    assert AccessLog.objects.filter(action="EXPORTED", dossier=answered.pk).exists()


def test_the_dpo_finds_purpose_asker_reference_times_and_outcome_on_one_page(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.DPO))
    found = message(answered)
    page = client.get(f"/uitwisseling/berichten/{found.pk}").content.decode()
    reference = Attempt.objects.get(question=found).reference
    for words in ("Begeleiding naar werk", str(found.asker), str(reference), found.legal_basis, "Beantwoord", "ms"):
        assert words in page


def test_pages_take_few_queries(client: Client, answered: Dossier, django_assert_max_num_queries: Any) -> None:
    sign_in(client, make_staff(Role.DPO))
    with django_assert_max_num_queries(7):
        client.get("/uitwisseling/wettelijk-logboek")
    with django_assert_max_num_queries(12):
        client.get(f"/uitwisseling/berichten/{message(answered).pk}")


# --- what is logged ------------------------------------------------------------------------------------------------


def test_the_shape_of_a_message_holds_no_value() -> None:
    lines = outline(b"<a><b>90641210134</b><c><d>Samira</d></c><c><d>x</d></c><c/></a>")
    assert lines == ["a", "  b (11 tekens)", "  c", "    d (6 tekens)", "  c: nog 2 keer"]
    assert outline(b"geen xml met 90641210134") == ["geen leesbare XML, 24 bytes"]


@pytest.mark.django_db
def test_no_log_line_holds_a_person(outside: Any, caplog: Any, monkeypatch: Any) -> None:
    """Every kind of answer and fault in one drain, and what is written about it."""
    faults = ("exception:60007", "truncated", "wrong_reference", "reset", "exception:15021", "soapfault")
    people = [known(slug, last_name="Geheimema", first_name="Onzichtbaar") for slug in (
        "registered-before-arrival", "never-registered")]  # fmt: skip
    rules = [
        {"service": "GeefDossierVDAB", "fault": fault, "match": {"insz": people[0].insz}, "times": 1}
        for fault in faults
    ]
    outside(*rules)
    said = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
    try:
        with caplog.at_level(logging.DEBUG):
            ask(*people)
            for _ in range(len(faults) + 2):
                drain()
                Question.objects.filter(status=Status.WAITING).update(next_attempt_at=timezone.now())
    finally:
        from toeleiding.site import logs

        logs.configure(as_json=False)
    written = said.getvalue() + "\n".join(record.getMessage() for record in caplog.records)
    assert "drained" in written
    assert "answer_not_understood" in written
    for secret in (*(str(one.insz) for one in people), "Geheimema", "Onzichtbaar", "<INSZ>", "<?xml", "Verzoek>"):
        assert secret not in written


def test_inbox_writes_its_lines_in_one_query_for_any_number(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(1):
        legal_log.asked([uuid4() for _ in range(50)])
    assert inbox.unfinished(timezone.now(), 10) == []
