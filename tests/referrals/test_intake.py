"""The intake: prefilled, kept while one types, closed onto the timeline, printed."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.organisations.models import AccessLog, Role
from toeleiding.referrals.models import Intake

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def nadia(client: Client) -> Any:
    access = make_staff()
    sign_in(client, access)
    return access


def registered(on: date = date(2026, 11, 17)) -> Dossier:
    """Somebody of whom VDAB told category and counsellor."""
    dossier = make_dossier(work=[])
    told = e.EmploymentServiceAnswered(
        answer="KNOWN", category="03", registered_on=date(2026, 10, 5), counsellor=e.Counsellor(name="Els Verzonnen")
    )
    return record(dossier, NewEvent(told, on, e.Source.VDAB))


def test_what_vdab_told_stands_there_with_source_and_age_without_retyping(client: Client, nadia: Any) -> None:
    dossier = registered()
    page = client.get(f"{dossier.get_absolute_url()}/intake/plannen").content.decode()
    assert "03 vrij ingeschreven" in page
    assert "Els Verzonnen" in page
    assert "VDAB, 17 november 2026, 8 dagen oud" in page
    assert "Verouderd" not in page


def test_an_old_answer_of_vdab_is_marked(client: Client, nadia: Any) -> None:
    page = client.get(f"{registered(date(2026, 11, 1)).get_absolute_url()}/intake/plannen").content.decode()
    assert "Verouderd" in page


def test_a_failed_question_is_never_told_as_known(client: Client, nadia: Any) -> None:
    dossier = make_dossier(work=[])
    record(dossier, NewEvent(e.EmploymentServiceAnswered(answer="SOURCE_DOWN", note="x"), NOW.date(), e.Source.VDAB))
    page = client.get(f"{dossier.get_absolute_url()}/intake").content.decode()
    assert "Niet gekend" not in page.split("Wat weten we al?")[1]


def test_language_and_phone_are_filled_in_already(client: Client, nadia: Any) -> None:
    dossier = make_dossier(e.ContactChanged(phone="0470123456"))
    page = client.get(f"{dossier.get_absolute_url()}/intake/wie").content.decode()
    assert '<option value="ar" selected>' in page
    assert 'value="0470123456"' in page


def test_five_pages_then_closing_then_the_timeline(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    at = f"{dossier.get_absolute_url()}/intake"
    pages = [
        ("wie", {"taal": "ar", "email": "samira@voorbeeld.be", "tolk": "ja"}, "studies"),
        ("studies", {"diploma": "SECONDARY", "jaar": "2008"}, "werk"),
        ("werk", {"beroep1": "verkoper", "duur1": "MIDDLE"}, "talen"),
        ("talen", {"nederlands": "A1", "taal1": "Arabisch"}, "plannen"),
    ]
    for slug, given, follows in pages:
        assert client.post(f"{at}/{slug}", given)["Location"] == f"{at}/{follows}"
    plans = {"doel": "WORK", "job": "verkoper", "drempels": ["LANGUAGE", "CHILDCARE"], "afspraken": "Nadia belt VDAB."}
    assert client.post(f"{at}/plannen", plans)["Location"] == at
    assert client.post(f"{at}/afronden")["Location"] == at
    event = Event.objects.get(dossier=dossier, kind=e.IntakeCompleted.kind)
    assert event.data == {
        "goal": "WORK", "wanted_job": "verkoper", "diploma": "SECONDARY", "longest_job": "verkoper",
        "languages": ["Arabisch"], "obstacles": ["LANGUAGE", "CHILDCARE"], "agreements": "Nadia belt VDAB.",
    }  # fmt: skip
    state = load_state(Dossier.objects.get(pk=dossier.pk))
    assert (state.email, state.dutch_level, state.interpreter_needed) == ("samira@voorbeeld.be", "A1", True)
    assert state.intake_on == NOW.date()
    assert not list(rebuild())
    assert "Afgerond op" in client.get(at).content.decode()


def test_nothing_is_closed_that_was_not_begun(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    client.post(f"{dossier.get_absolute_url()}/intake/afronden")
    assert not Event.objects.filter(kind=e.IntakeCompleted.kind).exists()


def test_a_mistake_is_kept_and_explained(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    sent = client.post(f"{dossier.get_absolute_url()}/intake/wie", {"email": "geen adres"})
    assert sent.status_code == 422
    assert "Vul een e-mailadres in" in sent.content.decode()
    assert Intake.objects.get().answers["wie"] == {"email": "geen adres"}


def test_stopping_keeps_everything_over_a_sign_out(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    client.post(f"{dossier.get_absolute_url()}/intake/plannen", {"job": "lasser", "stop": "1"})
    other = Client()
    sign_in(other, nadia)
    assert 'value="lasser"' in other.get(f"{dossier.get_absolute_url()}/intake/plannen").content.decode()


def test_autosave_says_when(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    kept = client.post(f"{dossier.get_absolute_url()}/intake/werk/bewaar", {"beroep1": "kok", "versie": "0"})
    assert "Bewaard om 10.42" in kept.content.decode()
    assert 'value="1"' in kept.content.decode()
    again = client.post(f"{dossier.get_absolute_url()}/intake/werk/bewaar", {"beroep1": "kok", "versie": "1"})
    assert 'value="1"' in again.content.decode()  # nothing new, nothing counted


def test_two_people_on_one_page_see_each_others_words(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    at = f"{dossier.get_absolute_url()}/intake/plannen"
    colleague = Client()
    sign_in(colleague, make_staff())
    colleague.post(f"{at}/bewaar", {"job": "bakker", "versie": "0"})
    kept = client.post(f"{at}/bewaar", {"job": "slager", "versie": "0"})
    assert "wijzigde dit deel intussen" in kept.content.decode()
    sent = client.post(at, {"job": "slager", "versie": "0"})
    assert sent.status_code == 409
    assert "bakker" in sent.content.decode()
    assert "slager" in sent.content.decode()
    assert Intake.objects.get().answers["plannen"]["job"] == "bakker"
    assert client.post(at, {"job": "slager", "versie": "1"}).status_code == 302
    assert Intake.objects.get().answers["plannen"]["job"] == "slager"


def test_what_saves_itself_does_not_take_the_difference_away(client: Client, nadia: Any) -> None:
    """A bug once: the answer to autosave carried the version of the colleague, so the button overwrote it unseen."""
    at = f"{make_dossier().get_absolute_url()}/intake/plannen"
    colleague = sign_in(Client(), make_staff())
    colleague.post(f"{at}/bewaar", {"job": "bakker", "versie": "0"})
    kept = client.post(f"{at}/bewaar", {"job": "slager", "versie": "0"}).content.decode()
    version = re.findall(r'name="versie" form="intake" value="(\d+)"', kept)[0]
    assert client.post(at, {"job": "slager", "versie": version}).status_code == 409


def test_of_two_versions_one_is_chosen_per_question(client: Client, nadia: Any) -> None:
    at = f"{make_dossier().get_absolute_url()}/intake/plannen"
    colleague = sign_in(Client(), make_staff())
    colleague.post(f"{at}/bewaar", {"job": "bakker", "afspraken": "Woensdag bellen.", "versie": "0"})
    mine = {"job": "slager", "afspraken": "Vrijdag bellen."}
    page = client.post(at, {**mine, "versie": "0"}).content.decode()
    assert page.count("Wat jij typte") == 2
    assert "hx-post" not in page[page.index('id="intake"') :]  # a choice is not made by typing on
    assert client.post(at, {**mine, "versie": "1", "kies-job": "hun", "kies-afspraken": "mijn"}).status_code == 302
    kept = Intake.objects.get().answers["plannen"]
    assert (kept["job"], kept["afspraken"]) == ("bakker", "Vrijdag bellen.")


def test_two_people_on_two_pages_do_not_get_in_each_others_way(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    at = f"{dossier.get_absolute_url()}/intake"
    client.post(f"{at}/werk/bewaar", {"beroep1": "kok", "versie": "0"})
    colleague = Client()
    sign_in(colleague, make_staff())
    colleague.post(f"{at}/plannen/bewaar", {"job": "kok", "versie": "0"})
    assert client.post(f"{at}/werk", {"beroep1": "kok en bakker", "versie": "1"}).status_code == 302


def test_another_job_can_be_added_without_a_script(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    at = f"{dossier.get_absolute_url()}/intake/werk"
    page = client.post(at, {"beroep1": "kok", "meer": "1"}).content.decode()
    assert 'name="beroep2"' in page
    assert 'value="kok"' in page
    client.post(at, {"beroep1": "kok", "beroep2": "lasser"})
    assert 'value="lasser"' in client.get(at).content.decode()


def test_contract_and_plan_fit_on_a_sheet_for_the_client(client: Client, nadia: Any) -> None:
    dossier = registered()
    client.post(f"{dossier.get_absolute_url()}/intake/plannen", {"job": "lasser", "doel": "WORK"})
    page = client.get(f"{dossier.get_absolute_url()}/intake/plan").content.decode()
    assert "1 oktober 2026" in page
    assert "lasser" in page
    assert "Els Verzonnen" in page
    assert AccessLog.objects.filter(dossier=dossier.pk, action="PRINTED").exists()


def test_who_may_only_read_finds_nothing_to_change(client: Client) -> None:
    dossier = make_dossier()
    sign_in(client, make_staff(Role.DPO))
    assert client.get(f"{dossier.get_absolute_url()}/intake").status_code == 200
    assert client.get(f"{dossier.get_absolute_url()}/intake/wie").status_code == 403
    sign_in(client, make_staff(organisation="atlas"))
    assert client.get(f"{dossier.get_absolute_url()}/intake").status_code == 403


def test_an_unknown_page_is_not_there(client: Client, nadia: Any) -> None:
    dossier = make_dossier()
    assert client.get(f"{dossier.get_absolute_url()}/intake/gezondheid").status_code == 404
    assert client.post(f"{dossier.get_absolute_url()}/intake/gezondheid/bewaar").status_code == 404


def test_a_page_takes_few_queries(client: Client, nadia: Any, django_assert_max_num_queries: Any) -> None:
    dossier = registered()
    client.get(f"{dossier.get_absolute_url()}/intake/plannen")
    with django_assert_max_num_queries(8):
        client.get(f"{dossier.get_absolute_url()}/intake/plannen")
