"""What is stored of the exchange: questions, attempts, raw messages, answers received, circuits, inscriptions.

The row is the truth; the job queue is only a bell. Waiting, under way, done and dead together are everything
that was ever asked.
"""

from uuid import uuid4

from django.db import models
from django.db.models import F, Func, Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Purpose, Staff


class Service(models.TextChoices):
    """Services of the wire by their name (INTERFACE 0.1)."""

    VDAB_FILE = "GeefDossierVDAB", "Dossier bij VDAB"
    JOB_SEEKER = "GeefInschrijvingWerkzoekende", "Inschrijving als werkzoekende"
    WORK = "GeefWerkrelaties", "Werk volgens Dimona"
    INSCRIPTION = "RegistreerInschrijving", "Inschrijving in het repertorium"


VERSIONS = {
    Service.VDAB_FILE: "01.00",
    Service.JOB_SEEKER: "01.00",
    Service.WORK: "02.00",
    Service.INSCRIPTION: "02.01",
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
    OTHER_NUMBER = "OTHER_NUMBER", "De persoon heeft nu een ander rijksregisternummer"
    NO_NUMBER = "NO_NUMBER", "Er is nog altijd geen rijksregisternummer"
    EXPIRED = "EXPIRED", "De vraag is verlopen"


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


class Attempt(models.Model):
    """One time that a question was sent. The reference is stored before the call; it is the message's Referte.

    `failure` says why there was no answer (a time limit, a broken connection, a wrong reference...).
    """

    reference = models.UUIDField(primary_key=True)
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="tries")
    insz = models.CharField(max_length=11, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    exceptions = models.JSONField(default=list)

    class Meta:
        ordering = ("started_at",)
        indexes = [
            models.Index(fields=("question", "started_at"), name="attempts_of_question"),
            models.Index(fields=("started_at",), name="attempts_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class RawMessage(models.Model):
    """The bytes that went over the wire, kept apart from everything else and never logged."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, primary_key=True, related_name="raw")
    question = models.BinaryField()
    answer = models.BinaryField(null=True)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.attempt_id)


class ReceivedStatus(models.TextChoices):
    RECEIVED = "RECEIVED", "Ontvangen"
    APPLIED = "APPLIED", "Verwerkt"
    DUPLICATE = "DUPLICATE", "Dubbel"
    PARKED = "PARKED", "Apart gelegd"


class Received(models.Model):
    """One answer that came in. It `settles` its question at most once, whichever attempt it belongs to.

    `reference` is what the answer says it answers; `attempt` is the call over which it came.
    """

    reference = models.CharField(max_length=36, blank=True)
    attempt = models.ForeignKey(Attempt, models.DO_NOTHING, related_name="answers")
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="answers")
    status = models.CharField(max_length=10, choices=ReceivedStatus)
    settles = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=("id",), name="answers_to_apply", condition=Q(status="RECEIVED")),
            models.Index(fields=("status",), name="answers_by_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReceivedStatus.values), name="received_status_is_known"),
            models.UniqueConstraint(
                fields=("question",), condition=Q(settles=True), name="an_answer_takes_effect_once_per_question"
            ),
            models.UniqueConstraint(fields=("attempt",), name="one_answer_per_call"),
            models.CheckConstraint(
                condition=Q(settles=False) | Q(status="APPLIED"), name="only_applied_answers_settle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.status}"


class CircuitState(models.TextChoices):
    CLOSED = "closed", "In werking"
    OPEN = "open", "Onderbroken"
    HALF_OPEN = "half_open", "Wordt getest"


class Circuit(models.Model):
    """Whether a service answers at all. Open: nothing is sent until `probe_at`; then one question tries it."""

    service = models.CharField(max_length=48, choices=Service, primary_key=True)
    state = models.CharField(max_length=10, choices=CircuitState, default=CircuitState.CLOSED)
    failures = models.IntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CircuitState.values), name="circuit_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="closed") | Q(opened_at__isnull=False, probe_at__isnull=False),
                name="an_open_circuit_knows_when_to_probe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.state}"


class Hold(models.Model):
    """A service that an operator holds: nothing is sent to it until it is released, and nothing expires meanwhile."""

    service = models.CharField(max_length=48, choices=Service)
    reason = models.CharField(max_length=200)
    held_by = models.ForeignKey(Staff, models.DO_NOTHING, related_name="+")
    held_at = models.DateTimeField()
    released_by = models.ForeignKey(Staff, models.DO_NOTHING, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-held_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("service",), condition=Q(released_at__isnull=True), name="a_service_is_held_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="a_release_names_who_did_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.held_at:%Y-%m-%d %H:%M}"


class Replay(models.Model):
    """One time that an operator asked failed questions again. `id` comes with the form: sent twice, done once."""

    id = models.UUIDField(primary_key=True)
    by = models.ForeignKey(Staff, models.DO_NOTHING, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    asked = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)

    class Meta:
        ordering = ("-at",)
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_replay_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.asked} {self.skipped}"


class Replayed(models.Model):
    """What one replay did with one question: it `became` itself again or a new question, or `skipped` says why not.

    The cause it had died of is kept here: the question itself begins again without one.
    """

    replay = models.ForeignKey(Replay, models.DO_NOTHING, related_name="lines")
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="replays")
    became = models.ForeignKey(Question, models.DO_NOTHING, null=True, related_name="replay_of")
    skipped = models.CharField(max_length=12, choices=Handled, blank=True)
    cause = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("replay", "question"), name="a_replay_takes_a_question_once"),
            models.CheckConstraint(
                condition=Q(became__isnull=True) ^ Q(skipped=""), name="replayed_or_skipped_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.skipped or self.became_id}"


class Inscription(models.Model):
    """That we told the repertorium to handle a file on this number, under this Hoedanigheid, for a period.

    `question` is the message that says so; without `confirmed_at` it was not accepted yet.
    """

    insz = models.CharField(max_length=11)
    capacity = models.CharField(max_length=24)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, related_name="+")
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="+")
    begin_on = models.DateField()
    end_on = models.DateField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("insz", "capacity"), name="one_inscription_per_number_and_capacity"),
            models.CheckConstraint(condition=Q(end_on__gte=F("begin_on")), name="inscription_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"…{self.insz[-4:]} {self.begin_on} - {self.end_on}"


class NightlyCheck(models.Model):
    """What the nightly proof found: how many dossiers were folded again and how many differed."""

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    dossiers = models.IntegerField()
    differences = models.IntegerField()
    first = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.differences} verschillen"
