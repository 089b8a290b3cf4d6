"""What the column `recurrence_of` said becomes a link: one place for how incidents belong together."""

from django.db import migrations


def into_links(apps, schema_editor):
    incident, link = apps.get_model("incidents", "Incident"), apps.get_model("incidents", "IncidentLink")
    rows = incident.objects.filter(recurrence_of__isnull=False)
    link.objects.bulk_create(
        [
            link(
                from_incident_id=row.pk,
                to_incident_id=row.recurrence_of_id,
                kind="recurrence_of",
                created_at=row.created_at,
                created_by_id=row.declared_by_id,
            )
            for row in rows
        ]
    )


def into_column(apps, schema_editor):
    incident, link = apps.get_model("incidents", "Incident"), apps.get_model("incidents", "IncidentLink")
    for row in link.objects.filter(kind="recurrence_of").order_by("pk"):
        incident.objects.filter(pk=row.from_incident_id).update(recurrence_of=row.to_incident_id)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_add_links")]

    operations = [migrations.RunPython(into_links, into_column)]
