"""The verbs of an uploaded list. Each one moves it on by one state, or says why it cannot."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from toeleiding.client_lists import cells, limits, match, preview, rows
from toeleiding.client_lists.commit import READY
from toeleiding.client_lists.models import Choice, Done, Kind, Row, Upload, UploadState
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction

_JOBS = "toeleiding.client_lists.tasks"
# What somebody may choose for which kind of row.
CHOICES = {
    Kind.QUESTION: (Choice.SAME, Choice.NEW, Choice.SKIP),
    Kind.CONFLICT: (Choice.DOSSIER, Choice.LIST, Choice.SKIP),
}


class ListError(Exception):
    """Something cannot be done with this list now. The message says what to do, in Dutch."""


def start(access: Access, file_name: str, content: bytes) -> Upload:
    """Take in a file. A small one is read when this returns, a large one by the worker."""
    upload = Upload.objects.create(
        agency=access.organisation,
        by=access.staff,
        at=timezone.now(),
        file_name=file_name[-120:] or "lijst",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )
    access.log(AccessAction.CHANGED, detail="lijst opgeladen")
    if len(content) <= limits.READ_AT_ONCE_BYTES:
        preview.read(upload.pk)
        upload.refresh_from_db()
    else:
        app.configure_task(f"{_JOBS}.read_list").defer(upload=str(upload.pk))
    return upload


def before(upload: Upload) -> Upload | None:
    """The last time that the very same file was taken in by this agency."""
    same = Upload.objects.filter(agency=upload.agency_id, sha256=upload.sha256, at__lt=upload.at)
    return same.exclude(pk=upload.pk).defer("content").first()


@transaction.atomic
def fix(access: Access, upload: Upload, number: int, given: dict[str, str]) -> Row:
    """Put a row right in place: its cells as they should have been. Raises ListError."""
    row = _held(upload, number)
    cleaners = cells.cleaners(timezone.localdate(), preview.colleagues(upload.agency_id))
    given = {field: value.replace("\x00", "")[: limits.CELL_CHARACTERS] for field, value in given.items() if value}
    values, problems, repairs = rows.clean(given, cleaners)
    for field in rows.VALUES:
        setattr(row, field, values.get(field) or (None if field == "contract_signed_on" else ""))
    row.given, row.problems, row.repairs, row.choice, row.dossier_id = given, problems, repairs, "", None
    row.save()
    match.classify(upload.pk, upload.agency_id, [number])
    row.refresh_from_db()
    return row


@transaction.atomic
def choose(access: Access, upload: Upload, number: int, choice: Choice, dossier: str = "") -> Row:
    """Decide about a question or a conflict. `dossier` is the number of the same person. Raises ListError."""
    row = _held(upload, number)
    if choice not in CHOICES.get(Kind(row.kind), ()):
        raise ListError("Deze keuze past niet meer bij de rij. Bekijk ze opnieuw.")
    row.choice = choice
    if choice == Choice.SAME:
        there = Dossier.objects.filter(visible_to(access), number=dossier).first()
        if there is None or dossier not in row.candidates:
            raise ListError("Kies met welk dossier deze rij overeenkomt.")
        if row.insz and there.insz not in (None, row.insz):
            raise ListError(
                f"Dossier {there.number} heeft een ander rijksregisternummer. Maak een nieuw dossier en stel voor om"
                " ze samen te voegen, of kijk het nummer na."
            )
        row.dossier = there
    row.save(update_fields=["choice", "dossier"])
    if choice == Choice.SAME:
        match.classify(upload.pk, upload.agency_id, [number], likeness=False)
        row.refresh_from_db()
    return row


@transaction.atomic
def choose_for_all(access: Access, upload: Upload, choice: Choice) -> int:
    """Decide the same about every open conflict (LIST, DOSSIER, SKIP) or question (NEW). Returns how many."""
    kind = Kind.QUESTION if choice == Choice.NEW else Kind.CONFLICT
    if choice == Choice.SAME or choice not in CHOICES[kind]:
        raise ListError("Deze keuze kan niet voor alle rijen samen. Beslis per rij.")
    _must_stand(upload)
    open_rows = Row.objects.filter(upload=upload, kind=kind, choice="", done=Done.PENDING)
    return open_rows.update(choice=choice)


@transaction.atomic
def commit(access: Access, upload: Upload) -> None:
    """Begin to carry out what is ready. Twice is once. Raises ListError."""
    held = Upload.objects.select_for_update().defer("content").get(pk=upload.pk)
    if held.state == UploadState.COMMITTING:
        return
    _must_stand(held)
    if not Row.objects.filter(READY, upload=held).exists():
        raise ListError("Er is geen rij die verwerkt kan worden. Verbeter de fouten of beslis over de vragen.")
    held.state, held.progress = UploadState.COMMITTING, 0
    held.save(update_fields=["state", "progress"])
    access.log(AccessAction.CHANGED, detail="lijst verwerkt")
    app.configure_task(f"{_JOBS}.commit_list").defer(upload=str(held.pk))


@transaction.atomic
def undo(access: Access, upload: Upload) -> None:
    """Begin to take back what the list did. Twice is once. Raises ListError."""
    held = Upload.objects.select_for_update().defer("content").get(pk=upload.pk)
    if held.state == UploadState.UNDOING:
        return
    if held.state != UploadState.COMMITTED or held.erased_at is not None:
        raise ListError("Deze lijst kan niet meer ongedaan gemaakt worden.")
    held.state, held.progress = UploadState.UNDOING, 0
    held.save(update_fields=["state", "progress"])
    access.log(AccessAction.CHANGED, detail="lijst ongedaan gemaakt")
    app.configure_task(f"{_JOBS}.undo_list").defer(upload=str(held.pk), by=access.staff.pk)


def erase_old(older_than: timedelta = limits.KEPT) -> int:
    """Erase the rows of lists that are older: what became fact stands on the timelines. Returns how many lists."""
    limit = timezone.now() - older_than
    old = list(Upload.objects.filter(at__lt=limit, erased_at=None).values_list("pk", flat=True))
    with transaction.atomic():
        Row.objects.filter(upload__in=old)._raw_delete(using="default")
        Upload.objects.filter(pk__in=old).update(erased_at=timezone.now(), content=None)
    return len(old)


def _held(upload: Upload, number: int) -> Row:
    _must_stand(upload)
    row = Row.objects.select_for_update().filter(upload=upload, number=number, done=Done.PENDING).first()
    if row is None:
        raise ListError("Deze rij is al verwerkt. Pas het dossier zelf aan.")
    return row


def _must_stand(upload: Upload) -> None:
    if upload.state not in (UploadState.READY, UploadState.COMMITTED) or upload.erased_at is not None:
        raise ListError("Deze lijst wordt nu gelezen of verwerkt. Wacht tot dat klaar is.")
