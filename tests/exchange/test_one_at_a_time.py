"""About one person one question goes to one service at a time, whoever asks, by call or in a file of the night."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from tests.exchange.files import NOW, VDAB, folders, inscribed, still, write  # noqa: F401
from toeleiding.exchange import lease
from toeleiding.exchange.models import Question, Status
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db


def asked_meanwhile() -> Question:
    """Somebody asks at a desk, a moment before the night planned its question; it is committed only now."""
    one = Question.objects.get(service=VDAB)
    one.pk, one.asked_at, one.status = uuid4(), one.asked_at - timedelta(milliseconds=5), Status.WAITING
    one.lease_token = one.leased_until = None
    one.save(force_insert=True)
    return one


def test_who_stands_in_a_file_is_not_asked_about_by_a_call_at_the_same_time() -> None:
    inscribed(number_of(500))
    file = write()
    live = asked_meanwhile()
    assert lease.claim(10, NOW).questions == []
    late = file.answer_by + timedelta(seconds=1)
    assert [one.id for one in lease.claim(10, late).questions] == [live.pk], "a file that is overdue holds nobody"


def test_who_is_asked_about_by_a_call_does_not_go_in_a_file() -> None:
    inscribed(number_of(500))
    assert len(lease.claim(10, NOW).questions) == 1
    asked_meanwhile()
    assert lease.ready_for_file(VDAB, NOW) == 0
    assert lease.claim_for_file(VDAB, 10, NOW).questions == []


def test_two_whose_leases_ran_out_do_not_wait_for_each_other() -> None:
    inscribed(number_of(500))
    lease.claim(10, NOW)
    live = asked_meanwhile()
    later = NOW + timedelta(hours=1)
    assert [one.id for one in lease.claim(10, later).questions] == [live.pk]


@pytest.mark.parametrize(("theirs", "waits"), [("", True), ("_shared", False)])
def test_a_claim_for_a_call_waits_for_one_for_a_file_and_not_for_another_call(theirs: str, waits: bool) -> None:
    inscribed(number_of(500))
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute(f"select pg_advisory_xact_lock{theirs}(%s)", [lease.CLAIMS])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '100ms'")
            if waits:
                with pytest.raises(OperationalError), transaction.atomic():
                    lease.claim(10, NOW)
            else:
                assert len(lease.claim(10, NOW).questions) == 1


def test_a_claim_for_a_file_goes_alone() -> None:
    inscribed(number_of(500))
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("select pg_advisory_xact_lock_shared(%s)", [lease.CLAIMS])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '100ms'")
            with pytest.raises(OperationalError), transaction.atomic():
                lease.claim_for_file(VDAB, 10, NOW)
