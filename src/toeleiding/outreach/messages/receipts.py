"""How it went after it left: what the gateway tells of text messages, and bounces of e-mail from a folder."""

import os
import re
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Literal

import msgspec
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from toeleiding.organisations.guard import everyone
from toeleiding.outreach import limits
from toeleiding.outreach.messages import proof
from toeleiding.outreach.messages.models import LEFT, Channel, Message, MessageState

log = structlog.get_logger("outreach")
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_FOR_GOOD = re.compile(r"^(?:Status:\s*5\.|Action:\s*failed)", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Receipt(msgspec.Struct):
    """What a gateway tells. `id` is the reference it gave, or ours."""

    id: str
    status: Literal["delivered", "failed"]


@csrf_exempt
@everyone
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """`/berichten/ontvangst`: the gateway tells how a text message went. The shared secret decides, not a session."""
    secret = settings.SMS_RECEIPT_SECRET
    if not secret or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {secret}"):
        return HttpResponse(status=401)
    try:
        told = msgspec.json.decode(request.body, type=Receipt)
    except msgspec.DecodeError:  # a body of another form is one too
        return HttpResponse(status=400)
    return HttpResponse(status=204 if _note_sms(told, timezone.now()) else 503)


@transaction.atomic
def _note_sms(told: Receipt, now: datetime) -> bool:
    """A receipt that comes twice, too late or about nothing of ours changes nothing.

    False: it may be about what is being sent and has no reference of the gateway yet; it has to be told again.
    """
    known = Q(receipt=told.id) if told.id else Q(pk=None)
    if _REFERENCE.fullmatch(told.id):
        known |= Q(pk=told.id)
    texts = Message.objects.filter(channel=Channel.SMS)
    under_way = texts.filter(state=MessageState.SENDING)
    if not texts.filter(known).exclude(state=MessageState.SENDING).exists() and under_way.exists():
        return False
    found = texts.filter(known, state__in=(MessageState.SENT, MessageState.UNSURE))
    if told.status == "failed":
        bounced(found, "De sms-dienst kon het niet afleveren.", now)
        return True
    arrived(found, "", now)
    return True


@transaction.atomic
def arrived(messages: QuerySet[Message], cause: str, now: datetime) -> int:
    """Write down that messages got there; what nobody was sure of, left then after all. Returns how many."""
    found = list(messages.select_for_update(of=("self",)))
    proof.note([one for one in found if one.sent_at is None or one.state == MessageState.BOUNCED], now)
    for one in found:
        one.sent_at = one.sent_at or now
        one.state, one.cause, one.changed_at = MessageState.DELIVERED, cause, now
        one.save()
    return len(found)


@transaction.atomic
def bounced(messages: QuerySet[Message], cause: str, now: datetime) -> int:
    """Write down that messages which left came back. Returns how many."""
    found = list(messages.filter(state__in=LEFT).select_for_update())
    Message.objects.filter(pk__in=[one.pk for one in found]).update(
        state=MessageState.BOUNCED, cause=cause, changed_at=now
    )
    proof.note(found, now, returned=True)
    return len(found)


def read_bounces(now: datetime) -> int:
    """Read the bounces in the folder of MAIL_BOUNCES_IN and put them in `gelezen`. Returns how many were of ours.

    A bounce is a delivery status notification (RFC 3464); one that only says "delayed" changes nothing.
    """
    if not settings.MAIL_BOUNCES_IN:
        return 0
    folder = Path(settings.MAIL_BOUNCES_IN)
    if not folder.is_dir():
        log.error("bounce_folder_unreadable")
        return 0
    done = 0
    for file in sorted(folder.glob("*.eml")):
        done += _note_bounce(file, now)
        read_folder().mkdir(exist_ok=True)
        read = file.rename(read_folder() / file.name)
        os.utime(read)  # rule K-14 counts from the day on which it was read
    return done


def read_folder() -> Path:
    """Where bounces go that were read."""
    return Path(settings.MAIL_BOUNCES_IN) / "gelezen"


def _note_bounce(file: Path, now: datetime) -> int:
    if file.stat().st_size > limits.BOUNCE_BYTES:
        return 0
    message = message_from_bytes(file.read_bytes(), policy=policy.compat32)
    reports = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    if not any(_FOR_GOOD.search(str(part)) for part in reports):
        return 0
    named = _OURS.search(str(message))
    if named is None:
        return 0
    found = Message.objects.filter(pk=named[1], channel=Channel.EMAIL)
    return bounced(found, "De mailserver van de ontvanger gaf het terug.", now)
