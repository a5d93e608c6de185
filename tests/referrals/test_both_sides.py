"""Each state of a referral as both sides read it: its word, whose turn it is, and who is late."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from tests.exchange.conftest import Outside
from tests.factories import make_staff, sign_in
from tests.referrals.people import WHO, again, arrived, counsellor, drafted, referred, somebody
from tests.referrals.test_pages import of, words
from toeleiding.dossiers import events as e
from toeleiding.organisations.access import Access
from toeleiding.referrals import services, standing
from toeleiding.referrals.models import Referral

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
LATER = TODAY + timedelta(days=30)
Way = Callable[[Access, Access], Referral]


def _accepted(access: Access, vdab: Access) -> Referral:
    sent = arrived(access, somebody(access))
    services.accept(vdab, sent, "03", WHO, e.Appointment(on=date(2026, 12, 3), at="10:00"))
    return again(sent)


def _asked(access: Access, vdab: Access) -> Referral:
    sent = arrived(access, somebody(access))
    services.ask(vdab, sent, "Welke opleiding?")
    return again(sent)


def _answered(access: Access, vdab: Access) -> Referral:
    return services.answer(access, _asked(access, vdab), "In de bouw.")


def _returned(access: Access, vdab: Access) -> Referral:
    sent = arrived(access, somebody(access))
    services.give_back(vdab, sent, "OTHER_REGION", "Verhuist naar Gent")
    return again(sent)


def _withdrawn(access: Access, vdab: Access) -> Referral:
    return services.withdraw(access, arrived(access, somebody(access)), "Wil eerst Nederlands leren")


def _taken_over(access: Access, vdab: Access) -> Referral:
    sent = _accepted(access, vdab)
    assert sent.dossier is not None
    services.report(vdab, sent.dossier, "APPOINTMENT_HELD", TODAY)
    return again(sent)


def _closed(access: Access, vdab: Access) -> Referral:
    return services.close(access, _taken_over(access, vdab), "Vond zelf werk")


@pytest.mark.parametrize(
    ("way", "state", "said", "late"),
    [
        (lambda access, _: drafted(access, somebody(access)), "DRAFT", "Stap 1 van 3", ""),
        (lambda access, _: referred(access, somebody(access)), "SENT", "Verzonden is nog niet ontvangen.", ""),
        (lambda access, _: arrived(access, somebody(access)), "RECEIVED", "Ontvangen", "VDAB"),
        (_asked, "QUESTION_ASKED", "VDAB heeft een vraag", "Agentschap"),
        (_answered, "ANSWERED", "Vraag beantwoord", "VDAB"),
        (_accepted, "ACCEPTED", "Aanvaard", ""),
        (_returned, "RETURNED", "Verhuist naar Gent", ""),
        (_withdrawn, "WITHDRAWN", "Wil eerst Nederlands leren", ""),
        (_taken_over, "TAKEN_OVER", "Overgenomen", ""),
        (_closed, "CLOSED", "Vond zelf werk", ""),
    ],
)
def test_both_sides_read_where_it_stands_and_only_who_has_the_turn_can_be_late(
    outside: Callable[..., Outside], way: Way, state: str, said: str, late: str
) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    referral = way(access, vdab)
    assert referral.state == state
    assert (standing.late(referral, TODAY), standing.late(referral, LATER)) == ("", late)
    assert referral.dossier is not None
    assert said in words(sign_in(Client(), access).get(of(referral.dossier)))
    theirs = sign_in(Client(), vdab).get(f"/vdab/inbox/{referral.pk}")
    if state in ("DRAFT", "SENT"):
        assert theirs.status_code == 404, "what was not received does not exist at VDAB"
    else:
        assert standing.pill(referral.standing)[0] in words(theirs)


def test_an_office_is_not_called_late_while_the_agency_owes_an_answer(outside: Callable[..., Outside]) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    asked = _asked(access, vdab)
    Referral.objects.filter(pk=asked.pk).update(due_on=TODAY - timedelta(days=1))
    page = words(sign_in(Client(), vdab).get("/vdab/inbox?lijst=vraag"))
    assert "Agentschap over de termijn" in page
