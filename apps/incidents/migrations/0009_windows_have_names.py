import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_name_windows")]

    operations = [
        migrations.AlterField(
            model_name="impactwindow",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
