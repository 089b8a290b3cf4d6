"""Who marked an item done is known from its moves."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    moves = apps.get_model("action_items", "Move").objects.filter(item=OuterRef("pk"), to_status="done")
    done = apps.get_model("action_items", "ActionItem").objects.filter(status__in=["done", "verified"])
    done.update(done_by=Subquery(moves.order_by("-pk").values("by")[:1]))


class Migration(migrations.Migration):
    dependencies = [("action_items", "0004_add_verification_and_effect")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
