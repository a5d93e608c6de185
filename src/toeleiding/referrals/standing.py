"""A referral in words: its pill, the clocks of both sides, the proof that it arrived, and what happened so far."""

from dataclasses import dataclass
from datetime import date, datetime

from toeleiding.referrals.models import Direction, Referral, ReferralStep
from toeleiding.referrals.states import Action, Side, State, turn
from toeleiding.web import dates

_PILLS: dict[State, tuple[str, str]] = {
    State.DRAFT: ("Nog niet verstuurd", "neutraal"),
    State.SENT: ("Verzonden, nog niet ontvangen", "letop"),
    State.NOT_ARRIVED: ("Niet aangekomen", "fout"),
    State.RECEIVED: ("Ontvangen", "info"),
    State.QUESTION_ASKED: ("Vraag gesteld", "letop"),
    State.ANSWERED: ("Vraag beantwoord", "info"),
    State.ACCEPTED: ("Aanvaard", "goed"),
    State.RETURNED: ("Teruggegeven", "letop"),
    State.TAKEN_OVER: ("Overgenomen", "paars"),
    State.WITHDRAWN: ("Ingetrokken", "neutraal"),
    State.CLOSED: ("Afgesloten", "neutraal"),
}
_DONE = {
    Action.SEND: ("Verzonden", "send", ""),
    Action.DELIVER: ("Ontvangen", "check", "goed"),
    Action.FAIL: ("Niet aangekomen", "alert", "fout"),
    Action.ASK: ("Vraag gesteld", "help", "letop"),
    Action.ANSWER: ("Vraag beantwoord", "send", ""),
    Action.ACCEPT: ("Aanvaard", "check", "goed"),
    Action.RETURN: ("Teruggegeven", "undo", "letop"),
    Action.TAKE_OVER: ("Overgenomen", "users", "paars"),
    Action.WITHDRAW: ("Ingetrokken", "undo", "neutraal"),
    Action.CLOSE: ("Afgesloten", "check", "neutraal"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One side's clock: until when it should react, or that nothing is expected of it."""

    who: str
    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened to it."""

    title: str
    text: str
    icon: str
    tone: str
    at: datetime
    who: str


def pill(state: State) -> tuple[str, str]:
    """Words and tone of a state."""
    return _PILLS[state]


def clocks(referral: Referral, today: date) -> list[Clock]:
    """Both clocks; the one that runs has a day and a rule."""
    side = turn(referral.standing)
    outwards = referral.direction == Direction.OUT
    partner = "VDAB" if outwards else str((referral.message or {}).get("sender", {}).get("type", "VDAB"))
    sender, receiver = ("Agentschap", partner) if outwards else (partner, "Agentschap")
    return [
        _clock(receiver, side is Side.RECEIVER, referral, today),
        _clock(sender, side is Side.SENDER and referral.standing is not State.DRAFT, referral, today),
    ]


def _clock(who: str, runs: bool, referral: Referral, today: date) -> Clock:
    if who == "VDAB" and referral.standing in (State.SENT, State.NOT_ARRIVED):
        return Clock(who, "heeft de doorverwijzing nog niet", late=False)
    if not runs or referral.due_on is None:
        return Clock(who, "niet aan zet", late=False)
    left = (referral.due_on - today).days
    when = f"voor {dates.long_date(referral.due_on)}"
    if left < 0:
        return Clock(who, f"{when}: {dates.days(-left)} te laat", late=True)
    return Clock(who, f"{when}: nog {dates.days(left)}" if left else f"{when}: vandaag", late=False)


def late(referral: Referral, today: date) -> str:
    """Who let the day pass on which it should have reacted; empty when nobody did."""
    return next((clock.who for clock in clocks(referral, today) if clock.late), "")


def told(steps: list[ReferralStep], direction: str) -> list[Told]:
    """What happened, the latest first, each with who did it."""
    return [_told(step, direction) for step in reversed(steps)]


def _told(step: ReferralStep, direction: str) -> Told:
    title, icon, tone = _DONE[Action(step.action)]
    return Told(title, step.text, icon, tone, step.at, _who(step, direction))


def _who(step: ReferralStep, direction: str) -> str:
    if step.actor is not None:
        return f"{step.actor}, {step.actor.organisation}"
    if step.side == Side.WIRE:
        return "bericht van VDAB" if step.action != Action.FAIL else "uitwisseling"
    outwards = direction == Direction.OUT
    return "agentschap" if (step.side == Side.SENDER) == outwards else "VDAB"


def open_question(steps: list[ReferralStep]) -> str:
    """The question that waits for an answer."""
    return next((step.text for step in reversed(steps) if step.action == Action.ASK), "")
