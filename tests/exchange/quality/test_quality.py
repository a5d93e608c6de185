"""What is measured agrees with what was counted by hand; a finding becomes an action with a figure before and after."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_dossier, make_insz, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.models import ActionState, Attempt, ImprovementAction, QualityFigure, Question
from toeleiding.exchange.quality import actions, snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure
from toeleiding.exchange.quality.measures import PERIODS, Window, flows, standing
from toeleiding.organisations.models import AccessLog, Organisation, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def asked(dossier: Dossier, outcome: str, *, days: int = 1, hours: float = 1, **more: Any) -> Question:
    """A question of some days ago that ended after so many hours."""
    at = timezone.now() - timedelta(days=days)
    done = outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL")
    given = {
        "service": "GeefDossierVDAB", "version": "01.00", "dossier": dossier, "insz": dossier.insz or "",
        "purpose": "GUIDANCE", "legal_basis": "grond", "asked_at": at, "expires_at": at + timedelta(days=7),
        "next_attempt_at": at, "finished_at": at + timedelta(hours=hours), "outcome": outcome,
        "status": "DONE" if done else "DEAD", "cause": "" if done else "x", "next_step": "" if done else "y",
    }  # fmt: skip
    question = Question.objects.create(**{**given, **more})
    ended = at + timedelta(seconds=2)
    Attempt.objects.create(reference=uuid4(), question=question, started_at=at, ended_at=ended, outcome=outcome)
    return question


def told(dossier: Dossier, on: date, **more: Any) -> None:
    data = e.EmploymentServiceAnswered(answer="KNOWN", **more)
    record(dossier, NewEvent(data, on, e.Source.VDAB))


def figures() -> dict[tuple[str, str], tuple[int, int, float | None]]:
    codes = {None: "alle", **dict(Organisation.objects.values_list("pk", "code"))}
    return {
        (one.measure, codes[one.agency]): (one.numerator, one.denominator, one.value)
        for one in (*standing(timezone.now()), *flows([Window.back(30, timezone.now())])[0])
    }


def test_answers_count_not_known_and_no_failure() -> None:
    here = make_dossier()
    there = make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    for outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL", "SOURCE_DOWN"):
        asked(here, outcome)
    asked(there, "REFUSED")
    asked(there, "KNOWN", days=60)  # another period
    found = figures()
    assert found["ANSWERS", "agii"] == (3, 4, 0.75)
    assert found["ANSWERS", "atlas"] == (0, 1, 0.0)
    assert found["ANSWERS", "alle"] == (3, 5, 0.6)


def test_an_answer_within_a_day_is_counted_from_the_click() -> None:
    dossier = make_dossier()
    asked(dossier, "KNOWN", days=3, hours=23)
    asked(dossier, "KNOWN", days=3, hours=25)
    asked(dossier, "SOURCE_DOWN", days=0, hours=0)  # may still be in time
    assert figures()["WITHIN_A_DAY", "agii"] == (1, 2, 0.5)


def test_the_time_of_the_sources_leaves_out_calls_without_an_answer() -> None:
    dossier = make_dossier()
    asked(dossier, "KNOWN")
    asked(dossier, "SOURCE_DOWN")
    assert figures()["LATENCY", "agii"] == (1, 1, 2.0)


def test_the_age_of_what_vdab_told_follows_the_rule() -> None:
    today = timezone.localdate()
    told(make_dossier(work=[]), today - timedelta(days=3), category="03")
    told(make_dossier(work=[]), today - timedelta(days=14), category="03")
    told(make_dossier(work=[]), today - timedelta(days=15), category="03")
    make_dossier(work=[])
    found = figures()
    assert found["FRESH", "agii"] == (2, 3, 2 / 3)
    assert found["AGE", "agii"][2] == 14


def test_each_field_is_counted_where_it_can_be() -> None:
    today = timezone.localdate()
    full = e.Counsellor(name="Els", phone="02 123 45 67")
    told(make_dossier(work=[]), today, category="03", counsellor=full, registered_on=date(2026, 10, 5))
    told(make_dossier(work=[]), today, counsellor=e.Counsellor(name="Els"))
    told(make_dossier(work=[]), today, counsellor=e.Counsellor(name="Els", phone="", email="els@test.invalid"))
    make_dossier(contract=None)
    found = figures()
    assert found["CATEGORY", "agii"][:2] == (1, 3)
    assert found["COUNSELLOR", "agii"][:2] == (3, 3)
    assert found["CONTACT", "agii"][:2] == (2, 3)
    assert found["REGISTERED_ON", "agii"][:2] == (1, 3)
    assert found["CONTRACT", "agii"][:2] == (3, 4)
    assert found["NUMBER", "agii"][:2] == (4, 4)
    assert found["LANGUAGE", "agii"] == (4, 4, 1.0)


def test_conflicts_failures_replaced_numbers_and_manual_entries() -> None:
    today = timezone.localdate()
    one = make_dossier(work=[])
    record(one, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), today, e.Source.VDAB))
    record(one, NewEvent(e.ProofShown(registered_on=date(2026, 10, 5)), today, e.Source.CLIENT))
    old, new = make_insz(), make_insz()
    make_dossier(e.NumberReplaced(old=old, new=new), insz=old)
    asked(make_dossier(), "REFUSED")
    asked(make_dossier(), "REFUSED", handled="OTHER_NUMBER")
    found = figures()
    assert found["CONFLICTS", "agii"][0] == 1
    assert found["REPLACED", "agii"][0] == 1
    assert found["DEAD", "agii"][0] == 1
    assert found["MANUAL", "agii"][:2] == (1, 2)


def test_who_is_only_in_the_kbi_and_who_was_never_asked() -> None:
    today = timezone.localdate()
    gone = make_dossier(work=[])
    record(gone, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), today, e.Source.VDAB))
    told(make_dossier(work=[]), today, category="03", registered_on=date(2026, 10, 5))
    make_dossier(work=[])
    found = figures()
    assert found["ONLY_KBI", "agii"][:2] == (1, 2)
    assert found["NEVER_ASKED", "agii"][0] == 1


def test_nothing_at_all_is_nothing_to_measure() -> None:
    found = figures()
    assert found["ANSWERS", "alle"] == (0, 0, None)
    assert w.shown(MEASURES["ANSWERS"], Figure("ANSWERS", None, 0, 0, None)) == "nog niets te meten"


def test_measuring_takes_one_query_per_measure_however_many_periods(django_assert_num_queries: Any) -> None:
    make_dossier()
    standing(timezone.now())
    happening = sum(measure.flow for measure in MEASURES.values())
    with django_assert_num_queries(len(MEASURES) - happening + 2):  # and the agencies, and the rules in force
        standing(timezone.now())
    with django_assert_num_queries(happening + 1):
        flows([Window.back(days, timezone.now()) for days in (*PERIODS, 365)])


def test_who_still_waits_after_a_day_has_no_answer_and_who_was_just_asked_may_get_one() -> None:
    dossier = make_dossier()
    waiting = {"status": "WAITING", "finished_at": None, "cause": "", "next_step": ""}
    asked(dossier, "KNOWN")
    asked(dossier, "", days=2, **waiting)
    asked(dossier, "", days=0, **waiting)
    assert figures()["ANSWERS", "agii"] == (1, 2, 0.5)


def test_answers_are_told_per_service() -> None:
    dossier = make_dossier()
    asked(dossier, "KNOWN")
    asked(dossier, "REFUSED", service="GeefWerkrelaties", version="02.00")
    found = figures()
    assert found["ANSWERS", "agii"] == (1, 1, 1.0)
    assert found["ANSWERS_WORK", "agii"] == (0, 1, 0.0)


def test_fields_of_vdab_leave_out_actiris_and_who_is_registered_no_more() -> None:
    today = timezone.localdate()
    told(make_dossier(work=[]), today, category="03", counsellor=e.Counsellor(name="Els"))
    told(make_dossier(work=[]), today, category="99", ended_on=today - timedelta(days=3))
    brussels = make_dossier(work=[], nis="21004", municipality="Brussel")
    record(brussels, NewEvent(e.EmploymentServiceAnswered(answer="KNOWN", service="ACTIRIS"), today, e.Source.ACTIRIS))
    found = figures()
    for code in ("COUNSELLOR", "CONTACT", "OFFICE", "DELIVERED"):
        assert found[code, "agii"][1] == 1


def test_not_delivered_is_something_else_than_empty() -> None:
    today = timezone.localdate()
    told(make_dossier(work=[]), today, category="03")  # VDAB gave its file, without a counsellor: empty
    typed = e.EmploymentServiceAnswered(answer="KNOWN", category="03")
    record(make_dossier(work=[]), NewEvent(typed, today, e.Source.CASE_WORKER))  # nobody could deliver one
    found = figures()
    assert found["DELIVERED", "agii"][:2] == (1, 2)
    assert found["COUNSELLOR", "agii"][:2] == (0, 1)


def test_settled_conflicts_cancelled_numbers_and_dossiers_without_a_step() -> None:
    today = timezone.localdate()
    one = make_dossier(work=[])
    record(one, NewEvent(e.EmploymentServiceAnswered(answer="NOT_KNOWN"), today, e.Source.VDAB))
    record(one, NewEvent(e.ProofShown(registered_on=date(2026, 10, 5)), today, e.Source.CLIENT))
    record(one, NewEvent(e.ConflictSettled(chosen="REGISTER", reason="Oud bewijs"), today, e.Source.CASE_WORKER))
    number = make_insz()
    make_dossier(e.NumberCancelled(insz=number), insz=number)
    idle = make_dossier(work=[])
    assert figures()["NO_STEP", "agii"][0] == 0
    idle.tasks.update(closed_at=timezone.now())
    found = figures()
    assert found["SETTLED", "agii"][0] == found["CANCELLED", "agii"][0] == found["NO_STEP", "agii"][0] == 1


def test_the_time_from_a_failure_to_its_answer() -> None:
    question = asked(make_dossier(), "KNOWN", days=2, hours=10)
    assert ("RESOLUTION", "agii") not in figures()
    failed = question.asked_at + timedelta(hours=4)
    Attempt.objects.create(
        reference=uuid4(), question=question, started_at=failed, ended_at=failed, outcome="SOURCE_DOWN"
    )
    assert figures()["RESOLUTION", "agii"] == (1, 1, 6.0)


def test_weeks_before_the_first_night_are_filled_in_from_what_was_kept() -> None:
    dossier = make_dossier()
    for weeks in range(5):
        for _ in range(30):
            asked(dossier, "KNOWN", days=7 * weeks + 2)
    snapshots.take()
    seen = snapshots.overview()
    assert seen is not None
    assert [value for _, value in seen.trends["ANSWERS"]] == [1.0] * 5
    before = QualityFigure.objects.count()
    snapshots.take()
    assert QualityFigure.objects.count() == before


def test_a_week_and_own_days_have_figures_of_their_own(client: Client, operator: Any) -> None:
    dossier = make_dossier()
    for _ in range(30):
        asked(dossier, "KNOWN", days=2)
    for _ in range(33):
        asked(dossier, "KNOWN", days=20)
    snapshots.take()
    base = "/uitwisseling/kwaliteit"
    assert "30 van 30" in client.get(f"{base}?periode=7").content.decode()
    assert "63 van 63" in client.get(base).content.decode()
    today = timezone.localdate()
    first, last = today - timedelta(days=25), today - timedelta(days=10)
    own = client.get(f"{base}?periode=eigen&van={first}&tot={last}").content.decode()
    assert "35 van 35" in own
    assert "ronden we aantallen af op 5" in own
    wrong = client.get(f"{base}?periode=eigen&van={last}&tot={first}")
    assert wrong.status_code == 422
    assert "Kies een latere dag" in wrong.content.decode()


def test_an_operator_sees_the_questions_behind_a_figure_and_that_is_logged(client: Client, operator: Any) -> None:
    dossier = make_dossier(last_name="Geheimema")
    bad = [asked(dossier, "REFUSED") for _ in range(6)]
    for _ in range(30):
        asked(dossier, "KNOWN")
    snapshots.take()
    page = client.get("/uitwisseling/kwaliteit/ANSWERS").content.decode()
    assert f"/uitwisseling/berichten/{bad[0].pk}" in page
    assert "Geheimema" not in page
    assert AccessLog.objects.filter(dossier=dossier.pk, detail__startswith="kwaliteit, vragen").count() == 6


def test_questions_behind_a_figure_that_is_kept_back_are_kept_back(client: Client, operator: Any) -> None:
    bad = [asked(make_dossier(), "REFUSED") for _ in range(3)]
    snapshots.take()
    page = client.get("/uitwisseling/kwaliteit/DEAD").content.decode()
    assert "te weinig personen" in page
    assert str(bad[0].pk) not in page


def test_a_team_lead_sees_the_previous_number_masked_and_no_total(client: Client) -> None:
    old, new = make_insz(), make_insz()
    make_dossier(e.NumberReplaced(old=old, new=new), insz=old)
    snapshots.take()
    sign_in(client, make_staff(Role.TEAM_LEAD))
    page = client.get("/uitwisseling/kwaliteit/REPLACED").content.decode()
    assert f"vroeger nummer …{old[-4:]}, vervangen" in page
    assert old not in page
    assert "Alle samen" not in page


def test_a_day_is_measured_once_however_often_it_is_asked() -> None:
    make_dossier()
    snapshots.take()
    count = QualityFigure.objects.count()
    make_dossier()
    snapshots.take()
    assert QualityFigure.objects.count() == count
    assert QualityFigure.objects.get(measure="NUMBER", agency=None).denominator == 2


def test_the_trend_has_the_last_day_of_each_week(django_assert_num_queries: Any) -> None:
    day = date(2026, 11, 23)
    for back, value in ((0, 0.9), (1, 0.8), (7, 0.7), (8, 0.1), (200, 0.5)):
        QualityFigure.objects.create(
            on=day - timedelta(days=back), measure="FRESH", numerator=50, denominator=100, value=value
        )
    with django_assert_num_queries(3):
        seen = snapshots.overview()
    assert seen is not None
    assert [found for _, found in seen.trends["FRESH"]] == [0.1, 0.8, 0.9]


def test_a_figure_has_a_verdict_in_words_and_what_is_kept_back_has_no_number() -> None:
    fresh = MEASURES["FRESH"]
    cell = w.cell(fresh, Figure("FRESH", None, 30, 40, 0.75))
    assert (cell.words, cell.counts, cell.verdict) == ("75\u00a0%", "30 van 40", "haalt ons voorstel niet")
    assert w.cell(fresh, Figure("FRESH", None, 32, 40, 0.8)).verdict == "haalt ons voorstel"
    hidden = w.cell(fresh, Figure("FRESH", None, 0, 0, None, hidden=True))
    assert (hidden.words, hidden.number, hidden.numerator, hidden.tone) == (
        "te weinig personen",
        None,
        None,
        "neutraal",
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((10, 100), (90, 100), "Beter geworden."),
        ((90, 100), (10, 100), "Slechter geworden."),
        ((50, 100), (52, 100), "Geen duidelijk verschil: de marges overlappen."),
    ],
)
def test_a_difference_is_said_no_stronger_than_it_is(
    before: tuple[int, int], after: tuple[int, int], said: str
) -> None:
    one, other = (Figure("FRESH", None, top, bottom, top / bottom) for top, bottom in (before, after))
    assert w.difference(MEASURES["FRESH"], one, other) == said


def test_fewer_conflicts_is_better() -> None:
    one, other = Figure("CONFLICTS", None, 5, 9, 5.0), Figure("CONFLICTS", None, 2, 9, 2.0)
    assert w.difference(MEASURES["CONFLICTS"], one, other) == "Beter geworden."


def test_the_interval_of_wilson() -> None:
    low, high = w.interval(8, 10) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)


# --- the plan ------------------------------------------------------------------------------------------------------


@pytest.fixture
def operator(client: Client) -> Any:
    access = make_staff(Role.EXCHANGE_OPERATOR)
    sign_in(client, access)
    return access


def planned(access: Any, **more: Any) -> ImprovementAction:
    given = {"measure": "FRESH", "agency": None, "title": "Vaker vragen", "why": "", "owner": access.staff,
             "due_on": timezone.localdate() + timedelta(days=30)}  # fmt: skip
    return actions.make(access, actions.Plan(**{**given, **more}))


def test_the_figure_before_is_frozen_and_the_one_after_measured_again(operator: Any) -> None:
    today = timezone.localdate()
    for _ in range(30):
        told(make_dossier(work=[]), today - timedelta(days=20), category="03")
    snapshots.take()
    action = planned(operator)
    assert (action.before_numerator, action.before_denominator) == (0, 30)
    for dossier in Dossier.objects.all():
        told(dossier, today, category="03")
    snapshots.take()
    actions.close(action, ActionState.DONE, "Elke week gevraagd.")
    action.refresh_from_db()
    assert (action.before_value, action.after_value) == (0.0, 1.0)
    after = actions.after(action)
    assert after is not None
    assert w.difference(MEASURES["FRESH"], actions.before(action), after) == "Beter geworden."
    with pytest.raises(actions.ActionError, match="al afgesloten"):
        actions.close(action, ActionState.DONE, "Nog eens.")


def test_an_action_freezes_nothing_that_is_kept_back(operator: Any) -> None:
    for _ in range(3):
        asked(make_dossier(), "REFUSED")
    action = planned(operator, measure="DEAD")
    assert (action.before_hidden, action.before_numerator, action.before_value) == (True, 0, None)
    assert w.shown(MEASURES["DEAD"], actions.before(action)) == "te weinig personen"


def test_the_end_of_an_action_needs_words(operator: Any) -> None:
    action = planned(operator)
    with pytest.raises(actions.ActionError, match="Vul in"):
        actions.close(action, ActionState.DROPPED, "  ")
    with pytest.raises(actions.ActionError, match="Kies"):
        actions.close(action, ActionState.RUNNING, "x")


def test_late_ones_come_first_and_closed_ones_last(operator: Any) -> None:
    snapshots.take()
    soon = planned(operator, title="straks")
    done = planned(operator, title="klaar")
    late = planned(operator, title="te laat")
    ImprovementAction.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    actions.close(done, ActionState.DONE, "ok")
    listed = actions.listed(operator, timezone.localdate())
    assert [one.pk for one in listed] == [late.pk, soon.pk, done.pk]


# --- the pages -----------------------------------------------------------------------------------------------------


def test_before_the_first_night_the_page_says_so_and_can_measure(client: Client, operator: Any) -> None:
    assert "Er zijn nog geen cijfers" in client.get("/uitwisseling/kwaliteit").content.decode()
    client.post("/uitwisseling/kwaliteit/meet")
    page = client.get("/uitwisseling/kwaliteit").content.decode()
    assert "Vragen aan VDAB met een antwoord" in page
    assert "Er zijn nog geen cijfers" not in page


def test_a_large_population_is_measured_by_the_worker(client: Client, operator: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("toeleiding.exchange.quality.views.AT_ONCE", -1)
    client.post("/uitwisseling/kwaliteit/meet")
    client.post("/uitwisseling/kwaliteit/meet")
    assert not QualityFigure.objects.exists()
    from toeleiding.exchange.tasks import measure_quality

    measure_quality(timestamp=0)
    assert QualityFigure.objects.exists()


def test_a_finding_becomes_an_action_and_is_followed_to_its_end(client: Client, operator: Any) -> None:
    snapshots.take()
    new = client.get("/uitwisseling/kwaliteit/acties/nieuw?meting=DEAD&agentschap=atlas").content.decode()
    assert '<option value="DEAD" selected>' in new
    assert client.post("/uitwisseling/kwaliteit/acties/nieuw", {"meting": "DEAD"}).status_code == 422
    given = {
        "meting": "FRESH", "agentschap": "", "titel": "Vaker vragen", "wie": operator.staff.pk, "doel": "90",
        "tegen": (timezone.localdate() + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    made = client.post("/uitwisseling/kwaliteit/acties/nieuw", given)
    action = ImprovementAction.objects.get()
    assert made["Location"] == action.get_absolute_url()
    assert action.target == 0.9
    at = action.get_absolute_url()
    client.post(at, {"deel": "begin"})
    client.post(at, {"deel": "notitie", "notitie-tekst": "VDAB gebeld."})
    assert client.post(at, {"deel": "slot", "slot-stand": "DONE"}).status_code == 422
    client.post(at, {"deel": "slot", "slot-stand": "DONE", "slot-slot": "Gelukt."})
    page = client.get(at).content.decode()
    for words in ("VDAB gebeld.", "Gelukt.", "Klaar"):
        assert words in page
    assert "Sluit de actie af" not in page
    assert "Vaker vragen" in client.get("/uitwisseling/kwaliteit/acties").content.decode()


def test_a_team_lead_sees_the_own_agency_and_the_people_behind_a_figure(client: Client) -> None:
    mine = make_dossier(work=[], last_name="Eigenma")
    make_dossier(work=[], agency="atlas", nis="11002", municipality="Antwerpen", last_name="Vreemdma")
    snapshots.take()
    sign_in(client, make_staff(Role.TEAM_LEAD))
    page = client.get("/uitwisseling/kwaliteit/NEVER_ASKED").content.decode()
    assert "Eigenma" in page
    assert "Vreemdma" not in page
    assert "Atlas" not in page
    assert AccessLog.objects.filter(dossier=mine.pk, action="LISTED").exists()
    assert client.post("/uitwisseling/kwaliteit/meet").status_code == 403
    assert client.get("/uitwisseling/kwaliteit/acties/nieuw").status_code == 403


def test_a_team_lead_reads_no_action_with_the_figure_of_all_together(client: Client, operator: Any) -> None:
    together, mine = planned(operator), planned(operator, agency=Organisation.objects.get(code="agii"))
    sign_in(client, make_staff(Role.TEAM_LEAD))
    assert client.get(together.get_absolute_url()).status_code == 404
    assert client.get(mine.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("code", [one.code for one in MEASURES.values() if one.people])
def test_the_people_behind_every_measure_can_be_listed(client: Client, code: str) -> None:
    make_dossier(work=[])
    snapshots.take()
    sign_in(client, make_staff(Role.TEAM_LEAD))
    assert client.get(f"/uitwisseling/kwaliteit/{code}").status_code == 200


def test_an_operator_sees_figures_and_no_person(client: Client, operator: Any) -> None:
    make_dossier(work=[], last_name="Geheimema")
    snapshots.take()
    page = client.get("/uitwisseling/kwaliteit/NEVER_ASKED").content.decode()
    assert "Geheimema" not in page
    assert "Atlas" in page
    assert client.get("/uitwisseling/kwaliteit/BESTAAT_NIET").status_code == 404


def test_pages_take_few_queries(client: Client, operator: Any, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        make_dossier(work=[])
    snapshots.take()
    planned(operator)
    for path, most in (("", 9), ("/FRESH", 10), ("/acties", 6)):
        with django_assert_max_num_queries(most):
            client.get(f"/uitwisseling/kwaliteit{path}")


def test_a_trend_leaves_out_days_with_few_people() -> None:
    for back, people in ((7, 9), (0, 10)):
        QualityFigure.objects.create(
            on=date(2026, 11, 23) - timedelta(days=back), measure="FRESH", numerator=5, denominator=people, value=0.5
        )
    seen = snapshots.overview()
    assert seen is not None
    assert seen.trends["FRESH"] == [(date(2026, 11, 23), 0.5)]
