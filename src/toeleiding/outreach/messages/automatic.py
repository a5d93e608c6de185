"""Messages that the application sends by itself: who was told of an appointment hears of changes, and is reminded."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import Recorded, load_state
from toeleiding.exchange.bell import ring
from toeleiding.law.quiet import BRUSSELS, hour_of, is_quiet_day, reminded_on
from toeleiding.organisations.models import Staff
from toeleiding.outreach.messages import asking
from toeleiding.outreach.messages.models import LEFT, QUEUED, Channel, Message, MessageKind, MessageState
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.models.appointments import AppointmentStatus, Subject
from toeleiding.rulebook.selectors import in_force

# VDAB reminds of its own appointments.
_OURS = (Subject.SUPPORT, Subject.TALK, Subject.GROUP)
_LOOK_AHEAD = timedelta(days=7)


def on_recorded(recorded: Sequence[Recorded]) -> None:
    """An appointment was moved, called off or put right: what still waits is taken back, and who heard hears of this.

    A reminder is hearing of it too. The same moment and place with another colleague is no change for the client.
    Three queries however many appointments, one more for a correction; none when no appointment changed.
    """
    changed = {**dict.fromkeys(_put_right(recorded)), **dict(_changed(recorded))}
    if not changed:
        return
    earlier = list(Message.objects.filter(appointment__in=changed).order_by("asked_at"))
    if not earlier:
        return
    there = Appointment.objects.in_bulk(changed)
    latest = {one.appointment: one for one in earlier}
    earlier = [one for one in earlier if not _says(latest[one.appointment], there.get(one.appointment))]
    now = timezone.now()
    asking.cancel(Message.objects.filter(pk__in=[one.pk for one in earlier]), "De afspraak is veranderd.", now)
    news = []
    for (key, channel), before in {(one.appointment, one.channel): one for one in earlier}.items():
        appointment = there.get(key)
        kind = _kind(appointment, [one for one in earlier if (one.appointment, one.channel) == (key, channel)])
        if appointment is not None and kind is not None:
            card = asking.card_key(appointment.pk, appointment.sequence, channel)
            # A change that was put right leaves the number that it had before, and a card with it.
            used = any(one.key == card for one in earlier)
            said = _card(appointment, kind, channel, f"corrected:{before.pk}" if used else card, now)
            said.language, said.reason, said.asked_by = (
                before.language,
                "De afspraak veranderde",
                changed[appointment.pk],
            )
            news.append(said)
    Message.objects.bulk_create(news, ignore_conflicts=True)
    if news:
        ring(task=asking.SEND)


def _changed(recorded: Sequence[Recorded]) -> Iterator[tuple[UUID | None, Staff | None]]:
    for done in recorded:
        for new in done.events:
            match new.data:
                case e.AppointmentMoved(appointment=key) | e.AppointmentCancelled(appointment=key):
                    yield key, new.actor


def _put_right(recorded: Sequence[Recorded]) -> Iterable[UUID | None]:
    """The appointments that a correction may have changed: what it corrects names them, not the correction itself."""
    dossiers = [done.dossier.pk for done in recorded if any(new.corrects is not None for new in done.events)]
    if not dossiers:
        return ()
    told = Message.objects.filter(dossier__in=dossiers, appointment__isnull=False, until__gt=timezone.now())
    return told.values_list("appointment", flat=True)


def _says(message: Message, appointment: Appointment | None) -> bool:
    """Does this message tell of the appointment as it stands now?"""
    if appointment is None:
        return False
    called_off = message.kind == MessageKind.APPOINTMENT_CANCELLED
    if appointment.status == AppointmentStatus.CANCELLED:
        return called_off
    return not called_off and bool(message.params == asking.of_appointment(appointment)["params"])


def _kind(appointment: Appointment | None, about: Sequence[Message]) -> MessageKind | None:
    """What is said of it now: the change to who was told, the first word to who was about to be."""
    if appointment is None or appointment.begins_at <= timezone.now():
        return None
    told = any(one.state in (*LEFT, MessageState.SENDING) for one in about)
    asked = any(one.state in QUEUED and one.kind != MessageKind.APPOINTMENT_REMINDER for one in about)
    match appointment.status:
        case AppointmentStatus.CANCELLED:
            return MessageKind.APPOINTMENT_CANCELLED if told else None
        case AppointmentStatus.PLANNED if told and about[-1].kind != MessageKind.APPOINTMENT_CANCELLED:
            return MessageKind.APPOINTMENT_MOVED
        case AppointmentStatus.PLANNED if told or asked:
            return MessageKind.APPOINTMENT_PLANNED
        case _:
            return None


def _card(appointment: Appointment, kind: MessageKind, channel: str, key: str, now: datetime) -> Message:
    """A message that nobody asked for."""
    return Message(
        key=key,
        dossier_id=appointment.dossier_id,
        channel=channel,
        kind=kind,
        asked_at=now,
        not_before=now,
        changed_at=now,
        **asking.of_appointment(appointment),
    )


def remind(now: datetime) -> int:
    """Ask for the reminders of today, once the hour of K-22 has come. Twice is once. Returns how many were new.

    Who was told over a channel is reminded over it; otherwise by text message, or by e-mail without a mobile number.
    What was planned or changed today needs no reminder: it was just said.
    """
    local = timezone.localtime(now)
    rules = in_force()
    hour = hour_of(rules, "K-22", local.date())
    if hour is None or local.hour < hour or is_quiet_day(rules, local.date()):
        return 0
    midnight = datetime.combine(local.date(), time(), BRUSSELS)
    soon = Appointment.objects.filter(
        status=AppointmentStatus.PLANNED,
        subject__in=_OURS,
        begins_at__range=(midnight + timedelta(days=1), midnight + _LOOK_AHEAD),
        changed_at__lt=midnight,
    ).select_related("dossier")
    wanted = [one for one in soon if reminded_on(rules, timezone.localdate(one.begins_at)) == local.date()]
    told: dict[UUID | None, set[str]] = {}
    about = Message.objects.filter(appointment__in=[one.pk for one in wanted])
    for key, channel in about.filter(state__in=LEFT).values_list("appointment", "channel"):
        told.setdefault(key, set()).add(channel)
    return _remember(wanted, told, now)


@transaction.atomic
def _remember(wanted: Sequence[Appointment], told: dict[UUID | None, set[str]], now: datetime) -> int:
    cards = []
    for one in wanted:
        for channel in _channels(load_state(one.dossier), told.get(one.pk, set())):
            key = f"reminder:{asking.card_key(one.pk, one.sequence, channel)}"
            card = _card(one, MessageKind.APPOINTMENT_REMINDER, channel, key, now)
            card.language, card.reason = one.dossier.language, "Herinnering volgens regel K-22"
            cards.append(card)
    there = set(Message.objects.filter(key__in=[one.key for one in cards]).values_list("key", flat=True))
    fresh = [one for one in cards if one.key not in there]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        ring(task=asking.SEND)
    return len(fresh)


def _channels(state: State, told: set[str]) -> list[Channel]:
    """Over which channels somebody is reminded; none for who wants no messages or has no address."""
    free = [one for one in (Channel.SMS, Channel.EMAIL) if not asking.why_not(state, one)]
    return [one for one in free if one.value in told] or free[:1]
