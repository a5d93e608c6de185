"""What is stored: the timeline (the truth), the dossier (its cache), numbers, tasks, saved filters."""

from typing import get_args

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from toeleiding.dossiers.events import Source
from toeleiding.law import Outcome, Step
from toeleiding.organisations.models import Organisation, Staff


class Tab(models.TextChoices):
    """In which drawer of the worklist a dossier lies."""

    TODO = "TODO", "Te doen"
    WAITING = "WAITING", "Wacht op anderen"
    FOLLOW_UP = "FOLLOW_UP", "In opvolging"
    DONE = "DONE", "Afgerond"


class Dossier(models.Model):
    """The file of one newcomer. Every column but `id` and `number` is computed from the timeline.

    Nothing writes here but `timeline.record` and the set-based passes of `redecide`; `toeleiding rebuild`
    proves that the columns equal the fold. Days left and overdue are computed in SQL from `due_on` and today.
    """

    number = models.CharField(max_length=20, unique=True)
    # Both lead an index of their own below.
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="dossiers", db_index=False)
    case_worker = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="dossiers", db_index=False)

    # the person
    insz = models.CharField(max_length=11, null=True, unique=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    birth = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=8, blank=True)
    municipality = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=12, blank=True)
    target_group = models.CharField(max_length=12, blank=True)
    contract_signed_on = models.DateField(null=True)

    # the decision
    outcome = models.CharField(max_length=16)
    step = models.CharField(max_length=26)
    step_number = models.SmallIntegerField()
    pillar_state = models.CharField(max_length=24)
    pill = models.CharField(max_length=60)
    tone = models.CharField(max_length=10)
    next_action = models.CharField(max_length=40)
    tab = models.CharField(max_length=10, choices=Tab)
    due_on = models.DateField(null=True)
    suspended_days = models.IntegerField(default=0)
    unconfirmed = ArrayField(models.CharField(max_length=8), default=list)
    rule_set = models.CharField(max_length=60)
    decided_on = models.DateField()
    valid_until = models.DateField(null=True)

    # what the employment service told
    service = models.CharField(max_length=8, blank=True)
    answer = models.CharField(max_length=16, blank=True)
    category = models.CharField(max_length=4, blank=True)
    office = models.CharField(max_length=120, blank=True)
    registered_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    appointment_on = models.DateField(null=True)
    planned_on = ArrayField(models.DateField(), default=list)
    call_since = models.DateField(null=True)
    conflict = models.BooleanField(default=False)

    # set: this dossier is a signpost, and its timeline is read as part of the one that stayed
    merged_into = models.ForeignKey("self", models.DO_NOTHING, null=True, db_index=False, related_name="absorbed")

    state = models.JSONField()
    events = models.IntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(fields=("case_worker", "tab", "due_on"), name="worklist"),
            models.Index(fields=("agency", "tab", "due_on"), name="agency_worklist"),
            models.Index(fields=("agency", "step_number", "id"), name="agency_open", condition=~Q(tab=Tab.DONE)),
            models.Index(F("agency"), OpClass("pill", name="varchar_pattern_ops"), F("id"), name="agency_status"),
            models.Index(fields=("agency", "language", "id"), name="agency_language"),
            models.Index(fields=("agency", "municipality", "id"), name="agency_municipality"),
            models.Index(fields=("valid_until",), name="to_redecide", condition=Q(valid_until__isnull=False)),
            models.Index(fields=("office",), name="office_clients", condition=~Q(office="")),
            GinIndex(
                OpClass(Upper("last_name"), name="gin_trgm_ops"),
                OpClass(Upper("first_name"), name="gin_trgm_ops"),
                name="dossier_name_trigrams",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^TN-[0-9]{4}-[0-9]{5,}$"), name="dossier_number_form"),
            models.CheckConstraint(
                condition=Q(insz__isnull=True) | Q(insz__regex=r"^[0-9]{11}$"), name="dossier_insz_form"
            ),
            models.CheckConstraint(condition=Q(tab__in=Tab.values), name="dossier_tab_is_known"),
            models.CheckConstraint(condition=Q(outcome__in=get_args(Outcome)), name="dossier_outcome_is_known"),
            models.CheckConstraint(condition=Q(step__in=get_args(Step)), name="dossier_step_is_known"),
            models.CheckConstraint(condition=Q(step_number__range=(1, 6)), name="dossier_step_is_one_of_six"),
            # Who falls outside the pillar has no term (CONTRACTS chapter 1).
            models.CheckConstraint(
                condition=~Q(outcome="NOT_APPLICABLE") | Q(due_on__isnull=True), name="no_term_without_duty"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def kept(self) -> "Dossier":
        """Where this person is followed now: this dossier, or the one it went up into, over however many merges."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found

    def get_absolute_url(self) -> str:
        return f"/dossiers/{self.number}"


class Event(models.Model):
    """One thing that happened. Append-only: the database refuses UPDATE and DELETE."""

    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="timeline")
    kind = models.CharField(max_length=32)
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=12)
    actor = models.ForeignKey(Staff, models.DO_NOTHING, null=True, related_name="+")
    message = models.UUIDField(null=True)
    data = models.JSONField()
    corrects = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="corrections")

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=("dossier", "id"), name="timeline_of_dossier")]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | Q(corrects__lt=F("id")), name="corrections_look_back"
            ),
            models.CheckConstraint(condition=Q(source__in=[one.value for one in Source]), name="event_source_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_on}"


class PersonNumber(models.Model):
    """Every INSZ a person ever had, so that an old number finds the dossier. One number, one dossier."""

    insz = models.CharField(max_length=11, primary_key=True)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="numbers")
    is_bis = models.BooleanField()
    status = models.CharField(max_length=10)
    replaced_by = models.CharField(max_length=11, blank=True)

    class Meta:
        indexes = [models.Index(fields=("dossier",), name="numbers_of_dossier")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("CURRENT", "REPLACED", "CANCELLED")), name="number_status_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"…{self.insz[-4:]}"


class Likeness(models.TextChoices):
    """Why two dossiers may be about one person."""

    REPLACED_NUMBER = "REPLACED_NUMBER", "Het register verving het nummer door dat van het andere dossier"
    SAME_NUMBER = "SAME_NUMBER", "Hetzelfde nummer komt in beide dossiers voor"
    NEAR_DOUBLE = "NEAR_DOUBLE", "Bijna dezelfde naam en hetzelfde geboortejaar"


class ProposalStatus(models.TextChoices):
    OPEN = "OPEN", "Te beslissen"
    MERGED = "MERGED", "Samengevoegd"
    REJECTED = "REJECTED", "Niet dezelfde persoon"


class MergeProposal(models.Model):
    """Two dossiers that may be about one person, and what somebody decided about it.

    `one` is the dossier that was opened first. `insz` is the number that led to it, empty when names did.
    """

    one = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="+")
    other = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="+")
    why = models.CharField(max_length=16, choices=Likeness)
    insz = models.CharField(max_length=11, blank=True)
    status = models.CharField(max_length=10, choices=ProposalStatus, default=ProposalStatus.OPEN)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, models.DO_NOTHING, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("proposed_at", "id")
        indexes = [models.Index(fields=("other",), name="proposals_of_other")]
        constraints = [
            models.UniqueConstraint(fields=("one", "other"), name="one_proposal_per_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="a_pair_has_one_order"),
            models.CheckConstraint(condition=Q(why__in=Likeness.values), name="likeness_is_known"),
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="proposal_status_is_known"),
            models.CheckConstraint(
                condition=Q(status="OPEN", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status="OPEN") & ~Q(reason="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="who_decided_said_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id} {self.status}"


class TaskKind(models.TextChoices):
    WORK_SITUATION = "WORK_SITUATION", "Vul werksituatie in"
    EMPLOYMENT_SERVICE_CHECK = "EMPLOYMENT_SERVICE_CHECK", "Vraag status op"
    EXPLANATION = "EXPLANATION", "Geef toelichting"
    REGISTRATION = "REGISTRATION", "Help bij de inschrijving"
    FOLLOW_UP = "FOLLOW_UP", "Volg op"
    REMINDER = "REMINDER", "Herinnering: de termijn loopt"
    ESCALATION = "ESCALATION", "Dringend: de termijn loopt af"
    OVERDUE = "OVERDUE", "De termijn is voorbij"
    REVIEW = "REVIEW", "Kijk opnieuw na of werken kan"
    LOOK_AGAIN = "LOOK_AGAIN", "Kijk opnieuw na"
    SETTLE_CONFLICT = "SETTLE_CONFLICT", "Beslis over de tegenspraak"
    NO_ANSWER = "NO_ANSWER", "Geen antwoord: kijk wat je kan doen"
    CALL_TOGETHER = "CALL_TOGETHER", "Bel samen"
    CLIENT_HELP = "CLIENT_HELP", "Bel terug: hulp gevraagd"


class Task(models.Model):
    """Something a person should do. Opened and closed by the decisions, never by hand.

    `starts_on` lies in the future for reminders: a task exists from the decision on and shows from that day.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=26, choices=TaskKind)
    starts_on = models.DateField()
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("starts_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("dossier", "kind"), condition=Q(closed_at__isnull=True), name="one_open_task_per_kind"
            ),
            models.CheckConstraint(condition=Q(kind__in=TaskKind.values), name="task_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ExceptionKind(models.TextChoices):
    """What a case worker may not decide alone."""

    SKIP_EXPLANATION = "SKIP_EXPLANATION", "Toelichting overslaan"
    SUSPEND_TERM = "SUSPEND_TERM", "Termijn opschorten"


class ExceptionStatus(models.TextChoices):
    OPEN = "OPEN", "Te keuren"
    APPROVED = "APPROVED", "Goedgekeurd"
    REFUSED = "REFUSED", "Afgekeurd"


class ExceptionRequest(models.Model):
    """An exception that a case worker asks for with a reason, and what a team lead answered.

    Only an approval writes the exception itself on the timeline. `begin` and `end` are of a pause; `end` None means
    until further notice.
    """

    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="exceptions")
    kind = models.CharField(max_length=20, choices=ExceptionKind)
    reason = models.CharField(max_length=300)
    begin = models.DateField(null=True)
    end = models.DateField(null=True)
    asked_by = models.ForeignKey(Staff, models.DO_NOTHING, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ExceptionStatus, default=ExceptionStatus.OPEN)
    decided_by = models.ForeignKey(Staff, models.DO_NOTHING, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("dossier", "kind"), condition=Q(status="OPEN"), name="one_open_exception_per_kind"
            ),
            models.CheckConstraint(condition=Q(kind__in=ExceptionKind.values), name="exception_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=ExceptionStatus.values), name="exception_status_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_exception_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="SKIP_EXPLANATION", begin__isnull=True, end__isnull=True)
                | (Q(kind="SUSPEND_TERM", begin__isnull=False) & (Q(end__isnull=True) | Q(end__gte=F("begin")))),
                name="a_pause_has_a_period",
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status="OPEN") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="an_exception_was_decided_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="who_asks_does_not_approve"),
            models.CheckConstraint(condition=~Q(status="REFUSED") | ~Q(answer=""), name="a_refusal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind} {self.status}"


class Competence(models.TextChoices):
    """What a colleague is good at, so that a caseload can be spread well."""

    YOUNG = "YOUNG", "Jongeren"
    LITERACY = "LITERACY", "Laaggeletterden"
    HIGHLY_SKILLED = "HIGHLY_SKILLED", "Hooggeschoolden"
    SELF_EMPLOYED = "SELF_EMPLOYED", "Zelfstandigen"
    HEALTH = "HEALTH", "Tijdelijk niet kunnen werken"
    BRUSSELS = "BRUSSELS", "Brussel en Actiris"


class Skills(models.Model):
    """The languages (codes of the contact languages) and competences of a member of staff."""

    staff = models.OneToOneField(Staff, models.CASCADE, related_name="skills")
    languages = ArrayField(models.CharField(max_length=8), default=list)
    competences = ArrayField(models.CharField(max_length=20, choices=Competence), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(competences__contained_by=Competence.values), name="competences_are_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}"


class Handover(models.Model):
    """What one colleague got at once when a caseload was handed over: one message for all of it.

    `batch` holds together what was confirmed in one go, so that it can be undone in one go.
    """

    batch = models.UUIDField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    giver = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey(Staff, models.PROTECT, related_name="handovers", db_index=False)
    dossiers = ArrayField(models.BigIntegerField())
    note = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("made_at", "id")
        indexes = [
            models.Index(
                fields=("receiver",), name="unread_handovers", condition=Q(read_at__isnull=True, undone_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=("batch", "receiver"), name="one_message_per_receiver"),
            models.CheckConstraint(condition=~Q(note=""), name="a_handover_has_a_note"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver_id}: {len(self.dossiers)}"


class SavedFilter(models.Model):
    """A named set of filters of the worklist; the address holds them all, so this is a name and a query."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400)
    page = models.CharField(max_length=20, default="werklijst")
    shared = models.BooleanField(default=False)
    first = models.BooleanField(default=False, db_default=False)  # what the page opens with

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("staff", "page", "name"), name="one_filter_per_name"),
            models.UniqueConstraint(fields=("staff", "page"), condition=Q(first=True), name="one_filter_comes_first"),
        ]

    def __str__(self) -> str:
        return self.name


class DossierNumber(models.Model):
    """The last dossier number given out per year. Locked while one is taken: no gaps, no doubles."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
