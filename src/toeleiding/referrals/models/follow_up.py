"""How far somebody looked at what employment services and registers told about joint clients."""

from django.db import models
from django.db.models import Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Staff


class SeenMark(models.Model):
    """Of this dossier this person saw everything up to and with event `up_to`.

    An event id and not a moment: what came in while somebody looked has a higher id and stays new. Events of one
    dossier are numbered while it is locked, so a lower id never turns up later.
    """

    staff = models.ForeignKey(Staff, models.CASCADE, db_index=False)
    dossier = models.ForeignKey(Dossier, models.CASCADE)
    up_to = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff", "dossier"), name="one_mark_per_person_and_dossier"),
            models.CheckConstraint(condition=Q(up_to__gte=0), name="a_mark_is_an_event"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.dossier_id}: {self.up_to}"


class FirstLook(models.Model):
    """Since when somebody follows changes, for clients without a mark; set at the first visit and never moved."""

    staff = models.OneToOneField(Staff, models.CASCADE, related_name="first_look")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.since}"
