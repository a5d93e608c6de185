"""The outbox of messages to people, and where a member of staff gets hers."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Staff


class Channel(models.TextChoices):
    EMAIL = "EMAIL", "E-mail"
    SMS = "SMS", "Sms"


class MessageKind(models.TextChoices):
    """What a message says. The closed list; `compose.py` has the words of each."""

    APPOINTMENT_PLANNED = "APPOINTMENT_PLANNED", "Afspraak"
    APPOINTMENT_MOVED = "APPOINTMENT_MOVED", "Afspraak verplaatst"
    APPOINTMENT_CANCELLED = "APPOINTMENT_CANCELLED", "Afspraak gaat niet door"
    APPOINTMENT_REMINDER = "APPOINTMENT_REMINDER", "Herinnering aan een afspraak"
    PAGE = "PAGE", "Link naar de persoonlijke pagina"
    EXPLANATION = "EXPLANATION", "Link naar de uitleg"
    CALL = "CALL", "Bel ons"
    DIGEST = "DIGEST", "Dagoverzicht"
    ALARM = "ALARM", "Dringende melding"


TO_STAFF = (MessageKind.DIGEST, MessageKind.ALARM)
OF_APPOINTMENT = (
    MessageKind.APPOINTMENT_PLANNED,
    MessageKind.APPOINTMENT_MOVED,
    MessageKind.APPOINTMENT_CANCELLED,
    MessageKind.APPOINTMENT_REMINDER,
)


class MessageState(models.TextChoices):
    """Where a message stands. UNSURE: we stopped between sending and writing down that it was sent."""

    WAITING = "WAITING", "Wacht"
    HELD = "HELD", "Wacht op het einde van de stille uren"
    SENDING = "SENDING", "Wordt verstuurd"
    SENT = "SENT", "Verstuurd"
    DELIVERED = "DELIVERED", "Aangekomen"
    BOUNCED = "BOUNCED", "Niet aangekomen"
    FAILED = "FAILED", "Mislukt"
    UNSURE = "UNSURE", "Niet zeker of het vertrok"
    OPTED_OUT = "OPTED_OUT", "Niet verstuurd: wil geen berichten"
    NO_ADDRESS = "NO_ADDRESS", "Niet verstuurd: geen adres of nummer"
    CANCELLED = "CANCELLED", "Ingetrokken"


QUEUED = (MessageState.WAITING, MessageState.HELD)
LEFT = (MessageState.SENT, MessageState.DELIVERED, MessageState.UNSURE)
NOT_THERE = (
    MessageState.BOUNCED,
    MessageState.FAILED,
    MessageState.OPTED_OUT,
    MessageState.NO_ADDRESS,
    MessageState.CANCELLED,
)


class Message(models.Model):
    """One message to one person over one channel. It holds no address, no name and no token.

    `key` is why it is sent, so that the same reason sends once. The address is that of the dossier at the moment of
    sending; links are made then too, and only the hash of what stops the messages is kept. `params` is what the words
    need: the moment and place of an appointment. `text` is the version of the text that was used. `not_before` is the
    next try, `until` the moment after which it makes no sense any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    key = models.CharField(max_length=120, unique=True)
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="client_messages")
    staff = models.ForeignKey(Staff, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=5, choices=Channel)
    kind = models.CharField(max_length=24, choices=MessageKind)
    language = models.CharField(max_length=8, blank=True)
    params = models.JSONField(default=dict)
    appointment = models.UUIDField(null=True)
    reason = models.CharField(max_length=120)
    asked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING)
    cause = models.CharField(max_length=200, blank=True)
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField()
    until = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    text = models.CharField(max_length=40, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    stop_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        indexes = [
            models.Index(fields=("not_before",), condition=Q(state__in=("WAITING", "HELD")), name="messages_to_send"),
            models.Index(fields=("leased_until",), condition=Q(state="SENDING"), name="messages_on_their_way"),
            models.Index(fields=("dossier", "-asked_at"), name="messages_of_dossier"),
            models.Index(
                fields=("appointment",), condition=Q(appointment__isnull=False), name="messages_of_appointment"
            ),
            models.Index(fields=("receipt",), condition=~Q(receipt=""), name="messages_by_receipt"),
            models.Index(fields=("stop_hash",), condition=~Q(stop_hash=""), name="messages_by_stop"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="message_kind_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="message_channel_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=TO_STAFF, staff__isnull=False, dossier__isnull=True, channel="EMAIL")
                | (~Q(kind__in=TO_STAFF) & Q(staff__isnull=True, dossier__isnull=False)),
                name="a_message_is_to_a_client_or_to_staff",
            ),
            models.CheckConstraint(
                condition=Q(state="SENDING", leased_until__isnull=False)
                | (~Q(state="SENDING") & Q(leased_until__isnull=True)),
                name="a_lease_is_for_what_is_being_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("SENT", "DELIVERED")) | Q(sent_at__isnull=False), name="what_left_has_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_APPOINTMENT, appointment__isnull=False)
                | (~Q(kind__in=OF_APPOINTMENT) & Q(appointment__isnull=True)),
                name="a_card_names_its_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"


class StaffAddress(models.Model):
    """Where a member of staff gets the e-mail of the day. Without a row she gets none."""

    staff = models.OneToOneField(Staff, models.CASCADE, related_name="address")
    email = models.EmailField()

    def __str__(self) -> str:
        return f"{self.staff_id}"
