"""The operator's desk: is it running, what failed and why."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.exchange.people import ask
from tests.exchange.rows import NOW, QUERIES_A_PAGE, VDAB, attempt, circuit, question
from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.exchange import desk, replay
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Hold, Question, Replay, Service
from toeleiding.exchange.outbox import LEGAL_BASIS
from toeleiding.exchange.quality import snapshots
from toeleiding.exchange.replay import Choice
from toeleiding.organisations.models import Purpose, Role
from toeleiding.simulator.population import number_of
from toeleiding.simulator.practice_certificates import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]


@pytest.fixture
def worker() -> None:
    """A worker that shows a sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")


def sentence() -> str:
    return desk.overview(NOW).health.sentence


class TestHealth:
    def test_it_works_and_says_when_vdab_answered_last(self, worker):
        question(status="DONE", outcome="KNOWN", finished_at=NOW - timedelta(minutes=2))
        assert sentence() == "De uitwisseling werkt. Laatste antwoord van VDAB: 2 minuten geleden."

    def test_nothing_was_ever_answered(self, worker):
        assert sentence() == "De uitwisseling staat klaar. VDAB gaf nog geen antwoord."

    def test_without_a_worker_it_stands_still_and_says_what_to_start(self):
        found = desk.overview(NOW).health
        assert found.sentence.startswith("De uitwisseling staat stil")
        assert "toeleiding worker" in found.advice

    def test_a_worker_that_is_silent_is_no_worker(self):
        with connection.cursor() as cursor:
            cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now() - interval '20 min')")
        assert sentence().startswith("De uitwisseling staat stil sinds 9.40")

    def test_a_source_that_is_down_says_since_when_what_waits_and_when_it_is_tried_again(self, worker):
        question()
        circuit()
        found = desk.overview(NOW).health
        assert found.sentence.replace("\xa0", " ") == "VDAB antwoordt niet sinds 9.40 uur. Er wacht 1 vraag."
        assert "opnieuw om 10.10" in found.advice

    def test_a_hold_is_told(self, worker):
        replay.hold(make_staff(Role.EXCHANGE_OPERATOR), VDAB, "Onderhoud bij VDAB.")
        assert sentence() == "Vragen aan VDAB worden tegengehouden. De andere gaan door."
        question(status="DEAD")
        assert desk.overview(NOW).health.advice.endswith("Er is ook 1 vraag mislukt.")

    def test_a_source_that_is_held_is_not_called_down(self, worker):
        circuit()
        replay.hold(make_staff(Role.EXCHANGE_OPERATOR), VDAB, "Onderhoud bij VDAB.")
        assert desk.overview(NOW).health.level == "held"

    def test_a_question_that_nobody_takes_is_a_standstill(self, worker):
        question(next_attempt_at=NOW - timedelta(minutes=20))
        assert "aan de beurt sinds 9.40" in sentence()

    def test_a_long_queue_that_moves_is_no_standstill(self, worker):
        one = question(next_attempt_at=NOW - timedelta(minutes=20))
        attempt(one, timedelta(minutes=1))
        assert desk.overview(NOW).health.level == "ready"

    def test_failures_are_counted(self, worker):
        question(status="DEAD")
        question(status="DEAD")
        assert sentence() == "De uitwisseling werkt, maar 2 vragen zijn mislukt."

    def test_what_was_put_aside_is_no_failure_any_more(self, worker):
        question(status="DEAD", handled="ANSWERED")
        assert desk.overview(NOW).health.level == "ready"


class TestFigures:
    def test_the_strip_counts_answers_and_failures_per_half_hour(self, worker):
        one = question()
        attempt(one, timedelta(minutes=10))
        attempt(one, timedelta(minutes=40), outcome="SOURCE_DOWN")
        attempt(one, timedelta(minutes=50))
        attempt(one, timedelta(hours=30))
        halves = desk.overview(NOW).halves
        assert len(halves) == 48
        assert [(half.answered, half.failed) for half in halves[-3:]] == [(1, 1), (1, 0), (0, 0)]
        assert sum(half.answered + half.failed for half in halves) == 3

    def test_the_drawing_and_its_sentence_tell_the_same_as_the_table(self, worker):
        one = question()
        for minutes in (5, 15, 65):
            attempt(one, timedelta(minutes=minutes))
        attempt(one, timedelta(minutes=66), outcome="SOURCE_DOWN")
        drawn = desk.strip(desk.overview(NOW).halves)
        assert "3 vragen een antwoord" in drawn["sentence"]
        assert "1 keer niet" in drawn["sentence"]
        assert sum(1 for bar in drawn["bars"] if bar["failed"]) == 1

    def test_a_day_without_questions_says_so(self, worker):
        assert desk.strip(desk.overview(NOW).halves)["sentence"] == "In de laatste 24 uur vertrok er geen vraag."

    def test_half_and_nearly_all_answers_in_seconds(self, worker):
        one = question()
        for seconds in range(1, 22):
            attempt(one, timedelta(minutes=seconds), seconds=seconds)
        attempt(one, timedelta(minutes=30), seconds=30, outcome="SOURCE_DOWN")
        figures = desk.overview(NOW).figures
        assert (figures.p50, figures.p95) == (11.0, 20.0)

    def test_everything_is_counted_where_it_stands(self, worker):
        question()
        question(status="DONE", outcome="KNOWN")
        question(status="DONE", outcome="KNOWN", finished_at=NOW - timedelta(days=2))
        question(status="DEAD")
        question(status="IN_FLIGHT", lease_token=uuid4(), leased_until=NOW)
        found = desk.overview(NOW).figures
        assert (found.waiting, found.in_flight, found.failed, found.done) == (1, 1, 1, 1)

    def test_each_service_says_how_it_stands(self, worker):
        circuit()
        lines = {line.service: line for line in desk.overview(NOW).services}
        assert lines[VDAB].state == "Antwoordt niet"
        assert "Volgende proef om 10.10" in lines[VDAB].sentence
        assert lines[Service.WORK].state == "In werking"


class TestFailures:
    def test_failures_are_grouped_by_cause_the_largest_first(self):
        for _ in range(3):
            question(status="DEAD")
        question(status="DEAD", cause="Anders.", finished_at=NOW - timedelta(hours=3))
        found = desk.failures()
        assert [(group.cause, group.count) for group in found] == [("VDAB weigert.", 3), ("Anders.", 1)]
        assert found[1].oldest == NOW - timedelta(hours=3)
        assert "machtiging" in found[0].advice

    def test_a_cause_that_names_a_dossier_is_the_same_cause(self):
        for number in (1, 2):
            question(status="DEAD", cause=f"Het nummer staat al in dossier TN-2026-0000{number}.")
        assert [group.count for group in desk.failures()] == [2]

    def test_the_group_that_is_shown_is_the_group_that_is_replayed(self):
        question(status="DEAD")
        question(status="DEAD", cause="Anders.")
        for group in desk.failures():
            (line,) = replay.plan(Choice(group=group.key)).lines
            assert line.cause == group.cause


class TestPage:
    def test_the_operator_lands_on_the_desk(self, operator, worker):
        assert operator.get("/")["Location"] == "/uitwisseling"
        page = operator.get("/uitwisseling").content.decode()
        assert "<h1>Uitwisseling</h1>" in page
        assert "Alle berichten zijn verwerkt." in page
        assert "Verwerkt in 24 uur" in page

    def test_a_page_shows_no_person(self, operator, worker):
        dossier = make_dossier(first_name="Samira", last_name="Geheim", work=[])
        for status in ("WAITING", "DEAD", "DONE"):
            question(dossier, status=status, insz=dossier.insz)
        for tab in ("mislukt", "wacht", "verwerkt", "tegengehouden"):
            page = operator.get(f"/uitwisseling?lijst={tab}").content.decode()
            assert "Geheim" not in page
            assert (dossier.insz or "x") not in page
            assert dossier.number not in page

    def test_the_page_asks_again_by_itself_and_keeps_its_tab(self, operator, worker):
        page = operator.get("/uitwisseling?lijst=wacht").content.decode()
        assert 'hx-trigger="every 10s"' in page
        assert 'hx-get="/uitwisseling?lijst=wacht"' in page
        part = operator.get("/uitwisseling?lijst=wacht", headers={"HX-Request": "true", "Stand": "ready"})
        assert "<html" not in part.content.decode()
        assert "data-meld" not in part.content.decode()

    def test_another_state_of_health_is_said_aloud(self, operator, worker):
        part = operator.get("/uitwisseling", headers={"HX-Request": "true", "Stand": "down"}).content.decode()
        assert 'data-meld="De uitwisseling staat klaar. VDAB gaf nog geen antwoord."' in part

    def test_the_strip_has_a_table_with_the_same_figures(self, operator, worker):
        attempt(question(), timedelta(minutes=5))
        drawing = operator.get("/uitwisseling").content.decode()
        assert 'role="img"' in drawing
        table = operator.get("/uitwisseling?tabel=1").content.decode()
        assert table.count('<th scope="row">') == 48
        assert 'role="img"' not in table
        assert "hx-get" not in table.split('id="uitwisseling"')[1].split(">")[0]  # who reads it keeps her place

    def test_a_database_that_fails_gives_a_sentence_and_not_an_error(self, operator, monkeypatch):
        def broken() -> None:
            raise OperationalError("no")

        monkeypatch.setattr(desk, "overview", broken)
        answer = operator.get("/uitwisseling")
        assert answer.status_code == 200
        assert "De stand is nu niet te lezen" in answer.content.decode()

    def test_the_quality_of_the_data_stands_beside_the_messages(self, operator, worker):
        assert "Datakwaliteit" not in operator.get("/uitwisseling").content.decode()
        for _ in range(30):
            make_dossier(work=[])
        snapshots.take()
        page = operator.get("/uitwisseling").content.decode()
        assert '<a href="/uitwisseling/kwaliteit/NUMBER">zonder rijksregisternummer</a> 0' in page

    @pytest.mark.parametrize("tab", ["mislukt", "wacht", "verwerkt", "tegengehouden"])
    def test_a_page_takes_few_queries(self, operator, worker, tab):
        for _ in range(3):
            for status in ("WAITING", "DEAD", "DONE"):
                attempt(question(status=status), timedelta(minutes=5))
        replay.hold(make_staff(Role.EXCHANGE_OPERATOR), Service.WORK, "Onderhoud.")
        with CaptureQueriesContext(connection) as captured:
            assert operator.get(f"/uitwisseling?lijst={tab}").status_code == 200
        assert len(captured) <= QUERIES_A_PAGE

    def test_ten_thousand_questions_make_no_slow_page(self, operator, worker):
        dossier = make_dossier(work=[])
        states = ["DONE"] * 8_000 + ["WAITING"] * 1_000 + ["DEAD"] * 1_000
        dead = {"cause": "VDAB weigert.", "next_step": "Vraag het na.", "outcome": "REFUSED"}
        rows = [
            Question(
                service=VDAB,
                version="01.00",
                dossier=dossier,
                purpose=Purpose.GUIDANCE,
                legal_basis=LEGAL_BASIS,
                asked_at=NOW,
                expires_at=NOW + timedelta(days=7),
                next_attempt_at=NOW,
                status=status,
                finished_at=None if status == "WAITING" else NOW - timedelta(seconds=at),
                **(dead if status == "DEAD" else {}),
            )
            for at, status in enumerate(states)
        ]
        Question.objects.bulk_create(rows, 2_000)
        Attempt.objects.bulk_create(
            [
                Attempt(reference=uuid4(), question=row, started_at=NOW, ended_at=NOW, outcome="KNOWN")
                for row in rows[:8_000]
            ],
            2_000,
        )
        with connection.cursor() as cursor:  # as the database does by itself for rows that stay
            cursor.execute("analyze exchange_question, exchange_attempt")
        for path in ("/uitwisseling", "/uitwisseling?lijst=wacht", "/uitwisseling?lijst=verwerkt"):
            with CaptureQueriesContext(connection) as captured:
                operator.get(path)
            assert len(captured) <= QUERIES_A_PAGE
            assert sum(float(one["time"]) for one in captured) < 1.0, path


class TestReplayPages:
    def test_three_clicks_from_the_desk_to_asked_again(self, operator, outside, worker):
        outside(
            {"service": "GeefDossierVDAB", "fault": "exception:13501", "match": {"rate": 1.0}, "times": 1},
            check_repertorium=False,
        )
        ask(*[make_dossier(insz=number_of(300 + at), work=[]) for at in range(3)])
        drain()
        (group,) = desk.failures()
        assert f"/uitwisseling/proef?groep={group.key}" in operator.get("/uitwisseling").content.decode()
        address = f"/uitwisseling/proef?groep={group.key}"
        page = operator.get(address)
        assert "Er is nog niets verstuurd" in page.content.decode()
        token = str(page.context["form"]["proef"].value())
        for _ in range(2):  # a double click
            sent = operator.post(address, {"reden": "De machtiging is hersteld.", "proef": token})
            assert sent["Location"] == "/uitwisseling"
        assert "3 vragen opnieuw gesteld." in operator.get("/uitwisseling").content.decode()
        assert Replay.objects.get().asked == 3

    def test_without_a_reason_it_says_what_to_fill_in(self, operator):
        question(status="DEAD")
        answer = operator.post("/uitwisseling/proef", {"reden": "", "proef": str(uuid4())})
        assert answer.status_code == 422
        assert "Vul “Waarom stel je deze vragen opnieuw?” in." in answer.content.decode()
        assert not Replay.objects.exists()

    def test_the_dry_run_says_why_some_are_skipped(self, operator):
        question(status="DEAD", expires_at=NOW - timedelta(days=1))
        page = operator.get("/uitwisseling/proef").content.decode()
        assert "De vraag is verlopen: 1" in page or "Er is nog altijd" in page

    def test_a_service_is_held_and_released_with_a_reason(self, operator):
        assert operator.post("/uitwisseling/tegenhouden", {"dienst": VDAB, "reden": ""}).status_code == 422
        operator.post("/uitwisseling/tegenhouden", {"dienst": VDAB, "reden": "Onderhoud tot 18 uur."})
        page = operator.get("/uitwisseling?lijst=tegengehouden").content.decode()
        assert "Onderhoud tot 18 uur." in page
        operator.post("/uitwisseling/vrijgeven", {"dienst": VDAB})
        assert Hold.objects.get().released_at == NOW
        assert "Er wordt niets tegengehouden." in operator.get("/uitwisseling?lijst=tegengehouden").content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.EXCHANGE_OPERATOR])
@pytest.mark.parametrize("path", ["", "/proef", "/tegenhouden", "/vrijgeven"])
def test_the_desk_is_closed_to_others(client, role, path):
    assert sign_in(client, make_staff(role)).post(f"/uitwisseling{path}").status_code == 403
    assert sign_in(client, make_staff(role)).get(f"/uitwisseling{path}").status_code == 403


def test_the_operator_reads_no_dossier(operator):
    dossier = make_dossier(contract=date(2026, 11, 1))
    assert operator.get(f"/dossiers/{dossier.number}/berichten").status_code == 403


@pytest.mark.parametrize(
    ("days", "tone", "said"),
    [(60, "", ""), (20, "letop", "Vraag nu een nieuw aan."), (5, "letop", "deze week"), (-1, "fout", "is vervallen")],
)
def test_the_desk_warns_before_a_certificate_expires(
    operator: Client, worker: None, settings: Any, tmp_path: Path, days: int, tone: str, said: str
):
    year = timedelta(days=365)
    make(tmp_path, NOW - year, year + timedelta(days=days))
    settings.MAGDA_CERTIFICATE = str(tmp_path / "client.pem")
    (found, *_) = desk.overview().certificates or (None,)
    page = operator.get("/uitwisseling")
    shown = page.content.decode()
    assert ("Het certificaat" in shown) == bool(said)
    if said:
        assert found is not None
        assert said in found.sentence
        assert f"melding--{tone} boven" in shown
