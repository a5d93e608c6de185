"""Timelines read as one: who took in another dossier reads its timeline as part of the own one.

Nothing moves. Which dossiers were taken in is told by the timeline itself (`MergedWith`, unless it was undone), so
that the fold needs nothing but timelines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.fold import effective

Timeline = list[Happened]
Key = TypeVar("Key")
Load = Callable[[Sequence[str]], Mapping[str, Timeline]]


def taken_in(timeline: Sequence[Happened]) -> list[Happened]:
    """The merges of a dossier's own timeline that still stand."""
    if not any(type(event.data) is e.MergedWith for event in timeline):
        return []
    return [event for event in effective(timeline) if type(event.data) is e.MergedWith]


def _numbers(timeline: Sequence[Happened]) -> list[str]:
    return [event.data.number for event in taken_in(timeline) if isinstance(event.data, e.MergedWith)]


def woven(own: Mapping[Key, Timeline], load: Load) -> dict[Key, Timeline]:
    """Own timelines with those of everybody they took in, in order of recording.

    `load` gives the own timelines of dossiers by number; it is called once per generation, and never when nobody
    was merged. Events without an id are still to be recorded and come last.
    """
    found: dict[str, Timeline] = {}
    wanted = {number for timeline in own.values() for number in _numbers(timeline)}
    while missing := sorted(wanted - found.keys()):
        loaded = load(missing)
        found.update({number: loaded.get(number, []) for number in missing})
        wanted |= {number for new in missing for number in _numbers(found[new])}
    return {key: _one(timeline, found) if found else timeline for key, timeline in own.items()}


def _one(own: Timeline, found: Mapping[str, Timeline]) -> Timeline:
    seen: set[str] = set()
    coming = _numbers(own)
    if not coming:
        return own
    together = list(own)
    while coming:
        number = coming.pop()
        if number not in seen:
            seen.add(number)
            together += [replace(event, absorbed=True) for event in found[number]]
            coming += _numbers(found[number])
    return sorted(together, key=lambda event: (event.id is None, event.id or 0))
