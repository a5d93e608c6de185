"""The timeline is append-only by order of the database, and the state lies beside the row, not in it.

A worklist never reads `state`; kept out of line (external storage, small tuple target) it is not rewritten when only
decision columns change, and lists read ten times fewer pages.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("organisations", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "create trigger only_grows before update or delete on dossiers_event"
            " for each row execute function refuse_change('tijdlijn');"
            "create trigger only_grows_whole before truncate on dossiers_event"
            " for each statement execute function refuse_change('tijdlijn')",
            "drop trigger only_grows on dossiers_event; drop trigger only_grows_whole on dossiers_event",
        ),
        migrations.RunSQL(
            "alter table dossiers_dossier alter column state set storage external;"
            "alter table dossiers_dossier set (toast_tuple_target = 256, fillfactor = 90)",
            "alter table dossiers_dossier alter column state set storage extended;"
            "alter table dossiers_dossier reset (toast_tuple_target, fillfactor)",
        ),
    ]
