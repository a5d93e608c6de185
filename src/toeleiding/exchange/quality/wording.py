"""Values of measures in plain Dutch, as cells for page, paper and spreadsheet, and the line of a trend."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt
from typing import Any

from msgspec import Struct

from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure, Measure, Unit
from toeleiding.web import dates

TOO_FEW = "te weinig personen"


VERDICTS = {"goed": "haalt ons voorstel", "letop": "haalt ons voorstel niet", "neutraal": ""}


class Cell(Struct, frozen=True):
    """One figure as it is shown: in words, and as numbers that are None when nothing or too few are behind it."""

    words: str
    counts: str
    tone: str
    verdict: str
    number: float | None
    numerator: int | None
    denominator: int | None


def value(measure: Measure, found: float | None) -> str:
    """78 %, 12, 9,5 dagen, 4,0 uur or 3,1 s; "nog niets te meten" for nothing."""
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
        case Unit.HOURS:
            return f"{dates.number(found, 1)} uur"
        case Unit.SECONDS:
            return f"{dates.number(found, 1)} s"


def shown(measure: Measure, figure: Figure | None) -> str:
    """The value of a figure, or that there are too few people for it."""
    if figure is not None and figure.hidden:
        return TOO_FEW
    return value(measure, figure.value if figure else None)


def counts(measure: Measure, figure: Figure | None) -> str:
    """1.204 van 1.310, for a share."""
    if figure is None or figure.value is None or measure.unit is not Unit.SHARE:
        return ""
    return f"{dates.number(figure.numerator)} van {dates.number(figure.denominator)}"


def norm(measure: Measure) -> str:
    """The proposal of what is good: minstens 95 %, hoogstens 0."""
    return f"{'minstens' if measure.up else 'hoogstens'} {value(measure, measure.norm)}"


def cell(measure: Measure, figure: Figure | None) -> Cell:
    """A figure for page, paper and spreadsheet alike."""
    words, said = shown(measure, figure), counts(measure, figure)
    if figure is None or figure.value is None:
        return Cell(words, said, "neutraal", "", None, None, None)
    tone = "goed" if measure.meets(figure.value) else "letop"
    top, bottom = (figure.numerator, figure.denominator) if said else (None, None)
    return Cell(words, said, tone, VERDICTS[tone], figure.value, top, bottom)


def finding(figures: Mapping[tuple[str, int | None], Figure], agency: int | None) -> str:
    """How many measures do not meet our proposal. Which is worst we do not say: a share is no number of days."""
    cells = [cell(measure, figures.get((measure.code, agency))) for measure in MEASURES.values()]
    told = [one for one in cells if one.number is not None]
    bad = sum(one.tone == "letop" for one in told)
    if not told:
        return "Er zijn te weinig mensen of vragen om iets te besluiten."
    if not bad:
        return "Alle cijfers halen ons voorstel van wat goed is."
    return f"{bad} van de {len(told)} cijfers {'haalt' if bad == 1 else 'halen'} ons voorstel niet."


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
    if before.hidden or after.hidden:
        return f"{TOO_FEW.capitalize()} om te vergelijken."
    if before.value is None or after.value is None:
        return "Er was niets te meten."
    if measure.unit is Unit.SHARE:
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
