from celery import shared_task
from django.utils import timezone

from apps.notifications.health import PLANNER
from apps.notifications.operations import note_run
from apps.reminders.operations import plan_digests, plan_learning_letters


@shared_task
def plan_due_digests() -> int:
    planned = plan_digests(timezone.now())
    note_run(PLANNER, timezone.now())
    return planned


@shared_task
def plan_weekly_letters() -> int:
    return plan_learning_letters(timezone.now())
