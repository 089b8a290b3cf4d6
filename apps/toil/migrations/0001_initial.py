import apps.core.validators
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from apps.core import migrating


class Migration(migrating.Migration):

    replaces = [('toil', '0002_add_checkins_and_snapshots'), ('toil', '0003_add_sources')]

    initial = True

    dependencies = [
        ('accounts', '0002_ranges_never_overlap'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('incidents', '0002_add_word_and_service_indexes'),
        ('services', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('toil_seconds', models.PositiveBigIntegerField(default=0)),
                ('out_of_hours_seconds', models.PositiveBigIntegerField(default=0)),
                ('ops_seconds', models.PositiveBigIntegerField(default=0)),
                ('guest_seconds', models.PositiveBigIntegerField(default=0)),
                ('capacity_minutes', models.DecimalField(decimal_places=4, default=0, max_digits=14)),
                ('confirmed_toil_seconds', models.PositiveBigIntegerField(default=0)),
                ('confirmed_ops_seconds', models.PositiveBigIntegerField(default=0)),
                ('confirmed_minutes', models.DecimalField(decimal_places=4, default=0, max_digits=14)),
                ('open_seconds', models.PositiveBigIntegerField(default=0)),
                ('open_ops_seconds', models.PositiveBigIntegerField(default=0)),
                ('monday', models.DateField()),
                ('days', models.JSONField(default=list)),
                ('days_counted', models.PositiveSmallIntegerField(default=0)),
                ('days_total', models.PositiveSmallIntegerField(default=0)),
                ('next_change_at', models.DateTimeField(null=True)),
                ('final_at', models.DateTimeField(null=True)),
                ('is_final', models.BooleanField(default=False)),
                ('input_hash', models.CharField(max_length=64)),
                ('computed_at', models.DateTimeField()),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='weeks', to='accounts.team')),
            ],
            options={
                'ordering': ['team', 'monday'],
                'indexes': [models.Index(fields=['monday', 'team'], name='team_week_by_monday'), models.Index(condition=models.Q(('next_change_at__isnull', False)), fields=['next_change_at'], name='running_team_week'), models.Index(condition=models.Q(('is_final', False)), fields=['final_at'], name='open_team_week')],
                'constraints': [models.UniqueConstraint(fields=('team', 'monday'), name='one_row_per_team_and_week')],
            },
        ),
        migrations.CreateModel(
            name='TeamWeekCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('business_process', 'Business process'), ('production_interrupt', 'Production interrupt'), ('release_shepherding', 'Release shepherding'), ('migration', 'Migration'), ('cost_capacity', 'Cost and capacity'), ('opaque_troubleshooting', 'Opaque troubleshooting'), ('other', 'Other')], max_length=25)),
                ('seconds', models.PositiveBigIntegerField()),
                ('week', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='categories', to='toil.teamweek')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('week', 'category'), name='one_row_per_week_and_category')],
            },
        ),
        migrations.CreateModel(
            name='ToilSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('slug', models.SlugField(error_messages={'unique': 'This short name is taken.'}, max_length=60, unique=True)),
                ('name', models.CharField(max_length=120, validators=[apps.core.validators.validate_one_line])),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('category', models.CharField(choices=[('business_process', 'Business process'), ('production_interrupt', 'Production interrupt'), ('release_shepherding', 'Release shepherding'), ('migration', 'Migration'), ('cost_capacity', 'Cost and capacity'), ('opaque_troubleshooting', 'Opaque troubleshooting'), ('other', 'Other')], default='other', max_length=25)),
                ('trigger', models.CharField(blank=True, choices=[('page', 'Page'), ('ticket', 'Ticket'), ('request', 'Chat or mail request'), ('scheduled', 'Scheduled chore'), ('release', 'Release'), ('self', 'Found it myself')], max_length=12)),
                ('is_manual', models.BooleanField(blank=True, null=True)),
                ('is_automatable', models.BooleanField(blank=True, null=True)),
                ('is_tactical', models.BooleanField(blank=True, null=True)),
                ('leaves_nothing', models.BooleanField(blank=True, null=True)),
                ('grows', models.BooleanField(blank=True, null=True)),
                ('decided_toil', models.BooleanField(blank=True, null=True)),
                ('decided_because', models.CharField(blank=True, max_length=300)),
                ('annoyance', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('status', models.CharField(choices=[('open', 'Open'), ('being_reduced', 'Being reduced'), ('retired', 'Retired')], default='open', max_length=15)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='toil_sources', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='toil_sources', to='services.service')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='toil_sources', to='accounts.team')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_toil__isnull', True), models.Q(('decided_because', ''), _negated=True), _connector='OR'), name='toil_source_decision_has_a_reason', violation_error_message='Say why it is decided so.')],
            },
        ),
        migrations.CreateModel(
            name='ToilEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('toil', 'Toil'), ('ops_other', 'Other operational work'), ('overhead', 'Overhead'), ('engineering', 'Engineering')], default='toil', max_length=12)),
                ('category', models.CharField(choices=[('business_process', 'Business process'), ('production_interrupt', 'Production interrupt'), ('release_shepherding', 'Release shepherding'), ('migration', 'Migration'), ('cost_capacity', 'Cost and capacity'), ('opaque_troubleshooting', 'Opaque troubleshooting'), ('other', 'Other')], default='other', max_length=25)),
                ('trigger', models.CharField(blank=True, choices=[('page', 'Page'), ('ticket', 'Ticket'), ('request', 'Chat or mail request'), ('scheduled', 'Scheduled chore'), ('release', 'Release'), ('self', 'Found it myself')], max_length=12)),
                ('text', models.CharField(max_length=300)),
                ('seconds', models.PositiveIntegerField()),
                ('occurrences', models.PositiveSmallIntegerField(default=1)),
                ('tz', models.CharField(max_length=64)),
                ('local_date', models.DateField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('confirmed', 'Confirmed'), ('suggested', 'Suggested'), ('needs_review', 'Needs review'), ('dismissed', 'Dismissed')], default='confirmed', max_length=12)),
                ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='toil_entries', to='incidents.incident')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='toil_entries', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='toil_entries', to='services.service')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='toil_entries', to='accounts.team')),
                ('source', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='toil.toilsource')),
            ],
            options={
                'ordering': ['-local_date', '-pk'],
                'indexes': [models.Index(fields=['person', '-local_date'], name='toil_by_person'), models.Index(fields=['team', '-local_date'], name='toil_by_team'), models.Index(condition=models.Q(('source__isnull', False)), fields=['source', '-local_date'], name='toil_by_source')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seconds__gt', 0), ('seconds__lte', 86400)), name='toil_is_more_than_nothing_and_at_most_a_day', violation_error_message='The time must be more than zero and at most 24 hours.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('started_at__isnull', True)), ('ended_at__gt', models.F('started_at')), _connector='OR'), name='toil_interval_runs_forward', violation_error_message='The end must come after the start.')],
            },
        ),
        migrations.CreateModel(
            name='ToilSlice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('local_date', models.DateField()),
                ('seconds', models.PositiveIntegerField()),
                ('attributed', models.PositiveIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slices', to='toil.toilentry')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ['local_date'],
                'indexes': [models.Index(fields=['team', 'local_date'], name='slice_by_team_and_day'), models.Index(fields=['person', 'local_date'], name='slice_by_person_and_day')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'local_date'), name='one_slice_per_day')],
            },
        ),
        migrations.CreateModel(
            name='WeekCheckin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('monday', models.DateField()),
                ('nothing_to_add', models.BooleanField(default=False)),
                ('confirmed_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='toil_checkins', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ['-monday', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('team', 'monday', 'person'), name='one_checkin_per_person_and_week')],
            },
        ),
        migrations.CreateModel(
            name='WeekSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('toil_seconds', models.PositiveBigIntegerField(default=0)),
                ('out_of_hours_seconds', models.PositiveBigIntegerField(default=0)),
                ('ops_seconds', models.PositiveBigIntegerField(default=0)),
                ('guest_seconds', models.PositiveBigIntegerField(default=0)),
                ('capacity_minutes', models.DecimalField(decimal_places=4, default=0, max_digits=14)),
                ('confirmed_toil_seconds', models.PositiveBigIntegerField(default=0)),
                ('confirmed_ops_seconds', models.PositiveBigIntegerField(default=0)),
                ('confirmed_minutes', models.DecimalField(decimal_places=4, default=0, max_digits=14)),
                ('open_seconds', models.PositiveBigIntegerField(default=0)),
                ('open_ops_seconds', models.PositiveBigIntegerField(default=0)),
                ('monday', models.DateField()),
                ('revision', models.PositiveSmallIntegerField()),
                ('input_hash', models.CharField(max_length=64)),
                ('taken_at', models.DateTimeField()),
                ('changed_by', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ['team', 'monday', 'revision'],
                'constraints': [models.UniqueConstraint(fields=('team', 'monday', 'revision'), name='one_row_per_week_and_revision')],
            },
        ),
        migrations.CreateModel(
            name='DirtyWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('monday', models.DateField()),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
            ],
            options={
                'indexes': [models.Index(fields=['team', 'monday'], name='dirty_week_by_team')],
            },
        ),
    ]
