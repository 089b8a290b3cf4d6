"""A search reads the newest that answer, and compares their titles and summaries before their texts."""

from django.db import migrations

from apps.postmortems.search.install import DocumentBands


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0013_add_imports")]

    operations = [DocumentBands()]
