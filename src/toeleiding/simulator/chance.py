"""Cheap chance that depends on nothing but what it is asked about.

`random.Random` seeded per person costs more than the whole life it would draw, so numbers come
straight from BLAKE2b over (seed, topic, index). Each topic has its own stream: a change in how work is
drawn does not change anybody's name.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import blake2b
from struct import unpack
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """A choice with weights, prepared once and drawn from many times."""

    __slots__ = ("_bounds", "_values")

    def __init__(self, *pairs: tuple[T, float]) -> None:
        total = sum(weight for _, weight in pairs)
        self._values = tuple(value for value, _ in pairs)
        bounds, reached = [], 0.0
        for _, weight in pairs:
            reached += weight / total
            bounds.append(reached)
        self._bounds = bounds[:-1]

    def at(self, unit: float) -> T:
        """The value at a number in [0, 1)."""
        return self._values[bisect_right(self._bounds, unit)]


class Chance:
    """A stream of draws that is the same for the same (seed, topic, key) on every machine."""

    __slots__ = ("_at", "_block", "_prefix", "_words")

    def __init__(self, seed: int, topic: str, key: int | str) -> None:
        self._prefix = f"{seed}|{topic}|{key}|".encode()
        self._block = 0
        self._words: tuple[int, ...] = ()
        self._at = 0

    def unit(self) -> float:
        """A number in [0, 1)."""
        if self._at == len(self._words):
            digest = blake2b(self._prefix + b"%d" % self._block).digest()
            self._words = unpack("<16I", digest)
            self._block += 1
            self._at = 0
        word = self._words[self._at]
        self._at += 1
        return word / 4294967296.0

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, and without, `limit`."""
        return int(self.unit() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` up to and with `high`."""
        return low + int(self.unit() * (high - low + 1))

    def hit(self, probability: float) -> bool:
        """True in the given share of the draws."""
        return self.unit() < probability

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, all equally likely."""
        return values[int(self.unit() * len(values))]

    def draw(self, choice: Weighted[T]) -> T:
        """One of the weighted values."""
        return choice.at(self.unit())

    def after(self, day: date, low: int, high: int) -> date:
        """A day between `low` and `high` days after the given one."""
        return day + timedelta(days=self.between(low, high))


def identifier(seed: int, topic: str, key: str) -> str:
    """A UUID-shaped identifier that is the same for the same question."""
    text = blake2b(f"{seed}|{topic}|{key}".encode(), digest_size=16).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"
