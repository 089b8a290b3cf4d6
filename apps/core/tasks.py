from celery import shared_task
from django.utils import timezone

from apps.core.heartbeat import send_heartbeat
from apps.core.kept import forget_old_forms
from apps.core.once import forget_old


@shared_task
def tell_that_all_is_well() -> bool:
    return send_heartbeat()


@shared_task
def sweep_expired() -> int:
    now = timezone.now()
    return forget_old(now) + forget_old_forms(now)
