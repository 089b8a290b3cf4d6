"""Memberships and schedules of one person never share a day, whoever writes them."""

from django.db import migrations

from apps.core.engines import AddNoOverlap


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    replaces = [("accounts", "0003_ranges_never_overlap")]

    operations = [
        AddNoOverlap("accounts_membership", ["user_id", "team_id"], "memberships_never_overlap"),
        AddNoOverlap("accounts_workschedule", ["user_id"], "schedules_never_overlap"),
    ]
