"""The screens of a referral: three short steps, the inbox of VDAB, the joint clients; each party its own."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.exchange.conftest import Outside
from tests.factories import make_dossier, make_staff, sign_in
from tests.referrals.people import WHO, again, arrived, counsellor, drafted, referred, somebody
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.drain import drain
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.referrals import content, services
from toeleiding.referrals.models import Referral

pytestmark = pytest.mark.django_db
World = Callable[..., Outside]
MEETING = e.Appointment(on=date(2026, 12, 3), at="10:00", place="Werkwinkel Mechelen", interpreter=True)
HTMX = {"HX-Request": "true"}


def desk(access: Access) -> Client:
    return sign_in(Client(), access)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def of(dossier: Dossier, more: str = "") -> str:
    return f"{dossier.get_absolute_url()}/doorverwijzing{more}"


def accept_data(access: Access, **more: str) -> dict[str, str]:
    return {
        "deel": "aanvaard",
        "aanvaard-categorie": "03",
        "aanvaard-bemiddelaar": access.staff.username,
        "aanvaard-datum": "3 december 2026",
        "aanvaard-uur": "10.00",
        "aanvaard-vorm": "OFFICE",
        "aanvaard-tolk": "on",
        **more,
    }


def test_three_short_steps_from_the_dossier_to_sent() -> None:
    access = make_staff()
    dossier = somebody(access)
    client = desk(access)
    page = words(client.get(of(dossier)))
    assert "Stap 1 van 3" in page
    assert "Wat VDAB te zien krijgt" in page
    assert not Referral.objects.exists()  # looking makes nothing
    first = client.post(of(dossier), {"stap": "1", "reden": "INTAKE_WERK", "kantoor": "vdab-mechelen"})
    assert first["Location"].endswith("?stap=2")
    second = client.post(
        of(dossier),
        {"stap": "2", "manier": "ONLINE", "ingelicht": "TALK", "telefoon": "0470 12 34 56", "start": "Lasser"},
    )
    assert second["Location"].endswith("?stap=3")
    third = client.post(of(dossier), {"stap": "3", "toch": "Pas gebeld"})
    assert third["Location"] == of(dossier)
    sent = Referral.objects.get()
    assert (sent.state, sent.message["reason"]) == ("SENT", "INTAKE_WERK")
    assert "Verzonden, nog niet ontvangen" in words(client.get(of(dossier)))


def test_an_error_says_what_to_do_and_the_input_is_kept() -> None:
    access = make_staff()
    dossier = somebody(access)
    client = desk(access)
    answer = client.post(of(dossier), {"stap": "2", "manier": "TOGETHER", "telefoon": "0470 12", "start": "Lasser"})
    assert answer.status_code == 422
    page = words(answer)
    assert "Controleer 2 vragen" in page
    assert "Kies hoe de inburgeraar ingelicht is." in page
    assert "Vul een telefoonnummer in, zoals 0470 12 34 56." in page
    assert Referral.objects.get().content["start"] == "Lasser"


def test_every_change_is_kept_and_survives_signing_out() -> None:
    access = make_staff()
    dossier = somebody(access)
    client = desk(access)
    answer = client.post(of(dossier, "/bewaar"), {"stap": "2", "start": "Wil in de zorg werken."}, headers=HTMX)
    assert re.search(r"Bewaard om \d+\.\d\d uur", words(answer))
    assert "Wil in de zorg werken." in words(answer)  # what VDAB would see moves along
    client.post("/afmelden")
    assert "Wil in de zorg werken." in desk(access).get(of(dossier, "?stap=2")).content.decode()


def test_a_colleague_who_saved_meanwhile_is_not_overwritten() -> None:
    access, colleague = make_staff(), make_staff()
    dossier = somebody(access)
    draft = drafted(access, dossier)
    services.save(colleague, draft, {"start": "Van de collega"})
    answer = desk(access).post(
        of(dossier, "/bewaar"), {"stap": "2", "start": "Van mij", "versie": str(draft.version)}, headers=HTMX
    )
    assert "wijzigde dit intussen" in words(answer)
    assert again(draft).content["start"] == "Van de collega"


def test_of_two_versions_of_a_referral_one_is_chosen_per_question() -> None:
    access, colleague = make_staff(), make_staff()
    dossier = somebody(access)
    draft = drafted(access, dossier)
    seen = {"stap": "2", "versie": str(draft.version)}
    services.save(colleague, draft, {"start": "Van de collega", "phone": "0470 11 22 33"})
    mine = {"manier": "ONLINE", "ingelicht": "TALK", "start": "Van mij", "telefoon": "0470 44 55 66"}
    client = desk(access)
    answer = client.post(of(dossier), {**seen, **mine})
    page = words(answer)
    assert answer.status_code == 409
    for told in ("Iemand anders heeft dit intussen gewijzigd", "Bekijk de verschillen", "Van de collega", "Van mij"):
        assert told in page
    assert again(draft).content["start"] == "Van de collega"
    version = str(again(draft).version)
    choice = {"kies-start": "hun", "kies-telefoon": "mijn"}
    assert client.post(of(dossier), {"stap": "2", "versie": version, **mine, **choice}).status_code == 302
    assert again(draft).content["start"] == "Van de collega"
    assert again(draft).content["phone"] == "0470 44 55 66"


def test_two_people_who_both_begin_a_referral_do_not_overwrite_each_other() -> None:
    """A bug once: a form that was opened before there was a draft carried no version, and overwrote the other."""
    access, colleague = make_staff(), make_staff()
    dossier = somebody(access)
    desk(colleague).post(of(dossier, "/bewaar"), {"stap": "2", "start": "Van de collega", "versie": ""}, headers=HTMX)
    answer = desk(access).post(of(dossier), {"stap": "2", "start": "Van mij", "versie": "", "doe": "stop"})
    assert answer.status_code == 409
    assert Referral.objects.get().content["start"] == "Van de collega"


def test_two_people_on_two_steps_of_a_referral_do_not_get_in_each_others_way() -> None:
    access, colleague = make_staff(), make_staff()
    dossier = somebody(access)
    draft = services.begin(access, dossier)
    services.save(colleague, draft, {"explanation": "Van de collega"})
    data = {"stap": "2", "start": "Van mij", "versie": str(draft.version)}
    assert "Bewaard om" in words(desk(access).post(of(dossier, "/bewaar"), data, headers=HTMX))
    kept = again(draft).content
    assert (kept["explanation"], kept["start"]) == ("Van de collega", "Van mij")


def test_what_is_shown_is_what_is_sent() -> None:
    """The panel beside the form and the message that went out hold the same facts."""
    access = make_staff()
    dossier = somebody(access)
    draft = drafted(access, dossier)
    page = desk(access).get(of(dossier, "?stap=3"))
    shown = dict(page.context["toont"])
    sent = services.send(access, draft)
    assert dict(content.read(content.content_of(sent.message))) == shown
    for never in ("kind", "Recht om te werken", "verblijfskaart", dossier.number):
        assert never not in str(sent.message)


def test_who_cannot_be_referred_reads_why() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, may_work=False)
    page = words(desk(access).get(of(dossier)))
    assert "De pijler werk geldt niet voor deze persoon" in page
    assert "Verstuur" not in page


def test_the_dpo_reads_and_writes_nothing(outside: World) -> None:
    outside()
    access = make_staff()
    dossier = somebody(access)
    arrived(access, dossier)
    page = words(desk(make_staff(Role.DPO)).get(of(dossier)))
    assert "Ontvangen" in page
    assert "Trek terug" not in page


def test_the_page_brings_news_by_itself_and_only_news(outside: World) -> None:
    outside()
    access = make_staff()
    dossier = somebody(access)
    referred(access, dossier)
    client = desk(access)
    page = client.get(of(dossier)).content.decode()
    found = re.search(r'hx-get="([^"]+)"', page[page.index('id="stand"') :])
    assert found
    assert client.get(found[1], headers=HTMX).status_code == 204
    drain()
    news = client.get(found[1], headers=HTMX)
    assert news.status_code == 200
    assert "VDAB antwoordde met hetzelfde nummer" in words(news)
    assert "<html" not in news.content.decode()
    services.ask(counsellor(), Referral.objects.get(), "Welke opleiding?")
    assert "Verstuur antwoord" in client.get(found[1], headers=HTMX).content.decode()


def test_vdab_accepts_on_one_form_and_the_agency_sees_it_at_once(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    referral = arrived(access, dossier)
    client = desk(vdab)
    listed = words(client.get("/vdab/inbox"))
    assert "Samira Voorbeeld" in listed
    answer = client.post(f"/vdab/inbox/{referral.pk}", accept_data(vdab))
    assert answer.status_code == 302
    page = words(desk(access).get(dossier.get_absolute_url()))
    assert "03 vrij ingeschreven" in page
    assert "3 december 2026 om 10.00 uur, op kantoor, met tolk" in page
    assert str(vdab.staff) in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aanvaard-datum": ""}, "Vul de datum van de eerste afspraak in, zoals 3 december 2026."),
        ({"aanvaard-datum": "1 januari 2020"}, "Kies een datum vanaf"),
        ({"aanvaard-uur": "half tien"}, "Vul het uur in, zoals 10.00."),
        ({"aanvaard-bemiddelaar": "iemand-anders"}, "Kies een van de mogelijkheden"),
    ],
)
def test_the_form_of_vdab_says_what_to_do(outside: World, change: dict[str, str], sentence: str) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    referral = arrived(access, somebody(access))
    answer = desk(vdab).post(f"/vdab/inbox/{referral.pk}", accept_data(vdab, **change))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert again(referral).state == "RECEIVED"


def test_a_question_goes_back_and_its_answer_too(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    referral = arrived(access, dossier)
    client = desk(vdab)
    client.post(f"/vdab/inbox/{referral.pk}", {"deel": "vraag", "vraag-tekst": "Welke opleiding?"})
    assert "Samira" in words(client.get("/vdab/inbox?lijst=vraag"))
    agency = desk(access)
    page = words(agency.get(of(dossier)))
    assert "VDAB heeft een vraag" in page
    assert "Volgende stap: beantwoord de vraag van VDAB" in words(agency.get(dossier.get_absolute_url()))
    assert "Welke opleiding?" in page
    agency.post(of(dossier), {"deel": "antwoord", "antwoord-tekst": "In de bouw."})
    assert "In de bouw." in words(client.get(f"/vdab/inbox/{referral.pk}"))
    assert again(referral).state == "ANSWERED"


def test_two_counsellors_do_not_decide_twice(outside: World) -> None:
    outside()
    access, vdab, colleague = make_staff(), counsellor(), counsellor()
    referral = arrived(access, somebody(access))
    services.give_back(colleague, referral, "OTHER_REGION")
    answer = desk(vdab).post(f"/vdab/inbox/{referral.pk}", accept_data(vdab))
    assert answer.status_code == 422
    assert "Deze doorverwijzing is teruggegeven" in words(answer)


def test_another_office_and_what_was_not_received_stay_hidden(outside: World) -> None:
    outside()
    access = make_staff()
    sent = referred(access, somebody(access))
    assert desk(counsellor()).get(f"/vdab/inbox/{sent.pk}").status_code == 404
    drain()
    assert desk(counsellor()).get(f"/vdab/inbox/{sent.pk}").status_code == 200
    stranger = desk(counsellor("vdab-gent"))
    assert stranger.get(f"/vdab/inbox/{sent.pk}").status_code == 404
    assert "Samira" not in words(stranger.get("/vdab/inbox"))
    assert desk(access).get("/vdab/inbox").status_code == 403


@pytest.mark.parametrize("address", ["/vdab/inbox/geen-nummer", "/vdab/inbox/1"])
def test_an_address_that_is_no_referral_is_not_found(address: str) -> None:
    assert desk(counsellor()).get(address).status_code == 404


def test_vdab_reports_about_a_joint_client_and_the_timeline_tells_it(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    services.accept(vdab, arrived(access, dossier), "03", WHO, MEETING)
    client = desk(vdab)
    assert "Samira Voorbeeld" in words(client.get("/vdab/klanten"))
    page = client.get(f"/vdab/klanten/{dossier.number}")
    assert "Recht om te werken" not in words(page)  # each party its own fields
    data = {"gebeurtenis": "APPOINTMENT_MISSED", "datum": "23 november 2026", "opmerking": "Belde niet af"}
    done = words(client.post(f"/vdab/klanten/{dossier.number}", data, follow=True))
    assert "Bel samen met de trajectbegeleider." in done
    told = words(desk(access).get(dossier.get_absolute_url()))
    assert "VDAB meldt: afspraak gemist" in told
    assert "Bel samen. Een gemiste afspraak is een teken, geen straf." in told
    assert desk(counsellor("vdab-gent")).get(f"/vdab/klanten/{dossier.number}").status_code == 404


def test_an_office_takes_its_clients_along_after_saying_why(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    services.accept(vdab, arrived(access, dossier), "03", WHO, MEETING)
    client = desk(vdab)
    assert "/vdab/klanten/exporteer" in client.get("/vdab/klanten").content.decode()
    assert client.post("/vdab/klanten/exporteer", {}).status_code == 400
    answer = client.post("/vdab/klanten/exporteer", {"doel": "nakijken", "soort": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1] == "Dossier;Naam;Contacttaal;Gemeente;Categorie;Afspraak"
    assert [line.split(";")[:2] for line in lines[2:]] == [[dossier.number, "Samira Voorbeeld"]]
    log = AccessLog.objects.get(action="EXPORTED")
    assert (log.dossier, log.purpose) == (dossier.pk, "JOINT_CLIENT")
    assert log.detail == "mijn gezamenlijke klanten: Gegevens nakijken"
    stranger = desk(counsellor("vdab-gent"))
    assert "Samira" not in stranger.post("/vdab/klanten/exporteer", {"doel": "team", "soort": "csv"}).content.decode()


def test_every_look_is_logged(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    dossier = somebody(access)
    referral = arrived(access, dossier)
    client = desk(vdab)
    client.get("/vdab/inbox")
    client.get(f"/vdab/inbox/{referral.pk}")
    seen = AccessLog.objects.filter(dossier=dossier.pk, staff=vdab.staff).values_list("action", "purpose")
    assert {("LISTED", "JOINT_CLIENT"), ("OPENED", "JOINT_CLIENT")} <= set(seen)


def test_the_pages_take_a_fixed_number_of_queries(
    outside: World, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    people = [make_dossier(access=access) for _ in range(6)]
    sent = [referred(access, one) for one in people]
    Referral.objects.filter(pk__in=[one.pk for one in sent]).update(delivered_at=sent[0].sent_at, state="RECEIVED")
    client, agency = desk(vdab), desk(access)
    for who, address, most in (
        (client, "/vdab/inbox", 14),
        (client, f"/vdab/inbox/{sent[0].pk}", 20),
        (client, "/vdab/klanten", 12),
        (client, "/vdab/klanten/exporteer", 8),
        (agency, "/doorverwijzingen", 12),
        (agency, of(people[0]), 18),
        (agency, of(make_dossier(access=access)), 18),
    ):
        with django_assert_max_num_queries(most):
            assert who.get(address).status_code == 200
