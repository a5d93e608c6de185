"""Small numbers: what may be shown of figures, for page, trend, report and plan alike (EXPERIENCE 6.3, rule G-01).

A count of 1 to 4 is kept back, also when it is what is left of nearly everybody. So that it does not follow from the
total, the next smallest agency is kept back with it; when that does not help, the total is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure, Figures, Measure, Unit
from toeleiding.rulebook.selectors import in_force

# EXPERIENCE 6.3 speaks of 10, 20 and 30 beside G-01 of 5: they move along when the rule does.
PERCENTAGE, MEDIAN, EVERYBODY = 2, 4, 6
# Whatever one of them is from 1 to 4, the others of such a sum may be shown by themselves: it stays open.
ROOM = 3
# Its denominator is how many open dossiers an agency has: the order in which agencies go along.
SIZE = "NUMBER"


def least(day: date) -> int:
    """Rule G-01: from so many people on a count may be shown."""
    found = in_force().value("G-01", day)
    return found if isinstance(found, int) else 5


def publish(figures: Iterable[Figure], limit: int) -> Figures:
    """The figures of one moment as anybody may see them: of what is hidden no number is left."""
    by_measure: dict[str, dict[int | None, Figure]] = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, {})[figure.agency] = figure
    sizes = {agency: one.denominator for agency, one in by_measure.get(SIZE, {}).items()}
    shown: Figures = {}
    for code, of in by_measure.items():
        hidden = _hidden(MEASURES[code], of, sizes, limit)
        for agency, figure in of.items():
            shown[code, agency] = (
                replace(figure, numerator=0, denominator=0, value=None, hidden=True) if agency in hidden else figure
            )
    return shown


def _hidden(
    measure: Measure, of: Mapping[int | None, Figure], sizes: Mapping[int | None, int], limit: int
) -> set[int | None]:
    """Which figures of one measure nobody may see. Who goes along never depends on what is counted."""
    found = {agency for agency, figure in of.items() if not _tells(measure, figure, limit)}
    agencies = {agency for agency in of if agency is not None}
    if not measure.adds_up or not found & agencies:
        return found
    share = measure.unit is Unit.SHARE
    others = sorted(
        (one for one in agencies if not share or (of[one].denominator and not _small(measure, of[one], limit))),
        key=lambda one: (of[one].denominator if share else sizes.get(one, 0), one),
    )
    # The same people are counted in other measures too: beside a small group always the same agency goes along, so
    # that another measure does not show the missing part.
    alike = any(_small(measure, of[one], limit) for one in agencies)
    found.add(next((one for one in others if alike or one not in found), None))
    while not _uncertain(measure, [of[one] for one in found & agencies], limit):
        partner = next((one for one in others if one not in found), None)
        found.add(partner)
        if partner is None:
            break
    return found


def _small(measure: Measure, figure: Figure, limit: int) -> bool:
    return measure.unit is Unit.SHARE and 0 < figure.denominator < PERCENTAGE * limit


def _tells(measure: Measure, figure: Figure, limit: int) -> bool:
    """Whether a figure by itself may be shown. Nothing at all is about nobody."""
    top, bottom = figure.numerator, figure.denominator
    match measure.unit:
        case Unit.COUNT:
            return not 0 < top < limit
        case Unit.SHARE:
            if bottom == 0:
                return True
            few = 0 < top < limit or 0 < bottom - top < limit
            everybody = top in (0, bottom) and bottom < EVERYBODY * limit
            return bottom >= PERCENTAGE * limit and not few and not everybody
        case Unit.DAYS | Unit.HOURS | Unit.SECONDS:
            return bottom == 0 or bottom >= MEDIAN * limit


def _uncertain(measure: Measure, kept: list[Figure], limit: int) -> bool:
    """Whether the sum of what is kept back leaves open what each of them is: the sum is well above what is few."""
    top, bottom = sum(one.numerator for one in kept), sum(one.denominator for one in kept)
    if measure.unit is Unit.COUNT:
        return len(kept) > 1 and top >= ROOM * limit
    return len(kept) > 1 and min(top, bottom - top) >= ROOM * limit


def coarse(figure: Figure, measure: Measure, limit: int) -> Figure:
    """A figure over days of somebody's own choice: in steps, so that two periods tell nothing about one day."""
    if figure.hidden or figure.value is None or not measure.adds_up:
        return figure
    top, bottom = (limit * round(one / limit) for one in (figure.numerator, figure.denominator))
    value = float(top) if measure.unit is Unit.COUNT else top / bottom if bottom else None
    return replace(figure, numerator=top, denominator=bottom, value=value)
