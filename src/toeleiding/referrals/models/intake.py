"""The draft of an intake: what was typed so far, kept over sign-out, until the talk is closed."""

from django.db import models
from django.db.models import Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Staff


class Intake(models.Model):
    """One intake of one dossier. `answers` is step -> field -> what stands there, also when it is not right yet.

    `version` counts the times it was saved; `parts` is step -> [the version in which it was saved last, by whom], so
    that who saves over somebody else's words is shown the difference. A closed intake is an
    event of the dossier; this row then keeps its whole text.
    """

    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="+")
    answers = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-begun_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("dossier",), condition=Q(completed_at__isnull=True), name="one_open_intake_per_dossier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.version}"
