"""Telling somebody of a new appointment: what the form offers, and the room above that sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.access import Access

NOBODY = "NIET"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell: where it goes to, or what is in the way and what to do about it."""

    value: str
    label: str
    to: str = ""
    trouble: str = ""


class Teller(Protocol):
    """Who sends messages to clients; `settings.APPOINTMENT_TELLER` names it."""

    def ways(self, dossier: Dossier | None) -> Sequence[Way]:
        """The ways there are; without a dossier those of the installation."""

    def preview(self, dossier: Dossier, data: e.AppointmentPlanned, way: str) -> SafeString:
        """What would be sent, in Dutch and in the language of the client, with when it leaves."""

    def tell(self, access: Access, appointment: UUID, way: str) -> None:
        """Put the message in the outbox, in the transaction of the caller. Raises DossierError with what to do."""

    def too_late(self, appointment: UUID, moment: datetime) -> bool:
        """Does what is to be told of this appointment wait until after this moment, because of the quiet hours?"""


def teller() -> Teller:
    return cast(Teller, import_string(settings.APPOINTMENT_TELLER))
