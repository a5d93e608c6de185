"""What each row means beside the dossiers: set-based, for a whole list or for some of its rows.

The passes go in order: doubles within the list, the dossier of the number, what differs, people who look alike.
A row with problems stays in error; a row that was dealt with is never classified again.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from toeleiding.client_lists import limits

# The rows that a pass may touch. `numbers` null: all of them.
_THESE = (
    "r.upload_id = %(upload)s and r.done = 'PENDING' and (%(numbers)s::int[] is null or r.number = any(%(numbers)s))"
)

_RESET = f"""
update client_lists_row r
set kind = case when r.problems - 'rij' = '{{}}' then 'CREATE' else 'ERROR' end,
    problems = r.problems - 'rij', note = '', differences = '{{}}', candidates = '[]',
    dossier_id = case when r.choice = 'SAME' then r.dossier_id end
where {_THESE}
"""

# One number twice: the same facts are nothing new, other facts are for a person.
_SAID = "first_name, {0}last_name, {0}birth, {0}contract_signed_on, {0}phone, {0}email, {0}language, {0}municipality"
_DOUBLES = f"""
with twice as materialized (
    select f.insz from client_lists_row f
    where f.upload_id = %(upload)s and f.insz <> '' and f.kind <> 'ERROR' and (%(numbers)s::int[] is null
        or f.insz in (
            select r.insz from client_lists_row r where r.upload_id = %(upload)s and r.number = any(%(numbers)s)))
    group by f.insz having count(*) > 1
), firsts as materialized (
    select distinct on (f.insz) f.insz, f.number, f.{_SAID.format("f.")}
    from client_lists_row f join twice using (insz)
    where f.upload_id = %(upload)s and f.insz <> '' and f.kind <> 'ERROR' order by f.insz, f.number
), pairs as (
    select r.id, first.number as at,
        (r.{_SAID.format("r.")}) is not distinct from (first.{_SAID.format("first.")}) as same
    from client_lists_row r join firsts first on first.insz = r.insz and first.number < r.number
    where {_THESE} and r.kind = 'CREATE' and r.insz <> ''
)
update client_lists_row r
set kind = case when pairs.same then 'UNCHANGED' else 'ERROR' end,
    note = case when pairs.same then 'Staat ook op rij ' || pairs.at || '.' else '' end,
    problems = case when pairs.same then r.problems else r.problems || jsonb_build_object('rij',
        'Dit nummer staat ook op rij ' || pairs.at || ', met andere gegevens. Verbeter of schrap een van de twee.') end
from pairs where pairs.id = r.id
"""

# field -> (what the dossier says, what the list says, whether they say the same); "" is nothing said.
_COMPARED: dict[str, tuple[str, str, str]] = {
    # A register cuts names at 48 characters (DOMAIN 5.1).
    "first_name": ("d.first_name", "r.first_name", "left(upper(d.first_name), 48) = left(upper(r.first_name), 48)"),
    "last_name": ("d.last_name", "r.last_name", "left(upper(d.last_name), 48) = left(upper(r.last_name), 48)"),
    # Less complete says the same; more complete is something new.
    "birth": (
        "case when r.birth like left(d.birth, 4) || '%%' and d.birth like '%%-00' then '' else d.birth end",
        "r.birth",
        "d.birth = r.birth or (r.birth like '%%-00' and d.birth like left(r.birth, case when r.birth like '%%-00-00'"
        " then 4 else 7 end) || '%%')",
    ),
    "sex": ("coalesce(d.state->>'sex', '')", "r.sex", "d.state->>'sex' = r.sex"),
    "language": ("d.language", "r.language", "d.language = r.language"),
    "municipality": ("d.municipality", "r.municipality", "upper(d.municipality) = upper(r.municipality)"),
    "postal_code": (
        "coalesce(d.state->>'postal_code', '')",
        "r.postal_code",
        "d.state->>'postal_code' = r.postal_code",
    ),
    "phone": (
        "coalesce(d.state->>'phone', '')",
        "r.phone",
        "regexp_replace(d.state->>'phone', '[^0-9+]', '', 'g') = r.phone",
    ),
    "email": ("coalesce(d.state->>'email', '')", "r.email", "lower(d.state->>'email') = r.email"),
    "target_group": ("d.target_group", "r.target_group", "d.target_group = r.target_group"),
    "contract_signed_on": (
        "coalesce(d.contract_signed_on::text, '')",
        "coalesce(r.contract_signed_on::text, '')",
        "d.state->'contracts' @> jsonb_build_array(jsonb_build_object('signed_on', r.contract_signed_on::text))",
    ),
    "insz": ("coalesce(d.insz, '')", "r.insz", "exists (select from dossiers_personnumber n"
             " where n.insz = r.insz and n.dossier_id = d.id)"),
}  # fmt: skip
_DIFFERENCES = ", ".join(
    f"'{field}', case when {theirs} <> '' and ({same}) is not true then jsonb_build_array({ours}, {theirs}) end"
    for field, (ours, theirs, same) in _COMPARED.items()
)

_FOUND = f"""
with found as (
    select r.id, d.id as dossier, d.agency_id, d.number, jsonb_strip_nulls(jsonb_build_object({_DIFFERENCES},
        'ended', case when d.state->>'ended_reason' = 'MISTAKE' then jsonb_build_array('', 'opnieuw gestart') end))
        as differences
    from client_lists_row r
    left join dossiers_personnumber n on n.insz = r.insz and r.insz <> ''
    join dossiers_dossier d on d.id = coalesce(n.dossier_id, r.dossier_id)
    where {_THESE} and r.kind = 'CREATE'
)
update client_lists_row r
set dossier_id = case when found.agency_id = %(agency)s then found.dossier end,
    differences = case when found.agency_id = %(agency)s then found.differences else '{{}}' end,
    problems = case when found.agency_id = %(agency)s then r.problems else r.problems || jsonb_build_object('rij',
        'Dit nummer hoort bij een dossier van een ander agentschap. Vraag die teamleider om het over te dragen.') end,
    kind = case
        when found.agency_id <> %(agency)s then 'ERROR'
        when found.differences = '{{}}' then 'UNCHANGED'
        when exists (select from jsonb_each(found.differences) each where each.value->>0 <> '') then 'CONFLICT'
        else 'UPDATE' end
from found where found.id = r.id
"""

_NAMELESS = f"""
update client_lists_row r
set kind = 'ERROR', problems = r.problems || jsonb_build_object('rij',
    'Voor een nieuw dossier zijn voornaam en achternaam nodig. Vul ze aan.')
where {_THESE} and r.kind = 'CREATE' and (r.first_name = '' or r.last_name = '')
"""

# Alike: born on the same day with a name that is much alike, or the same family name in one birth year. Both joins
# are by equality, so that a list of 100,000 beside 200,000 dossiers is compared within blocks, not with everybody.
_ALIKE = f"""
with fresh as materialized (
    select r.id, upper(r.first_name) as first_name, upper(r.last_name) as last_name, r.birth,
        left(r.birth, 4) as year
    from client_lists_row r
    where {_THESE} and r.kind = 'CREATE' and r.birth <> '' and r.choice not in ('NEW', 'SAME')
), old as materialized (
    select d.number, upper(d.first_name) as first_name, upper(d.last_name) as last_name, d.birth,
        left(d.birth, 4) as year
    from dossiers_dossier d where d.agency_id = %(agency)s and d.birth <> '' and d.merged_into_id is null
), pairs as (
    select fresh.id, old.number from fresh join old
        on old.birth = fresh.birth and left(old.last_name, 1) = left(fresh.last_name, 1)
    where similarity(old.last_name, fresh.last_name) >= 0.4 and similarity(old.first_name, fresh.first_name) >= 0.3
    union
    select fresh.id, old.number from fresh join old on old.last_name = fresh.last_name and old.year = fresh.year
    where similarity(old.first_name, fresh.first_name) >= 0.5
    union
    select fresh.id, old.number from fresh join old
        on old.last_name = fresh.first_name and old.first_name = fresh.last_name and old.year = fresh.year
), likely as (
    select id, jsonb_agg(number order by number) as numbers
    from (select id, number, row_number() over (partition by id order by number) as place from pairs) ranked
    where place <= %(candidates)s group by id
)
update client_lists_row r set kind = 'QUESTION', candidates = likely.numbers from likely where likely.id = r.id
"""

# The same person twice in the list, once without a number.
_ALIKE_IN_LIST = f"""
with everybody as materialized (
    select f.number, f.insz, f.birth, upper(f.last_name) as last_name, upper(f.first_name) as first_name
    from client_lists_row f where f.upload_id = %(upload)s and f.birth <> '' and f.last_name <> ''
), bare as materialized (
    select * from everybody where insz = ''
), twins as (
    select greatest(one.number, bare.number) as number, min(least(one.number, bare.number)) as at
    from bare join everybody one using (birth, last_name, first_name)
    where one.number <> bare.number group by 1
)
update client_lists_row r set kind = 'QUESTION', note = 'Dezelfde naam en geboortedatum als rij ' || twins.at || '.'
from twins where {_THESE} and twins.number = r.number and r.kind = 'CREATE' and r.choice not in ('NEW', 'SAME')
"""
_PASSES = (_DOUBLES, _FOUND, _NAMELESS)
_LIKENESS = (_ALIKE, _ALIKE_IN_LIST)


@transaction.atomic
def classify(upload: UUID, agency: int, numbers: Sequence[int] | None = None, *, likeness: bool = True) -> None:
    """Say of rows what they mean now, or of all rows of a list that was just stored.

    `likeness` False leaves out the search for people who look alike: the answer to that was given already.
    """
    given: dict[str, Any] = {"upload": upload, "agency": agency, "candidates": limits.CANDIDATES}
    given["numbers"] = list(numbers) if numbers is not None else None
    with connection.cursor() as cursor:
        if numbers is None:  # fresh rows: nothing to reset, and nothing known of how many there are
            cursor.execute("analyze client_lists_row")
        else:
            cursor.execute(_RESET, given)
        for sql in (*_PASSES, *(_LIKENESS if likeness else ())):
            cursor.execute(sql, given)
