"""Appointments, agreements and training: what follow-up and support write on the timeline."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from toeleiding.dossiers.event_base import Data

Place = Literal["OFFICE", "PHONE", "VIDEO"]
Subject = Literal["SUPPORT", "TALK", "GROUP", "EMPLOYMENT_SERVICE"]


class AppointmentPlanned(Data):
    """An appointment with the client: our own, or one at the employment service that somebody told about.

    `appointment` is the stable id of all that follows; `staff` the username of who keeps it in the agenda; `minutes`
    how long it takes; `support` a code of the kinds of support.
    """

    kind = "APPOINTMENT_PLANNED"
    title = "Afspraak gepland"
    appointment: UUID
    subject: Subject
    at: datetime
    minutes: int = 60
    staff: str = ""
    form: Place = "OFFICE"
    place: str = ""
    language: str | None = None
    interpreter: bool = False
    support: str = ""


class AppointmentMoved(Data):
    """The appointment is at another moment or elsewhere: everything about it as it is from now on."""

    kind = "APPOINTMENT_MOVED"
    title = "Afspraak verplaatst"
    appointment: UUID
    at: datetime
    minutes: int = 60
    staff: str = ""
    form: Place = "OFFICE"
    place: str = ""
    language: str | None = None
    interpreter: bool = False


class AppointmentCancelled(Data):
    kind = "APPOINTMENT_CANCELLED"
    title = "Afspraak geannuleerd"
    appointment: UUID
    reason: str = ""


class AppointmentEnded(Data):
    """The moment came: it went on or it was missed. Missed is a sign to call together, never a sanction."""

    kind = "APPOINTMENT_ENDED"
    title = "Afspraak ging door"
    appointment: UUID
    held: bool
    note: str = ""


class AgreementMade(Data):
    """Who does what by when."""

    kind = "AGREEMENT_MADE"
    title = "Wie doet wat"
    agreement: UUID
    who: Literal["CLIENT", "CASE_WORKER", "EMPLOYMENT_SERVICE"]
    what: str
    by: date | None = None


class AgreementClosed(Data):
    """It was done, or it is not needed any more."""

    kind = "AGREEMENT_CLOSED"
    title = "Gedaan"
    agreement: UUID
    kept: bool = True


class TrainingStarted(Data):
    """A training that began on the day it occurred."""

    kind = "TRAINING_STARTED"
    title = "Opleiding gestart"
    what: str = ""
