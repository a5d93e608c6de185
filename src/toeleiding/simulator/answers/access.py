"""What every source asks first: is this a number, who is it, and may the caller read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toeleiding.simulator import numbers
from toeleiding.simulator.life import Life
from toeleiding.simulator.problems import refusal, replaced
from toeleiding.simulator.wire import Answer, Question

if TYPE_CHECKING:
    from toeleiding.simulator.world import World


def person(world: World, question: Question, insz: str | None, needs_inscription: bool = True) -> Life | Answer:
    """The person a question is about, or the answer that there is none to give.

    Args:
        world: the simulated world.
        question: what was asked, by whom.
        insz: the number asked about.
        needs_inscription: whether this source looks at the repertorium.
    """
    service = question.service
    if insz is None:
        return refusal("50000", service)
    if not numbers.valid(insz):
        return refusal("20002", service)
    if needs_inscription and not world.may_read(question, insz):
        return refusal("40003", service)
    standing = world.standing(insz)
    if standing.replaced_by:
        return Answer(None, (replaced(service, insz, standing.replaced_by),))
    if standing.cancelled:
        return refusal("30002", service)
    if not standing.exists:
        return refusal("30003", service)
    if standing.life is None:
        return refusal("30001", service)
    for name, code in standing.life.trouble:
        if name == service:
            return refusal(code, service)
    return standing.life
