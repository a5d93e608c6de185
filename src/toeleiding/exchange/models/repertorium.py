"""Inscriptions in the repertorium: that we handle a file on a number."""

from django.db import models
from django.db.models import F, Q

from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.models.questions import Question


class Inscription(models.Model):
    """That we told the repertorium to handle a file on this number, under this Hoedanigheid, for a period.

    `question` is the message that says so; without `confirmed_at` it was not accepted yet, or it ended since.
    `closing` is the message that ends it, `closed_at` when that was accepted.
    """

    insz = models.CharField(max_length=11)
    capacity = models.CharField(max_length=24)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="+")
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="+")
    begin_on = models.DateField()
    end_on = models.DateField()
    confirmed_at = models.DateTimeField(null=True)
    closing = models.ForeignKey(Question, models.DO_NOTHING, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("insz", "capacity"), name="one_inscription_per_number_and_capacity"),
            models.CheckConstraint(condition=Q(end_on__gte=F("begin_on")), name="inscription_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(confirmed_at__isnull=True), name="what_is_closed_does_not_stand"
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.insz[-4:]} {self.begin_on} - {self.end_on}"
