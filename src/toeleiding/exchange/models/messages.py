"""What went over the wire for a question: attempts under their reference, raw bytes, answers received."""

from django.db import models
from django.db.models import Q

from toeleiding.exchange.models.batch import BatchFile
from toeleiding.exchange.models.questions import Question


class Attempt(models.Model):
    """One time that a question was sent. The reference is stored before the call; it is the message's Referte.

    `failure` says why there was no answer (a time limit, a broken connection, a wrong reference...).
    `file` is the batch file in which it stands; None when it was posted by itself.
    """

    reference = models.UUIDField(primary_key=True)
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="tries")
    insz = models.CharField(max_length=11, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    exceptions = models.JSONField(default=list)
    file = models.ForeignKey(BatchFile, models.DO_NOTHING, null=True, related_name="attempts", db_index=False)

    class Meta:
        ordering = ("started_at",)
        indexes = [
            models.Index(fields=("file",), name="attempts_of_file", condition=Q(file__isnull=False)),
            models.Index(fields=("question", "started_at"), name="attempts_of_question"),
            models.Index(fields=("started_at",), name="attempts_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class RawMessage(models.Model):
    """The bytes that went over the wire, encrypted, kept apart from everything else and never logged.

    Only `vault` reads and writes them. `key` names the key that sealed the question and `answer_key` that of the
    answer: between the two another key may have come first. "" is from before there was one. After their retention
    (rule K-10) both are gone and `erased_at` says when.
    """

    attempt = models.OneToOneField(Attempt, models.CASCADE, primary_key=True, related_name="raw")
    question = models.BinaryField(null=True)
    answer = models.BinaryField(null=True)
    key = models.CharField(max_length=16, blank=True, db_default="")
    answer_key = models.CharField(max_length=16, blank=True, db_default="")
    stored_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=("stored_at",), name="raw_to_erase", condition=Q(erased_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, question__isnull=False)
                | Q(erased_at__isnull=False, question__isnull=True, answer__isnull=True),
                name="erased_is_erased_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.attempt_id)


class ReceivedStatus(models.TextChoices):
    RECEIVED = "RECEIVED", "Ontvangen"
    APPLIED = "APPLIED", "Verwerkt"
    DUPLICATE = "DUPLICATE", "Dubbel"
    PARKED = "PARKED", "Apart gelegd"


class Received(models.Model):
    """One answer that came in. It `settles` its question at most once, whichever attempt it belongs to.

    `reference` is what the answer says it answers; `attempt` is the call over which it came.
    """

    reference = models.CharField(max_length=36, blank=True)
    attempt = models.ForeignKey(Attempt, models.DO_NOTHING, related_name="answers")
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="answers")
    status = models.CharField(max_length=10, choices=ReceivedStatus)
    settles = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=("id",), name="answers_to_apply", condition=Q(status="RECEIVED")),
            models.Index(fields=("status",), name="answers_by_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReceivedStatus.values), name="received_status_is_known"),
            models.UniqueConstraint(
                fields=("question",), condition=Q(settles=True), name="an_answer_takes_effect_once_per_question"
            ),
            models.UniqueConstraint(fields=("attempt",), name="one_answer_per_call"),
            models.CheckConstraint(
                condition=Q(settles=False) | Q(status="APPLIED"), name="only_applied_answers_settle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.status}"
