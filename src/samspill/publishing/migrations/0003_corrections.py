"""Corrections of posts that are out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0007_one_edit_at_a_time"),
        ("publishing", "0002_calendar"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="publishing.version",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrects__isnull", True), ("page__isnull", True), _connector="OR"),
                name="correction_stands_alone",
            ),
        ),
    ]
