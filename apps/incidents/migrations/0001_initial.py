import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from apps.core import migrating


class Migration(migrating.Migration):

    replaces = [('incidents', '0002_add_status_updates'), ('incidents', '0003_add_links'), ('incidents', '0004_move_recurrences'), ('incidents', '0005_remove_recurrence_column'), ('incidents', '0007_add_service_windows'), ('incidents', '0008_name_windows'), ('incidents', '0009_windows_have_names'), ('incidents', '0010_add_beats'), ('incidents', '0011_add_severity_policy'), ('incidents', '0012_add_access_to_private_incidents'), ('incidents', '0013_add_merging'), ('incidents', '0014_add_custom_fields'), ('incidents', '0015_add_roles_of_the_organisation'), ('incidents', '0016_add_what_is_known'), ('incidents', '0017_add_public_ends')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('services', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('hint', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('choice', 'Choice'), ('date', 'Date'), ('user', 'Person')], default='text', max_length=10)),
                ('choices', models.JSONField(blank=True, default=list)),
                ('severities', models.JSONField(blank=True, default=list)),
                ('tiers', models.JSONField(blank=True, default=list)),
                ('needed_at', models.CharField(blank=True, choices=[('identified', 'Identified'), ('mitigated', 'Mitigated'), ('resolved', 'Resolved'), ('closed', 'Closed')], max_length=15)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('is_retired', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['position', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveIntegerField(editable=False, unique=True)),
                ('key', models.CharField(editable=False, max_length=20, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('summary', models.TextField(blank=True, max_length=10000)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')], default=3)),
                ('kind', models.CharField(choices=[('real', 'Real'), ('near_miss', 'Near miss'), ('drill', 'Drill'), ('test', 'Test'), ('backfilled', 'Backfilled')], default='real', max_length=12)),
                ('status', models.CharField(choices=[('triage', 'Triage'), ('investigating', 'Investigating'), ('identified', 'Identified'), ('mitigated', 'Mitigated'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('declined', 'Declined'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], default='investigating', max_length=15)),
                ('status_since', models.DateTimeField()),
                ('is_private', models.BooleanField(default=False)),
                ('impact', models.CharField(blank=True, max_length=80)),
                ('condition', models.CharField(blank=True, max_length=80)),
                ('proposed_severity', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')], null=True)),
                ('severity_reason', models.CharField(blank=True, max_length=500)),
                ('detected_by', models.CharField(blank=True, choices=[('monitoring', 'Monitoring'), ('colleague', 'A colleague'), ('customer', 'A customer')], max_length=12)),
                ('data_lost', models.BooleanField(blank=True, null=True)),
                ('was_reverted', models.BooleanField(blank=True, null=True)),
                ('update_due_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField()),
                ('mitigated_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('beat', models.PositiveIntegerField(default=0, editable=False)),
                ('source_system', models.CharField(blank=True, max_length=30)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('commander', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='incidents.incident')),
                ('services', models.ManyToManyField(blank=True, related_name='incidents', to='services.service')),
                ('tags', models.ManyToManyField(blank=True, related_name='incidents', to='services.tag')),
            ],
            options={
                'ordering': ['-number'],
                'indexes': [models.Index(fields=['status', '-number'], name='incident_by_status'), models.Index(fields=['-started_at', '-id'], name='incident_by_start'), models.Index(condition=models.Q(('update_due_at__isnull', False)), fields=['update_due_at'], name='incident_update_due'), models.Index(condition=models.Q(('is_private', True)), fields=['id'], name='incident_private')],
                'constraints': [models.CheckConstraint(condition=models.Q(('severity__range', (1, 4))), name='severity_is_1_to_4'), models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source_system', 'external_id'), name='one_incident_per_external_id')],
            },
        ),
        migrations.CreateModel(
            name='TimelineEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('update', 'Update'), ('note', 'Note'), ('decision', 'Decision'), ('action', 'Action taken'), ('link', 'Link'), ('report', 'Status update'), ('status', 'Status'), ('role', 'Role'), ('change', 'Change of the record')], default='update', max_length=10)),
                ('body', models.TextField(max_length=10000)),
                ('at', models.DateTimeField()),
                ('is_starred', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('edited_at', models.DateTimeField(null=True)),
                ('beat', models.PositiveIntegerField(default=0, editable=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('came_with', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='entries_brought', to='incidents.incident')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timeline', to='incidents.incident')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['incident', 'at'], name='timeline_by_time')],
            },
        ),
        migrations.CreateModel(
            name='ImpactWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField(blank=True, null=True)),
                ('level', models.CharField(choices=[('operational', 'Operational'), ('degraded', 'Degraded'), ('partial', 'Partial outage'), ('down', 'Down')], default='partial', max_length=12)),
                ('pct_affected', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100, 'Give a share of at most 100 percent.')])),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='impact_windows', to='services.service')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='impact_windows', to='incidents.incident')),
            ],
            options={
                'ordering': ['start', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='impact_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('pct_affected__isnull', True), ('pct_affected__lte', 100), _connector='OR'), name='impact_at_most_all')],
            },
        ),
        migrations.CreateModel(
            name='CustomValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(blank=True, max_length=2000)),
                ('field', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='incidents.customfield')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='field_values', to='incidents.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident', 'field'), name='one_value_per_field'), models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), models.Q(('text', ''), _negated=True)), models.Q(('person__isnull', False), ('text', '')), _connector='OR'), name='value_is_text_or_person')],
            },
        ),
        migrations.CreateModel(
            name='CarriedService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.service')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carried_services', to='incidents.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident', 'service'), name='one_carried_service')],
            },
        ),
        migrations.CreateModel(
            name='IncidentGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('granted_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='incidents.incident')),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ['-ends_at', 'pk'],
                'indexes': [models.Index(fields=['person', 'ends_at'], name='access_by_person'), models.Index(fields=['team', 'ends_at'], name='access_by_team')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('team__isnull', False)), models.Q(('person__isnull', False), ('team__isnull', True)), _connector='OR'), name='access_is_for_a_person_or_a_team', violation_error_message='Choose a person or a team, not both.'), models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('granted_at'))), name='access_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='IncidentLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('duplicate_of', 'Duplicate of'), ('recurrence_of', 'Recurrence of'), ('caused_by', 'Caused by'), ('related', 'Related to'), ('child_of', 'Part of')], max_length=15)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_out', to='incidents.incident')),
                ('to_incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_in', to='incidents.incident')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('from_incident', 'to_incident', 'kind'), name='one_incident_link_per_kind'), models.CheckConstraint(condition=models.Q(('from_incident', models.F('to_incident')), _negated=True), name='link_leads_to_another_incident')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('impact_started', 'Impact started'), ('detected', 'Detected'), ('acknowledged', 'Acknowledged'), ('declared', 'Declared'), ('mitigated', 'Mitigated'), ('resolved', 'Resolved'), ('closed', 'Closed')], max_length=15)),
                ('at', models.DateTimeField(blank=True, null=True)),
                ('source', models.CharField(choices=[('auto', 'Automatic'), ('integration', 'Integration'), ('human', 'A person'), ('estimate', 'Estimate')], default='human', max_length=12)),
                ('precision_minutes', models.PositiveSmallIntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='incidents.incident')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('incident', 'kind'), name='one_milestone_per_kind'), models.CheckConstraint(condition=models.Q(('at__isnull', False), models.Q(('note', ''), _negated=True), _connector='OR'), name='unknown_milestone_says_why', violation_error_message='Say in the note why the time is unknown.')],
            },
        ),
        migrations.CreateModel(
            name='RoleAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=40)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='incidents.incident')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['since', 'pk'],
                'indexes': [models.Index(fields=['person', 'incident'], name='roles_by_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('incident', 'role'), name='one_active_person_per_role')],
            },
        ),
        migrations.CreateModel(
            name='SeverityPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('impacts', models.JSONField()),
                ('conditions', models.JSONField()),
                ('cells', models.JSONField()),
                ('update_minutes', models.JSONField()),
                ('roles', models.JSONField(blank=True, default=list)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_severity_policy')],
            },
        ),
        migrations.CreateModel(
            name='StatusUpdate',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='status_update', serialize=False, to='incidents.timelineentry')),
                ('conditions', models.TextField(max_length=3000)),
                ('actions', models.TextField(blank=True, max_length=3000)),
                ('needs', models.TextField(blank=True, max_length=3000)),
                ('is_public', models.BooleanField(default=False)),
                ('public_state', models.CharField(blank=True, choices=[('investigating', 'Investigating'), ('identified', 'Identified'), ('monitoring', 'Monitoring'), ('resolved', 'Resolved')], max_length=15)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_public', True)), fields=['entry'], name='update_is_public')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('is_public', True), ('public_state__in', ['investigating', 'identified', 'monitoring', 'resolved'])), models.Q(('is_public', False), ('public_state', '')), _connector='OR'), name='public_update_has_a_state', violation_error_message='A public update says in which state it is; an internal one does not.')],
            },
        ),
        migrations.CreateModel(
            name='TimelineEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField()),
                ('at', models.DateTimeField()),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='incidents.timelineentry')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_status', models.CharField(blank=True, choices=[('triage', 'Triage'), ('investigating', 'Investigating'), ('identified', 'Identified'), ('mitigated', 'Mitigated'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('declined', 'Declined'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], max_length=15)),
                ('to_status', models.CharField(choices=[('triage', 'Triage'), ('investigating', 'Investigating'), ('identified', 'Identified'), ('mitigated', 'Mitigated'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('declined', 'Declined'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], max_length=15)),
                ('at', models.DateTimeField()),
                ('effective_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='incidents.incident')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PublicEnd',
            fields=[
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='incidents.incident')),
                ('reason', models.CharField(max_length=500)),
                ('waived_at', models.DateTimeField()),
                ('waived_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
