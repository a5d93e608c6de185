"""Two dossiers side by side on the screen: who may decide, what is shown, and where a signpost leads."""

import re
from datetime import date

import pytest
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging, services
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal, ProposalStatus
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessLog, Role

pytestmark = pytest.mark.django_db
BUDGET = 16


@pytest.fixture
def worker() -> Access:
    return make_staff(Role.CASE_WORKER)


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


def body(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.replace("\u00a0", " ")))


def pair(worker: Access, **other: object) -> MergeProposal:
    one = make_dossier(access=worker, work=[])
    second = make_dossier(access=worker, first_name="Samirra", **other)  # type: ignore[arg-type]
    merging.propose([merging.Pair(one.pk, second.pk, Likeness.NEAR_DOUBLE)])
    return MergeProposal.objects.get(one=one, other=second)


def choose(proposal: MergeProposal, **more: str) -> dict[str, str]:
    return {"besluit": "samen", "blijft": proposal.one.number, "reden": "Zelfde foto", **more}


def address(proposal: MergeProposal) -> str:
    return f"/dossiers/samenvoegen/{proposal.pk}"


def test_the_list_and_the_dossier_point_at_the_pair(desk: Client, worker: Access) -> None:
    proposal = pair(worker)
    listed = desk.get("/dossiers/samenvoegen")
    assert address(proposal) in listed.content.decode()
    assert proposal.other.number in body(listed)
    page = desk.get(proposal.one.get_absolute_url())
    assert "Dezelfde persoon?" in body(page)
    assert address(proposal) in page.content.decode()


def test_the_facts_stand_side_by_side_with_source_and_difference(
    desk: Client, worker: Access, django_assert_max_num_queries: object
) -> None:
    proposal = pair(worker)
    with django_assert_max_num_queries(BUDGET):  # type: ignore[operator]
        page = desk.get(address(proposal))
    words = body(page)
    assert page.status_code == 200
    assert "Samira Voorbeeld trajectbegeleider," in words
    assert re.search(r"Naam Samira .* Samirra .* Verschilt Geboren", words)
    assert re.search(r"Contacttaal Arabisch .* gelijk Woonplaats", words)
    assert proposal.one.insz not in page.content.decode(), "numbers are masked"
    assert AccessLog.objects.filter(dossier=proposal.other_id, staff=worker.staff, detail="naast elkaar").exists()


def test_the_dossier_of_the_older_contract_stays_unless_chosen_otherwise(desk: Client, worker: Access) -> None:
    proposal = pair(worker, contract=date(2025, 1, 5))
    page = desk.get(address(proposal)).content.decode()
    chosen = re.findall(r'<input[^>]*name="blijft"[^>]*>', page)
    assert [proposal.other.number in tag for tag in chosen if "checked" in tag] == [True]


def test_merging_needs_a_reason_and_leads_to_the_dossier_that_stays(desk: Client, worker: Access) -> None:
    proposal = pair(worker)
    refused = desk.post(address(proposal), choose(proposal, reden=""))
    assert refused.status_code == 422
    assert "Vul in waarom je zo beslist" in body(refused)
    done = desk.post(address(proposal), choose(proposal))
    assert done["Location"] == proposal.one.get_absolute_url()
    page = body(desk.get(done["Location"]))
    assert "Samengevoegd met een ander dossier" in page
    assert "Splits weer" in page
    assert list(rebuild()) == []


@pytest.mark.parametrize("part", ["", "/vdab", "/persoon", "/uitleg", "/inzage", "/print", "/toelichting"])
def test_every_page_of_a_signpost_leads_on_with_a_notice(desk: Client, worker: Access, part: str) -> None:
    proposal = pair(worker)
    desk.post(address(proposal), choose(proposal))
    answer = desk.get(f"{proposal.other.get_absolute_url()}{part}")
    assert answer["Location"] == proposal.one.get_absolute_url()
    assert f"Dossier {proposal.other.number} is samengevoegd" in body(desk.get(answer["Location"]))


def test_a_merged_person_is_found_by_both_numbers(desk: Client, worker: Access) -> None:
    proposal = pair(worker)
    desk.post(address(proposal), choose(proposal))
    assert proposal.one.number in body(desk.get(f"/zoek?q={proposal.other.insz}"))
    assert proposal.other.number in body(desk.get(f"/zoek?q={proposal.other.number}"))


def test_two_people_stay_two(desk: Client, worker: Access) -> None:
    proposal = pair(worker)
    answer = desk.post(address(proposal), choose(proposal, besluit="twee", reden="Twee zussen"))
    assert answer["Location"] == "/dossiers/samenvoegen"
    proposal.refresh_from_db()
    assert (proposal.status, proposal.reason) == (ProposalStatus.REJECTED, "Twee zussen")
    assert not Dossier.objects.filter(merged_into__isnull=False).exists()


def test_who_sees_one_of_the_two_is_told_what_to_do(desk: Client, worker: Access) -> None:
    proposal = pair(worker, agency="atlas", nis="11002", municipality="Antwerpen")
    for answer in (desk.get(address(proposal)), desk.post(address(proposal), choose(proposal))):
        assert answer.status_code == 403
        assert "Vraag de teamleider van het andere agentschap" in body(answer)
        assert "Samira" not in body(answer)
    assert address(proposal) not in desk.get("/dossiers/samenvoegen").content.decode()
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.OPEN


@pytest.mark.parametrize("role", [Role.DPO, Role.VDAB_COUNSELLOR, Role.PROJECT_LEAD, Role.EXCHANGE_OPERATOR])
def test_other_roles_decide_nothing(client: Client, worker: Access, role: Role) -> None:
    proposal = pair(worker)
    sign_in(client, make_staff(role, "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii"))
    assert client.get(address(proposal)).status_code == 403
    assert client.get("/dossiers/samenvoegen").status_code == 403


def test_splitting_offers_what_was_noted_since(desk: Client, worker: Access) -> None:
    proposal = pair(worker)
    desk.post(address(proposal), choose(proposal))
    kept = Dossier.objects.get(pk=proposal.one_id)
    services.add_facts(worker, kept, e.Noted(text="Hoort bij de zus"))
    noted = Event.objects.get(dossier=kept, kind="NOTED")
    where = f"{kept.get_absolute_url()}/splitsen/{merging.merges_of(kept)[0].event}"
    assert "Hoort bij de zus" in body(desk.get(where))
    assert desk.post(where, {"reden": ""}).status_code == 422
    assert desk.post(where, {"reden": "Twee zussen", "mee": [str(noted.pk)]}).status_code == 302
    assert Event.objects.filter(dossier=proposal.other_id, kind="NOTED").exists()
    assert desk.get(proposal.other.get_absolute_url()).status_code == 200
    assert desk.get(where).status_code == 404
    assert list(rebuild()) == []
