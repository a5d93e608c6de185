"""What a team lead sees and does: load, lateness, approvals, and handing over a caseload."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.dossiers.test_dossier import body, days_ago, happens, unknown
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import caseload, exceptions, merging, team
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import (
    Dossier,
    ExceptionRequest,
    ExceptionStatus,
    Handover,
    Likeness,
    MergeProposal,
    Skills,
)
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.team import Colleague
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role

pytestmark = pytest.mark.django_db
PAGE = "/werklijst/team"


@pytest.fixture
def lead() -> Access:
    return make_staff(Role.TEAM_LEAD)


@pytest.fixture
def desk(client: Client, lead: Access) -> Client:
    return sign_in(client, lead)


@pytest.fixture
def nadia() -> Access:
    return named("Nadia", "Verlinden")


def named(first: str, last: str, agency: str = "agii") -> Access:
    access = make_staff(Role.CASE_WORKER, agency)
    access.staff.first_name, access.staff.last_name = first, last
    access.staff.save()
    return access


def late(worker: Access, **more: object) -> Dossier:
    """Somebody whom VDAB does not know and whose term ended ten days ago."""
    dossier = make_dossier(access=worker, work=[], contract=days_ago(70), **more)  # type: ignore[arg-type]
    return happens(dossier, unknown())


def test_a_team_lead_begins_with_the_team(desk: Client, lead: Access) -> None:
    assert desk.get("/")["Location"] == PAGE
    assert "Team AgII" in body(desk.get(PAGE))


def test_each_number_leads_to_the_list_it_counts(desk: Client, nadia: Access) -> None:
    late(nadia)
    late(nadia)
    make_dossier(access=nadia)
    happens(make_dossier(access=nadia, work=[]), e.EmploymentServiceAsked(question=uuid4()))
    happens(late(nadia), e.TrackEnded(reason="STOPPED"))
    late(named("Koen", "Ander"))
    html = desk.get(PAGE).content.decode()
    links = re.findall(rf'href="(/dossiers\?collega={nadia.staff.username}&amp;lijst=[^"]+)">(.*?)</a>', html)
    numbers = {
        url.partition("lijst=")[2]: int(re.findall(r"\d+", re.sub("<[^>]+>", "", told))[0]) for url, told in links
    }
    assert numbers == {"open": 4, "termijn-voorbij": 2, "wacht-op-vdab": 1}
    for url, _ in links:
        listed = desk.get(url.replace("&amp;", "&")).content.decode()
        assert listed.count('class="naam"') == numbers[url.partition("lijst=")[2]]
        assert "van Nadia Verlinden" in listed


def test_dossiers_of_nobody_stand_on_top(desk: Client, nadia: Access) -> None:
    make_dossier()
    late(nadia)
    html = desk.get(PAGE).content.decode()
    assert html.index("Nog niemand") < html.index("Nadia Verlinden")
    assert desk.get("/dossiers?collega=niemand&lijst=open").content.decode().count('class="naam"') == 1


def test_the_median_counts_the_days_on_the_step_of_today(lead: Access, nadia: Access) -> None:
    for days in (2, 4, 12):
        make_dossier(access=nadia, now=timezone.now() - timedelta(days=days))
    found = next(one for one in team.colleagues(lead, timezone.localdate()) if one.pk == nadia.staff.pk)
    assert found.medians == {"WORK_SITUATION": 4.0}


@pytest.mark.parametrize(
    ("news", "cause"),
    [
        ([], "Nog geen toelichting"),
        ([e.ExplanationGiven()], "Nog geen ondersteuning"),
        ([e.ExplanationGiven(), e.SupportGiven(support="CALL", obstacle="EMAIL")], "Drempel: geen e-mailadres"),
        ([e.ExplanationGiven(), e.RegistrationReported(registered_on=date(2026, 11, 1))], "Gemeld, VDAB bevestigde"),
        ([e.ExplanationGiven(), e.ContactHeld(held=False)], "Afspraak gemist op"),
        ([e.ProofShown(registered_on=date(2026, 11, 1))], "Bewijs en antwoord spreken elkaar tegen"),
    ],
)
def test_who_is_late_is_told_with_the_cause(desk: Client, nadia: Access, news: list[e.Data], cause: str) -> None:
    dossier = happens(late(nadia), *news) if news else late(nadia)
    page = body(desk.get(PAGE))
    assert dossier.number in page
    assert "10 dagen" in page
    assert cause in page


def test_could_not_ask_is_a_cause_and_never_not_known(desk: Client, nadia: Access) -> None:
    dossier = make_dossier(access=nadia, work=[], contract=days_ago(70))
    happens(dossier, e.EmploymentServiceAnswered(answer="SOURCE_DOWN", question=uuid4()))
    assert "Geen antwoord van VDAB: niet bereikbaar" in body(desk.get(PAGE))


def test_the_team_page_costs_the_same_for_one_dossier_as_for_many(desk: Client, nadia: Access) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(PAGE)
        return len(asked)

    late(nadia)
    cost()  # the count in the menu is kept a minute
    one = cost()
    for number in range(5):
        late(named("Koen", f"Nummer{number}"))
    assert cost() == one <= 14


def test_only_a_team_lead_is_here_and_only_for_the_own_agency(desk: Client, nadia: Access) -> None:
    late(nadia)
    assert sign_in(Client(), nadia).get(PAGE).status_code == 403
    other = body(sign_in(Client(), make_staff(Role.TEAM_LEAD, "atlas")).get(PAGE))
    assert "Nadia Verlinden" not in other
    assert "Niemand is te laat." in other


def test_languages_and_competences_are_noted(desk: Client, nadia: Access) -> None:
    address = f"{PAGE}/collega/{nadia.staff.username}"
    desk.post(address, {"talen": ["ar", "fr"], "sterk_in": ["YOUNG"]})
    assert "Arabisch, Frans; jongeren" in body(desk.get(PAGE))
    assert re.search(r'value="ar"[^>]*checked', desk.get(address).content.decode())
    assert desk.post(address, {"talen": ["klingon"]}).status_code == 422
    assert Skills.objects.get().languages == ["ar", "fr"]
    assert desk.get(f"{PAGE}/collega/bestaat-niet").status_code == 404


# --- spreading -----------------------------------------------------------------------------------------------------


def colleague(key: int, load: int = 0, *languages: str) -> Colleague:
    return Colleague(key, f"c{key}", f"C {key}", open=load, languages=languages)


def test_the_lightest_load_gets_the_next_dossier() -> None:
    given = caseload.spread([caseload.Item(n, "") for n in range(1, 6)], [colleague(1, 3), colleague(2, 0)])
    assert [given[n] for n in range(1, 6)] == [2, 2, 2, 1, 2]


def test_who_speaks_the_language_goes_first_until_her_load_outweighs_it() -> None:
    items = [caseload.Item(n, "ar") for n in range(1, 9)]
    given = caseload.spread(items, [colleague(1, 0, "ar"), colleague(2, 0)])
    assert [given[n] for n in range(1, 9)] == [1, 1, 1, 1, 1, 1, 2, 1]


def test_nobody_to_give_to_gives_nothing() -> None:
    assert caseload.spread([caseload.Item(1, "ar")], []) == {}


# --- hand-over -----------------------------------------------------------------------------------------------------


def plan_in(html: str) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', html)
    assert found
    return found[1]


def test_a_caseload_goes_over_as_the_preview_showed_with_one_message_each(desk: Client, nadia: Access) -> None:
    koen, leen = named("Koen", "Proefmans"), named("Leen", "Testelmans")
    Skills.objects.create(staff=leen.staff, languages=["ar"])
    mine = [make_dossier(access=nadia) for _ in range(6)]
    address = f"{PAGE}/overdracht?van={nadia.staff.username}&aan={koen.staff.username}&aan={leen.staff.username}"
    shown = desk.get(address)
    assert "Leen Testelmans krijgt 6" in body(shown)
    assert "Spreekt de taal" in body(shown)
    sent = {"van": nadia.staff.username, "plan": plan_in(shown.content.decode()), "aan": [leen.staff.username]}
    refused = desk.post(f"{PAGE}/overdracht", {**sent, "nota": " "})
    assert refused.status_code == 422
    assert "Vul in wat je collega" in body(refused)
    done = desk.post(f"{PAGE}/overdracht", {**sent, "nota": "Nadia is ziek"}, follow=True)
    assert "6 dossiers van Nadia Verlinden toegewezen." in body(done)
    assert {one.case_worker_id for one in Dossier.objects.filter(pk__in=[d.pk for d in mine])} == {leen.staff.pk}
    theirs = sign_in(Client(), leen)
    assert "gaf je 6 dossiers van Nadia Verlinden. Nadia is ziek" in body(theirs.get("/werklijst"))
    theirs.post(f"/werklijst/overdracht/{Handover.objects.get().pk}/gelezen")
    assert "gaf je 6 dossiers" not in body(theirs.get("/werklijst"))
    assert list(rebuild()) == []


def test_what_changed_hands_after_the_preview_is_left_alone(desk: Client, nadia: Access, lead: Access) -> None:
    from toeleiding.dossiers.services import assign

    koen, leen = named("Koen", "Proefmans"), named("Leen", "Testelmans")
    first, second = make_dossier(access=nadia), make_dossier(access=nadia)
    shown = desk.get(f"{PAGE}/overdracht?van={nadia.staff.username}&aan={koen.staff.username}").content.decode()
    assign(lead, [first], leen.staff, "Intussen")
    sent = {"van": nadia.staff.username, "plan": plan_in(shown), "nota": "Ziek"}
    assert "1 intussen gewijzigd" in body(desk.post(f"{PAGE}/overdracht", sent, follow=True))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.case_worker_id, second.case_worker_id) == (leen.staff.pk, koen.staff.pk)


def test_a_plan_that_somebody_made_up_does_nothing(desk: Client, nadia: Access) -> None:
    dossier = make_dossier(access=nadia)
    for plan in ("", "zomaar", signing.dumps([1, [[dossier.pk, 1]]], salt="iets anders")):
        sent = {"van": nadia.staff.username, "plan": plan, "nota": "Ziek"}
        assert "Dit voorstel is verlopen." in body(desk.post(f"{PAGE}/overdracht", sent, follow=True))
    dossier.refresh_from_db()
    assert dossier.case_worker_id == nadia.staff.pk


def test_a_hand_over_is_undone_within_ten_minutes(desk: Client, lead: Access, nadia: Access) -> None:
    koen = named("Koen", "Proefmans")
    dossiers = [make_dossier(access=nadia) for _ in range(2)]
    batch, done, left = caseload.hand_over(lead, nadia.staff, {one.pk: koen.staff.pk for one in dossiers}, "Ziek")
    assert (done, left) == (2, 0)
    other = make_staff(Role.TEAM_LEAD)
    with pytest.raises(DossierError):
        caseload.take_back(other, batch)
    assert "Ongedaan gemaakt: 2 dossiers terug." in body(desk.post(f"{PAGE}/overdracht/{batch}/ongedaan", follow=True))
    assert set(Dossier.objects.values_list("case_worker", flat=True)) == {nadia.staff.pk}
    assert caseload.unread(koen) == []
    assert "kan niet meer ongedaan" in body(desk.post(f"{PAGE}/overdracht/{batch}/ongedaan", follow=True))


def test_after_ten_minutes_it_stays(lead: Access, nadia: Access) -> None:
    koen = named("Koen", "Proefmans")
    batch, *_ = caseload.hand_over(lead, nadia.staff, {make_dossier(access=nadia).pk: koen.staff.pk}, "Ziek")
    Handover.objects.update(made_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(DossierError, match="niet meer ongedaan"):
        caseload.take_back(lead, batch)


def test_who_is_not_chosen_goes_back_to_the_team(desk: Client) -> None:
    assert "Kies eerst een collega" in body(desk.get(f"{PAGE}/overdracht?van=niemand-anders", follow=True))


# --- exceptions ----------------------------------------------------------------------------------------------------


def asks_pause(worker: Access, dossier: Dossier) -> ExceptionRequest:
    return exceptions.ask(worker, dossier, "SUSPEND_TERM", "Opname", days_ago(3), days_ago(-6))


def test_a_pause_counts_only_once_it_is_approved(desk: Client, nadia: Access) -> None:
    dossier = happens(make_dossier(access=nadia, work=[], contract=days_ago(20)), unknown())
    due = dossier.due_on
    mine = sign_in(Client(), nadia)
    address = f"/dossiers/{dossier.number}/uitzondering"
    sent = {"wat": "SUSPEND_TERM", "reden": "Opname", "van": days_ago(3).isoformat(), "tot": days_ago(-6).isoformat()}
    assert "Tot dan verandert er niets." in body(mine.post(address, {**sent, "events": dossier.events}, follow=True))
    dossier.refresh_from_db()
    assert (dossier.due_on, dossier.suspended_days) == (due, 0)
    assert "Te keuren (1)" in body(desk.get(PAGE))
    desk.post(f"{PAGE}/keur/{ExceptionRequest.objects.get().pk}", {"besluit": "goed"})
    dossier.refresh_from_db()
    assert dossier.suspended_days > 0
    assert dossier.due_on is not None
    assert due is not None
    assert dossier.due_on > due
    assert "Goedgekeurd" in body(mine.get(address))
    assert list(rebuild()) == []


def test_a_skipped_explanation_leads_to_the_registration(desk: Client, nadia: Access) -> None:
    dossier = late(nadia)
    asked = exceptions.ask(nadia, dossier, "SKIP_EXPLANATION", "Kreeg ze al bij Atlas")
    desk.post(f"{PAGE}/keur/{asked.pk}", {"besluit": "goed"})
    dossier.refresh_from_db()
    assert dossier.step == "REGISTRATION"
    page = body(sign_in(Client(), nadia).get(dossier.get_absolute_url()))
    assert "overgeslagen" in page
    assert "Toelichting overgeslagen Reden: Kreeg ze al bij Atlas." in page


def test_a_refusal_needs_a_reason_and_changes_nothing(desk: Client, nadia: Access) -> None:
    dossier = late(nadia)
    asked = asks_pause(nadia, dossier)
    address = f"{PAGE}/keur/{asked.pk}"
    assert "Vul in waarom je dit afkeurt." in body(desk.post(address, {"besluit": "af"}, follow=True))
    desk.post(address, {"besluit": "af", "reden": "Geen bewijs"})
    asked.refresh_from_db()
    dossier.refresh_from_db()
    assert (asked.status, dossier.suspended_days) == (ExceptionStatus.REFUSED, 0)
    assert "Uitzondering afgekeurd: de termijn opschorten Reden: Geen bewijs." in body(
        sign_in(Client(), nadia).get(dossier.get_absolute_url())
    )
    assert "Hierover is al beslist." in body(desk.post(address, {"besluit": "goed"}, follow=True))


def test_who_asks_does_not_approve(lead: Access, nadia: Access) -> None:
    asked = asks_pause(lead, late(nadia))
    with pytest.raises(DossierError, match="Je vroeg dit zelf"):
        exceptions.approve(lead, asked.pk)
    with pytest.raises(DossierError, match="Alleen een teamleider"):
        exceptions.approve(nadia, asked.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExceptionRequest.objects.update(status="APPROVED", decided_by=lead.staff, decided_at=timezone.now())


def test_what_was_asked_is_decided_where_the_person_is_after_a_merge(lead: Access, nadia: Access) -> None:
    gone, kept = late(nadia), late(nadia)
    asked = asks_pause(nadia, gone)
    merging.propose([merging.Pair(gone.pk, kept.pk, Likeness.NEAR_DOUBLE)])
    merging.merge(nadia, MergeProposal.objects.get(), kept, "Zelfde persoon")
    exceptions.approve(lead, asked.pk)
    assert kept.timeline.filter(kind="TERM_SUSPENDED").count() == 1


def test_another_agency_does_not_approve(nadia: Access) -> None:
    asked = asks_pause(nadia, late(nadia))
    stranger = sign_in(Client(), make_staff(Role.TEAM_LEAD, "atlas"))
    assert stranger.post(f"{PAGE}/keur/{asked.pk}", {"besluit": "goed"}).status_code == 404


def test_what_makes_no_sense_cannot_be_asked(nadia: Access) -> None:
    dossier = make_dossier(access=nadia)
    with pytest.raises(DossierError, match="niet de volgende stap"):
        exceptions.ask(nadia, dossier, "SKIP_EXPLANATION", "Zo")
    with pytest.raises(DossierError, match="geen termijn"):
        exceptions.ask(nadia, make_dossier(access=nadia, contract=None), "SUSPEND_TERM", "Zo", days_ago(1))
    with pytest.raises(DossierError, match="waarom"):
        exceptions.ask(nadia, dossier, "SUSPEND_TERM", " ", days_ago(1))
    asks_pause(nadia, dossier)
    with pytest.raises(DossierError, match="ligt al bij"):
        asks_pause(nadia, dossier)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"wat": ""}, "Kies wat je vraagt."),
        ({"reden": ""}, "Vul in waarom je dit vraagt."),
        ({"van": ""}, "Vul in vanaf wanneer de termijn stilstaat"),
        ({"tot": "2020-01-01"}, "De einddatum ligt voor de begindatum."),
    ],
)
def test_the_form_of_an_exception_says_what_to_do(nadia: Access, more: dict[str, str], said: str) -> None:
    dossier = late(nadia)
    sent = {"wat": "SUSPEND_TERM", "reden": "Opname", "van": days_ago(3).isoformat(), "events": dossier.events, **more}
    assert said in body(sign_in(Client(), nadia).post(f"/dossiers/{dossier.number}/uitzondering", sent))
