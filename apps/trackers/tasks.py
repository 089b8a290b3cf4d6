from celery import shared_task
from django.utils import timezone

from apps.trackers.operations import forget_old, sync_due


@shared_task
def sync_trackers() -> dict[str, int]:
    return dict(sync_due(timezone.now()))


@shared_task
def forget_old_deliveries() -> int:
    return forget_old(timezone.now())
