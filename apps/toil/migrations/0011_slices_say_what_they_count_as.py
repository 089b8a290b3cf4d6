"""Slices know what they count as, and the database itself keeps it so, whoever changes their entry.

A later migration that rebuilds toil_toilentry on SQLite loses the trigger there: it ends with `FollowEntries()`; one that
rebuilds toil_toilslice, which the trigger names, drops it first, and ends so, too.
"""

from django.db import migrations, models

from apps.core.engines import ForEach

# As `kinds.tally_of` says it.
TALLY = """CASE WHEN {entry}.status <> 'confirmed' THEN 0 WHEN {entry}.kind = 'ops_other' THEN 2
WHEN {entry}.kind <> 'toil' THEN 1 ELSE CASE {entry}.category WHEN 'business_process' THEN 10
WHEN 'production_interrupt' THEN 11 WHEN 'release_shepherding' THEN 12 WHEN 'migration' THEN 13
WHEN 'cost_capacity' THEN 14 WHEN 'opaque_troubleshooting' THEN 15 ELSE 16 END END"""
FOLLOW = f"UPDATE toil_toilslice SET counts_as = {TALLY.format(entry='NEW')} WHERE entry_id = NEW.id;"  # noqa: S608  (fixed names)
CHANGED = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in ("status", "kind", "category"))
WHEN = f"AFTER UPDATE OF status, kind, category ON toil_toilentry FOR EACH ROW WHEN ({CHANGED})"
TRIGGER = {
    "postgresql": [
        f"CREATE FUNCTION toil_slices_follow() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {FOLLOW} RETURN NULL; END $$",
        f"CREATE TRIGGER toil_slices_follow {WHEN} EXECUTE FUNCTION toil_slices_follow()",
    ],
    "sqlite": [f"CREATE TRIGGER toil_slices_follow {WHEN} BEGIN {FOLLOW} END"],
}
NO_TRIGGER = {
    "postgresql": ["DROP TRIGGER toil_slices_follow ON toil_toilentry", "DROP FUNCTION toil_slices_follow()"],
    "sqlite": ["DROP TRIGGER IF EXISTS toil_slices_follow"],
}
MIDNIGHT = "s.local_date::timestamp AT TIME ZONE e.tz"
NOON = "(s.local_date {} 1 + time '12:00') AT TIME ZONE e.tz"
# Where PostgreSQL can tell; elsewhere their entries are asked, as on days on which the clocks change.
BEGINS = f"""CASE WHEN e.started_at IS NULL THEN NULL
WHEN {NOON.format("+")} - {NOON.format("-")} <> interval '48 hours' THEN -1
ELSE date_part('epoch', greatest(e.started_at, {MIDNIGHT}) - ({MIDNIGHT}))::int END"""
FILL = {
    "postgresql": [
        "SET LOCAL statement_timeout = 0",
        f"UPDATE toil_toilslice s SET counts_as = {TALLY.format(entry='e')}, "  # noqa: S608  (fixed names)
        f"begins = {BEGINS} FROM toil_toilentry e WHERE e.id = s.entry_id",
    ],
    "sqlite": [
        f"UPDATE toil_toilslice SET (counts_as, begins) = (SELECT {TALLY.format(entry='e')}, "  # noqa: S608
        f"CASE WHEN e.started_at IS NULL THEN NULL ELSE -1 END FROM toil_toilentry e WHERE e.id = entry_id)"
    ],
}


class FollowEntries(ForEach):
    def __init__(self):
        super().__init__(**TRIGGER, back=NO_TRIGGER)


class Migration(migrations.Migration):
    dependencies = [("toil", "0010_add_timer_identity")]
    operations = [
        migrations.AddField("toilslice", "begins", models.IntegerField(null=True)),
        migrations.AddField(
            "toilslice", "counts_as", models.PositiveSmallIntegerField(default=0), preserve_default=False
        ),
        migrations.AddIndex(
            "toilslice",
            models.Index(
                fields=["team", "local_date"], name="slice_by_entry", condition=models.Q(("begins__lt", 0))
            ),
        ),
        ForEach(**FILL),
        FollowEntries(),
    ]
