"""Each state of a referral as both sides read it: its word, whose turn it is, and who is late."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

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


def test_the_page_of_follow_up_tells_what_went_to_and_fro(client: Client, outside: Callable[..., Outside]) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    sent = _closed(access, vdab)
    assert sent.dossier is not None
    page = words(sign_in(client, access).get(f"{sent.dossier.get_absolute_url()}/opvolging"))
    to_and_fro = page.split("Heen en weer")[1]
    for told in ("Doorverwijzing verzonden", "Doorverwijzing aanvaard", "VDAB meldt: afspraak gehouden"):
        assert told in to_and_fro
    assert "Er ging nog niets heen en weer" not in to_and_fro


@pytest.mark.parametrize("part", ["", "/opvolging", "/doorverwijzing"])
def test_an_open_page_of_a_joint_client_is_told_of_a_missed_appointment_and_of_nothing_else(
    client: Client, outside: Callable[..., Outside], part: str
) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = _accepted(access, vdab).dossier
    assert dossier is not None
    desk = sign_in(client, access)
    asked = re.search(r'hx-get="([^"]+\?gezien=\d+)"', desk.get(dossier.get_absolute_url() + part).content.decode())
    assert asked, "the page asks for news by itself"
    news = partial(desk.get, asked[1], headers={"HX-Request": "true"})
    assert news().status_code == 204
    services.report(vdab, dossier, "APPOINTMENT_MISSED", timezone.localdate())
    told = news()
    assert told.status_code == 200
    assert "<html" not in told.content.decode()
    assert "Afspraak gemist. Bel samen." in words(told)


def test_a_page_of_somebody_whom_nobody_else_follows_does_not_ask(client: Client) -> None:
    access = make_staff()
    dossier = somebody(access)
    assert "every" not in sign_in(client, access).get(dossier.get_absolute_url()).content.decode().split("<main")[1]
