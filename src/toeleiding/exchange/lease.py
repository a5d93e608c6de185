"""Taking questions in hand: a batch at a time, each by one worker, most urgent first, in order per person."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import msgspec
from django.conf import settings
from django.db import connection, transaction

from toeleiding.exchange import circuits, limits
from toeleiding.exchange.models import Question, Status

# Who waits: their turn has come, what goes first is done, no older question about the same person to the same
# service is still open, and the service answers. A lease that ran out counts as waiting.
_CLAIM = """
with ready as (
    select q.id, q.service, q.dossier_id,
           row_number() over (partition by q.service order by q.due_on nulls last, q.asked_at, q.id) as place
    from exchange_question q
    left join exchange_question first on first.id = q.follows_id
    where (q.status = 'WAITING' and q.next_attempt_at <= %(now)s
           or q.status = 'IN_FLIGHT' and q.leased_until <= %(now)s)
      and q.expires_at > %(now)s
      and (q.follows_id is null or first.status = 'DONE'
           -- ending an inscription and opening it again go in order, but neither needs that the other succeeds
           or first.status = 'DEAD' and 'RegistreerUitschrijving' in (q.service, first.service))
      and q.service <> all(%(shut)s)
      and not exists (
          select from exchange_question older
          where older.dossier_id = q.dossier_id and older.service = q.service
            and older.status in ('WAITING', 'IN_FLIGHT') and (older.asked_at, older.id) < (q.asked_at, q.id))
    order by q.due_on nulls last, q.asked_at, q.id
    limit %(size)s
), taken as (
    select q.id from exchange_question q join ready using (id)
    where (ready.place = 1 or q.service <> all(%(probing)s))
      and (q.status = 'WAITING' or q.leased_until <= %(now)s)
    for update of q skip locked
)
update exchange_question q
set status = 'IN_FLIGHT', attempts = q.attempts + 1, lease_token = %(token)s, leased_until = %(until)s,
    -- whoever got another number since is asked about under that one; an inscription is about its own number
    insz = case
        -- a dossier that was merged has no number of its own any more: its questions keep the one they were asked under
        when q.service in ('RegistreerInschrijving', 'RegistreerUitschrijving') then q.insz
        when d.merged_into_id is not null then q.insz
        else coalesce(d.insz, '') end
from taken, dossiers_dossier d
where q.id = taken.id and d.id = q.dossier_id
returning q.id, q.service, q.version, q.dossier_id, q.insz, q.attempts, d.contract_signed_on,
    (select s.insz from organisations_staff s where s.id = q.asker_id), q.details::text
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A question in hand: what is needed to write the message, and nothing more."""

    id: UUID
    service: str
    version: str
    dossier: int
    insz: str
    attempts: int
    contract_signed_on: date | None
    user: str | None
    details_json: str

    @property
    def details(self) -> dict[str, Any]:
        """What to ask besides the number."""
        return msgspec.json.decode(self.details_json, type=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim took, under one lease token."""

    token: UUID
    questions: list[Claimed]


def claim(size: int, now: datetime) -> Batch:
    """Take at most `size` questions that may be sent now. Nobody else gets them until the lease runs out."""
    token = uuid4()
    gate = circuits.gate(now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": now,
                "size": size,
                "token": token,
                "until": now + limits.LEASE,
                "shut": gate.shut,
                "probing": gate.probing,
            },
        )
        rows = cursor.fetchall()
    return Batch(token, [Claimed(*row) for row in rows])


def give_back(tokens: Iterable[UUID], now: datetime) -> int:
    """Let go of what is held under these leases: a worker that cannot go on leaves its questions waiting.

    They are asked again soon, though not at once: what stopped this worker stops the next one too.
    """
    return Question.objects.filter(status=Status.IN_FLIGHT, lease_token__in=list(tokens)).update(
        status=Status.WAITING, lease_token=None, leased_until=None, next_attempt_at=now + limits.AFTER_A_BREAKDOWN
    )


@contextmanager
def places_in_flight() -> Iterator[int]:
    """Hold as many of the places "in flight" under our Hoedanigheid as are free, for this drain; yields how many.

    The places are advisory locks of the database session: they are shared by all workers on all machines, and
    those of a worker that dies come free by themselves.
    """
    kind = crc32(f"exchange {settings.MAGDA_HOEDANIGHEID}".encode()) - 2**31
    held: list[int] = []
    with connection.cursor() as cursor:
        for place in range(limits.in_flight()):
            if len(held) == limits.in_flight_per_worker():
                break
            cursor.execute("select pg_try_advisory_lock(%s, %s)", [kind, place])
            if cursor.fetchone()[0]:
                held.append(place)
    try:
        yield len(held)
    finally:
        with connection.cursor() as cursor:
            for place in held:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [kind, place])
