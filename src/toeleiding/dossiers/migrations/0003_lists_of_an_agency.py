"""Indexes for the list of an agency, and two fewer that only cost.

Seen at 200,000 dossiers (140,000 of one agency): a filter on step, term, language, municipality or status read the
whole table, 220 to 460 ms a page; with these indexes each page takes 10 to 28 ms. Every one ends in the key, because
the newest come first. The indexes that Django makes for the two foreign keys are the beginning of others here.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0002_timeline_only_grows"),
        ("organisations", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="dossier",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dossiers",
                to="organisations.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="dossier",
            name="case_worker",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dossiers",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("tab", "DONE"), _negated=True),
                fields=["agency", "step_number", "id"],
                name="agency_open",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                models.F("agency"),
                django.contrib.postgres.indexes.OpClass("pill", name="varchar_pattern_ops"),
                models.F("id"),
                name="agency_status",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(fields=["agency", "language", "id"], name="agency_language"),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(fields=["agency", "municipality", "id"], name="agency_municipality"),
        ),
    ]
