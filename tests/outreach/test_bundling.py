"""What comes by many together rings the bell once and says how many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from tests.referrals.people import counsellor
from toeleiding.dossiers.services import assign
from toeleiding.organisations.access import Access
from toeleiding.outreach import absences, selectors, services, words
from toeleiding.outreach.models import Notice, NoticeKind
from toeleiding.outreach.services import Told, tell

pytestmark = pytest.mark.django_db

NOW = timezone.now


@pytest.fixture
def office() -> Access:
    return counsellor()


def referral(to: Access, minutes: int = 0) -> None:
    """A referral arrives, so many minutes from now."""
    dossier = make_dossier()
    told = Told(to.staff.pk, dossier.pk, NoticeKind.REFERRAL_NEW, "5", f"/vdab/inbox/{dossier.pk}")
    tell([told], NOW() + timedelta(minutes=minutes))


def told(to: Access) -> list[str]:
    """What the page says, the latest first."""
    rows = Notice.objects.filter(staff=to.staff).values_list("kind", "params")
    return [words.sentence(NoticeKind(kind), params) for kind, params in rows]


def test_three_referrals_within_a_quarter_are_one_notice(client: Client, office: Access) -> None:
    for minutes in (0, 6, 14):
        referral(office, minutes)
    assert told(office) == ["Er zijn 3 nieuwe doorverwijzingen voor je kantoor."]
    assert selectors.at_the_bell(office) == 1
    page = sign_in(client, office).get("/meldingen").content.decode()
    assert "Er zijn 3 nieuwe doorverwijzingen" in page
    assert 'href="/vdab/inbox">Bekijk' in page


def test_after_a_quarter_a_new_one_begins(office: Access) -> None:
    for minutes in (0, 14, 15, 16):
        referral(office, minutes)
    assert told(office) == ["Er zijn 2 nieuwe doorverwijzingen voor je kantoor."] * 2


def test_what_was_put_away_does_not_grow(office: Access) -> None:
    referral(office)
    referral(office)
    services.see(office)
    referral(office, 1)
    assert told(office) == [
        "Er is een nieuwe doorverwijzing voor je kantoor.",
        "Er zijn 2 nieuwe doorverwijzingen voor je kantoor.",
    ]
    assert Notice.objects.filter(seen_at=None).count() == 1


def test_one_told_twice_is_one(office: Access) -> None:
    dossier = make_dossier()
    same = Told(office.staff.pk, dossier.pk, NoticeKind.REFERRAL_NEW, "5", "/vdab/inbox/x")
    tell([same], NOW())
    tell([same], NOW())
    assert told(office) == ["Er is een nieuwe doorverwijzing voor je kantoor."]


def test_two_offices_and_two_kinds_do_not_mix(office: Access) -> None:
    other = counsellor("vdab-gent")
    referral(office)
    referral(other)
    dossier = make_dossier()
    tell([Told(office.staff.pk, dossier.pk, NoticeKind.ASSIGNED, "5", "/")], NOW())
    assert sorted(len(told(one)) for one in (office, other)) == [1, 2]


def test_fifty_dossiers_that_you_are_given_are_one_notice_in_few_questions(client: Client) -> None:
    lead, heir = make_staff(), make_staff()
    many = [make_dossier(access=lead) for _ in range(50)]
    with CaptureQueriesContext(connection) as queries:
        assign(lead, many[:30], heir.staff)
        assign(lead, many[30:], heir.staff)
    assert told(heir) == ["50 dossiers zijn aan jou toegewezen."]
    assert sum("outreach_" in one["sql"] for one in queries) == 8  # 4 each: away, levels, what is there, write
    page = sign_in(client, heir).get("/meldingen").content.decode()
    assert 'href="/werklijst">Bekijk' in page
    for dossier in many[:3]:
        assert dossier.number not in page


def test_what_you_get_for_a_colleague_is_counted_apart(office: Access) -> None:
    worker, heir, lead = make_staff(), make_staff(), make_staff()
    day = timezone.localdate()
    absences.announce(worker, day, day, heir.staff)
    for to, count in ((worker, 2), (heir, 3)):
        assign(lead, [make_dossier(access=lead) for _ in range(count)], to.staff)
    rows = Notice.objects.filter(staff=heir.staff).values_list("instead_of", "params__count")
    assert set(rows) == {(worker.staff.pk, 2), (None, 3)}
