"""The states of a referral and who may do what in each. Pure: no database, no clock.

Two sides: the sender refers, the receiver is asked to take the person up. In one direction the agency sends and VDAB
receives, in the other it is the reverse; the machine is the same. The wire proves that something arrived.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a referral stands. SENT is not RECEIVED: only an answer of the other side proves that it arrived."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    NOT_ARRIVED = "NOT_ARRIVED"
    RECEIVED = "RECEIVED"
    QUESTION_ASKED = "QUESTION_ASKED"
    ANSWERED = "ANSWERED"
    ACCEPTED = "ACCEPTED"
    RETURNED = "RETURNED"
    TAKEN_OVER = "TAKEN_OVER"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"


class Side(StrEnum):
    """Who acts."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"
    WIRE = "WIRE"


class Action(StrEnum):
    """What somebody does."""

    SEND = "SEND"
    DELIVER = "DELIVER"
    FAIL = "FAIL"
    ASK = "ASK"
    ANSWER = "ANSWER"
    ACCEPT = "ACCEPT"
    RETURN = "RETURN"
    TAKE_OVER = "TAKE_OVER"
    WITHDRAW = "WITHDRAW"
    CLOSE = "CLOSE"


class NotAllowedError(Exception):
    """This cannot be done with the referral now; the message says so in Dutch and what is possible."""


WITH_RECEIVER = frozenset({State.RECEIVED, State.ANSWERED})
UNDECIDED = frozenset({State.SENT, State.NOT_ARRIVED, State.RECEIVED, State.QUESTION_ASKED, State.ANSWERED})
FOLLOWED = frozenset({State.ACCEPTED, State.TAKEN_OVER})
OVER = frozenset({State.RETURNED, State.WITHDRAWN, State.CLOSED})
OPEN = frozenset(State) - OVER

_HANDS = WITH_RECEIVER | {State.QUESTION_ASKED}
# (who, what) -> from which states, and to which.
_ALLOWED: Mapping[tuple[Side, Action], tuple[frozenset[State], State]] = {
    (Side.SENDER, Action.SEND): (frozenset({State.DRAFT, State.NOT_ARRIVED}), State.SENT),
    (Side.WIRE, Action.DELIVER): (frozenset({State.SENT, State.NOT_ARRIVED}), State.RECEIVED),
    (Side.WIRE, Action.FAIL): (frozenset({State.SENT}), State.NOT_ARRIVED),
    (Side.RECEIVER, Action.ASK): (WITH_RECEIVER, State.QUESTION_ASKED),
    (Side.SENDER, Action.ANSWER): (frozenset({State.QUESTION_ASKED}), State.ANSWERED),
    (Side.RECEIVER, Action.ACCEPT): (_HANDS, State.ACCEPTED),
    # A file that names the referral proves that it arrived and was taken up, whatever we knew.
    (Side.WIRE, Action.ACCEPT): (UNDECIDED, State.ACCEPTED),
    (Side.RECEIVER, Action.RETURN): (_HANDS, State.RETURNED),
    (Side.RECEIVER, Action.TAKE_OVER): (frozenset({State.ACCEPTED}), State.TAKEN_OVER),
    (Side.WIRE, Action.TAKE_OVER): (frozenset({State.ACCEPTED}), State.TAKEN_OVER),
    (Side.SENDER, Action.WITHDRAW): (UNDECIDED, State.WITHDRAWN),
    (Side.RECEIVER, Action.CLOSE): (FOLLOWED, State.CLOSED),
    (Side.SENDER, Action.CLOSE): (FOLLOWED, State.CLOSED),
}

_DOES = {
    Action.SEND: "versturen",
    Action.DELIVER: "als ontvangen noteren",
    Action.FAIL: "als niet aangekomen noteren",
    Action.ASK: "een vraag stellen over",
    Action.ANSWER: "antwoorden op een vraag over",
    Action.ACCEPT: "aanvaarden",
    Action.RETURN: "teruggeven",
    Action.TAKE_OVER: "overnemen",
    Action.WITHDRAW: "intrekken",
    Action.CLOSE: "afsluiten",
}
WORDS = {
    State.DRAFT: "nog niet verstuurd",
    State.SENT: "verzonden, nog niet ontvangen",
    State.NOT_ARRIVED: "niet aangekomen",
    State.RECEIVED: "ontvangen",
    State.QUESTION_ASKED: "teruggekomen met een vraag",
    State.ANSWERED: "beantwoord",
    State.ACCEPTED: "aanvaard",
    State.RETURNED: "teruggegeven",
    State.TAKEN_OVER: "overgenomen",
    State.WITHDRAWN: "ingetrokken",
    State.CLOSED: "afgesloten",
}


def after(state: State, side: Side, action: Action) -> State:
    """The state after an action. Raises NotAllowedError when this side may not do this now."""
    begin, end = _ALLOWED.get((side, action), (frozenset(), state))
    if state in begin:
        return end
    able = sorted(_DOES[one] for one in actions(state, side))
    ways = f" Je kan ze wel {' of '.join(able)}." if able else " Bekijk de stand en laad de pagina opnieuw."
    raise NotAllowedError(f"Deze doorverwijzing is {WORDS[state]}: je kan ze nu niet {_DOES[action]}.{ways}")


def actions(state: State, side: Side) -> frozenset[Action]:
    """What a side may do in a state."""
    return frozenset(action for (who, action), (begin, _) in _ALLOWED.items() if who is side and state in begin)


def turn(state: State) -> Side | None:
    """Whose turn it is to react; None when nobody has to."""
    if state in WITH_RECEIVER:
        return Side.RECEIVER
    if state is State.SENT:
        return Side.WIRE
    return Side.SENDER if state in (State.QUESTION_ASKED, State.NOT_ARRIVED, State.DRAFT) else None
