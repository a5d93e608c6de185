"""An uploaded list and its rows: what stood in the file, what was made of it, what somebody chose.

The rows are kept apart from the dossiers: nothing of them is a fact before it is committed, and they are erased
some weeks later (`limits.KEPT`).
"""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Organisation, Staff


class UploadState(models.TextChoices):
    """Where a list stands. Each state has one way on (see `services`)."""

    READING = "READING", "Wordt gelezen"
    READY = "READY", "Klaar om na te kijken"
    COMMITTING = "COMMITTING", "Wordt verwerkt"
    COMMITTED = "COMMITTED", "Verwerkt"
    UNDOING = "UNDOING", "Wordt ongedaan gemaakt"
    UNDONE = "UNDONE", "Ongedaan gemaakt"
    UNREADABLE = "UNREADABLE", "Kan niet gelezen worden"


class Upload(models.Model):
    """One file. `content` is there only until it was read; `failure` is a Dutch sentence that says what to do.

    `id` also stands on the events that the list led to (Event.message), so that they can be found and taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=12, choices=UploadState, default=UploadState.READING)
    failure = models.CharField(max_length=300, blank=True)
    # Columns of the file by their heading, and which field each became; "" when it was not recognised.
    columns = models.JSONField(default=dict)
    rows = models.IntegerField(default=0)
    # Rows dealt with by the job that runs now.
    progress = models.IntegerField(default=0)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)
        indexes = [models.Index(fields=("agency", "-at"), name="uploads_of_agency")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="UNREADABLE") | ~Q(failure=""), name="unreadable_says_what_to_do"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/lijsten/{self.pk}"


class Kind(models.TextChoices):
    """What a row means, rows that need somebody first."""

    ERROR = "ERROR", "Fout: verbeter de rij"
    QUESTION = "QUESTION", "Vraag: dezelfde persoon?"
    CONFLICT = "CONFLICT", "Tegenspraak met het dossier"
    CREATE = "CREATE", "Nieuw dossier"
    UPDATE = "UPDATE", "Vult een dossier aan"
    UNCHANGED = "UNCHANGED", "Niets nieuws"


class Choice(models.TextChoices):
    """What somebody decided about a question or a conflict."""

    NEW = "NEW", "Iemand anders: maak een nieuw dossier"
    SAME = "SAME", "Dezelfde persoon"
    LIST = "LIST", "Neem de lijst over"
    DOSSIER = "DOSSIER", "Behoud het dossier"
    SKIP = "SKIP", "Sla over"


class Done(models.TextChoices):
    PENDING = "PENDING", "Nog niet verwerkt"
    DONE = "DONE", "Verwerkt"
    UNDONE = "UNDONE", "Ongedaan gemaakt"
    KEPT = "KEPT", "Niet ongedaan gemaakt"


class Row(models.Model):
    """One row: `given` as it stood in the file, cleaned in the columns, `problems` and `repairs` per field.

    `differences` is field -> [what the dossier says, what the list says]; `candidates` are numbers of dossiers of
    people who look alike. `number` is the row in the file, counted from 1 with the heading.
    """

    # The number of a row is looked for within its list; nobody looks for the rows of a dossier.
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="lines", db_index=False)
    number = models.IntegerField()
    given = models.JSONField(default=dict)
    insz = models.CharField(max_length=11, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    birth = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    language = models.CharField(max_length=8, blank=True)
    municipality = models.CharField(max_length=60, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)
    target_group = models.CharField(max_length=12, blank=True)
    contract_signed_on = models.DateField(null=True)
    case_worker = models.CharField(max_length=50, blank=True)
    problems = models.JSONField(default=dict)
    repairs = models.JSONField(default=dict)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ERROR)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, null=True, related_name="+", db_index=False)
    differences = models.JSONField(default=dict)
    candidates = models.JSONField(default=list)
    choice = models.CharField(max_length=8, choices=Choice, blank=True)
    done = models.CharField(max_length=8, choices=Done, default=Done.PENDING)
    created = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(fields=("upload", "kind", "number"), name="rows_by_kind"),
            models.Index(fields=("upload", "insz"), name="rows_by_insz", condition=~Q(insz="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=("upload", "number"), name="one_row_per_number"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="row_kind_is_known"),
            models.CheckConstraint(condition=Q(choice="") | Q(choice__in=Choice.values), name="row_choice_is_known"),
            models.CheckConstraint(condition=Q(done__in=Done.values), name="row_done_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.number}"
