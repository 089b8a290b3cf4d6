"""The Celery app and the whole schedule: the clock's table of contents.

Every entry is a tick without memory: missing one, or running it twice, changes nothing.
"""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["files"] = "config.queue:Transport"
app = Celery("ballast")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "plan-digests": {
        "task": "apps.reminders.tasks.plan_due_digests",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "plan-weekly-letters": {
        "task": "apps.reminders.tasks.plan_weekly_letters",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "remind-late-updates": {
        "task": "apps.incidents.tasks.remind_late_updates",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "judge-incidents": {
        "task": "apps.postmortems.tasks.judge_due_incidents",
        "schedule": 20.0,
        "options": {"expires": 18},
    },
    "deliver-mail": {
        "task": "apps.notifications.tasks.deliver_due_mail",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    "help-deliver-mail": {
        "task": "apps.notifications.tasks.help_deliver_mail",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    "read-holidays": {
        "task": "apps.accounts.tasks.read_missing_holidays",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "recompute-toil": {
        "task": "apps.toil.tasks.recompute_dirty_weeks",
        "schedule": 30.0,
        "options": {"expires": 28},
    },
    "work-on-toil-imports": {
        "task": "apps.toil.tasks.work_on_imports",
        "schedule": 5.0,
        "options": {"expires": 4},
    },
    "sweep-toil-imports": {
        "task": "apps.toil.tasks.sweep_imports",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "judge-toil-budgets": {
        "task": "apps.toil.tasks.judge_budgets",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "plan-survey-lines": {
        "task": "apps.toil.tasks.plan_survey_lines",
        "schedule": 1800.0,
        "options": {"expires": 1700},
    },
    "plan-checkin-nudges": {
        "task": "apps.toil.tasks.plan_checkin_nudges",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "tell-toil-verdicts": {
        "task": "apps.toil.tasks.tell_verdicts",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "suggest-toil": {
        "task": "apps.toil.tasks.make_suggestions",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "plan-webhooks": {
        "task": "apps.webhooks.tasks.plan_due_deliveries",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "deliver-webhooks": {
        "task": "apps.webhooks.tasks.deliver_due_webhooks",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "sync-trackers": {
        "task": "apps.trackers.tasks.sync_trackers",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "forget-old-tracker-hooks": {
        "task": "apps.trackers.tasks.forget_old_deliveries",
        "schedule": 86400.0,
        "options": {"expires": 80000},
    },
    "forget-old-deliveries": {
        "task": "apps.webhooks.tasks.forget_old_deliveries",
        "schedule": 86400.0,
        "options": {"expires": 80000},
    },
    "process-deliveries": {
        "task": "apps.intake.tasks.process_deliveries",
        "schedule": 5.0,
        "options": {"expires": 4},
    },
    "forget-old-arrivals": {
        "task": "apps.intake.tasks.forget_old_deliveries",
        "schedule": 86400.0,
        "options": {"expires": 80000},
    },
    "sweep-attachments": {
        "task": "apps.postmortems.tasks.sweep_attachments",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "sweep-uploads": {
        "task": "apps.postmortems.tasks.sweep_uploads",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "forget-bulk-changes": {
        "task": "apps.action_items.tasks.forget_bulk_changes",
        "schedule": 86400.0,
        "options": {"expires": 80000},
    },
    "forget-entry-changes": {
        "task": "apps.toil.tasks.forget_entry_changes",
        "schedule": 86400.0,
        "options": {"expires": 80000},
    },
    "tell-that-all-is-well": {
        "task": "apps.core.tasks.tell_that_all_is_well",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "sweep": {
        "task": "apps.core.tasks.sweep_expired",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "forget-old-mail": {
        "task": "apps.notifications.tasks.forget_old_mail",
        "schedule": 86400.0,
        "options": {"expires": 80000},
    },
}
