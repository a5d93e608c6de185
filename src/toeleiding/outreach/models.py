"""What staff is told by itself, and how loud."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Organisation, Role, Staff
from toeleiding.outreach.messages.models import Message as Message
from toeleiding.outreach.messages.models import StaffAddress as StaffAddress


class Level(models.TextChoices):
    """How loud a notice is: counted at the bell, gathered for the day, or only in the list."""

    NOW = "NOW", "Nu"
    TODAY = "TODAY", "Vandaag"
    SILENT = "SILENT", "Stil"


class NoticeKind(models.TextChoices):
    """What somebody is told about. The closed list; `words.py` has a sentence for each."""

    ANSWER = "ANSWER", "Antwoord op je vraag aan VDAB of Actiris"
    REFERRAL_NEW = "REFERRAL_NEW", "Nieuwe doorverwijzing voor je kantoor"
    REFERRAL_ACCEPTED = "REFERRAL_ACCEPTED", "Doorverwijzing aanvaard"
    REFERRAL_QUESTIONED = "REFERRAL_QUESTIONED", "Vraag over een doorverwijzing"
    REFERRAL_RETURNED = "REFERRAL_RETURNED", "Doorverwijzing teruggegeven"
    REFERRAL_NOT_ARRIVED = "REFERRAL_NOT_ARRIVED", "Doorverwijzing niet aangekomen"
    APPOINTMENT_PLANNED = "APPOINTMENT_PLANNED", "Afspraak gepland"
    APPOINTMENT_MISSED = "APPOINTMENT_MISSED", "Afspraak gemist"
    HELP_ASKED = "HELP_ASKED", "Iemand vraagt hulp"
    ASSIGNED = "ASSIGNED", "Dossier aan jou toegewezen"
    TERM_ENDS = "TERM_ENDS", "Termijn loopt af"
    TERM_PASSED = "TERM_PASSED", "Termijn voorbij"
    ACTION_LATE = "ACTION_LATE", "Actie voor betere kwaliteit te laat"
    TRANSLATION_OUTDATED = "TRANSLATION_OUTDATED", "Vertaling verouderd"
    EXCHANGE_FAILING = "EXCHANGE_FAILING", "Uitwisseling hapert langer dan 15 minuten"
    QUEUE_LONG = "QUEUE_LONG", "Te veel vragen in de wachtrij"
    UNUSUAL_ACCESS = "UNUSUAL_ACCESS", "Ongewone inzage"
    RETENTION_DUE = "RETENTION_DUE", "Bewaartermijn loopt af"
    ABSENCE_SET = "ABSENCE_SET", "Afwezigheid ingevuld door je teamleider"


class Notice(models.Model):
    """One thing that one member of staff is told. No name and no number of a person stands in it.

    `key` names the happening within the dossier, so that it makes one notice, whoever counts it again and however
    many events tell of it (decision 047): the place of the event on the timeline, the day of a missed appointment, or
    the term with its warning. Without `dossier` it is about no person, or about several that `params` counts. `seen_at`
    is when the reader put it away, `instead_of` for whom she stood in.
    """

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="notices")
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=24, choices=NoticeKind)
    level = models.CharField(max_length=6, choices=Level)
    instead_of = models.ForeignKey(Staff, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=("staff", "-at"), name="notices_of_staff"),
            models.Index(
                fields=("staff",), condition=Q(seen_at__isnull=True) & ~Q(level="SILENT"), name="notices_at_the_bell"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("staff", "dossier", "kind", "key"), nulls_distinct=False, name="one_happening_one_notice"
            ),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_is_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="notice_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.dossier_id})"


class NoticePreference(models.Model):
    """How loud one member of staff wants one kind; without a row it is as `levels.DEFAULTS` says."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=NoticeKind)
    level = models.CharField(max_length=6, choices=Level)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("staff", "kind"), name="one_level_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="preferred_kind_is_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="preferred_level_is_known"),
            models.CheckConstraint(
                condition=~Q(kind="TERM_PASSED", level="SILENT"), name="a_passed_term_is_never_silent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_level_display()}"


class Absence(models.Model):
    """From which day to which (both included) a member of staff is away under a role, and who is told in that time.

    `made_by` is the team lead who filled it in for somebody; without it she did so herself.
    """

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="absences")
    role = models.CharField(max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    substitute = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    begin = models.DateField()
    end = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("begin", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("begin")), name="an_absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(staff=F("substitute")), name="somebody_else_stands_in"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_of_an_absence_is_known"),
            ExclusionConstraint(
                name="one_absence_per_role_and_day",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (Func(F("begin"), F("end"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.begin} {self.end}"
