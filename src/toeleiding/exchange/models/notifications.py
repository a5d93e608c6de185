"""Mutation notifications: that something changed about somebody, without the data; and how they are fetched."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Purpose


class Feed(models.TextChoices):
    """The two queues that MAGDA keeps for us, by the name of the service (INTERFACE chapter 9)."""

    GENERAL = "GeefMutatiesNotificaties", "Wijzigingen bij VDAB en andere bronnen"
    PERSONS = "GeefPersoonMutatiesNotificaties", "Wijzigingen in het rijksregister"


class FeedState(models.Model):
    """Where we are in one feed.

    `receipt` is the Ontvangstreferte of the last set, which is stored here and not confirmed yet; empty when
    nothing is open. `polled_at` is the last time that we asked, `pulled_at` the last time that we came to the end:
    from then back nothing is missing. `waited` is how much was new at the last poll.
    """

    feed = models.CharField(max_length=48, choices=Feed, primary_key=True)
    receipt = models.CharField(max_length=36, blank=True)
    polled_at = models.DateTimeField()
    pulled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    cause = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    waited = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(feed__in=Feed.values), name="feed_state_of_a_known_feed"),
            models.CheckConstraint(
                condition=Q(cause="", next_step="") | (~Q(cause="") & ~Q(next_step="")),
                name="a_feed_that_stands_still_says_why_and_what_to_do",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed}: {self.outcome}"


class Poll(models.Model):
    """One time that a feed was asked for its next set. Stored before the call, as an attempt of a question is.

    It is no question about somebody: it has no dossier, and it is not counted among the questions (decision 020).
    `receipt` is the one that it sends along and so confirms. `answer` is kept when it brought something. The bytes
    are sealed as those of questions are, and go after the same time (see `RawMessage`).
    """

    reference = models.UUIDField(primary_key=True, default=uuid4)
    feed = models.CharField(max_length=48, choices=Feed)
    receipt = models.CharField(max_length=36, blank=True)
    purpose = models.CharField(max_length=24, choices=Purpose)
    legal_basis = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    exceptions = models.JSONField(default=list)
    came = models.IntegerField(default=0)
    fresh = models.IntegerField(default=0)
    question = models.BinaryField(null=True)
    answer = models.BinaryField(null=True)
    key = models.CharField(max_length=16, blank=True, db_default="")
    answer_key = models.CharField(max_length=16, blank=True, db_default="")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("started_at",)
        indexes = [models.Index(fields=("feed", "-started_at"), name="polls_of_feed")]
        constraints = [
            models.CheckConstraint(condition=Q(feed__in=Feed.values), name="poll_of_a_known_feed"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="poll_names_a_purpose"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="poll_names_a_legal_basis"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, question__isnull=False)
                | Q(erased_at__isnull=False, question__isnull=True, answer__isnull=True),
                name="poll_is_erased_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class NotificationStatus(models.TextChoices):
    """What became of a notification."""

    RECEIVED = "RECEIVED", "Nog te verwerken"
    ASKED = "ASKED", "De bron is opnieuw gevraagd"
    UNDER_WAY = "UNDER_WAY", "Er wachtte al een vraag"
    KNOWN = "KNOWN", "Al gevraagd na de wijziging"
    NOTED = "NOTED", "In het dossier genoteerd"
    NOTHING = "NOTHING", "Hierover is niets te vragen"
    NOT_FOLLOWED = "NOT_FOLLOWED", "We volgen deze persoon niet"
    UNUSABLE = "UNUSABLE", "Niet bruikbaar"


class Notification(models.Model):
    """One notification as it came. Delivery is at least once: (`source`, `reference`) says which are the same.

    `key` is the INSZ of a person (or the number of an enterprise), `kind` and `changed` are the words of the source;
    what we do not know is kept as it came. `question` is what was asked on account of it.
    """

    source = models.CharField(max_length=120)
    reference = models.CharField(max_length=36)
    feed = models.CharField(max_length=48, choices=Feed)
    subject_type = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=120, blank=True)
    on = models.DateField(null=True)
    changed = ArrayField(models.CharField(max_length=255), default=list)
    cancelled_insz = models.CharField(max_length=11, blank=True)
    new_insz = models.CharField(max_length=11, blank=True)
    poll = models.ForeignKey(Poll, models.DO_NOTHING, null=True, related_name="notifications")
    file = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=NotificationStatus, default=NotificationStatus.RECEIVED)
    note = models.CharField(max_length=200, blank=True)
    handled_at = models.DateTimeField(null=True)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, null=True, related_name="+")
    # No foreign key: what a person's question becomes is the outbox' own business.
    question = models.UUIDField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=("id",), name="notifications_to_handle", condition=Q(status="RECEIVED")),
            models.Index(fields=("source", "-received_at"), name="notifications_of_source"),
            models.Index(fields=("-received_at",), name="notifications_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("source", "reference"), name="a_notification_is_stored_once"),
            models.CheckConstraint(condition=Q(feed__in=Feed.values), name="notification_of_a_known_feed"),
            models.CheckConstraint(
                condition=Q(status__in=NotificationStatus.values), name="notification_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="RECEIVED", handled_at__isnull=True)
                | (~Q(status="RECEIVED") & Q(handled_at__isnull=False)),
                name="a_handled_notification_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("ASKED", "UNDER_WAY")) | Q(question__isnull=False, dossier__isnull=False),
                name="what_was_asked_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"
