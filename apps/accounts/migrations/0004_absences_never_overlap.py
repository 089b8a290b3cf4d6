"""Nobody is away twice on a day, whoever writes it: whole days stand alone, parts of a day may add up.

What overlaps already gives way to the earliest whole days; no day loses or gains a minute by it.
"""

import uuid
from datetime import timedelta

from django.db import migrations

from apps.core.engines import AddNoOverlap

DAY = timedelta(days=1)


def part_ways(apps, editor):
    absences = apps.get_model("accounts", "Absence").objects
    for person in absences.order_by().values_list("user", flat=True).distinct():
        taken = set()
        rows = sorted(absences.filter(user=person), key=lambda row: (not _is_whole(row), row.first_on, row.pk))
        for row in rows:
            days = {row.first_on + DAY * n for n in range((row.last_on - row.first_on).days + 1)}
            if days & taken:
                _keep(row, sorted(days - taken))
            if _is_whole(row):
                taken |= days


def _is_whole(row):
    return row.minutes is None and not row.is_half


def _keep(row, days):
    """Only these days of it, a row for each run."""
    runs = []
    for day in days:
        if runs and runs[-1][1] + DAY == day:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    if not runs:
        row.delete()
        return
    for place, (row.first_on, row.last_on) in enumerate(runs):
        if place:
            row.pk, row.uuid = None, uuid.uuid4()
            row._state.adding = True
        row.save()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_add_checkin_nudges")]

    operations = [
        migrations.RunPython(part_ways, migrations.RunPython.noop),
        AddNoOverlap(
            "accounts_absence",
            ["user_id"],
            "absences_never_overlap",
            days="daterange(first_on, last_on, '[]')",
            shares="is_half OR minutes IS NOT NULL",
        ),
    ]
