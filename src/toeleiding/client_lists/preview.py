"""Reading a list: from its bytes to rows that each say what they mean. Writes nothing in any dossier."""

from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from toeleiding.client_lists import match, rows, sheets
from toeleiding.client_lists.columns import HeaderError
from toeleiding.client_lists.models import Upload, UploadState
from toeleiding.client_lists.sheets import SheetError
from toeleiding.organisations.models import Role, StaffRole

log = structlog.get_logger("client_lists")


def read(upload: UUID) -> None:
    """Read a list that waits for it, once. A file that cannot be read says what to do about it; nothing is lost."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload)
        if held.state != UploadState.READING or held.content is None:
            return
        try:
            with transaction.atomic():
                _store(held)
        except (SheetError, HeaderError) as error:
            held.state, held.failure = UploadState.UNREADABLE, str(error)
        held.content = None
        held.save(update_fields=["state", "failure", "content", "columns", "rows"])
    log.info("list_read", upload=str(upload), rows=held.rows, state=held.state)


def _store(upload: Upload) -> None:
    sheet = sheets.read(bytes(upload.content or b""), upload.file_name)
    upload.columns = dict(zip(sheet.headings, sheet.fields, strict=True))
    upload.rows = rows.store(upload.pk, sheet.fields, sheet.rows, timezone.localdate(), colleagues(upload.agency_id))
    if not upload.rows:
        raise SheetError("Onder de kolomtitels staat geen enkele rij. Kies een ander bestand.")
    match.classify(upload.pk, upload.agency_id)
    upload.state = UploadState.READY


def colleagues(agency: int) -> dict[str, str]:
    """Name and username of each case worker of an agency, lower case -> username."""
    held = StaffRole.objects.held_on(timezone.localdate()).filter(organisation=agency, role=Role.CASE_WORKER)
    found: dict[str, str] = {}
    for role in held.select_related("staff"):
        found[role.staff.username] = found[str(role.staff).lower()] = role.staff.username
    return found
