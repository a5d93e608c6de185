"""The legal log: one line before each call and exactly one after it, set-based, in the transaction of the call.

What is asked stands in the question and its attempt already, so the lines are made from them by the database.
What a partner sends us has one line, in the transaction that takes it in.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from toeleiding.exchange import limits
from toeleiding.exchange.models import IncomingMessage, LegalKind, LegalLine
from toeleiding.exchange.replies import Reply
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.services import Service
from toeleiding.organisations.models import Staff
from toeleiding.rulebook.selectors import in_force

# A worker that stood still may still deliver; six leases later the question went to somebody else long ago.
NOBODY_WAITS_AFTER = 6 * limits.LEASE
# The database itself refuses to remove what is younger (migration 0003).
YEARS_AT_LEAST = 10

# An answer that comes in a file counts as long as its question was worth asking at least.
FILES_COUNT_FOR = limits.LIVES_AT_LEAST
# How far back the sweep of every ten minutes looks; the one of the night looks at everything.
SWEPT_OFTEN = timedelta(days=30)

_COLUMNS = (
    "at, kind, transaction, reference, service, version, uri, capacity, staff, user_insz, purpose, legal_basis,"
    " subject, dossier, milliseconds, codes"
)
_FROM_ATTEMPTS = """
from exchange_attempt a join exchange_question q on q.id = a.question_id
left join organisations_staff s on s.id = q.asker_id
"""
_ABOUT = """q.id, a.reference, q.service, q.version, %(uri)s, %(capacity)s, coalesce(s.username, ''),
    coalesce(s.insz, ''), q.purpose, q.legal_basis, a.insz, q.dossier_id"""
_ASKED = f"""
insert into exchange_legalline ({_COLUMNS})
select a.started_at, 'ASKED', {_ABOUT}, null, '[]'::jsonb {_FROM_ATTEMPTS}
where a.reference = any(%(references)s)
on conflict do nothing
"""
_ANSWERED = f"""
insert into exchange_legalline ({_COLUMNS})
select given.ended, given.kind, {_ABOUT},
    (extract(epoch from given.ended - a.started_at) * 1000)::int, given.codes::jsonb
{_FROM_ATTEMPTS}
join unnest(%(references)s::uuid[], %(kinds)s::text[], %(moments)s::timestamptz[], %(codes)s::text[])
    as given(reference, kind, ended, codes) on given.reference = a.reference
on conflict do nothing
returning reference
"""
# A line before without a line after. One by itself, or of a call without a question, waits as long as a worker may
# stand still; one that stands in a file as long as an answer file still counts. A lease that runs is waiting too.
_SILENT = f"""
insert into exchange_legalline ({_COLUMNS})
select %(now)s, 'UNANSWERED', l.transaction, l.reference, l.service, l.version, l.uri, l.capacity, l.staff,
    l.user_insz, l.purpose, l.legal_basis, l.subject, l.dossier, null, '[]'::jsonb
from exchange_legalline l
left join exchange_attempt a on a.reference = l.reference
left join exchange_question q on q.id = a.question_id
where l.kind = 'ASKED' and l.at >= %(since)s and l.at < %(lines)s and (a.file_id is null or l.at < %(files)s)
    and not coalesce(q.status = 'IN_FLIGHT' and q.leased_until > %(now)s, false)
    and not exists (select from exchange_legalline o where o.reference = l.reference and o.kind <> 'ASKED')
on conflict do nothing
"""


def kind_of(outcome: Outcome, failure: str = "") -> LegalKind:
    """Which of the four ends this is. `failure` says why a call gave no answer, or why its answer is not believed.

    No answer at all is not a failed answer, and a refusal is one of its own (INTERFACE 1.6).
    """
    if failure in _NOTHING_CAME or failure.startswith("http_"):
        return LegalKind.UNANSWERED
    if failure:
        return LegalKind.FAILED
    match outcome:
        case Outcome.REFUSED:
            return LegalKind.UNAUTHORISED
        case (
            Outcome.KNOWN
            | Outcome.NOT_KNOWN
            | Outcome.PARTIAL
            | Outcome.REPLACED
            | Outcome.CANCELLED
            | Outcome.AMBIGUOUS
        ):
            return LegalKind.SUCCEEDED
        case Outcome.NOT_INTEGRATED | Outcome.SOURCE_DOWN | Outcome.INVALID | Outcome.NOT_UNDERSTOOD:
            return LegalKind.FAILED
    assert_never(outcome)


_NOTHING_CAME = frozenset({"timeout", "no_connection", "connection_lost", "too_large"})


def asked(references: Sequence[UUID]) -> None:
    """Say that these messages go out. In the transaction that stores their attempts."""
    _write(_ASKED, references=list(references))


def answered(replies: Sequence[Reply]) -> set[UUID]:
    """Say what came of these messages. In the transaction that stores how their attempts ended.

    Returns the references whose end this is. One that is missing had its end before: the log says already that it
    got no answer, so an answer that still comes is too late and must not be used.
    """
    if not replies:
        return set()
    given: dict[str, Any] = {
        "references": [reply.reference for reply in replies],
        "kinds": [kind_of(Outcome(reply.outcome), reply.failure).value for reply in replies],
        "moments": [reply.ended_at for reply in replies],
        "codes": [msgspec.json.encode(reply.exceptions).decode() for reply in replies],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {**_ourselves(), **given})
        return {reference for (reference,) in cursor.fetchall()}


def close_silent(now: datetime, *, everything: bool = False) -> int:
    """Say "no answer" of messages that nobody waits for any more and that have no end yet. Returns how many.

    Their worker was stopped, or their file never came back. `everything`: also what is older than `SWEPT_OFTEN`.
    """
    since = datetime.min.replace(tzinfo=UTC) if everything else now - SWEPT_OFTEN
    return _write(_SILENT, now=now, since=since, lines=now - NOBODY_WAITS_AFTER, files=now - FILES_COUNT_FOR)


def _ourselves() -> dict[str, str]:
    return {"uri": settings.MAGDA_IDENTIFICATIE, "capacity": settings.MAGDA_HOEDANIGHEID}


def _write(sql: str, **given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**_ourselves(), **given})
        return int(cursor.rowcount)


def asked_directly(
    reference: UUID, service: Service, at: datetime, *, purpose: str, basis: str, subject: str = "",
    staff: Staff | None = None,
) -> None:  # fmt: skip
    """The line before a call without a question in the outbox: a look-up while somebody waits, or a poll of a feed."""
    LegalLine.objects.create(
        at=at, kind=LegalKind.ASKED, reference=reference, service=service.name, version=service.version,
        staff=staff.username if staff else "", user_insz=staff.insz if staff else "", purpose=purpose,
        legal_basis=basis, subject=subject, **_ourselves(),
    )  # fmt: skip


def answered_directly(reference: UUID, kind: LegalKind, at: datetime, codes: Sequence[Mapping[str, str | int]]) -> None:
    """The line after such a call."""
    line = LegalLine.objects.get(reference=reference, kind=LegalKind.ASKED)
    line.milliseconds = int((at - line.at).total_seconds() * 1000)
    line.pk, line.at, line.kind, line.codes = None, at, kind, list(codes)
    line.save(force_insert=True)


def came_in(
    message: IncomingMessage, kind: LegalKind, service: Service, *, certificate: str, agency: str, subject: str,
    dossier: int | None,
) -> None:  # fmt: skip
    """The line of what a partner sent us: who signed it, who it says it is, about whom, and what we made of it."""
    LegalLine.objects.create(
        at=message.received_at, kind=kind, transaction=message.pk, reference=message.pk, service=service.name,
        version=service.version, uri=message.sender, capacity=message.capacity, purpose=message.purpose,
        legal_basis=message.legal_basis, subject=subject, dossier=dossier, sent_reference=message.reference,
        certificate=certificate, agency=agency,
        codes=[{"id": message.code, "origin": "TOELEIDING"}] if message.code else [],
    )  # fmt: skip


def kept() -> QuerySet[LegalLine]:
    """The lines whose time is not over. Whoever shows lines begins here: what the night did not remove yet is gone."""
    limit = _limit(timezone.now())
    return LegalLine.objects.all() if limit is None else LegalLine.objects.filter(at__gte=limit)


def _limit(now: datetime) -> datetime | None:
    """Before this lines are past rule K-11; None without a usable rule: then nothing ever is."""
    years = in_force().value("K-11", timezone.localdate(now))
    if not isinstance(years, int) or isinstance(years, bool) or years < 1:
        return None
    return now - timedelta(days=round(max(years, YEARS_AT_LEAST) * 365.25) + 1)


def remove_old(now: datetime, *, apply: bool = True) -> int:
    """Remove lines past rule K-11. Without the rule nothing is removed. Returns how many there are."""
    limit = _limit(now)
    if limit is None:
        return 0
    old = LegalLine.objects.filter(at__lt=limit)
    if not apply:
        return old.count()
    with transaction.atomic():
        return old._raw_delete(using="default")
