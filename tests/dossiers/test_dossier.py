"""`/dossiers/<nr>` as the person who asks may see it."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories import make_dossier, make_insz, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers import story
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.magda.insz import mask, show
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, AccessLog, Role

pytestmark = pytest.mark.django_db
BUDGET = 14


@pytest.fixture
def worker() -> Access:
    return make_staff(Role.CASE_WORKER)


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


def today() -> date:
    return timezone.localdate()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def happens(dossier: Dossier, *news: e.Data, source: e.Source = e.Source.CASE_WORKER, days: int = 0) -> Dossier:
    return record(dossier, *[NewEvent(data, days_ago(days), source) for data in news])


def known(**more: object) -> e.Data:
    return e.from_builtins("EMPLOYMENT_SERVICE_ANSWERED", {"answer": "KNOWN", "question": str(uuid4()), **more})


def unknown() -> e.Data:
    return e.EmploymentServiceAnswered(answer="NOT_KNOWN", question=uuid4())


def body(response: object) -> str:
    """The page without markup and with single spaces, as a reader sees it."""
    html = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.replace("\u00a0", " ")))


def open_page(desk: Client, dossier: Dossier, part: str = "") -> str:
    response = desk.get(f"/dossiers/{dossier.number}{part}")
    assert response.status_code == 200
    return body(response)


def test_the_head_says_who_and_which_dossier(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    page = open_page(desk, dossier)
    assert "Samira Voorbeeld" in page
    assert f"Dossier {dossier.number}, verplichte inburgeraar, Mechelen" in page


def test_each_of_six_steps_prints_its_own_date(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, contract=days_ago(20), work=[])
    happens(dossier, e.WorkSituationAssessed(choice="NO_WORK", reason="gesprek"))
    happens(dossier, unknown(), source=e.Source.VDAB)
    page = desk.get(f"/dossiers/{dossier.number}").content.decode()
    bar = page[page.index('class="stappen"') : page.index("</ol>", page.index('class="stappen"'))]
    assert bar.count("<li") == 6
    assert "werkt niet en zoekt werk" in bar
    assert "niet gekend" in bar
    assert bar.count('aria-current="step"') == 1
    assert bar.index('aria-current="step"') > bar.index("VDAB nagaan")


def test_the_term_says_both_dates(desk: Client, worker: Access) -> None:
    signed = days_ago(64)
    dossier = happens(make_dossier(access=worker, contract=signed, work=[]), unknown(), source=e.Source.VDAB)
    page = open_page(desk, dossier)
    assert "4 dagen over de termijn" in page
    assert f"Contract {signed.day} " in page
    assert "inschrijven voor" in page


def test_who_works_is_never_late(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, contract=days_ago(300))
    happens(dossier, e.WorkSituationAssessed(choice="LASTING_WORK", reason="vast contract"))
    page = open_page(desk, dossier)
    assert "over de termijn" not in page
    assert "aan het werk: geen inschrijving nodig" in page
    assert page.count("niet nodig") >= 4


def test_a_contract_before_march_2022_closes_the_bar_with_the_reason(desk: Client, worker: Access) -> None:
    page = open_page(desk, make_dossier(access=worker, contract=date(2022, 2, 5)))
    assert "Niet van toepassing" in page
    assert "vanaf 1 maart 2022" in page


def test_without_a_contract_the_term_waits_for_it(desk: Client, worker: Access) -> None:
    assert "Termijn start bij contract" in open_page(desk, make_dossier(access=worker, contract=None))


def test_a_lapsed_registration_goes_back_to_explanation_for_a_re_registration(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, contract=days_ago(100), work=[])
    happens(dossier, known(category="93", registered_on=days_ago(90).isoformat()), source=e.Source.VDAB, days=80)
    dossier = happens(dossier, unknown(), source=e.Source.VDAB)
    page = open_page(desk, dossier)
    assert dossier.step == "EXPLANATION"
    assert "opnieuw toelichting, voor een herinschrijving" in page
    assert "Gekend, niet meer ingeschreven" in page
    assert "Niet gekend" not in page


def test_an_unknown_category_is_shown_and_never_guessed(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    happens(dossier, known(category="47", registered_on=days_ago(3).isoformat()), source=e.Source.VDAB)
    page = open_page(desk, dossier)
    assert "onbekende code 47" in page
    assert "nog niet toegewezen" in page


def test_a_known_category_comes_with_words_and_a_line(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    answer = known(category="03", registered_on=days_ago(3).isoformat(), counsellor={"name": "Jan Proef"})
    happens(dossier, answer, source=e.Source.VDAB)
    page = open_page(desk, dossier)
    assert "03 vrij ingeschreven" in page
    assert "schrijft zich in om begeleid te worden" in page
    assert "Jan Proef" in page


def test_an_answer_older_than_the_set_number_of_days_is_out_of_date(desk: Client, worker: Access) -> None:
    fresh = happens(make_dossier(access=worker, work=[]), unknown(), source=e.Source.VDAB, days=14)
    old = happens(make_dossier(access=worker, work=[]), unknown(), source=e.Source.VDAB, days=15)
    assert "Verouderd" not in open_page(desk, fresh)
    assert "Verouderd" in open_page(desk, old)


def test_in_brussels_actiris_takes_the_place_of_vdab_everywhere(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, nis="21004", municipality="Brussel", work=[])
    for part in ("", "/vdab", "/toelichting", "/inschrijving"):
        html = desk.get(f"/dossiers/{dossier.number}{part}").content.decode()
        main = html[html.index("<main") : html.index("</main>")].replace(f"/dossiers/{dossier.number}/vdab", "")
        assert "Actiris" in main, part
        assert "VDAB" not in main, part


def test_an_incomplete_birth_date_is_shown_as_it_is(desk: Client, worker: Access) -> None:
    assert "1990, dag en maand onbekend" in open_page(desk, make_dossier(access=worker, birth="1990-00-00"))


def test_the_national_number_is_hidden_until_asked_for_and_then_logged(desk: Client, worker: Access) -> None:
    insz = make_insz()
    dossier = make_dossier(access=worker, insz=insz)
    shown = show(insz)
    page = open_page(desk, dossier)
    assert shown not in page
    assert insz not in page
    ask = f"/dossiers/{dossier.number}/nummer"
    for reason in ("", "verzonnen"):
        refused = desk.post(ask, {"reden": reason})
        assert "Kies eerst waarom je het rijksregisternummer wil zien." in body(refused)
        assert shown not in body(refused)
    assert shown in body(desk.post(ask, {"reden": "samen"}))
    part = desk.post(ask, {"reden": "dienst"}, headers={"hx-request": "true"})
    assert shown in body(part)
    log = AccessLog.objects.filter(dossier=dossier.pk, action=AccessAction.SHOWN_INSZ)
    assert [(entry.purpose, entry.detail) for entry in log.order_by("pk")] == [
        ("GUIDANCE", "op het dossier: nakijken met de persoon"),
        ("GUIDANCE", "op het dossier: doorgeven aan een andere dienst"),
    ]
    assert desk.get(f"/dossiers/{dossier.number}/nummer").status_code == 405


def test_a_bis_number_that_became_a_national_number_stays_in_the_history(desk: Client, worker: Access) -> None:
    old, new = make_insz(), make_insz()
    dossier = make_dossier(access=worker, insz=old)
    dossier = happens(dossier, e.NumberReplaced(old=old, new=new), source=e.Source.REGISTER)
    page = open_page(desk, dossier)
    assert dossier.insz == new
    assert "Nummer vervangen door een rijksregisternummer" in page
    assert f"••.••.••-•••.{old[9:]}" in page
    assert "vervangen door" in page


def test_opening_is_logged_once_in_ten_minutes_and_again_under_another_dossier(desk: Client, worker: Access) -> None:
    first, second = make_dossier(access=worker), make_dossier(access=worker)
    for dossier in (first, first, second, first):
        open_page(desk, dossier)
    opened = AccessLog.objects.filter(action=AccessAction.OPENED, staff=worker.staff)
    assert sorted(opened.values_list("dossier", flat=True)) == sorted([first.pk, second.pk])


def test_a_new_session_logs_again(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    open_page(desk, dossier)
    open_page(sign_in(Client(), worker), dossier)
    assert AccessLog.objects.filter(action=AccessAction.OPENED, dossier=dossier.pk).count() == 2


def test_recently_viewed_holds_eight_and_goes_with_the_session(desk: Client, worker: Access) -> None:
    made = [make_dossier(access=worker, first_name=f"Proef{place}") for place in range(9)]
    for dossier in made:
        open_page(desk, dossier)
    open_page(desk, made[5])
    recent = desk.session["recent"]
    assert [one["url"] for one in recent][:2] == [f"/dossiers/{made[5].number}", f"/dossiers/{made[8].number}"]
    assert len(recent) == 8
    assert f"/dossiers/{made[0].number}" not in [one["url"] for one in recent]
    desk.post("/afmelden")
    assert "recent" not in desk.session


def test_a_dossier_of_another_agency_is_refused_in_words(desk: Client) -> None:
    response = desk.get(f"/dossiers/{make_dossier(agency='atlas').number}")
    assert response.status_code == 403
    assert "Je mag dit dossier niet openen. Werk je samen rond deze persoon?" in body(response)


def test_an_unknown_number_is_not_found(desk: Client) -> None:
    assert desk.get("/dossiers/TN-1999-99999").status_code == 404
    assert desk.get("/dossiers/onzin").status_code == 404


@pytest.mark.parametrize("role", [Role.PROJECT_LEAD, Role.EXCHANGE_OPERATOR])
def test_roles_without_people_see_no_dossier(client: Client, role: Role) -> None:
    dossier = make_dossier()
    assert sign_in(client, make_staff(role)).get(f"/dossiers/{dossier.number}").status_code == 403
    assert Client().get(f"/dossiers/{dossier.number}").status_code == 302


def test_a_vdab_counsellor_sees_the_partner_view_of_a_joint_client_only(client: Client, worker: Access) -> None:
    old, insz = make_insz(), make_insz()
    dossier = make_dossier(access=worker, insz=old, work=[])
    happens(dossier, e.NumberReplaced(old=old, new=insz), e.Noted(text="Dit blijft bij het agentschap."))
    counsellor = make_staff(Role.VDAB_COUNSELLOR, "vdab-mechelen")
    office = {"office": counsellor.organisation.short_name}
    answer = known(category="03", registered_on=days_ago(3).isoformat(), counsellor=office)
    happens(dossier, answer, source=e.Source.VDAB)
    vdab = sign_in(client, counsellor)
    page = open_page(vdab, dossier)
    assert "Arabisch" in page
    assert "Opvolging" in page
    assert "03 vrij ingeschreven" in page
    for hidden in (
        "Dit blijft bij het agentschap",
        "Rijksregister",
        insz,
        show(insz)[:8],
        mask(insz),
        "5 juni 1990",
        "Recht om te werken",
    ):
        assert hidden not in page, hidden
    for part in ("/persoon", "/inzage", "/print", "/vdab", "/werksituatie", "/toelichting", "/inschrijving"):
        assert vdab.get(f"/dossiers/{dossier.number}{part}").status_code == 403, part
    assert vdab.post(f"/dossiers/{dossier.number}/nummer").status_code == 403
    assert vdab.get(f"/dossiers/{make_dossier(work=[]).number}").status_code == 403


def test_the_data_protection_officer_reads_and_cannot_write(client: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    dpo = sign_in(client, make_staff(Role.DPO))
    page = dpo.get(f"/dossiers/{dossier.number}").content.decode()
    assert "Bewaar notitie" not in page
    assert "Vraag status op" not in page
    assert dpo.post(f"/dossiers/{dossier.number}/vdab/vraag").status_code == 403
    assert dpo.post(f"/dossiers/{dossier.number}/notitie", {"tekst": "x"}).status_code == 403
    before = Event.objects.filter(dossier=dossier).count()
    choice = {"keuze": "NO_WORK", "bron": "TALK", "datum": today().isoformat()}
    dpo.post(f"/dossiers/{dossier.number}/werksituatie", choice)
    assert Event.objects.filter(dossier=dossier).count() == before


def test_a_note_stands_on_the_timeline_with_who_wrote_it(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    desk.post(f"/dossiers/{dossier.number}/notitie", {"tekst": "Belt <morgen> terug."})
    page = desk.get(f"/dossiers/{dossier.number}").content.decode()
    assert "Belt &lt;morgen&gt; terug." in page
    note = Event.objects.get(dossier=dossier, kind="NOTED")
    assert f'id="gebeurtenis-{note.pk}"' in page
    empty = desk.post(f"/dossiers/{dossier.number}/notitie", {"tekst": "  "})
    assert empty.status_code == 422
    assert "Schrijf je notitie, of laat ze weg." in body(empty)
    assert "<title>Fout: " in empty.content.decode()


def test_a_corrected_event_is_struck_through_and_no_longer_counts(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    dossier = happens(dossier, e.WorkSituationAssessed(choice="LASTING_WORK", reason="verkeerde persoon"))
    assert dossier.outcome == "WORKING"
    wrong = Event.objects.get(dossier=dossier, kind="WORK_SITUATION_ASSESSED")
    address = f"/dossiers/{dossier.number}/rechtzetting/{wrong.pk}"
    assert "blijft doorstreept" in body(desk.get(address))
    assert desk.post(address, {"reden": "", "events": dossier.events}).status_code == 422
    assert desk.post(address, {"reden": "andere persoon", "events": dossier.events}).status_code == 302
    dossier.refresh_from_db()
    page = desk.get(f"/dossiers/{dossier.number}").content.decode()
    assert dossier.outcome == "TO_ASSESS"
    line = page[page.index(f'id="gebeurtenis-{wrong.pk}"') :]
    assert '<s class="hersteld">' in line[: line.index("</li>")]
    assert "Reden: andere persoon." in page
    assert desk.post(address, {"reden": "nog eens", "events": dossier.events}).status_code == 403
    assert desk.get(f"/dossiers/{dossier.number}/rechtzetting/999999999").status_code == 404


def test_what_a_register_answered_cannot_be_withdrawn_by_hand(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker, work=[]), unknown(), source=e.Source.VDAB)
    answer = Event.objects.get(dossier=dossier, kind="EMPLOYMENT_SERVICE_ANSWERED")
    response = desk.post(f"/dossiers/{dossier.number}/rechtzetting/{answer.pk}", {"reden": "weg ermee"})
    assert response.status_code == 403


def test_the_timeline_can_be_narrowed_and_unknown_choices_show_all(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker, work=[]), e.Noted(text="Een gesprek."), unknown())
    talks = open_page(desk, dossier, "?toon=gesprek")
    assert "Een gesprek." in talks
    assert "geen inschrijving gevonden" not in talks
    assert "geen inschrijving gevonden" in open_page(desk, dossier, "?toon=dienst")
    assert "Dossier geopend" in open_page(desk, dossier, "?toon=onzin")


def test_a_long_timeline_is_cut_and_the_rest_is_one_click_away(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker), *[e.Noted(text=f"Notitie {place}.") for place in range(60)])
    first = open_page(desk, dossier)
    assert "Notitie 59." in first
    assert "Notitie 3." not in first
    assert "oudere" in first
    assert "Notitie 3." in open_page(desk, dossier, "?alles=1")


def test_every_kind_of_event_is_told_in_dutch() -> None:
    untold = {data for data in e.KINDS.values() if data not in story._TELLINGS}
    assert untold <= {e.AgencyChanged, e.Decided}


def test_a_waiting_page_asks_for_news_and_gets_it_without_a_reload(desk: Client, worker: Access) -> None:
    question = uuid4()
    dossier = happens(make_dossier(access=worker, work=[]), e.EmploymentServiceAsked(question=question))
    address = f"/dossiers/{dossier.number}"
    page = desk.get(address).content.decode()
    assert f'hx-get="{address}?gezien={dossier.events}"' in page
    assert "Antwoord verwacht. Meestal binnen enkele minuten." in page
    assert "Vernieuw" in page
    htmx = {"hx-request": "true"}
    assert desk.get(f"{address}?gezien={dossier.events}", headers=htmx).status_code == 204
    happens(dossier, e.EmploymentServiceAnswered(answer="NOT_KNOWN", question=question), source=e.Source.VDAB)
    part = desk.get(f"{address}?gezien={dossier.events}", headers=htmx).content.decode()
    assert part.lstrip().startswith('<div id="dossier"')
    assert "geen inschrijving gevonden" in part
    assert "hx-get" not in part.split(">", 1)[0]


def test_an_assumption_is_marked_with_a_link_to_its_rule(desk: Client, worker: Access) -> None:
    entry = e.WorkEntry(kind="FLEXI", begin=days_ago(30))
    dossier = make_dossier(access=worker, work=[entry])
    assert dossier.unconfirmed
    page = desk.get(f"/dossiers/{dossier.number}").content.decode()
    assert "Aanname, nog te bevestigen" in page
    assert f'href="/regels/{dossier.unconfirmed[0]}"' in page


def test_the_printed_summary_holds_no_internal_notes_and_is_logged(desk: Client, worker: Access) -> None:
    insz = make_insz()
    dossier = happens(make_dossier(access=worker, insz=insz, work=[]), e.Noted(text="Alleen voor het team."))
    page = open_page(desk, dossier, "/print")
    assert "Alleen voor het team." not in page
    for number in (insz, show(insz), mask(insz)):
        assert number not in page
    assert "inschrijven voor" in page
    assert AccessLog.objects.filter(dossier=dossier.pk, action=AccessAction.PRINTED).count() == 1


def test_temporary_protection_has_no_term(desk: Client, worker: Access) -> None:
    dossier = happens(make_dossier(access=worker, work=[]), e.TemporaryProtectionSet(protected=True))
    page = open_page(desk, dossier)
    assert dossier.due_on is None
    assert "Geen termijn" in page
    assert "over de termijn" not in page


def test_a_missed_appointment_is_a_reason_to_call_and_not_a_sanction(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker, work=[])
    happens(dossier, known(registered_on=days_ago(9).isoformat()), source=e.Source.VDAB)
    happens(dossier, e.ContactHeld(held=False))
    page = open_page(desk, dossier)
    assert "Afspraak gemist. Bel samen." in page
    assert "sanctie" not in page.lower()


@pytest.mark.parametrize(
    "part", ["", "/werksituatie", "/vdab", "/toelichting", "/inschrijving", "/inzage", "/persoon", "/print"]
)
def test_every_page_stays_within_its_budget_of_queries(desk: Client, worker: Access, part: str) -> None:
    dossier = happens(make_dossier(access=worker, work=[]), *[e.Noted(text=f"{n}") for n in range(30)], unknown())
    open_page(desk, make_dossier(access=worker))
    with CaptureQueriesContext(connection) as asked:
        open_page(desk, dossier, part)
    assert len(asked) <= BUDGET, "\n".join(query["sql"][:120] for query in asked)


def test_who_looked_is_shown_with_role_and_reason(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    open_page(desk, dossier)
    page = open_page(desk, dossier, "/inzage")
    assert "Nadia Testema" in page
    assert "Trajectbegeleider, AgII" in page
    assert "Begeleiding naar werk" in page
    assert "Dossier geopend" in page


def test_a_question_to_the_data_protection_officer_lands_on_the_timeline(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    assert desk.post(f"/dossiers/{dossier.number}/inzage", {"vraag": ""}).status_code == 422
    desk.post(f"/dossiers/{dossier.number}/inzage", {"vraag": "Waarom keek Atlas op 3 november?"})
    page = open_page(desk, dossier)
    assert "Vraag aan de functionaris gegevensbescherming: Waarom keek Atlas op 3 november?" in page


def test_what_you_just_noted_can_be_undone_once_and_only_by_you(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    saved = desk.post(f"/dossiers/{dossier.number}/notitie", {"tekst": "Vergissing."}, follow=True)
    note = Event.objects.get(dossier=dossier, kind="NOTED")
    undo = f"/dossiers/{dossier.number}/ongedaan/{note.pk}"
    assert f'action="{undo}"' in saved.content.decode()
    colleague = sign_in(Client(), make_staff())
    assert "niet meer ongedaan maken" in body(colleague.post(undo, follow=True))
    assert "Ongedaan gemaakt." in body(desk.post(undo, follow=True))
    assert "niet meer ongedaan maken" in body(desk.post(undo, follow=True))
    assert Event.objects.filter(corrects=note).count() == 1
