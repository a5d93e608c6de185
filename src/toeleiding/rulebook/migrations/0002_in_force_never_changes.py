"""A rule set that is or was in force never changes: decisions name it."""

from django.db import migrations

FORWARD = """
create function rulebook_version_stands() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.status <> 'DRAFT' then
            raise exception 'Regelset % is van kracht geweest en kan niet weg.', old.name using errcode = '23514';
        end if;
        return old;
    end if;
    if old.status = 'DRAFT' then
        return new;
    end if;
    if old.status = 'IN_FORCE' and new.status = 'RETIRED'
        and to_jsonb(old) - 'status' = to_jsonb(new) - 'status' then
        return new;
    end if;
    raise exception 'Regelset % is van kracht geweest en verandert niet meer.', old.name using errcode = '23514';
end $$;
create trigger version_stands before update or delete on rulebook_rulesetversion
    for each row execute function rulebook_version_stands();

create function rulebook_change_stands() returns trigger language plpgsql as $$
begin
    if exists (
        select from rulebook_rulesetversion
        where id = (case when tg_op = 'INSERT' then new.version_id else old.version_id end) and status <> 'DRAFT'
    ) or tg_op = 'UPDATE' then
        raise exception 'De geschiedenis van een regel verandert niet.' using errcode = '23514';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger change_stands before insert or update or delete on rulebook_rulechange
    for each row execute function rulebook_change_stands();
"""
BACKWARD = """
drop trigger change_stands on rulebook_rulechange;
drop function rulebook_change_stands();
drop trigger version_stands on rulebook_rulesetversion;
drop function rulebook_version_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
