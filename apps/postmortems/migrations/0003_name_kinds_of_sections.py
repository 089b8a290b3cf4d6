"""Sections of documents that are there become what their heading says; their text stays as it is."""

from django.db import migrations

KINDS = {
    "impact": "impact",
    "factors": "factors",
    "well": "well",
    "poorly": "poorly",
    "lucky": "lucky",
    "surprises": "surprise",
}


def name_kinds(apps, schema_editor):
    sections = apps.get_model("postmortems", "Section").objects
    for slug, kind in KINDS.items():
        sections.filter(slug=slug).update(kind=kind)


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0002_add_factors_lessons_and_impact_values")]

    operations = [migrations.RunPython(name_kinds, migrations.RunPython.noop)]
