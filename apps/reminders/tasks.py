from celery import shared_task
from django.utils import timezone

from apps.reminders.operations import plan_digests, plan_learning_letters


@shared_task
def plan_due_digests() -> int:
    return plan_digests(timezone.now())


@shared_task
def plan_weekly_letters() -> int:
    return plan_learning_letters(timezone.now())
