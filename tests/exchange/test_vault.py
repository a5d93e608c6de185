"""What went over the wire is sealed, kept as long as its rule says, and read by few."""

import base64
import io
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.test import Client
from django.utils import timezone

from tests.exchange.people import ask, case, known, questions
from tests.factories import make_dossier, make_staff, sign_in
from toeleiding import law
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange import inbox, lease, legal_log, limits, raw, vault
from toeleiding.exchange.drain import drain
from toeleiding.exchange.lookup import kbi_dossier
from toeleiding.exchange.models import (
    Attempt,
    Circuit,
    IncomingMessage,
    LegalLine,
    Poll,
    Question,
    RawMessage,
    Received,
    Replay,
    Replayed,
    Status,
)
from toeleiding.exchange.views import legal_log as pages
from toeleiding.exchange.wire import Wire
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.structure import outline
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.simulator.population import number_of
from toeleiding.site.check import _vault
from toeleiding.site.settings import _raw_keys

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


def test_an_answer_under_another_key_than_its_question_opens(outside: Any, settings: Any, db: None) -> None:
    """Between a question and its answer the first key changed, or somebody sealed the question again."""
    outside()
    dossier = known("registered-before-arrival")
    ask(dossier)
    settings.RAW_KEYS = f"{OLD},{NEW}"
    with Wire() as line:
        batch = lease.claim(10, timezone.now())
        messages, _ = line.write(batch.questions, timezone.now())
        inbox.before(messages, timezone.now())
        settings.RAW_KEYS = f"{NEW},{OLD}"
        assert raw.rotate(apply=True) == (1, 0)
        settings.RAW_KEYS = f"{OLD},{NEW}"
        inbox.after([line.send(one) for one in messages])
    kept = RawMessage.objects.get()
    assert (kept.key, kept.answer_key) == ("b", "a")
    assert [one.outcome for one in inbox.unfinished(timezone.now() + 2 * limits.LEASE, 10)] == ["KNOWN"]
    settings.RAW_KEYS = NEW
    assert raw.absent_keys() == ["a"]


def test_what_is_from_before_there_was_a_key_is_told_and_sealed(answered: Dossier) -> None:
    RawMessage.objects.update(question=b"<Vraag/>", answer=b"<Antwoord/>", key="", answer_key="")
    (found,) = _vault()
    assert (found.verdict, found.said) == ("fout", "2 berichten van vroeger zijn nog niet versleuteld.")
    assert raw.rotate(apply=True) == (2, 0)
    assert next(_vault()).verdict == "goed"
    assert not RawMessage.objects.filter(answer=b"<Antwoord/>").exists()


def test_the_real_environment_never_makes_a_key_of_its_own(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("RAW_KEYS", raising=False)
    assert _raw_keys(tmp_path, practice=False) == ""
    made = _raw_keys(tmp_path, practice=True)
    assert made.startswith("lokaal:")
    assert _raw_keys(tmp_path, practice=True) == made
    assert [one.name for one in tmp_path.iterdir()] == ["sleutel-ruwe-berichten"]


def test_without_a_key_nothing_is_sent_and_everything_waits(outside: Any, settings: Any, db: None) -> None:
    world = outside()
    ask(known("registered-before-arrival"))
    settings.RAW_KEYS = ""
    with pytest.raises(vault.VaultError, match="RAW_KEYS is leeg"):
        drain()
    assert world.asked.total() == 0
    assert set(Question.objects.values_list("status", flat=True)) == {Status.WAITING}
    assert not LegalLine.objects.exists()


def test_polls_and_what_partners_send_go_after_the_same_time(db: None) -> None:
    now = timezone.now()
    old = {"purpose": "GUIDANCE", "legal_basis": "grond"}
    poll = Poll.objects.create(feed="GeefMutatiesNotificaties", question=b"x", started_at=now, **old)
    came = IncomingMessage.objects.create(raw=b"x", answer=b"y", code="50000", received_at=now, reference="r", **old)
    period = raw.kept_for(timezone.localdate())
    assert period is not None
    assert raw.erase_old(now + period - timedelta(hours=1)) == 0
    assert raw.erase_old(now + period + timedelta(hours=1)) == 2
    for one in (poll, came):
        one.refresh_from_db()
        assert one.answer is None
        assert one.erased_at is not None


@pytest.mark.parametrize("days", [0, -5, True, "negentig"])
def test_a_period_that_is_none_erases_nothing(answered: Dossier, monkeypatch: Any, days: Any) -> None:
    book = law.IN_FORCE.with_changes("proef", [replace(law.IN_FORCE.versions("K-10")[0], value=days)])
    monkeypatch.setattr(raw, "in_force", lambda: book)
    assert raw.erase_old(timezone.now() + timedelta(days=4000)) == 0


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
    by = make_staff(Role.EXCHANGE_OPERATOR).staff
    replay = Replay.objects.create(id=uuid4(), by=by, at=later - timedelta(days=5), reason="Nagekeken.")
    Replayed.objects.create(replay=replay, question=found.get(), skipped="OTHER_NUMBER")
    assert raw.erase_old(later) == 0, "the period runs from the day on which somebody dealt with it"
    assert raw.erase_old(later + timedelta(days=90)) == 1


def test_an_answer_that_did_not_take_effect_yet_is_not_erased(answered: Dossier) -> None:
    Received.objects.update(status="RECEIVED", settles=False)
    assert raw.erase_old(timezone.now() + timedelta(days=400)) == 0


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
    assert AccessLog.objects.filter(
        dossier=answered.pk, detail=f"inhoud bericht {message(answered).pk}: Verzoek om inzage"
    ).exists()


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
    by_name = client.get(f"{at}?gebruiker=testema").content.decode()
    assert "Nadia Testema: Begeleiding naar werk" in by_name
    assert "Geen regel gevonden" in client.get(f"{at}?gebruiker=niemand").content.decode()
    assert client.get(f"{at}?van=gisteren").status_code == 422
    assert client.post(at, {}).status_code == 422
    file = client.post(f"{at}?soort=ASKED", {"doel": "verzoek"})
    text = file.content.decode("utf-8-sig")
    assert text.startswith("Vertrouwelijk;Alleen voor: Verzoek om inzage")
    assert text.count("Gevraagd") == 2
    assert answered.insz not in text
    assert AccessLog.objects.filter(action="EXPORTED", dossier=answered.pk).exists()


def test_a_look_up_before_there_was_a_dossier_is_found_and_told(outside: Any, client: Client, db: None) -> None:
    outside()
    access, insz = make_staff(), case("registered-before-arrival")
    kbi_dossier(insz, access)
    dossier = known("registered-before-arrival")
    sign_in(client, access)
    told = client.get(f"/dossiers/{dossier.number}/berichten").content.decode().replace("\xa0", " ")
    assert f"vroeg {access.staff} aan de Kruispuntbank Inburgering" in told
    assert "kwam het antwoord." in told
    assert "Reden: begeleiding naar werk." in told
    sign_in(client, make_staff(Role.DPO))
    found = client.get(f"/uitwisseling/wettelijk-logboek?dossier={dossier.number}").content.decode()
    assert found.count("Dossier in de KBI 02.00") == 2
    assert insz not in found


def test_more_lines_than_a_page_counts_or_a_file_holds_ask_for_a_shorter_period(
    client: Client, answered: Dossier, monkeypatch: Any
) -> None:
    sign_in(client, make_staff(Role.DPO))
    at = "/uitwisseling/wettelijk-logboek"
    assert "Er zijn er meer" not in client.get(at).content.decode()
    monkeypatch.setattr(pages, "COUNTED_TO", 3)
    monkeypatch.setattr(pages, "MOST_IN_A_FILE", 3)
    assert "Er zijn er meer. Kies een kortere periode" in client.get(at).content.decode()
    refused = client.post(at, {"doel": "verzoek"})
    assert refused.status_code == 422
    assert "Een bestand heeft hoogstens 3 regels." in refused.content.decode()
    assert not AccessLog.objects.filter(action="EXPORTED").exists()
    assert client.post(f"{at}?soort=ASKED", {"doel": "verzoek"}).status_code == 200


def test_a_day_of_the_search_begins_and_ends_at_midnight_here(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.DPO))
    at = "/uitwisseling/wettelijk-logboek"
    assert "Geen regel gevonden" not in client.get(f"{at}?van=23/11/2026&tot=23/11/2026").content.decode()
    assert "Geen regel gevonden" in client.get(f"{at}?van=24/11/2026").content.decode()
    assert "Geen regel gevonden" in client.get(f"{at}?tot=22/11/2026").content.decode()


def test_a_reason_with_the_number_of_a_person_is_refused(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.DPO))
    at = f"/uitwisseling/berichten/{message(answered).pk}/inhoud"
    refused = client.post(at, {"reden": f"Vraag over {answered.insz}"})
    assert refused.status_code == 422
    assert "Laat het rijksregisternummer weg" in refused.content.decode()
    assert not AccessLog.objects.filter(detail__contains=answered.insz).exists()


def test_the_dpo_finds_purpose_asker_reference_times_and_outcome_on_one_page(client: Client, answered: Dossier) -> None:
    sign_in(client, make_staff(Role.DPO))
    found = message(answered)
    page = client.get(f"/uitwisseling/berichten/{found.pk}").content.decode()
    reference = Attempt.objects.get(question=found).reference
    for words in ("Begeleiding naar werk", str(found.asker), str(reference), found.legal_basis, "Beantwoord", "ms"):
        assert words in page


def test_pages_take_few_queries(client: Client, answered: Dossier, django_assert_max_num_queries: Any) -> None:
    sign_in(client, make_staff(Role.DPO))
    with django_assert_max_num_queries(9):
        client.get("/uitwisseling/wettelijk-logboek")
    with django_assert_max_num_queries(13):
        client.get(f"/uitwisseling/berichten/{message(answered).pk}")


# --- what is logged ------------------------------------------------------------------------------------------------


def test_the_shape_of_a_message_holds_no_value() -> None:
    lines = outline(b"<a><b>90641210134</b><c><d>Samira</d></c><c><d>x</d></c><c/></a>")
    assert lines == ["a", "  b (11 tekens)", "  c", "    d (6 tekens)", "  c: nog 2 keer"]
    assert outline(b"<n90641210134>x</n90641210134>") == ["n… (1 tekens)"]
    assert outline(b"geen xml met 90641210134") == ["geen leesbare XML, 24 bytes"]


@pytest.mark.django_db
def test_no_log_line_holds_a_person(outside: Any, caplog: Any, monkeypatch: Any) -> None:
    """Every kind of answer and of fault, each about somebody else, and what is written about it."""
    other = number_of(900)
    faults = (
        "", "exception:30001", "exception:60007", "truncated", "wrong_reference", "reset", "http500", "exception:15021",
        "soapfault", "duplicate", "exception:30002", f"replaced:{other}", "exception:40003", "exception:30042",
        "exception:20002", "exception:99996", "exception:30030",
    )  # fmt: skip
    people = [
        make_dossier(insz=number_of(800 + at), work=[], first_name="Onzichtbaar", last_name="Geheimema")
        for at in range(len(faults))
    ]
    outside(
        *({"service": "GeefDossierVDAB", "fault": fault, "match": {"insz": one.insz}, "times": 1}
          for fault, one in zip(faults, people, strict=True) if fault)
    )  # fmt: skip
    said = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
    try:
        with caplog.at_level(logging.DEBUG):
            ask(*people)
            for _ in range(4):
                drain()
                Question.objects.filter(status=Status.WAITING).update(next_attempt_at=timezone.now())
                Circuit.objects.all().delete()
    finally:
        from toeleiding.site import logs

        logs.configure(as_json=False)
    written = said.getvalue() + "\n".join(record.getMessage() for record in caplog.records)
    assert "drained" in written
    assert "answer_not_understood" in written
    assert "answer_put_aside" in written
    assert "Repliek" in written, "the shape of what was not understood"
    outcomes = set(Attempt.objects.filter(question__service="GeefDossierVDAB").values_list("outcome", flat=True))
    assert outcomes == set(Outcome), "every kind of answer"
    for secret in (
        other,
        *(str(one.insz) for one in people),
        "Geheimema",
        "Onzichtbaar",
        "<INSZ>",
        "<?xml",
        "Verzoek>",
    ):
        assert secret not in written


def test_inbox_writes_its_lines_in_one_query_for_any_number(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(1):
        legal_log.asked([uuid4() for _ in range(50)])
    assert inbox.unfinished(timezone.now(), 10) == []
