from celery import shared_task
from django.utils import timezone

from apps.webhooks.operations import deliver_due, forget_old, plan_deliveries


@shared_task
def plan_due_deliveries() -> int:
    return plan_deliveries(timezone.now())


@shared_task
def deliver_due_webhooks() -> dict[str, int]:
    return dict(deliver_due(timezone.now()))


@shared_task
def forget_old_deliveries() -> int:
    return forget_old(timezone.now())
