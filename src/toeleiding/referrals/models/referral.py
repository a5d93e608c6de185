"""A referral and everything that happened to it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Organisation, Staff
from toeleiding.referrals.states import OVER, Action, Side, State


class Direction(models.TextChoices):
    """Who refers: the agency to VDAB, or VDAB to the agency."""

    OUT = "OUT", "Naar VDAB"
    IN = "IN", "Van VDAB"


_STATES = [(one.value, one.value) for one in State]
_OPEN = [one.value for one in State if one not in OVER]


class Referral(models.Model):
    """One referral. `id` is the ToeleidingsID: made once, before the first attempt, and never another.

    `content` is what the form holds while it is a draft and `message` what was sent, to the letter. `office` is the
    office of VDAB that receives, `agency` the agency at this side. A referral to us about somebody without a dossier
    waits without one: somebody opens it, never the machine.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    direction = models.CharField(max_length=3, choices=Direction)
    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, null=True, related_name="referrals")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=14, choices=_STATES)
    since = models.DateTimeField()
    due_on = models.DateField(null=True)

    content = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    message = models.JSONField(null=True)
    insz = models.CharField(max_length=11, blank=True)
    question = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    delivered_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-since",)
        indexes = [
            models.Index(fields=("office", "state", "-since"), name="referrals_of_office"),
            models.Index(fields=("agency", "state", "-since"), name="referrals_of_agency"),
            models.Index(fields=("dossier", "-since"), name="referrals_of_dossier"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[one.value for one in State]), name="referral_state_is_known"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="referral_direction_is_known"),
            models.UniqueConstraint(
                fields=("dossier",), condition=Q(direction="OUT", state__in=_OPEN), name="one_open_referral_to_vdab"
            ),
            models.CheckConstraint(
                condition=Q(direction="IN") | Q(dossier__isnull=False), name="who_is_referred_has_a_dossier"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", sent_at__isnull=True, delivered_at__isnull=True, message__isnull=True)
                | (~Q(state="DRAFT") & Q(sent_at__isnull=False, message__isnull=False)),
                name="what_is_no_draft_was_sent",
            ),
            # "Verzonden" is not "ontvangen": who has it in hand has it by a proof.
            models.CheckConstraint(
                condition=Q(state__in=("DRAFT", "SENT", "NOT_ARRIVED", "WITHDRAWN")) | Q(delivered_at__isnull=False),
                name="who_acts_has_received_it",
            ),
            models.CheckConstraint(
                condition=~Q(state="NOT_ARRIVED") | (~Q(cause="") & ~Q(next_step="")),
                name="not_arrived_says_why_and_what_next",
            ),
            models.CheckConstraint(condition=Q(direction="OUT") | ~Q(state="DRAFT"), name="only_we_write_drafts"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.id} {self.state}"

    @property
    def standing(self) -> State:
        """Where it stands."""
        return State(self.state)


class ReferralStep(models.Model):
    """One thing that happened to a referral. Append-only: the database refuses UPDATE and DELETE."""

    referral = models.ForeignKey(Referral, models.DO_NOTHING, related_name="steps")
    at = models.DateTimeField()
    action = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Action])
    side = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Side])
    begin = models.CharField(max_length=14, choices=_STATES)
    end = models.CharField(max_length=14, choices=_STATES)
    actor = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    message = models.UUIDField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=[one.value for one in Action]), name="referral_action_is_known"
            ),
            models.CheckConstraint(condition=Q(side__in=[one.value for one in Side]), name="referral_side_is_known"),
            # A question, an answer and a return say something: a case never comes back without words.
            models.CheckConstraint(
                condition=~Q(action__in=("ASK", "ANSWER", "RETURN", "WITHDRAW", "CLOSE")) | ~Q(text=""),
                name="who_asks_answers_or_returns_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.begin} {self.end}"
