"""What the menu counts in this room: one statement, on every page that draws a menu."""

from datetime import datetime, time, timedelta

from django.core.cache import cache
from django.utils import timezone

from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.referrals.follow_up.changes import followed, run
from toeleiding.referrals.limits import MENU_COUNTS_TO, MENU_SECONDS

FOLLOWERS = frozenset({Role.CASE_WORKER, Role.TEAM_LEAD})
_COUNTS = f"""
select (select count(*) from (select distinct dossier_id from change limit {MENU_COUNTS_TO:d}) counted),
       (select count(*) from referrals_appointment
         where staff_id = %s and status = 'PLANNED' and begins_at >= %s and begins_at < %s)
"""


def counts(access: Access) -> dict[str, int]:
    """How many wait, by the address of the item. For a whole agency this is counted once in a while."""
    if access.role not in FOLLOWERS:
        return {}
    if access.role is not Role.TEAM_LEAD:
        return _counted(access)
    return cache.get_or_set(_key(access), lambda: _counted(access), MENU_SECONDS) or {}


def forget(access: Access) -> None:
    """Count again: what somebody marked or planned does not wait any more."""
    cache.delete(_key(access))


def _counted(access: Access) -> dict[str, int]:
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    today = [access.staff.pk, midnight, midnight + timedelta(days=1)]
    changed, appointments = run(access, followed(access), _COUNTS, today)[0]
    return {"/gezamenlijke-klanten": changed, "/afspraken": appointments}


def _key(access: Access) -> str:
    return f"menu:{access.staff.pk}:{access.organisation.pk}"
