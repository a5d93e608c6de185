"""Versions of the rule set: drafts, the one in force, and those it replaced."""

from django.db import models
from django.db.models import Q

from toeleiding.organisations.models import Staff


class VersionStatus(models.TextChoices):
    DRAFT = "DRAFT", "Voorstel"
    IN_FORCE = "IN_FORCE", "Van kracht"
    RETIRED = "RETIRED", "Vervangen"


class RuleSetVersion(models.Model):
    """A whole rule set under a name, as `law.dump` writes it.

    Without a row that is in force the rule set that comes with the product holds. Once in force a version
    never changes again: decisions name it, and the database refuses UPDATE (but to retire it) and DELETE.
    """

    name = models.SlugField(max_length=60, unique=True)
    based_on = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=400, blank=True)
    created_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    in_force_from = models.DateTimeField(null=True)
    put_in_force_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(fields=("status",), condition=Q(status="IN_FORCE"), name="one_rule_set_in_force"),
            models.CheckConstraint(condition=Q(status__in=VersionStatus.values), name="version_status_is_known"),
            models.CheckConstraint(
                condition=Q(status="DRAFT", in_force_from__isnull=True)
                | (~Q(status="DRAFT") & Q(in_force_from__isnull=False, put_in_force_by__isnull=False) & ~Q(reason="")),
                name="in_force_names_when_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/regels/concept/{self.name}"


class RuleChange(models.Model):
    """One change of one rule in a version: what stood there, what stands there now, who did it and why.

    `was` and `now` are the dated values of the rule as plain JSON; the history of a rule is read from here.
    """

    version = models.ForeignKey(RuleSetVersion, models.CASCADE, related_name="changes")
    rule = models.CharField(max_length=8)
    was = models.JSONField()
    now = models.JSONField()
    note = models.CharField(max_length=400)
    changed_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-changed_at", "-id")
        indexes = [models.Index(fields=("rule", "-changed_at"), name="history_of_rule")]

    def __str__(self) -> str:
        return f"{self.rule} in {self.version_id}"


class Trial(models.Model):
    """What a draft would change, counted over the whole population. Holds dossier ids, never a person.

    `sha256` is the content that was tried: after another change of the draft the trial speaks of the past.
    """

    version = models.ForeignKey(RuleSetVersion, models.CASCADE, related_name="trials")
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField()
    started_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    total = models.IntegerField()
    seen = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, result__isnull=True)
                | Q(finished_at__isnull=False, result__isnull=False),
                name="finished_trial_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} op {self.as_of}"
