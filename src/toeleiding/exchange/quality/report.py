"""The report on the quality of the exchange: every number once, for page, PDF and spreadsheet alike."""

from datetime import date

from django.db.models import Q
from msgspec import Struct

from toeleiding.exchange.models import ImprovementAction
from toeleiding.exchange.quality import actions, snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.measures import MEASURES, Measure
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Organisation, OrganisationKind
from toeleiding.web import dates

LIMITS = (
    "Het voorstel van wat goed is, is van ons en nog met niemand afgesproken.",
    "Percentages over minder dan tien mensen of vragen tonen we niet.",
    "De cijfers gaan over de laatste 28 dagen, of over de open dossiers op de dag zelf.",
    "Agentschappen verschillen in wie ze begeleiden: dit is geen rangorde.",
)


class Row(Struct, frozen=True):
    """One measure as it stands. `trend` is (day, value in words, value) per week."""

    code: str
    name: str
    definition: str
    value: str
    number: float | None
    counts: str
    norm: str
    tone: str
    trend: list[tuple[date, str, float]]
    agencies: list[str]


class Action(Struct, frozen=True):
    """One improvement action in words."""

    title: str
    measure: str
    who: str
    owner: str
    due_on: date
    state: str
    before: str
    after: str
    difference: str


class Report(Struct, frozen=True):
    """Everything that the report says."""

    on: date
    day: str
    about: str
    finding: str
    agencies: list[str]
    rows: list[Row]
    actions: list[Action]
    limits: list[str]


def build(access: Access, agency: Organisation | None) -> Report | None:
    """The report as of the last day that was measured; None before that. `agency` None: all together."""
    seen = snapshots.overview(agency.pk if agency else None)
    if seen is None:
        return None
    agencies = [agency] if agency else list(Organisation.objects.filter(kind=OrganisationKind.AGENCY))
    rows = [_row(measure, seen, agency, agencies) for measure in MEASURES.values()]
    found = actions.listed(access, seen.on)
    if agency:  # its own actions and those of all together
        found = found.filter(Q(agency=agency) | Q(agency=None))
    return Report(
        seen.on,
        dates.long_date(seen.on),
        str(agency) if agency else "alle agentschappen samen",
        _finding(seen, agency),
        [str(one) for one in agencies],
        rows,
        [_action(one, seen.on) for one in found],
        list(LIMITS),
    )


def _row(measure: Measure, seen: snapshots.Overview, agency: Organisation | None, agencies: list[Organisation]) -> Row:
    figure = seen.figures.get((measure.code, agency.pk if agency else None))
    trend = seen.trends.get(measure.code, [])
    shown = w.shown(measure, figure)
    hidden = figure is None or shown == w.TOO_FEW
    return Row(
        measure.code,
        measure.name,
        measure.definition,
        shown,
        None if hidden or figure is None else figure.value,
        w.counts(measure, figure),
        w.norm(measure),
        w.tone(measure, figure),
        [(day, w.value(measure, value), value) for day, value in trend],
        [w.shown(measure, seen.figures.get((measure.code, one.pk))) for one in agencies],
    )


def _finding(seen: snapshots.Overview, agency: Organisation | None) -> str:
    worst = snapshots.worst(seen, agency.pk if agency else None)
    if worst is None:
        return "Alle cijfers halen ons voorstel van wat goed is."
    measure, figure = worst
    return f"{measure.name} wijkt het meest af: {w.shown(measure, figure)}, ons voorstel is {w.norm(measure)}."


def _action(action: ImprovementAction, today: date) -> Action:
    measure = MEASURES.get(action.measure)
    before, after = actions.before(action), actions.after(action)
    late = action.state in actions.OPEN and action.due_on < today
    return Action(
        action.title,
        measure.name if measure else action.measure,
        str(action.agency) if action.agency else "alle samen",
        str(action.owner),
        action.due_on,
        "Te laat" if late else str(action.get_state_display()),
        w.shown(measure, before) if measure else "",
        w.shown(measure, after) if measure and after else "",
        w.difference(measure, before, after) if measure and after else "",
    )
