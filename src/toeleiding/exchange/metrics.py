"""Measurements of the exchange for whoever watches it, read from the rows: processes agree and restarts lose nothing.

Names and meaning stand in docs/beheer/metingen.md. No label holds a name, a number or a sentence of a register.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from toeleiding.exchange.bell import DRAIN
from toeleiding.exchange.line import certificate_files
from toeleiding.exchange.models import CircuitState, ReceivedStatus, Service, Status
from toeleiding.exchange.replay import GROUP
from toeleiding.magda.certificates import CertificateFileError, common_name, load_certificates

PREFIX = "toeleiding_exchange_"
# Below a tenth of a second nobody waits; after thirty the call is given up (INTERFACE 1.1).
BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# A worker writes a sign of life every ten seconds; some may be lost.
ALIVE = timedelta(seconds=90)

_QUESTIONS = """
select service, status, count(*), extract(epoch from %(now)s - min(asked_at) filter (where status = 'WAITING'))
from exchange_question group by 1, 2
"""
_DEAD = f"""
select q.service, q.outcome, {GROUP}, count(*) from exchange_question q
where q.status = 'DEAD' and q.handled = '' group by 1, 2, 3
"""
_INBOX = "select status, count(*) from exchange_received group by 1"
_ATTEMPTS = f"""
select q.service, a.outcome, a.failure, count(*), coalesce(sum(took), 0),
    {", ".join(f"count(*) filter (where took <= {edge})" for edge in BUCKETS)}
from exchange_attempt a join exchange_question q on q.id = a.question_id
cross join lateral (select extract(epoch from a.ended_at - a.started_at)) as length(took)
where a.ended_at is not null group by 1, 2, 3
"""
_SERVICES = """
select coalesce(c.service, h.service), coalesce(c.state, 'closed'), h.service is not null
from exchange_circuit c full join (
    select service from exchange_hold where released_at is null) h on h.service = c.service
"""
_SINGLE = """
select
    (select count(*) from procrastinate_workers where last_heartbeat >= now() - %(alive)s),
    (select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers),
    (select extract(epoch from now() - min(e.at)) from procrastinate_jobs j
        join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'
        where j.status = 'todo' and j.task_name = %(drain)s and coalesce(j.scheduled_at, now()) <= now()),
    (select differences from exchange_nightlycheck order by at desc limit 1),
    (select extract(epoch from now() - max(at)) from exchange_nightlycheck),
    pg_total_relation_size('exchange_rawmessage'),
    pg_database_size(current_database())
"""
_ONE = (
    ("workers", "Werkers die minder dan 90 seconden geleden een teken van leven gaven."),
    ("worker_silent_seconds", "Seconden sinds het laatste teken van leven van een werker."),
    ("bell_age_seconds", "Seconden dat de oudste oproep om te versturen op een werker wacht."),
    ("nightly_differences", "Verschillen tussen kolommen en tijdlijnen bij de laatste nachtelijke controle."),
    ("nightly_check_age_seconds", "Seconden sinds de laatste nachtelijke controle."),
    ("raw_store_bytes", "Grootte van de bewaarde berichten in bytes."),
    ("database_bytes", "Grootte van de hele database in bytes."),
)


def text(*others: Collector) -> bytes:
    """Everything there is to measure here and in rooms above, in the text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    for one in (Exchange(), *others):
        registry.register(one)
    return generate_latest(registry)


class Exchange(Collector):
    """Reads the rows in six queries. Without a database it says so and measures nothing else."""

    def collect(self) -> Iterator[Metric]:
        """The measurements of this moment."""
        try:
            found = list(_measured())
        except DatabaseError:
            found = []
        yield gauge("up", "1 als de database antwoordt, anders 0.", [], [((), float(bool(found)))])
        yield from found
        yield _certificates()


def _measured() -> Iterator[Metric]:
    yield from _of_questions()
    yield gauge(
        "dead_unhandled",
        "Mislukte vragen waar nog iemand naar moet kijken, per oorzaak (group is de sleutel van het bureau).",
        ["service", "outcome", "group"],
        [((service, outcome, group), count) for service, outcome, group, count in rows(_DEAD)],
    )
    inbox = dict.fromkeys(ReceivedStatus.values, 0) | dict(rows(_INBOX))
    yield gauge("inbox", "Ontvangen antwoorden, per stand.", ["status"], [((key,), n) for key, n in inbox.items()])
    yield from _of_attempts()
    yield from _of_services()
    single = rows(_SINGLE, {"alive": ALIVE, "drain": DRAIN})[0]
    for (name, told), value in zip(_ONE, single, strict=True):
        yield gauge(name, told, [], [((), value)] if value is not None else [])


def _of_questions() -> Iterator[Metric]:
    found = rows(_QUESTIONS, {"now": timezone.now()})
    counts = {(service, status): 0 for service in Service.values for status in Status.values}
    counts |= {(service, status): count for service, status, count, _ in found}
    oldest = dict.fromkeys(Service.values, 0.0)
    oldest |= {service: max(0.0, float(age)) for service, _, _, age in found if age is not None}
    yield gauge("questions", "Vragen per dienst en stand.", ["service", "status"], counts.items())
    yield gauge(
        "oldest_waiting_seconds",
        "Seconden sinds de oudste vraag die nog wacht, gesteld werd.",
        ["service"],
        [((service,), age) for service, age in oldest.items()],
    )


def _of_attempts() -> Iterator[Metric]:
    found = rows(_ATTEMPTS)
    attempts = CounterMetricFamily(
        f"{PREFIX}attempts",
        "Keren dat een vraag verstuurd werd en afliep, per dienst, uitkomst en storing.",
        labels=["service", "outcome", "failure"],
    )
    latency = HistogramMetricFamily(
        f"{PREFIX}answer_seconds", "Seconden tussen vraag en antwoord of storing.", labels=["service"]
    )
    totals = {service: [0.0] * (len(BUCKETS) + 2) for service in Service.values}
    for service, outcome, failure, count, took, *under in found:
        attempts.add_metric([service, outcome, failure], count)
        totals[service] = [a + float(b) for a, b in zip(totals[service], (count, took, *under), strict=True)]
    for service, (count, took, *under) in totals.items():
        edges = [(str(edge), number) for edge, number in zip(BUCKETS, under, strict=True)]
        latency.add_metric([service], [*edges, ("+Inf", count)], took)
    yield attempts
    yield latency


def _of_services() -> Iterator[Metric]:
    known = dict.fromkeys(Service.values, (CircuitState.CLOSED.value, False))
    known |= {service: (state, held) for service, state, held in rows(_SERVICES)}
    yield gauge(
        "circuit",
        "1 bij de stand waarin de kring van een dienst is: closed, open of half_open.",
        ["service", "state"],
        [
            ((service, state), float(state == now))
            for service, (now, _) in known.items()
            for state in CircuitState.values
        ],
    )
    yield gauge(
        "held",
        "1 als een beheerder een dienst tegenhoudt.",
        ["service"],
        [((service,), float(held)) for service, (_, held) in known.items()],
    )


def _certificates() -> Metric:
    now = timezone.now().astimezone(UTC)
    left: dict[tuple[str, str], float] = {}
    for path in certificate_files():
        try:
            found = load_certificates(path)
        except CertificateFileError:
            left[path.name, ""] = -1.0  # a file that cannot be read is as bad as one that expired
            continue
        for one in found:
            days = (one.not_valid_after_utc - now).total_seconds() / 86_400
            key = (path.name, common_name(one))
            left[key] = min(days, left.get(key, days))
    told = "Dagen tot een certificaat vervalt; onder nul: vervallen of niet te lezen."
    return gauge("certificate_days_left", told, ["file", "name"], left.items())


def gauge(
    name: str, told: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]], prefix: str = PREFIX
) -> Metric:
    """A measurement that goes up and down: a value for each combination of labels."""
    family = GaugeMetricFamily(f"{prefix}{name}", told, labels=labels)
    for given, value in values:
        family.add_metric(given, float(value))
    return family


def rows(sql: str, given: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """What a query finds. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
