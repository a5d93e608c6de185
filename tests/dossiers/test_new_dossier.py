"""`/dossiers/nieuw`: from the KBI or by hand, never twice for one person."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.dossiers.test_dossier import body, desk, worker
from tests.factories import make_dossier, make_insz, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers import kbi
from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessLog, Role

pytestmark = pytest.mark.django_db
__all__ = ["desk", "worker"]
Answers = Callable[..., None]


@pytest.fixture
def kbi_answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Let the KBI answer what the test says; the wire itself is tested with the exchange."""

    def set_answer(outcome: str, *facts: e.Data, sentence: str = "Een zin van de KBI.") -> None:
        monkeypatch.setattr(kbi, "import_string", lambda path: lambda insz, access: (outcome, list(facts), sentence))

    return set_answer


def by_hand(**more: object) -> dict[str, object]:
    return {"voornaam": "Yonas", "achternaam": "Proefveld", **more}


def key_of(preview: HttpResponse) -> dict[str, str]:
    """What the button "Maak dossier" of a preview sends."""
    found = re.search(r'name="voorbeeld" value="([^"]+)"', preview.content.decode())
    assert found is not None
    return {"voorbeeld": found[1]}


def test_the_kbi_is_asked_and_nothing_is_made_before_the_preview_is_confirmed(
    desk: Client, worker: Access, kbi_answers: Answers
) -> None:
    insz = make_insz()
    kbi_answers(
        "KNOWN",
        e.Identified(first_name="Tesfay", last_name="Voorbeeld", birth="1990-00-00"),
        e.NumberAssigned(insz=insz),
        e.Moved(nis="12025", municipality="Mechelen"),
    )
    preview = desk.post("/dossiers/nieuw/kbi", {"insz": insz})
    assert "Tesfay Voorbeeld. Geboren: 1990, dag en maand onbekend." in body(preview)
    assert insz not in preview.content.decode()
    assert not Dossier.objects.filter(insz=insz).exists()
    made = desk.post("/dossiers/nieuw/maak", key_of(preview))
    dossier = Dossier.objects.get(insz=insz)
    assert made["Location"] == f"/dossiers/{dossier.number}"
    assert (dossier.agency, dossier.case_worker) == (worker.organisation, worker.staff)
    assert "Overgenomen uit de Kruispuntbank Inburgering (KBI)." in body(desk.get(made["Location"]))


def test_making_it_twice_leads_to_the_one_that_is_there(desk: Client, kbi_answers: Answers) -> None:
    insz = make_insz()
    kbi_answers("KNOWN", e.Identified(first_name="Tesfay", last_name="Voorbeeld"), e.NumberAssigned(insz=insz))
    key = key_of(desk.post("/dossiers/nieuw/kbi", {"insz": insz}))
    desk.post("/dossiers/nieuw/maak", key)
    again = desk.post("/dossiers/nieuw/maak", key, follow=True)
    assert "Dit voorbeeld is verlopen. Vraag het dossier opnieuw op." in body(again)
    existing = body(desk.post("/dossiers/nieuw/kbi", {"insz": insz}))
    assert "Er bestaat al een dossier" in existing
    assert Dossier.objects.get(insz=insz).number in existing


def test_a_preview_in_another_tab_makes_no_dossier_of_somebody_else(desk: Client, kbi_answers: Answers) -> None:
    one, other = make_insz(), make_insz()
    kbi_answers("KNOWN", e.Identified(first_name="Tesfay", last_name="Voorbeeld"), e.NumberAssigned(insz=one))
    first_tab = key_of(desk.post("/dossiers/nieuw/kbi", {"insz": one}))
    kbi_answers("KNOWN", e.Identified(first_name="Almaz", last_name="Voorbeeld"), e.NumberAssigned(insz=other))
    desk.post("/dossiers/nieuw/kbi", {"insz": other})
    said = desk.post("/dossiers/nieuw/maak", first_tab, follow=True)
    assert "Dit voorbeeld is verlopen. Vraag het dossier opnieuw op." in body(said)
    assert not Dossier.objects.filter(insz__in=[one, other]).exists()


def test_who_tries_numbers_is_written_down_also_in_dossiers_of_others(desk: Client, worker: Access) -> None:
    there = make_dossier(agency="atlas")
    desk.post("/dossiers/nieuw/kbi", {"insz": there.insz or ""})
    desk.post("/dossiers/nieuw/met-de-hand", by_hand(insz=there.insz))
    lines = AccessLog.objects.filter(dossier=there.pk, staff=worker.staff).values_list("action", "detail")
    assert list(lines) == [("SEARCHED", "nieuw dossier, nummer bestaat al")] * 2


def test_who_looks_like_somebody_new_was_seen(desk: Client, worker: Access) -> None:
    there = make_dossier(first_name="Yonas", last_name="Proefveld", birth="1990-06-05")
    desk.post("/dossiers/nieuw/met-de-hand", by_hand(geboren_jaar="1990"))
    assert AccessLog.objects.filter(dossier=there.pk, staff=worker.staff, action="LISTED").exists()


def test_an_old_number_finds_its_person(desk: Client, worker: Access, kbi_answers: Answers) -> None:
    old, new = make_insz(), make_insz()
    there = make_dossier(e.NumberReplaced(old=old, new=new), access=worker, insz=old)
    kbi_answers("SOURCE_DOWN")
    assert there.number in body(desk.post("/dossiers/nieuw/kbi", {"insz": old}))


def test_a_replaced_number_in_the_answer_leads_to_who_is_there(
    desk: Client, worker: Access, kbi_answers: Answers
) -> None:
    old, there = make_insz(), make_dossier(access=worker)
    kbi_answers(
        "KNOWN",
        e.Identified(first_name="Samira", last_name="Voorbeeld"),
        e.NumberAssigned(insz=old),
        e.NumberReplaced(old=old, new=there.insz or ""),
    )
    assert there.number in body(desk.post("/dossiers/nieuw/kbi", {"insz": old}))


def test_a_dossier_of_another_agency_names_the_agency_and_nothing_else(desk: Client, kbi_answers: Answers) -> None:
    there = make_dossier(agency="atlas", first_name="Geheimnaam")
    page = body(desk.post("/dossiers/nieuw/kbi", {"insz": there.insz or ""}))
    assert "Atlas volgt deze persoon op." in page
    assert "Geheimnaam" not in page
    assert there.number not in page


@pytest.mark.parametrize(
    "outcome", ["NOT_KNOWN", "CANCELLED", "NOT_INTEGRATED", "REFUSED", "AMBIGUOUS", "SOURCE_DOWN", "INVALID"]
)
def test_without_an_answer_by_hand_is_offered_and_nothing_typed_is_lost(
    desk: Client, kbi_answers: Answers, outcome: str
) -> None:
    insz = make_insz()
    kbi_answers(outcome, sentence="De bron zegt waarom. Doe dit.")
    response = desk.post("/dossiers/nieuw/kbi", {"insz": insz})
    page = response.content.decode()
    assert "De bron zegt waarom. Doe dit." in page
    assert "met de hand maken" in page
    shown = f"{insz[:2]}.{insz[2:4]}.{insz[4:6]}-{insz[6:9]}.{insz[9:]}"
    by_hand_form = page[page.index('id="met-de-hand"') :]
    assert shown in by_hand_form


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul een rijksregisternummer van 11 cijfers in"),
        ("123", "Een INSZ heeft 11 cijfers"),
        ("9O661200123", "staat het teken"),
        ("90661200100", "Het controlegetal"),
    ],
)
def test_a_wrong_number_says_what_is_wrong_and_stays(desk: Client, typed: str, sentence: str) -> None:
    response = desk.post("/dossiers/nieuw/kbi", {"insz": typed})
    assert response.status_code == 422
    assert sentence in body(response)
    assert not typed or f'value="{typed}"' in response.content.decode()


def test_by_hand_only_a_name_is_needed(desk: Client, worker: Access) -> None:
    made = desk.post("/dossiers/nieuw/met-de-hand", by_hand(geboren_jaar="1988"))
    dossier = Dossier.objects.get(last_name="Proefveld")
    assert made["Location"] == f"/dossiers/{dossier.number}"
    assert (dossier.birth, dossier.insz, dossier.case_worker) == ("1988-00-00", None, worker.staff)
    page = body(desk.get(made["Location"]))
    assert "1988, dag en maand onbekend" in page
    assert "Termijn start bij contract" in page


def test_by_hand_without_a_name_keeps_the_rest(desk: Client) -> None:
    response = desk.post("/dossiers/nieuw/met-de-hand", {"gemeente": "Mechelen", "contract": "gisteren"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Vul de voornaam in, zoals op het document." in page
    assert "Vul een datum in, zoals 24 november 2026." in page
    assert 'value="Mechelen"' in page
    assert 'value="gisteren"' in page
    assert "<title>Fout: " in page


def test_somebody_who_looks_alike_is_a_question_and_never_a_silent_merge(desk: Client, worker: Access) -> None:
    there = make_dossier(access=worker, first_name="Samira", last_name="Haddadproef", birth="1990-06-05")
    fields = {"voornaam": "Samirra", "achternaam": "Hadadproef", "geboren_jaar": "1990"}
    asked = desk.post("/dossiers/nieuw/met-de-hand", fields)
    assert "Is dit dezelfde persoon?" in body(asked)
    assert there.number in body(asked)
    assert Dossier.objects.filter(first_name="Samirra").count() == 0
    desk.post("/dossiers/nieuw/met-de-hand", {**fields, "iemand_anders": "on"})
    assert Dossier.objects.filter(first_name="Samirra").count() == 1


def test_by_hand_with_a_number_that_is_there_leads_to_that_dossier(desk: Client, worker: Access) -> None:
    there = make_dossier(access=worker)
    page = desk.post("/dossiers/nieuw/met-de-hand", by_hand(insz=there.insz))
    assert "Er bestaat al een dossier" in body(page)
    assert there.get_absolute_url() in page.content.decode()
    assert not Dossier.objects.filter(last_name="Proefveld").exists()


def test_only_who_follows_people_makes_dossiers(client: Client) -> None:
    dpo = sign_in(client, make_staff(Role.DPO))
    assert dpo.get("/dossiers/nieuw").status_code == 403
    assert dpo.post("/dossiers/nieuw/met-de-hand", by_hand()).status_code == 403
    assert sign_in(Client(), make_staff(Role.TEAM_LEAD)).get("/dossiers/nieuw").status_code == 200
