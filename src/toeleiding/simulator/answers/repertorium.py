"""The repertorium: who handles a file on whom (RegistreerInschrijving and Uitschrijving 02.00, 02.01)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from toeleiding.simulator import numbers
from toeleiding.simulator.ledger import Registry, Step
from toeleiding.simulator.problems import problem, refusal
from toeleiding.simulator.wire import Answer, Problem, Question

if TYPE_CHECKING:
    from toeleiding.simulator.world import World

_DONE = '<Resultaat Beschrijving="Wel geslaagd">1</Resultaat>'
_NOT_DONE = '<Resultaat Beschrijving="Niet geslaagd">0</Resultaat>'


def inscribe(world: World, question: Question) -> Answer:
    """Open or extend an inscription; 40143 beside success when it was there already."""
    insz = _checked(question, "Inschrijving")
    if isinstance(insz, Answer):
        return insz
    begin, end = _period(question, "Inschrijving")
    if begin is None and question.version == "02.00":
        return refusal("50000", question.service)
    if begin and end and end < begin:
        return refusal("20003", question.service)
    standing = world.standing(insz)
    if standing.life and ("RegistreerInschrijving", "0") in standing.life.trouble:
        return Answer(_NOT_DONE)
    registry = Registry(question.uri, question.capacity)
    begin = begin or world.today
    with world.lock:
        known = world.ledger.inscriptions.get((registry, insz))
        if known is not None and known.begin <= begin and known.end == end:
            return Answer(_DONE, (problem("40143", question.service),))
        world.ledger.take(
            Step("inscribe", world.today, registry.uri, registry.capacity, insz=insz, begin=begin, end=end)
        )
    return Answer(_DONE)


def leave(world: World, question: Question) -> Answer:
    """Close an inscription, now or at the end of the given period; Resultaat 0 when there was none."""
    insz = _checked(question, "Uitschrijving")
    if isinstance(insz, Answer):
        return insz
    begin, end = _period(question, "Uitschrijving")
    if begin and end and end < begin:
        return refusal("20003", question.service)
    registry = Registry(question.uri, question.capacity)
    with world.lock:
        if (registry, insz) not in world.ledger.inscriptions:
            return Answer(_NOT_DONE)
        op = "shorten" if end and end >= world.today else "leave"
        world.ledger.take(Step(op, world.today, registry.uri, registry.capacity, insz=insz, end=end))
    return Answer(_DONE)


def _checked(question: Question, block: str) -> str | Answer:
    """The INSZ of the request, or the answer that the request is not right."""
    service = question.service
    uri, capacity = question.text(f"{block}/Identificatie"), question.text(f"{block}/Hoedanigheid")
    if uri != question.uri or (capacity or "") != question.capacity:
        return refusal("20005", service)
    subjects = question.content.findall(f"{block}/BetrokkenSubject/Subjecten/Subject")
    if len(subjects) > 1:
        return refusal("40035", service)
    insz = question.text(f"{block}/INSZ")
    if subjects:
        insz = (subjects[0].findtext("Sleutel") or "").strip()
        if (subjects[0].findtext("Type") or "").strip() != "PERS":
            return _enterprise(question, block, insz)
    if insz is None:
        return refusal("50000", service)
    return insz if numbers.valid(insz) else refusal("20002", service)


def _enterprise(question: Question, block: str, number: str) -> Answer:
    """An enterprise: checked and accepted; nobody here reads about enterprises."""
    problems: tuple[Problem, ...] = ()
    if len(number) != 10 or not number.isdigit() or 97 - int(number[:8]) % 97 != int(number[8:]):
        problems = (problem("20007", question.service),)
    elif question.content.find(f"{block}/Periode") is not None:
        problems = (problem("30034", question.service),)
    return Answer(None if problems else _DONE, problems)


def _period(question: Question, block: str) -> tuple[date | None, date | None]:
    return tuple(  # type: ignore[return-value]
        _date(question.text(f"{block}/Periode/{name}")) for name in ("Begin", "Einde")
    )


def _date(text: str | None) -> date | None:
    """A date; one that does not exist (the schema allows it) counts as not given."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
