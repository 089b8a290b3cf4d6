from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_move_recurrences")]

    operations = [migrations.RemoveField(model_name="incident", name="recurrence_of")]
