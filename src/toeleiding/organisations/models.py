"""Organisations with dated display names, staff with roles, and the access log."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class OrganisationKind(models.TextChoices):
    AGENCY = "AGENCY", "Agentschap inburgering"
    EMPLOYMENT_SERVICE = "EMPLOYMENT_SERVICE", "Dienst voor werk"
    EMPLOYMENT_OFFICE = "EMPLOYMENT_OFFICE", "Kantoor van een dienst voor werk"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY", "Lokaal bestuur of OCMW"


class Organisation(models.Model):
    """A body that takes part. `code` is stable; what it is called on a date is in `names`.

    `short_name` caches the name of today so that lists need no join; `rename` keeps it true.
    `municipalities` is the service area of an agency as NIS codes; an empty area means "all the rest".
    """

    code = models.SlugField(unique=True)
    kind = models.CharField(max_length=24, choices=OrganisationKind)
    kbo = models.CharField(max_length=10, blank=True)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="offices")
    short_name = models.CharField(max_length=60)
    municipalities = models.JSONField(default=list)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kbo="") | Q(kbo__regex=r"^[0-9]{10}$"), name="organisation_kbo_has_ten_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name


class OrganisationName(models.Model):
    """A display name with the days on which it holds; two names never hold on one day."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    validity = DateRangeField()

    class Meta:
        ordering = ("organisation", "validity")
        constraints = [
            ExclusionConstraint(
                name="one_name_per_day",
                expressions=[("organisation", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    CASE_WORKER = "CASE_WORKER", "Trajectbegeleider"
    TEAM_LEAD = "TEAM_LEAD", "Teamleider"
    VDAB_COUNSELLOR = "VDAB_COUNSELLOR", "VDAB-bemiddelaar"
    PROJECT_LEAD = "PROJECT_LEAD", "Projectleider"
    EXCHANGE_OPERATOR = "EXCHANGE_OPERATOR", "Uitwisselingsbeheerder"
    DPO = "DPO", "Functionaris gegevensbescherming"


class Purpose(models.TextChoices):
    """Why somebody looks. Each look-up and each opened dossier names one."""

    GUIDANCE = "GUIDANCE", "Begeleiding naar werk"
    TEAM = "TEAM", "Werkverdeling en kwaliteit van het team"
    JOINT_CLIENT = "JOINT_CLIENT", "Opvolging van een gezamenlijke klant"
    OVERSIGHT = "OVERSIGHT", "Toezicht op gegevensbescherming"
    OPERATIONS = "OPERATIONS", "Beheer van de uitwisseling"
    RULES = "RULES", "Beheer van de regels"


PURPOSE_OF_ROLE = {
    Role.CASE_WORKER: Purpose.GUIDANCE,
    Role.TEAM_LEAD: Purpose.TEAM,
    Role.VDAB_COUNSELLOR: Purpose.JOINT_CLIENT,
    Role.PROJECT_LEAD: Purpose.RULES,
    Role.EXCHANGE_OPERATOR: Purpose.OPERATIONS,
    Role.DPO: Purpose.OVERSIGHT,
}


class StaffManager(BaseUserManager["Staff"]):
    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(username=username)


class Staff(AbstractBaseUser):
    """A member of staff. Signs in through the identity provider; holds a password nowhere."""

    username = models.SlugField(unique=True)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff")
    insz = models.CharField(max_length=11, blank=True, help_text="Voor het veld Gebruiker bij een bevraging.")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = StaffManager()

    class Meta:
        ordering = ("last_name", "first_name")

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()


class StaffRoleQuerySet(models.QuerySet["StaffRole"]):
    def held_on(self, day: date) -> "StaffRoleQuerySet":
        """The roles that hold on a day, of who is still active."""
        return self.filter(staff__is_active=True, valid_from__lte=day).exclude(valid_to__lt=day)


class StaffRole(models.Model):
    """A role that a member of staff holds for an organisation, on certain days."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    valid_from = models.DateField(default=date(2022, 3, 1))
    valid_to = models.DateField(null=True, blank=True)

    objects = StaffRoleQuerySet.as_manager()

    class Meta:
        ordering = ("staff", "role")
        constraints = [
            models.UniqueConstraint(fields=("staff", "role", "organisation"), name="one_row_per_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="role_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"


class AccessAction(models.TextChoices):
    OPENED = "OPENED", "Dossier geopend"
    LISTED = "LISTED", "In een lijst gezien"
    ASKED = "ASKED", "Bron bevraagd"
    SHOWN_INSZ = "SHOWN_INSZ", "Rijksregisternummer getoond"
    CHANGED = "CHANGED", "Dossier aangevuld"
    EXPORTED = "EXPORTED", "Geëxporteerd"
    PRINTED = "PRINTED", "Afgedrukt"
    SEARCHED = "SEARCHED", "Gezocht"
    REFUSED = "REFUSED", "Toegang geweigerd"


class AccessLog(models.Model):
    """Who looked at whom, when and why. Append-only: the database refuses a change.

    `dossier` is the dossier's id and not a foreign key: the log outlives what it speaks of, and dossiers
    are a floor higher. Search texts and exports stand in `detail`, never a name or a national number.
    """

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    staff = models.ForeignKey(Staff, models.PROTECT)
    role = models.CharField(max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    purpose = models.CharField(max_length=24, choices=Purpose)
    action = models.CharField(max_length=24, choices=AccessAction)
    dossier = models.BigIntegerField(null=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at",)
        indexes = [
            models.Index(fields=("dossier", "-at"), name="access_by_dossier"),
            models.Index(fields=("staff", "-at"), name="access_by_staff"),
            # The night counts the looks of one day (rule K-24); most lines are of lists and not of this.
            models.Index(
                fields=("at",),
                condition=Q(action="OPENED", role="CASE_WORKER", dossier__isnull=False),
                name="access_opened_by_time",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="access_names_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.staff} {self.get_action_display()}"
