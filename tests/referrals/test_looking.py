"""We look by ourselves whether VDAB took a referral up, once a day and no oftener."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.exchange.conftest import Outside
from tests.factories import make_dossier, make_staff
from tests.referrals.people import arrived, drafted, somebody
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Question, Service
from toeleiding.referrals import services
from toeleiding.referrals.looking import look

pytestmark = pytest.mark.django_db


def test_who_was_referred_is_asked_about_once_a_day(outside: Callable[..., Outside]) -> None:
    outside()
    access = make_staff()
    arrived(access, somebody(access))
    drafted(access, make_dossier(access=access))  # a draft is nothing to look for
    assert look() == 1
    drain()
    assert look() == 0
    assert look(timezone.now() + timedelta(days=1)) == 1
    assert look(timezone.now() + timedelta(days=1)) == 0
    assert Question.objects.filter(service=Service.VDAB_FILE).count() == 2


def test_what_is_over_is_not_looked_for(outside: Callable[..., Outside]) -> None:
    outside()
    access = make_staff()
    referral = arrived(access, somebody(access))
    services.withdraw(access, referral, "Verhuisd")
    assert look() == 0


def test_looking_takes_the_same_number_of_queries_for_one_and_for_many(
    outside: Callable[..., Outside], django_assert_max_num_queries: Callable[..., object]
) -> None:
    outside()
    access = make_staff()
    for _ in range(5):
        services.send(access, drafted(access, make_dossier(access=access)))
    with django_assert_max_num_queries(24):  # type: ignore[attr-defined]
        assert look() == 5
