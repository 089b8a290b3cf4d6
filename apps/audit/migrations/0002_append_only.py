"""The database itself refuses to change or remove an audit event, whoever asks."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
"""
SQLITE = [
    f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit_auditevent "
    f"BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;"
    for verb in ("UPDATE", "DELETE")
]


def forwards(_apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES)
    else:
        for statement in SQLITE:
            editor.execute(statement)


def backwards(_apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER audit_append_only ON audit_auditevent; DROP FUNCTION audit_is_append_only;")
    else:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(f"DROP TRIGGER audit_no_{verb};")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
