"""Files whose answer did not come in time: their questions wait again, each by itself."""

from datetime import datetime

import structlog
from django.db import transaction

from toeleiding.exchange import lease
from toeleiding.exchange.models import Attempt, BatchFile, FileState

log = structlog.get_logger("exchange")


@transaction.atomic
def close_overdue(now: datetime) -> int:
    """Let go of the questions of files without an answer. Returns how many files there were.

    An answer that comes later still counts, once, for every question that has none by then.
    """
    late = list(BatchFile.objects.select_for_update().filter(state=FileState.WRITTEN, answer_by__lte=now))
    if not late:
        return 0
    BatchFile.objects.filter(pk__in=[file.pk for file in late]).update(state=FileState.OVERDUE)
    Attempt.objects.filter(file__in=late, ended_at=None).update(
        ended_at=now, failure="file_overdue", outcome="SOURCE_DOWN"
    )
    lease.give_back([file.lease_token for file in late], now)
    log.warning("batch_files_overdue", files=len(late))
    return len(late)
