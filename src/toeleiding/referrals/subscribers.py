"""The timeline is the truth: what is recorded about a referral moves its row, in the same transaction.

Nothing else changes the state of a referral once it was sent, so the two can never tell another story.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.referral_story import RETURN_REASONS
from toeleiding.dossiers.timeline import NewEvent, Recorded
from toeleiding.law import RuleSet
from toeleiding.referrals.models import Direction, Referral, ReferralStep
from toeleiding.referrals.states import OPEN, OVER, Action, NotAllowedError, Side, State, after, turn
from toeleiding.rulebook.selectors import in_force

_CLOSES = ("WORK_FOUND", "STOPPED")
_TAKES_OVER = ("APPOINTMENT_HELD", "TRAINING_STARTED")


@dataclass(frozen=True, slots=True)
class Move:
    """What one event means for one referral. `optional`: it may come too late and then means nothing."""

    referral: UUID
    action: Action
    side: Side
    new: NewEvent
    text: str = ""
    optional: bool = False


def on_recorded(recorded: Sequence[Recorded]) -> None:
    """Move every referral that these events speak of, and hand open ones over with their dossier."""
    _hand_over({one.dossier.pk: one.dossier.agency_id for one in recorded if _changes_agency(one)})
    moves = [move for one in recorded for new in one.events for move in _moves(new)]
    if not moves:
        return
    now = recorded[0].dossier.changed_at
    wanted = {move.referral for move in moves}
    rows = {row.pk: row for row in Referral.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if not rows:  # VDAB's file names referrals of before we kept them
        return
    rules = in_force()
    steps = [
        step for move in moves if (row := rows.get(move.referral)) is not None if (step := _step(row, move, now, rules))
    ]
    changed = [rows[key] for key in dict.fromkeys(step.referral_id for step in steps)]
    Referral.objects.bulk_update(changed, _COLUMNS)
    ReferralStep.objects.bulk_create(steps)


def _changes_agency(one: Recorded) -> bool:
    return any(isinstance(new.data, e.AgencyChanged) for new in one.events)


def _hand_over(agencies: Mapping[int, int]) -> None:
    """Open referrals of these dossiers belong to the agency that follows the person now."""
    if not agencies:
        return
    rows = list(Referral.objects.filter(dossier__in=agencies, state__in=[state.value for state in OPEN]))
    for row in rows:
        assert row.dossier_id is not None
        row.agency_id = agencies[row.dossier_id]
    Referral.objects.bulk_update(rows, ("agency",))


def move(row: Referral, new: NewEvent, now: datetime) -> None:
    """Move one referral that has no dossier, and so no timeline, to write on. The caller holds it."""
    rules = in_force()
    steps = [step for one in _moves(new) if (step := _step(row, one, now, rules))]
    row.save()
    ReferralStep.objects.bulk_create(steps)


_COLUMNS = (
    "state", "since", "due_on", "message", "insz", "question", "sent_at", "sent_by", "delivered_at", "cause",
    "next_step",
)  # fmt: skip


def _moves(new: NewEvent) -> Iterator[Move]:
    # Who acts at VDAB is the receiver of what we send, and the sender of what we get.
    match new.data:
        case e.ReferralSent(referral=key):
            yield Move(key, Action.SEND, Side.SENDER, new)
        case e.ReferralDelivered(referral=key):
            yield Move(key, Action.DELIVER, Side.WIRE, new, optional=True)
        case e.ReferralNotDelivered(referral=key, cause=cause, next_step=step):
            yield Move(key, Action.FAIL, Side.WIRE, new, f"{cause} {step}", optional=True)
        case e.ReferralQuestioned(referral=key, text=text):
            yield Move(key, Action.ASK, Side.RECEIVER, new, text)
        case e.ReferralAnswered(referral=key, text=text):
            yield Move(key, Action.ANSWER, Side.SENDER, new, text)
        case e.ReferralAccepted(referral=key, note=note):
            yield Move(key, Action.ACCEPT, Side.RECEIVER, new, note)
        case e.ReferralReturned(referral=key, reason=reason, text=text):
            words = ": ".join(part for part in (RETURN_REASONS.get(reason, reason), text) if part)
            yield Move(key, Action.RETURN, Side.RECEIVER, new, words)
        case e.ReferralWithdrawn(referral=key, reason=reason):
            yield Move(key, Action.WITHDRAW, Side.SENDER, new, reason)
        case e.ReferralClosed(referral=key, reason=reason):
            yield Move(key, Action.CLOSE, Side.SENDER, new, reason)
        case e.FeedbackGiven(referral=UUID() as key, event=event, note=note) if event in _CLOSES:
            yield Move(key, Action.CLOSE, Side.RECEIVER, new, note or event, optional=True)
        case e.FeedbackGiven(referral=UUID() as key, event=event, note=note) if event in _TAKES_OVER:
            yield Move(key, Action.TAKE_OVER, Side.RECEIVER, new, note, optional=True)
        case e.EmploymentServiceAnswered() as answer:
            yield from _proofs(answer, new)


def _proofs(answer: e.EmploymentServiceAnswered, new: NewEvent) -> Iterator[Move]:
    """VDAB's file names a referral: it was taken up, and perhaps the person came."""
    for step in (*answer.invitations, *answer.advices, *answer.tests):
        if (key := _identity(step.referral)) is not None:
            yield Move(key, Action.ACCEPT, Side.WIRE, new, optional=True)
            if step.attended:
                yield Move(key, Action.TAKE_OVER, Side.WIRE, new, optional=True)


def _identity(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _step(row: Referral, move: Move, now: datetime, rules: RuleSet) -> ReferralStep | None:
    """Move one row and say what happened; None when it comes too late to mean anything."""
    begin = row.standing
    if move.side is Side.WIRE and row.direction == Direction.IN and move.action is not Action.DELIVER:
        return None
    try:
        end = after(begin, move.side, move.action)
    except NotAllowedError:
        if move.optional:
            return None
        raise
    data = move.new.data
    row.state, row.since = end.value, now
    row.due_on = due_on(end, timezone.localdate(now), rules)
    match data:
        case e.ReferralSent():
            row.message, row.question = msgspec.to_builtins(data.content), data.question
            row.sent_at, row.sent_by = row.sent_at or now, row.sent_by or move.new.actor
            row.cause = row.next_step = ""
        case e.ReferralNotDelivered():
            row.cause, row.next_step = data.cause[:300], data.next_step[:300]
    if end not in (State.DRAFT, State.SENT, State.NOT_ARRIVED, State.WITHDRAWN):
        row.delivered_at = row.delivered_at or now
    return ReferralStep(
        referral=row,
        at=now,
        action=move.action.value,
        side=move.side.value,
        begin=begin.value,
        end=end.value,
        actor=move.new.actor,
        text=move.text,
        data={} if isinstance(data, e.EmploymentServiceAnswered) else msgspec.to_builtins(data),
        message=move.new.message,
    )


def due_on(state: State, day: date, rules: RuleSet) -> date | None:
    """By when the side whose turn it is should react: rules D-01 (who received it) and D-02 (who sent it)."""
    if state in OVER:
        return None
    rule = {Side.RECEIVER: "D-01", Side.SENDER: "D-02"}.get(turn(state) or Side.WIRE)
    days = rules.value(rule, day) if rule else None
    return day + timedelta(days=days) if isinstance(days, int) else None
