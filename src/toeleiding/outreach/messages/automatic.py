"""Messages that the application sends by itself: who was told of an appointment hears of changes, and is reminded."""

from collections.abc import Iterator, Sequence
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
    """An appointment was moved or called off: what still waits is taken back, and who heard of it hears of this.

    Three queries however many appointments; none when no appointment changed.
    """
    changed = dict(_changed(recorded))
    if not changed:
        return
    about = Message.objects.filter(appointment__in=changed)
    earlier = list(about.exclude(kind=MessageKind.APPOINTMENT_REMINDER).order_by("asked_at"))
    if not earlier:
        return
    now = timezone.now()
    asking.cancel(about, "De afspraak is veranderd.", now)
    there = Appointment.objects.in_bulk({one.appointment for one in earlier})
    last = {(one.appointment, one.channel): one for one in earlier}
    news = []
    for (key, channel), before in last.items():
        appointment = there.get(key) if key else None
        states = {one.state for one in earlier if (one.appointment, one.channel) == (key, channel)}
        kind = _kind(appointment, told=bool(states & {*LEFT, MessageState.SENDING}), asked=bool(states & {*QUEUED}))
        if appointment is not None and kind is not None:
            news.append(_card(appointment, kind, channel, before.language, changed[appointment.pk], now))
    Message.objects.bulk_create(news, ignore_conflicts=True)
    if news:
        ring(task=asking.SEND)


def _changed(recorded: Sequence[Recorded]) -> Iterator[tuple[UUID, Staff | None]]:
    for done in recorded:
        for new in done.events:
            match new.data:
                case e.AppointmentMoved(appointment=key) | e.AppointmentCancelled(appointment=key):
                    yield key, new.actor


def _kind(appointment: Appointment | None, *, told: bool, asked: bool) -> MessageKind | None:
    """What is said of it now: the change to who was told, the first word to who was about to be."""
    if appointment is None or appointment.begins_at <= timezone.now():
        return None
    if appointment.status == AppointmentStatus.CANCELLED:
        return MessageKind.APPOINTMENT_CANCELLED if told else None
    if told:
        return MessageKind.APPOINTMENT_MOVED
    return MessageKind.APPOINTMENT_PLANNED if asked else None


def _card(
    appointment: Appointment, kind: MessageKind, channel: str, language: str, by: Staff | None, now: datetime
) -> Message:
    reminder = kind is MessageKind.APPOINTMENT_REMINDER
    key = asking.card_key(appointment.pk, appointment.sequence, channel)
    return Message(
        key=f"reminder:{key}" if reminder else key,
        dossier_id=appointment.dossier_id,
        channel=channel,
        kind=kind,
        language=language,
        reason="Herinnering volgens regel K-22" if reminder else "De afspraak veranderde",
        asked_by=by,
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
    cards = [
        _card(one, MessageKind.APPOINTMENT_REMINDER, channel, one.dossier.language, None, now)
        for one in wanted
        for channel in _channels(load_state(one.dossier), told.get(one.pk, set()))
    ]
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
