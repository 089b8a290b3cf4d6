from celery import shared_task
from django.utils import timezone

from apps.incidents.operations import remind_late_updates as remind


@shared_task
def remind_late_updates() -> int:
    return remind(timezone.now())
