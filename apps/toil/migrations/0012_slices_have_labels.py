"""Labels of what entries say of their work; the database takes one away when its entry says something else.

A later migration that rebuilds toil_toilentry on SQLite loses the trigger there: it ends with `ForgetLabels()`; one that
rebuilds toil_toilslice, which the trigger names, drops it first, and ends so, too.
"""

from django.db import migrations, models

from apps.core.engines import ForEach

SAID = ("text", "source_id", "service_id", "incident_id", "item_id", "category", "trigger")
COLUMNS = ", ".join(f'"{name}"' for name in SAID)
DIFFER = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}
CHANGED = {
    engine: " OR ".join(f'OLD."{name}" {differ} NEW."{name}"' for name in SAID)
    for engine, differ in DIFFER.items()
}
FORGET = "UPDATE toil_toilslice SET label = NULL WHERE entry_id = NEW.id;"
TRIGGER = "CREATE TRIGGER toil_labels_forget AFTER UPDATE OF {} ON toil_toilentry FOR EACH ROW WHEN ({})"
MAKE = {
    "postgresql": [
        f"CREATE FUNCTION toil_labels_forget() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {FORGET} RETURN NULL; END $$",
        TRIGGER.format(COLUMNS, CHANGED["postgresql"]) + " EXECUTE FUNCTION toil_labels_forget()",
    ],
    "sqlite": [TRIGGER.format(COLUMNS, CHANGED["sqlite"]) + f" BEGIN {FORGET} END"],
}
DROP = {
    "postgresql": ["DROP TRIGGER toil_labels_forget ON toil_toilentry", "DROP FUNCTION toil_labels_forget()"],
    "sqlite": ["DROP TRIGGER IF EXISTS toil_labels_forget"],
}


class ForgetLabels(ForEach):
    def __init__(self):
        super().__init__(**MAKE, back=DROP)


class Migration(migrations.Migration):
    dependencies = [("toil", "0011_slices_say_what_they_count_as")]
    operations = [
        migrations.AddField("toilslice", "label", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "toilslice",
            models.Index(
                fields=["team", "local_date"],
                name="slice_without_label",
                condition=models.Q(("label__isnull", True)),
            ),
        ),
        ForgetLabels(),
    ]
