"""The improvement plan: a finding becomes an action with an owner and a day, and is measured again when it ends."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils import timezone

from toeleiding.exchange.models import ActionNote, ActionState, ImprovementAction, QualityFigure
from toeleiding.exchange.quality.measures import MEASURES, Figure
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Organisation, Role, Staff, StaffRole

OPEN = (ActionState.PLANNED, ActionState.RUNNING)
OWNERS = (Role.EXCHANGE_OPERATOR, Role.TEAM_LEAD, Role.PROJECT_LEAD)


class ActionError(Exception):
    """Something cannot be done with this action. The message says what to do, in Dutch."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody fills in for an action."""

    measure: str
    agency: Organisation | None
    title: str
    why: str
    owner: Staff
    due_on: date
    target: float | None = None


def visible(access: Access) -> QuerySet[ImprovementAction]:
    """The actions somebody may read: a team lead those of the own agency and those of all, others everything."""
    found = ImprovementAction.objects.select_related("owner", "agency", "made_by")
    if access.role is Role.TEAM_LEAD:
        found = found.filter(agency__in=[access.organisation]) | found.filter(agency=None)
    return found


def listed(access: Access, today: date) -> QuerySet[ImprovementAction]:
    """Late ones first, then by day; what is closed comes last."""
    order = Case(
        When(state__in=OPEN, due_on__lt=today, then=Value(0)),
        When(state__in=OPEN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return visible(access).annotate(order=order).order_by("order", "due_on", "made_at")


def possible_owners() -> QuerySet[Staff]:
    """Who may own an action: operators, team leads and project leads of today."""
    held = StaffRole.objects.held_on(timezone.localdate()).filter(role__in=OWNERS).values("staff")
    return Staff.objects.filter(pk__in=held).select_related("organisation")


def latest(measure: str, agency: int | None) -> QualityFigure | None:
    """The last figure of a measure for an agency."""
    return QualityFigure.objects.filter(measure=measure, agency=agency).order_by("-on").first()


@transaction.atomic
def make(access: Access, plan: Plan) -> ImprovementAction:
    """Make an action out of a finding; the figure as it stands is frozen in it. Raises ActionError."""
    if plan.measure not in MEASURES:
        raise ActionError("Deze meting bestaat niet (meer). Kies er een van de pagina Kwaliteit.")
    before = latest(plan.measure, plan.agency.pk if plan.agency else None)
    if before is None:
        raise ActionError("Er is nog geen cijfer om mee te vergelijken. Bereken eerst de kwaliteit.")
    return ImprovementAction.objects.create(
        measure=plan.measure, agency=plan.agency, title=plan.title, why=plan.why, owner=plan.owner, due_on=plan.due_on,
        target=plan.target, made_by=access.staff, made_at=timezone.now(), before_on=before.on,
        before_numerator=before.numerator, before_denominator=before.denominator, before_value=before.value,
    )  # fmt: skip


@transaction.atomic
def begin(action: ImprovementAction) -> None:
    """The work began. Raises ActionError."""
    held = _open(action)
    held.state = ActionState.RUNNING
    held.save(update_fields=["state"])


@transaction.atomic
def close(action: ImprovementAction, state: ActionState, closing: str) -> None:
    """The work is over: the figure as it stands now is frozen beside the one before. Raises ActionError."""
    held = _open(action)
    if state in OPEN:
        raise ActionError("Kies of de actie klaar is of niet verdergezet wordt.")
    if not closing.strip():
        raise ActionError("Vul in wat de actie opleverde, of waarom ze niet verdergaat.")
    after = latest(held.measure, held.agency_id)
    if after is None:
        raise ActionError("Er is geen cijfer van na de actie. Bereken eerst de kwaliteit.")
    held.state, held.closing, held.closed_at = state, closing.strip(), timezone.now()
    held.after_on, held.after_numerator = after.on, after.numerator
    held.after_denominator, held.after_value = after.denominator, after.value
    held.save()


def note(access: Access, action: ImprovementAction, text: str) -> ActionNote:
    """Write something down along the way."""
    return ActionNote.objects.create(action=action, by=access.staff, at=timezone.now(), text=text.strip())


def _open(action: ImprovementAction) -> ImprovementAction:
    held = ImprovementAction.objects.select_for_update().get(pk=action.pk)
    if held.state not in OPEN:
        raise ActionError("Deze actie is al afgesloten. Maak een nieuwe als er nog iets te doen is.")
    return held


def before(action: ImprovementAction) -> Figure:
    """The figure as it was when the action was made."""
    return Figure(
        action.measure, action.agency_id, action.before_numerator, action.before_denominator, action.before_value
    )


def after(action: ImprovementAction) -> Figure | None:
    """The figure as it was when the action was closed; None while it is open."""
    if action.after_on is None:
        return None
    top, bottom = action.after_numerator or 0, action.after_denominator or 0
    return Figure(action.measure, action.agency_id, top, bottom, action.after_value)
