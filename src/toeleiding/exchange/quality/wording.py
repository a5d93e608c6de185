"""Values of measures in plain Dutch, small numbers kept back (EXPERIENCE 6.3), and the line of a trend."""

from collections.abc import Sequence
from datetime import date
from math import sqrt
from typing import Any

from toeleiding.exchange.quality.measures import Figure, Measure, Unit
from toeleiding.web import dates

# Below this many there is no percentage to speak of (EXPERIENCE 6.3: own organisation).
FEW = 10
TOO_FEW = "te weinig personen"


def value(measure: Measure, found: float | None) -> str:
    """78 %, 12, 9,5 dagen or 3,1 s; "nog niets te meten" for nothing."""
    if found is None:
        return "nog niets te meten"
    match measure.unit:
        case Unit.SHARE:
            whole = abs(found * 100 - round(found * 100)) < 0.05
            return dates.percent(found, 0 if whole else 1)
        case Unit.COUNT:
            return dates.number(found)
        case Unit.DAYS:
            return f"{dates.number(found, 1)} dagen"
        case Unit.SECONDS:
            return f"{dates.number(found, 1)} s"


def shown(measure: Measure, figure: Figure | None) -> str:
    """The value of a figure, or that there are too few people for it."""
    if figure is None or figure.value is None:
        return "nog niets te meten"
    if measure.unit is Unit.SHARE and figure.denominator < FEW:
        return TOO_FEW
    return value(measure, figure.value)


def counts(measure: Measure, figure: Figure | None) -> str:
    """1.204 van 1.310, for a share."""
    if figure is None or measure.unit is not Unit.SHARE or figure.denominator < FEW:
        return ""
    return f"{dates.number(figure.numerator)} van {dates.number(figure.denominator)}"


def norm(measure: Measure) -> str:
    """The proposal of what is good: minstens 95 %, hoogstens 0."""
    return f"{'minstens' if measure.up else 'hoogstens'} {value(measure, measure.norm)}"


def tone(measure: Measure, figure: Figure | None) -> str:
    """goed, letop or fout, by how far the figure is from the norm."""
    if figure is None or figure.value is None or (measure.unit is Unit.SHARE and figure.denominator < FEW):
        return "neutraal"
    gap = measure.gap(figure.value)
    return "goed" if gap == 0 else "letop" if gap < 0.2 else "fout"


def interval(numerator: int, denominator: int) -> tuple[float, float] | None:
    """The 95 % interval of a share after Wilson; None without anything."""
    if denominator == 0:
        return None
    z, n, p = 1.96, denominator, numerator / denominator
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def difference(measure: Measure, before: Figure, after: Figure) -> str:
    """What changed, said no stronger than the numbers allow."""
    if before.value is None or after.value is None:
        return "Er was niets te meten."
    if measure.unit is Unit.SHARE:
        if min(before.denominator, after.denominator) < FEW:
            return f"{TOO_FEW.capitalize()} om te vergelijken."
        was, now = (interval(one.numerator, one.denominator) for one in (before, after))
        if was and now and was[0] <= now[1] and now[0] <= was[1]:
            return "Geen duidelijk verschil: de marges overlappen."
    if after.value == before.value:
        return "Niets veranderd."
    better = (after.value > before.value) == measure.up
    return "Beter geworden." if better else "Slechter geworden."


def line(points: Sequence[tuple[date, float]], measure: Measure) -> dict[str, Any] | None:
    """A small line of 120 by 32 with the sentence that says the same; None for fewer than two points."""
    if len(points) < 2:
        return None
    values = [point[1] for point in points]
    low, high = (0.0, 1.0) if measure.unit is Unit.SHARE else (0.0, max(values) or 1.0)
    step = 116 / (len(points) - 1)
    places = [(2 + at * step, 30 - 28 * (found - low) / (high - low)) for at, found in enumerate(values)]
    path = " ".join(f"{'M' if at == 0 else 'L'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(places))
    first, last = points[0], points[-1]
    said = (
        f"Van {value(measure, first[1])} op {dates.long_date(first[0])} naar {value(measure, last[1])} op"
        f" {dates.long_date(last[0])}."
    )
    return {"path": path, "x": f"{places[-1][0]:.1f}", "y": f"{places[-1][1]:.1f}", "sentence": said}
