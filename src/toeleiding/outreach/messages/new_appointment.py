"""What the form of a new appointment needs of messages: the ways, a preview, and asking (see `referrals` telling)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import load_state
from toeleiding.law.quiet import quiet_until
from toeleiding.organisations.access import Access
from toeleiding.outreach.messages import asking, compose, lines, sending
from toeleiding.outreach.messages.models import QUEUED, Channel, Message, MessageKind
from toeleiding.referrals.appointments.telling import Way
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.texts.content import DUTCH
from toeleiding.rulebook.selectors import in_force
from toeleiding.web.templatetags.tn import telefoon


class Told:
    """The `Teller` of this installation."""

    def ways(self, dossier: Dossier | None) -> Sequence[Way]:
        """E-mail and text message, each with its address, or with why not."""
        if dossier is None:
            return [Way(one.value, one.label) for one in Channel if lines.available(one)]
        state = load_state(dossier)
        address = {Channel.EMAIL: state.email or "", Channel.SMS: telefoon(state.phone)}
        return [Way(one.value, one.label, address[one], asking.why_not(state, one)) for one in Channel]

    def preview(self, dossier: Dossier, data: e.AppointmentPlanned, way: str) -> SafeString:
        """The words as they would leave, without their addresses."""
        language, now = dossier.language or DUTCH, timezone.now()
        message = Message(
            kind=MessageKind.APPOINTMENT_PLANNED,
            channel=way,
            language=language,
            params={"at": data.at.isoformat(), "place": data.place},
        )
        service = dossier.service
        texts = compose.texts_of([message], lambda _: service)
        said = compose.say(message, texts[service, DUTCH], texts[service, language], str(dossier.agency))
        return render_to_string(
            "outreach/voorbeeld.html",
            {
                "onderwerp": said.subject if way == Channel.EMAIL else "",
                "delen": said.parts,
                "sms": compose.sms_parts(said.sms()) if way == Channel.SMS else 0,
                "zonder_vertaling": texts[service, language].fallback,
                "wacht_tot": quiet_until(in_force(), now),
                "postbus": sending.postbus(),
            },
        )

    def tell(self, access: Access, appointment: UUID, way: str) -> None:
        """Ask for the card of this appointment."""
        found = Appointment.objects.select_related("dossier").get(pk=appointment)
        asking.ask_for_appointment(access, found, Channel(way))

    def too_late(self, appointment: UUID, moment: datetime) -> bool:
        """Does a message about it wait for the end of the quiet hours, and is this moment past by then?"""
        now = timezone.now()
        quiet = quiet_until(in_force(), now)
        if quiet is None or not now < moment <= quiet:
            return False
        return Message.objects.filter(appointment=appointment, state__in=QUEUED).exists()


TELLER = Told()
