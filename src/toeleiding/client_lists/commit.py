"""Carrying out a list, and taking it back: in chunks, each one transaction, safe to repeat after any stop.

A row is looked at again inside its transaction: what changed in the dossiers since the preview becomes a question
again and is never written over.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from toeleiding.client_lists import limits, match
from toeleiding.client_lists.models import Choice, Done, Kind, Row, Upload, UploadState
from toeleiding.dossiers import bulk
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.numbers import take_numbers
from toeleiding.dossiers.timeline import NewEvent, open_many, record_many
from toeleiding.organisations.models import Staff

log = structlog.get_logger("client_lists")
# What can be carried out: no error, no open question, no conflict that nobody decided.
READY = (
    Q(kind__in=(Kind.CREATE, Kind.UPDATE, Kind.UNCHANGED))
    | Q(kind=Kind.QUESTION, choice__in=(Choice.NEW, Choice.SKIP))
    | Q(kind=Kind.CONFLICT, choice__in=(Choice.LIST, Choice.DOSSIER, Choice.SKIP))
) & Q(done=Done.PENDING)
_NOT_WRITTEN = "Deze rij kon niet verwerkt worden. Probeer opnieuw, of maak dit dossier met de hand."


def commit(upload: UUID) -> None:
    """Carry out every row that is ready. Stops halfway without harm: the next run goes on where this one ended."""
    found = Upload.objects.select_related("by", "agency").get(pk=upload)
    if found.state != UploadState.COMMITTING:
        return
    last = 0
    while numbers := _next(found.pk, last):
        last = numbers[-1]
        try:
            _chunk(found, numbers)
        except (OperationalError, InterfaceError):
            raise  # the database is gone: nothing of this chunk happened, and the next run begins there
        except Exception as error:
            log.warning("batch_taken_apart", rows=len(numbers), error=type(error).__name__)
            _one_by_one(found, numbers)
        Upload.objects.filter(pk=upload).update(progress=F("progress") + len(numbers))
    Upload.objects.filter(pk=upload, state=UploadState.COMMITTING).update(
        state=UploadState.COMMITTED, committed_at=timezone.now()
    )
    log.info("list_committed", upload=str(upload))


def _next(upload: UUID, after: int) -> list[int]:
    ready = Row.objects.filter(READY, upload=upload, number__gt=after).order_by("number")
    return list(ready.values_list("number", flat=True)[: limits.CHUNK])


def _one_by_one(upload: Upload, numbers: Sequence[int]) -> None:
    for number in numbers:
        try:
            _chunk(upload, [number])
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # this one: the row says so, the others go on
            log.error("row_not_written", upload=str(upload.pk), row=number, error=type(error).__name__)
            Row.objects.filter(upload=upload, number=number).update(kind=Kind.ERROR, problems={"rij": _NOT_WRITTEN})


@transaction.atomic
def _chunk(upload: Upload, numbers: Sequence[int]) -> None:
    held = Row.objects.select_for_update().filter(READY, upload=upload, number__in=numbers).order_by("number")
    chosen = {row.number: row for row in held}
    match.classify(upload.pk, upload.agency_id, list(chosen), likeness=False)
    rows = list(
        Row.objects.filter(READY, upload=upload, number__in=chosen).order_by("number").select_related("dossier")
    )
    now, today = timezone.now(), timezone.localdate()
    rows = [row for row in rows if _still_meant(row, chosen[row.number])]
    skipped = [row for row in rows if row.choice == Choice.SKIP]
    rows = [row for row in rows if row.choice != Choice.SKIP]
    fresh = [row for row in rows if row.kind in (Kind.CREATE, Kind.QUESTION)]
    known = [row for row in rows if row.dossier_id is not None and row.kind in (Kind.UPDATE, Kind.CONFLICT)]
    opened = _open(upload, fresh, now, today)
    news = {row.dossier_id: _changes(upload, row, today) for row in known if row.dossier_id}
    record_many({dossier: events for dossier, events in news.items() if events}, now=now)
    for row, dossier in zip(fresh, opened, strict=True):
        row.dossier_id, row.created = dossier, True
    bulk.update(
        Row,
        ("done", "dossier_id", "created", "note"),
        [
            {"id": row.pk, "done": Done.DONE.value, "dossier_id": row.dossier_id, "created": row.created, "note": note}
            for group, note in ((skipped, "Overgeslagen."), (rows, ""))
            for row in group
        ],
    )


def _still_meant(row: Row, before: Row) -> bool:
    """Whether what somebody saw is still so: a conflict that grew must be seen again."""
    if row.kind == Kind.CONFLICT:
        return before.kind == Kind.CONFLICT and row.differences == before.differences
    return True


def _open(upload: Upload, rows: Sequence[Row], now: datetime, today: date) -> list[int]:
    if not rows:
        return []
    numbers = take_numbers(today.year, len(rows))
    opened = [(number, _first_events(upload, row, today)) for number, row in zip(numbers, rows, strict=True)]
    return [one.dossier.pk for one in open_many(opened, now=now)]


def _first_events(upload: Upload, row: Row, today: date) -> list[NewEvent]:
    begins = e.Opened(agency=upload.agency.code, case_worker=row.case_worker or None, origin="UPLOAD")
    facts: list[e.Data] = [
        begins,
        e.Identified(
            first_name=row.first_name,
            last_name=row.last_name,
            birth=row.birth or None,
            sex=row.sex or None,  # type: ignore[arg-type]
        ),
    ]
    if row.insz:
        facts.append(_number(row))
    return [_event(upload, data, today) for data in (*facts, *_facts(row, _OPTIONAL))]


_OPTIONAL = (
    "language", "phone", "email", "municipality", "postal_code", "target_group", "contract_signed_on",
)  # fmt: skip


def _changes(upload: Upload, row: Row, today: date) -> list[NewEvent]:
    """The events for what the list says and the dossier does not; with `DOSSIER` only what fills a gap."""
    wanted = {
        field for field, (ours, _) in row.differences.items() if row.choice != Choice.DOSSIER or not ours
    }  # fmt: skip
    facts: list[e.Data] = []
    if "ended" in wanted:
        facts.append(e.TrackReopened())
    if wanted & {"first_name", "last_name", "birth", "sex"} and row.dossier is not None:
        kept = row.dossier
        facts.append(
            e.Identified(
                first_name=row.first_name if "first_name" in wanted else kept.first_name,
                last_name=row.last_name if "last_name" in wanted else kept.last_name,
                birth=row.birth if "birth" in wanted else None,
                sex=row.sex if "sex" in wanted else None,  # type: ignore[arg-type]
            )
        )
    if "insz" in wanted and row.insz:
        facts.append(_number(row))
    return [_event(upload, data, today) for data in (*facts, *_facts(row, wanted))]


def _facts(row: Row, wanted: Sequence[str] | set[str]) -> list[e.Data]:
    """The facts of a row beside who it is, for these fields, one event per kind."""

    def value(field: str) -> str | None:
        return (getattr(row, field) or None) if field in wanted else None

    facts: list[e.Data] = []
    if value("language") or value("phone") or value("email"):
        facts.append(e.ContactChanged(language=value("language"), phone=value("phone"), email=value("email")))
    if value("municipality") or value("postal_code"):
        facts.append(e.Moved(municipality=row.municipality or None, postal_code=row.postal_code or None))
    if value("target_group"):
        facts.append(e.TargetGroupSet(target_group=row.target_group))  # type: ignore[arg-type]
    if "contract_signed_on" in wanted and row.contract_signed_on:
        facts.append(e.ContractRegistered(signed_on=row.contract_signed_on))
    return facts


def _number(row: Row) -> e.NumberAssigned:
    return e.NumberAssigned(insz=row.insz, is_bis=20 <= int(row.insz[2:4]) < 40)


def _event(upload: Upload, data: e.Data, today: date) -> NewEvent:
    occurred = min(data.signed_on, today) if isinstance(data, e.ContractRegistered) else today
    return NewEvent(data, occurred, e.Source.CASE_WORKER, upload.by, message=upload.pk)


# --- taking back ---------------------------------------------------------------------------------------------------


def undo(upload: UUID, by: int) -> None:
    """Take back what a list did: its facts are withdrawn, a dossier that it made is closed as a mistake.

    Events are never erased. A dossier in which somebody went on working stays as it is and is named.
    """
    found = Upload.objects.get(pk=upload)
    if found.state != UploadState.UNDOING:
        return
    who = Staff.objects.get(pk=by)
    done = Row.objects.filter(upload=upload, done=Done.DONE).order_by("number")
    while rows := list(done[: limits.CHUNK]):
        _take_back(found, [row.pk for row in rows], who)
        Upload.objects.filter(pk=upload).update(progress=F("progress") + len(rows))
    Upload.objects.filter(pk=upload).update(state=UploadState.UNDONE, undone_at=timezone.now())
    log.info("list_undone", upload=str(upload))


@transaction.atomic
def _take_back(upload: Upload, keys: Sequence[int], who: Staff) -> None:
    rows = list(Row.objects.select_for_update().filter(pk__in=keys, done=Done.DONE).order_by("number"))
    made = {row.dossier_id: row for row in rows if row.created and row.dossier_id}
    touched = {row.dossier_id for row in rows if row.dossier_id}
    # Nobody may record anything there between looking and taking back.
    list(Dossier.objects.select_for_update().filter(pk__in=touched).order_by("pk").values_list("pk"))
    went_on = set(
        Event.objects.filter(dossier__in=made)
        .exclude(message=upload.pk)
        .exclude(source=e.Source.SYSTEM.value)
        .values_list("dossier_id", flat=True)
    )
    today = timezone.localdate()
    news: dict[int, list[NewEvent]] = {}
    for dossier in made:
        if dossier not in went_on:
            ended = e.TrackEnded(reason="MISTAKE")
            news[dossier] = [NewEvent(ended, today, e.Source.CASE_WORKER, who, message=upload.pk)]
    changed = touched - set(made)
    reason = f"Lijst {upload.file_name} is ongedaan gemaakt."[:300]
    ours = Event.objects.filter(dossier__in=changed, message=upload.pk, corrects=None, corrections=None)
    for event in ours.exclude(kind__in=(e.TrackReopened.kind, e.TrackEnded.kind)).order_by("id"):
        withdrawn = e.Withdrawn(reason=reason)
        news.setdefault(event.dossier_id, []).append(
            NewEvent(withdrawn, today, e.Source.CASE_WORKER, who, message=upload.pk, corrects=event.pk)
        )
    record_many(news)
    bulk.update(
        Row,
        ("done", "note"),
        [
            {"id": row.pk, "done": Done.KEPT.value, "note": "Intussen is in dit dossier verder gewerkt."}
            if row.created and row.dossier_id in went_on
            else {"id": row.pk, "done": Done.UNDONE.value, "note": ""}
            for row in rows
        ],
    )
