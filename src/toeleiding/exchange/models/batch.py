"""Files of many questions that we put ready, and files of answers that we found (INTERFACE 12)."""

from django.db import models
from django.db.models import Q

from toeleiding.exchange.models.questions import Service


class FileState(models.TextChoices):
    PREPARED = "PREPARED", "Wordt klaargezet"
    WRITTEN = "WRITTEN", "Klaargezet, wacht op antwoord"
    ANSWERED = "ANSWERED", "Beantwoord"
    OVERDUE = "OVERDUE", "Geen antwoord op tijd"
    NOT_WRITTEN = "NOT_WRITTEN", "Niet klaargezet"


class BatchFile(models.Model):
    """A file of questions to one service. The row and the attempts in it exist before the file does.

    The questions in it are under way under `lease_token` until `answer_by`; after that they wait again. `reference`
    stands in the Context of the file.
    """

    name = models.CharField(max_length=40, unique=True)
    service = models.CharField(max_length=48, choices=Service)
    version = models.CharField(max_length=5)
    reference = models.UUIDField(unique=True)
    lease_token = models.UUIDField(unique=True)
    questions = models.IntegerField()
    state = models.CharField(max_length=12, choices=FileState, default=FileState.PREPARED)
    prepared_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered = models.IntegerField(default=0)
    missing = models.IntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    cause = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-prepared_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="batch_file_state_is_known"),
            models.CheckConstraint(condition=Q(questions__gt=0), name="a_batch_file_holds_questions"),
            models.CheckConstraint(
                condition=~Q(state="WRITTEN") | Q(written_at__isnull=False, sha256__regex=r"^[0-9a-f]{64}$"),
                name="a_written_batch_file_has_its_sum",
            ),
            models.CheckConstraint(
                condition=~Q(state="ANSWERED") | Q(answered_at__isnull=False), name="answered_batch_file_says_when"
            ),
            models.CheckConstraint(condition=~Q(state="NOT_WRITTEN") | ~Q(cause=""), name="not_written_says_why"),
        ]

    def __str__(self) -> str:
        return self.name


class AnswerState(models.TextChoices):
    READ = "READ", "Verwerkt"
    SET_ASIDE = "SET_ASIDE", "Apart gelegd"


class AnswerFile(models.Model):
    """A file of answers that was found, known by the sum of its bytes: the same file has no effect twice.

    `unknown` counts answers to questions that did not stand in `file`; `repeated` those that had come before.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=AnswerState)
    cause = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(BatchFile, models.DO_NOTHING, null=True, related_name="answer_files")
    answers = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("-read_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AnswerState.values), name="answer_file_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="READ", file__isnull=False) | (Q(state="SET_ASIDE") & ~Q(cause="")),
                name="read_belongs_to_a_file_and_set_aside_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class BatchVerb(models.TextChoices):
    WRITE = "WRITE", "Klaarzetten"
    READ = "READ", "Verwerken"


class BatchRun(models.Model):
    """The last time that the worker looked after files by itself. `trouble` says what stopped it and what to do."""

    verb = models.CharField(max_length=5, choices=BatchVerb, primary_key=True)
    at = models.DateTimeField()
    files = models.IntegerField()
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=BatchVerb.values), name="batch_verb_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"
