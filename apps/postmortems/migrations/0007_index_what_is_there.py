"""What was written before there was a search is found by it."""

from django.db import migrations

from apps.postmortems.search.texts import fields_of, vocabulary

LISTS = ("factors", "lessons", "impact_values")


def parts_of(row):
    said = [row.trigger_text, *(part.text for part in row.factors.all()), *(part.text for part in row.lessons.all())]
    return [("", text) for text in [*said, *(part.method for part in row.impact_values.all())] if text]


def index_all(apps, editor):
    Postmortem = apps.get_model("postmortems", "Postmortem")
    SearchText = apps.get_model("postmortems", "SearchText")
    SearchWord = apps.get_model("postmortems", "SearchWord")
    words = set()
    for row in Postmortem.objects.prefetch_related("tags", "sections", *LISTS).iterator(chunk_size=200):
        sections = sorted(row.sections.all(), key=lambda section: (section.position, section.pk))
        fields = fields_of(
            title=row.title,
            key=row.key,
            tags=[tag.name for tag in row.tags.all()],
            texts=[(section.slug, section.body) for section in sections] + parts_of(row),
        )
        SearchText.objects.create(postmortem=row, **fields)
        words |= vocabulary([row.title, fields["summary"], fields["body"]])
    SearchWord.objects.bulk_create([SearchWord(text=word) for word in sorted(words)], batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0006_add_search")]

    operations = [migrations.RunPython(index_all, migrations.RunPython.noop)]
