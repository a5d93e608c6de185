"""On the form of a new appointment the counsellor chooses whether and how the client is told, and reads it first."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from tests.factories import make_dossier, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.law.quiet import BRUSSELS
from toeleiding.organisations.access import Access
from toeleiding.outreach.messages import asking, sending
from toeleiding.outreach.messages.models import Channel, Message
from toeleiding.referrals.models import Appointment

pytestmark = pytest.mark.django_db
NEW = "/afspraken/nieuw"


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


def form(dossier: Dossier, **more: Any) -> dict[str, Any]:
    return {
        "dossier": dossier.number, "waarover": "TALK", "datum": "2026-11-27", "uur": "9.30", "duur": "60",
        "vorm": "OFFICE", "plaats": "Loket 4", "taal": "ar", "tolk": "ja", "sleutel": str(uuid4()), **more,
    }  # fmt: skip


def body(answer: Any) -> str:
    return str(answer.content.decode())


def opened(desk: Client, dossier: Dossier) -> str:
    return body(desk.get(f"{NEW}?dossier={dossier.number}"))


def chosen(page: str) -> str:
    return next(
        part for part in page.split("<input")[1:] if 'name="bericht"' in part and "checked" in part.split(">")[0]
    )


def test_who_is_told_gets_it_and_saving_twice_sends_it_once(desk: Client, dossier: Dossier) -> None:
    sent = form(dossier, bericht="EMAIL")
    for _ in range(2):
        page = body(desk.post(NEW, sent, follow=True))
    assert "Het bericht aan de inburgeraar staat klaar." in page
    sending.drain()
    (letter,) = mail.outbox
    assert "vrijdag 27 november 2026 om 9.30 uur" in str(letter.body)
    assert Message.objects.get().kind == "APPOINTMENT_PLANNED"


NIGHT = datetime(2026, 11, 26, 22, 0, tzinfo=BRUSSELS)


@pytest.mark.parametrize(("hour", "late"), [("7.30", True), ("10.00", False)])
@pytest.mark.parametrize("change", ["annuleer", "verplaats"])
def test_called_off_or_moved_in_quiet_hours_says_at_once_that_somebody_has_to_call(
    desk: Client, worker: Access, dossier: Dossier, clock: Traveller, hour: str, change: str, late: bool
) -> None:
    desk.post(NEW, form(dossier, bericht="EMAIL", uur=hour))
    sending.drain()
    clock.move_to(NIGHT)
    sign_in(desk, worker)
    planned = Appointment.objects.get()
    later = form(dossier, datum="2026-12-04", uur="14.00")
    sent = {"reden": "Ziek"} if change == "annuleer" else later
    address = f"/afspraken/{planned.pk}" + ("/annuleer" if change == "annuleer" else "")
    page = body(desk.post(address, sent, follow=True))
    assert ("Bel de inburgeraar: het bericht vertrekt pas na het uur van de afspraak." in page) is late


@pytest.mark.parametrize("choice", [{"bericht": "NIET"}, {}])
def test_nobody_is_told_who_was_not_chosen_to_be(desk: Client, dossier: Dossier, choice: dict[str, str]) -> None:
    desk.post(NEW, form(dossier, **choice))
    assert Appointment.objects.count() == 1
    assert not Message.objects.exists()


def test_the_form_shows_where_it_goes_and_begins_with_the_first_way_that_is_open(
    desk: Client, worker: Access, dossier: Dossier
) -> None:
    page = opened(desk, dossier)
    assert "Naar samira@voorbeeld.be" in page
    assert "Naar 0470 12 34 56" in page
    assert 'value="EMAIL"' in chosen(page)
    asking.choose(worker, dossier, Channel.EMAIL, wanted=False)
    page = opened(desk, dossier)
    assert "Deze persoon wil geen e-mail van ons." in page
    assert 'value="SMS"' in chosen(page)
    bare = opened(desk, make_dossier(access=worker, work=[]))
    assert "Er is geen e-mailadres dat we kunnen gebruiken." in bare
    assert "Er is geen gsm-nummer dat we kunnen gebruiken." in bare
    assert 'value="NIET"' in chosen(bare)
    assert 'value="NIET"' in chosen(body(desk.get(NEW))), "nobody is told by accident while nobody is known"


@pytest.mark.parametrize(("way", "said"), [("EMAIL", "wil geen e-mail van ons"), ("FAX", "Kies een van de mogelijk")])
def test_a_no_is_respected_whatever_is_posted_and_nothing_is_planned(
    desk: Client, worker: Access, dossier: Dossier, way: str, said: str
) -> None:
    asking.choose(worker, dossier, Channel.EMAIL, wanted=False)
    answer = desk.post(NEW, form(dossier, bericht=way))
    assert answer.status_code == 422
    assert said in body(answer)
    assert not Appointment.objects.exists()
    assert not Message.objects.exists()


def test_without_a_gateway_the_form_says_so(desk: Client, dossier: Dossier, settings: Any) -> None:
    settings.OEFENOMGEVING, settings.SECURE_SSL_REDIRECT = False, False
    settings.EMAIL_URL = "smtp://localhost:25"
    assert "Sms is niet ingesteld. Vraag de beheerder." in opened(desk, dossier)


def test_the_preview_is_in_both_languages_and_saves_and_sends_nothing(desk: Client, dossier: Dossier) -> None:
    sent = form(dossier, bericht="EMAIL", doe="voorbeeld")
    answer = desk.post(NEW, sent)
    page = body(answer)
    assert answer.status_code == 200
    assert "vrijdag 27 november 2026 om 9.30 uur" in page
    assert "Waar: Loket 4" in page
    assert '<div lang="ar" dir="rtl">' in page
    assert sent["sleutel"] in page, "saving it afterwards is the same form"
    assert not Appointment.objects.exists()
    assert not Message.objects.exists()
    short = body(desk.post(NEW, {**sent, "bericht": "SMS"}))
    assert "Onderwerp" not in short
    assert "sms'en" in short.replace("&#x27;", "'")


def test_the_preview_says_when_it_leaves_and_that_nothing_does(
    desk: Client, dossier: Dossier, clock: Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 25, 21, 0, tzinfo=BRUSSELS))
    page = body(desk.post(NEW, form(dossier, bericht="EMAIL", doe="voorbeeld")))
    assert "Nu zijn het stille uren: het vertrekt op 26 november om 8.00 uur." in " ".join(page.split())
    page = body(desk.post(NEW, form(dossier, bericht="NIET", doe="voorbeeld")))
    assert "De inburgeraar krijgt niets." in page


@pytest.mark.parametrize("number", ["TN-2026-99999", "\x00", "x"])
def test_a_dossier_that_is_not_there_is_said_and_shows_nobody(desk: Client, number: str) -> None:
    answer = desk.post(NEW, {**form(make_dossier(), bericht="EMAIL", doe="voorbeeld"), "dossier": number})
    assert answer.status_code == 422
    assert desk.get(NEW, {"dossier": number}).status_code == 200


def test_a_dossier_of_another_agency_shows_no_address(desk: Client) -> None:
    reachable = e.ContactChanged(language="ar", email="ver@voorbeeld.be", phone="0470 12 34 56")
    elsewhere = make_dossier(reachable, agency="atlas", nis="11002", municipality="Antwerpen")
    answer = desk.post(NEW, form(elsewhere, bericht="EMAIL", doe="voorbeeld"))
    assert answer.status_code == 422
    assert "ver@voorbeeld.be" not in body(answer) + opened(desk, elsewhere)


def test_the_form_asks_few_queries(desk: Client, dossier: Dossier) -> None:
    with CaptureQueriesContext(connection) as looked:
        opened(desk, dossier)
    with CaptureQueriesContext(connection) as previewed:
        desk.post(NEW, form(dossier, bericht="EMAIL", doe="voorbeeld"))
    assert len(looked) <= 14
    assert len(previewed) <= 18
