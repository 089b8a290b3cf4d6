"""The database itself refuses to change or remove an audit event, whoever asks."""

from django.db import migrations

from apps.core.engines import ForEach

POSTGRES = [
    "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$\n"
    "BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent "
    "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
]
SQLITE = [
    f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit_auditevent "
    f"BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
BACK = {
    "postgresql": [
        "DROP TRIGGER audit_append_only ON audit_auditevent",
        "DROP FUNCTION audit_is_append_only",
    ],
    "sqlite": [f"DROP TRIGGER audit_no_{verb}" for verb in ("UPDATE", "DELETE")],
}


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [ForEach(postgresql=POSTGRES, sqlite=SQLITE, back=BACK)]
