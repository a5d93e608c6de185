"""What partners sent goes after its time (rule K-15), unless its referral is open; sent again it stays the same."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_insz, make_staff, sign_in
from tests.referrals.test_wire_in import accepted, code_of, message
from toeleiding.exchange import retention
from toeleiding.exchange.models import IncomingMessage, IncomingReferral, LegalKind, LegalLine
from toeleiding.organisations.models import Role
from toeleiding.referrals.models import Direction, Referral

pytestmark = pytest.mark.django_db
OLD = timedelta(days=366)


def came(insz: str, key: str) -> None:
    """A referral that came in more than a year ago."""
    assert accepted(message(insz, key))
    then = timezone.now() - OLD
    IncomingMessage.objects.update(received_at=then)
    IncomingReferral.objects.update(received_at=then)


def over(key: str) -> None:
    Referral.objects.filter(pk=key).update(state="CLOSED")


def test_it_goes_with_its_messages_once_it_is_over_and_never_before() -> None:
    insz, key = make_insz(), str(uuid4())
    make_dossier(insz=insz)
    came(insz, key)
    assert retention.keep_no_longer(timezone.now())["incoming_rows"] == 0, "somebody must still do something with it"
    over(key)
    assert retention.overdue(timezone.now()) == 0, "the night had no time yet"
    assert retention.remove_incoming(timezone.now(), apply=False) == 1
    assert retention.keep_no_longer(timezone.now())["incoming_rows"] == 2
    assert not IncomingMessage.objects.exists()
    assert not IncomingReferral.objects.exists()
    assert Referral.objects.filter(pk=key).exists(), "the referral itself is of the dossier"


def test_what_was_refused_goes_too_and_what_is_young_stays() -> None:
    code_of(message(make_insz()).replace(b"<INSZ>", b"<INSZ>1"))
    assert retention.remove_incoming(timezone.now()) == 0
    IncomingMessage.objects.update(received_at=timezone.now() - OLD)
    assert retention.remove_incoming(timezone.now()) == 1


def test_the_same_referral_after_that_is_answered_and_changes_nothing() -> None:
    insz, key = make_insz(), str(uuid4())
    make_dossier(insz=insz)
    came(insz, key)
    over(key)
    retention.remove_incoming(timezone.now())
    assert accepted(message(insz, key))
    assert LegalLine.objects.order_by("pk").last().kind == LegalKind.REPEATED  # type: ignore[union-attr]
    assert Referral.objects.get(pk=key).state == "CLOSED"


def test_its_identity_is_never_given_to_somebody_else() -> None:
    insz, key = make_insz(), str(uuid4())
    make_dossier(insz=insz)
    came(insz, key)
    over(key)
    retention.remove_incoming(timezone.now())
    assert code_of(message(make_insz(), key)) == "50000"
    assert not IncomingReferral.objects.exists()
    Referral.objects.filter(pk=key).update(direction=Direction.OUT)
    assert code_of(message(insz, key)) == "50000", "nor is the identity of one of ours"


@pytest.mark.parametrize(("role", "last"), [(Role.DPO, "inhoud"), (Role.EXCHANGE_OPERATOR, "structuur")])
def test_its_pages_say_that_the_message_is_gone(role: Role, last: str) -> None:
    insz, key = make_insz(), str(uuid4())
    make_dossier(insz=insz)
    came(insz, key)
    over(key)
    retention.remove_incoming(timezone.now())
    desk, line = sign_in(Client(), make_staff(role)), LegalLine.objects.get()
    page = f"/uitwisseling/ontvangen/{line.transaction}"
    assert "bewaren we niet meer (regel K-15)" in desk.get(page).content.decode()
    answer: Any = desk.post(f"{page}/{last}", {"reden": "nakijken"}) if last == "inhoud" else desk.get(f"{page}/{last}")
    assert "bewaartermijn van de inhoud is voorbij" in answer.content.decode()
