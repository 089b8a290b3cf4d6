"""What a search reads: words of write-ups and timelines with their typos, and the newest write-ups first."""

from django.db import migrations

from apps.postmortems.search.install import DocumentBands, DocumentWords, TimelineWords, Trigrams


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0001_initial"), ("incidents", "0002_add_word_and_service_indexes")]
    replaces = [("postmortems", "0006_add_search"), ("postmortems", "0014_find_the_newest_by_bands")]

    operations = [DocumentWords(), TimelineWords(), Trigrams(), DocumentBands()]
