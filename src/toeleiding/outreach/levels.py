"""How loud each kind is until somebody chooses otherwise, and who can get which (EXPERIENCE 7.1)."""

from collections.abc import Iterable
from typing import assert_never

from toeleiding.organisations.models import Role
from toeleiding.outreach.models import Level, NoticeKind, NoticePreference

_TODAY = (
    NoticeKind.APPOINTMENT_PLANNED,
    NoticeKind.TERM_ENDS,
    NoticeKind.ACTION_LATE,
    NoticeKind.TRANSLATION_OUTDATED,
    NoticeKind.UNUSUAL_ACCESS,
    NoticeKind.RETENTION_DUE,
)
DEFAULTS: dict[NoticeKind, Level] = {kind: Level.TODAY if kind in _TODAY else Level.NOW for kind in NoticeKind}


def _told_to(kind: NoticeKind) -> tuple[Role, ...]:
    match kind:
        case (
            NoticeKind.ANSWER
            | NoticeKind.REFERRAL_ACCEPTED
            | NoticeKind.REFERRAL_QUESTIONED
            | NoticeKind.REFERRAL_RETURNED
            | NoticeKind.REFERRAL_NOT_ARRIVED
            | NoticeKind.APPOINTMENT_PLANNED
            | NoticeKind.APPOINTMENT_MISSED
            | NoticeKind.HELP_ASKED
            | NoticeKind.ASSIGNED
            | NoticeKind.TERM_ENDS
            | NoticeKind.ABSENCE_SET
        ):
            return (Role.CASE_WORKER,)
        case NoticeKind.TERM_PASSED:
            return (Role.CASE_WORKER, Role.TEAM_LEAD)
        case NoticeKind.REFERRAL_NEW:
            return (Role.VDAB_COUNSELLOR,)
        case NoticeKind.ACTION_LATE:
            return (Role.EXCHANGE_OPERATOR, Role.TEAM_LEAD, Role.PROJECT_LEAD)
        case NoticeKind.TRANSLATION_OUTDATED:
            return (Role.PROJECT_LEAD,)
        case NoticeKind.EXCHANGE_FAILING | NoticeKind.QUEUE_LONG:
            return (Role.EXCHANGE_OPERATOR,)
        case NoticeKind.UNUSUAL_ACCESS | NoticeKind.RETENTION_DUE:
            return (Role.DPO,)
    assert_never(kind)


KINDS_OF_ROLE: dict[Role, tuple[NoticeKind, ...]] = {
    role: tuple(kind for kind in NoticeKind if role in _told_to(kind)) for role in Role
}


def choices(kind: NoticeKind) -> list[Level]:
    """The levels that may be chosen: a term that passed cannot be silenced."""
    return [level for level in Level if kind is not NoticeKind.TERM_PASSED or level is not Level.SILENT]


def chosen(staff: Iterable[int]) -> dict[tuple[int, str], str]:
    """What these members of staff chose: (staff id, kind) -> level, in one query."""
    rows = NoticePreference.objects.filter(staff__in=set(staff))
    return {(one, kind): level for one, kind, level in rows.values_list("staff", "kind", "level")}
