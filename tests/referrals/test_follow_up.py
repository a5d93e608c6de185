"""Step 6 on the page of one client, and step 5: help with registering."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.dossiers.test_dossier import body, days_ago, happens, known, unknown
from tests.dossiers.test_vdab import part
from tests.factories import make_dossier, make_staff, sign_in
from tests.referrals.test_appointments import at, planned
from toeleiding.dossiers import events as e
from toeleiding.dossiers import obstacles
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import load_state
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.referrals.models import Appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Access:
    return make_staff(Role.CASE_WORKER)


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


@pytest.fixture
def client_of(worker: Access) -> Dossier:
    """A joint client whom VDAB knows since some days."""
    told = known(category="03", registered_on=days_ago(9).isoformat(), counsellor={"name": "Els Maes"})
    return happens(make_dossier(access=worker, work=[]), told, source=e.Source.VDAB)


@pytest.fixture
def explained(worker: Access) -> Dossier:
    """Somebody who knows how to register and did not yet."""
    return happens(make_dossier(access=worker, work=[]), unknown(), e.ExplanationGiven(language="ar"))


def today() -> str:
    return timezone.localdate().isoformat()


def test_what_is_new_stands_on_top_and_is_marked_on_the_list(desk: Client, client_of: Dossier) -> None:
    address = f"{client_of.get_absolute_url()}/opvolging"
    html = desk.get(address).content.decode()
    assert "Nieuw sinds je laatst keek" in html
    until = re.search(r'name="tot" value="(\d+)"', html)
    assert until
    assert "Nieuw sinds je laatst keek" not in body(desk.post(f"{address}/gezien", {"tot": until[1]}, follow=True))


@pytest.mark.parametrize(("how", "title"), [("held", "Contact met de bemiddelaar"), ("phone", "Samen gebeld")])
def test_a_contact_makes_a_joint_client(desk: Client, client_of: Dossier, how: str, title: str) -> None:
    sent = part("contact", client_of, afloop=how, datum=today(), nota="Cv besproken")
    page = body(desk.post(f"{client_of.get_absolute_url()}/opvolging", sent, follow=True))
    assert f"{title} Cv besproken." in page
    client_of.refresh_from_db()
    assert client_of.pill == "Gezamenlijke klant"


def test_a_missed_contact_is_undone_like_any_note(desk: Client, client_of: Dossier) -> None:
    sent = part("contact", client_of, afloop="missed", datum=today())
    done = desk.post(f"{client_of.get_absolute_url()}/opvolging", sent, follow=True)
    assert "Afspraak gemist. Bel samen." in body(done)
    undo = re.search(r'action="(/dossiers/[^"]+/ongedaan/\d+)"', done.content.decode())
    assert undo
    desk.post(undo[1])
    client_of.refresh_from_db()
    assert client_of.call_since is None


def test_a_missed_contact_of_before_a_held_one_asks_for_no_call(client_of: Dossier) -> None:
    dossier = happens(client_of, e.ContactHeld())
    assert happens(dossier, e.ContactHeld(held=False), days=3).call_since is None
    assert happens(dossier, e.ContactHeld(held=False)).call_since == timezone.localdate()


def test_who_does_what_by_when_until_it_is_done(desk: Client, client_of: Dossier) -> None:
    address = f"{client_of.get_absolute_url()}/opvolging"
    key = uuid4()
    late = part("wie", client_of, wie="CLIENT", wat="Cv meebrengen", tegen=days_ago(1).isoformat(), sleutel=key)
    assert "Inburgeraar Cv meebrengen" in body(desk.post(address, late, follow=True))
    assert "Te laat" in body(desk.get(address))
    client_of.refresh_from_db()
    desk.post(address, {**late, "wie-events": client_of.events})
    assert Event.objects.filter(kind="AGREEMENT_MADE").count() == 1, "sent twice it stands once"
    done = body(desk.post(f"{address}/{key}", {"afloop": "gedaan"}, follow=True))
    assert "Te laat" not in done
    assert load_state(Dossier.objects.get(pk=client_of.pk)).agreements[0].kept is True
    assert "Dit stond niet meer open." in body(desk.post(f"{address}/{key}", follow=True))


def test_a_training_is_noted_with_its_day(desk: Client, client_of: Dossier) -> None:
    sent = part("opleiding", client_of, wat="Lassen", datum=days_ago(3).isoformat())
    assert "Opleiding gestart Lassen." in body(
        desk.post(f"{client_of.get_absolute_url()}/opvolging", sent, follow=True)
    )


def test_the_data_protection_officer_reads_and_does_not_write(client_of: Dossier) -> None:
    dpo = sign_in(Client(), make_staff(Role.DPO))
    page = dpo.get(f"{client_of.get_absolute_url()}/opvolging")
    assert "Noteer contact" not in body(page)
    assert dpo.post(f"{client_of.get_absolute_url()}/opvolging/gezien", {"tot": "1"}).status_code == 403


def test_the_pages_ask_no_more_as_more_happened(desk: Client, worker: Access, client_of: Dossier) -> None:
    def cost(page: str) -> int:
        desk.get(f"{client_of.get_absolute_url()}/{page}")
        with CaptureQueriesContext(connection) as asked:
            desk.get(f"{client_of.get_absolute_url()}/{page}")
        return len(asked)

    before = cost("opvolging"), cost("inschrijving")
    for days in range(1, 6):
        planned(worker, client_of, at(days), subject="SUPPORT")
        happens(client_of, e.SupportGiven(support="CALL"), e.ContactHeld())
    assert (cost("opvolging"), cost("inschrijving")) == before
    assert max(before) <= 13


def test_a_slot_is_an_appointment_with_the_help_that_is_planned(
    desk: Client, worker: Access, explained: Dossier
) -> None:
    address = f"{explained.get_absolute_url()}/inschrijving"
    html = desk.get(address).content.decode()
    slot = re.search(r'name="plan-moment" value="(20[^"]+)"', html)
    key = re.search(r'name="plan-sleutel" value="([^"]+)"', html)
    assert slot
    assert key
    assert re.search(r'<option value="ar" selected>', html), "the language of the client is preset"
    sent = part("plan", explained, soort="ONLINE", moment=slot[1], vorm="OFFICE", taal="ar", tolk="nee", sleutel=key[1])
    page = body(desk.post(address, sent, follow=True))
    assert "Ondersteuning gepland op" in page
    one = Appointment.objects.get()
    assert (one.subject, one.support, one.staff, one.begins_at.isoformat()) == (
        "SUPPORT",
        "ONLINE",
        worker.staff,
        timezone.localtime(one.begins_at).astimezone(one.begins_at.tzinfo).isoformat(),
    )
    assert "samen online inschrijven" in body(desk.get(address))
    assert desk.post(address, sent).status_code == 302, "sent twice it is planned once"
    assert Appointment.objects.count() == 1


def test_another_moment_needs_its_date_and_hour(desk: Client, explained: Dossier) -> None:
    address = f"{explained.get_absolute_url()}/inschrijving"
    sent = part("plan", explained, soort="CALL", moment="anders", vorm="PHONE", taal="ar", tolk="ja", sleutel=uuid4())
    refused = body(desk.post(address, sent))
    assert "Vul de datum in" in refused
    assert "Vul het uur in" in refused
    day = at(3).date().isoformat()
    assert desk.post(address, {**sent, "plan-datum": day, "plan-uur": "11u15"}).status_code == 302
    assert timezone.localtime(Appointment.objects.get().begins_at).strftime("%H:%M") == "11:15"


def test_an_attempt_names_all_that_stood_in_the_way_and_closes_the_slot_of_that_day(
    desk: Client, worker: Access, explained: Dossier
) -> None:
    slot = planned(worker, explained, at(0), subject="SUPPORT", support="ONLINE")
    explained.refresh_from_db()
    address = f"{explained.get_absolute_url()}/inschrijving"
    fields = {"soort": "ONLINE", "resultaat": "PARTLY", "datum": today()}
    sent = {**part("ondersteuning", explained, **fields), "ondersteuning-drempel": ["EMAIL", "CHILDCARE"]}
    assert desk.post(address, sent).status_code == 302
    page = body(desk.get(address))
    assert "Drempels: geen e-mailadres, geen kinderopvang" in page
    assert "Deels voltooid" in page
    slot.refresh_from_db()
    assert slot.status == "HELD"


def test_the_list_of_obstacles_is_dated_and_what_left_it_still_speaks() -> None:
    then = {one.code for one in obstacles.offered_on(days_ago(0).replace(year=2025))}
    now = {one.code for one in obstacles.offered_on(days_ago(0).replace(year=2027))}
    assert "TECHNICAL" in then - now
    assert {"SERVICE_DOWN", "NO_TIME", "RESIDENCE"} <= now - then
    assert len({one.code for one in obstacles.KNOWN}) == len(obstacles.KNOWN)


def test_a_reported_registration_stays_reported_until_vdab_confirms(desk: Client, explained: Dossier) -> None:
    address = f"{explained.get_absolute_url()}/inschrijving"
    desk.post(address, part("melding", explained, ingeschreven_op=today()))
    explained.refresh_from_db()
    assert explained.outcome == "TO_REFER"
    assert "Gemeld, nog niet bevestigd" in body(desk.get(address))
    still = happens(explained, unknown(), source=e.Source.VDAB)
    assert still.outcome == "TO_REFER"
    assert "Gemeld, nog niet bevestigd" in body(desk.get(address)), "a no of the register does not wipe what was said"
    confirmed = happens(explained, known(registered_on=today()), source=e.Source.VDAB)
    assert confirmed.outcome == "REGISTERED"
    page = body(desk.get(address))
    assert "Gemeld, nog niet bevestigd" not in page
    assert "VDAB bevestigt de inschrijving" in page
