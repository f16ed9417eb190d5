"""Threads: several parts of one post in a channel, each a version of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0003_corrections")]

    operations = [
        migrations.RemoveConstraint(model_name="version", name="one_current_version_per_channel"),
        migrations.AddField(
            model_name="version",
            name="part",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("current", True)),
                fields=("page", "channel", "part"),
                name="one_current_version_per_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("part", 0), ("page__isnull", False), _connector="OR"),
                name="thread_belongs_to_story",
            ),
        ),
    ]
