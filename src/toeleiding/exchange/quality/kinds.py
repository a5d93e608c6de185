"""What a measure and a figure are: shares of 1, counts, and times in days, hours or seconds."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    SHARE = "SHARE"
    COUNT = "COUNT"
    DAYS = "DAYS"
    HOURS = "HOURS"
    SECONDS = "SECONDS"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `up`: more is better. `norm` is our proposal, in the unit of the value.

    `flow`: about what happened in a period (`%(since)s` to `%(until)s`, the windows `w` of the query); otherwise
    about how things stand. `people` is a condition on `dossiers_dossier d` and `questions` one on `exchange_question
    q` for those about whom somebody can do something; empty when there is nobody.
    """

    code: str
    name: str
    definition: str
    unit: Unit
    up: bool
    norm: float
    sql: str
    flow: bool = False
    people: str = ""
    questions: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether the agencies together are the total: then what is kept back could be subtracted."""
        return self.unit in (Unit.SHARE, Unit.COUNT)

    def meets(self, value: float) -> bool:
        """Whether a value is as good as our proposal, each in its own unit."""
        return value >= self.norm if self.up else value <= self.norm


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, with the counts behind it. `agency` is an id, or None for all together.

    `value` None: there was nothing to measure. `hidden`: it is about too few people, and every number is taken out.
    """

    measure: str
    agency: int | None
    numerator: int
    denominator: int
    value: float | None
    hidden: bool = False


Figures = dict[tuple[str, int | None], Figure]
