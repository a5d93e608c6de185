"""A referral tells the office that gets it and the case worker who waits for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.exchange.conftest import Outside
from tests.factories import make_staff, sign_in
from tests.referrals.people import arrived, counsellor, somebody
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.outreach import selectors
from toeleiding.outreach.models import Notice, NoticeKind
from toeleiding.referrals import services

pytestmark = pytest.mark.django_db


def kinds(access: Access) -> list[str]:
    return list(selectors.notices(access).values_list("kind", flat=True))


def test_the_office_hears_of_a_referral_when_it_has_it_and_opens_it_from_the_list(
    outside: Callable[..., Outside], client: Client
) -> None:
    outside()
    access, here, elsewhere = make_staff(), counsellor(), counsellor("vdab-gent")
    referral = arrived(access, somebody(access))
    assert kinds(here) == [NoticeKind.REFERRAL_NEW]
    assert kinds(elsewhere) == []
    page = sign_in(client, here).get("/meldingen").content.decode()
    assert f"/vdab/inbox/{referral.pk}" in page
    assert client.get(f"/vdab/inbox/{referral.pk}").status_code == 200


def test_the_case_worker_hears_of_the_question_and_the_counsellor_not_of_her_own(
    outside: Callable[..., Outside],
) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    services.ask(vdab, arrived(access, somebody(access)), "Welke opleiding wil hij volgen?")
    assert kinds(access) == [NoticeKind.REFERRAL_QUESTIONED]
    assert kinds(vdab) == [NoticeKind.REFERRAL_NEW]


def test_the_case_worker_hears_that_it_was_given_back(outside: Callable[..., Outside]) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    services.give_back(vdab, arrived(access, somebody(access)), "OTHER_REGION", "Verhuist naar Gent")
    assert kinds(access) == [NoticeKind.REFERRAL_RETURNED]


@pytest.mark.parametrize("role", [Role.PROJECT_LEAD, Role.EXCHANGE_OPERATOR, Role.DPO])
def test_who_follows_nobody_has_an_empty_list_and_a_bell(client: Client, role: Role) -> None:
    desk: Any = sign_in(client, make_staff(role))
    assert "Er is niets nieuws" in desk.get("/meldingen").content.decode()
    assert desk.get("/meldingen/bel").status_code == 200
    assert not Notice.objects.exists()
