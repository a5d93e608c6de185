"""Questions to registers: the outbox row. The row is the truth; the job queue is only a bell.

Waiting, under way, done and dead together are everything that was ever asked.
"""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Purpose, Staff


class Service(models.TextChoices):
    """Services of the wire by their name (INTERFACE 0.1)."""

    VDAB_FILE = "GeefDossierVDAB", "Dossier bij VDAB"
    JOB_SEEKER = "GeefInschrijvingWerkzoekende", "Inschrijving als werkzoekende"
    WORK = "GeefWerkrelaties", "Werk volgens Dimona"
    INSCRIPTION = "RegistreerInschrijving", "Inschrijving in het repertorium"
    REFERRAL = "RegistreerToeleiding", "Doorverwijzing naar VDAB"
    DEREGISTER = "RegistreerUitschrijving", "Uitschrijving uit het repertorium"
    NOTIFY = "RegistreerMutatieNotificatie", "Melding aan andere diensten"

    @property
    def reads(self) -> bool:
        """Whether it asks for data of a person, for which an inscription must stand; the others tell something."""
        return self in (Service.VDAB_FILE, Service.JOB_SEEKER, Service.WORK)


VERSIONS = {
    Service.VDAB_FILE: "01.00",
    Service.JOB_SEEKER: "01.00",
    Service.WORK: "02.00",
    Service.INSCRIPTION: "02.01",
    Service.REFERRAL: "01.00",
    Service.DEREGISTER: "02.01",
    Service.NOTIFY: "02.01",
}


class Status(models.TextChoices):
    WAITING = "WAITING", "Wacht"
    IN_FLIGHT = "IN_FLIGHT", "Onderweg"
    DONE = "DONE", "Beantwoord"
    DEAD = "DEAD", "Iemand moet iets doen"


class Handled(models.TextChoices):
    """Why a dead question is dealt with: it was asked anew, or there was no use in asking it again."""

    ANEW = "ANEW", "Opnieuw gevraagd als een nieuwe vraag"
    ANSWERED = "ANSWERED", "Intussen is er een antwoord"
    NEWER = "NEWER", "Er is al een nieuwere vraag over deze persoon"
    CLOSED = "CLOSED", "Het dossier is gesloten: er is niets meer te vragen"
    FOLLOWED = "FOLLOWED", "Het dossier loopt weer: uitschrijven is niet meer nodig"
    OTHER_NUMBER = "OTHER_NUMBER", "De persoon heeft nu een ander rijksregisternummer"
    NO_NUMBER = "NO_NUMBER", "Er is nog altijd geen rijksregisternummer"
    EXPIRED = "EXPIRED", "De vraag is verlopen"
    WITHDRAWN = "WITHDRAWN", "De doorverwijzing is ingetrokken"


class Question(models.Model):
    """One question to a register: the outbox row, written in the transaction that asked for it.

    `id` is the stable name of the question; each attempt has a reference of its own. `follows` is the question
    that must be done first, such as the inscription in the repertorium. Questions about one person to one
    service go in order of asking; a source that is down does not hold up another source's answer.
    A lease is held by `lease_token`: who lost it can still deliver an answer, but decides nothing any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    service = models.CharField(max_length=48, choices=Service)
    version = models.CharField(max_length=5)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="+")
    insz = models.CharField(max_length=11, blank=True)
    # What to ask besides the number, such as the period of an inscription.
    details = models.JSONField(default=dict)
    purpose = models.CharField(max_length=24, choices=Purpose)
    legal_basis = models.CharField(max_length=200)
    asker = models.ForeignKey(Staff, models.DO_NOTHING, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    expires_at = models.DateTimeField()
    follows = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="followers")

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # The last thing we learned: an outcome of the closed set, why, and what somebody can do about it.
    outcome = models.CharField(max_length=16, blank=True)
    cause = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    # Of a dead question: why nobody has to look at it any more; empty while somebody must.
    handled = models.CharField(max_length=12, choices=Handled, blank=True, db_default="")

    class Meta:
        ordering = ("due_on", "asked_at", "id")
        indexes = [
            models.Index(
                F("due_on").asc(nulls_last=True),
                "asked_at",
                "id",
                name="questions_by_urgency",
                condition=Q(status="WAITING"),
            ),
            models.Index(
                fields=("dossier", "service", "asked_at", "id"),
                name="questions_open_per_person",
                condition=Q(status__in=("WAITING", "IN_FLIGHT")),
            ),
            models.Index(fields=("leased_until",), name="questions_leased", condition=Q(status="IN_FLIGHT")),
            models.Index(fields=("dossier", "-asked_at"), name="questions_of_dossier"),
            models.Index(fields=("follows",), name="questions_that_follow", condition=Q(follows__isnull=False)),
            models.Index(
                fields=("service", "asked_at"), name="questions_failed", condition=Q(status="DEAD", handled="")
            ),
            models.Index(fields=("-finished_at",), name="questions_finished", condition=Q(finished_at__isnull=False)),
            models.Index(fields=("service", "-finished_at"), name="questions_answered", condition=Q(status="DONE")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="question_status_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="question_names_a_purpose"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="question_names_a_legal_basis"),
            models.CheckConstraint(condition=Q(insz="") | Q(insz__regex=r"^[0-9]{11}$"), name="question_insz_form"),
            models.CheckConstraint(
                condition=Q(status="IN_FLIGHT", lease_token__isnull=False, leased_until__isnull=False)
                | (~Q(status="IN_FLIGHT") & Q(lease_token__isnull=True, leased_until__isnull=True)),
                name="only_in_flight_holds_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("DONE", "DEAD"), finished_at__isnull=False)
                | (Q(status__in=("WAITING", "IN_FLIGHT")) & Q(finished_at__isnull=True)),
                name="finished_is_done_or_dead",
            ),
            models.CheckConstraint(
                condition=~Q(status="DEAD") | (~Q(cause="") & ~Q(next_step="")), name="dead_has_cause_and_next_step"
            ),
            models.CheckConstraint(condition=~Q(id=F("follows")), name="question_does_not_follow_itself"),
            models.CheckConstraint(condition=Q(handled="") | Q(status="DEAD"), name="only_the_dead_are_handled"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.id}"

    @property
    def quiet(self) -> bool:
        """Nobody in the dossier waits for it: it completes an answer (`complements`) or keeps one fresh (`why`).

        When it fails the dossier keeps what it knows and hears nothing; the operator does (decision 021).
        """
        return "complements" in self.details or "why" in self.details
