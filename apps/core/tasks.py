from celery import shared_task
from django.utils import timezone

from apps.core.once import forget_old


@shared_task
def sweep_expired() -> int:
    return forget_old(timezone.now())
