""" "Gezien": remember up to which event somebody saw a client's changes, and take that back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.db import connection, transaction

from toeleiding.organisations.access import Access
from toeleiding.referrals import menu
from toeleiding.referrals.follow_up.changes import followed
from toeleiding.referrals.limits import UNDO_SECONDS
from toeleiding.referrals.models import SeenMark

_SALT = "gezien"


class TooLateError(Exception):
    """What was marked cannot be taken back any more."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One mark that was set: what it is now, and what it was (0: there was none)."""

    dossier: int
    up_to: int
    before: int


# A mark only goes forward, and only to an event that this dossier holds.
_MARK = """
with wanted as (
  select distinct on (v.dossier_id) v.dossier_id, v.id as up_to
    from unnest(%s::bigint[], %s::bigint[]) as w(dossier_id, up_to)
    join dossiers_event v on v.id = w.up_to and v.dossier_id = w.dossier_id
   order by v.dossier_id, v.id desc
), old as (
  select m.dossier_id, m.up_to from referrals_seenmark m join wanted using (dossier_id) where m.staff_id = %s
), written as (
  insert into referrals_seenmark (staff_id, dossier_id, up_to) select %s, dossier_id, up_to from wanted
  on conflict (staff_id, dossier_id) do update set up_to = excluded.up_to
    where referrals_seenmark.up_to < excluded.up_to
  returning dossier_id, up_to
)
select w.dossier_id, w.up_to, coalesce(old.up_to, 0) from written w left join old using (dossier_id)
"""


@transaction.atomic
def mark_seen(access: Access, seen: Sequence[tuple[int, int]]) -> list[Marked]:
    """Mark (dossier, last event on screen) pairs as seen, as far as they are this person's joint clients."""
    mine = set(followed(access).filter(pk__in=[dossier for dossier, _ in seen]).values_list("pk", flat=True))
    pairs = [pair for pair in seen if pair[0] in mine]
    if not pairs:
        return []
    me = access.staff.pk
    menu.forget(access)
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [[one for one, _ in pairs], [event for _, event in pairs], me, me])
        return [Marked(*row) for row in cursor.fetchall()]


def undo_key(access: Access, marked: Sequence[Marked]) -> str:
    """A signed key with which only this person takes these marks back, for ten minutes."""
    told = {"wie": access.staff.pk, "was": [[one.dossier, one.up_to, one.before] for one in marked]}
    return signing.dumps(told, salt=_SALT, compress=True)


@transaction.atomic
def take_back(access: Access, key: str) -> int:
    """Put marks back as they were, unless they moved on since. Gives how many. Raises TooLateError."""
    try:
        told = signing.loads(key, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise TooLateError from error
    if told["wie"] != access.staff.pk:
        raise TooLateError
    menu.forget(access)
    dossiers, now, before = zip(*told["was"], strict=True)
    columns = [list(dossiers), list(now), list(before)]
    with connection.cursor() as cursor:
        cursor.execute(
            "update referrals_seenmark m set up_to = w.before"
            " from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as w(dossier_id, up_to, before)"
            " where m.staff_id = %s and m.dossier_id = w.dossier_id and m.up_to = w.up_to returning m.dossier_id",
            [*columns, access.staff.pk],
        )
        back = len(cursor.fetchall())
    SeenMark.objects.filter(staff=access.staff, dossier__in=dossiers, up_to=0).delete()
    return back
