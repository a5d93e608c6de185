"""The private link of a newcomer, and wrong guesses at one."""

from django.db import models
from django.db.models import F, Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Staff


class ClientLink(models.Model):
    """A link to the personal page of one dossier. Only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="client_links")
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened = models.IntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    help_asked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)
        indexes = [models.Index(fields=("dossier", "-made_at"), name="links_of_dossier")]
        constraints = [
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="a_link_is_hashed"),  # noqa: S106 - a form
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="a_link_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(opened__range=(0, 10)), name="a_link_opens_ten_times"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.made_at:%Y-%m-%d}"


class WrongLink(models.Model):
    """How many links that do not work came from one address in one quarter of an hour. The address is hashed."""

    address = models.CharField(max_length=64)
    quarter = models.BigIntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("address", "quarter"), name="one_count_per_quarter")]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.count}"
