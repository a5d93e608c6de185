"""The key of each side by its own name; polls and what partners send are sealed and erased too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0010_reconciliation"),
    ]

    operations = [
        migrations.AddField(
            model_name="incomingmessage",
            name="answer_key",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="incomingmessage",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="incomingmessage",
            name="key",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="poll",
            name="answer_key",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="poll",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="poll",
            name="key",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="rawmessage",
            name="answer_key",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AlterField(
            model_name="incomingmessage",
            name="answer",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="incomingmessage",
            name="raw",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="poll",
            name="question",
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name="legalline",
            index=models.Index(
                condition=models.Q(("dossier__isnull", True)), fields=["subject", "-at"], name="legal_without_dossier"
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", False), ("erased_at__isnull", True), ("raw__isnull", False)),
                    models.Q(("answer__isnull", True), ("erased_at__isnull", False), ("raw__isnull", True)),
                    _connector="OR",
                ),
                name="incoming_is_erased_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), ("question__isnull", False)),
                    models.Q(("answer__isnull", True), ("erased_at__isnull", False), ("question__isnull", True)),
                    _connector="OR",
                ),
                name="poll_is_erased_whole",
            ),
        ),
        # Until now one name stood for both sides.
        migrations.RunSQL(
            "update exchange_rawmessage set answer_key = key where answer is not null", migrations.RunSQL.noop
        ),
    ]
