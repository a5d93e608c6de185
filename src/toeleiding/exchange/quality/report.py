"""The report on the quality of the exchange: every number once, for page, PDF and spreadsheet alike."""

from datetime import date

from django.db.models import Q
from msgspec import Struct

from toeleiding.exchange.models import ImprovementAction
from toeleiding.exchange.quality import actions, snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Measure, Unit
from toeleiding.exchange.quality.periods import Period
from toeleiding.exchange.quality.published import least
from toeleiding.exchange.quality.wording import Cell
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Organisation, OrganisationKind
from toeleiding.web import dates


class Row(Struct, frozen=True):
    """One measure as it stands. `trend` is (day, value in words, value) per week."""

    code: str
    name: str
    definition: str
    unit: Unit
    now: Cell
    norm: str
    norm_number: float
    trend: list[tuple[date, str, float]]
    agencies: list[Cell]


class Action(Struct, frozen=True):
    """One improvement action in words, with the figure before and after."""

    title: str
    measure: str
    unit: Unit
    who: str
    owner: str
    due_on: date
    state: str
    before: Cell
    after: Cell | None
    difference: str


class Report(Struct, frozen=True):
    """Everything that the report says."""

    on: date
    day: str
    about: str
    period: str
    finding: str
    agencies: list[str]
    rows: list[Row]
    actions: list[Action]
    limits: list[str]


def build(access: Access, agency: Organisation | None, period: Period | None = None) -> Report | None:
    """The report as of the last day that was measured; None before that. `agency` None: all together."""
    seen = snapshots.overview(agency.pk if agency else None, period)
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
        seen.period.words,
        w.finding(seen.figures, agency.pk if agency else None),
        [str(one) for one in agencies],
        rows,
        [_action(one, seen.on) for one in found if one.measure in MEASURES],
        limits(seen),
    )


def limits(seen: snapshots.Overview) -> list[str]:
    """What one has to know before comparing."""
    few = least(seen.on)
    found = [
        "Het voorstel van wat goed is, is van ons en nog met niemand afgesproken.",
        f"Zit er een aantal van minder dan {few} in een cijfer, dan tonen we het niet (regel G-01), ook niet als het"
        " bijna om iedereen gaat. Soms blijft daarom ook het volgende cijfer weg.",
        f"Wat een periode heeft, gaat over {seen.period.words}. De andere cijfers gaan over de open dossiers op"
        f" {dates.long_date(seen.on)}.",
        "“Niet geleverd” is iets anders dan “leeg”: de velden van VDAB tellen we enkel bij wie VDAB het dossier gaf.",
        "Agentschappen verschillen in wie ze begeleiden: dit is geen rangorde.",
    ]
    if seen.period.window:
        found.append(f"Bij eigen datums ronden we aantallen af op {few}.")
    return found


def _row(measure: Measure, seen: snapshots.Overview, agency: Organisation | None, agencies: list[Organisation]) -> Row:
    return Row(
        measure.code,
        measure.name,
        measure.definition,
        measure.unit,
        w.cell(measure, seen.figures.get((measure.code, agency.pk if agency else None))),
        w.norm(measure),
        measure.norm,
        [(day, w.value(measure, value), value) for day, value in seen.trends.get(measure.code, [])],
        [w.cell(measure, seen.figures.get((measure.code, one.pk))) for one in agencies],
    )


def _action(action: ImprovementAction, today: date) -> Action:
    measure = MEASURES[action.measure]
    before, after = actions.before(action), actions.after(action)
    late = action.state in actions.OPEN and action.due_on < today
    return Action(
        action.title,
        measure.name,
        measure.unit,
        str(action.agency) if action.agency else "alle samen",
        str(action.owner),
        action.due_on,
        "Te laat" if late else str(action.get_state_display()),
        w.cell(measure, before),
        w.cell(measure, after) if after else None,
        w.difference(measure, before, after) if after else "",
    )
