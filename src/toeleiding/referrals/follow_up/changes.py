"""What employment services and registers told about joint clients since somebody last looked.

Everything is one statement over the timeline: the news after the mark, each beside the answer before it, and what
differs between the two. An answer that says what the one before it said is no change. Out of order answers are none
either: the fold leaves them out as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from toeleiding.dossiers.models import Dossier, Tab
from toeleiding.dossiers.selectors import dossiers
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.referrals.limits import FIRST_LOOK_DAYS, MENU_COUNTS_TO
from toeleiding.referrals.models import Direction, FirstLook, Referral
from toeleiding.referrals.states import FOLLOWED, UNDECIDED, State


class ChangeKind(StrEnum):
    """The closed list of what counts as a change."""

    MISSED = "gemist"
    ENDED = "gestopt"
    HANDED = "overgenomen"
    NEW = "nieuw"
    APPOINTMENT = "afspraak"
    KEPT = "doorgegaan"
    CATEGORY = "categorie"
    COUNSELLOR = "bemiddelaar"
    TRAINING = "opleiding"
    WORK = "werk"
    NUMBER = "nummer"
    ACCEPTED = "aanvaard"
    QUESTIONED = "vraag"
    RETURNED = "teruggegeven"
    LOST = "niet-aangekomen"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one client. `data` is what was told, `before` what was told before it."""

    event: int
    dossier: int
    kind: ChangeKind
    data: dict[str, Any]
    before: dict[str, Any] | None
    occurred_on: date
    recorded_at: datetime
    source: str


def joint() -> Q:
    """Whom we follow together: the employment service knows the person or was asked to, and the track goes on.

    Who is not registered any more stays in as long as the service knows the file: that it ended is news. So does who
    was given back. Who was merged is followed in the dossier that stayed.
    """
    ended = Q(tab=Tab.DONE) & (~Q(step="CLOSED") | Q(state__has_key="ended_on"))
    return (Q(answer="KNOWN") | _referred(*_WITH_NEWS)) & Q(merged_into__isnull=True) & ~ended


def on_the_list() -> Q:
    """Who of them stands under "Alle klanten": registered now, or on the way to it with a referral."""
    return Q(outcome="REGISTERED") | _referred(*UNDECIDED, *FOLLOWED)


_WITH_NEWS = (*UNDECIDED, *FOLLOWED, State.RETURNED)


def _referred(*states: State) -> Q:
    sent = Referral.objects.filter(direction=Direction.OUT, state__in=[one.value for one in states])
    return Q(pk__in=sent.values("dossier"))


def followed(access: Access) -> QuerySet[Dossier]:
    """The joint clients that somebody follows: a case worker her own, a team lead those of the agency."""
    found = dossiers(access).filter(joint())
    return found.filter(case_worker=access.staff) if access.role is Role.CASE_WORKER else found


def first_look(access: Access) -> FirstLook:
    """Since when this person follows changes; made at the first visit and never moved, so that nothing is lost."""
    return FirstLook.objects.get_or_create(staff=access.staff, defaults={"since": _month_ago()})[0]


def _month_ago() -> datetime:
    return timezone.now() - timedelta(days=FIRST_LOOK_DAYS)


# One of the newer answers is compared with the latest one before it that told something.
_CHANGES = """
with client (id, changed_at) as materialized ({clients}),
news as (
  select v.id, v.dossier_id, v.kind, v.data, v.occurred_on, v.recorded_at, v.source
    from client c
    cross join (select coalesce((select since from referrals_firstlook where staff_id = %s), %s) as since) f
    left join referrals_seenmark m on m.dossier_id = c.id and m.staff_id = %s
    join dossiers_event v on v.dossier_id = c.id
   where v.id > coalesce(m.up_to, 0)
     and (m.up_to is not null or (c.changed_at > f.since and v.recorded_at > f.since))
     and (v.kind in ('EMPLOYMENT_SERVICE_ANSWERED', 'CONTACT_HELD', 'APPOINTMENT_PLANNED', 'APPOINTMENT_ENDED',
                     'TRAINING_STARTED', 'FEEDBACK_GIVEN') and v.source in ('VDAB', 'ACTIRIS', 'KBI')
       or v.kind = 'WORK_ANSWERED' and v.source = 'RSZ'
       or v.kind in ('NUMBER_REPLACED', 'NUMBER_CANCELLED') and v.source in ('REGISTER', 'KBI')
       or v.kind in ('REFERRAL_ACCEPTED', 'REFERRAL_QUESTIONED', 'REFERRAL_RETURNED') and v.source = 'VDAB'
       or v.kind = 'REFERRAL_NOT_DELIVERED'
       or v.kind = 'ASSIGNED' and v.data->>'case_worker' = %s and v.actor_id is distinct from %s)
     and v.corrects_id is null
     and not exists (select from dossiers_event x where x.dossier_id = c.id and x.corrects_id = v.id)
),
told as (
  select n.*, p.data as before,
         n.data->>'answer' = 'KNOWN' and not n.data ? 'ended_on' as open_now,
         coalesce(p.data->>'answer' = 'KNOWN' and not p.data ? 'ended_on', false) as open_before
    from news n
    left join lateral (
      select b.data, b.occurred_on from dossiers_event b
       where b.dossier_id = n.dossier_id and b.kind = n.kind and b.id < n.id
         and (b.data->>'answer' in ('KNOWN', 'NOT_KNOWN') and b.kind = 'EMPLOYMENT_SERVICE_ANSWERED'
           or b.data ? 'work' and b.kind = 'WORK_ANSWERED')
         and not exists (select from dossiers_event x where x.dossier_id = b.dossier_id and x.corrects_id = b.id)
       order by b.occurred_on desc, b.id desc limit 1
    ) p on n.kind in ('EMPLOYMENT_SERVICE_ANSWERED', 'WORK_ANSWERED')
   where (p.occurred_on is null or p.occurred_on <= n.occurred_on)
     and (n.kind <> 'EMPLOYMENT_SERVICE_ANSWERED' or n.data->>'answer' in ('KNOWN', 'NOT_KNOWN'))
),
change as (
  select t.id, t.dossier_id, t.data, t.before, t.occurred_on, t.recorded_at, t.source,
         unnest(array_remove(case t.kind
           when 'EMPLOYMENT_SERVICE_ANSWERED' then array[
             case when t.open_now and not t.open_before then 'nieuw' end,
             case when t.open_before and not t.open_now then 'gestopt' end,
             case when t.open_now and t.open_before
                   and t.data->>'category' is distinct from t.before->>'category' then 'categorie' end,
             case when t.open_now and t.open_before
                   and (t.data#>>'{counsellor,name}', t.data#>>'{counsellor,office}')
                       is distinct from (t.before#>>'{counsellor,name}', t.before#>>'{counsellor,office}')
                  then 'bemiddelaar' end,
             case when t.open_now and exists (
               select from jsonb_array_elements(coalesce(t.data->'invitations', '[]')) i
                where i ? 'on' and not coalesce(t.before->'invitations', '[]') @> jsonb_build_array(
                  jsonb_build_object('on', i->'on'))) then 'afspraak' end] || (
             select array_agg(distinct case i->>'attended' when 'true' then 'doorgegaan' else 'gemist' end)
               from jsonb_array_elements(coalesce(t.data->'invitations', '[]')) i
              where i ? 'on' and i->>'attended' in ('true', 'false')
                and not coalesce(t.before->'invitations', '[]') @> jsonb_build_array(
                  jsonb_build_object('on', i->'on', 'attended', i->'attended')))
           when 'WORK_ANSWERED' then array[
             case when t.data ? 'work' and t.data->'work' is distinct from coalesce(t.before->'work', '[]')
                  then 'werk' end]
           when 'CONTACT_HELD' then array[
             case when t.data->>'held' = 'false' then 'gemist' else 'doorgegaan' end]
           when 'APPOINTMENT_ENDED' then array[
             case when t.data->>'held' = 'false' then 'gemist' else 'doorgegaan' end]
           when 'APPOINTMENT_PLANNED' then array['afspraak']
           when 'TRAINING_STARTED' then array['opleiding']
           when 'FEEDBACK_GIVEN' then array[
             case t.data->>'event' when 'APPOINTMENT_HELD' then 'doorgegaan' when 'APPOINTMENT_MISSED' then 'gemist'
               when 'TRAINING_STARTED' then 'opleiding' when 'WORK_FOUND' then 'werk' when 'STOPPED' then 'gestopt' end]
           when 'ASSIGNED' then array['overgenomen']
           when 'REFERRAL_ACCEPTED' then array['aanvaard']
           when 'REFERRAL_QUESTIONED' then array['vraag']
           when 'REFERRAL_RETURNED' then array['teruggegeven']
           when 'REFERRAL_NOT_DELIVERED' then array['niet-aangekomen']
           else array['nummer'] end, null)) as what
    from told t
)
"""


def run(access: Access, clients: QuerySet[Dossier], rest: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What a question (`rest`) about the table `change` of these clients answers: one row per change."""
    sql, given = clients.order_by().values("pk", "changed_at").query.sql_with_params()
    me = access.staff
    # Who looks over a whole agency did not get the dossiers herself.
    username = me.username if access.role is Role.CASE_WORKER else None
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGES.replace("{clients}", sql) + rest,
            [*given, me.pk, _month_ago(), me.pk, username, me.pk, *params],
        )
        return list(cursor.fetchall())


def changed_clients(
    access: Access, clients: QuerySet[Dossier], kinds: Sequence[ChangeKind], offset: int, limit: int | None
) -> tuple[list[int], int]:
    """The clients with changes, the latest first: one page of their ids (or all), and how many there are in all."""
    where = "where what = any(%s)" if kinds else ""
    rows = run(
        access,
        clients,
        f"select dossier_id, count(*) over () from change {where} group by dossier_id"
        " order by max(id) desc offset %s limit %s",
        [*([[str(kind) for kind in kinds]] if kinds else []), offset, limit],
    )
    return [row[0] for row in rows], rows[0][1] if rows else 0


def changes_of(access: Access, keys: Sequence[int]) -> dict[int, list[Change]]:
    """All changes of these clients that this person did not see, the latest first."""
    found: dict[int, list[Change]] = {key: [] for key in keys}
    if not keys:
        return found
    rows = run(
        access,
        followed(access).filter(pk__in=keys),
        "select id, dossier_id, what, data::text, before::text, occurred_on, recorded_at, source from change"
        " order by id desc",
    )
    for event, dossier, what, data, before, occurred_on, recorded_at, source in rows:
        found[dossier].append(
            Change(event, dossier, ChangeKind(what), _read(data), _read(before), occurred_on, recorded_at, source)
        )
    return found


def count_changed(access: Access) -> int:
    """How many clients have changes; it stops counting where nobody reads the number any more."""
    sql = f"select count(*) from (select distinct dossier_id from change limit {MENU_COUNTS_TO:d}) counted"
    return int(run(access, followed(access), sql)[0][0])


def _read(document: str | None) -> Any:
    """What the timeline holds, as it was written."""
    return msgspec.json.decode(document) if document is not None else None
