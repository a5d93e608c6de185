"""What of a timeline may be on a screen that is turned to the client (decision 045).

Closed lists: what is not named here stays hidden, so a kind of event that is made later does too. Nobody of the staff
is named; a source is.
"""

from collections.abc import Iterable
from dataclasses import replace

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Event
from toeleiding.dossiers.story import Line, lines

# Facts of the person and answers of registers: nothing in them was typed about somebody.
_WHOLE = {
    "OPENED", "IDENTIFIED", "NUMBER_ASSIGNED", "NUMBER_REPLACED", "NUMBER_CANCELLED", "CONTACT_CHANGED", "MOVED",
    "TARGET_GROUP_SET", "CONTRACT_REGISTERED", "COMPULSORY_EDUCATION_SET", "TEMPORARY_PROTECTION_SET", "WORK_ASKED",
    "WORK_ANSWERED", "EMPLOYMENT_SERVICE_ASKED", "EMPLOYMENT_DATA_COPIED", "EXPLANATION_GIVEN",
    "REGISTRATION_REPORTED", "APPOINTMENT_PLANNED", "APPOINTMENT_MOVED", "CLIENT_ASKED_HELP", "HELP_ANSWERED",
    "TRACK_REOPENED", "DECIDED",
}  # fmt: skip
# That it happened may be seen; a colleague may have typed the words beside it.
_TITLE_ONLY = {
    "RIGHT_TO_WORK_SEEN", "WORK_SITUATION_ASSESSED", "INCAPACITY_ENDED", "EMPLOYMENT_SERVICE_ANSWERED", "PROOF_SHOWN",
    "SUPPORT_GIVEN", "CONTACT_HELD", "INTAKE_COMPLETED", "TERM_SUSPENDED", "APPOINTMENT_CANCELLED",
    "APPOINTMENT_ENDED", "TRAINING_STARTED", "REFERRAL_SENT", "REFERRAL_DELIVERED", "REFERRAL_ACCEPTED",
    "TRACK_ENDED",
}  # fmt: skip


def for_client(events: Iterable[Event], service: str) -> list[Line]:
    """The lines that a client may read, the latest first; what was put right is left out."""
    rows = list(events)
    sources = {row.pk: w.source_name(row.source) for row in rows}
    return [
        replace(line, who=sources[line.id], told=line.told if line.kind in _WHOLE else replace(line.told, text=""))
        for line in lines(rows, service)
        if line.kind in _WHOLE | _TITLE_ONLY and line.corrected_by is None
    ]
