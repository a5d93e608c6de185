"""What an operator does: ask failed questions again, hold a service, release it. Who did it and why is kept.

Asking again is a dry run that is carried out: `plan` says for each failed question whether it is asked again and
why not, and `replay` does exactly that. A question whose answer took effect once is never settled a second time:
in its place a new question is asked. Every verb takes a fixed number of queries, for one question or a thousand.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from toeleiding.dossiers import bulk
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.exchange import limits, outbox, referring
from toeleiding.exchange.bell import ring
from toeleiding.exchange.models import Circuit, Feed, Handled, Hold, Question, Replay, Replayed, Service, Status
from toeleiding.exchange.repertorium import ending
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction

log = structlog.get_logger("exchange")
# One replay is one transaction and locks the dossiers it asks about; a larger group goes in several.
AT_ONCE = 1000
# What an earlier try left behind to guard itself against going round in circles; a new try begins without.
_OF_A_TRY = ("inscribed", "numbers")

# Failures with one cause form a group; the dossier that a sentence names does not make it another cause.
GROUP = "md5(concat_ws('|', q.service, q.outcome, regexp_replace(q.cause, 'TN-[0-9]{4}-[0-9]+', '', 'g')))"
_TOPIC = """case when {0}.service in ('GeefDossierVDAB', 'GeefInschrijvingWerkzoekende') then 'ES'
    when {0}.service = 'RegistreerUitschrijving' then {0}.service || {0}.insz else {0}.service end"""
# For each failed question: is there any use in asking it again? The first line that holds is the reason why not.
_PLAN = f"""
select q.id, q.service, q.dossier_id, coalesce(d.insz, ''), d.due_on, q.asker_id, q.purpose, q.details::text,
    exists (select from exchange_received r where r.question_id = q.id and r.settles), q.cause,
    case
        when q.service = 'RegistreerInschrijving' then case when exists (
            select from exchange_inscription i where i.insz = q.insz and i.confirmed_at is not null
            and i.capacity = %(capacity)s) then 'ANSWERED' else '' end
        when q.service = 'RegistreerUitschrijving' then case when exists (
            select from exchange_inscription i where i.closing_id = q.id and i.confirmed_at is not null)
            then '' else 'ANSWERED' end
        when q.service = 'RegistreerMutatieNotificatie' then ''
        when exists (
            select from dossiers_event e where e.dossier_id = q.dossier_id
            and (e.recorded_at >= q.finished_at or q.service = 'RegistreerToeleiding')
            and case q.service when 'RegistreerToeleiding'
                then e.kind in ('REFERRAL_DELIVERED', 'REFERRAL_WITHDRAWN')
                    and e.data->>'referral' = q.details->>'referral'
                else e.kind = case when q.service = 'GeefWerkrelaties' then 'WORK_ANSWERED'
                    else 'EMPLOYMENT_SERVICE_ANSWERED' end
                and e.data->>'answer' in ('KNOWN', 'NOT_KNOWN') end) then 'ANSWERED'
        else '' end as answered,
    case
        when exists (
            select from exchange_question n where n.dossier_id = q.dossier_id
            and {_TOPIC.format("n")} = {_TOPIC.format("q")}
            and (n.details ? 'complements') = (q.details ? 'complements')
            and (n.asked_at, n.id) > (q.asked_at, q.id)) then 'NEWER'
        when q.service = 'RegistreerUitschrijving' then case when q.insz = d.insz and not d.state ? 'ended_on'
            and d.outcome <> 'NOT_APPLICABLE' then 'FOLLOWED' else '' end
        when d.step = 'CLOSED' or d.merged_into_id is not null then 'CLOSED'
        when d.insz is null then 'NO_NUMBER'
        when q.insz <> '' and q.insz <> d.insz then 'OTHER_NUMBER'
        when q.expires_at <= %(now)s then 'EXPIRED'
        else '' end as useless
from exchange_question q join dossiers_dossier d on d.id = q.dossier_id
where q.status = 'DEAD' and q.handled = '' and (%(group)s = '' or {GROUP} = %(group)s)
  and (%(only)s::uuid is null or q.id = %(only)s)
order by q.asked_at, q.id
limit %(limit)s
"""


class ReplayError(Exception):
    """Something that an operator cannot do now; the message is a Dutch sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which failures: one question, one group (the key of its cause), or all when both are absent."""

    group: str = ""
    question: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One failed question, what is needed to ask it again, and `skip`: why there is no use in that, or ""."""

    id: UUID
    service: str
    dossier: int
    insz: str
    due_on: date | None
    asker: int | None
    purpose: str
    details: dict[str, Any]
    settled: bool
    cause: str
    skip: str

    @property
    def becomes_new(self) -> bool:
        """Its answer took effect, or it is an inscription: then a new question is asked in its place."""
        return self.settled or self.service == Service.INSCRIPTION

    @property
    def tells(self) -> bool:
        """Whether the dossier knows of this question: somebody asked it, it does not serve another question."""
        return Service(self.service).reads and "complements" not in self.details and "why" not in self.details


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay would do."""

    lines: Sequence[Line]

    @property
    def asked(self) -> list[Line]:
        return [line for line in self.lines if not line.skip]

    @property
    def skipped(self) -> Counter[str]:
        """Reason -> how many, the most frequent first."""
        return Counter(line.skip for line in self.lines if line.skip)


def plan(choice: Choice, now: datetime | None = None) -> Plan:
    """The dry run: for at most `AT_ONCE` failures, the oldest first, what a replay would do with each."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PLAN,
            {
                "now": now or timezone.now(),
                "capacity": settings.MAGDA_HOEDANIGHEID,
                "group": choice.group,
                "only": choice.question,
                "limit": AT_ONCE,
            },
        )
        rows = cursor.fetchall()
    return Plan([_line(row) for row in rows])


def _line(row: Sequence[Any]) -> Line:
    *known, details, settled, cause, answered, useless = row
    parts = [*known, msgspec.json.decode(details, type=dict[str, Any]), settled, cause, answered or useless]
    return Line(*parts)


@transaction.atomic
def replay(access: Access, choice: Choice, reason: str, token: UUID, now: datetime | None = None) -> Replay:
    """Ask failed questions again, as `plan` says, and put the others aside with the reason why not.

    `token` names this one decision: sent twice, or by two operators at once, nothing is asked twice. Raises
    ReplayError without a reason.
    """
    if not reason.strip():
        raise ReplayError("Vul in waarom je deze vragen opnieuw stelt.")
    moment = now or timezone.now()
    done, fresh = Replay.objects.get_or_create(
        pk=token, defaults={"by": access.staff, "at": moment, "reason": reason.strip()[:200]}
    )
    if not fresh:
        return done
    _lock(plan(choice, moment))
    found = plan(choice, moment)  # again: what somebody else did while we waited for the locks counts
    became = _ask(found.asked, access, moment)
    _write_down(done, found, became)
    _tell(found.asked, became, access, moment)
    access.log(AccessAction.ASKED, sorted({line.dossier for line in found.asked}), "opnieuw gevraagd door het beheer")
    done.asked, done.skipped = len(found.asked), found.skipped.total()
    done.save(update_fields=["asked", "skipped"])
    transaction.on_commit(ring)
    log.info("replayed", replay=str(token), asked=done.asked, skipped=done.skipped)
    return done


def _lock(found: Plan) -> None:
    """Hold the questions and then the dossiers, in the order in which answers are settled."""
    ids = [line.id for line in found.lines]
    people = {line.dossier for line in found.lines}
    list(Question.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    list(Dossier.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))


def _ask(lines: Sequence[Line], access: Access, now: datetime) -> dict[UUID, UUID]:
    """Put the questions back into the outbox; old question -> the question it became."""
    became = {line.id: uuid4() if line.becomes_new else line.id for line in lines}
    asking = [line for line in lines if line.service != Service.INSCRIPTION]
    # The inscriptions that must go first are arranged here, also for what keeps its own id.
    outbox.ask([_wanted(line, became[line.id]) for line in asking], now)
    ending.renamed({line.id: became[line.id] for line in asking if line.service == Service.DEREGISTER})
    _begin_again([line.id for line in asking if not line.becomes_new], now)
    inscriptions = [line for line in lines if line.service == Service.INSCRIPTION]
    if inscriptions:
        fresh, follows = outbox.arrange_inscriptions(
            {line.insz: _wanted(line, became[line.id]) for line in inscriptions}, now
        )
        outbox.store(fresh, now)
        became |= {line.id: follows[line.insz] for line in inscriptions}
    return became


def _wanted(line: Line, question: UUID) -> outbox.Wanted:
    details = {key: value for key, value in line.details.items() if key not in _OF_A_TRY}
    return outbox.Wanted(
        Service(line.service), line.dossier, line.insz, line.due_on, question, line.asker, line.purpose, details
    )


def _begin_again(questions: Sequence[UUID], now: datetime) -> None:
    """The same questions as when they were just asked, behind the inscription of today."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update exchange_question q
            set status = 'WAITING', attempts = 0, next_attempt_at = %(now)s, finished_at = null,
                expires_at = greatest(q.expires_at, %(until)s), outcome = '', cause = '', next_step = '',
                details = q.details - %(of_a_try)s::text[],
                follows_id = (
                    select i.question_id from exchange_inscription i join dossiers_dossier d on d.insz = i.insz
                    left join exchange_question c on c.id = i.closing_id
                    where d.id = q.dossier_id and i.capacity = %(capacity)s and q.service = any(%(reads)s)
                    and (i.confirmed_at is null or c.status in ('WAITING', 'IN_FLIGHT')))
            where q.id = any(%(questions)s)
            """,
            {
                "now": now,
                "until": now + limits.LIVES_AT_LEAST,
                "of_a_try": list(_OF_A_TRY),
                "capacity": settings.MAGDA_HOEDANIGHEID,
                "reads": [service.value for service in Service if service.reads],
                "questions": list(questions),
            },
        )


def _write_down(done: Replay, found: Plan, became: dict[UUID, UUID]) -> None:
    rows = [
        {
            "replay_id": done.pk,
            "question_id": line.id,
            "became_id": became.get(line.id),
            "skipped": line.skip,
            "cause": line.cause,
        }
        for line in found.lines
    ]
    bulk.insert(Replayed, ("replay_id", "question_id", "became_id", "skipped", "cause"), rows)
    over = [line for line in found.lines if line.skip or line.becomes_new]
    bulk.update(Question, ("handled",), [{"id": line.id, "handled": line.skip or Handled.ANEW.value} for line in over])


def _tell(lines: Sequence[Line], became: dict[UUID, UUID], access: Access, now: datetime) -> None:
    """The dossiers wait for an answer again."""
    today = timezone.localdate(now)
    news: dict[int, list[NewEvent]] = {}
    for line in lines:
        if line.tells:
            data = _asked(line, became[line.id])
            news.setdefault(line.dossier, []).append(NewEvent(data, today, e.Source.SYSTEM, access.staff))
    if news:
        record_many(news, now=now)


def _asked(line: Line, question: UUID) -> e.Data:
    if line.service == Service.WORK:
        return e.WorkAsked(question=question)
    if line.service == Service.REFERRAL:
        content = referring.content_of(line.details)
        office = content.receiver.name or "VDAB"
        key = UUID(line.details["referral"])
        return e.ReferralSent(referral=key, question=question, office=office, content=content)
    actiris = line.details.get("employment_service") == "ACTIRIS"
    return e.EmploymentServiceAsked(question=question, service="ACTIRIS" if actiris else "VDAB")


@transaction.atomic
def hold(access: Access, service: Service | Feed, reason: str, now: datetime | None = None) -> Hold:
    """Send nothing to a service, or fetch a feed no more, until it is released. Holding what is held changes nothing.

    Raises ReplayError without a reason.
    """
    if not reason.strip():
        raise ReplayError("Vul in waarom je deze dienst tegenhoudt.")
    held, fresh = Hold.objects.get_or_create(
        service=service,
        released_at=None,
        defaults={"reason": reason.strip()[:200], "held_by": access.staff, "held_at": now or timezone.now()},
    )
    if fresh:
        Circuit.objects.get_or_create(service=service)  # who claims looks at circuits, and sees the hold there
        log.info("held", service=service.value)
    return held


@transaction.atomic
def release(access: Access, service: Service | Feed, now: datetime | None = None) -> bool:
    """Let a service or feed go on; the time that it was held does not count for the life of its questions.

    Returns False when it was not held.
    """
    moment = now or timezone.now()
    held = Hold.objects.select_for_update().filter(service=service, released_at=None).first()
    if held is None:
        return False
    held.released_by, held.released_at = access.staff, moment
    held.save(update_fields=["released_by", "released_at"])
    ours = Q(service=service) | Q(pk__in=Question.objects.filter(follows__service=service).values("pk"))
    waiting = Question.objects.filter(ours, status=Status.WAITING)
    waiting.filter(asked_at__lte=held.held_at).update(expires_at=F("expires_at") + (moment - held.held_at))
    waiting.filter(asked_at__gt=held.held_at).update(expires_at=F("expires_at") + (moment - F("asked_at")))
    transaction.on_commit(ring)
    log.info("released", service=service.value)
    return True
