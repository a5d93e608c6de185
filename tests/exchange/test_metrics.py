"""What is measured: complete, from the rows, and about nobody."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
import yaml
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.exchange.people import ask, known
from tests.exchange.test_failures import rule
from tests.factories import make_dossier, make_staff
from toeleiding.exchange import metrics, replay
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Circuit, Question, Service
from toeleiding.organisations.models import Role
from toeleiding.outreach.messages.metrics import Messages
from toeleiding.simulator.population import number_of
from toeleiding.simulator.practice_certificates import make

pytestmark = pytest.mark.django_db
QUERIES = 6
DOCS = Path(__file__).parents[2] / "docs" / "beheer"


ORDER = ("service", "file", "status", "outcome", "failure", "state", "group", "name", "le")


def measured() -> dict[str, dict[tuple[str, ...], float]]:
    """Name -> labels, the service first -> value, as somebody who scrapes reads them."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        assert family.documentation, family.name
        for sample in family.samples:
            labels = tuple(sample.labels[name] for name in ORDER if name in sample.labels)
            assert len(labels) == len(sample.labels)
            found.setdefault(sample.name.removeprefix("toeleiding_exchange_"), {})[labels] = sample.value
    return found


def test_an_installation_that_asked_nothing_measures_zeros():
    found = measured()
    assert found["up"] == {(): 1.0}
    assert set(found["questions"].values()) == {0.0}
    assert len(found["questions"]) == len(Service.values) * 4
    assert found["circuit"]["GeefDossierVDAB", "closed"] == 1.0
    assert found["circuit"]["GeefDossierVDAB", "open"] == 0.0
    assert found["workers"] == {(): 0.0}
    assert "worker_silent_seconds" not in found, "no worker was ever seen: there is nothing to measure"


def test_what_was_asked_and_answered_is_counted_by_service(outside: Any):
    outside(rule("http500", times=1))
    ask(known("registered-before-arrival"))
    drain()
    found = measured()
    assert found["questions"]["GeefDossierVDAB", "WAITING"] == 1
    assert found["questions"]["RegistreerInschrijving", "DONE"] == 1
    assert found["attempts_total"]["RegistreerInschrijving", "KNOWN", ""] == 1
    assert found["attempts_total"]["GeefDossierVDAB", "SOURCE_DOWN", "http_500"] == 1
    assert found["inbox"]["APPLIED",] == 1
    assert found["answer_seconds_count"]["GeefDossierVDAB",] == 1
    assert found["answer_seconds_bucket"]["GeefDossierVDAB", "+Inf"] == 1
    assert found["answer_seconds_sum"]["GeefDossierVDAB",] > 0
    assert 0 <= found["oldest_waiting_seconds"]["GeefDossierVDAB",] < 60


def test_failures_circuits_and_holds_are_seen(outside: Any):
    outside(rule("exception:40005"))
    dossier = known("registered-before-arrival")
    ask(dossier)
    drain()
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    Circuit.objects.update_or_create(
        service=Service.WORK, defaults={"state": "open", "failures": 5, "opened_at": now, "probe_at": now}
    )
    replay.hold(make_staff(Role.EXCHANGE_OPERATOR), Service.JOB_SEEKER, "Onderhoud.")
    found = measured()
    ((labels, count),) = found["dead_unhandled"].items()
    assert (labels[:2], count) == (("GeefDossierVDAB", "REFUSED"), 1)
    assert found["circuit"]["GeefWerkrelaties", "open"] == 1
    assert found["held"]["GeefInschrijvingWerkzoekende",] == 1
    assert found["held"]["GeefDossierVDAB",] == 0


def test_no_name_and_no_number_is_measured(outside: Any):
    outside()
    dossier = known("registered-before-arrival")
    ask(dossier)
    drain()
    said = metrics.text().decode()
    assert dossier.insz
    assert dossier.insz not in said
    assert dossier.number not in said
    assert dossier.last_name not in said
    assert not re.search(r"\d{11}(?![\d.])", re.sub(r"e[+-]\d+", "", said))


def test_many_questions_take_no_more_queries(django_assert_num_queries: Any):
    with django_assert_num_queries(QUERIES):
        metrics.text()
    ask(*[make_dossier(insz=number_of(300 + at), work=[]) for at in range(12)])
    assert Question.objects.count() == 24
    with django_assert_num_queries(QUERIES):
        metrics.text()


def test_without_a_database_only_that_is_said(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> list[Any]:
        raise OperationalError("weg")

    monkeypatch.setattr(metrics, "rows", broken)
    found = measured()
    assert found.pop("up") == {(): 0.0}
    assert found == {}


def test_days_until_a_certificate_expires(tmp_path: Path, settings: Any):
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    make(tmp_path, now)
    settings.MAGDA_CERTIFICATE = str(tmp_path / "client.pem")
    settings.MAGDA_TRUSTED_SIGNERS = str(tmp_path / "weg.pem")
    found = measured()["certificate_days_left"]
    assert found["weg.pem", ""] == -1
    ours = min(value for (file, _), value in found.items() if file == "client.pem")
    with time_machine.travel(now + timedelta(days=ours + 1)):
        assert min(measured()["certificate_days_left"].values()) < 0


def test_a_bell_that_nobody_hears_grows_old():
    from toeleiding.exchange.bell import ring

    ring()
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_events set at = now() - interval '10 minutes'")
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 minutes')")
    found = measured()
    assert found["bell_age_seconds"][()] == pytest.approx(600, abs=5)
    assert found["worker_silent_seconds"][()] == pytest.approx(300, abs=5)
    assert found["workers"][()] == 0


# --- who may read them ---------------------------------------------------------------------------------------------


def test_only_a_direct_caller_from_the_machine_itself_may_read(client: Client, settings: Any):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.8").status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    settings.METRICS_ALLOWED = ["10.0.0.8"]
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.8").status_code == 200


def test_with_a_token_it_must_be_shown_wherever_one_calls_from(client: Client, settings: Any):
    settings.METRICS_TOKEN = f"geheim-{uuid4()}"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer ander"}).status_code == 403
    shown = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    answer = client.get("/metrics", headers=shown, REMOTE_ADDR="10.0.0.8")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert client.post("/metrics").status_code == 405


# --- the documentation ---------------------------------------------------------------------------------------------


def names() -> set[str]:
    """Every name that is measured, as a rule may use it."""
    said = metrics.text(Messages()).decode()
    families = {line.split()[2]: line.split()[3] for line in said.splitlines() if line.startswith("# TYPE")}
    found = {name for name, kind in families.items() if kind != "histogram" and not name.endswith("_created")}
    for name, kind in families.items():
        if kind == "histogram":
            found |= {name, f"{name}_bucket", f"{name}_sum", f"{name}_count"}
    return found


def test_the_documentation_names_every_measurement_and_no_other():
    told = set(re.findall(r"^\| `(toeleiding_\w+)`", (DOCS / "metingen.md").read_text(), re.MULTILINE))
    assert told == {name for name in names() if not name.endswith(("_bucket", "_sum", "_count"))}


def test_the_alert_rules_parse_and_name_only_what_is_measured():
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / "metingen.md").read_text(), re.DOTALL)
    (rules,) = [found for block in blocks if "groups" in (found := yaml.safe_load(block))]
    runbook = (DOCS / "draaiboek.md").read_text()
    chapters = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^## (.*)$", runbook, re.M)
    }
    alerts = [alert for group in rules["groups"] for alert in group["rules"]]
    assert len(alerts) >= 10
    for alert in alerts:
        used = set(re.findall(r"toeleiding_\w+", alert["expr"]))
        assert used, alert["alert"]
        assert used <= names(), alert["alert"]
        assert alert["annotations"]["draaiboek"].removeprefix("draaiboek.md#") in chapters, alert["alert"]
