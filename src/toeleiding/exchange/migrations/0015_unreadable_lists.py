from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0014_feeds_and_files"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="delivered",
            name="list_state_is_known",
        ),
        migrations.AlterField(
            model_name="delivered",
            name="state",
            field=models.CharField(
                choices=[
                    ("WAITING", "Wacht op bevestiging"),
                    ("CONFIRMED", "Wordt uitgevoerd"),
                    ("APPLIED", "Uitgevoerd"),
                    ("REPLACED", "Er is een nieuwere lijst"),
                    ("UNREADABLE", "Niet te lezen"),
                ],
                default="WAITING",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="delivered",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["WAITING", "CONFIRMED", "APPLIED", "REPLACED", "UNREADABLE"])),
                name="list_state_is_known",
            ),
        ),
    ]
