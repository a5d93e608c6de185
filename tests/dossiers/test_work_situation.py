"""Step 2: the work situation in three clicks, with its sources and its definition."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.dossiers.test_dossier import body, desk, happens, open_page, worker
from tests.factories import make_dossier

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Event
from toeleiding.organisations.access import Access

pytestmark = pytest.mark.django_db
__all__ = ["desk", "worker"]


def typed(**more: object) -> dict[str, object]:
    return {"keuze": "NO_WORK", "bron": "TALK", "datum": timezone.localdate().isoformat(), "reden": "", **more}


def test_choose_and_save_is_all_it_takes(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    page = desk.get(f"/dossiers/{dossier.number}/werksituatie").content.decode()
    assert page.count('type="radio" name="keuze"') == 6
    saved = desk.post(f"/dossiers/{dossier.number}/werksituatie", typed(events=dossier.events))
    assert saved.status_code == 302
    dossier.refresh_from_db()
    assert (dossier.outcome, dossier.step) == ("TO_REFER", "EMPLOYMENT_SERVICE_CHECK")


@pytest.mark.parametrize(
    ("choice", "outcome"),
    [
        ("LASTING_WORK", "WORKING"),
        ("WORK_NOT_LASTING", "TO_REFER"),
        ("NO_WORK", "TO_REFER"),
        ("STUDY", "STUDYING"),
        ("UNCLEAR", "TO_ASSESS"),
    ],
)
def test_each_choice_means_its_own_outcome(desk: Client, worker: Access, choice: str, outcome: str) -> None:
    dossier = make_dossier(access=worker)
    desk.post(f"/dossiers/{dossier.number}/werksituatie", typed(keuze=choice, events=dossier.events))
    dossier.refresh_from_db()
    assert dossier.outcome == outcome


def test_who_cannot_work_for_a_while_needs_a_review_date(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    address = f"/dossiers/{dossier.number}/werksituatie"
    refused = desk.post(address, typed(keuze="TEMPORARILY_UNABLE", reden="tijdelijk", events=dossier.events))
    assert refused.status_code == 422
    assert "Kies een datum waarop je opnieuw nagaat of werken kan" in body(refused)
    assert "tijdelijk" in body(refused)
    assert not Event.objects.filter(dossier=dossier, kind="WORK_SITUATION_ASSESSED").exists()
    later = (timezone.localdate() + timedelta(days=60)).isoformat()
    desk.post(address, typed(keuze="TEMPORARILY_UNABLE", opnieuw_op=later, events=dossier.events))
    dossier.refresh_from_db()
    assert dossier.outcome == "UNDETERMINED"
    assert "opnieuw na of werken kan" in open_page(desk, dossier)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"keuze": ""}, "Kies een van de 6 werksituaties."),
        ({"keuze": "ONZIN"}, "Kies een van de mogelijkheden"),
        ({"datum": "31/02/2026"}, "Vul een datum in, zoals 24 november 2026."),
        ({"datum": "2999-01-01"}, "Kies een datum tot en met"),
        ({"opnieuw_op": "2001-01-01", "keuze": "TEMPORARILY_UNABLE"}, "Kies een datum vanaf"),
    ],
)
def test_an_error_says_what_to_do_and_keeps_the_input(
    desk: Client, worker: Access, wrong: dict[str, object], sentence: str
) -> None:
    dossier = make_dossier(access=worker)
    sent = {**typed(reden="Dit blijft staan."), **wrong, "events": dossier.events}
    response = desk.post(f"/dossiers/{dossier.number}/werksituatie", sent)
    assert response.status_code == 422
    assert sentence in body(response)
    assert "Dit blijft staan." in body(response)
    assert response.content.decode().index('id="fouten"') > 0


def test_missing_facts_are_named_with_a_way_to_fill_them_in(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, may_work=None, birth=None)
    response = desk.get(f"/dossiers/{dossier.number}/werksituatie")
    assert "Vul het recht om te werken en de geboortedatum aan" in body(response)
    assert f'href="/dossiers/{dossier.number}/persoon"' in response.content.decode()


def test_the_definition_shows_every_rule_with_its_status(desk: Client, worker: Access) -> None:
    page = open_page(desk, make_dossier(access=worker), "/werksituatie")
    for rule in ("W-01", "W-02", "W-07"):
        assert rule in page
    assert "Aanname, nog te bevestigen" in page


def test_what_dimona_knows_is_shown_with_its_age(desk: Client, worker: Access) -> None:
    entry = e.WorkEntry(kind="INTERIM", begin=date(2026, 1, 5), fraction=0.5)
    dossier = make_dossier(access=worker)
    happens(dossier, e.WorkAnswered(answer="KNOWN", work=[entry]), source=e.Source.RSZ, days=6)
    page = open_page(desk, dossier, "/werksituatie")
    assert "interim , sinds 5 januari 2026, 50 % van voltijds" in page
    assert "6 dagen geleden" in page


def test_could_not_ask_is_not_no_work(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker), e.WorkAnswered(answer="SOURCE_DOWN"), source=e.Source.RSZ)
    page = open_page(desk, dossier, "/werksituatie")
    assert "Dimona kon niet antwoorden. We weten dus niet of er werk is." in page
    assert "Geen werk gevonden" not in page
    assert dossier.outcome == "TO_ASSESS"


def test_asking_for_work_waits_and_the_answer_comes_by_itself(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    address = f"/dossiers/{dossier.number}/werksituatie"
    desk.post(f"{address}/vraag")
    dossier.refresh_from_db()
    waiting = desk.get(address).content.decode()
    assert f'hx-get="{address}?gezien={dossier.events}"' in waiting
    assert "Vernieuw" in waiting
    htmx = {"hx-request": "true"}
    assert desk.get(f"{address}?gezien={dossier.events}", headers=htmx).status_code == 204
    again = desk.post(f"{address}/vraag", follow=True)
    assert "Er loopt al een vraag. Het antwoord komt vanzelf." in body(again)
    happens(dossier, e.WorkAnswered(answer="NOT_KNOWN", work=[]), source=e.Source.RSZ)
    part = desk.get(f"{address}?gezien={dossier.events}", headers=htmx).content.decode()
    assert part.lstrip().startswith('<section class="kaart" id="bron"')
    assert "Geen werk gevonden" in part


def test_earlier_assessments_stay_visible(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    happens(dossier, e.WorkSituationAssessed(choice="STUDY", reason="opleiding"), days=9)
    happens(dossier, e.WorkSituationAssessed(choice="NO_WORK"))
    page = open_page(desk, dossier, "/werksituatie")
    assert "Werksituatie: studie of opleiding" in page
    assert "Werksituatie: werkt niet en zoekt werk" in page


def test_a_change_by_somebody_else_is_shown_and_the_input_kept(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    seen = dossier.events
    happens(dossier, e.Noted(text="Intussen gebeld."), e.ContactHeld())
    response = desk.post(f"/dossiers/{dossier.number}/werksituatie", typed(reden="Mijn tekst", events=seen))
    assert response.status_code == 409
    page = body(response)
    assert "Iemand anders heeft dit intussen gewijzigd. Bekijk de verschillen." in page
    assert "Intussen gebeld." in page
    assert "Mijn tekst" in page
    assert not Event.objects.filter(dossier=dossier, kind="WORK_SITUATION_ASSESSED").exists()
    dossier.refresh_from_db()
    assert f'name="events" value="{dossier.events}"' in response.content.decode()
    again = desk.post(f"/dossiers/{dossier.number}/werksituatie", typed(reden="Mijn tekst", events=dossier.events))
    assert again.status_code == 302


def test_nobody_asks_about_a_person_without_a_number(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    happens(dossier, e.NumberCancelled(insz=dossier.insz or ""), source=e.Source.REGISTER)
    page = desk.post(f"/dossiers/{dossier.number}/werksituatie/vraag", follow=True)
    assert "Er is geen rijksregisternummer. Vul het eerst in bij de persoonsgegevens." in body(page)
