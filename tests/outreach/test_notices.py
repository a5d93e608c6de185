"""What staff is told by itself."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from tests.referrals.people import referred, somebody
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import NewEvent, record, record_many
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.outreach import levels, selectors, terms, words
from toeleiding.outreach.models import Level, Notice, NoticeKind, NoticePreference

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Access:
    return make_staff()


@pytest.fixture
def dossier(worker: Access) -> Dossier:
    return make_dossier(access=worker)


def happens(dossier: Dossier, data: e.Data, actor: Any = None) -> None:
    source = e.Source.CASE_WORKER if actor else e.Source.VDAB
    record(dossier, NewEvent(data, timezone.localdate(), source, actor))


def answered(question: Any) -> e.EmploymentServiceAnswered:
    return e.EmploymentServiceAnswered(answer="NOT_REGISTERED", question=question)


def missed() -> e.FeedbackGiven:
    return e.FeedbackGiven(event="APPOINTMENT_MISSED")


def test_who_asked_hears_of_the_answer_also_when_she_is_not_the_case_worker(dossier: Dossier) -> None:
    colleague, question = make_staff(), uuid4()
    happens(dossier, e.EmploymentServiceAsked(question=question), colleague.staff)
    happens(dossier, answered(question))
    told = Notice.objects.get()
    assert (told.staff, told.kind, told.level) == (colleague.staff, NoticeKind.ANSWER, Level.NOW)


def test_nobody_hears_of_an_answer_that_the_machine_asked_for(dossier: Dossier) -> None:
    question = uuid4()
    happens(dossier, e.EmploymentServiceAsked(question=question))
    happens(dossier, answered(question))
    assert not Notice.objects.exists()


def test_nobody_hears_of_her_own_act(dossier: Dossier, worker: Access) -> None:
    happens(dossier, missed(), worker.staff)
    assert not Notice.objects.exists()
    happens(dossier, missed(), make_staff().staff)
    assert Notice.objects.get().staff == worker.staff


def test_who_gets_a_dossier_hears_of_it(dossier: Dossier, worker: Access) -> None:
    heir = make_staff()
    happens(dossier, e.Assigned(case_worker=heir.staff.username), worker.staff)
    assert [(one.staff, one.kind) for one in Notice.objects.all()] == [(heir.staff, NoticeKind.ASSIGNED)]


def test_what_was_recorded_long_ago_is_no_news(dossier: Dossier) -> None:
    then = timezone.now() - timedelta(days=40)
    record(dossier, NewEvent(missed(), then.date(), e.Source.VDAB), now=then)
    assert not Notice.objects.exists()


def test_a_correction_is_no_news(dossier: Dossier) -> None:
    happens(dossier, missed())
    wrong = Event.objects.get(kind="FEEDBACK_GIVEN")
    record(dossier, NewEvent(missed(), timezone.localdate(), e.Source.VDAB, corrects=wrong.pk))
    assert Notice.objects.count() == 1


def test_a_missed_appointment_that_two_sides_tell_of_is_one_notice(dossier: Dossier) -> None:
    happens(dossier, missed())
    happens(dossier, e.ContactHeld(held=False))
    assert Notice.objects.filter(kind=NoticeKind.APPOINTMENT_MISSED).count() == 1
    record(dossier, NewEvent(missed(), timezone.localdate() - timedelta(days=3), e.Source.VDAB))
    assert Notice.objects.filter(kind=NoticeKind.APPOINTMENT_MISSED).count() == 2, "another day is another happening"


def test_a_missed_appointment_that_only_the_file_tells_is_one_notice_however_often_it_is_told(
    worker: Access,
) -> None:
    sent = referred(worker, somebody(worker))
    day = timezone.localdate() - timedelta(days=1)
    step = e.Invitation(referral=str(sent.pk), on=day, attended=False)
    for _ in range(2):
        assert sent.dossier is not None
        happens(sent.dossier, e.EmploymentServiceAnswered(answer="NOT_KNOWN", invitations=(step,)))
    assert [(one.kind, one.key) for one in Notice.objects.all()] == [(NoticeKind.APPOINTMENT_MISSED, f"missed/{day}")]


def test_who_asks_for_help_on_her_own_page_rings_the_bell_of_her_case_worker(dossier: Dossier, worker: Access) -> None:
    record(dossier, NewEvent(e.ClientAskedHelp(), timezone.localdate(), e.Source.CLIENT))
    assert [(one.staff, one.kind) for one in Notice.objects.all()] == [(worker.staff, NoticeKind.HELP_ASKED)]
    assert selectors.at_the_bell(worker) == 1


def test_twenty_dossiers_are_told_in_as_many_queries_as_one(worker: Access) -> None:
    found = [make_dossier(access=worker) for _ in range(20)]
    news = {one.pk: [NewEvent(missed(), timezone.localdate(), e.Source.VDAB)] for one in found}
    with CaptureQueriesContext(connection) as queries:
        record_many(news)
    assert sum("outreach_" in one["sql"] for one in queries) == 3
    assert Notice.objects.count() == 20


def test_a_notice_is_as_loud_as_its_reader_chose(dossier: Dossier, worker: Access) -> None:
    NoticePreference.objects.create(staff=worker.staff, kind=NoticeKind.APPOINTMENT_MISSED, level=Level.SILENT)
    happens(dossier, missed())
    assert Notice.objects.get().level == Level.SILENT
    assert selectors.at_the_bell(worker) == 0


def test_a_passed_term_cannot_be_silenced_not_even_in_the_database(worker: Access) -> None:
    assert Level.SILENT not in levels.choices(NoticeKind.TERM_PASSED)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticePreference.objects.create(staff=worker.staff, kind=NoticeKind.TERM_PASSED, level=Level.SILENT)


def due(dossier: Dossier, day: date) -> None:
    """The term as the list keeps it; what it is made of is tested where it is decided."""
    Dossier.objects.filter(pk=dossier.pk).update(outcome="TO_REFER", due_on=day, tab="TODO")


@pytest.mark.parametrize(("left", "told"), [(15, 0), (14, 1), (7, 1), (1, 1), (-1, 0)])
def test_a_term_is_told_fourteen_seven_and_one_day_before(dossier: Dossier, left: int, told: int) -> None:
    today = timezone.localdate()
    due(dossier, today + timedelta(days=left))
    terms.tell_of_terms(today)
    assert Notice.objects.filter(kind=NoticeKind.TERM_ENDS, level=Level.TODAY).count() == told


@pytest.mark.parametrize(
    ("nights", "told"),
    [
        (range(20, -1, -1), 3),  # every night
        ([13, 12, 11], 1),  # the night of 14 days was missed: the next one says it, once
        ([8, 6, 5, 0], 3),  # so were those of 7 days and of 1
        ([5], 1),  # what a later warning overtook is not said any more
    ],
)
def test_a_night_that_was_missed_is_made_up_for_once(dossier: Dossier, nights: Any, told: int) -> None:
    end = timezone.localdate() + timedelta(days=30)
    due(dossier, end)
    for left in nights:
        terms.tell_of_terms(end - timedelta(days=left))
    assert Notice.objects.filter(kind=NoticeKind.TERM_ENDS).count() == told


def test_a_passed_term_is_told_once_to_case_worker_and_team_lead(dossier: Dossier, worker: Access) -> None:
    lead, elsewhere = make_staff(Role.TEAM_LEAD), make_staff(Role.TEAM_LEAD, "atlas")
    today = timezone.localdate()
    due(dossier, today - timedelta(days=1))
    terms.tell_of_terms(today)
    terms.tell_of_terms(today + timedelta(days=1))
    assert set(Notice.objects.values_list("staff", "kind")) == {
        (worker.staff.pk, NoticeKind.TERM_PASSED),
        (lead.staff.pk, NoticeKind.TERM_PASSED),
    }
    assert selectors.at_the_bell(elsewhere) == 0
    assert selectors.at_the_bell(lead) == 1


def test_the_words_of_every_kind_hold_nothing_of_the_person(dossier: Dossier) -> None:
    for kind in NoticeKind:
        said = words.sentence(
            kind,
            {
                "on": "2026-12-01",
                "service": "VDAB",
                "count": 2,
                "since": "2026-12-01T10:00+01:00",
                "begin": "2026-12-01",
                "end": "2026-12-04",
            },
        )
        assert said.endswith(".")
        assert "Samira" not in said


def test_the_page_lists_puts_away_and_filters(client: Client, dossier: Dossier, worker: Access) -> None:
    desk = sign_in(client, worker)
    assert "Er is niets nieuws" in desk.get("/meldingen").content.decode()
    happens(dossier, missed())
    page = desk.get("/meldingen").content.decode()
    assert dossier.number in page
    assert "Voorbeeld" not in page
    assert "1 nieuw" in desk.get("/meldingen/bel").content.decode()
    told = Notice.objects.get()
    assert desk.post(f"/meldingen/{told.pk}/gezien").status_code == 302
    assert "1 nieuw" not in desk.get("/meldingen/bel").content.decode()
    assert "Een afspraak is gemist" not in desk.get("/meldingen").content.decode()
    assert "Een afspraak is gemist" in desk.get("/meldingen?toon=gezien").content.decode()
    assert desk.get("/meldingen?toon=onzin").status_code == 404


def test_everything_is_put_away_at_once_and_only_ones_own(client: Client, dossier: Dossier, worker: Access) -> None:
    happens(dossier, missed())
    stranger = sign_in(Client(), make_staff())
    told = Notice.objects.get()
    assert stranger.post(f"/meldingen/{told.pk}/gezien").status_code == 404
    stranger.post("/meldingen/gezien")
    told.refresh_from_db()
    assert told.seen_at is None
    sign_in(client, worker).post("/meldingen/gezien")
    told.refresh_from_db()
    assert told.seen_at is not None


def test_a_dossier_that_went_to_another_agency_is_not_listed_any_more(dossier: Dossier, worker: Access) -> None:
    happens(dossier, missed())
    happens(dossier, e.AgencyChanged(agency="atlas"))
    assert not selectors.notices(worker).exists()


def test_the_settings_keep_what_was_chosen_and_refuse_the_rest(client: Client, worker: Access) -> None:
    desk = sign_in(client, worker)
    wanted = {kind.value: "TODAY" for kind in levels.KINDS_OF_ROLE[Role.CASE_WORKER]}
    assert desk.post("/meldingen/instellingen", wanted).status_code == 302
    assert set(NoticePreference.objects.values_list("level", flat=True)) == {"TODAY"}
    refused = desk.post("/meldingen/instellingen", {**wanted, "TERM_PASSED": "SILENT"})
    assert refused.status_code == 422
    assert "kan niet op Stil" in refused.content.decode()


def test_every_role_chooses_among_the_kinds_it_can_get(client: Client) -> None:
    for role in Role:
        page = sign_in(client, make_staff(role)).get("/meldingen/instellingen").content.decode()
        assert all(kind.label in page for kind in levels.KINDS_OF_ROLE[role])
        assert levels.KINDS_OF_ROLE[role]


def test_a_page_of_notices_costs_as_much_as_one(
    client: Client, worker: Access, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        happens(make_dossier(access=worker), missed())
    desk = sign_in(client, worker)
    with django_assert_max_num_queries(10):
        assert desk.get("/meldingen").status_code == 200
    with django_assert_max_num_queries(4):
        assert desk.get("/meldingen/bel").status_code == 200
