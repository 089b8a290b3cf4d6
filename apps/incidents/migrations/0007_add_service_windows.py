import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_add_word_and_service_indexes"), ("services", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(name="impactwindow", options={"ordering": ["start", "pk"]}),
        migrations.AlterField(
            model_name="impactwindow",
            name="level",
            field=models.CharField(
                choices=[
                    ("operational", "Operational"),
                    ("degraded", "Degraded"),
                    ("partial", "Partial outage"),
                    ("down", "Down"),
                ],
                default="partial",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="impactwindow",
            name="service",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="impact_windows",
                to="services.service",
            ),
        ),
        migrations.AddField(
            model_name="impactwindow",
            name="pct_affected",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(100, "Give a share of at most 100 percent.")],
            ),
        ),
        migrations.AddConstraint(
            model_name="impactwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("pct_affected__isnull", True), ("pct_affected__lte", 100), _connector="OR"),
                name="impact_at_most_all",
            ),
        ),
        migrations.AddField(
            model_name="impactwindow",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
    ]
