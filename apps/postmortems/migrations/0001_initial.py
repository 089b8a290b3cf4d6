import apps.core.validators
import apps.postmortems.models.attachment
import apps.postmortems.models.words
import datetime
import django.core.validators
import django.db.models.deletion
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from apps.core import migrating


class Migration(migrating.Migration):

    replaces = [('postmortems', '0002_add_factors_lessons_and_impact_values'), ('postmortems', '0003_name_kinds_of_sections'), ('postmortems', '0004_add_obligations'), ('postmortems', '0005_spare_the_past'), ('postmortems', '0007_index_what_is_there'), ('postmortems', '0008_add_nudges'), ('postmortems', '0009_add_reviewers_checks_and_gates'), ('postmortems', '0010_add_comments_and_attachments'), ('postmortems', '0011_add_templates_blocks_and_drafts'), ('postmortems', '0012_add_readers_and_feeds'), ('postmortems', '0013_add_imports'), ('postmortems', '0015_add_public_versions')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('action_items', '0001_initial'),
        ('incidents', '0001_initial'),
        ('services', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Postmortem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveIntegerField(editable=False, unique=True)),
                ('key', models.CharField(editable=False, max_length=20, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('template_slug', models.SlugField(blank=True, max_length=40)),
                ('template_version', models.PositiveIntegerField(blank=True, null=True)),
                ('trigger_category', models.CharField(blank=True, choices=[('binary_push', 'Binary push'), ('config_push', 'Configuration push'), ('user_behaviour', 'User behaviour change'), ('pipeline', 'Processing pipeline'), ('provider_change', 'Service provider change'), ('performance_decay', 'Performance decay'), ('capacity', 'Capacity management'), ('hardware', 'Hardware'), ('other', 'Something else')], max_length=20)),
                ('trigger_text', models.TextField(blank=True, max_length=2000)),
                ('expected_measures', models.JSONField(blank=True, default=apps.postmortems.models.words.expected_measures)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('changes_requested', 'Changes requested'), ('approved', 'Approved'), ('published', 'Published')], default='draft', max_length=20)),
                ('status_since', models.DateTimeField()),
                ('published_version', models.PositiveIntegerField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('source_url', models.URLField(blank=True, max_length=500)),
                ('source_system', models.CharField(blank=True, max_length=30)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('action_items', models.ManyToManyField(blank=True, related_name='postmortems', to='action_items.actionitem')),
                ('incidents', models.ManyToManyField(related_name='postmortems', to='incidents.incident')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tags', models.ManyToManyField(blank=True, related_name='postmortems', to='services.tag')),
            ],
            options={
                'ordering': ['-number'],
                'indexes': [models.Index(fields=['status', '-number'], name='postmortem_by_status')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source_system', 'external_id'), name='one_postmortem_per_external_id')],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=30, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='FactorCategories',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('categories', models.JSONField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_list_of_factor_categories')],
            },
        ),
        migrations.CreateModel(
            name='FeedKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=10, unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('postmortem', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_text', serialize=False, to='postmortems.postmortem')),
                ('title', models.TextField()),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
                ('folded', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('kind', models.CharField(choices=[('well', 'What went well'), ('poorly', 'What went poorly'), ('lucky', 'Where we got lucky'), ('surprise', 'What surprised us')], max_length=10)),
                ('phase', models.CharField(blank=True, choices=[('outage', 'During the outage'), ('recovery', 'During recovery')], max_length=10)),
                ('text', models.TextField(max_length=2000)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lessons', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['kind'], name='lesson_by_kind')],
            },
        ),
        migrations.CreateModel(
            name='ImpactValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('measure', models.CharField(choices=[('users', 'Users affected'), ('revenue', 'Revenue'), ('requests', 'Requests'), ('other', 'Something else')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('certainty', models.CharField(choices=[('measured', 'Measured'), ('estimated', 'Estimated'), ('unknown', 'Unknown')], max_length=10)),
                ('value', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))])),
                ('unit', models.CharField(blank=True, max_length=30)),
                ('method', models.TextField(blank=True, max_length=1000)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='impact_values', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('measure', 'other'), _negated=True), fields=('postmortem', 'measure'), name='one_value_per_measure'), models.CheckConstraint(condition=models.Q(models.Q(('certainty', 'unknown'), ('value__isnull', True)), models.Q(models.Q(('certainty', 'unknown'), _negated=True), ('value__isnull', False), models.Q(('method', ''), _negated=True), models.Q(('unit', ''), _negated=True)), _connector='OR'), name='a_number_and_its_method_or_unknown')],
            },
        ),
        migrations.CreateModel(
            name='GateException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gate', models.CharField(choices=[('g1', 'What hurt users promises at least one P0 or P1 action item'), ('g2', 'Each action item has an owner, a priority, a date and an end that can be checked'), ('g3', 'The action items prevent or mitigate, and do not only mitigate'), ('g4', 'The impact is a number, or says that it is unknown and how that was found')], max_length=2)),
                ('version', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('approver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['gate'],
                'constraints': [models.UniqueConstraint(fields=('postmortem', 'gate'), name='one_exception_per_gate')],
            },
        ),
        migrations.CreateModel(
            name='Factor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('category', models.SlugField(max_length=40)),
                ('text', models.TextField(max_length=2000)),
                ('is_mitigator', models.BooleanField(default=False)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='factors', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['category'], name='factor_by_category')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.FileField(max_length=120, upload_to=apps.postmortems.models.attachment.stored_name)),
                ('caption', models.CharField(blank=True, max_length=300)),
                ('source_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(message='Give an address that begins with https://.', schemes=['http', 'https'])])),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('file',), name='one_attachment_per_file')],
            },
        ),
        migrations.CreateModel(
            name='PostmortemObligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('rules', models.JSONField()),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')])),
                ('counts_from', models.DateField()),
                ('due_draft', models.DateField()),
                ('due_publish', models.DateField()),
                ('due_rank', models.GeneratedField(db_persist=True, expression=models.Case(models.When(status='owed', then=models.F('due_publish')), default=models.Value(datetime.date(9999, 12, 31))), output_field=models.DateField())),
                ('status', models.CharField(choices=[('owed', 'Owed'), ('met', 'Met'), ('waived', 'Waived'), ('dropped', 'Dropped')], default='owed', max_length=10)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('waive_reason', models.CharField(blank=True, max_length=1000)),
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='postmortem_obligation', to='incidents.incident')),
                ('met_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='postmortems.postmortem')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('waived_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['due_rank', 'id'], name='obligation_by_due'), models.Index(condition=models.Q(('status', 'owed')), fields=['owner'], name='obligation_owed_by')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'waived'), _negated=True), models.Q(('waived_by__isnull', False), models.Q(('waive_reason', ''), _negated=True)), _connector='OR'), name='waiver_has_approver_and_reason'), models.CheckConstraint(condition=models.Q(('due_publish__gte', models.F('due_draft'))), name='published_after_drafted')],
            },
        ),
        migrations.CreateModel(
            name='Nudge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_lead', models.BooleanField()),
                ('next_reminder_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nudges', to='postmortems.postmortemobligation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_reminder_at__isnull', False)), fields=['next_reminder_at'], name='nudge_next')],
                'constraints': [models.UniqueConstraint(fields=('obligation', 'person'), name='one_nudge_per_person')],
            },
        ),
        migrations.CreateModel(
            name='PostmortemPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('max_severity', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')], null=True)),
                ('impact_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('data_lost', models.BooleanField()),
                ('was_reverted', models.BooleanField()),
                ('found_by_customer', models.BooleanField()),
                ('came_back', models.BooleanField()),
                ('near_miss', models.BooleanField()),
                ('clocks', models.JSONField()),
                ('applies_from', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_postmortem_policy')],
            },
        ),
        migrations.CreateModel(
            name='PublicVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('title', models.CharField(max_length=120, validators=[apps.core.validators.validate_one_line])),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('what_happened', models.TextField(blank=True, max_length=20000, validators=[django.core.validators.MaxLengthValidator(20000)])),
                ('impact', models.TextField(blank=True, max_length=20000, validators=[django.core.validators.MaxLengthValidator(20000)])),
                ('what_we_did', models.TextField(blank=True, max_length=20000, validators=[django.core.validators.MaxLengthValidator(20000)])),
                ('what_next', models.TextField(blank=True, max_length=20000, validators=[django.core.validators.MaxLengthValidator(20000)])),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('approved', 'Approved'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('status_since', models.DateTimeField()),
                ('approved_digest', models.CharField(blank=True, max_length=64)),
                ('said', models.TextField(blank=True, max_length=2000)),
                ('shown_version', models.PositiveIntegerField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='public_version', to='postmortems.postmortem')),
                ('said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('writers', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('began_at')), _connector='OR'), name='public_version_ends_after_it_began', violation_error_message='It cannot end before it began.')],
            },
        ),
        migrations.CreateModel(
            name='PublishedSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('content', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField()),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='postmortems.postmortem')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-version'],
                'constraints': [models.UniqueConstraint(fields=('postmortem', 'version'), name='one_snapshot_per_version')],
            },
        ),
        migrations.CreateModel(
            name='ReadingDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('acknowledged_at__isnull', True)), fields=['person'], name='duty_open_by_person')],
                'constraints': [models.UniqueConstraint(fields=('postmortem', 'version', 'person'), name='one_duty_per_version')],
            },
        ),
        migrations.CreateModel(
            name='ReadReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('first_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('postmortem', 'version', 'person'), name='one_receipt_per_version')],
            },
        ),
        migrations.CreateModel(
            name='RequiredReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='required_readers', to='postmortems.postmortem')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('team__isnull', False)), models.Q(('person__isnull', False), ('team__isnull', True)), _connector='OR'), name='required_is_a_person_or_a_team'), models.UniqueConstraint(fields=('postmortem', 'person'), name='required_once_per_person'), models.UniqueConstraint(fields=('postmortem', 'team'), name='required_once_per_team')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('approved', 'Approved'), ('changes_requested', 'Changes requested')], max_length=20)),
                ('comment', models.TextField(blank=True, max_length=4000)),
                ('at', models.DateTimeField()),
                ('is_current', models.BooleanField(default=True)),
                ('text_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='postmortems.postmortem')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReviewCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('impact', 'The impact is assessed completely: a number, an estimate, or a stated unknown'), ('causes', 'The analysis goes deep enough: conditions of the system, never a person'), ('actions', 'The technical leads agree with the action items'), ('priorities', 'The priorities of the action items fit what happened'), ('data', 'The data behind it are kept: graphs, logs, queries'), ('audience', 'It is shared with everybody whom it concerns')], max_length=12)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='postmortems.review')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('review', 'item'), name='one_answer_per_question')],
            },
        ),
        migrations.CreateModel(
            name='Reviewer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviewers', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['person', 'postmortem'], name='reviewer_by_person')],
                'constraints': [models.UniqueConstraint(fields=('postmortem', 'person'), name='one_reviewer_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('slug', models.SlugField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('text', 'Text alone'), ('impact', 'Impact values'), ('factors', 'Trigger and factors'), ('lessons', 'All lessons'), ('well', 'What went well'), ('poorly', 'What went poorly'), ('lucky', 'Where we got lucky'), ('surprise', 'What surprised us')], default='text', max_length=10)),
                ('guidance', models.CharField(blank=True, max_length=500)),
                ('position', models.PositiveSmallIntegerField()),
                ('is_required', models.BooleanField(default=False)),
                ('body', models.TextField(blank=True, max_length=100000)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('postmortem', 'slug'), name='one_section_per_slug')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('quote', models.CharField(blank=True, max_length=500)),
                ('body', models.TextField(max_length=4000)),
                ('said_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('is_blocking', models.BooleanField(default=False)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='postmortems.comment')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='postmortems.section')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('resolved_at__isnull', True), ('thread__isnull', True)), fields=['section'], name='comment_unresolved')],
                'constraints': [models.CheckConstraint(condition=models.Q(('thread__isnull', True), models.Q(('is_blocking', False), ('quote', ''), ('resolved_at__isnull', True), ('resolved_by__isnull', True)), _connector='OR'), name='only_threads_are_resolved'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('resolved_by__isnull', True)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False)), _connector='OR'), name='comment_resolved_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('severity', 'Severity'), ('services', 'Services'), ('roles', 'Roles'), ('windows', 'Impact windows'), ('detection', 'Detection'), ('milestones', 'Milestones'), ('timeline', 'Timeline')], max_length=12)),
                ('text', models.TextField(blank=True)),
                ('drawn_at', models.DateTimeField()),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='postmortems.section')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('section', 'kind'), name='one_block_per_section_and_kind')],
            },
        ),
        migrations.CreateModel(
            name='SectionDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(blank=True)),
                ('base_version', models.PositiveIntegerField()),
                ('typed_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='postmortems.section')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('section', 'author'), name='one_draft_per_section_and_author')],
            },
        ),
        migrations.CreateModel(
            name='SectionRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('body', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='postmortems.section')),
            ],
            options={
                'ordering': ['-version'],
                'constraints': [models.UniqueConstraint(fields=('section', 'version'), name='one_revision_per_version')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40)),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=80)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('sections', models.JSONField()),
                ('severities', models.JSONField(blank=True, default=list)),
                ('kinds', models.JSONField(blank=True, default=list)),
                ('measures', models.JSONField(blank=True, default=list)),
                ('is_offered', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['slug', '-version'],
                'constraints': [models.UniqueConstraint(fields=('slug', 'version'), name='one_template_per_slug_and_version')],
            },
        ),
        migrations.CreateModel(
            name='TrailReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.PositiveBigIntegerField(default=0)),
                ('policy_version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_trail_reading')],
            },
        ),
        migrations.CreateModel(
            name='UsefulVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('postmortem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='postmortems.postmortem')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('postmortem', 'person'), name='one_vote_per_person')],
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('content', models.TextField(blank=True)),
                ('said', models.JSONField()),
                ('result', models.JSONField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='postmortems.importbatch')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'position'), name='one_import_file_per_place')],
            },
        ),
    ]
