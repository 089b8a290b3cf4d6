from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """What was mailed before there was an inbox is nothing new."""
    rows = apps.get_model("notifications", "OutboxMail").objects
    rows.update(due_at=F("not_before"), read_at=F("not_before"))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_add_inbox_preferences_and_addresses")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
