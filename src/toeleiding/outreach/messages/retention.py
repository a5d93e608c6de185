"""What is kept of messages no longer than its time: rows (rule K-13) and files (rule K-14).

That a message left or came back stays on the timeline. What waits, is being sent, is not sure, or is about an
appointment that is still to come is never removed. Of what is not sure a person says on the dossier whether it
arrived; of what goes to staff nobody does, so that goes like the rest.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

from toeleiding.exchange.retention import Rows, period, remove
from toeleiding.outreach.messages.receipts import read_folder

log = structlog.get_logger("outreach")
_MESSAGES = Rows(
    "K-13",
    "outreach_message",
    "id",
    "kept.changed_at < %(limit)s and kept.state not in ('WAITING', 'HELD', 'SENDING')"
    " and (kept.state <> 'UNSURE' or kept.dossier_id is null)"
    " and (kept.until is null or kept.until < %(limit)s)",
)


def keep_no_longer(now: datetime) -> dict[str, int]:
    """Remove what is past its time. Returns how many of what."""
    return {"client_messages": remove_rows(now), "message_files": remove_files(now)}


def remove_rows(now: datetime, *, apply: bool = True) -> int:
    """Remove rows of messages past rule K-13; returns how many there were."""
    return remove((_MESSAGES,), now, apply=apply)


def remove_files(now: datetime) -> int:
    """Remove files past rule K-14; what cannot be removed is logged and tried again. Returns how many went."""
    kept_for = period("K-14", now)
    if kept_for is None:
        return 0
    oldest = (now - kept_for).timestamp()
    return sum(_gone(path) for path in list(_files()) if path.stat().st_mtime < oldest)


def _files() -> Iterator[Path]:
    """What lies in the postbus of the exercise environment, and the bounces that were read."""
    folders = [Path(settings.POSTBUS)] if settings.OEFENOMGEVING else []
    if settings.MAIL_BOUNCES_IN:
        folders.append(read_folder())
    for folder in folders:
        if folder.is_dir():
            yield from (path for path in folder.iterdir() if path.suffix in (".log", ".txt", ".eml") and path.is_file())


def _gone(path: Path) -> int:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("message_file_not_removed", file=path.name, error=type(error).__name__)
        return 0
    return 1
