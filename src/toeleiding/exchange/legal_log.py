"""Writing the legal log: one line before each call and exactly one after it, set-based, in the transaction of the call.

What is asked stands in the question and its attempt already, so the lines are made from them by the database.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from toeleiding.exchange import limits
from toeleiding.exchange.models import LegalKind, LegalLine
from toeleiding.magda.answers import Answer
from toeleiding.organisations.models import Staff
from toeleiding.rulebook.selectors import in_force

# A worker that stood still may still deliver; after this long nobody waits for an answer any more.
NOBODY_WAITS_AFTER = 6 * limits.LEASE
# The database itself refuses to remove what is younger (migration 0003).
YEARS_AT_LEAST = 10

_FROM_ATTEMPTS = """
insert into exchange_legalline (at, kind, transaction, reference, service, version, uri, capacity, staff, user_insz,
    purpose, legal_basis, subject, dossier, milliseconds, codes)
select {at}, {kind}, q.id, a.reference, q.service, q.version, %(uri)s, %(capacity)s,
    coalesce(s.username, ''), coalesce(s.insz, ''), q.purpose, q.legal_basis, a.insz, q.dossier_id, {took}, {codes}
from exchange_attempt a join exchange_question q on q.id = a.question_id
left join organisations_staff s on s.id = q.asker_id
where {which}
on conflict do nothing
"""
# No answer at all is not a failed answer; a refusal is one of its own.
_KIND = """case
    when a.outcome = 'REFUSED' then 'UNAUTHORISED'
    when a.failure in ('timeout', 'no_connection', 'connection_lost', 'too_large') or a.failure like 'http_%%'
        then 'UNANSWERED'
    when a.failure = '' and a.outcome in ('KNOWN', 'NOT_KNOWN', 'PARTIAL', 'REPLACED', 'CANCELLED', 'AMBIGUOUS')
        then 'SUCCEEDED'
    else 'FAILED' end"""
_ASKED = _FROM_ATTEMPTS.format(
    at="a.started_at", kind="'ASKED'", took="null::int", codes="'[]'::jsonb", which="a.reference = any(%(references)s)"
)
_ANSWERED = _FROM_ATTEMPTS.format(
    at="a.ended_at",
    kind=_KIND,
    took="(extract(epoch from a.ended_at - a.started_at) * 1000)::int",
    codes="a.exceptions",
    which="a.reference = any(%(references)s)",
)
_SILENT = _FROM_ATTEMPTS.format(
    at="%(now)s",
    kind="'UNANSWERED'",
    took="null::int",
    codes="'[]'::jsonb",
    # A question in a file is held by its lease for a day.
    which="a.ended_at is null and a.started_at < %(before)s"
    " and not (q.status = 'IN_FLIGHT' and q.leased_until > %(now)s)"
    " and not exists (select from exchange_legalline l"
    " where l.reference = a.reference and l.kind <> 'ASKED')",
)


def asked(references: Sequence[UUID]) -> None:
    """Say that these messages go out. In the transaction that stores their attempts."""
    _write(_ASKED, references=list(references))


def answered(references: Sequence[UUID]) -> None:
    """Say what came of these messages. In the transaction that stores how their attempts ended."""
    _write(_ANSWERED, references=list(references))


def close_silent(now: datetime) -> int:
    """Say "no answer" of messages whose worker was stopped and never told. Returns how many."""
    return _write(_SILENT, now=now, before=now - NOBODY_WAITS_AFTER)


def _write(sql: str, **given: Any) -> int:
    whose = {"uri": settings.MAGDA_IDENTIFICATIE, "capacity": settings.MAGDA_HOEDANIGHEID}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**whose, **given})
        return int(cursor.rowcount)


def look_up_asked(
    reference: UUID, service: str, version: str, subject: str, staff: Staff, purpose: str, basis: str
) -> None:
    """The line before a call that is made while somebody waits, without a question in the outbox."""
    LegalLine.objects.create(
        at=timezone.now(), kind=LegalKind.ASKED, reference=reference, service=service, version=version,
        uri=settings.MAGDA_IDENTIFICATIE, capacity=settings.MAGDA_HOEDANIGHEID, staff=staff.username,
        user_insz=staff.insz, purpose=purpose, legal_basis=basis, subject=subject,
    )  # fmt: skip


def look_up_answered(reference: UUID, kind: LegalKind, answer: Answer | None) -> None:
    """The line after such a call."""
    exceptions = answer.exceptions if answer else ()
    codes = [{"id": line.id, "origin": line.origin, "type": line.type, "level": line.level} for line in exceptions]
    before = LegalLine.objects.get(reference=reference, kind=LegalKind.ASKED)
    before.pk, before.kind, before.codes = None, kind, codes
    before.milliseconds = int((timezone.now() - before.at).total_seconds() * 1000)
    before.at = timezone.now()
    before.save(force_insert=True)


def remove_old(today: date, *, apply: bool = True) -> int:
    """Remove lines past rule K-11. Without the rule nothing is removed. Returns how many there are."""
    years = in_force().value("K-11", today)
    if not isinstance(years, int):
        return 0
    limit = timezone.now() - timedelta(days=round(max(years, YEARS_AT_LEAST) * 365.25) + 1)
    old = LegalLine.objects.filter(at__lt=limit)
    if not apply:
        return old.count()
    with transaction.atomic():
        return old._raw_delete(using="default")
