"""Who opens many dossiers of others is told to the data protection officer, who reads which."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, AccessLog, Role
from toeleiding.outreach import absences, inspection, selectors
from toeleiding.outreach.models import Level, Notice, NoticeKind

pytestmark = pytest.mark.django_db

MOST = 3


@pytest.fixture(autouse=True)
def _rule(monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspection.most_on(timezone.localdate()) == 40
    monkeypatch.setattr(inspection, "most_on", lambda day: MOST)


@pytest.fixture
def officer() -> Access:
    return make_staff(Role.DPO)


def opens(who: Access, dossiers: list[Dossier], action: AccessAction = AccessAction.OPENED) -> None:
    """The database's own clock stands on each line; here it is that of the test."""
    line = {"staff": who.staff, "role": who.role, "organisation": who.organisation, "purpose": who.purpose}
    AccessLog.objects.bulk_create(
        AccessLog(at=timezone.now(), action=action, dossier=one.pk, **line) for one in dossiers
    )


def count() -> date:
    """The night after."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    inspection.tell_of_access(tomorrow)
    return tomorrow


def some(follows: Access, number: int) -> list[Dossier]:
    return [make_dossier(access=follows) for _ in range(number)]


def test_more_than_the_rule_says_is_told_once_to_the_officer_of_that_agency(officer: Access, client: Client) -> None:
    elsewhere, curious, colleague = make_staff(Role.DPO, "atlas"), make_staff(), make_staff()
    opens(curious, some(colleague, MOST + 1))
    count()
    count()
    told = Notice.objects.get()
    assert (told.staff, told.kind, told.level) == (officer.staff, NoticeKind.UNUSUAL_ACCESS, Level.TODAY)
    assert not selectors.notices(elsewhere).exists()
    page = sign_in(client, officer).get("/meldingen").content.decode()
    assert f"Een collega opende {MOST + 1} dossiers buiten de eigen lijst" in page
    assert curious.staff.username not in told.get_kind_display() + str(told.params)


def test_the_own_caseload_the_same_dossier_again_and_lists_do_not_count(officer: Access) -> None:
    worker, colleague = make_staff(), make_staff()
    others = some(colleague, MOST)
    opens(worker, some(worker, 9) + others + others)
    opens(worker, some(colleague, 9), AccessAction.LISTED)
    count()
    assert not Notice.objects.exists()


def test_whose_colleague_is_away_opens_her_dossiers_with_reason(officer: Access) -> None:
    worker, colleague = make_staff(), make_staff()
    found = some(colleague, MOST + 1)
    day = timezone.localdate()
    absences.announce(colleague, day, day, worker.staff)
    opens(worker, found)
    count()
    assert not Notice.objects.exists()


def test_a_team_lead_looks_at_many_and_nobody_is_told(officer: Access) -> None:
    opens(make_staff(Role.TEAM_LEAD), some(make_staff(), MOST + 1))
    count()
    assert not Notice.objects.exists()


def test_without_a_usable_rule_nobody_is_told(officer: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "most_on", lambda day: None)
    opens(make_staff(), some(make_staff(), MOST + 1))
    count()
    assert not Notice.objects.exists()


def test_the_officer_reads_which_dossiers_and_that_is_logged(
    officer: Access, client: Client, django_assert_max_num_queries: object
) -> None:
    curious = make_staff()
    found = some(make_staff(), MOST + 1)
    opens(curious, found)
    count()
    desk, url = sign_in(client, officer), Notice.objects.get().url
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        page = desk.get(url).content.decode()
    assert all(one.number in page for one in found)
    assert "Samira" not in page
    log = officer.staff.accesslog_set.filter(action=AccessAction.LISTED, detail="ongewone inzage")
    assert log.count() == len(found)
    assert desk.get("/meldingen/inzage").status_code == 200
    assert desk.get("/meldingen/inzage?wie=onbekend&dag=2026-11-24").status_code == 404
    assert desk.get(f"/meldingen/inzage?wie={curious.staff.username}&dag=onzin").status_code == 404
    stranger = sign_in(Client(), make_staff(Role.DPO, "atlas"))
    assert stranger.get(url).status_code == 404
