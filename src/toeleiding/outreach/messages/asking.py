"""The verbs of a counsellor: ask for a message, take it back, send it again, note that it did or did not arrive."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.services import DossierError, add_facts
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import load_state
from toeleiding.exchange.bell import ring
from toeleiding.law.quiet import quiet_until
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction
from toeleiding.outreach.messages import lines
from toeleiding.outreach.messages.models import LEFT, NOT_THERE, QUEUED, Channel, Message, MessageKind, MessageState
from toeleiding.outreach.messages.receipts import arrived, bounced
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.models.appointments import AppointmentStatus
from toeleiding.rulebook.selectors import in_force

SEND = "toeleiding.outreach.tasks.send_messages"
NOTED = "Zo genoteerd op het scherm."
BY_HAND = (MessageKind.PAGE, MessageKind.EXPLANATION, MessageKind.CALL)


def why_not(state: State, channel: Channel) -> str:
    """Why this person gets nothing over this channel now, and what to do; "" when nothing is in the way."""
    if not lines.available(channel):
        return f"{channel.label} is niet ingesteld. Vraag de beheerder."
    if channel.value in state.no_messages:
        return f"Deze persoon wil geen {channel.label.lower()} van ons. Bel, of vraag het opnieuw."
    if not lines.address(channel, state.email, state.phone):
        what = "e-mailadres" if channel is Channel.EMAIL else "gsm-nummer"
        return f"Er is geen {what} dat we kunnen gebruiken. Vul het in bij de persoonsgegevens."
    return ""


@transaction.atomic
def ask(access: Access, dossier: Dossier, kind: MessageKind, channel: Channel, key: UUID) -> Message:
    """Put a message in the outbox; `key` is made with the form, so that a form that is sent twice sends once.

    Raises DossierError when it cannot be sent, with what to do.
    """
    if kind not in BY_HAND:
        raise DossierError("Kies een bericht uit de lijst.")
    return _put(access, dossier, kind, channel, f"asked:{dossier.pk}:{kind}:{channel}:{key}")


@transaction.atomic
def ask_for_appointment(access: Access, appointment: Appointment, channel: Channel) -> Message:
    """Tell of an appointment as it stands now, once per change and channel; again when it did not get there.

    Raises DossierError with what to do.
    """
    now = timezone.now()
    if (quiet := quiet_until(in_force(), now)) and now < appointment.begins_at <= quiet:
        raise DossierError("Voor deze afspraak vertrekt er geen bericht meer: het zijn stille uren. Bel.")
    earlier = Message.objects.filter(appointment=appointment.pk, channel=channel, state__in=LEFT).exists()
    match appointment.status:
        case AppointmentStatus.PLANNED if appointment.begins_at > now:
            kind = MessageKind.APPOINTMENT_MOVED if earlier else MessageKind.APPOINTMENT_PLANNED
        case AppointmentStatus.CANCELLED:
            kind = MessageKind.APPOINTMENT_CANCELLED
        case _:
            raise DossierError("Deze afspraak is al geweest. Maak een nieuwe afspraak.")
    key = _open_key(card_key(appointment.pk, appointment.sequence, channel))
    made = _put(access, appointment.dossier, kind, channel, key, appointment)
    if made.state in LEFT:
        raise DossierError("Deze afspraak is al verstuurd. Stuur ze opnieuw bij de berichten aan de inburgeraar.")
    return made


def card_key(appointment: UUID, sequence: int, channel: str) -> str:
    """One message per change of an appointment and channel."""
    return f"appointment:{appointment}:{sequence}:{channel}"


def _open_key(key: str) -> str:
    """This key, or that of the copy of what had it and did not get there."""
    while ended := Message.objects.filter(key=key, state__in=NOT_THERE).values_list("pk", flat=True).first():
        key = f"again:{ended}"
    return key


def of_appointment(appointment: Appointment) -> dict[str, Any]:
    """What a message about an appointment keeps of it."""
    return {
        "appointment": appointment.pk,
        "params": {"at": appointment.begins_at.isoformat(), "place": appointment.place},
        "until": appointment.begins_at,
    }


def _put(
    access: Access,
    dossier: Dossier,
    kind: MessageKind,
    channel: Channel,
    key: str,
    appointment: Appointment | None = None,
) -> Message:
    held = _held(access, dossier.pk)
    state = load_state(held)
    if trouble := why_not(state, channel):
        raise DossierError(trouble)
    now = timezone.now()
    made, fresh = Message.objects.get_or_create(
        key=key,
        defaults={
            "dossier": held,
            "channel": channel,
            "kind": kind,
            "language": state.language or "",
            "reason": "Gevraagd op het scherm",
            "asked_by": access.staff,
            "asked_at": now,
            "not_before": now,
            "changed_at": now,
            **(of_appointment(appointment) if appointment else {}),
        },
    )
    if fresh:
        access.log(AccessAction.CHANGED, [held.pk], f"bericht gevraagd: {kind.label}")
        ring(task=SEND)
    return made


@transaction.atomic
def again(access: Access, message: UUID) -> Message:
    """Send what ended once more; twice is once, unless the copy did not get there.

    Raises DossierError with what to do, or Message.DoesNotExist.
    """
    found = _found(access, message)
    if found.state in (*QUEUED, MessageState.SENDING):
        raise DossierError("Dit bericht wacht nog. Het vertrekt vanzelf.")
    assert found.dossier_id is not None, "messages to staff are nobody's to see here"
    state = load_state(_held(access, found.dossier_id))
    channel = Channel(found.channel)
    if trouble := why_not(state, channel):
        raise DossierError(trouble)
    if found.until and found.until <= timezone.now():
        raise DossierError("Deze afspraak is al geweest. Maak een nieuwe afspraak.")
    now = timezone.now()
    made, fresh = Message.objects.get_or_create(
        key=_open_key(f"again:{found.pk}"),
        defaults={
            "dossier_id": found.dossier_id,
            "channel": channel,
            "kind": found.kind,
            "language": state.language or "",
            "params": found.params,
            "appointment": found.appointment,
            "until": found.until,
            "reason": "Opnieuw gestuurd",
            "asked_by": access.staff,
            "asked_at": now,
            "not_before": now,
            "changed_at": now,
        },
    )
    if fresh:
        access.log(AccessAction.CHANGED, [found.dossier_id], "bericht opnieuw gestuurd")
        ring(task=SEND)
    elif made.state in LEFT:
        raise DossierError("Dit bericht is al opnieuw gestuurd. Kies Stuur opnieuw bij het nieuwste bericht.")
    return made


@transaction.atomic
def withdraw(access: Access, message: UUID) -> None:
    """Take back what did not leave yet. Raises DossierError or Message.DoesNotExist."""
    found = _found(access, message)
    if not cancel(Message.objects.filter(pk=found.pk), "Je trok dit bericht in.", timezone.now()):
        raise DossierError("Dit bericht is al vertrokken. Intrekken kan niet meer.")
    access.log(AccessAction.CHANGED, [found.dossier_id], "bericht ingetrokken")


def can_arrive(message: Message) -> bool:
    """May somebody say that it did arrive: of what nobody is sure of, or to put right what somebody noted here."""
    noted = message.state == MessageState.BOUNCED and message.cause == NOTED
    return noted or message.state == MessageState.UNSURE


@transaction.atomic
def note_arrival(access: Access, message: UUID) -> None:
    """Somebody heard that it did arrive. Twice is once. Raises DossierError or Message.DoesNotExist."""
    found = _found(access, message)
    if found.state == MessageState.DELIVERED:
        return
    if not can_arrive(found):
        raise DossierError("Bij dit bericht valt niets te noteren. Kijk naar de stand.")
    arrived(Message.objects.filter(pk=found.pk), NOTED, timezone.now())
    access.log(AccessAction.CHANGED, [found.dossier_id], "bericht kwam aan")


@transaction.atomic
def note_bounce(access: Access, message: UUID) -> None:
    """Somebody heard that it never came. Raises DossierError or Message.DoesNotExist."""
    found = _found(access, message)
    if not bounced(Message.objects.filter(pk=found.pk), NOTED, timezone.now()):
        raise DossierError("Dit bericht is niet vertrokken.")
    access.log(AccessAction.CHANGED, [found.dossier_id], "bericht kwam niet aan")


@transaction.atomic
def choose(access: Access, dossier: Dossier, channel: Channel, *, wanted: bool) -> None:
    """Note whether this person wants messages over a channel. Saying the same again changes nothing."""
    state = load_state(_held(access, dossier.pk))
    if (channel.value in state.no_messages) == wanted:
        data = e.from_builtins(e.MessagesChosen.kind, {"channel": channel.value, "wanted": wanted})
        add_facts(access, dossier, data)


def cancel(messages: Any, cause: str, now: datetime) -> int:
    """Take those of these messages back that wait. Returns how many."""
    found: int = messages.filter(state__in=QUEUED).update(state=MessageState.CANCELLED, cause=cause, changed_at=now)
    return found


def _found(access: Access, message: UUID) -> Message:
    """The message, locked. Raises Message.DoesNotExist when it is not theirs to see."""
    visible = Dossier.objects.filter(visible_to(access)).values("pk")
    return Message.objects.select_for_update(of=("self",)).get(pk=message, dossier__in=visible)


def _held(access: Access, dossier: int) -> Dossier:
    """The dossier as it is now; nobody writes there until we end. Raises DossierError when it is not theirs."""
    found = Dossier.objects.select_for_update(of=("self",)).filter(visible_to(access), pk=dossier).first()
    if found is None:
        raise DossierError("Je mag dit dossier niet aanvullen.")
    return found
