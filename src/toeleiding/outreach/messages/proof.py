"""That a message left, or came back, stands on the timeline: the proof outlives the row of the message (rule K-13)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.outreach.messages.models import Message


def note(messages: Iterable[Message], now: datetime, *, returned: bool = False) -> None:
    """Write it into the dossiers of these messages; what is for staff has none. In the transaction of the caller."""
    news: dict[int, list[NewEvent]] = {}
    for one in messages:
        if one.dossier_id is not None:
            given = {"message": one.pk, "about": one.kind, "channel": one.channel, "returned": returned}
            data = e.from_builtins(e.MessageSent.kind, given)
            new = NewEvent(data, timezone.localdate(now), e.Source.SYSTEM, one.asked_by)
            news.setdefault(one.dossier_id, []).append(new)
    if news:
        record_many(news, now=now)
