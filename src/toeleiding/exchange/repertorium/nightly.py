"""Every night: prolong what runs out, and set right what does not agree with the dossiers. Set-based, without people.

What the day left behind (a worker that was killed, an inscription that was accepted after its dossier closed, people
who came in by a file) is found here; what is found is counted, so that somebody sees when it is much.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from toeleiding.exchange import limits, outbox
from toeleiding.exchange.bell import ring
from toeleiding.exchange.models import Service
from toeleiding.exchange.repertorium import ending

log = structlog.get_logger("exchange")


@dataclass(frozen=True, slots=True)
class Kept:
    """How many inscriptions were prolonged, opened because they were missing, and ended because they stood still."""

    prolonged: int = 0
    opened: int = 0
    ended: int = 0


_NOBODY_IS_AT_IT = """
  and not exists (select from exchange_question q where q.id = i.question_id
      and (q.status in ('WAITING', 'IN_FLIGHT') or q.status = 'DEAD' and q.handled = ''))
  and not exists (select from exchange_question c where c.id = i.closing_id and c.status in ('WAITING', 'IN_FLIGHT'))
"""
_RUNS_OUT = f"""
select d.insz, d.id from exchange_inscription i
join dossiers_dossier d on d.insz = i.insz and {ending.APPLIES}
where i.capacity = %(capacity)s and i.confirmed_at is not null and i.end_on <= %(until)s {_NOBODY_IS_AT_IT}
order by i.end_on, i.id limit %(limit)s for update of i skip locked
"""
# Whom we follow with what the employment service told, and without an inscription: nobody tells us of changes.
_MISSING = f"""
select d.insz, d.id from dossiers_dossier d
left join exchange_inscription i on i.insz = d.insz and i.capacity = %(capacity)s
where d.insz is not null and {ending.APPLIES} and d.step <> 'CLOSED' and d.answer in ('KNOWN', 'NOT_KNOWN')
  and (i.id is null or i.confirmed_at is null {_NOBODY_IS_AT_IT})
order by d.due_on nulls last, d.id limit %(limit)s
"""


def keep(now: datetime | None = None) -> Kept:
    """Do the night's work on inscriptions; doing it twice changes nothing the second time."""
    moment = now or timezone.now()
    limit = limits.inscriptions_a_night()
    with transaction.atomic():
        done = Kept(
            prolonged=_inscribe(_RUNS_OUT, moment, limit),
            opened=_inscribe(_MISSING, moment, limit),
            ended=ending.of_nobody(moment, limit),
        )
        if done != Kept():
            transaction.on_commit(ring)
    log.info("inscriptions_kept", prolonged=done.prolonged, opened=done.opened, ended=done.ended)
    return done


def _inscribe(sql: str, now: datetime, limit: int) -> int:
    until = timezone.localdate(now) + limits.INSCRIPTION_PROLONGED_BEFORE
    with connection.cursor() as cursor:
        cursor.execute(sql, {"capacity": settings.MAGDA_HOEDANIGHEID, "until": until, "limit": limit})
        rows = cursor.fetchall()
    if not rows:
        return 0
    about = {insz: outbox.Wanted(Service.INSCRIPTION, dossier, insz, None) for insz, dossier in rows}
    fresh, _ = outbox.arrange_inscriptions(about, now)
    outbox.store(fresh, now)
    return len(fresh)
