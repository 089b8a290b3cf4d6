from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_add_reading_of_entries'),
        ('toil', '0013_find_unlabelled_slices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='toilslice',
            index=models.Index(condition=models.Q(('begins__gte', 0)), fields=['team', 'local_date'], name='slice_by_hours'),
        ),
    ]
