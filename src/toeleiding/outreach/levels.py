"""How loud each kind is until somebody chooses otherwise (EXPERIENCE 7.1)."""

from collections.abc import Iterable

from toeleiding.organisations.models import Role
from toeleiding.outreach.models import Level, NoticeKind, NoticePreference

DEFAULTS: dict[NoticeKind, Level] = {
    kind: Level.TODAY
    if kind
    in (
        NoticeKind.APPOINTMENT_PLANNED,
        NoticeKind.TERM_ENDS,
        NoticeKind.ACTION_LATE,
        NoticeKind.TRANSLATION_OUTDATED,
    )
    else Level.NOW
    for kind in NoticeKind
}
_LEAD = (NoticeKind.TERM_PASSED, NoticeKind.ACTION_LATE)
_PROJECT = (NoticeKind.ACTION_LATE, NoticeKind.TRANSLATION_OUTDATED)
_OPERATOR = (NoticeKind.ACTION_LATE, NoticeKind.EXCHANGE_FAILING)
_COUNSELLOR = (NoticeKind.REFERRAL_NEW,)
KINDS_OF_ROLE: dict[Role, tuple[NoticeKind, ...]] = {
    Role.CASE_WORKER: tuple(kind for kind in NoticeKind if kind not in {*_COUNSELLOR, *_PROJECT, *_OPERATOR}),
    Role.TEAM_LEAD: _LEAD,
    Role.VDAB_COUNSELLOR: _COUNSELLOR,
    Role.PROJECT_LEAD: _PROJECT,
    Role.EXCHANGE_OPERATOR: _OPERATOR,
}


def choices(kind: NoticeKind) -> list[Level]:
    """The levels that may be chosen: a term that passed cannot be silenced."""
    return [level for level in Level if kind is not NoticeKind.TERM_PASSED or level is not Level.SILENT]


def chosen(staff: Iterable[int]) -> dict[tuple[int, str], str]:
    """What these members of staff chose: (staff id, kind) -> level, in one query."""
    rows = NoticePreference.objects.filter(staff__in=set(staff))
    return {(one, kind): level for one, kind, level in rows.values_list("staff", "kind", "level")}
