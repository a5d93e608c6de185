"""The truth about every fictitious person: a pure function of (seed, index).

Nothing is stored. The simulator answers from it and the demo builds dossiers from it, so both tell
the same story. The person behind an index is the same whatever the size of the population; people
sign from 2022 to the end of 2028, and who has not signed yet on a day is not there yet on that day.

Distributions and defaults: DOMAIN 11. Edge cases: DOMAIN 6.4, at the first indexes.
"""

from collections.abc import Iterator
from datetime import date

from toeleiding.simulator import numbers
from toeleiding.simulator.edge_cases import BUILDERS, EDGE_CASES, build_edge_case, edge_number
from toeleiding.simulator.life import Life
from toeleiding.simulator.ordinary_life import ordinary_life, signed_on

__all__ = [
    "CAPACITY",
    "DEFAULT_SEED",
    "EDGE_CASES",
    "Life",
    "index_of",
    "life",
    "life_of",
    "lives",
    "number_of",
]

DEFAULT_SEED = 2022
#: How many people there can be; an index runs from 0 up to this.
CAPACITY = numbers.ORDINARY + len(BUILDERS)


def life(seed: int, index: int) -> Life:
    """The person behind an index.

    Args:
        seed: which world; another seed puts another person behind the same number.
        index: 0 up to CAPACITY; the first ones are the edge cases.

    Raises:
        IndexError: when there are not that many people.
    """
    if not 0 <= index < CAPACITY:
        raise IndexError(f"Er zijn {CAPACITY} personen, genummerd vanaf 0; {index} bestaat niet.")
    if index < len(BUILDERS):
        return build_edge_case(seed, index)
    return ordinary_life(seed, index, numbers.ordinary(index - len(BUILDERS)))


def number_of(index: int) -> str:
    """The first INSZ of the person behind an index, without building the life."""
    if index < len(BUILDERS):
        return numbers.insz(*edge_number(index))
    return numbers.insz(*numbers.ordinary(index - len(BUILDERS)))


def index_of(insz: str) -> int | None:
    """The index of whoever has this number, as first or as replacing number; None when nobody could."""
    numbered = numbers.read(insz)
    if numbered is None:
        return None
    for candidate in (numbered, numbers.replaced(numbered)):
        if candidate is None:
            continue
        edge = _EDGE_NUMBERS.get(candidate)
        if edge is not None:
            return edge
        at = numbers.ordinary_index(candidate)
        if at is not None:
            return at + len(BUILDERS)
    return None


def life_of(seed: int, insz: str, people: int = CAPACITY) -> Life | None:
    """The person with this first or replacing number, among the first `people`; None when nobody."""
    index = index_of(insz)
    if index is None or index >= people:
        return None
    found = life(seed, index)
    return found if insz in (found.insz, found.replaced_by) else None


def lives(seed: int, count: int, today: date, start: int = 0, signed_since: date = date.min) -> Iterator[Life]:
    """The first `count` people who have signed by `today`, in order of index.

    Args:
        seed: which world.
        count: how many people at most.
        today: people who sign later are passed over without building their life.
        start: the index to begin at, to go on where an earlier call stopped (its last index + 1).
        signed_since: people who signed before this day are passed over as well.
    """
    given = 0
    for index in range(start, CAPACITY):
        if given == count:
            return
        if index >= len(BUILDERS):
            birth = numbers.ordinary(index - len(BUILDERS)).birth
            if not signed_since <= signed_on(seed, index, birth) <= today:
                continue
        found = life(seed, index)
        if signed_since <= found.contract_on <= today:
            given += 1
            yield found


_EDGE_NUMBERS = {edge_number(index): index for index in range(len(BUILDERS))}
