"""Ending inscriptions: telling the repertorium that we do not handle a file on a number any more."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from toeleiding.dossiers import bulk
from toeleiding.exchange import outbox
from toeleiding.exchange.models import Inscription, Service

#: A dossier `d` whose person we follow: not a signpost, not ended. The number in force is hers alone.
FOLLOWED = "d.merged_into_id is null and not d.state ? 'ended_on'"
#: And pillar 3 applies to her: without that there is nothing to ask (decision 019).
APPLIES = f"{FOLLOWED} and d.outcome <> 'NOT_APPLICABLE'"
# An ending that failed is on the desk of an operator: it is not tried again every night.
_NOT_YET_ENDING = """not exists (
    select from exchange_question c where c.id = i.closing_id
    and (c.status in ('WAITING', 'IN_FLIGHT') or c.status = 'DEAD' and c.handled = ''))"""
_STANDING = f"""
select i.id, i.insz, i.dossier_id, coalesce(q.id, (
    select n.id from exchange_question n where n.dossier_id = i.dossier_id and n.insz = i.insz
    and n.service = 'RegistreerMutatieNotificatie' and n.status in ('WAITING', 'IN_FLIGHT')
    order by n.asked_at desc limit 1))
from exchange_inscription i
left join exchange_question q on q.id = i.question_id and q.status in ('WAITING', 'IN_FLIGHT')
where i.capacity = %(capacity)s and i.confirmed_at is not null and {_NOT_YET_ENDING}
"""
_OF_NUMBERS = f"""{_STANDING} and i.insz = any(%(numbers)s)
and not exists (select from dossiers_dossier d where d.insz = i.insz and {FOLLOWED})
for update of i"""
# Who still waits for an answer keeps it: the inscription ends the night after.
_OF_NOBODY = f"""{_STANDING}
and not exists (select from dossiers_dossier d where d.insz = i.insz and {APPLIES})
and not exists (
    select from exchange_question open join dossiers_dossier d on d.id = open.dossier_id
    where open.status in ('WAITING', 'IN_FLIGHT') and d.insz = i.insz and open.service = any(%(reads)s))
order by i.id limit %(limit)s for update of i skip locked"""


def of_numbers(numbers: Collection[str], now: datetime) -> int:
    """End the inscriptions of these numbers that no followed person holds any more, in four queries.

    Must run inside the transaction that changed the dossiers. Returns how many.
    """
    return _end(_OF_NUMBERS, {"numbers": list(numbers)}, now) if numbers else 0


def of_nobody(now: datetime, limit: int) -> int:
    """End at most `limit` inscriptions of numbers that nobody whom pillar 3 is about holds. Returns how many."""
    reads = [service.value for service in Service if service.reads]
    return _end(_OF_NOBODY, {"limit": limit, "reads": reads}, now)


def _end(sql: str, params: dict[str, Any], now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"capacity": settings.MAGDA_HOEDANIGHEID, **params})
        rows = cursor.fetchall()
    # Without a due date these go last: nobody waits for them. A prolongation or a notification under way goes first.
    wanted = [
        outbox.Wanted(Service.DEREGISTER, dossier, insz, None, follows=under_way)
        for _, insz, dossier, under_way in rows
    ]
    outbox.ask(wanted, now)
    bulk.update(
        Inscription,
        ("closing_id",),
        [{"id": key, "closing_id": one.id} for (key, *_), one in zip(rows, wanted, strict=True)],
    )
    return len(wanted)


def renamed(became: Mapping[UUID, UUID]) -> None:
    """An operator asked failed endings again under another id: the inscriptions wait for that one now."""
    moved = {old: new for old, new in became.items() if old != new}
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update exchange_inscription i set closing_id = given.new"
            " from unnest(%s::uuid[], %s::uuid[]) as given(old, new) where i.closing_id = given.old",
            [list(moved), list(moved.values())],
        )
