"""The quality of the exchange as it was measured, and what was decided to do about it."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from toeleiding.organisations.models import Organisation, Staff


class QualityFigure(models.Model):
    """One measure on one day, for one agency or (agency null) for all together.

    `days` is how long the period was that ended on that day; 0 for how things stood. `numerator` and `denominator` are
    counts; `value` is what is shown: a share, a count, days, hours or seconds, null when there was nothing to measure.
    These are the true numbers: what may be shown of them is decided in `quality.published`.
    """

    on = models.DateField()
    measure = models.CharField(max_length=24)
    agency = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+", db_index=False)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    value = models.FloatField(null=True)
    days = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ("on", "measure", "agency")
        constraints = [
            models.UniqueConstraint(
                fields=("measure", "agency", "on", "days"),
                nulls_distinct=False,
                name="one_figure_per_measure_agency_day_and_period",
            ),
            models.CheckConstraint(condition=Q(numerator__gte=0, denominator__gte=0), name="figures_count_up"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.measure}"


class ActionState(models.TextChoices):
    PLANNED = "PLANNED", "Gepland"
    RUNNING = "RUNNING", "Bezig"
    DONE = "DONE", "Klaar"
    DROPPED = "DROPPED", "Niet verdergezet"


class ImprovementAction(models.Model):
    """Something that should make a figure better: who, by when, what it was before and what it became.

    The figure before is frozen when the action is made, the one after when it is closed. What was kept back then
    stays so: it stands here without its numbers, as hidden.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    measure = models.CharField(max_length=24)
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=120)
    why = models.CharField(max_length=600, blank=True)
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="improvement_actions")
    due_on = models.DateField()
    target = models.FloatField(null=True)
    state = models.CharField(max_length=8, choices=ActionState, default=ActionState.PLANNED)
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    before_on = models.DateField()
    before_numerator = models.BigIntegerField()
    before_denominator = models.BigIntegerField()
    before_value = models.FloatField(null=True)
    before_hidden = models.BooleanField(default=False, db_default=False)
    after_on = models.DateField(null=True)
    after_numerator = models.BigIntegerField(null=True)
    after_denominator = models.BigIntegerField(null=True)
    after_value = models.FloatField(null=True)
    after_hidden = models.BooleanField(default=False, db_default=False)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("due_on", "made_at")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=("PLANNED", "RUNNING"), closed_at__isnull=True)
                | (Q(state__in=("DONE", "DROPPED"), closed_at__isnull=False, after_on__isnull=False) & ~Q(closing="")),
                name="a_closed_action_says_why_and_what_became_of_it",
            ),
            models.CheckConstraint(
                condition=Q(after_on__isnull=True) | Q(after_on__gte=F("before_on")), name="after_comes_after_before"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/uitwisseling/kwaliteit/acties/{self.pk}"


class ActionNote(models.Model):
    """What somebody wrote along the way. Only added to."""

    action = models.ForeignKey(ImprovementAction, models.CASCADE, related_name="notes")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=600)

    class Meta:
        ordering = ("at", "id")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="a_note_says_something")]

    def __str__(self) -> str:
        return self.text[:40]
