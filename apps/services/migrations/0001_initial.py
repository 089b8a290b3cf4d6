import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core import migrating


class Migration(migrating.Migration):

    replaces = [('services', '0002_add_watches')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(allow_unicode=True, max_length=60, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('description', models.TextField(blank=True, max_length=4000)),
                ('tier', models.PositiveSmallIntegerField(choices=[(0, 'Tier 0, everything stops without it'), (1, 'Tier 1, customers notice at once'), (2, 'Tier 2, customers notice later'), (3, 'Tier 3, only colleagues notice')], default=2)),
                ('lifecycle', models.CharField(choices=[('experimental', 'Experimental'), ('production', 'Production'), ('deprecated', 'Deprecated'), ('retired', 'Retired')], default='production', max_length=15)),
                ('owner_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='accounts.team')),
                ('tags', models.ManyToManyField(blank=True, related_name='services', to='services.tag')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ServiceDependency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hardness', models.CharField(choices=[('hard', 'Hard: fails with it'), ('soft', 'Soft: degrades without it')], default='hard', max_length=5)),
                ('needs', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needed_by', to='services.service')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='services.service')),
            ],
            options={
                'ordering': ['needs__name'],
                'constraints': [models.UniqueConstraint(fields=('service', 'needs'), name='one_dependency_per_pair'), models.CheckConstraint(condition=models.Q(('service', models.F('needs')), _negated=True), name='no_service_needs_itself', violation_error_message='A service cannot depend on itself.')],
            },
        ),
        migrations.CreateModel(
            name='ServiceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('runbook', 'Runbook'), ('dashboard', 'Dashboard'), ('repository', 'Repository'), ('chat', 'Chat')], max_length=12)),
                ('url', models.URLField(max_length=500, validators=[django.core.validators.URLValidator(message='Give an address that begins with https://.', schemes=['http', 'https'])])),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='services.service')),
            ],
            options={
                'ordering': ['kind'],
                'constraints': [models.UniqueConstraint(fields=('service', 'kind'), name='one_link_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='ServiceWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='services.service')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('service', 'person'), name='one_watch_per_person')],
            },
        ),
        migrations.AddField(
            model_name='service',
            name='dependencies',
            field=models.ManyToManyField(related_name='dependents', through='services.ServiceDependency', to='services.service'),
        ),
    ]
