"""The state machine: what each side may do, and what can never happen, whatever the order of the clicks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toeleiding.referrals.states import OVER, Action, NotAllowedError, Side, State, actions, after, turn

moves = st.lists(st.tuples(st.sampled_from(Side), st.sampled_from(Action)), max_size=30)
one_move = st.tuples(st.sampled_from(State), st.sampled_from(Side), st.sampled_from(Action))


def walk(done: list[tuple[Side, Action]]) -> list[tuple[Side, Action, State]]:
    """From a draft, with every refused move left out."""
    state, passed = State.DRAFT, []
    for side, action in done:
        try:
            state = after(state, side, action)
        except NotAllowedError:
            continue
        passed.append((side, action, state))
    return passed


@given(moves)
def test_nobody_has_it_in_hand_before_the_wire_proved_that_it_arrived(done: list[tuple[Side, Action]]) -> None:
    proven = False
    for side, action, _ in walk(done):
        proven = proven or (side is Side.WIRE and action in (Action.DELIVER, Action.ACCEPT))
        assert proven or side is not Side.RECEIVER


@given(moves)
def test_what_is_over_stays_over(done: list[tuple[Side, Action]]) -> None:
    passed = walk(done)
    over = [place for place, (_, _, state) in enumerate(passed) if state in OVER]
    assert over in ([], [len(passed) - 1])


@given(moves)
def test_a_question_never_loses_the_case(done: list[tuple[Side, Action]]) -> None:
    passed = walk(done)
    for before, now in pairwise(passed):
        if before[2] is State.QUESTION_ASKED and now[1] is Action.ANSWER:
            assert now[2] is State.ANSWERED
            assert actions(now[2], Side.RECEIVER) == {Action.ASK, Action.ACCEPT, Action.RETURN}


@given(one_move)
def test_what_is_refused_says_what_is_possible(move: tuple[State, Side, Action]) -> None:
    state, side, action = move
    if action in actions(state, side):
        assert isinstance(after(state, side, action), State)
        return
    with pytest.raises(NotAllowedError, match=r"je kan ze nu niet .*\.$"):
        after(state, side, action)


@given(moves)
def test_who_has_the_turn_can_do_something(done: list[tuple[Side, Action]]) -> None:
    for _, _, state in walk(done):
        side = turn(state)
        assert side is None or actions(state, side)
        assert state not in OVER or side is None
