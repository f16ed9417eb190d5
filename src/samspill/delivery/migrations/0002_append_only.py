"""Attempts and transitions are never changed or deleted: the database itself says no."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION samspill_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION samspill_append_only();
"""
TABLES = ("delivery_attempt", "delivery_transition")


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION samspill_append_only();"),
        *[
            migrations.RunSQL(TRIGGER.format(table=table), f"DROP TRIGGER {table}_append_only ON {table};")
            for table in TABLES
        ],
    ]
