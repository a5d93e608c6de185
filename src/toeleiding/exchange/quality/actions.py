"""The improvement plan: a finding becomes an action with an owner and a day, and is measured again when it ends."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from toeleiding.exchange.models import ActionNote, ActionState, ImprovementAction
from toeleiding.exchange.quality import snapshots
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure
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
    """The actions somebody may read: a team lead those of the own agency and the own ones, others everything."""
    found = ImprovementAction.objects.select_related("owner", "agency", "made_by")
    if access.role is Role.TEAM_LEAD:
        found = found.filter(Q(agency=access.organisation) | Q(owner=access.staff))
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


@transaction.atomic
def make(access: Access, plan: Plan) -> ImprovementAction:
    """Make an action out of a finding; the figure as it is now is frozen in it. Raises ActionError."""
    if plan.measure not in MEASURES:
        raise ActionError("Deze meting bestaat niet (meer). Kies er een van de pagina Kwaliteit.")
    today, before = snapshots.now(plan.measure, plan.agency.pk if plan.agency else None)
    return ImprovementAction.objects.create(
        measure=plan.measure, agency=plan.agency, title=plan.title, why=plan.why, owner=plan.owner, due_on=plan.due_on,
        target=plan.target, made_by=access.staff, made_at=timezone.now(), before_on=today,
        before_numerator=before.numerator, before_denominator=before.denominator, before_value=before.value,
        before_hidden=before.hidden,
    )  # fmt: skip


@transaction.atomic
def begin(action: ImprovementAction) -> None:
    """The work began. Raises ActionError."""
    held = _open(action)
    held.state = ActionState.RUNNING
    held.save(update_fields=["state"])


@transaction.atomic
def close(action: ImprovementAction, state: ActionState, closing: str) -> None:
    """The work is over: what is measured now is frozen beside the figure before. Raises ActionError."""
    held = _open(action)
    if state in OPEN:
        raise ActionError("Kies of de actie klaar is of niet verdergezet wordt.")
    if not closing.strip():
        raise ActionError("Vul in wat de actie opleverde, of waarom ze niet verdergaat.")
    held.state, held.closing, held.closed_at = state, closing.strip(), timezone.now()
    if held.measure in MEASURES:
        held.after_on, after = snapshots.now(held.measure, held.agency_id)
    else:  # measured no more since: there is nothing to put beside the figure before
        held.after_on, after = timezone.localdate(), Figure(held.measure, held.agency_id, 0, 0, None)
    held.after_numerator, held.after_denominator = after.numerator, after.denominator
    held.after_value, held.after_hidden = after.value, after.hidden
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
    top, bottom = action.before_numerator, action.before_denominator
    return Figure(action.measure, action.agency_id, top, bottom, action.before_value, action.before_hidden)


def after(action: ImprovementAction) -> Figure | None:
    """The figure as it was when the action was closed; None while it is open."""
    if action.after_on is None:
        return None
    top, bottom = action.after_numerator or 0, action.after_denominator or 0
    return Figure(action.measure, action.agency_id, top, bottom, action.after_value, action.after_hidden)
