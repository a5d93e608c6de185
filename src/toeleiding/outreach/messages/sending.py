"""Emptying the outbox: one message at a time is claimed, committed, handed over, and only then written down.

A worker that is killed between handing over and writing down leaves a message "being sent" whose lease runs out.
Nobody knows whether it left, so it is neither sent again nor lost: it becomes UNSURE, and a person decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import load_state
from toeleiding.law.quiet import quiet_until
from toeleiding.organisations.models import Staff
from toeleiding.outreach import limits
from toeleiding.outreach.messages import compose, digest, lines, proof, tokens
from toeleiding.outreach.messages.lines import Later, Letter, Outcome, Refused, Sent, Unknown
from toeleiding.outreach.messages.models import QUEUED, TO_STAFF, Channel, Message, MessageKind, MessageState
from toeleiding.referrals.client_page import links
from toeleiding.referrals.texts.content import DUTCH
from toeleiding.referrals.texts.gate import texts_for
from toeleiding.rulebook.selectors import in_force

log = structlog.get_logger("outreach")
NOT_MADE = "We konden dit bericht niet maken en proberen opnieuw. Bel als het dringend is, en verwittig de beheerder."
LINK_GONE = (
    "De link werd ingetrokken of vervangen nadat dit bericht gevraagd was. Stuur de link opnieuw als het nodig is."
)


@dataclass(slots=True)
class Drained:
    """What one drain did: handed over, and looked at in all."""

    sent: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class _End:
    """A message that is not sent now: where it stands, why, and when it is looked at again."""

    state: MessageState
    cause: str = ""
    not_before: datetime | None = None


def drain(stop: Callable[[], bool] = lambda: False, now: Callable[[], datetime] = timezone.now) -> Drained:
    """Send everything that may go now. Safe in any number of workers at once, and safe to kill at any point."""
    done = Drained()
    find_lost(now())
    while not stop():
        claimed = claim(now())
        if claimed is None:
            break
        done.seen += 1
        if isinstance(claimed, Letter):
            outcome = lines.send(claimed)
            settle(claimed.reference, outcome, now())
            done.sent += isinstance(outcome, Sent)
    if done.seen:
        log.info("messages_sent", sent=done.sent, seen=done.seen)
    return done


def find_lost(now: datetime) -> int:
    """What was being sent by a worker that is gone: nobody knows whether it left."""
    lost = Message.objects.filter(state=MessageState.SENDING, leased_until__lte=now)
    found: int = lost.update(
        state=MessageState.UNSURE,
        cause="De toepassing stopte tijdens het versturen. Vraag of het bericht aankwam.",
        leased_until=None,
        changed_at=now,
    )
    if found:
        log.warning("messages_unsure", messages=found)
    return found


@transaction.atomic
def claim(now: datetime) -> Letter | MessageState | None:
    """Take the next message: the letter to hand over, where it ended when it is not sent, or None without any."""
    ways = [channel for channel in Channel if lines.available(channel)]
    found = (
        Message.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("dossier__agency", "staff__address")
        .filter(state__in=QUEUED, not_before__lte=now, channel__in=ways)
        .order_by("not_before", "asked_at", "pk")
        .first()
    )
    if found is None:
        return None
    made = _made(found, now)
    found.changed_at = now
    if isinstance(made, _End):
        found.state, found.cause = made.state, made.cause
        found.not_before = made.not_before or found.not_before
        found.save()
        return made.state
    found.state, found.attempts = MessageState.SENDING, found.attempts + 1
    found.leased_until = now + timedelta(seconds=limits.LEASE_SECONDS)
    found.save()
    return made


def _made(found: Message, now: datetime) -> Letter | _End:
    """The letter. One that cannot be made waits longer each time, and the others go on."""
    try:
        with transaction.atomic():  # a half-made letter leaves no private link
            return _to_staff(found) if found.kind in TO_STAFF else _to_client(found, now)
    except Exception as error:
        minutes = limits.RETRY_MINUTES[min(found.attempts, len(limits.RETRY_MINUTES) - 1)]
        found.attempts += 1
        log.error("message_not_made", message=str(found.pk), attempts=found.attempts, exc_info=error)
        return _End(MessageState.WAITING, NOT_MADE, now + timedelta(minutes=minutes))


def _to_staff(found: Message) -> Letter | _End:
    assert found.staff is not None
    to = _staff_address(found.staff)
    if not to:
        return _End(MessageState.NO_ADDRESS)
    subject, text = digest.words(found)
    if not text:
        return _End(MessageState.CANCELLED, "Er was niets te melden.")
    return Letter(str(found.pk), Channel.EMAIL, to, subject, text)


def _staff_address(staff: Staff) -> str:
    held = getattr(staff, "address", None)
    return held.email if held and staff.is_active else ""


def _to_client(found: Message, now: datetime) -> Letter | _End:
    """What is true at this moment counts, not what was true when somebody asked."""
    assert found.dossier is not None
    dossier = found.dossier.kept
    state = load_state(dossier)
    channel = Channel(found.channel)
    if state.ended_reason == "DECEASED":
        return _End(MessageState.CANCELLED, "Het dossier is gesloten.")
    if channel.value in state.no_messages:
        return _End(MessageState.OPTED_OUT)
    to = lines.address(channel, state.email, state.phone)
    if not to:
        return _End(MessageState.NO_ADDRESS)
    if found.until and found.until <= now:
        return _End(MessageState.FAILED, "Het moment was voorbij. Bel de inburgeraar.")
    if not _still_so(found, state):
        return _End(MessageState.CANCELLED, "De afspraak is intussen veranderd.")
    if found.kind == MessageKind.PAGE and links.of_dossier(dossier).filter(revoked_at__gte=found.asked_at).exists():
        return _End(MessageState.CANCELLED, LINK_GONE)
    if quiet := quiet_until(in_force(), now):
        return _End(MessageState.HELD, not_before=quiet)
    return _letter(found, dossier, to, now)


def _still_so(found: Message, state: State) -> bool:
    """Does the appointment stand as the message says?"""
    if found.appointment is None:
        return True
    there = next((one for one in state.planned if one.appointment == found.appointment), None)
    if found.kind == MessageKind.APPOINTMENT_CANCELLED:
        return there is None or there.status == "CANCELLED"
    return (
        there is not None
        and there.status == "PLANNED"
        and there.at == datetime.fromisoformat(found.params.get("at", ""))
    )


def _letter(found: Message, dossier: Dossier, to: str, now: datetime) -> Letter:
    found.language = dossier.language or DUTCH
    texts = texts_for([DUTCH, found.language], dossier.service)
    addresses = tokens.links_for(found, dossier, now)
    said = compose.say(found, texts[DUTCH], texts[found.language], str(dossier.agency), addresses)
    found.text = said.mark
    if found.channel == Channel.SMS:
        return Letter(str(found.pk), Channel.SMS, to, "", said.sms())
    return Letter(str(found.pk), Channel.EMAIL, to, said.subject, said.plain(), said.html(), said.stop_link)


@transaction.atomic
def settle(reference: str, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a message that was handed over, unless somebody else did already.

    The dossier is locked first, as everybody does who writes in one and changes its messages.
    """
    list(Dossier.objects.select_for_update(of=("self",)).filter(client_messages__pk=UUID(reference)).values("pk"))
    sending = Message.objects.filter(pk=reference, state=MessageState.SENDING)
    found = sending.select_related("asked_by").select_for_update(of=("self",)).first()
    if found is None:
        log.warning("message_settled_late", message=reference)
        return
    found.leased_until, found.changed_at, found.cause = None, now, ""
    match outcome:
        case Sent(receipt):
            found.state, found.sent_at, found.receipt = MessageState.SENT, now, receipt
        case Later(cause):
            _later(found, cause, now)
        case Refused(cause):
            found.state, found.cause = MessageState.FAILED, cause
        case Unknown(cause):
            found.state, found.cause = MessageState.UNSURE, f"{cause} Vraag of het bericht aankwam."
        case unknown:
            assert_never(unknown)
    found.save()
    if found.state == MessageState.SENT:
        proof.note([found], now)


def _later(found: Message, cause: str, now: datetime) -> None:
    if found.attempts > len(limits.RETRY_MINUTES):
        found.state, found.cause = MessageState.FAILED, cause
        log.warning("message_given_up", message=str(found.pk), attempts=found.attempts)
        return
    found.state, found.cause = MessageState.WAITING, cause
    found.not_before = now + timedelta(minutes=limits.RETRY_MINUTES[found.attempts - 1])


def postbus() -> str:
    """Where messages land in the exercise environment; "" where they leave."""
    return str(settings.POSTBUS) if settings.OEFENOMGEVING else ""
