from celery import shared_task
from django.utils import timezone

from apps.reminders.operations.planning import plan_digests


@shared_task
def plan_due_digests() -> int:
    return plan_digests(timezone.now())
