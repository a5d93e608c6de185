"""The term to register: its last day, and which suspended days moved it (DOMAIN R-05 to R-07, K-04)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from toeleiding.law.calendar import plus_days
from toeleiding.law.facts import Suspension


class Counted(NamedTuple):
    """A stretch of suspended days that count. `running`: it has no end and goes on after `end`."""

    begin: date
    end: date
    days: int
    running: bool
    suspension: Suspension


class Term(NamedTuple):
    """`due_on` is the last day on which registering is in time."""

    due_on: date
    suspended_days: int
    counted: Sequence[Counted]
    ignored: Sequence[Suspension]


def term_of(signed: date, days: int, suspensions: Sequence[Suspension] | None, as_of: date) -> Term:
    """The term of `days` calendar days after the signature, moved by the suspended days up to `as_of`.

    A suspended day counts once, after the signature, and only while the term, with the days it already gained,
    still ran when the suspension began. A suspension that has not begun on `as_of` is in neither list.
    """
    if not suspensions:
        return Term(plus_days(signed, days), 0, (), ())
    first, today = signed.toordinal() + 1, as_of.toordinal()
    due = signed.toordinal() + days
    begun = sorted(
        (one for one in suspensions if one.begin is not None and one.begin <= as_of), key=lambda one: one.begin or as_of
    )
    counted: list[Counted] = []
    ignored = [one for one in suspensions if one.begin is None]
    for one in begun:
        assert one.begin is not None
        begin = max(one.begin.toordinal(), first)
        end = today if one.end is None else min(one.end.toordinal(), today)
        if begin > due or end < begin:
            ignored.append(one)
            continue
        length = end - begin + 1
        counted.append(Counted(date.fromordinal(begin), date.fromordinal(end), length, one.end is None, one))
        due += length
        first = end + 1
    total = sum(one.days for one in counted)
    return Term(plus_days(signed, days + total), total, counted, ignored)
