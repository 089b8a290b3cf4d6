from django.db import migrations


def free_the_word(apps, schema_editor):
    """“postmortems” is part of an address now: a page that was called so gets another one."""
    page = apps.get_model("status_page", "StatusPage")
    page.objects.filter(slug="postmortems").update(slug="postmortems-page")


class Migration(migrations.Migration):

    dependencies = [('status_page', '0001_initial')]

    operations = [migrations.RunPython(free_the_word, migrations.RunPython.noop)]
