"""The report on the quality of the exchange: every number that stands on it, put together in one place.

The page, the PDF and the spreadsheet say the same because all of them take it from here or from what is used here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from toeleiding.exchange.quality import actions, snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.measures import MEASURES, Figure, Measure, Unit
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Organisation, OrganisationKind, Role
from toeleiding.web import dates

ALL = "Alle samen"
PROPOSAL = "Het voorstel is van ons en nog met niemand afgesproken."
SMALL = f"Percentages over minder dan {w.FEW} mensen tonen we niet: “{w.TOO_FEW}”."


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in words and as a number. `number` is None when it is kept back or there was nothing to measure."""

    value: str
    counts: str
    tone: str
    number: float | None
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: how it stands, what we propose, and its trend of at most twelve weeks, oldest first."""

    measure: Measure
    cell: Cell
    norm: str
    trend: Sequence[tuple[date, float]]
    by_agency: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One improvement action with the figure before, the figure after (empty while open) and what it means."""

    title: str
    measure: str
    whom: str
    owner: str
    due_on: date
    state: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `on` is the day that was measured; `agencies` head the columns of `Row.by_agency`."""

    on: date
    whom: str
    finding: str
    rows: Sequence[Row]
    agencies: Sequence[str]
    actions: Sequence[ActionRow]


def build(access: Access, agency: Organisation | None) -> Report | None:
    """The report for one agency, or for all together; None before anything was measured.

    A team lead gets the own agency only, whatever is asked for.
    """
    if access.role is Role.TEAM_LEAD:
        agency = access.organisation
    seen = snapshots.overview(agency.pk if agency else None)
    if seen is None:
        return None
    shown = [agency] if agency else list(Organisation.objects.filter(kind=OrganisationKind.AGENCY))
    return Report(
        seen.on,
        str(agency) if agency else "alle agentschappen samen",
        _finding(seen, agency),
        [_row(measure, seen, agency, shown) for measure in MEASURES.values()],
        [str(one) for one in shown],
        _actions(access, agency),
    )


def worst(seen: snapshots.Overview, agency: Organisation | None) -> tuple[Measure, Figure] | None:
    """The measure that falls furthest short of its norm; None when none does."""
    found = []
    for measure in MEASURES.values():
        figure = seen.figures.get((measure.code, agency.pk if agency else None))
        if figure and figure.value is not None and w.tone(measure, figure) in ("letop", "fout"):
            found.append((measure.gap(figure.value), measure, figure))
    if not found:
        return None
    _, measure, figure = max(found, key=lambda each: each[0])
    return measure, figure


def _finding(seen: snapshots.Overview, agency: Organisation | None) -> str:
    found = worst(seen, agency)
    if found is None:
        return "Alle cijfers halen ons voorstel van wat goed is."
    measure, figure = found
    return f"{measure.name} wijkt het meest af: {w.shown(measure, figure)}, ons voorstel is {w.norm(measure)}."


def _row(measure: Measure, seen: snapshots.Overview, agency: Organisation | None, shown: Sequence[Organisation]) -> Row:
    return Row(
        measure,
        _cell(measure, seen.figures.get((measure.code, agency.pk if agency else None))),
        w.norm(measure),
        seen.trends.get(measure.code, []),
        [_cell(measure, seen.figures.get((measure.code, one.pk))) for one in shown],
    )


def _cell(measure: Measure, figure: Figure | None) -> Cell:
    kept_back = figure is None or figure.value is None or w.few(measure, figure.denominator)
    share = measure.unit is Unit.SHARE
    return Cell(
        w.shown(measure, figure),
        w.counts(measure, figure),
        w.tone(measure, figure),
        None if figure is None or kept_back else figure.value,
        figure.numerator if figure and share and not kept_back else None,
        figure.denominator if figure and share and not kept_back else None,
    )


def _actions(access: Access, agency: Organisation | None) -> list[ActionRow]:
    today = timezone.localdate()
    found = actions.listed(access, today)
    if agency:
        found = found.filter(agency__in=[agency]) | found.filter(agency=None)
    rows = []
    for one in found:
        measure = MEASURES.get(one.measure)
        before, after = actions.before(one), actions.after(one)
        late = one.state in actions.OPEN and one.due_on < today
        rows.append(
            ActionRow(
                one.title, measure.name if measure else one.measure, str(one.agency or ALL), str(one.owner), one.due_on,
                "Te laat" if late else one.get_state_display(),
                w.shown(measure, before) if measure else "",
                w.shown(measure, after) if measure and after else "",
                w.difference(measure, before, after) if measure and after else "",
            )
        )  # fmt: skip
    return rows


def file_name(report: Report, ending: str) -> str:
    """toeleiding_kwaliteit_2026-11-24.pdf"""
    return f"toeleiding_kwaliteit_{report.on.isoformat()}.{ending}"


def headline(report: Report) -> str:
    """Stand op 24 november 2026, alle agentschappen samen. Cijfers over de laatste 28 dagen."""
    return f"Stand op {dates.long_date(report.on)}, {report.whom}. Cijfers over de laatste 28 dagen."
