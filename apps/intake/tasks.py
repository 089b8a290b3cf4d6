from celery import shared_task
from django.utils import timezone

from apps.intake.operations import forget_old, process_due


@shared_task
def process_deliveries() -> dict[str, int]:
    return dict(process_due(timezone.now()))


@shared_task
def forget_old_deliveries() -> int:
    return forget_old(timezone.now())
