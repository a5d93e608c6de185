"""The e-mail of the day: on working days at eight, once, with numbers of dossiers and no person."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from tests.factories import make_dossier, make_staff, sign_in
from tests.outreach.messages.conftest import SECRETS
from toeleiding.dossiers.models import Dossier
from toeleiding.law.quiet import BRUSSELS
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.outreach import absences, levels
from toeleiding.outreach.messages import digest, sending
from toeleiding.outreach.messages.models import Message, StaffAddress
from toeleiding.outreach.models import Level, Notice, NoticeKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(worker: Access) -> StaffAddress:
    return StaffAddress.objects.create(staff=worker.staff, email="nadia@agentschap.voorbeeld.be")


def notice(to: Access, dossier: Dossier, level: Level = Level.TODAY, **more: Any) -> Notice:
    given = {"kind": NoticeKind.ASSIGNED, "key": str(Notice.objects.count()), "at": timezone.now(), **more}
    return Notice.objects.create(
        **{
            "staff": to.staff,
            "dossier": dossier,
            "level": level,
            "params": {},
            "url": dossier.get_absolute_url(),
            **given,
        }
    )


def test_the_email_of_the_day_holds_what_is_for_today_and_no_person(
    worker: Access, dossier: Dossier, address: StaffAddress
) -> None:
    notice(worker, dossier)
    notice(worker, dossier, Level.NOW, kind=NoticeKind.TERM_PASSED)
    notice(worker, dossier, seen_at=timezone.now(), kind=NoticeKind.REFERRAL_ACCEPTED)
    assert digest.ask(timezone.now()) == 1
    sending.drain()
    (letter,) = mail.outbox
    assert letter.to == ["nadia@agentschap.voorbeeld.be"]
    assert letter.subject == "Toeleiding: je dagoverzicht"
    told = str(letter.body)
    assert f"Dit dossier is aan jou toegewezen. Dossier {dossier.number}." in told
    assert "termijn" not in told
    assert "aanvaard" not in told
    for secret in (*SECRETS, dossier.insz or "?"):
        assert secret not in letter.subject + told


@pytest.mark.parametrize("left", ["address", "account"])
def test_who_left_or_took_the_address_away_meanwhile_gets_none(
    worker: Access, dossier: Dossier, address: StaffAddress, left: str
) -> None:
    notice(worker, dossier)
    assert digest.ask(timezone.now()) == 1
    if left == "address":
        address.delete()
    else:
        worker.staff.is_active = False
        worker.staff.save(update_fields=["is_active"])
    sending.drain()
    assert mail.outbox == []
    assert Message.objects.get().state == "NO_ADDRESS"


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        (datetime(2026, 11, 25, 7, 59, tzinfo=BRUSSELS), 0),
        (datetime(2026, 11, 25, 8, 0, tzinfo=BRUSSELS), 1),
        (datetime(2026, 11, 28, 9, 0, tzinfo=BRUSSELS), 0),  # a Saturday
        (datetime(2026, 12, 25, 9, 0, tzinfo=BRUSSELS), 0),
        (datetime(2027, 6, 1, 8, 0, tzinfo=BRUSSELS), 1),  # in summer time
    ],
)
def test_it_is_asked_on_working_days_from_eight(
    moment: datetime, asked: int, clock: Traveller, address: StaffAddress
) -> None:
    clock.move_to(moment)
    assert digest.ask(timezone.now()) == asked
    assert digest.ask(timezone.now()) == 0


def test_without_news_there_is_no_email(address: StaffAddress) -> None:
    digest.ask(timezone.now())
    sending.drain()
    assert mail.outbox == []
    assert Message.objects.get().state == "CANCELLED"


def test_the_next_one_tells_only_what_is_new(
    worker: Access, dossier: Dossier, address: StaffAddress, clock: Traveller
) -> None:
    notice(worker, dossier)
    digest.ask(timezone.now())
    sending.drain()
    clock.shift(timedelta(days=1))
    digest.ask(timezone.now())
    sending.drain()
    assert len(mail.outbox) == 1
    clock.shift(1)
    notice(worker, dossier, kind=NoticeKind.APPOINTMENT_MISSED)
    clock.shift(timedelta(days=1))
    digest.ask(timezone.now())
    sending.drain()
    assert "toegewezen" not in str(mail.outbox[1].body)
    assert "gemist" in str(mail.outbox[1].body)


def test_what_she_may_no_longer_see_is_not_told(worker: Access, dossier: Dossier, address: StaffAddress) -> None:
    elsewhere = make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    notice(worker, elsewhere)
    digest.ask(timezone.now())
    sending.drain()
    assert mail.outbox == []


def trouble(dossier: Dossier) -> None:
    """A message to a client of which nobody knows whether it left."""
    now = timezone.now()
    Message.objects.create(
        key="x", dossier=dossier, channel="SMS", kind="CALL", reason="", state="UNSURE",
        asked_at=now, not_before=now, changed_at=now,
    )  # fmt: skip


def test_a_message_that_went_wrong_is_told_to_the_case_worker(
    worker: Access, dossier: Dossier, address: StaffAddress
) -> None:
    trouble(dossier)
    digest.ask(timezone.now())
    sending.drain()
    assert f"kwam misschien niet aan. Dossier {dossier.number}." in str(mail.outbox[0].body)


def test_now_and_email_goes_to_an_operator_at_once(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, clock: Traveller
) -> None:
    operator = make_staff(Role.EXCHANGE_OPERATOR)
    StaffAddress.objects.create(staff=operator.staff, email="beheer@agentschap.voorbeeld.be")
    notice(operator, dossier, Level.NOW, kind=NoticeKind.ANSWER)
    monkeypatch.setitem(levels.KINDS_OF_ROLE, Role.EXCHANGE_OPERATOR, ())
    assert digest.alarm(timezone.now()) == 0
    monkeypatch.setitem(levels.KINDS_OF_ROLE, Role.EXCHANGE_OPERATOR, (NoticeKind.ANSWER,))
    clock.move_to(timezone.now().replace(hour=23))
    Notice.objects.update(at=timezone.now())
    assert digest.alarm(timezone.now()) == 1
    assert digest.alarm(timezone.now()) == 0
    sending.drain()
    assert mail.outbox[0].subject == "Toeleiding: dit vraagt nu je aandacht"  # also in the quiet hours


def test_everybody_chooses_her_own_address(client: Client, worker: Access) -> None:
    desk = sign_in(client, worker)
    assert "Je krijgt nu geen dagoverzicht." in desk.get("/meldingen/e-mail").content.decode()
    assert desk.post("/meldingen/e-mail", {"email": "onzin"}).status_code == 422
    desk.post("/meldingen/e-mail", {"email": "nadia@agentschap.voorbeeld.be"})
    assert StaffAddress.objects.get().staff == worker.staff
    assert "op de volgende werkdag" in desk.get("/meldingen/e-mail").content.decode()
    desk.post("/meldingen/e-mail", {"email": ""})
    assert not StaffAddress.objects.exists()


def test_who_left_gets_none(worker: Access, dossier: Dossier, address: StaffAddress) -> None:
    notice(worker, dossier)
    digest.ask(timezone.now())
    type(worker.staff).objects.filter(pk=worker.staff.pk).update(is_active=False)
    sending.drain()
    assert mail.outbox == []


# Who comes back, and days on which nothing ran.


def morning(day: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, 8, 5, tzinfo=BRUSSELS)


def mails(clock: Traveller, *days: datetime) -> list[str]:
    """The e-mails of these mornings."""
    before = len(mail.outbox)
    for day in days:
        clock.move_to(day)
        digest.ask(timezone.now())
        sending.drain()
    return [str(letter.body) for letter in mail.outbox[before:]]


def test_who_comes_back_from_holiday_reads_in_one_email_what_is_open_since(
    worker: Access, dossier: Dossier, address: StaffAddress, clock: Traveller
) -> None:
    notice(worker, dossier)
    assert len(mails(clock, morning(26, 11))) == 1
    absences.announce(worker, date(2026, 11, 27), date(2026, 12, 11), make_staff().staff)
    clock.move_to(morning(27, 11) + timedelta(hours=2))
    notice(worker, dossier, kind=NoticeKind.APPOINTMENT_MISSED)
    notice(worker, dossier, kind=NoticeKind.REFERRAL_ACCEPTED, seen_at=timezone.now())
    assert mails(clock, morning(30, 11), morning(1), morning(8)) == [], "somebody stands in"
    back, after = morning(14), morning(15)
    (told,) = mails(clock, back, after)
    assert "gemist" in told
    assert "toegewezen" not in told, "that was told before"
    assert "aanvaard" not in told, "that was put away"


def test_a_role_that_rested_catches_up_although_the_other_went_on(
    worker: Access, dossier: Dossier, address: StaffAddress, clock: Traveller
) -> None:
    like = StaffRole.objects.get(staff=worker.staff)
    like.pk, like.role = None, Role.TEAM_LEAD
    like.save()
    assert mails(clock, morning(26, 11)) == []
    absences.announce(worker, date(2026, 11, 27), date(2026, 12, 11), make_staff().staff)
    clock.move_to(morning(27, 11) + timedelta(hours=2))
    trouble(dossier)
    notice(worker, dossier, kind=NoticeKind.TERM_PASSED, params={"on": "2026-11-26"})
    (other,) = mails(clock, morning(30, 11))
    assert "kwam misschien niet aan" not in other
    assert "kwam misschien niet aan" in mails(clock, morning(14))[0]
    assert mails(clock, morning(15)) == []


def test_days_on_which_the_job_did_not_run_are_told_together(
    worker: Access, dossier: Dossier, address: StaffAddress, clock: Traveller
) -> None:
    notice(worker, dossier)
    assert len(mails(clock, morning(26, 11))) == 1
    clock.move_to(morning(27, 11) + timedelta(hours=2))
    notice(worker, dossier, kind=NoticeKind.APPOINTMENT_MISSED)
    (told,) = mails(clock, morning(21))
    assert "gemist" in told
    assert "toegewezen" not in told


def test_what_could_not_be_mailed_is_told_by_the_next_that_can(
    worker: Access, dossier: Dossier, address: StaffAddress, clock: Traveller
) -> None:
    notice(worker, dossier)
    clock.move_to(morning(26, 11))
    digest.ask(timezone.now())
    Message.objects.update(state="FAILED")
    assert "toegewezen" in mails(clock, morning(14))[0]
