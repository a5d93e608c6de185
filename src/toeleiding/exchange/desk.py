"""The questions of the operator's desk: is it running, what waits, what failed and why. Without any person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from toeleiding.exchange import desk_words as w
from toeleiding.exchange import limits, planning
from toeleiding.exchange.batch import schedule
from toeleiding.exchange.feeds import desk as feeds
from toeleiding.exchange.feeds.desk import FeedLine
from toeleiding.exchange.line import certificate_files
from toeleiding.exchange.models import Circuit, CircuitState, Hold, Question, Service, Status
from toeleiding.exchange.replay import GROUP
from toeleiding.magda.certificates import Expiry, warnings
from toeleiding.web import dates

DAY = timedelta(hours=24)
HALF_HOUR = timedelta(minutes=30)
# The worker writes a sign of life every ten seconds; some may be lost.
WORKER_SILENT_AFTER = timedelta(seconds=90)
# Every minute a bell rings: a question whose turn has come and that nobody took for so long is stuck.
STALLED_AFTER = timedelta(minutes=5)

_NOW = """
select
    (select count(*) from exchange_question where status = 'WAITING'),
    (select count(*) from exchange_question where status = 'IN_FLIGHT'),
    (select count(*) from exchange_question where status = 'DEAD' and handled = ''),
    (select count(*) from exchange_question where status = 'DONE' and finished_at >= %(since)s),
    (select finished_at from exchange_question where status = 'DONE' and service = 'GeefDossierVDAB'
        order by finished_at desc limit 1),
    (select max(started_at) from exchange_attempt),
    (select min(q.next_attempt_at) from exchange_question q
        left join exchange_question first on first.id = q.follows_id
        where q.status = 'WAITING' and q.next_attempt_at <= %(stuck)s and q.service <> all(%(shut)s)
        and (q.follows_id is null or first.status = 'DONE')),
    (select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers)
"""
_HALVES = """
select date_bin('30 minutes', started_at, timestamptz '2001-01-01 00:00+00'),
    count(*) filter (where outcome <> 'SOURCE_DOWN'), count(*) filter (where outcome = 'SOURCE_DOWN')
from exchange_attempt where started_at >= %s and ended_at is not null group by 1
"""
_SPEED = """
select percentile_cont(array[0.5, 0.95]) within group (order by extract(epoch from ended_at - started_at))
from exchange_attempt
where started_at >= %s and ended_at is not null and outcome <> 'SOURCE_DOWN' and file_id is null
"""
_FAILURES = f"""
select {GROUP}, q.service, q.outcome, min(q.cause), count(*), min(q.finished_at)
from exchange_question q where q.status = 'DEAD' and q.handled = ''
group by 1, 2, 3 order by 5 desc, 6
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many questions stand where, when the last ones moved, and how fast answers come (in seconds).

    `done` are those of the last 24 hours. `stuck_since`: the turn of a question came then and nobody took it.
    `worker_silent` is None when there is no worker at all.
    """

    waiting: int
    in_flight: int
    failed: int
    done: int
    last_answer: datetime | None
    last_attempt: datetime | None
    stuck_since: datetime | None
    worker_silent: timedelta | None
    p50: float | None = None
    p95: float | None = None


@dataclass(frozen=True, slots=True)
class Half:
    """Calls of one half hour: how many were answered and how many were not."""

    at: datetime
    answered: int
    failed: int


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """How one service stands, in words. `held` is the hold that is on it, if any."""

    service: Service
    tone: str
    state: str
    sentence: str
    waiting: int
    held: Hold | None
    open_since: datetime | None
    probe_at: datetime | None

    @property
    def noun(self) -> str:
        return w.NOUNS[self.service]


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed questions with one cause."""

    key: str
    service: str
    cause: str
    count: int
    oldest: datetime
    advice: str


@dataclass(frozen=True, slots=True)
class Health:
    """One sentence: is it running? `advice` says what to do, when there is something to do."""

    level: str
    tone: str
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on top of the desk."""

    now: datetime
    health: Health
    figures: Figures
    halves: Sequence[Half]
    services: Sequence[ServiceLine]
    feeds: Sequence[FeedLine]
    told: Sequence[str]
    certificates: Sequence[Expiry] = ()
    files: Sequence[str] = ()


def overview(now: datetime | None = None) -> Overview:
    """How the exchange stands, in a dozen queries at any size."""
    moment = now or timezone.now()
    holds = feeds.holds()
    lines = _services(holds, moment)
    figures = _figures(moment, [line.service.value for line in lines if line.held or line.open_since])
    fetched = feeds.lines(moment, holds)
    told = [*feeds.told(moment), planning.how_often(moment)]
    said = health(figures, lines, moment, fetched)
    expiring = warnings(certificate_files(), moment)
    stopped = schedule.troubles() if schedule.configured() else []
    return Overview(moment, said, figures, _halves(moment), lines, fetched, told, expiring, stopped)


def _services(holds: Mapping[str, Hold], now: datetime) -> list[ServiceLine]:
    circuits = {circuit.service: circuit for circuit in Circuit.objects.all()}
    rows = Question.objects.filter(status=Status.WAITING).order_by().values("service").annotate(count=Count("pk"))
    waiting = {row["service"]: row["count"] for row in rows}
    return [
        _service(one, circuits.get(one.value), holds.get(one.value), waiting.get(one.value, 0), now) for one in Service
    ]


def _service(service: Service, circuit: Circuit | None, held: Hold | None, waiting: int, now: datetime) -> ServiceLine:
    shut = circuit is not None and circuit.state != CircuitState.CLOSED
    since = circuit.opened_at if circuit and shut else None
    probe = circuit.probe_at if circuit and shut else None
    if held:
        tone, state = "letop", "Tegengehouden"
        sentence = feeds.held_words(held)
    elif circuit and since and probe and circuit.state == CircuitState.HALF_OPEN:
        tone, state = "letop", "Wordt getest"
        sentence = f"Antwoordde niet sinds {w.at(since)}. Eén vraag test nu of de dienst weer antwoordt."
    elif since and probe:
        tone, state = "fout", "Antwoordt niet"
        when = f"Volgende proef om {w.at(probe)}" if probe > now else "De volgende proef begint zo"
        sentence = f"Sinds {w.at(since)}. {when}."
    elif circuit and circuit.failures:
        tone, state = "goed", "In werking"
        many = circuit.failures > 1
        sentence = f"De laatste {f'{circuit.failures} vragen kregen' if many else 'vraag kreeg'} geen antwoord."
    else:
        tone, state, sentence = "goed", "In werking", ""
    return ServiceLine(service, tone, state, sentence, waiting, held, since, probe)


def _figures(now: datetime, shut: list[str]) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"since": now - DAY, "stuck": now - STALLED_AFTER, "shut": shut})
        *counted, silent = cursor.fetchone()
        cursor.execute(_SPEED, [now - DAY])
        speed = cursor.fetchone()[0] or (None, None)
    parts = [*counted, timedelta(seconds=float(silent)) if silent is not None else None, *speed]
    return Figures(*parts)


def _halves(now: datetime) -> list[Half]:
    """The last 48 half hours, the oldest first; the last one is still going on."""
    with connection.cursor() as cursor:
        cursor.execute(_HALVES, [now - DAY])
        found = {at: (answered, failed) for at, answered, failed in cursor.fetchall()}
    last = datetime.fromtimestamp(now.timestamp() // 1800 * 1800, tz=now.tzinfo)
    moments = [last - HALF_HOUR * back for back in reversed(range(48))]
    return [Half(at, *found.get(at, (0, 0))) for at in moments]


def health(
    figures: Figures, services: Sequence[ServiceLine], now: datetime, fetched: Sequence[FeedLine] = ()
) -> Health:
    """The one sentence, worst first: no worker, a source that is down, a standstill, a hold, a feed that was not
    fetched for too long, failures, well."""
    silent = figures.worker_silent
    if silent is None or silent > WORKER_SILENT_AFTER:
        since = f" sinds {w.at(now - silent)}" if silent else ""
        return Health(
            "worker",
            "fout",
            f"De uitwisseling staat stil{since}: het programma dat vragen verstuurt, draait niet.",
            "Start het met toeleiding worker. De vragen blijven bewaard en gaan daarna vanzelf verder.",
        )
    down = [line for line in services if line.open_since and not line.held]
    if down:
        return _down(down, figures.failed)
    stuck = figures.stuck_since
    if stuck and (figures.last_attempt is None or figures.last_attempt <= now - STALLED_AFTER):
        return Health(
            "stuck",
            "fout",
            f"De uitwisseling staat stil: een vraag is aan de beurt sinds {w.at(stuck)} en vertrekt niet.",
            "Stop het programma dat vragen verstuurt en start het opnieuw. Er gaat niets verloren.",
        )
    held = [line for line in services if line.held]
    if held:
        return Health(
            "held",
            "letop",
            f"Vragen aan {w.listed(line.noun for line in held)} worden tegengehouden. De andere gaan door.",
            f"Geef vrij als de reden voorbij is. Wat wacht, verloopt niet.{_also_failed(figures.failed)}",
        )
    paused = [line for line in fetched if line.held]
    if paused:
        return Health(
            "held",
            "letop",
            f"Het ophalen van {w.listed(line.name for line in paused)} wordt tegengehouden. De vragen gaan door.",
            "Geef vrij als de reden voorbij is. Wat verandert, blijft bij MAGDA wachten en bereikt ons nu niet."
            f"{_also_failed(figures.failed)}",
        )
    unfetched = feeds.silent(fetched)
    if unfetched is not None and unfetched.silent_since is not None:
        return Health(
            "feed",
            "letop",
            f"Vragen werken, maar wat er elders verandert, is niet opgehaald sinds {w.at(unfetched.silent_since)}.",
            f"{unfetched.next_step or 'We halen het vanzelf opnieuw op. Wat wacht, blijft bij MAGDA bewaard.'}"
            f"{_also_failed(figures.failed)}",
        )
    if figures.failed:
        failed = w.counted(figures.failed, "vraag is", "vragen zijn")
        return Health(
            "failed", "letop", f"De uitwisseling werkt, maar {failed} mislukt.", "Kijk hieronder wat je kan doen."
        )
    if figures.last_answer is None:
        return Health("ready", "goed", "De uitwisseling staat klaar. VDAB gaf nog geen antwoord.")
    last = w.ago(figures.last_answer, now)
    return Health("well", "goed", f"De uitwisseling werkt. Laatste antwoord van VDAB: {last}.")


def _also_failed(count: int) -> str:
    return f" Er {'is' if count == 1 else 'zijn'} ook {w.counted(count, 'vraag', 'vragen')} mislukt." if count else ""


def _down(lines: Sequence[ServiceLine], failed: int) -> Health:
    since = min(line.open_since for line in lines if line.open_since)
    probe = min(line.probe_at for line in lines if line.probe_at)
    waiting = sum(line.waiting for line in lines)
    names = w.listed(line.noun for line in lines)
    verb = "antwoordt" if len(lines) == 1 else "antwoorden"
    waits = f"Er {'wacht' if waiting == 1 else 'wachten'} {w.counted(waiting, 'vraag', 'vragen')}."
    return Health(
        "down",
        "fout",
        f"{names[0].upper()}{names[1:]} {verb} niet sinds {w.at(since)}. {waits}",
        f"We proberen het vanzelf opnieuw om {w.at(probe)}. Duurt het langer dan een uur, bel dan de dienst."
        f"{_also_failed(failed)}",
    )


def failures() -> list[Failures]:
    """What failed, grouped by cause, the largest group first."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILURES)
        rows = cursor.fetchall()
    return [
        Failures(key, Service(service).label, cause, count, oldest, w.advice(outcome, cause))
        for key, service, outcome, cause, count, oldest in rows
    ]


def waiting() -> QuerySet[Question]:
    """What waits or is under way, in the order in which it is taken."""
    return Question.objects.filter(status__in=(Status.WAITING, Status.IN_FLIGHT)).select_related("follows")


def finished() -> QuerySet[Question]:
    """What was answered, or put aside by an operator, the latest first."""
    done = Q(status=Status.DONE) | (Q(status=Status.DEAD) & ~Q(handled=""))
    return Question.objects.filter(done, finished_at__isnull=False).order_by("-finished_at")


def why_it_waits(question: Question, services: Mapping[str, ServiceLine], now: datetime) -> str:
    """What a question waits for, in one sentence."""
    line, first = services[question.service], question.follows
    if question.status == Status.IN_FLIGHT:
        # No call is held so long: this question stands in a file.
        if question.leased_until is not None and question.leased_until > now + limits.LEASE:
            return f"In een bestand: het antwoord wordt verwacht voor {dates.moment(question.leased_until)}."
        return "Onderweg: het antwoord wordt verwacht."
    if line.held:
        return "Tegengehouden. Verloopt niet zolang je tegenhoudt."
    if first is not None and first.status in (Status.WAITING, Status.IN_FLIGHT):
        held = " Die is tegengehouden." if services[first.service].held else ""
        what = "uitschrijving uit" if first.service == Service.DEREGISTER else "inschrijving in"
        return f"Wacht op de {what} het repertorium.{held}"
    if line.open_since and line.probe_at:
        return f"{line.noun[0].upper()}{line.noun[1:]} antwoordt niet. Volgende proef om {w.at(line.probe_at)}."
    if question.next_attempt_at > now:
        cause = f"{question.cause} " if question.cause else ""
        return f"{cause}Opnieuw om {w.at(question.next_attempt_at)}."
    return "Aan de beurt."


def strip(halves: Sequence[Half]) -> dict[str, Any]:
    """The drawing of the last 24 hours: bars on a grid of 48 by 100, and the sentence that says the same."""
    highest = max((half.answered + half.failed for half in halves), default=0) or 1
    bars = []
    for place, half in enumerate(halves):
        answered, failed = (round(94 * number / highest) for number in (half.answered, half.failed))
        # One failure among thousands stays visible.
        failed = max(failed, 6) if half.failed else 0
        answered = max(answered, 2) if half.answered else 0
        bars.append(
            {
                "x": 10 * place + 1,
                "answered_y": 100 - answered,
                "answered": answered,
                "failed_y": 100 - answered - failed,
                "failed": failed,
            }
        )
    return {"bars": bars, "sentence": _strip_sentence(halves), "hours": [halves[at].at for at in (0, 12, 24, 36)]}


def _strip_sentence(halves: Sequence[Half]) -> str:
    answered, failed = sum(half.answered for half in halves), sum(half.failed for half in halves)
    if not answered + failed:
        return "In de laatste 24 uur vertrok er geen vraag."
    told = f"In de laatste 24 uur kregen {w.counted(answered, 'vraag', 'vragen')} een antwoord."
    if not failed:
        return f"{told} Alles lukte."
    worst = max(halves, key=lambda half: half.failed)
    return f"{told} Het lukte {dates.number(failed)} keer niet, het meest om {w.at(worst.at)}."
