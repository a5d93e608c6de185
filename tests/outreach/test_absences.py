"""Who is away is stood in for: a colleague hears what she hears, for as long as it lasts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.outreach import absences, selectors, terms
from toeleiding.outreach.messages import digest, sending
from toeleiding.outreach.models import Absence, Level, Notice, NoticeKind, NoticePreference, StaffAddress

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def worker() -> Access:
    return make_staff()


@pytest.fixture
def stand_in() -> Access:
    return make_staff()


@pytest.fixture
def dossier(worker: Access) -> Dossier:
    return make_dossier(access=worker)


def asks_help(dossier: Dossier, actor: Any = None) -> None:
    record(dossier, NewEvent(e.ClientAskedHelp(), TODAY(), e.Source.CLIENT, actor))


def away(who: Access, substitute: Access, first: int = 0, last: int = 7) -> Absence:
    day = TODAY()
    return absences.announce(who, day + timedelta(days=first), day + timedelta(days=last), substitute.staff)


def heard(access: Access) -> int:
    return selectors.at_the_bell(access)


def test_who_stands_in_hears_of_it_too_and_reads_for_whom(
    client: Client, worker: Access, stand_in: Access, dossier: Dossier
) -> None:
    away(worker, stand_in)
    asks_help(dossier)
    assert (heard(worker), heard(stand_in)) == (1, 1)
    page = sign_in(client, stand_in).get("/meldingen").content.decode()
    assert dossier.number in page
    assert f"Je vervangt {worker.staff}." in page
    assert "Je vervangt" not in sign_in(Client(), worker).get("/meldingen").content.decode()


@pytest.mark.parametrize(("first", "last", "told"), [(0, 0, 1), (1, 5, 0), (-5, -1, 0), (-5, 0, 1)])
def test_it_holds_from_the_first_day_to_the_last_and_ends_by_itself(
    worker: Access, stand_in: Access, dossier: Dossier, first: int, last: int, told: int
) -> None:
    day = TODAY()
    Absence.objects.create(
        staff=worker.staff, role=worker.role, organisation=worker.organisation, substitute=stand_in.staff,
        begin=day + timedelta(days=first), end=day + timedelta(days=last), made_at=timezone.now(),
    )  # fmt: skip
    asks_help(dossier)
    assert heard(stand_in) == told
    assert heard(worker) == 1


def test_who_stands_in_hears_nothing_of_what_she_did_herself_nor_of_what_the_absent_one_did(
    worker: Access, stand_in: Access, dossier: Dossier
) -> None:
    away(worker, stand_in)
    for actor in (stand_in, worker):
        record(dossier, NewEvent(e.ContactHeld(held=False), TODAY(), e.Source.CASE_WORKER, actor.staff))
        assert heard(stand_in) == 0
        Notice.objects.all().delete()


def test_she_hears_nothing_of_a_dossier_that_she_may_not_see(
    worker: Access, stand_in: Access, dossier: Dossier, client: Client
) -> None:
    away(worker, stand_in)
    asks_help(dossier)
    record(dossier, NewEvent(e.AgencyChanged(agency="atlas"), TODAY(), e.Source.SYSTEM))
    assert heard(stand_in) == 0
    assert dossier.number not in sign_in(client, stand_in).get("/meldingen").content.decode()


def test_who_lost_the_role_stands_in_for_nobody(worker: Access, stand_in: Access, dossier: Dossier) -> None:
    away(worker, stand_in)
    StaffRole.objects.filter(staff=stand_in.staff).update(valid_to=TODAY() - timedelta(days=1))
    asks_help(dossier)
    assert not Notice.objects.filter(staff=stand_in.staff).exists()


def test_when_who_stands_in_is_away_too_her_own_substitute_hears_it(
    worker: Access, stand_in: Access, dossier: Dossier
) -> None:
    third = make_staff()
    away(worker, stand_in)
    away(stand_in, third)
    asks_help(dossier)
    assert (heard(stand_in), heard(third)) == (1, 1)


def test_two_who_stand_in_for_each_other_are_no_endless_circle(
    worker: Access, stand_in: Access, dossier: Dossier
) -> None:
    for one, other in ((worker, stand_in), (stand_in, worker)):
        Absence.objects.create(
            staff=one.staff, role=one.role, organisation=one.organisation, substitute=other.staff,
            begin=TODAY(), end=TODAY(), made_at=timezone.now(),
        )  # fmt: skip
    asks_help(dossier)
    assert Notice.objects.count() == 2


def test_a_passed_term_that_both_team_leads_hear_of_is_told_to_each_once(dossier: Dossier) -> None:
    lead, other = make_staff(Role.TEAM_LEAD), make_staff(Role.TEAM_LEAD)
    away(lead, other)
    Dossier.objects.filter(pk=dossier.pk).update(outcome="TO_REFER", due_on=TODAY() - timedelta(days=1), tab="TODO")
    terms.tell_of_terms()
    told = Notice.objects.get(staff=other.staff)
    assert told.instead_of is None, "she hears of it for herself"


def test_it_is_as_loud_as_who_stands_in_chose(worker: Access, stand_in: Access, dossier: Dossier) -> None:
    NoticePreference.objects.create(staff=stand_in.staff, kind=NoticeKind.HELP_ASKED, level=Level.SILENT)
    away(worker, stand_in)
    asks_help(dossier)
    assert (heard(worker), heard(stand_in)) == (1, 0)
    assert selectors.notices(stand_in).get().level == Level.SILENT


def test_the_email_of_the_day_goes_to_who_stands_in_and_not_to_who_is_away(
    worker: Access, stand_in: Access, dossier: Dossier
) -> None:
    for one in (worker, stand_in):
        StaffAddress.objects.create(staff=one.staff, email=f"{one.staff.username}@agentschap.voorbeeld.be")
        NoticePreference.objects.create(staff=one.staff, kind=NoticeKind.HELP_ASKED, level=Level.TODAY)
    away(worker, stand_in)
    asks_help(dossier)
    digest.ask(timezone.now())
    sending.drain()
    (letter,) = mail.outbox
    assert letter.to == [f"{stand_in.staff.username}@agentschap.voorbeeld.be"]
    assert dossier.number in str(letter.body)
    assert worker.staff.last_name not in str(letter.body)


def test_the_page_keeps_an_absence_and_stops_it(client: Client, worker: Access, stand_in: Access) -> None:
    desk, day = sign_in(client, worker), TODAY()
    until = day + timedelta(days=9)
    sent = {"van": day.strftime("%d/%m/%Y"), "tot": until.strftime("%d/%m/%Y"), "wie": stand_in.staff.pk}
    assert desk.post("/meldingen/afwezigheid", sent).status_code == 302
    kept = Absence.objects.get()
    assert (kept.begin, kept.end, kept.substitute) == (day, until, stand_in.staff)
    assert f"{stand_in.staff} vervangt je" in desk.get("/meldingen/instellingen").content.decode()
    other = sign_in(Client(), stand_in)
    assert f"Jij vervangt {worker.staff}" in other.get("/meldingen/instellingen").content.decode()
    assert other.post(f"/meldingen/afwezigheid/{kept.pk}/stop").status_code == 404
    assert desk.post(f"/meldingen/afwezigheid/{kept.pk}/stop").status_code == 302
    assert not Absence.objects.exists()


def test_an_absence_that_began_ends_yesterday_when_it_is_stopped(worker: Access, stand_in: Access) -> None:
    kept = away(worker, stand_in)
    Absence.objects.update(begin=TODAY() - timedelta(days=3))
    assert absences.stop(worker, kept.pk)
    assert Absence.objects.get().end == TODAY() - timedelta(days=1)
    assert not absences.stop(worker, kept.pk)


def test_what_cannot_be_is_refused_with_what_to_do(client: Client, worker: Access, stand_in: Access) -> None:
    desk, day = sign_in(client, worker), TODAY()

    def refused(first: date, last: date, who: Access) -> str:
        sent = {"van": first.isoformat(), "tot": last.isoformat(), "wie": who.staff.pk}
        page = desk.post("/meldingen/afwezigheid", sent)
        assert page.status_code == 422
        return str(page.content.decode())

    later = day + timedelta(days=5)
    assert "Kies een latere dag" in refused(later, day, stand_in)
    assert "Vraag je teamleider" in refused(day, day + timedelta(days=400), stand_in)
    for who in (worker, make_staff(organisation="atlas"), make_staff(Role.TEAM_LEAD)):
        assert "Kies iemand met dezelfde rol" in refused(day, later, who)
    away(stand_in, make_staff())
    assert "Kies een andere collega" in refused(day, later, stand_in)
    third = make_staff()
    away(worker, third)
    assert "Stop die afwezigheid eerst" in refused(day, later, third)
    assert Absence.objects.filter(staff=worker.staff).count() == 1


@pytest.mark.parametrize("wrong", ["order", "oneself", "overlap"])
def test_the_database_refuses_what_cannot_be(worker: Access, stand_in: Access, wrong: str) -> None:
    kept = away(worker, stand_in)
    more = {"substitute": worker.staff} if wrong == "oneself" else {"substitute": stand_in.staff}
    begin = kept.end if wrong == "overlap" else kept.end + timedelta(days=5)
    end = begin - timedelta(days=1) if wrong == "order" else begin
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(
            staff=worker.staff, role=worker.role, organisation=worker.organisation,
            begin=begin, end=end, made_at=timezone.now(), **more,
        )  # fmt: skip


def test_the_team_lead_reads_who_is_away_and_only_of_her_own_agency(
    client: Client, worker: Access, stand_in: Access, django_assert_max_num_queries: Any
) -> None:
    lead = sign_in(client, make_staff(Role.TEAM_LEAD))
    assert "Niemand meldde een afwezigheid" in lead.get("/meldingen/afwezig").content.decode()
    away(worker, stand_in)
    with django_assert_max_num_queries(5):
        page = lead.get("/meldingen/afwezig").content.decode()
    assert f"{stand_in.staff} vervangt" in page
    elsewhere = sign_in(Client(), make_staff(Role.TEAM_LEAD, "atlas"))
    assert "Niemand meldde" in elsewhere.get("/meldingen/afwezig").content.decode()
    assert "/meldingen/afwezig" in lead.get("/werklijst/team").content.decode()


def test_the_settings_cost_few_questions(client: Client, worker: Access, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        away(make_staff(), worker)
    desk = sign_in(client, worker)
    with django_assert_max_num_queries(9):
        assert desk.get("/meldingen/instellingen").status_code == 200
