from celery import shared_task
from django.utils import timezone

from apps.notifications.operations import deliver_due, forget_old, help_deliver


@shared_task
def deliver_due_mail() -> dict[str, int]:
    return dict(deliver_due(timezone.now()))


@shared_task
def help_deliver_mail() -> dict[str, int]:
    return dict(help_deliver(timezone.now()))


@shared_task
def forget_old_mail() -> int:
    return forget_old(timezone.now())
