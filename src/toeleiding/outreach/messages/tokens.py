"""The private addresses in a message. They are made when it is sent and kept nowhere but in what was sent."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.outreach import limits
from toeleiding.outreach.messages.compose import Links
from toeleiding.outreach.messages.models import Message, MessageKind
from toeleiding.referrals.client_page import links


def links_for(message: Message, dossier: Dossier, now: datetime) -> Links:
    """Fresh addresses for a message; nobody knows those of an earlier try, which never left."""
    token = secrets.token_urlsafe(limits.STOP_BYTES)
    message.stop_hash = links.hashed(token)
    page = ""
    if message.kind == MessageKind.PAGE:
        assert message.asked_by is not None, "only a person asks for a page"
        page = f"{settings.PUBLIC_URL}/m/{links.issue(dossier, message.asked_by, now)}"
    return Links(page=page, stop=f"{settings.PUBLIC_URL}/stop/{token}")


def find(token: str) -> Message | None:
    """The message whose stop address this is."""
    return Message.objects.select_related("dossier").filter(stop_hash=links.hashed(token)).first()


@transaction.atomic
def stop(message: Message) -> None:
    """She wants no more messages over this channel. Twice is once."""
    assert message.dossier is not None
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=message.dossier.pk).kept
    if message.channel not in load_state(dossier).no_messages:
        data = e.from_builtins(e.MessagesChosen.kind, {"channel": message.channel, "wanted": False})
        record(dossier, NewEvent(data, timezone.localdate(), e.Source.CLIENT))
