"""The agenda follows the timelines: what a dossier says of its appointments stands here by who keeps them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import F

from toeleiding.dossiers import bulk
from toeleiding.dossiers import events as e
from toeleiding.dossiers.state import Planned
from toeleiding.dossiers.timeline import NewEvent, Recorded
from toeleiding.organisations.models import Staff
from toeleiding.referrals.models import Appointment
from toeleiding.referrals.models.appointments import AppointmentStatus

_OF_THE_AGENDA = (
    e.AppointmentPlanned,
    e.AppointmentMoved,
    e.AppointmentCancelled,
    e.AppointmentEnded,
    e.MergedWith,
    e.Split,
)
_COLUMNS = (
    "id", "dossier_id", "staff_id", "subject", "status", "begins_at", "ends_at", "form", "place", "language",
    "interpreter", "support", "sequence", "changed_at",
)  # fmt: skip
# A dossier writes all its appointments again; one that is the same for the client did not change.
_SAME = "(kept.status, kept.begins_at, kept.form, kept.place) = (new.status, new.begins_at, new.form, new.place)"
_CHANGED_AT = f"changed_at = case when {_SAME} then kept.changed_at else new.changed_at end"
_REPLACE = (
    (f"on conflict (id) do update set {', '.join(f'{one} = new.{one}' for one in _COLUMNS[1:-1])}, {_CHANGED_AT}")
    .replace("new.", "excluded.")
    .replace("kept.", f"{Appointment._meta.db_table}.")
)


def on_recorded(recorded: Sequence[Recorded]) -> None:
    """Write the appointments of the dossiers whose agenda changed, in three queries however many there are.

    What the employment service told names nobody of us: it stands with who follows the dossier.
    """
    touched = [one for one in recorded if any(map(_concerns, one.events))]
    planned = [(one, appointment) for one in touched for appointment in one.state.planned]
    _call_off([one for one in touched if any(new.corrects is not None for new in one.events)])
    if not planned:
        return
    names = {appointment.staff for _, appointment in planned}
    staff = dict(Staff.objects.filter(username__in=names).values_list("username", "pk"))
    rows = [
        _row(one, appointment, keeper)
        for one, appointment in planned
        if (keeper := staff.get(appointment.staff) or one.dossier.case_worker_id)
    ]
    bulk.insert(Appointment, _COLUMNS, rows, _REPLACE)


def _call_off(corrected: Sequence[Recorded]) -> None:
    """What a correction took off the timeline is called off here too, so that a calendar that reads along drops it."""
    if not corrected:
        return
    standing = [appointment.appointment for one in corrected for appointment in one.state.planned]
    gone = Appointment.objects.filter(dossier__in=[one.dossier.pk for one in corrected]).exclude(pk__in=standing)
    gone.exclude(status=AppointmentStatus.CANCELLED).update(
        status=AppointmentStatus.CANCELLED, sequence=F("sequence") + 1, changed_at=corrected[0].dossier.changed_at
    )


def _concerns(new: NewEvent) -> bool:
    return isinstance(new.data, _OF_THE_AGENDA) or new.corrects is not None


# Who tells of an appointment may say more than a column holds; the whole of it stands on the timeline.
def _row(one: Recorded, appointment: Planned, keeper: int) -> dict[str, Any]:
    return {
        "id": appointment.appointment,
        "dossier_id": one.dossier.pk,
        "staff_id": keeper,
        "subject": appointment.subject,
        "status": appointment.status,
        "begins_at": appointment.at,
        "ends_at": appointment.at + timedelta(minutes=max(1, appointment.minutes)),
        "form": appointment.form,
        "place": appointment.place[:120],
        "language": (appointment.language or "")[:8],
        "interpreter": appointment.interpreter,
        "support": appointment.support[:16],
        "sequence": appointment.changes,
        "changed_at": one.dossier.changed_at,
    }
