"""Appointments as iCalendar (RFC 5545). The title says the dossier number and nothing of the person."""

from collections.abc import Iterable
from datetime import UTC
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from toeleiding.referrals.models import Appointment
from toeleiding.referrals.models.appointments import AppointmentStatus, Place

BRUSSELS = ZoneInfo("Europe/Brussels")
_PRODUCT = "-//Toeleiding nieuwkomers//Afspraken//NL"
_CANCELLED = (AppointmentStatus.CANCELLED,)


def calendar(appointments: Iterable[Appointment], *, method: str | None = None) -> bytes:
    """A calendar of these appointments. `method` is PUBLISH or CANCEL for a single one that is sent around."""
    found = Calendar()
    found.add("prodid", _PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("x-wr-calname", "Afspraken Toeleiding")
    found.add("x-wr-timezone", "Europe/Brussels")
    if method:
        found.add("method", method)
    for one in appointments:
        found.add_component(_event(one))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def single(appointment: Appointment) -> bytes:
    """One appointment; a calendar that knows it already changes or removes it, by UID and SEQUENCE."""
    return calendar([appointment], method="CANCEL" if appointment.status in _CANCELLED else "PUBLISH")


def _event(one: Appointment) -> Event:
    found = Event()
    found.add("uid", f"{one.pk}@toeleiding")
    found.add("sequence", one.sequence)
    found.add("dtstamp", one.changed_at.astimezone(UTC))
    found.add("dtstart", one.begins_at.astimezone(BRUSSELS))
    found.add("dtend", one.ends_at.astimezone(BRUSSELS))
    found.add("summary", f"Afspraak {one.dossier.number}")
    found.add("status", "CANCELLED" if one.status in _CANCELLED else "CONFIRMED")
    found.add("class", "PRIVATE")
    # A place of our own says where to go; a phone number or a link of a video call would say more.
    where = one.place if one.form == Place.OFFICE and one.place else Place(one.form).label
    found.add("location", where)
    return found
