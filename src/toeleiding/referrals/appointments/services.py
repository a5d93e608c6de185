"""The verbs of the agenda. Each writes on the timeline; the agenda follows in the same transaction."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.services import DossierError, add_facts
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Staff
from toeleiding.referrals.appointments.telling import teller
from toeleiding.referrals.models import Appointment, Feed
from toeleiding.referrals.models.appointments import AppointmentStatus

_TOKEN_BYTES = 32


@transaction.atomic
def plan(access: Access, dossier: Dossier, data: e.AppointmentPlanned, tell: str = "") -> bool:
    """Plan an appointment in the agenda of `data.staff`. A form that is sent twice plans once: False the second time.

    `tell` is the way in which the client is told of it; "" for not. Raises DossierError for a moment that has passed,
    or when she cannot be told: then nothing is planned either.
    """
    Dossier.objects.select_for_update().only("pk").get(pk=dossier.pk)
    if Appointment.objects.filter(pk=data.appointment).exists():
        return False
    _in_the_future(data.at)
    add_facts(access, dossier, data)
    if tell:
        teller().tell(access, data.appointment, tell)
    return True


@transaction.atomic
def move(access: Access, appointment: UUID, data: e.AppointmentMoved) -> Appointment:
    """Another moment or another place. Raises DossierError when it was called off, or for a moment that has passed."""
    held = _held(access, appointment)
    if held.status == AppointmentStatus.CANCELLED:
        raise DossierError("Deze afspraak is geannuleerd. Maak een nieuwe afspraak.")
    _in_the_future(data.at)
    add_facts(access, held.dossier, data)
    return held


@transaction.atomic
def take_over(access: Access, appointment: UUID) -> Appointment:
    """Keep it in my own agenda from now on, as it stands. Raises DossierError when it is not to come any more."""
    held = _held(access, appointment)
    _still_planned(held)
    same = e.AppointmentMoved(
        appointment=appointment,
        at=held.begins_at,
        minutes=int((held.ends_at - held.begins_at).total_seconds() // 60),
        staff=access.staff.username,
        form=held.form,  # type: ignore[arg-type]  # a closed set of the database
        place=held.place,
        language=held.language or None,
        interpreter=held.interpreter,
    )
    add_facts(access, held.dossier, same)
    return held


@transaction.atomic
def cancel(access: Access, appointment: UUID, reason: str = "") -> Appointment:
    """Call an appointment off. Raises DossierError when there is nothing to call off any more."""
    held = _held(access, appointment)
    _still_planned(held)
    add_facts(access, held.dossier, e.AppointmentCancelled(appointment=appointment, reason=reason))
    return held


@transaction.atomic
def end(access: Access, appointment: UUID, *, held: bool, note: str = "") -> Appointment:
    """The moment came: it went on, or it was missed. Raises DossierError before its day."""
    found = _held(access, appointment)
    _still_planned(found)
    day = timezone.localdate(found.begins_at)
    if day > timezone.localdate():
        raise DossierError("Deze afspraak is nog niet geweest. Verplaats of annuleer ze.")
    add_facts(access, found.dossier, e.AppointmentEnded(appointment=appointment, held=held, note=note), on=day)
    return found


def _held(access: Access, appointment: UUID) -> Appointment:
    """The appointment, with its dossier locked. Raises Appointment.DoesNotExist when it is not theirs to see."""
    visible = Dossier.objects.filter(visible_to(access))
    found = Appointment.objects.filter(dossier__in=visible).get(pk=appointment)
    Dossier.objects.select_for_update().only("pk").get(pk=found.dossier_id)
    return Appointment.objects.select_related("dossier", "staff").get(pk=appointment)


def _still_planned(found: Appointment) -> None:
    if found.status != AppointmentStatus.PLANNED:
        raise DossierError("Deze afspraak staat niet meer open. Bekijk de tijdlijn.")


def _in_the_future(at: datetime) -> None:
    if at < timezone.now() - timedelta(minutes=1):
        raise DossierError("Dit tijdstip is al voorbij. Kies een later tijdstip.")


def clashes(staff: Staff, begins_at: datetime, minutes: int, but: UUID | None = None) -> list[Appointment]:
    """What stands in somebody's agenda at that time already. A warning, never a refusal."""
    ends_at = begins_at + timedelta(minutes=minutes)
    found = Appointment.objects.filter(
        staff=staff, status=AppointmentStatus.PLANNED, begins_at__lt=ends_at, ends_at__gt=begins_at
    )
    others = found.exclude(pk=but) if but else found
    return list(others.select_related("dossier").defer("dossier__state"))


def new_feed(staff: Staff) -> str:
    """A fresh private address for somebody's agenda; the one before stops working. Only its hash is kept."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    values = {"token_hash": hashed(token), "made_at": timezone.now(), "read_at": None}
    Feed.objects.update_or_create(staff=staff, defaults=values)
    return token


def close_feed(staff: Staff) -> None:
    """No calendar reads along any more."""
    Feed.objects.filter(staff=staff).delete()


def hashed(token: str) -> str:
    """Random tokens of 256 bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
