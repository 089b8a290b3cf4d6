from celery import shared_task
from django.utils import timezone

from apps.action_items.operations import forget_old_bulk_changes


@shared_task
def forget_bulk_changes() -> int:
    return forget_old_bulk_changes(timezone.now())
