"""Posts that follow their story later on, secret addresses of the plan, and indexes for the calendar."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The calendar asks for draft stories by the time their newest text names; nothing of Wagtail's own finds them.
BY_TIME = """
CREATE INDEX samspill_revision_by_time ON wagtailcore_revision ((content ->> 'go_live_at'))
WHERE content ->> 'go_live_at' IS NOT NULL;
CREATE INDEX samspill_revision_by_plan ON wagtailcore_revision (approved_go_live_at)
WHERE approved_go_live_at IS NOT NULL;
"""
NOT_BY_TIME = "DROP INDEX samspill_revision_by_time; DROP INDEX samspill_revision_by_plan;"


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
        ("delivery", "0005_approved_for"),
        ("publishing", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(BY_TIME, NOT_BY_TIME),
        migrations.CreateModel(
            name="PlanAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="version",
            name="after_amount",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="hvor lenge etter saken"),
        ),
        migrations.AddField(
            model_name="version",
            name="after_unit",
            field=models.CharField(
                choices=[("hours", "timer"), ("days", "dager")], default="hours", max_length=5, verbose_name="enhet"
            ),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                condition=models.Q(("current", True), ("timing", "at")),
                fields=["planned_date"],
                name="version_by_planned_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after_amount__lte", 72), ("after_unit", "hours")),
                    models.Q(("after_amount__lte", 30), ("after_unit", "days")),
                    _connector="OR",
                ),
                name="not_too_long_after_story",
            ),
        ),
        migrations.AddField(
            model_name="planaddress",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
