"""What nobody records on a timeline: actions, translations, silent sources, long queues, what is erased."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.exchange import retention
from toeleiding.exchange.models import Circuit, CircuitState, Hold, ImprovementAction, Question, Service
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Purpose, Role
from toeleiding.outreach import limits, selectors, watch
from toeleiding.outreach.models import Level, Notice, NoticeKind
from toeleiding.referrals.texts import services as texts

pytestmark = pytest.mark.django_db


def kinds(access: Access) -> list[tuple[str, str]]:
    return list(selectors.notices(access).values_list("kind", "level"))


def test_a_late_action_is_told_once_to_its_owner_and_to_who_made_it() -> None:
    owner, maker, other = make_staff(Role.TEAM_LEAD), make_staff(Role.EXCHANGE_OPERATOR), make_staff(Role.PROJECT_LEAD)
    today = timezone.localdate()
    action = ImprovementAction.objects.create(
        measure="FRESH", title="Vraag vaker", owner=owner.staff, due_on=today, made_by=maker.staff,
        made_at=timezone.now(), before_on=today, before_numerator=1, before_denominator=2,
    )  # fmt: skip
    assert watch.tell_of_actions(today) == 0
    watch.tell_of_actions(today + timedelta(days=1))
    watch.tell_of_actions(today + timedelta(days=2))
    assert kinds(owner) == kinds(maker) == [(NoticeKind.ACTION_LATE, Level.TODAY)]
    assert kinds(other) == []
    assert action.get_absolute_url() in sign_in(Client(), owner).get("/meldingen").content.decode()


def test_an_outage_is_told_to_the_operator_after_a_quarter_of_an_hour_and_once() -> None:
    operator, now = make_staff(Role.EXCHANGE_OPERATOR), timezone.now()
    service = Service.values[0]
    Circuit.objects.create(service=service, state=CircuitState.OPEN, failures=5, opened_at=now, probe_at=now)
    watch.tell_of_the_exchange(now + timedelta(minutes=14))
    assert kinds(operator) == []
    for minutes in (15, 20, 90):
        watch.tell_of_the_exchange(now + timedelta(minutes=minutes))
    assert kinds(operator) == [(NoticeKind.EXCHANGE_FAILING, Level.NOW)]
    assert selectors.at_the_bell(operator) == 1
    page = sign_in(Client(), operator).get("/meldingen").content.decode()
    assert "De uitwisseling hapert sinds" in page
    assert 'href="/uitwisseling">Bekijk' in page


def test_what_an_operator_holds_herself_is_no_outage() -> None:
    operator, now = make_staff(Role.EXCHANGE_OPERATOR), timezone.now()
    service = Service.values[0]
    Circuit.objects.create(service=service, state=CircuitState.OPEN, failures=5, opened_at=now, probe_at=now)
    Hold.objects.create(service=service, reason="Onderhoud", held_by=operator.staff, held_at=now)
    assert watch.tell_of_the_exchange(now + timedelta(hours=1)) == 0


def test_outdated_translations_are_told_to_who_keeps_the_texts() -> None:
    keeper = make_staff(Role.PROJECT_LEAD)
    author = make_staff(Role.PROJECT_LEAD)
    assert watch.tell_of_translations() == 0
    last = texts.newest()
    changed = {key: f"{text} Nieuw." if key == "concept" else text for key, text in last.paragraphs.items()}
    texts.new_dutch(author, changed, last.values, timezone.localdate(), "Duidelijker")
    watch.tell_of_translations()
    watch.tell_of_translations()
    assert kinds(keeper) == [(NoticeKind.TRANSLATION_OUTDATED, Level.TODAY)]
    assert "vertalingen zijn verouderd." in sign_in(Client(), keeper).get("/meldingen").content.decode()


def test_a_queue_of_more_than_an_hour_of_work_is_told_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    operator, now = make_staff(Role.EXCHANGE_OPERATOR), timezone.now()
    monkeypatch.setattr(limits, "QUEUE_LIMIT", 2)
    ready = [waiting(now) for _ in range(3)]
    Question.objects.filter(pk=ready[0].pk).update(next_attempt_at=now + timedelta(hours=1))
    assert watch.tell_of_the_queue(now) == 0, "what is not to leave yet is no queue"
    waiting(now)
    for minutes in (0, 5):
        watch.tell_of_the_queue(now + timedelta(minutes=minutes))
    assert kinds(operator) == [(NoticeKind.QUEUE_LONG, Level.NOW)]
    page = sign_in(Client(), operator).get("/meldingen").content.decode()
    assert "Er wachten 3 vragen om te vertrekken." in page
    Hold.objects.create(service=ready[0].service, reason="Onderhoud", held_by=operator.staff, held_at=now)
    Notice.objects.all().delete()
    assert watch.tell_of_the_queue(now) == 0, "what an operator holds herself waits because she wants it"


def waiting(now: datetime) -> Question:
    return Question.objects.create(
        service=Service.values[0], version="01.00", dossier=make_dossier(), purpose=Purpose.GUIDANCE, legal_basis="x",
        asked_at=now, expires_at=now + timedelta(days=7), next_attempt_at=now,
    )  # fmt: skip


def test_what_will_be_erased_is_told_to_the_data_protection_officer_once_a_week(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    officer, monday = make_staff(Role.DPO), datetime(2026, 11, 23, 0, 20, tzinfo=UTC)
    assert watch.tell_of_retention(monday) == 0
    asked = list[datetime]()

    def due(then: datetime) -> int:
        asked.append(then)
        return 1200

    monkeypatch.setattr(retention, "due", due)
    for days in (0, 1, 6):
        watch.tell_of_retention(monday + timedelta(days=days))
    assert asked[0] == monday + timedelta(days=7)
    assert kinds(officer) == [(NoticeKind.RETENTION_DUE, Level.TODAY)]
    page = sign_in(Client(), officer).get("/meldingen").content.decode()
    assert "Voor 30 november 2026 worden 1.200 bewaarde berichten en logregels gewist" in page
    watch.tell_of_retention(monday + timedelta(days=7))
    assert len(kinds(officer)) == 2
