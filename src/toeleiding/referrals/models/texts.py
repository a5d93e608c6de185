"""Versions of the Dutch text and the revisions of its translations."""

from django.db import models
from django.db.models import F, Q

from toeleiding.organisations.models import Staff


class TranslationStatus(models.TextChoices):
    """What somebody did with a translation. "Ontbreekt" and "verouderd" follow from what there is."""

    CONCEPT = "CONCEPT", "Concept"
    READ_OVER = "NAGELEZEN", "Nagelezen"
    APPROVED = "GOEDGEKEURD", "Goedgekeurd"


class TextVersion(models.Model):
    """One version of the Dutch text. It never changes: another text is another version, from another day on.

    `paragraphs`: id -> text. `values`: employment service -> placeholder -> word. `hash`: sha256 of both.
    """

    number = models.IntegerField(unique=True)
    valid_from = models.DateField()
    paragraphs = models.JSONField()
    values = models.JSONField()
    hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="text_versions_count_from_one"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="a_text_version_has_a_hash"),
        ]

    def __str__(self) -> str:
        return f"versie {self.number}"


class Translation(models.Model):
    """One revision of a translation; its words never change, only what readers think of it.

    `paragraphs`: id -> text; `sources`: id -> hash of the Dutch paragraph that was translated. Nobody stands in
    `translated_by` when it came with the product.
    """

    language = models.CharField(max_length=8)
    revision = models.IntegerField()
    paragraphs = models.JSONField()
    sources = models.JSONField()
    status = models.CharField(max_length=12, choices=TranslationStatus, default=TranslationStatus.CONCEPT)
    translated_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    read_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("language", "-revision")
        constraints = [
            models.UniqueConstraint(fields=("language", "revision"), name="one_row_per_revision"),
            models.CheckConstraint(condition=~Q(language="nl"), name="dutch_is_the_source"),
            models.CheckConstraint(
                condition=Q(status="CONCEPT", read_by__isnull=True, approved_by__isnull=True)
                | Q(status="NAGELEZEN", read_by__isnull=False, read_at__isnull=False, approved_by__isnull=True)
                | Q(
                    status="GOEDGEKEURD",
                    read_by__isnull=False,
                    read_at__isnull=False,
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                ),
                name="a_status_names_its_people",
            ),
            models.CheckConstraint(
                condition=Q(translated_by__isnull=True) | Q(read_by__isnull=True) | ~Q(read_by=F("translated_by")),
                name="a_second_person_reads",
            ),
            models.CheckConstraint(
                condition=Q(translated_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(approved_by=F("translated_by")),
                name="nobody_approves_own_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.revision} {self.status}"
