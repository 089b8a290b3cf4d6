import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import uuid
from django.conf import settings
from django.db import migrations, models

from apps.core import migrating


class Migration(migrating.Migration):

    replaces = [('action_items', '0002_add_recurrences'), ('action_items', '0003_add_item_policy'), ('action_items', '0004_add_verification_and_effect'), ('action_items', '0005_fill_done_by'), ('action_items', '0006_add_reminder_ledger'), ('action_items', '0007_add_index_by_owner_and_urgency')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('incidents', '0001_initial'),
        ('services', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveIntegerField(editable=False, unique=True)),
                ('key', models.CharField(editable=False, max_length=20, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True, max_length=10000)),
                ('done_when', models.CharField(blank=True, max_length=500)),
                ('kind', models.CharField(choices=[('prevent', 'Prevent'), ('mitigate', 'Mitigate'), ('detect', 'Detect'), ('process', 'Process'), ('investigate', 'Investigate'), ('repair', 'Repair')], default='prevent', max_length=12)),
                ('priority', models.PositiveSmallIntegerField(choices=[(0, 'P0'), (1, 'P1'), (2, 'P2'), (3, 'P3')], default=2)),
                ('status', models.CharField(choices=[('proposed', 'Proposed'), ('open', 'Open'), ('in_progress', 'In progress'), ('blocked', 'Blocked'), ('done', 'Done'), ('verified', 'Verified'), ('wont_do', 'Won’t do'), ('duplicate', 'Duplicate')], default='proposed', max_length=12)),
                ('status_since', models.DateTimeField()),
                ('source', models.CharField(choices=[('manual', 'On its own'), ('incident', 'Incident'), ('postmortem', 'Postmortem'), ('review', 'Review'), ('toil', 'Toil'), ('slo', 'SLO')], default='manual', max_length=12)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('due_rank', models.GeneratedField(db_persist=True, expression=models.Case(models.When(status__in=('proposed', 'open', 'in_progress', 'blocked'), then=django.db.models.functions.comparison.Coalesce(models.F('due_on'), models.Value(datetime.date(9999, 12, 30)))), default=models.Value(datetime.date(9999, 12, 31))), output_field=models.DateField())),
                ('first_due_on', models.DateField(blank=True, null=True)),
                ('due_version', models.PositiveIntegerField(default=1)),
                ('slip_count', models.PositiveIntegerField(default=0)),
                ('slipped_days', models.IntegerField(default=0)),
                ('blocked_by', models.CharField(blank=True, max_length=500)),
                ('close_reason', models.CharField(blank=True, max_length=1000)),
                ('committed_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('evidence_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(message='Give an address that begins with https://.', schemes=['http', 'https'])])),
                ('evidence_note', models.CharField(blank=True, max_length=1000)),
                ('effectiveness_check_on', models.DateField(blank=True, null=True)),
                ('effect', models.CharField(blank=True, choices=[('held', 'It held'), ('came_back', 'It came back'), ('cannot_tell', 'Nobody can tell')], max_length=12)),
                ('reopen_count', models.PositiveIntegerField(default=0)),
                ('next_reminder_at', models.DateTimeField(editable=False, null=True)),
                ('escalates_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicates', to='action_items.actionitem')),
                ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='action_items', to='incidents.incident')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='action_items', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='action_items', to='services.service')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='action_items', to='accounts.team')),
                ('verifier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'indexes': [models.Index(condition=models.Q(('next_reminder_at__isnull', False)), fields=['next_reminder_at'], name='action_next_reminder'), models.Index(condition=models.Q(('escalates_at__isnull', False)), fields=['escalates_at'], name='action_escalates'), models.Index(fields=['owner', 'status', 'due_on'], name='action_by_owner'), models.Index(fields=['owner', 'due_rank', 'priority', '-id'], name='action_by_owner_rank'), models.Index(fields=['team', 'status', 'due_on'], name='action_by_team'), models.Index(fields=['status', 'due_on', 'owner', 'team', 'incident'], name='action_by_due'), models.Index(fields=['due_rank', 'priority', '-id'], name='action_by_rank'), models.Index(fields=['priority', 'id'], name='action_by_priority'), models.Index(condition=models.Q(('effectiveness_check_on__isnull', False)), fields=['effectiveness_check_on'], name='action_by_check')],
                'constraints': [models.CheckConstraint(condition=models.Q(('priority__range', (0, 3))), name='priority_is_0_to_3'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('open', 'in_progress', 'blocked')), _negated=True), models.Q(('due_on__isnull', False), models.Q(('done_when', ''), _negated=True)), _connector='OR'), name='committed_items_have_date_and_end_state', violation_error_message='A committed item needs a due date and a checkable end state.')],
            },
        ),
        migrations.CreateModel(
            name='ActionItemPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('due_days', models.JSONField()),
                ('auto_verify', models.BooleanField()),
                ('check_after_days', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)])),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_action_item_policy')],
            },
        ),
        migrations.CreateModel(
            name='EffectCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('held', 'It held'), ('came_back', 'It came back'), ('cannot_tell', 'Nobody can tell')], max_length=12)),
                ('note', models.CharField(max_length=1000)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='action_items.actionitem')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('from_status', models.CharField(choices=[('proposed', 'Proposed'), ('open', 'Open'), ('in_progress', 'In progress'), ('blocked', 'Blocked'), ('done', 'Done'), ('verified', 'Verified'), ('wont_do', 'Won’t do'), ('duplicate', 'Duplicate')], max_length=12)),
                ('to_status', models.CharField(choices=[('proposed', 'Proposed'), ('open', 'Open'), ('in_progress', 'In progress'), ('blocked', 'Blocked'), ('done', 'Done'), ('verified', 'Verified'), ('wont_do', 'Won’t do'), ('duplicate', 'Duplicate')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('is_automatic', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='action_items.actionitem')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Recurrence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('days_overdue', models.PositiveIntegerField()),
                ('priority_before', models.PositiveSmallIntegerField(choices=[(0, 'P0'), (1, 'P1'), (2, 'P2'), (3, 'P3')])),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undo_reason', models.CharField(blank=True, max_length=500)),
                ('action_item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recurrences', to='action_items.actionitem')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recurrences', to='incidents.incident')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('incident', 'action_item'), name='one_standing_recurrence_per_pair'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undo_reason', ''), _negated=True)), _connector='OR'), name='recurrence_is_undone_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Redating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('from_date', models.DateField()),
                ('to_date', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='redatings', to='action_items.actionitem')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('s0', 'Due in seven working days'), ('s1', 'Due soon'), ('s2', 'Due today'), ('s3', 'Overdue'), ('sw', 'Still overdue'), ('sm', 'Overdue, once a month'), ('e0', 'Needs a new owner'), ('e1', 'Overdue, to a lead of its team'), ('e2', 'Overdue, to a lead of its service'), ('v', 'Did it help?')], max_length=2)),
                ('round', models.PositiveIntegerField(default=0)),
                ('due_version', models.PositiveIntegerField()),
                ('local_date', models.DateField()),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('sent', 'Sent'), ('in_portal', 'In the portal'), ('held', 'Held while away'), ('missed', 'Not sent'), ('superseded', 'Superseded'), ('cancelled', 'Cancelled')], max_length=10)),
                ('digest', models.CharField(blank=True, max_length=200)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='action_items.actionitem')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['local_date', 'pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['digest'], name='reminder_planned'), models.Index(fields=['recipient', 'local_date'], name='reminder_by_recipient')],
                'constraints': [models.UniqueConstraint(fields=('item', 'stage', 'round', 'due_version', 'recipient'), name='one_reminder_per_stage')],
            },
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_version', models.PositiveIntegerField()),
                ('until', models.DateField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to='action_items.actionitem')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
    ]
