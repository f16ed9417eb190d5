"""Two changes of the same post are never under way at once: the later one must win."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_hold")]

    operations = [
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("action", "edit"),
                    models.Q(
                        ("state__in", ["cancelled", "refused", "expired", "accepted", "confirmed"]), _negated=True
                    ),
                ),
                fields=("target",),
                name="one_edit_at_a_time",
            ),
        ),
    ]
