"""The agenda: appointments by who keeps them, and the private address from which a calendar reads them."""

from django.db import models
from django.db.models import F, Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Staff


class Subject(models.TextChoices):
    SUPPORT = "SUPPORT", "Hulp bij de inschrijving"
    TALK = "TALK", "Gesprek"
    GROUP = "GROUP", "Groepstoelichting"
    EMPLOYMENT_SERVICE = "EMPLOYMENT_SERVICE", "Bij de dienst voor werk"


class Place(models.TextChoices):
    OFFICE = "OFFICE", "Op kantoor"
    PHONE = "PHONE", "Met de telefoon"
    VIDEO = "VIDEO", "Met video"


class AppointmentStatus(models.TextChoices):
    PLANNED = "PLANNED", "Gepland"
    HELD = "HELD", "Ging door"
    MISSED = "MISSED", "Gemist"
    CANCELLED = "CANCELLED", "Geannuleerd"


class Appointment(models.Model):
    """One appointment as the timeline of its dossier tells it; nothing writes here but the agenda's subscriber.

    `id` is its stable id, also in calendars (UID). `sequence` counts its changes (SEQUENCE of RFC 5545).
    `changed_at` is when its moment, place or status changed last: what a client has to know.
    """

    id = models.UUIDField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="appointments")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="appointments", db_index=False)
    subject = models.CharField(max_length=20, choices=Subject)
    status = models.CharField(max_length=10, choices=AppointmentStatus)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    form = models.CharField(max_length=10, choices=Place)
    place = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    interpreter = models.BooleanField(default=False)
    support = models.CharField(max_length=16, blank=True)
    sequence = models.IntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("begins_at", "id")
        indexes = [models.Index(fields=("staff", "begins_at"), name="agenda_of_staff")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="an_appointment_takes_time"),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="appointment_subject_is_known"),
            models.CheckConstraint(condition=Q(form__in=Place.values), name="appointment_form_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=AppointmentStatus.values), name="appointment_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class Feed(models.Model):
    """The private address of somebody's agenda. Only the hash of its token is kept; a new one replaces it."""

    staff = models.OneToOneField(Staff, models.CASCADE, related_name="feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="a_token_is_hashed")  # noqa: S106 - a form, not a token
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}"
