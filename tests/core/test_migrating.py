import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from django.db.models.signals import class_prepared

from apps.core import migrating

pytestmark = pytest.mark.django_db

NUMBER = ("id", models.BigAutoField(primary_key=True))
BY_NAME = models.Index(fields=["name"], name="shelf_by_name")
FIRST = [
    migrations.CreateModel(
        "Shelf", [NUMBER, ("name", models.CharField(max_length=9))], {"indexes": [BY_NAME]}
    ),
    migrations.CreateModel(
        "Book",
        [
            NUMBER,
            ("shelf", models.ForeignKey("library.Shelf", models.CASCADE)),
            ("others", models.ManyToManyField("library.Shelf", related_name="+")),
            ("pages", models.PositiveIntegerField()),
        ],
        {"constraints": [models.CheckConstraint(condition=models.Q(pages__gt=0), name="no_empty_book")]},
    ),
    migrations.CreateModel("Loan", [NUMBER, ("book", models.OneToOneField("library.Book", models.CASCADE))]),
]
SECOND = [
    migrations.AddField("book", "heir", models.ForeignKey("library.Shelf", models.SET_NULL, null=True)),
    migrations.RemoveIndex("shelf", "shelf_by_name"),
    migrations.AddIndex("shelf", models.Index(fields=["-name"], name="shelf_by_name")),
    migrations.AddIndex("book", models.Index(fields=["heir", "pages"], name="book_by_heir")),
    migrations.CreateModel("Fine", [NUMBER, ("loan", models.ForeignKey("library.Loan", models.PROTECT))]),
]


def applied(base: type[migrations.Migration]) -> tuple[list[str], ProjectState]:
    """What both steps say to the database, and how the models are after them."""
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []
    state = ProjectState()
    for name, operations in (("0001", FIRST), ("0002", SECOND)):
        step = base(name, "library")
        step.operations = operations
        state = step.apply(state, editor, collect_sql=True)
    said = [*editor.collected_sql, *map(str, editor.deferred_sql)]
    return [line for line in said if not line.startswith("--")], state


def test_models_that_are_made_together_are_made_as_django_makes_them():
    rendered = []

    def note(sender, **_):
        rendered.append(sender)

    class_prepared.connect(note)
    try:
        djangos, as_django = applied(migrations.Migration), len(rendered)
        ours, together = applied(migrating.Migration), len(rendered) - as_django
    finally:
        class_prepared.disconnect(note)
    assert ours == djangos
    assert together < as_django
