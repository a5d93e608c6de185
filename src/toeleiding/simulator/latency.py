"""How long a source thinks: fixed, around a middle with a tail, slower in office hours, with spikes.

Each wait is drawn per (service, INSZ, how manieth question), so that the same seed and the same questions wait equally
long, in whatever order they are asked.
"""

from datetime import datetime, time
from math import exp, log
from statistics import NormalDist

from msgspec import Struct

from toeleiding.simulator.chance import Chance

#: Longer than any client waits: `timeout` says that better.
MAX_MS = 120_000.0
_NORMAL = NormalDist()
_AT_95 = _NORMAL.inv_cdf(0.95)


class OfficeHours(Struct, frozen=True):
    """Monday to Friday between two times everything takes `factor` times as long."""

    begin: time
    end: time
    factor: float

    def hold(self, moment: datetime) -> bool:
        """Whether it is office hours."""
        return moment.weekday() < 5 and self.begin <= moment.time() < self.end


class Spikes(Struct, frozen=True):
    """In this share of the questions so many milliseconds come on top."""

    rate: float
    ms: float


class Latency(Struct, frozen=True):
    """One profile; without a service it is for all of them. All times in milliseconds.

    Either `fixed_ms`, or `p50_ms` and `p95_ms`: half of the waits is shorter than the first, nineteen out of twenty
    shorter than the second, with the tail of a lognormal distribution.
    """

    service: str | None = None
    fixed_ms: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    office_hours: OfficeHours | None = None
    spikes: Spikes | None = None

    def seconds(self, chance: Chance, moment: datetime) -> float:
        """How long this question waits.

        Args:
            chance: the stream of this question.
            moment: when it is asked, in the world's own time.
        """
        wait = self._plain(chance)
        if self.office_hours is not None and self.office_hours.hold(moment):
            wait *= self.office_hours.factor
        if self.spikes is not None and chance.hit(self.spikes.rate):
            wait += self.spikes.ms
        return min(wait, MAX_MS) / 1000

    def _plain(self, chance: Chance) -> float:
        unit = chance.unit()
        if self.fixed_ms is not None:
            return self.fixed_ms
        if self.p50_ms is None or self.p95_ms is None:
            return 0.0
        if self.p50_ms == self.p95_ms:
            return self.p50_ms
        # A unit of exactly 0 has no place on the curve.
        place = _NORMAL.inv_cdf(min(max(unit, 1e-9), 1 - 1e-9))
        return exp(log(self.p50_ms) + place * log(self.p95_ms / self.p50_ms) / _AT_95)
