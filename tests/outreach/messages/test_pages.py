"""The pages of messages: of the counsellor, of the newcomer, and what a gateway and a mail server tell back."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_dossier, make_staff, sign_in
from tests.outreach.messages.test_automatic import planned
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.outreach.messages import asking, receipts, sending
from toeleiding.outreach.messages.lines import Letter, Sent
from toeleiding.outreach.messages.models import Channel, Message, MessageKind
from toeleiding.referrals.client_page import links
from toeleiding.referrals.limits import WRONG_LINKS_A_QUARTER
from toeleiding.site.logs import hidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


@pytest.fixture
def phone() -> Client:
    """Somebody without an account, with forged requests refused as in real life."""
    return Client(enforce_csrf_checks=True)


def body(answer: Any) -> str:
    return str(answer.content.decode())


def url(dossier: Dossier) -> str:
    return f"/dossiers/{dossier.number}/berichten/klant"


def sent(worker: Access, dossier: Dossier, way: Channel = Channel.EMAIL) -> Message:
    one = asking.ask(worker, dossier, MessageKind.CALL, way, uuid4())
    sending.drain()
    one.refresh_from_db()
    return one


def stop_token() -> str:
    return str(mail.outbox[-1].body).split("/stop/")[1].split()[0]


def test_without_messages_the_page_says_so_and_where_they_would_land(desk: Client, dossier: Dossier) -> None:
    page = body(desk.get(url(dossier)))
    assert "Er is nog geen bericht gestuurd." in page
    assert "Geen bericht vertrekt echt" in page
    assert "Aan de inburgeraar" in body(desk.get(f"/dossiers/{dossier.number}/berichten"))


def test_a_message_is_asked_shown_waiting_and_shown_sent(desk: Client, dossier: Dossier) -> None:
    form = {"bericht": "CALL", "kanaal": "EMAIL", "sleutel": str(uuid4())}
    for _ in range(2):
        assert desk.post(url(dossier), form).status_code == 302
    page = body(desk.get(url(dossier)))
    assert "Trek terug" in page
    assert "Wat wacht, vertrekt vanzelf." in page
    sending.drain()
    page = body(desk.get(url(dossier)))
    assert "Verstuurd" in page
    assert "Stuur opnieuw" in page
    assert "Kan je je trajectbegeleider bellen?" in page
    assert Message.objects.count() == 1


def test_what_is_in_the_way_is_said_on_the_form(desk: Client, worker: Access) -> None:
    bare = make_dossier(access=worker, work=[])
    answer = desk.post(url(bare), {"bericht": "CALL", "kanaal": "SMS", "sleutel": str(uuid4())})
    assert answer.status_code == 422
    assert "Vul het in bij de persoonsgegevens" in body(answer)
    assert not Message.objects.exists()


@pytest.mark.parametrize(("button", "end"), [("trek-terug", "CANCELLED"), ("onzin", "WAITING")])
def test_the_buttons_of_a_waiting_message(
    button: str, end: str, desk: Client, worker: Access, dossier: Dossier
) -> None:
    one = asking.ask(worker, dossier, MessageKind.CALL, Channel.EMAIL, uuid4())
    desk.post(f"{url(dossier)}/{one.pk}", {"doe": button})
    one.refresh_from_db()
    assert one.state == end


def test_the_buttons_of_a_message_that_left(desk: Client, worker: Access, dossier: Dossier) -> None:
    one = sent(worker, dossier)
    desk.post(f"{url(dossier)}/{one.pk}", {"doe": "niet-aangekomen"})
    one.refresh_from_db()
    assert one.state == "BOUNCED"
    desk.post(f"{url(dossier)}/{one.pk}", {"doe": "opnieuw"})
    assert Message.objects.filter(key=f"again:{one.pk}", state="WAITING").exists()


def test_a_message_of_another_dossier_is_not_on_this_page(desk: Client, worker: Access, dossier: Dossier) -> None:
    one = sent(worker, dossier)
    other = make_dossier(access=worker, work=[])
    assert desk.post(f"{url(other)}/{one.pk}", {"doe": "opnieuw"}).status_code == 404


def test_the_officer_reads_and_sends_nothing(client: Client, worker: Access, dossier: Dossier) -> None:
    officer = sign_in(client, make_staff(Role.DPO))
    sent(worker, dossier)
    page = body(officer.get(url(dossier)))
    assert "Stuur opnieuw" not in page
    assert "Stuur het bericht" not in page
    officer.post(url(dossier), {"bericht": "CALL", "kanaal": "EMAIL", "sleutel": str(uuid4())})
    assert Message.objects.count() == 1


def test_the_choice_of_the_counsellor_stands_on_the_timeline(desk: Client, dossier: Dossier) -> None:
    desk.post(f"{url(dossier)}/keuze", {"kanaal": "EMAIL", "wil": "nee"})
    assert "Wil weer berichten" in body(desk.get(url(dossier)))
    assert "Wil geen berichten meer" in body(desk.get(f"/dossiers/{dossier.number}"))
    desk.post(f"{url(dossier)}/keuze", {"kanaal": "EMAIL", "wil": "ja"})
    assert "Wil weer berichten" not in body(desk.get(url(dossier)))


def test_an_appointment_is_sent_from_its_own_page(desk: Client, worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier)
    assert "Stuur een sms" in body(desk.get(f"/afspraken/{appointment.pk}"))
    assert desk.post(f"/afspraken/{appointment.pk}/bericht", {"kanaal": "SMS"})["Location"] == url(dossier)
    assert Message.objects.get().kind == "APPOINTMENT_PLANNED"
    assert desk.post(f"/afspraken/{uuid4()}/bericht", {"kanaal": "SMS"}).status_code == 404


def test_another_agency_sends_nothing_about_this_appointment(client: Client, worker: Access, dossier: Dossier) -> None:
    appointment = planned(worker, dossier)
    other = sign_in(client, make_staff(organisation="atlas"))
    assert other.post(f"/afspraken/{appointment.pk}/bericht", {"kanaal": "SMS"}).status_code == 403
    assert other.get(url(dossier)).status_code == 403


def test_the_page_asks_the_same_however_many_messages(desk: Client, worker: Access, dossier: Dossier) -> None:
    sent(worker, dossier)
    with CaptureQueriesContext(connection) as few:
        desk.get(url(dossier))
    for _ in range(8):
        sent(worker, dossier)
    with CaptureQueriesContext(connection) as more:
        desk.get(url(dossier))
    assert len(more) <= len(few) <= 20


# The newcomer herself.


def test_the_address_in_a_message_stops_the_messages_with_a_button(
    phone: Client, worker: Access, dossier: Dossier
) -> None:
    sent(worker, dossier)
    token = stop_token()
    for _ in range(3):
        answer = phone.get(f"/stop/{token}")
    assert not Event.objects.filter(kind="MESSAGES_CHOSEN").exists()
    page = body(answer)
    assert "Samira" not in page
    assert dossier.number not in page
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script" not in page
    assert answer["Referrer-Policy"] == "no-referrer"
    for _ in range(2):
        assert "لن تصلك رسائل" in body(phone.post(f"/stop/{token}"))
    (event,) = Event.objects.filter(kind="MESSAGES_CHOSEN")
    assert (event.source, event.data) == ("CLIENT", {"channel": "EMAIL", "wanted": False})
    assert mail.outbox[0].extra_headers["List-Unsubscribe"] == f"<https://toeleiding.voorbeeld.be/stop/{token}>"


def test_a_wrong_address_stops_nobody_and_is_counted(phone: Client) -> None:
    for _ in range(WRONG_LINKS_A_QUARTER):
        assert phone.post("/stop/verzonnen").status_code == 404
    with CaptureQueriesContext(connection) as queries:
        assert phone.post("/stop/verzonnen").status_code == 404
    assert not [one for one in queries.captured_queries if "outreach_message" in one["sql"]]


def test_the_personal_page_stops_both_channels(phone: Client, worker: Access, dossier: Dossier) -> None:
    token = links.make(worker, dossier)
    assert "أوقف الرسائل" in body(phone.post(f"/m/{token}"))
    for _ in range(2):
        page = body(phone.post(f"/m/{token}/berichten"))
    assert "أوقف الرسائل" not in page
    assert "لن تصلك رسائل" in page
    assert sorted(row.data["channel"] for row in Event.objects.filter(kind="MESSAGES_CHOSEN")) == ["EMAIL", "SMS"]
    assert phone.get(f"/m/{token}/berichten").status_code == 405


def test_no_log_holds_the_token_of_a_stop_address() -> None:
    assert hidden('"GET /stop/AbCd-12_x HTTP/1.1" 404') == '"GET /stop/... HTTP/1.1" 404'
    assert hidden("<https://x.be/stop/AbCd>") == "<https://x.be/stop/...>"


# How it went after it left.


def told(phone: Client, secret: str = "geheim", **what: Any) -> int:
    header = {"Authorization": f"Bearer {secret}"}
    return phone.post(
        "/berichten/ontvangst", json.dumps(what), content_type="application/json", headers=header
    ).status_code


def test_a_gateway_tells_how_a_text_message_went(
    phone: Client, worker: Access, dossier: Dossier, settings: Any
) -> None:
    settings.SMS_RECEIPT_SECRET = "geheim"
    one, two = sent(worker, dossier, Channel.SMS), sent(worker, dossier, Channel.SMS)
    Message.objects.filter(pk=two.pk).update(receipt="gw-17")
    for _ in range(2):
        assert told(phone, id=str(one.pk), status="delivered") == 204
    assert told(phone, id="gw-17", status="failed") == 204
    assert told(phone, id="onbekend", status="delivered") == 204
    assert told(phone, id="", status="failed") == 204
    assert told(phone, id=str(one.pk), status="failed") == 204  # too late
    assert dict(Message.objects.values_list("pk", "state")) == {one.pk: "DELIVERED", two.pk: "BOUNCED"}


def test_a_gateway_that_tells_before_we_wrote_down_that_it_left_is_asked_to_tell_again(
    phone: Client, worker: Access, dossier: Dossier, settings: Any
) -> None:
    settings.SMS_RECEIPT_SECRET = "geheim"
    one = asking.ask(worker, dossier, MessageKind.CALL, Channel.SMS, uuid4())
    letter = sending.claim(timezone.now())
    assert isinstance(letter, Letter)
    assert told(phone, id=str(one.pk), status="delivered") == 503
    sending.settle(letter.reference, Sent(), timezone.now())
    assert told(phone, id=str(one.pk), status="delivered") == 204
    one.refresh_from_db()
    assert one.state == "DELIVERED"


def test_without_the_secret_nobody_tells_anything(
    phone: Client, worker: Access, dossier: Dossier, settings: Any
) -> None:
    one = sent(worker, dossier, Channel.SMS)
    settings.SMS_RECEIPT_SECRET = ""
    assert told(phone, "", id=str(one.pk), status="failed") == 401
    settings.SMS_RECEIPT_SECRET = "geheim"
    assert told(phone, "geheil", id=str(one.pk), status="failed") == 401
    assert told(phone, id=str(one.pk), status="misschien") == 400
    assert phone.get("/berichten/ontvangst").status_code == 405
    one.refresh_from_db()
    assert one.state == "SENT"


BOUNCE = """From: MAILER-DAEMON@voorbeeld.be
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

Niet gelukt.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.voorbeeld.be

Final-Recipient: rfc822; samira@voorbeeld.be
Action: {action}
Status: {status}

--x
Content-Type: text/rfc822-headers

Message-ID: <{reference}@toeleiding.voorbeeld.be>

--x--
"""


@pytest.mark.parametrize(("action", "status", "end"), [("failed", "5.1.1", "BOUNCED"), ("delayed", "4.4.1", "SENT")])
def test_a_bounce_in_the_folder_is_noted_once(
    action: str, status: str, end: str, worker: Access, dossier: Dossier, settings: Any, tmp_path: Path
) -> None:
    one = sent(worker, dossier)
    settings.MAIL_BOUNCES_IN = str(tmp_path)
    (tmp_path / "1.eml").write_text(BOUNCE.format(action=action, status=status, reference=one.pk))
    (tmp_path / "2.eml").write_text("geen bericht")
    assert receipts.read_bounces(timezone.now()) == (end == "BOUNCED")
    one.refresh_from_db()
    assert one.state == end
    assert not list(tmp_path.glob("*.eml"))
    assert len(list((tmp_path / "gelezen").iterdir())) == 2


def test_a_reachable_person_without_dutch_reads_her_own_language(desk: Client, worker: Access) -> None:
    french = make_dossier(e.ContactChanged(language="fr", email="x@voorbeeld.be"), access=worker, work=[])
    sent(worker, french)
    assert "Pouvez-vous appeler votre accompagnateur" in str(mail.outbox[0].body)
    assert "Pouvez-vous appeler votre accompagnateur" in body(desk.get(url(french)))


def test_of_what_nobody_is_sure_a_person_says_whether_it_arrived_and_may_change_her_mind(
    desk: Client, worker: Access, dossier: Dossier
) -> None:
    one = asking.ask(worker, dossier, MessageKind.CALL, Channel.SMS, uuid4())
    sending.claim(timezone.now())
    assert "Kwam aan" not in body(desk.get(url(dossier)))
    sending.find_lost(timezone.now() + timedelta(days=1))
    shown = body(desk.get(url(dossier)))
    assert "Kwam aan" in shown
    assert "Kwam niet aan" in shown

    def says(what: str) -> str:
        desk.post(f"{url(dossier)}/{one.pk}", {"doe": what})
        one.refresh_from_db()
        return one.state

    assert says("aangekomen") == "DELIVERED"
    assert says("aangekomen") == "DELIVERED"
    assert one.sent_at is not None
    assert says("niet-aangekomen") == "BOUNCED"
    assert "Kwam aan" in body(desk.get(url(dossier)))
    assert says("aangekomen") == "DELIVERED"
    returned = [row.data.get("returned", False) for row in Event.objects.filter(kind="MESSAGE_SENT").order_by("pk")]
    assert returned == [False, True, False]
    logged = AccessLog.objects.filter(dossier=dossier.pk, detail__startswith="bericht kwam").count()
    assert logged == 3


def test_what_a_mail_server_gave_back_did_not_arrive_whatever_somebody_says(
    desk: Client, worker: Access, dossier: Dossier
) -> None:
    one = sent(worker, dossier)
    receipts.bounced(Message.objects.filter(pk=one.pk), "De mailserver van de ontvanger gaf het terug.", timezone.now())
    desk.post(f"{url(dossier)}/{one.pk}", {"doe": "aangekomen"})
    one.refresh_from_db()
    assert one.state == "BOUNCED"
    stranger = sign_in(Client(), make_staff(Role.CASE_WORKER, "atlas", username="vreemd"))
    assert stranger.post(f"{url(dossier)}/{one.pk}", {"doe": "aangekomen"}).status_code in (403, 404)
