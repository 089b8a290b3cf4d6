"""Each window that is there already gets a name of its own, before names must differ."""

import uuid

from django.db import migrations

BATCH = 2000


def name_each(apps, schema_editor):
    window = apps.get_model("incidents", "ImpactWindow")
    rows = list(window.objects.only("pk"))
    for row in rows:
        row.uuid = uuid.uuid4()
    window.objects.bulk_update(rows, ["uuid"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0007_add_service_windows")]

    operations = [migrations.RunPython(name_each, migrations.RunPython.noop)]
