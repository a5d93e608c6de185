"""Laying a list of VDAB beside our dossiers: in what they differ, and asking VDAB about those people.

A list never becomes a fact: carrying it out only asks questions, whose answers are settled like any other. The
first comparison waits for a person; later ones are carried out at night unless too much differs at once. What the
list made us ask disturbs no dossier while it is under way: only an answer reaches it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from toeleiding.dossiers import bulk
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange import outbox
from toeleiding.exchange.bell import ring
from toeleiding.exchange.limits import FILE_STILL_COMES
from toeleiding.exchange.models import Delivered, DeliveredRow, Difference, Kind, ListOrigin, ListState, Service
from toeleiding.exchange.quality import limits
from toeleiding.exchange.quality.list_reader import ListError, Read, load, read
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, Staff

log = structlog.get_logger("exchange")
JOB = "toeleiding.exchange.tasks.reconcile_lists"
BY_ITSELF = "Door de nacht uitgevoerd: het verschil bleef binnen de grens."
FIRST = "Dit is de eerste vergelijking. Kijk de aantallen na en bevestig."
CLOSED = "We mogen dit bestand niet openen. Vraag de beheerder om de rechten van de map na te kijken."
STUMBLED = "Bij het lezen ging iets mis. Vraag VDAB een nieuwe lijst. Gebeurt het opnieuw, verwittig de beheerder."
_COPIED = ("list_id", "line", "insz", "category", "registered_on", "ended_on")

NEXT_STEPS = {
    Kind.ONLY_KBI: "Bij uitvoeren vragen we VDAB opnieuw. Wie echt uitgeschreven is, komt vanzelf op de werklijst.",
    Kind.DIFFERENT: "Bij uitvoeren vragen we VDAB opnieuw. Het antwoord zet het dossier recht, de lijst niet.",
    Kind.NEVER_ASKED: "Bij uitvoeren vragen we het aan VDAB.",
    Kind.REPLACED: "Meld VDAB dat het nummer vervangen is. Verschilt er nog iets, dan vragen we met het nieuwe nummer.",
    Kind.ONLY_KBI_AGREED: "Niets te vragen: help deze mensen bij de inschrijving, zoals op de werklijst staat.",
    Kind.ONLY_VDAB: "Ga met VDAB na of deze mensen inburgeren. Zoek ze daarna op in KBI met Nieuw dossier.",
    Kind.EQUAL: "Niets te doen.",
}

# Who is compared: open dossiers with a number, of people whom VDAB serves. Ours is what the last answer that means
# something told; without one (asked in vain, or answered in part or without any registration: K-05) we know nothing,
# which is never "not registered". A number stands with the dossier that stayed: merging moves it. A period includes
# its last day. Of who is not registered on either side no dates are compared: VDAB tells of the present only.
_COMPARE = """
with theirs as (
    select distinct on (d.id) d.id as dossier, r.insz,
        r.category, r.registered_on, r.ended_on, (r.ended_on is null or r.ended_on >= %(today)s) as runs
    from exchange_deliveredrow r join dossiers_personnumber n on n.insz = r.insz
    join dossiers_dossier d on d.id = n.dossier_id
    where r.list_id = %(list)s
    order by d.id, (r.ended_on is null or r.ended_on >= %(today)s) desc,
        r.registered_on desc nulls last, (r.insz = d.insz) desc, r.line
), ours as (
    select d.id, d.insz, d.category, d.registered_on, d.outcome, (d.state->'employment'->>'ended_on')::date as ended_on,
        d.answer = 'NOT_KNOWN' or d.answer = 'KNOWN' and (d.registered_on is not null or d.category <> ''
            or d.state->'employment'->>'ended_on' is not null) as known,
        d.answer = 'KNOWN' and (d.registered_on is not null or d.category <> '')
        and coalesce((d.state->'employment'->>'ended_on')::date >= %(today)s, true) as runs
    from dossiers_dossier d
    where d.merged_into_id is null and d.tab <> 'DONE' and d.insz is not null
    and d.region not in ('BRUSSEL', 'WALLONIE') and d.service <> 'ACTIRIS'
), beside as (
    select o.id, o.known, o.runs as we, coalesce(t.runs, false) as they, t.dossier is not null as listed, o.outcome,
        t.insz <> o.insz as old,
        case when o.runs and coalesce(t.runs, false) then (t.category <> '' and t.category <> o.category)
            or (t.registered_on is not null and t.registered_on is distinct from o.registered_on)
            or (t.ended_on is not null and t.ended_on is distinct from o.ended_on)
            else o.runs is distinct from coalesce(t.runs, false) end as differs
    from ours o left join theirs t on t.dossier = o.id
), told as (
    select id, case
        when not known then case when listed or outcome = 'TO_REFER' then 'NEVER_ASKED' else 'LEFT_OUT' end
        when old then 'REPLACED'
        when we and not they then 'ONLY_KBI'
        when differs then 'DIFFERENT'
        when not we then 'ONLY_KBI_AGREED'
        else 'EQUAL' end as kind, not known or differs as ask
    from beside
), kept as (
    insert into exchange_difference (list_id, kind, dossier_id, insz, ask)
    select %(list)s, kind, id, '', ask from told where kind not in ('EQUAL', 'LEFT_OUT')
    union all
    select distinct on (r.insz) %(list)s::uuid, 'ONLY_VDAB', null::bigint, r.insz, false from exchange_deliveredrow r
    where r.list_id = %(list)s and (r.ended_on is null or r.ended_on >= %(today)s)
    and not exists (select from dossiers_personnumber n where n.insz = r.insz)
    returning kind, ask
)
select kind, count(*), count(*) filter (where ask) from kept group by kind
union all
select 'EQUAL', count(*), 0 from told where kind = 'EQUAL'
"""


class ReconcileError(Exception):
    """Something that cannot be done with a list. The message is a Dutch sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list came from. `by` is None for the folder and the command."""

    file_name: str
    origin: ListOrigin
    by: Staff | None = None


def compare(content: bytes, source: Source, now: datetime | None = None) -> Delivered:
    """Read a list and lay it beside the dossiers: the dry run. Nothing is asked and no dossier changes.

    The folder is read once per content, and a list that still waits is not compared twice; whoever gives an older
    list by hand compares it anew, such as after a restore. A list that waited is replaced by this one. Raises
    ListError when the file is no list.
    """
    fingerprint = sha256(content).hexdigest()
    return _known(fingerprint, source) or _keep(
        read(content, source.file_name), fingerprint, source, now or timezone.now()
    )


def _known(fingerprint: str, source: Source) -> Delivered | None:
    same = Delivered.objects.filter(sha256=fingerprint)
    if source.origin is not ListOrigin.FOLDER:
        same = same.filter(state__in=(ListState.WAITING, ListState.CONFIRMED))
    return same.first()


@transaction.atomic
def _keep(found: Read, fingerprint: str, source: Source, moment: datetime) -> Delivered:
    """Write down what was read and how it differs. One list at a time: sent twice, the second finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('exchange_delivered'))")
    if known := _known(fingerprint, source):
        return known
    made = Delivered(
        file_name=source.file_name[-120:], sha256=fingerprint, origin=source.origin, received_at=moment,
        received_by=source.by, rows=len(found.rows), unreadable=found.unreadable,
        first_problem=found.first_problem[:200],
    )  # fmt: skip
    Delivered.objects.filter(state=ListState.WAITING).update(state=ListState.REPLACED)
    made.save(force_insert=True)
    rows = ((made.pk, row.line, row.insz, row.category, row.registered_on, row.ended_on) for row in found.rows)
    bulk.copy("exchange_deliveredrow", _COPIED, rows)
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"list": made.pk, "today": timezone.localdate(moment)})
        told = cursor.fetchall()
    made.counts = {kind: count for kind, count, _ in told if count}
    made.to_ask = sum(asked for *_, asked in told)
    made.compared = sum(count for kind, count in made.counts.items() if kind != Kind.ONLY_VDAB)
    made.needs = _needs(made)
    made.save(update_fields=["counts", "to_ask", "compared", "needs"])
    log.info("list_compared", list=str(made.pk), rows=made.rows, to_ask=made.to_ask)
    return made


def _needs(made: Delivered) -> str:
    """Why a person has to confirm this list, or ""."""
    if not Delivered.objects.filter(state=ListState.APPLIED).exists():
        return FIRST
    if made.unreadable > made.rows * limits.GUARD_SHARE:
        return f"{made.unreadable} rijen van deze lijst kunnen we niet lezen. Vraag VDAB een nieuwe, of bevestig."
    if made.to_ask > max(made.compared * limits.GUARD_SHARE, limits.GUARD_AT_LEAST):
        return (
            f"Over {made.to_ask} van {made.compared} mensen verschilt de lijst: meer dan gewoon. Kijk na of de lijst"
            " volledig is en bevestig."
        )
    return ""


@transaction.atomic
def confirm(key: UUID, reason: str, by: Staff | None, now: datetime | None = None) -> Delivered:
    """Somebody, or the night (`by` None), lets the list be carried out. Confirming again changes nothing.

    Raises ReconcileError without a reason, or for a list that a newer one replaced.
    """
    if not reason.strip():
        raise ReconcileError("Vul in waarom deze lijst uitgevoerd mag worden.")
    found = Delivered.objects.select_for_update().get(pk=key)
    if found.state == ListState.REPLACED:
        raise ReconcileError("Er is intussen een nieuwere lijst. Kijk die na en bevestig die.")
    if found.state == ListState.UNREADABLE:
        raise ReconcileError("Dit bestand kunnen we niet lezen. Vraag VDAB een nieuwe lijst.")
    if found.erased_at is not None and found.state != ListState.APPLIED:
        raise ReconcileError("De rijen van deze lijst zijn gewist. Vraag VDAB een nieuwe lijst.")
    if found.state == ListState.WAITING:
        found.state, found.reason, found.confirmed_by = ListState.CONFIRMED, reason.strip()[:200], by
        found.confirmed_at = now or timezone.now()
        found.save(update_fields=["state", "reason", "confirmed_by", "confirmed_at"])
    return found


def carry_out(key: UUID) -> int:
    """Ask VDAB about everybody whom a confirmed list wants asked, in batches; returns how many questions that were.

    A batch is one transaction with its questions. Stopped halfway, the next time goes on where it stopped: who is
    under way, was answered since the list came, or is closed by now is passed over.
    """
    found = Delivered.objects.get(pk=key)
    asked = 0
    while found.state == ListState.CONFIRMED:
        done = _batch(found.pk)
        if done is None:
            break
        asked += done
    log.info("list_carried_out", list=str(key), asked=asked)
    return asked


@transaction.atomic
def _batch(key: UUID) -> int | None:
    """Ask about the next few; None when the list is done."""
    held = Delivered.objects.select_for_update().get(pk=key)
    if held.state != ListState.CONFIRMED:
        return None
    due = list(held.differences.filter(ask=True).order_by("pk")[: limits.BATCH])
    if not due:
        held.state, held.applied_at = ListState.APPLIED, timezone.now()
        held.save(update_fields=["state", "applied_at"])
        return None
    people = _askable([one.dossier_id for one in due if one.dossier_id], held)
    questions = {one.dossier: one.id for one in people}
    outbox.ask(people, timezone.now())  # in this transaction: asked exactly when the list says so
    transaction.on_commit(ring)
    for one in due:
        one.ask, one.question = False, questions.get(one.dossier_id or 0)
    bulk.update(
        Difference,
        ("ask", "question"),
        [{"id": one.pk, "ask": False, "question": str(one.question) if one.question else None} for one in due],
    )
    held.asked += len(questions)
    held.save(update_fields=["asked"])
    return len(questions)


def _askable(dossiers: list[int], held: Delivered) -> list[outbox.Wanted]:
    """What to ask: about nobody of whom a question is open, was asked since the list came, or lately for another list.

    The dossiers are held until the transaction ends.
    """
    found = (
        Dossier.objects.select_for_update(no_key=True)
        .filter(pk__in=dossiers, merged_into=None, insz__isnull=False, asked_at=None)
        .exclude(tab="DONE")
        .order_by("pk")
        .extra(
            where=[
                "not exists (select from exchange_question q where q.dossier_id = dossiers_dossier.id"
                " and q.service = 'GeefDossierVDAB' and (q.status in ('WAITING', 'IN_FLIGHT') or q.asked_at >= %s))",
                "not exists (select from exchange_difference x join exchange_delivered l on l.id = x.list_id"
                " where x.dossier_id = dossiers_dossier.id and x.question is not null and l.id <> %s"
                " and l.confirmed_at >= %s)",
            ],
            params=[held.received_at, held.pk, held.received_at - limits.NOT_AGAIN_WITHIN],
        )
    )
    asker = held.confirmed_by_id
    return [
        outbox.Wanted(Service.VDAB_FILE, pk, insz or "", due_on, asker=asker, details={"why": "list"})
        for pk, insz, due_on in found.values_list("pk", "insz", "due_on")
    ]


def log_confirmed(access: Access, found: Delivered) -> None:
    """Write down that somebody had these people asked about: each dossier, in one insert."""
    people = found.differences.filter(ask=True).order_by("dossier").values_list("dossier", flat=True)
    access.log(AccessAction.ASKED, list(people), "vergelijking met de lijst van VDAB")


def nightly(now: datetime | None = None) -> None:
    """What the night does: read the folder, carry out what was confirmed and what needs nobody, erase old rows."""
    moment = now or timezone.now()
    _read_folder(moment)
    waiting = Delivered.objects.filter(state=ListState.WAITING).first()
    if waiting and not waiting.needs:
        confirm(waiting.pk, BY_ITSELF, None, moment)
    for found in Delivered.objects.filter(state=ListState.CONFIRMED):
        carry_out(found.pk)
    erase_old(moment)


def _read_folder(now: datetime) -> None:
    if not settings.VDAB_LIST_IN:
        return
    try:
        files = sorted(
            (path.stat().st_mtime, path)
            for path in Path(settings.VDAB_LIST_IN).iterdir()
            if path.is_file() and path.name[0] != "."
        )
    except OSError as error:
        log.error("list_folder_unreadable", cause=error.strerror)
        return
    for written, path in files:
        if datetime.fromtimestamp(written, tz=UTC) > now - FILE_STILL_COMES:
            continue  # half a list would have everybody asked about who stands in the other half
        try:
            compare(load(path), Source(path.name, ListOrigin.FOLDER), now)
        except ListError as error:
            _tell_unreadable(path.name, written, str(error), now)
        except OSError as error:
            _tell_unreadable(path.name, written, CLOSED, now, error)
        except Exception as error:  # whatever stands in this file, the others and the rest of the night go on
            _tell_unreadable(path.name, written, STUMBLED, now, error)


def _tell_unreadable(name: str, written: float, cause: str, now: datetime, error: Exception | None = None) -> None:
    """Keep that a file cannot be read, for the page and the log: once, until it is written anew."""
    _, fresh = Delivered.objects.get_or_create(
        sha256=sha256(f"{name} {written}".encode()).hexdigest(),
        origin=ListOrigin.FOLDER,
        defaults={
            "file_name": name[-120:], "received_at": now, "rows": 0, "first_problem": cause[:200],
            "state": ListState.UNREADABLE,
        },
    )  # fmt: skip
    if fresh:
        log.error("list_unreadable", file=name, cause=cause, exc_info=error)


def unreadable(last: Delivered | None) -> QuerySet[Delivered]:
    """The files that could not be read and after which no list came."""
    found = Delivered.objects.filter(state=ListState.UNREADABLE)
    return found.filter(received_at__gte=last.received_at) if last else found


def erase_old(now: datetime) -> int:
    """Erase rows and differences past their time; the counts stay. Returns of how many lists."""
    old = Delivered.objects.filter(received_at__lt=now - limits.ROWS_KEPT, erased_at=None)
    with transaction.atomic():  # held: a list that somebody confirms at this moment is confirmed or erased, not both
        keys = list(old.exclude(state=ListState.CONFIRMED).select_for_update().values_list("pk", flat=True))
        Difference.objects.filter(list__in=keys).delete()
        DeliveredRow.objects.filter(list__in=keys).delete()
        Delivered.objects.filter(pk__in=keys, state=ListState.WAITING).update(state=ListState.REPLACED)
        Delivered.objects.filter(pk__in=keys).update(erased_at=now)
    return len(keys)
