"""What similar incidents are found by: the words of titles, and the newest incidents of a service or a tag."""

from django.db import migrations

from apps.core.engines import AddWordIndex


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]
    replaces = [("incidents", "0006_add_word_and_service_indexes")]

    operations = [
        AddWordIndex("incidents_incident", "title", "incident_by_words"),
        migrations.RunSQL(
            "CREATE INDEX incident_newest_of_service ON incidents_incident_services (service_id, incident_id)",
            "DROP INDEX incident_newest_of_service",
        ),
        migrations.RunSQL(
            "CREATE INDEX incident_newest_of_tag ON incidents_incident_tags (tag_id, incident_id)",
            "DROP INDEX incident_newest_of_tag",
        ),
    ]
