"""Completing a restored backup: what was asked after it is asked again, under the same id, and takes effect once.

The registers know what we wrote there; an inscription that exists already is a success (INTERFACE 1.3, code 40143).
So nothing has to be undone: the database only has to learn again what it forgot.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import uuid4

import structlog
from django.db import connection, transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.exchange.bell import ring
from toeleiding.exchange.models import Question, Recovery, Service, Status
from toeleiding.exchange.recovery import journal
from toeleiding.exchange.recovery.journal import Line
from toeleiding.organisations.models import Staff
from toeleiding.web import dates

log = structlog.get_logger("exchange")
_AT_ONCE = 500
_WORK = "WORK"
# Until when the restored database knows: nothing in it is younger.
_RESTORED_UNTIL = """
select greatest((select max(recorded_at) from dossiers_event), (select max(asked_at) from exchange_question),
    (select max(started_at) from exchange_attempt), (select max(received_at) from exchange_received))
"""
# Without a journal: everybody whose answer may have changed since, the most urgent first.
_REFRESH = """
select d.number, case when d.region = 'BRUSSEL' then 'ACTIRIS' else 'VDAB' end
from dossiers_dossier d
where d.answered_on is not null and d.insz is not null and d.tab <> 'DONE' and d.merged_into_id is null
  and d.region in ('VLAANDEREN', 'BRUSSEL')
  and not exists (select from exchange_question q where q.dossier_id = d.id and q.status in ('WAITING', 'IN_FLIGHT'))
order by d.due_on nulls last, d.id
"""


# A worker writes a sign of life every ten seconds; the copy holds only old ones.
_ALIVE = "select exists (select from procrastinate_workers where last_heartbeat > now() - interval '90 seconds')"


class RecoveryError(Exception):
    """The recovery cannot be carried out now; the message is a Dutch sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recovery would do.

    `in_hand` are questions that a worker of before the loss held; they are let go. `waiting` wait in the copy and
    need nothing. `lost` are asked again. `referrals` went out after the backup and their content is gone: VDAB is
    asked about the person, and the dossier says what to look into before referring anew. `missing` are dossiers that
    were opened after the backup: somebody has to open them again. `refreshed` are dossiers asked about again because
    there is no journal.
    """

    restored_until: datetime | None
    in_hand: int
    waiting: int
    lost: Sequence[Line]
    covered: int
    missing: Sequence[str]
    referrals: Sequence[Line] = ()
    refreshed: Sequence[Line] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to heal."""
        return not (self.in_hand or self.lost or self.missing or self.referrals or self.refreshed)


def plan(place: Path | None, now: datetime, *, refresh: bool = False) -> Plan:
    """Look for the gap, in a fixed number of queries. `place` is the folder with the journals of all machines."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTORED_UNTIL)
        restored_until = cursor.fetchone()[0]
    before = Recovery.objects.order_by("-at").values_list("at", flat=True).first()
    lines = [line for line in journal.read(place, before) if line.at <= now] if place and place.is_dir() else []
    known = set(Question.objects.filter(pk__in=[line.question for line in lines]).values_list("pk", flat=True))
    unknown = [line for line in lines if line.question not in known]
    opened = _opened(unknown)
    there = [line for line in unknown if line.dossier in opened and opened[line.dossier] <= line.at]
    lost = _last_of_each(there)
    open_now = _open_now({line.dossier for line in lost})
    left = [line for line in lost if (line.dossier, line.about) not in open_now]
    return Plan(
        restored_until,
        Question.objects.filter(status=Status.IN_FLIGHT).count(),
        Question.objects.filter(status=Status.WAITING).count(),
        left,
        len(there) - len(left),
        sorted({line.dossier for line in unknown} - {line.dossier for line in there}),
        [line for line in there if line.referral is not None],
        list(_refreshed(now, {line.dossier for line in left})) if refresh else (),
    )


def recover(place: Path | None, now: datetime | None = None, *, refresh: bool = False) -> Plan:
    """Heal the gap. Safe to run again: what was asked again is known from then on.

    Raises RecoveryError while a worker lives: what it holds would be sent by two.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("lock table exchange_recovery in exclusive mode")  # one recovery at a time
            cursor.execute(_ALIVE)
            if cursor.fetchone()[0]:
                raise RecoveryError(
                    "Er leeft nog een werker. Stop alle werkers, wacht anderhalve minuut en probeer opnieuw."
                )
        found = plan(place, moment, refresh=refresh)
        Question.objects.filter(status=Status.IN_FLIGHT).update(
            status=Status.WAITING, lease_token=None, leased_until=None, next_attempt_at=moment
        )
        _ask([*found.lost, *found.refreshed], moment)
        _tell(found.referrals, moment)
        Recovery.objects.create(
            at=moment,
            restored_until=found.restored_until,
            released=found.in_hand,
            asked=len(found.lost) + len(found.refreshed),
            missing=list(found.missing),
        )
        transaction.on_commit(ring)
    asked = len(found.lost) + len(found.refreshed)
    log.info("recovered", released=found.in_hand, asked=asked, referrals=len(found.referrals))
    return found


def _opened(lines: Iterable[Line]) -> dict[str, datetime]:
    """Dossier number -> when it was opened. After a restore a number may be given out a second time."""
    rows = Event.objects.filter(dossier__number__in={line.dossier for line in lines}, kind=e.Opened.kind)
    return dict(rows.order_by("-id").values_list("dossier__number", "recorded_at"))


def _last_of_each(lines: Iterable[Line]) -> list[Line]:
    """Of several questions about one person to one service the last one tells everything."""
    return sorted({(line.dossier, line.about): line for line in lines}.values(), key=lambda line: line.at)


def _open_now(numbers: set[str]) -> set[tuple[str, str]]:
    """What is open in the copy already: its answer will be today's."""
    rows = Question.objects.filter(dossier__number__in=numbers, status__in=(Status.WAITING, Status.IN_FLIGHT))
    services = {Service.WORK: (_WORK,), Service.VDAB_FILE: ("VDAB",), Service.JOB_SEEKER: ("ACTIRIS",)}
    return {
        (number, about)
        for number, service in rows.order_by().values_list("dossier__number", "service")
        for about in services.get(Service(service), ())
    }


def _refreshed(now: datetime, asked: set[str]) -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH)
        rows = cursor.fetchall()
    for number, about in rows:
        if number not in asked:
            yield Line(now, uuid4(), number, about, "", e.Source.SYSTEM.value)


def _ask(lines: Sequence[Line], now: datetime) -> None:
    """Write the questions into their dossiers again; the outbox follows, as it does for any question."""
    staff = {one.username: one for one in Staff.objects.filter(username__in={line.asker for line in lines})}
    dossiers = dict(Dossier.objects.filter(number__in={line.dossier for line in lines}).values_list("number", "pk"))
    rest = iter(lines)
    while some := list(islice(rest, _AT_ONCE)):
        news: dict[int, list[NewEvent]] = {}
        for line in some:
            event = NewEvent(_event(line), timezone.localdate(now), e.Source(line.source), staff.get(line.asker))
            news.setdefault(dossiers[line.dossier], []).append(event)
        record_many(news, now=now)


def _tell(referrals: Sequence[Line], now: datetime) -> None:
    """Write in the dossiers which referrals went out that the database no longer knows: their content is gone."""
    dossiers = dict(Dossier.objects.filter(number__in={line.dossier for line in referrals}).values_list("number", "pk"))
    news: dict[int, list[NewEvent]] = {}
    for line in referrals:
        note = e.Noted(
            text=f"Op {dates.moment(line.at)} vertrok een doorverwijzing naar VDAB (nummer"
            f" {line.referral}). De teruggezette databank kent ze niet meer. Vraag VDAB of ze aankwam voor je opnieuw"
            " doorverwijst."
        )
        news.setdefault(dossiers[line.dossier], []).append(NewEvent(note, timezone.localdate(now), e.Source.SYSTEM))
    if news:
        record_many(news, now=now)


def _event(line: Line) -> e.Data:
    if line.about == _WORK:
        return e.WorkAsked(question=line.question)
    return e.EmploymentServiceAsked(question=line.question, service="ACTIRIS" if line.about == "ACTIRIS" else "VDAB")
