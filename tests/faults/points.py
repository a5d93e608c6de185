"""The places in the engine at which a worker may be stopped, by name.

The engine knows nothing of them: each is the beginning or the end of one of its functions, wrapped for as long as
a test lasts. A function that is renamed makes `passing` fail at once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.faults.names import Point
from toeleiding.exchange import inbox, lease, settle, wire

_ENTRANCE, _EXIT = True, False
_PLACES: dict[Point, tuple[Any, str, bool]] = {
    Point.CLAIMED: (lease, "claim", _EXIT),
    Point.BEFORE_CALL: (wire.Wire, "send", _ENTRANCE),
    Point.AFTER_EFFECT: (wire.Wire, "send", _EXIT),
    Point.ANSWER_STORED: (inbox, "after", _EXIT),
    Point.BEFORE_COMMIT: (settle.circuits, "note", _EXIT),
    Point.AFTER_COMMIT: (settle, "settle", _EXIT),
}


class Crash(BaseException):
    """The worker is gone. Nobody catches it, as nobody catches SIGKILL."""


@contextmanager
def passing(hook: Callable[[Point], None]) -> Iterator[None]:
    """Call `hook` each time that a worker of this process passes a point."""
    real = [(owner, name, getattr(owner, name)) for owner, name, _ in _PLACES.values()]
    try:
        for point, (owner, name, entrance) in _PLACES.items():
            setattr(owner, name, _wrapped(getattr(owner, name), point, hook, entrance))
        yield
    finally:
        for owner, name, function in reversed(real):
            setattr(owner, name, function)


def _wrapped(function: Callable[..., Any], point: Point, hook: Callable[[Point], None], entrance: bool) -> Any:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if entrance:
            hook(point)
        found = function(*args, **kwargs)
        if not entrance:
            hook(point)
        return found

    return wrapped


class Countdown:
    """A hook that stops the worker the n-th time that it passes each of these points, one after the other."""

    def __init__(self, plan: list[tuple[Point, int]], stop: Callable[[], None]) -> None:
        self._plan = plan
        self._stop = stop
        self._passed: Counter[Point] = Counter()
        self.fired: list[Point] = []

    def __call__(self, point: Point) -> None:
        """Count, and stop the worker when it is time."""
        self._passed[point] += 1
        if self._plan and self._plan[0][0] == point and self._passed[point] >= self._plan[0][1]:
            self._plan.pop(0)
            self._passed.clear()
            self.fired.append(point)
            self._stop()
