"""The legal log: who asked or told about whom, when and why, and what came of it (INTERFACE 1.6)."""

from django.db import models
from django.db.models import Q


class LegalKind(models.TextChoices):
    """What we ask has a line before each call and exactly one after it; what partners send us has one line."""

    ASKED = "ASKED", "Gevraagd"
    SUCCEEDED = "SUCCEEDED", "Beantwoord"
    FAILED = "FAILED", "Fout in het antwoord"
    UNANSWERED = "UNANSWERED", "Geen antwoord"
    UNAUTHORISED = "UNAUTHORISED", "Niet toegelaten"
    TAKEN = "TAKEN", "Gekregen"
    REPEATED = "REPEATED", "Opnieuw gekregen"
    REJECTED = "REJECTED", "Gekregen en geweigerd"


#: The kinds of what partners send us.
CAME_IN = (LegalKind.TAKEN, LegalKind.REPEATED, LegalKind.REJECTED)


class LegalLine(models.Model):
    """One line. Append-only: the database refuses a change, and a removal of what is younger than ten years.

    It stands on its own: names and numbers are copied, because the log outlives what it speaks of. `transaction`
    is the question, `reference` the message (Referte); `subject` the INSZ of the person, shown masked on screen.

    Of what came in, `transaction` and `reference` are our name of the message, `sent_reference` is the one its sender
    gave it, `uri` and `capacity` are the sender as it calls itself, `certificate` is who signed (empty in an exercise
    without signatures), and `agency` the code of the agency that it was meant for.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=LegalKind)
    transaction = models.UUIDField(null=True)
    reference = models.UUIDField()
    service = models.CharField(max_length=48)
    version = models.CharField(max_length=5)
    uri = models.CharField(max_length=120)
    capacity = models.CharField(max_length=24)
    staff = models.CharField(max_length=50, blank=True)
    user_insz = models.CharField(max_length=11, blank=True)
    purpose = models.CharField(max_length=24)
    legal_basis = models.CharField(max_length=200)
    subject = models.CharField(max_length=11, blank=True)
    dossier = models.BigIntegerField(null=True)
    milliseconds = models.IntegerField(null=True)
    codes = models.JSONField(default=list)
    sent_reference = models.CharField(max_length=36, blank=True, db_default="")
    certificate = models.CharField(max_length=200, blank=True, db_default="")
    agency = models.CharField(max_length=50, blank=True, db_default="")

    class Meta:
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=("-at",), name="legal_came_in", condition=Q(kind__in=CAME_IN)),
            models.Index(fields=("-at",), name="legal_by_time"),
            models.Index(fields=("dossier", "-at"), name="legal_by_dossier", condition=Q(dossier__isnull=False)),
            models.Index(fields=("transaction",), name="legal_by_question", condition=Q(transaction__isnull=False)),
            models.Index(
                fields=("subject", "-at"),
                name="legal_without_dossier",
                condition=Q(dossier__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LegalKind.values), name="legal_kind_is_known"),
            models.UniqueConstraint(fields=("reference",), condition=Q(kind="ASKED"), name="asked_once_per_message"),
            models.UniqueConstraint(fields=("reference",), condition=~Q(kind="ASKED"), name="one_outcome_per_message"),
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(legal_basis=""), name="legal_line_says_why"),
            models.CheckConstraint(
                condition=~Q(kind__in=CAME_IN) | ~Q(agency="") & ~Q(uri="") & Q(transaction__isnull=False),
                name="what_came_in_names_sender_and_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.reference}"
