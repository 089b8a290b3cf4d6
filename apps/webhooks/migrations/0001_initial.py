import apps.core.validators
import apps.webhooks.models.endpoint
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from apps.core import migrating


class Migration(migrating.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('audit', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, unique=True, validators=[apps.core.validators.validate_one_line])),
                ('url', models.CharField(max_length=500, validators=[apps.webhooks.models.endpoint.validate_called])),
                ('format', models.CharField(choices=[('ballast', 'Ballast JSON'), ('slack', 'Slack-compatible'), ('teams', 'Teams-compatible')], default='ballast', max_length=10)),
                ('events', models.JSONField(default=list, validators=[apps.webhooks.models.endpoint.validate_events])),
                ('is_enabled', models.BooleanField(default=True)),
                ('disabled_reason', models.CharField(blank=True, editable=False, max_length=200)),
                ('secret_number', models.PositiveIntegerField(default=1, editable=False)),
                ('secret_changed_at', models.DateTimeField(editable=False, null=True)),
                ('planned_to', models.DateTimeField(editable=False)),
                ('claim', models.UUIDField(editable=False, null=True)),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('failures_in_a_row', models.PositiveIntegerField(default=0, editable=False)),
                ('resume_at', models.DateTimeField(editable=False, null=True)),
                ('last_delivered_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('type', models.CharField(max_length=40)),
                ('once_per', models.CharField(max_length=120)),
                ('object_type', models.CharField(max_length=40)),
                ('object_key', models.CharField(max_length=120)),
                ('occurred_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Being sent'), ('delivered', 'Delivered'), ('dead', 'Given up'), ('suppressed', 'Suppressed')], default='queued', max_length=12)),
                ('not_before', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.auditevent')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='webhooks.endpoint')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('status', 'queued')), fields=['endpoint', 'not_before', 'id'], name='delivery_due'), models.Index(fields=['endpoint', 'status', '-id'], name='delivery_by_endpoint'), models.Index(fields=['status', '-id'], name='delivery_by_status'), models.Index(fields=['created_at'], name='delivery_by_age')],
                'constraints': [models.UniqueConstraint(fields=('endpoint', 'once_per'), name='one_delivery_per_endpoint_and_event')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('began_at', models.DateTimeField()),
                ('took_ms', models.PositiveIntegerField(null=True)),
                ('status_code', models.PositiveSmallIntegerField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='webhooks.delivery')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('delivery', 'number'), name='attempts_are_numbered')],
            },
        ),
    ]
