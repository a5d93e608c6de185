"""Figures of periods of more than one length, and actions that know what was kept back."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q

# Measured over 28 days before; the night measures them anew over 7, 30 and 90, also the weeks before.
_FLOWS = ("ANSWERS", "WITHIN_A_DAY", "LATENCY", "REPLACED", "MANUAL")
_SHARES = (
    "ANSWERS", "WITHIN_A_DAY", "FRESH", "CATEGORY", "COUNSELLOR", "CONTACT", "REGISTERED_ON", "NUMBER", "CONTRACT",
    "LANGUAGE", "REGION", "MANUAL", "ONLY_KBI",
)  # fmt: skip


def forget_28_days(apps: Any, _editor: Any) -> None:
    apps.get_model("exchange", "QualityFigure").objects.filter(measure__in=_FLOWS).delete()


def hide_few(apps: Any, _editor: Any) -> None:
    """Frozen in an action before: whatever is about a few people is kept back, at its strictest."""
    action = apps.get_model("exchange", "ImprovementAction").objects
    for side in ("before", "after"):
        top, bottom, value = f"{side}_numerator", f"{side}_denominator", f"{side}_value"
        few = Q(**{f"{top}__range": (1, 4)}) | Q(measure__in=_SHARES) & (
            Q(**{f"{bottom}__range": (1, 9)}) | Q(**{f"{bottom}__gt": F(top), f"{bottom}__lt": F(top) + 5})
        )
        few |= Q(measure__in=("AGE", "LATENCY"), **{f"{bottom}__range": (1, 19)})
        action.filter(few).update(**{f"{side}_hidden": True, top: 0, bottom: 0, value: None})


class Migration(migrations.Migration):
    dependencies = [("exchange", "0011_sealed_everywhere")]

    operations = [
        migrations.RunPython(forget_28_days, migrations.RunPython.noop),
        migrations.AddField(
            model_name="qualityfigure", name="days", field=models.SmallIntegerField(db_default=0, default=0)
        ),
        migrations.RemoveConstraint(model_name="qualityfigure", name="one_figure_per_measure_agency_and_day"),
        migrations.AddConstraint(
            model_name="qualityfigure",
            constraint=models.UniqueConstraint(
                fields=("measure", "agency", "on", "days"),
                name="one_figure_per_measure_agency_day_and_period",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="improvementaction",
            name="before_hidden",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="improvementaction",
            name="after_hidden",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(hide_few, migrations.RunPython.noop),
    ]
