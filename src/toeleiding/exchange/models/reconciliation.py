"""Lists that VDAB delivers of who is registered there, and where they differ from our dossiers."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Staff


class ListOrigin(models.TextChoices):
    UPLOAD = "UPLOAD", "Opgeladen"
    COMMAND = "COMMAND", "Met het commando"
    FOLDER = "FOLDER", "Uit de map"


class ListState(models.TextChoices):
    """A list waits until a person confirms it, or until the night may carry it out; a newer one replaces it.

    UNREADABLE: a file in the folder that is no list. It is never the latest list; it is kept so that somebody sees it.
    """

    WAITING = "WAITING", "Wacht op bevestiging"
    CONFIRMED = "CONFIRMED", "Wordt uitgevoerd"
    APPLIED = "APPLIED", "Uitgevoerd"
    REPLACED = "REPLACED", "Er is een nieuwere lijst"
    UNREADABLE = "UNREADABLE", "Niet te lezen"


class Delivered(models.Model):
    """One list, known by the fingerprint of its bytes. `counts` stays when the rows are erased.

    A file that cannot be read is known by its name and when it was written; `first_problem` says what is wrong.
    `needs` says in Dutch why a person must confirm; empty when the night may carry it out by itself.
    `compared` is how many dossiers were looked at, `to_ask` about how many of them the comparison wants to ask.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    origin = models.CharField(max_length=8, choices=ListOrigin)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    rows = models.IntegerField()
    unreadable = models.IntegerField(default=0)
    first_problem = models.CharField(max_length=200, blank=True)
    compared = models.IntegerField(default=0)
    to_ask = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    needs = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=ListState, default=ListState.WAITING)
    confirmed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    applied_at = models.DateTimeField(null=True)
    asked = models.IntegerField(default=0)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-received_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("sha256",), condition=Q(origin="FOLDER"), name="the_folder_is_read_once_per_content"
            ),
            models.CheckConstraint(condition=Q(state__in=ListState.values), name="list_state_is_known"),
            models.CheckConstraint(condition=Q(origin__in=ListOrigin.values), name="list_origin_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=("CONFIRMED", "APPLIED")) | (Q(confirmed_at__isnull=False) & ~Q(reason="")),
                name="a_list_is_confirmed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="APPLIED", applied_at__isnull=False)
                | (~Q(state="APPLIED") & Q(applied_at__isnull=True)),
                name="an_applied_list_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class DeliveredRow(models.Model):
    """What the list says about one number. Erased with its list."""

    list = models.ForeignKey(Delivered, models.CASCADE, related_name="lines")
    line = models.IntegerField()
    insz = models.CharField(max_length=11)
    category = models.CharField(max_length=4, blank=True)
    registered_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ("line",)
        constraints = [models.UniqueConstraint(fields=("list", "line"), name="one_row_per_line_of_a_list")]

    def __str__(self) -> str:
        return f"rij {self.line}"


class Kind(models.TextChoices):
    """In what a dossier and the list differ. Equal ones are counted and not kept."""

    ONLY_KBI = "ONLY_KBI", "Bij ons ingeschreven, niet op de lijst"
    DIFFERENT = "DIFFERENT", "Inschrijving, categorie of datum verschilt"
    NEVER_ASKED = "NEVER_ASKED", "Nog nooit een antwoord van VDAB"
    REPLACED = "REPLACED", "Op de lijst met een oud nummer"
    ONLY_KBI_AGREED = "ONLY_KBI_AGREED", "In KBI en niet bij VDAB, en dat wisten we"
    ONLY_VDAB = "ONLY_VDAB", "Op de lijst, zonder dossier"
    EQUAL = "EQUAL", "Hetzelfde"


class Difference(models.Model):
    """One dossier (or, for ONLY_VDAB, one number without a dossier) and its class.

    `ask`: carrying out the list asks VDAB about this person. `question` is what was asked then.
    """

    list = models.ForeignKey(Delivered, models.CASCADE, related_name="differences", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, null=True, related_name="+")
    insz = models.CharField(max_length=11, blank=True)
    ask = models.BooleanField()
    question = models.UUIDField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=("list", "kind", "dossier"), name="differences_by_kind"),
            models.Index(fields=("list", "id"), name="differences_to_ask", condition=Q(ask=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values) & ~Q(kind="EQUAL"), name="difference_is_one"),
            models.UniqueConstraint(fields=("list", "dossier"), name="one_difference_per_dossier"),
            models.CheckConstraint(
                condition=Q(kind="ONLY_VDAB", dossier__isnull=True, ask=False)
                | (~Q(kind="ONLY_VDAB") & Q(dossier__isnull=False, insz="")),
                name="only_vdab_has_no_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dossier_id or ''}"
