"""A table that only grows: the database itself refuses to change or remove a row.

`refuse_change` is used by the access log and, a floor higher, by the timeline. TRUNCATE is refused too, unless the
session says `toeleiding.truncate_allowed = yes`, which only the tests do to clean their own database.
"""

from django.db import migrations

FUNCTION = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' and current_setting('toeleiding.truncate_allowed', true) = 'yes' then
    return null;
  end if;
  raise exception 'De % groeit alleen aan: % is niet toegestaan. Zet een fout recht met een nieuwe regel.',
    tg_argv[0], tg_op using errcode = 'restrict_violation';
end $$
"""
TRIGGER = """
create trigger only_grows before update or delete on {table}
  for each row execute function refuse_change('{name}');
create trigger only_grows_whole before truncate on {table}
  for each statement execute function refuse_change('{name}');
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "drop function refuse_change"),
        migrations.RunSQL(
            TRIGGER.format(table="organisations_accesslog", name="log van inzage"),
            "drop trigger only_grows on organisations_accesslog;"
            "drop trigger only_grows_whole on organisations_accesslog",
        ),
    ]
