import apps.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from apps.core import migrating


class Migration(migrating.Migration):

    replaces = [('intake', '0002_add_volumes'), ('intake', '0003_add_votes')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('incidents', '0001_initial'),
        ('services', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Integration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=80, validators=[apps.core.validators.validate_one_line])),
                ('kind', models.CharField(choices=[('alertmanager', 'Alertmanager'), ('grafana', 'Grafana'), ('pagerduty', 'PagerDuty'), ('sentry', 'Sentry'), ('generic', 'Any program')], default='alertmanager', max_length=15)),
                ('rule', models.CharField(choices=[('triage', 'Open a triage candidate'), ('declare', 'Declare an incident')], default='triage', max_length=10)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')], default=3)),
                ('is_enabled', models.BooleanField(default=True)),
                ('key_prefix', models.CharField(max_length=16, unique=True)),
                ('key_digest', models.CharField(max_length=64)),
                ('old_key_prefix', models.CharField(blank=True, db_index=True, max_length=16)),
                ('old_key_digest', models.CharField(blank=True, max_length=64)),
                ('old_key_until', models.DateTimeField(blank=True, null=True)),
                ('sealed_secret', models.TextField(blank=True)),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='services.service')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('dedup', models.CharField(max_length=200)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('is_firing', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('early_end', models.DateTimeField(blank=True, null=True)),
                ('episode', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='incidents.incident')),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='intake.integration')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['integration', 'opened_at'], name='alerts_by_opening')],
                'constraints': [models.UniqueConstraint(fields=('integration', 'dedup'), name='one_alert_per_dedup_key')],
            },
        ),
        migrations.CreateModel(
            name='Storm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('told', models.PositiveIntegerField(default=0)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='storms', to='intake.integration')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('integration',), name='one_storm_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Volume',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('stored', models.PositiveBigIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='intake.integration')),
            ],
            options={
                'ordering': ['-day'],
                'constraints': [models.UniqueConstraint(fields=('integration', 'day'), name='one_volume_per_integration_and_day')],
            },
        ),
        migrations.CreateModel(
            name='AlertVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_useful', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='intake.alert')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('alert', 'person'), name='one_vote_per_alert_and_person')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('delivery_id', models.CharField(max_length=200)),
                ('received_at', models.DateTimeField()),
                ('body', models.TextField()),
                ('headers', models.JSONField(default=dict)),
                ('dedup', models.CharField(blank=True, max_length=200)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('is_firing', models.BooleanField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('repeats', models.PositiveIntegerField(default=0)),
                ('repeated_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('received', 'Received'), ('processing', 'Being processed'), ('processed', 'Processed'), ('failed', 'Failed')], default='received', max_length=10)),
                ('outcome', models.CharField(blank=True, choices=[('opened', 'Opened a candidate or incident'), ('reopened', 'Reopened its candidate'), ('stormed', 'Counted into an alert storm'), ('joined', 'Belongs to what is open'), ('resolved', 'Noted that the alert resolved'), ('declined', 'Resolved, and declined its untouched candidate'), ('outdated', 'Older than what is known'), ('unmatched', 'Resolved what was not open'), ('ignored', 'Nothing to do')], max_length=10)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField()),
                ('claim', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('processed_at', models.DateTimeField(blank=True, null=True)),
                ('alert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliveries', to='intake.alert')),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='intake.integration')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('status', 'received')), fields=['not_before'], name='deliveries_to_process'), models.Index(condition=models.Q(('status', 'processing')), fields=['lease_until'], name='deliveries_in_work'), models.Index(fields=['integration', 'dedup', '-id'], name='deliveries_of_an_alert'), models.Index(fields=['-received_at', '-id'], name='deliveries_by_time')],
                'constraints': [models.UniqueConstraint(fields=('integration', 'delivery_id'), name='one_row_per_delivery')],
            },
        ),
    ]
