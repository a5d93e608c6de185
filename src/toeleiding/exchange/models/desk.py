"""What the operator's desk keeps: circuits, holds, replays, what the night found."""

from django.db import models
from django.db.models import Func, Q

from toeleiding.exchange.models.notifications import Feed
from toeleiding.exchange.models.questions import Handled, Question, Service
from toeleiding.organisations.models import Staff


class CircuitState(models.TextChoices):
    CLOSED = "closed", "In werking"
    OPEN = "open", "Onderbroken"
    HALF_OPEN = "half_open", "Wordt getest"


class Circuit(models.Model):
    """Whether a service answers at all. Open: nothing is sent until `probe_at`; then one question tries it."""

    service = models.CharField(max_length=48, choices=Service, primary_key=True)
    state = models.CharField(max_length=10, choices=CircuitState, default=CircuitState.CLOSED)
    failures = models.IntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CircuitState.values), name="circuit_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="closed") | Q(opened_at__isnull=False, probe_at__isnull=False),
                name="an_open_circuit_knows_when_to_probe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.state}"


class Hold(models.Model):
    """A service or feed that an operator holds: nothing is sent to it until it is released, and nothing expires
    meanwhile."""

    service = models.CharField(max_length=48, choices=[*Service.choices, *Feed.choices])
    reason = models.CharField(max_length=200)
    held_by = models.ForeignKey(Staff, models.DO_NOTHING, related_name="+")
    held_at = models.DateTimeField()
    released_by = models.ForeignKey(Staff, models.DO_NOTHING, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-held_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("service",), condition=Q(released_at__isnull=True), name="a_service_is_held_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="a_release_names_who_did_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.held_at:%Y-%m-%d %H:%M}"


class Replay(models.Model):
    """One time that an operator asked failed questions again. `id` comes with the form: sent twice, done once."""

    id = models.UUIDField(primary_key=True)
    by = models.ForeignKey(Staff, models.DO_NOTHING, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    asked = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)

    class Meta:
        ordering = ("-at",)
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_replay_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.asked} {self.skipped}"


class Replayed(models.Model):
    """What one replay did with one question: it `became` itself again or a new question, or `skipped` says why not.

    The cause it had died of is kept here: the question itself begins again without one.
    """

    replay = models.ForeignKey(Replay, models.DO_NOTHING, related_name="lines")
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="replays")
    became = models.ForeignKey(Question, models.DO_NOTHING, null=True, related_name="replay_of")
    skipped = models.CharField(max_length=12, choices=Handled, blank=True)
    cause = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("replay", "question"), name="a_replay_takes_a_question_once"),
            models.CheckConstraint(
                condition=Q(became__isnull=True) ^ Q(skipped=""), name="replayed_or_skipped_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.skipped or self.became_id}"


class NightlyCheck(models.Model):
    """What the nightly proof found: how many dossiers were folded again and how many differed."""

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    dossiers = models.IntegerField()
    differences = models.IntegerField()
    first = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.differences} verschillen"


class Recovery(models.Model):
    """One time that a restored backup was completed: until when it knew, and what was done about the rest."""

    at = models.DateTimeField()
    restored_until = models.DateTimeField(null=True)
    released = models.IntegerField()
    asked = models.IntegerField()
    # Numbers of dossiers that were opened after the backup, for whoever has to open them again.
    missing = models.JSONField(default=list)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.asked}"
