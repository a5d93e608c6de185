"""Which facts of the employment service to ask again by ourselves: when they are too old, and before a term ends.

Set-based and once a night, the legal deadline first, at most so many. Whoever is followed by a feed that works is
asked far less often: what did not change is as fresh as the feed (decision 021).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from toeleiding.exchange import limits, outbox
from toeleiding.exchange.bell import ring
from toeleiding.exchange.feeds.apply import refresh
from toeleiding.exchange.feeds.meaning import Topic
from toeleiding.exchange.models import Feed, FeedState, Notification
from toeleiding.exchange.repertorium import ending
from toeleiding.rulebook.selectors import in_force
from toeleiding.web import dates

log = structlog.get_logger("exchange")
DEADLINE, EXPIRY = "deadline", "expiry"


@dataclass(frozen=True, slots=True)
class Planned:
    """How many questions a night asks, and for which reason. `left`: the quota was full."""

    deadline: int = 0
    expiry: int = 0
    left: bool = False
    covered: bool = False

    @property
    def asked(self) -> int:
        return self.deadline + self.expiry


# Whom the feed tells about: VDAB's own clients and those who may become one, under an inscription that stands.
_PLAN = f"""
with known as (
    select d.id, d.insz, d.service, d.outcome, d.due_on, d.answered_on,
        %(feed)s and d.service = 'VDAB' and exists (
            select from exchange_inscription i
            where i.insz = d.insz and i.capacity = %(capacity)s and i.confirmed_at is not null
              and i.end_on >= %(today)s and i.begin_on <= d.answered_on) as covered
    from dossiers_dossier d
    where d.insz is not null and {ending.APPLIES} and d.step <> 'CLOSED' and d.asked_at is null
      and d.answer in ('KNOWN', 'NOT_KNOWN') and d.answered_on < %(today)s
      and not d.conflict
      and not exists (
          select from exchange_question q
          where q.dossier_id = d.id and q.service in ('GeefDossierVDAB', 'GeefInschrijvingWerkzoekende')
            and (q.status in ('WAITING', 'IN_FLIGHT')
                 or q.status = 'DEAD' and q.handled = '' and q.asked_at::date > d.answered_on))
), moments as (
    select k.*,
        k.outcome = 'TO_REFER' and k.due_on is not null and (
            -- the reminder and the escalation of the rules (A-01) are tasks that begin on their day
            not k.covered and exists (
                select from dossiers_task t
                where t.dossier_id = k.id and t.closed_at is null and t.kind in ('REMINDER', 'ESCALATION')
                  and t.starts_on <= %(today)s and t.starts_on > k.answered_on)
            or exists (
                select from unnest(case when k.covered then %(last_covered)s else %(last)s end::int[]) as before(days)
                where k.due_on - days <= %(today)s and k.due_on - days > k.answered_on
                  and %(today)s <= k.due_on)) as near,
        %(today)s - k.answered_on >= case when k.covered then %(old_covered)s else %(old)s end as old
    from known k
)
select id, insz, service, case when outcome = 'TO_REFER' then due_on end,
    case when near then '{DEADLINE}' else '{EXPIRY}' end
from moments where near or old
order by near desc, case when outcome = 'TO_REFER' then due_on end nulls last, answered_on, id
limit %(limit)s
"""


@transaction.atomic
def plan(now: datetime | None = None) -> Planned:
    """Ask again what is worth asking tonight, in a fixed number of queries; doing it twice asks nothing twice."""
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    covered = feed_covers(moment)
    old = in_force().in_force(today).stale_days
    limit = limits.planned_a_night()
    params: dict[str, Any] = {
        "feed": covered,
        "capacity": settings.MAGDA_HOEDANIGHEID,
        "today": today,
        "last": list(limits.LAST_DAYS),
        "last_covered": list(limits.LAST_DAYS_WITH_FEED),
        "old": old,
        "old_covered": old * limits.FEED_STRETCHES,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, params)
        rows = cursor.fetchall()
    outbox.ask(
        [
            refresh(dossier, insz, service, Topic.EMPLOYMENT, due_on, why)
            for dossier, insz, service, due_on, why in rows
        ],
        moment,
    )
    if rows:
        transaction.on_commit(ring)
    near = sum(why == DEADLINE for *_, why in rows)
    done = Planned(near, len(rows) - near, left=len(rows) == limit, covered=covered)
    log.info("planned", deadline=done.deadline, expiry=done.expiry, left=done.left, covered=covered)
    return done


def how_often(now: datetime) -> str:
    """For the operator: how often somebody of whom nothing changed is asked about, and why."""
    days = in_force().in_force(timezone.localdate(now)).stale_days
    if feed_covers(now):
        return (
            "VDAB meldt ons wat verandert. Wie in het repertorium ingeschreven is en bij wie niets verandert, vragen "
            f"we om de {dates.days(days * limits.FEED_STRETCHES)} opnieuw."
        )
    return f"We rekenen nu niet op meldingen van VDAB. Wie we volgen, vragen we om de {dates.days(days)} opnieuw."


def feed_covers(now: datetime) -> bool:
    """Whether silence of the feed means that nothing changed at VDAB.

    It was fetched to its end a moment ago, and VDAB really tells us things through it: a feed that works and in
    which VDAB never says anything proves nothing.
    """
    silent_after = limits.FEED_SILENT_AFTER[Feed.GENERAL.value]
    fetched = FeedState.objects.filter(feed=Feed.GENERAL, pulled_at__gte=now - silent_after).exists()
    return fetched and Notification.objects.filter(source="VDAB", received_at__gte=now - limits.FEED_PROVEN).exists()
