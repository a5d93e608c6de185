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
from toeleiding.exchange.models import VERSIONS, Question, Service, Status

# Who waits: their turn has come, what goes first is done, no older question about the same person to the same
# service is still open and none is under way, and the service answers. (One that is under way may be younger: it was
# claimed before the older one was committed.) A lease that ran out counts as waiting, and comes first: it was the
# most urgent once. Rows are locked as they are found and passed over when another worker has them, so that two
# workers who claim at the same moment both get work. The subqueries are scalar on purpose: they are asked per row
# in the order of the index, up to the size of a batch, instead of for everything that waits.
_MAY_BE_SENT = """
      q.expires_at > %(now)s
      -- what was taken back while a worker that is gone had it in hand is not sent by the next one
      and (q.service <> 'RegistreerToeleiding' or not q.details ? 'withdrawn')
      and (q.follows_id is null
           -- ending an inscription and opening it again go in order, but neither needs that the other succeeds
           or (select first.status = 'DONE'
                   or first.status = 'DEAD' and 'RegistreerUitschrijving' in (q.service, first.service)
               from exchange_question first where first.id = q.follows_id))
      and (select older.id from exchange_question older
           where older.dossier_id = q.dossier_id and older.service = q.service
             and older.status in ('WAITING', 'IN_FLIGHT') and older.id <> q.id
             and ((older.asked_at, older.id) < (q.asked_at, q.id) or older.leased_until > %(now)s)
           limit 1) is null
"""
CLAIMS = crc32(b"claims of the exchange")
_BY_URGENCY = "order by q.due_on nulls last, q.asked_at, q.id"
_TAKE = """
update exchange_question q
set status = 'IN_FLIGHT', attempts = q.attempts + 1, lease_token = %(token)s, leased_until = %(until)s,
    -- whoever got another number since is asked about under that one; an inscription is about its own number
    insz = case
        -- a dossier that was merged has no number of its own any more: its questions keep the one they were asked under
        when q.service in ('RegistreerInschrijving', 'RegistreerUitschrijving') then q.insz
        when d.merged_into_id is not null then q.insz
        -- a referral that may have arrived goes again exactly as it went: its identity stands for that content
        when q.service = 'RegistreerToeleiding' and q.attempts > 0 and q.insz <> '' then q.insz
        else coalesce(d.insz, '') end
from taken, dossiers_dossier d
where q.id = taken.id and d.id = q.dossier_id
returning q.id, q.service, q.version, q.dossier_id, q.insz, q.attempts, d.contract_signed_on,
    (select s.insz from organisations_staff s where s.id = q.asker_id), q.details::text
"""
_CLAIM = f"""
with lapsed as (
    select q.id from exchange_question q
    where q.status = 'IN_FLIGHT' and q.leased_until <= %(now)s and q.service <> all(%(stopped)s) and {_MAY_BE_SENT}
    {_BY_URGENCY} limit %(size)s for no key update of q skip locked
), waiting as (
    select q.id from exchange_question q
    where q.status = 'WAITING' and q.next_attempt_at <= %(now)s and q.service <> all(%(stopped)s) and {_MAY_BE_SENT}
    {_BY_URGENCY} limit %(size)s - (select count(*) from lapsed) for no key update of q skip locked
){{probes}}, taken as (
    select id from lapsed union all select id from waiting{{and_probes}}
)
{_TAKE}"""
# For a file: of one service, and lapsed leases among the rest.
_FOR_FILE = f"""
    select q.id from exchange_question q
    where q.service = %(only)s and q.version = %(version)s and q.service <> all(%(stopped)s)
      and (q.status = 'WAITING' and q.next_attempt_at <= %(now)s
           or q.status = 'IN_FLIGHT' and q.leased_until <= %(now)s)
      and {_MAY_BE_SENT}
"""
_CLAIM_FOR_FILE = f"""
with taken as ({_FOR_FILE} {_BY_URGENCY} limit %(size)s for no key update of q skip locked)
{_TAKE}"""
# A service that may answer again is tried with one question.
_PROBE = f""", probe{{place}} as (
    select q.id from exchange_question q
    where q.service = %(probe{{place}})s
      and (q.status = 'WAITING' and q.next_attempt_at <= %(now)s
           or q.status = 'IN_FLIGHT' and q.leased_until <= %(now)s)
      and {_MAY_BE_SENT}
    {_BY_URGENCY} limit 1 for no key update of q skip locked)"""


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
    places = range(len(gate.probing))
    sql = _CLAIM.format(
        probes="".join(_PROBE.format(place=place) for place in places),
        and_probes="".join(f" union all select id from probe{place}" for place in places),
    )
    given: dict[str, Any] = {"now": now, "size": size, "token": token, "until": now + limits.LEASE}
    given |= {"stopped": [*gate.shut, *gate.probing]}
    given |= {f"probe{place}": service for place, service in enumerate(gate.probing)}
    return _taken(token, "_shared", sql, given)


def claim_for_file(service: Service, size: int, now: datetime) -> Batch:
    """Take at most `size` questions of one service, to put them in a file.

    A file goes another way than a call: that a source does not answer calls does not keep it here. What an
    operator holds stays.
    """
    token = uuid4()
    given = {"now": now, "size": size, "token": token, "until": now + limits.LEASE, **_of(service)}
    return _taken(token, "", _CLAIM_FOR_FILE, given)


def _taken(token: UUID, shared: str, sql: str, given: dict[str, Any]) -> Batch:
    """Claim. Claims for calls go at the same time (`shared`), one for a file goes alone.

    A claim for a file takes thousands of people at once and is under way for long. Without the lock a worker that
    claims meanwhile would not see it, and ask about somebody of whom a question stands in the file. The lock is a
    statement of its own: what follows it sees all that was committed before it was given.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"select pg_advisory_xact_lock{shared}(%s)", [CLAIMS])
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    return Batch(token, [Claimed(*row) for row in rows])


def ready_for_file(service: Service, now: datetime) -> int:
    """How many questions `claim_for_file` would find."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from ({_FOR_FILE}) ready", {"now": now, **_of(service)})
        return int(cursor.fetchone()[0])


def _of(service: Service) -> dict[str, Any]:
    return {"stopped": circuits.held(), "only": service.value, "version": VERSIONS[service]}


def keep_until(token: UUID, until: datetime) -> int:
    """Hold what was claimed under a lease for longer. Returns how many questions are still under it."""
    return Question.objects.filter(status=Status.IN_FLIGHT, lease_token=token).update(leased_until=until)


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
