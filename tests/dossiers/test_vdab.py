"""Steps 3 to 5: what the employment service knows, the explanation and the registration."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.dossiers.test_dossier import body, days_ago, desk, happens, known, open_page, today, unknown, worker
from tests.factories import make_dossier, make_insz

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import load_state
from toeleiding.organisations.access import Access

pytestmark = pytest.mark.django_db
__all__ = ["desk", "worker"]


def part(name: str, dossier: Dossier, **fields: object) -> dict[str, object]:
    """The fields of one form of the page, as the browser sends them."""
    return {"deel": name, f"{name}-events": dossier.events, **{f"{name}-{key}": value for key, value in fields.items()}}


def test_asking_is_one_click_and_then_the_page_waits(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    address = f"/dossiers/{dossier.number}/vdab"
    page = desk.post(f"{address}/vraag", {"verder": address}, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert "Antwoord verwacht. Meestal binnen enkele minuten." in body(page)
    dossier.refresh_from_db()
    assert f'hx-get="{address}?gezien={dossier.events}"' in page.content.decode()
    assert "Er loopt al een vraag. Het antwoord komt vanzelf." in body(desk.post(f"{address}/vraag", follow=True))
    assert Event.objects.filter(dossier=dossier, kind="EMPLOYMENT_SERVICE_ASKED").count() == 1


def test_a_return_address_elsewhere_is_not_followed(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    answer = desk.post(f"/dossiers/{dossier.number}/vdab/vraag", {"verder": "https://elders.example/"})
    assert answer["Location"] == f"/dossiers/{dossier.number}"


def test_the_answer_comes_in_without_a_reload(desk: Client, worker: Access) -> None:
    question = uuid4()
    dossier = happens(make_dossier(access=worker, work=[]), e.EmploymentServiceAsked(question=question))
    address, htmx = f"/dossiers/{dossier.number}/vdab", {"hx-request": "true"}
    assert desk.get(f"{address}?gezien={dossier.events}", headers=htmx).status_code == 204
    happens(dossier, e.EmploymentServiceAnswered(answer="NOT_KNOWN", question=question), source=e.Source.VDAB)
    fresh = desk.get(f"{address}?gezien={dossier.events}", headers=htmx)
    assert fresh.content.decode().lstrip().startswith('<div id="antwoord"')
    assert "VDAB heeft geen gegevens gevonden." in body(fresh)
    assert "every" not in fresh.content.decode()


def test_a_source_that_is_down_says_when_we_try_again(desk: Client, worker: Access) -> None:
    question = uuid4()
    again = timezone.now() + timedelta(minutes=20)
    dossier = happens(make_dossier(access=worker, work=[]), e.EmploymentServiceAsked(question=question))
    delayed = e.AnswerDelayed(question=question, answer="SOURCE_DOWN", message="", retry_at=again)
    dossier = happens(dossier, delayed, source=e.Source.SYSTEM)
    for where in ("", "/vdab"):
        page = open_page(desk, dossier, where)
        local: datetime = timezone.localtime(again)
        assert "VDAB is nu niet bereikbaar. We proberen het opnieuw" in page
        assert f"om {local.hour}.{local.minute:02d} uur." in page
    assert "Niet gekend" not in open_page(desk, dossier)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("REPLACED", "vervangen door een ander nummer"),
        ("CANCELLED", "Het rijksregisternummer bestaat niet meer."),
        ("NOT_INTEGRATED", "verwijzingsrepertorium"),
        ("PARTIAL", "onvolledig antwoord"),
        ("REFUSED", "De vraag is geweigerd."),
        ("AMBIGUOUS", "meerdere dossiers"),
        ("SOURCE_DOWN", "VDAB is nu niet bereikbaar."),
        ("INVALID", "De vraag is niet aanvaard."),
        ("NOT_UNDERSTOOD", "We begrijpen het antwoord van VDAB niet."),
    ],
)
def test_every_failure_has_its_own_sentence_and_is_never_not_known(
    desk: Client, worker: Access, answer: str, sentence: str
) -> None:
    data = e.from_builtins("EMPLOYMENT_SERVICE_ANSWERED", {"answer": answer, "question": str(uuid4())})
    dossier = happens(make_dossier(access=worker, work=[]), data, source=e.Source.VDAB)
    page = open_page(desk, dossier, "/vdab")
    assert sentence in page
    assert "Geen antwoord" in page
    assert "heeft geen gegevens gevonden" not in page
    assert "Niet gekend" not in open_page(desk, dossier)
    assert dossier.step == "EMPLOYMENT_SERVICE_CHECK"


def test_an_answer_by_hand_needs_a_reason_and_keeps_what_was_typed(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    address = f"/dossiers/{dossier.number}/vdab"
    fields = {
        "antwoord": "KNOWN",
        "categorie": "03",
        "ingeschreven_op": days_ago(4).isoformat(),
        "bemiddelaar": "Jan Proef",
    }
    refused = desk.post(address, part("zelf", dossier, reden="", **fields))
    assert refused.status_code == 422
    assert "Vul in waarom je dit zelf noteert" in body(refused)
    assert "Jan Proef" in refused.content.decode()
    assert desk.post(address, part("zelf", dossier, reden="gebeld", **fields)).status_code == 302
    dossier.refresh_from_db()
    assert (dossier.outcome, dossier.category) == ("REGISTERED", "03")
    assert "Met de hand genoteerd: gebeld." in open_page(desk, dossier)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"antwoord": "", "reden": "gebeld"}, "Kies wat de dienst zei"),
        ({"antwoord": "KNOWN", "reden": "gebeld"}, "Vul de categorie of de datum van inschrijving in."),
        ({"antwoord": "KNOWN", "reden": "gebeld", "categorie": "drie"}, "Vul de categorie in als 2 cijfers, zoals 03."),
        ({"antwoord": "KNOWN", "reden": "x", "ingeschreven_op": "2999-01-01"}, "Kies een datum tot en met"),
    ],
)
def test_a_wrong_answer_by_hand_says_what_to_do(
    desk: Client, worker: Access, fields: dict[str, object], sentence: str
) -> None:
    dossier = make_dossier(access=worker, work=[])
    before = Event.objects.count()
    response = desk.post(f"/dossiers/{dossier.number}/vdab", part("zelf", dossier, **fields))
    assert response.status_code == 422
    assert sentence in body(response)
    assert Event.objects.count() == before


def test_proof_and_register_stand_side_by_side_until_a_person_decides(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker, work=[]), unknown(), source=e.Source.VDAB)
    address = f"/dossiers/{dossier.number}/vdab"
    shown = part("bewijs", dossier, ingeschreven_op=days_ago(30).isoformat(), document="afdruk")
    assert desk.post(address, shown).status_code == 302
    dossier.refresh_from_db()
    assert dossier.conflict
    assert "Bekijk beide kanten" in open_page(desk, dossier)
    page = open_page(desk, dossier, "/vdab")
    assert "Bewijs van de inburgeraar" in page
    assert "Antwoord van VDAB" in page
    no_reason = desk.post(address, part("tegenspraak", dossier, keuze="CLIENT", reden=""))
    assert "Vul in waarom je zo beslist." in body(no_reason)
    desk.post(address, part("tegenspraak", dossier, keuze="CLIENT", reden="afdruk is van vandaag"))
    dossier.refresh_from_db()
    assert (dossier.conflict, dossier.outcome) == (False, "REGISTERED")
    assert "Reden: afdruk is van vandaag." in open_page(desk, dossier)


def test_the_register_may_be_right_too(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    happens(dossier, e.ProofShown(registered_on=days_ago(30), document="afdruk"), source=e.Source.CLIENT)
    dossier = happens(dossier, unknown(), source=e.Source.VDAB)
    assert dossier.conflict
    fields = part("tegenspraak", dossier, keuze="REGISTER", reden="van iemand anders")
    desk.post(f"/dossiers/{dossier.number}/vdab", fields)
    dossier.refresh_from_db()
    assert (dossier.conflict, dossier.step) == (False, "EXPLANATION")


def test_a_conflict_that_is_gone_says_so(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    fields = part("tegenspraak", dossier, keuze="CLIENT", reden="oud venster")
    response = desk.post(f"/dossiers/{dossier.number}/vdab", fields)
    assert response.status_code == 422
    assert "Er is geen tegenspraak meer in dit dossier. Bekijk de tijdlijn." in body(response)


def test_take_over_shows_the_differences_with_own_notes(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    by_hand = e.EmploymentServiceAnswered(answer="KNOWN", category="05", note="gebeld")
    happens(dossier, by_hand)
    answer = known(category="03", registered_on=days_ago(9).isoformat(), counsellor={"name": "Jan Proef"})
    dossier = happens(dossier, answer, source=e.Source.VDAB)
    page = open_page(desk, dossier, "/vdab")
    assert "05 ten laste van OCMW" in page
    assert "03 vrij ingeschreven" in page
    taken = desk.post(f"/dossiers/{dossier.number}/vdab/overnemen", follow=True)
    assert "Overgenomen in de intake" in body(taken)
    dossier.refresh_from_db()
    known_now = load_state(dossier).employment
    assert known_now is not None
    assert known_now.copied_on == today()
    assert "Neem over" not in open_page(desk, dossier)


def test_there_is_nothing_to_take_over_before_an_answer(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    page = desk.post(f"/dossiers/{dossier.number}/vdab/overnemen", follow=True)
    assert "Er zijn geen gegevens om over te nemen. Vraag eerst de status op." in body(page)


def test_a_reported_registration_waits_for_confirmation(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker, work=[]), unknown(), e.ExplanationGiven(language="ar"))
    address = f"/dossiers/{dossier.number}/inschrijving"
    future = desk.post(address, part("melding", dossier, ingeschreven_op="2999-01-01"))
    assert "Kies een datum tot en met" in body(future)
    desk.post(address, part("melding", dossier, ingeschreven_op=today().isoformat()))
    dossier.refresh_from_db()
    assert dossier.outcome == "TO_REFER"
    assert "Gemeld, nog niet bevestigd" in open_page(desk, dossier)
    dossier = happens(dossier, known(registered_on=today().isoformat()), source=e.Source.VDAB)
    assert dossier.outcome == "REGISTERED"
    assert "nog niet bevestigd" not in open_page(desk, dossier, "/inschrijving")


def test_support_names_what_stood_in_the_way(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker, work=[]), unknown(), e.ExplanationGiven(language="ar"))
    address = f"/dossiers/{dossier.number}/inschrijving"
    fields = {"soort": "ONLINE", "resultaat": "PARTLY", "datum": today().isoformat()}
    assert "Kies wat de inschrijving tegenhield." in body(desk.post(address, part("ondersteuning", dossier, **fields)))
    desk.post(address, part("ondersteuning", dossier, drempel="EMAIL", **fields))
    dossier.refresh_from_db()
    assert dossier.pillar_state == "ONDERSTEUND"
    assert "Drempel: geen e-mailadres." in open_page(desk, dossier)


def person_fields(dossier: Dossier, **more: object) -> dict[str, object]:
    return {
        "events": dossier.events,
        "voornaam": dossier.first_name,
        "achternaam": dossier.last_name,
        "geboren_0": "5", "geboren_1": "6", "geboren_2": "1990",
        "gemeente": "Mechelen", "gewest": "VLAANDEREN", "taal": "ar", "bescherming": "nee",
        "mag_werken": "ja", "document": "verblijfskaart", "gezien_op": today().isoformat(),
        **more,
    }  # fmt: skip


def person_post(desk: Client, dossier: Dossier, **more: object) -> object:
    fields = person_fields(dossier, **more)
    names = {"geboren_0": "geboren_dag", "geboren_1": "geboren_maand", "geboren_2": "geboren_jaar"}
    return desk.post(
        f"/dossiers/{dossier.number}/persoon", {names.get(key, key): value for key, value in fields.items()}
    )


def test_only_what_changed_on_the_person_card_becomes_an_event(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker), e.ContactChanged(phone="0470123456"))
    before = set(Event.objects.filter(dossier=dossier).values_list("pk", flat=True))
    assert person_post(desk, dossier, gsm="0470 12 34 56").status_code == 302  # type: ignore[attr-defined]
    assert set(Event.objects.filter(dossier=dossier).values_list("pk", flat=True)) == before
    assert person_post(desk, dossier, gsm="0470123457", leerplicht="nee").status_code == 302  # type: ignore[attr-defined]
    news = Event.objects.filter(dossier=dossier).exclude(pk__in=before)
    assert set(news.values_list("kind", flat=True)) == {"CONTACT_CHANGED", "COMPULSORY_EDUCATION_SET"}
    page = open_page(desk, dossier)
    assert "04•• •• •• 57" in page


def test_moving_to_brussels_puts_actiris_in_the_place_of_vdab(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    person_post(desk, dossier, gemeente="Brussel", postcode="1000")
    dossier.refresh_from_db()
    assert (dossier.region, dossier.service) == ("BRUSSEL", "ACTIRIS")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"document": ""}, "Vul in welk document je zag, zoals: A-kaart."),
        ({"postcode": "28"}, "Vul een postcode van 4 cijfers in, zoals 2800."),
        ({"gsm": "bel mij"}, "Vul een telefoonnummer in, zoals 0470 12 34 56."),
        ({"geboren_1": "13"}, "Deze datum bestaat niet."),
        ({"insz": "12345"}, "Een INSZ heeft 11 cijfers"),
        ({"email": "geen"}, "Vul een e-mailadres in"),
    ],
)
def test_the_person_card_says_what_to_do(desk: Client, worker: Access, wrong: dict[str, object], sentence: str) -> None:
    dossier = make_dossier(access=worker)
    before = Event.objects.count()
    response = person_post(desk, dossier, **wrong)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert sentence in body(response)
    assert Event.objects.count() == before


def test_a_bis_number_becomes_a_national_number_on_the_card(desk: Client, worker: Access) -> None:
    dossier, new = make_dossier(access=worker), make_insz()
    old = dossier.insz
    assert person_post(desk, dossier, insz=new).status_code == 302  # type: ignore[attr-defined]
    dossier.refresh_from_db()
    assert dossier.insz == new
    assert set(dossier.numbers.values_list("insz", flat=True)) == {old, new}


def test_a_number_that_belongs_to_somebody_else_is_refused(desk: Client, worker: Access) -> None:
    other, dossier = make_dossier(access=worker), make_dossier(access=worker)
    response = person_post(desk, dossier, insz=other.insz)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert f"Er bestaat al een dossier met dit nummer: {other.number}" in body(response)


def test_a_person_without_a_number_cannot_be_asked_about(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    dossier = happens(dossier, e.NumberCancelled(insz=dossier.insz or ""), source=e.Source.REGISTER)
    page = open_page(desk, dossier)
    assert "vul het rijksregisternummer aan" in page
    said = desk.post(f"/dossiers/{dossier.number}/vdab/vraag", follow=True)
    assert "Er is geen rijksregisternummer. Vul het eerst in bij de persoonsgegevens." in body(said)


def test_a_button_that_leads_to_a_folded_form_finds_it_open(desk: Client, worker: Access) -> None:
    dossier = happens(
        make_dossier(access=worker, work=[]),
        e.EmploymentServiceAnswered(answer="REFUSED", question=uuid4()),
        source=e.Source.VDAB,
    )
    page = desk.get(f"/dossiers/{dossier.number}").content.decode()
    address = f"/dossiers/{dossier.number}/vdab?deel=zelf"
    assert f'href="{address}#zelf"' in page
    assert '<details class="vouw boven" id="zelf" open>' in desk.get(address).content.decode()
