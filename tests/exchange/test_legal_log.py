"""The legal log: one line before each call, exactly one after it, and both are true."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from tests.exchange.people import ask, case, known, questions, state
from tests.factories import make_staff
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange import inbox, lease, legal_log, limits
from toeleiding.exchange.drain import drain
from toeleiding.exchange.lookup import kbi_dossier
from toeleiding.exchange.models import (
    Attempt,
    LegalKind,
    LegalLine,
    Question,
    RawMessage,
    Received,
    Status,
)
from toeleiding.exchange.wire import Wire
from toeleiding.magda import services
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.transport import Transport


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
    line = LegalLine.objects.exclude(kind=LegalKind.ASKED).get(reference=lost.reference)
    assert line.kind == LegalKind.UNANSWERED


def test_an_answer_after_its_end_in_the_log_is_not_used(outside: Any, db: None) -> None:
    """The log said that nothing came of it: then nothing of it may be kept, and the question is asked again."""
    outside(check_repertorium=False)
    dossier = known("registered-before-arrival")
    ask(dossier)
    now = timezone.now()
    Question.objects.filter(service="RegistreerInschrijving").update(status="DONE", finished_at=now)
    with Wire() as line:
        slow = lease.claim(10, now)
        (late,), _ = line.write(slow.questions, now)
        inbox.before([late], now)
        assert legal_log.close_silent(now + limits.LEASE + timedelta(minutes=1)) == 0
        assert legal_log.close_silent(now + legal_log.NOBODY_WAITS_AFTER + timedelta(minutes=1)) == 1
        assert inbox.after([line.send(late)]) == []
    assert not Received.objects.exists()
    assert RawMessage.objects.get().answer is None
    Question.objects.filter(status=Status.IN_FLIGHT).update(leased_until=now)
    drain()
    assert state(dossier).employment is not None
    kinds = LegalLine.objects.exclude(kind="ASKED").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["UNANSWERED", "SUCCEEDED"]


def test_a_look_up_that_was_stopped_halfway_gets_its_end_too(outside: Any, db: None, monkeypatch: Any) -> None:
    outside()
    monkeypatch.setattr(Transport, "post", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        kbi_dossier(case("registered-before-arrival"), make_staff())
    assert [line.kind for line in LegalLine.objects.all()] == ["ASKED"]
    later = timezone.now() + timedelta(days=60)
    assert legal_log.close_silent(later) == 0, "the sweep of every ten minutes looks back a month"
    assert legal_log.close_silent(later, everything=True) == 1
    assert legal_log.close_silent(later, everything=True) == 0


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_an_end_and_only_a_refusal_is_not_authorised(outcome: Outcome) -> None:
    kind = legal_log.kind_of(outcome)
    assert kind not in (LegalKind.ASKED, LegalKind.UNANSWERED)
    assert (kind == LegalKind.UNAUTHORISED) == (outcome is Outcome.REFUSED)
    assert legal_log.kind_of(outcome, "timeout") == LegalKind.UNANSWERED
    assert legal_log.kind_of(outcome, "wrong_person") == LegalKind.FAILED


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
        legal_log.asked_directly(
            reference,
            services.KBI_2,
            timezone.now(),
            purpose="GUIDANCE",
            basis="grond",
            subject="90641210134",
            staff=staff,
        )
    with connection.cursor() as cursor:
        cursor.execute("alter table exchange_legalline disable trigger only_grows")
        cursor.execute(
            "update exchange_legalline set at = now() - interval '11 years'"
            " where id = (select min(id) from exchange_legalline)"
        )
        cursor.execute("alter table exchange_legalline enable trigger only_grows")
    assert legal_log.remove_old(timezone.now(), apply=False) == 1
    assert LegalLine.objects.count() == 2
    assert legal_log.remove_old(timezone.now()) == 1
    assert LegalLine.objects.count() == 1


def test_a_look_up_for_a_new_dossier_stands_there_too(outside: Any, db: None) -> None:
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
