"""What partners send us of their own accord: each message with its answer, and each referral once."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from toeleiding.organisations.models import Purpose


class IncomingReferral(models.Model):
    """A referral that came in, under the identity its sender gave it. The same content again is the same referral."""

    id = models.UUIDField(primary_key=True)
    insz = models.CharField(max_length=11)
    fingerprint = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(insz__regex=r"^[0-9]{11}$"), name="incoming_referral_insz_form"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class IncomingMessage(models.Model):
    """One message that came in, with who sent it in which capacity, why we may have it, and what we answered.

    `code` is the exception of our answer, empty when it was accepted. The bytes are sealed as those of our own
    messages, are never logged, and go after the same time (see `RawMessage`).
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    referral = models.ForeignKey(IncomingReferral, models.DO_NOTHING, null=True, related_name="messages")
    reference = models.CharField(max_length=36)
    sender = models.CharField(max_length=120)
    capacity = models.CharField(max_length=24, blank=True)
    purpose = models.CharField(max_length=24, choices=Purpose)
    legal_basis = models.CharField(max_length=200)
    raw = models.BinaryField(null=True)
    answer = models.BinaryField(null=True)
    key = models.CharField(max_length=16, blank=True, db_default="")
    answer_key = models.CharField(max_length=16, blank=True, db_default="")
    erased_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=10, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("received_at",)
        indexes = [models.Index(fields=("referral", "received_at"), name="messages_of_referral")]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="incoming_names_a_purpose"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="incoming_names_a_legal_basis"),
            models.CheckConstraint(condition=~Q(code="") | Q(referral__isnull=False), name="accepted_is_a_referral"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, raw__isnull=False, answer__isnull=False)
                | Q(erased_at__isnull=False, raw__isnull=True, answer__isnull=True),
                name="incoming_is_erased_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.code}"
