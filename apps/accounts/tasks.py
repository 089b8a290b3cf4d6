from celery import shared_task
from django.utils import timezone

from apps.accounts import operations
from apps.accounts.holidays.public import public_holidays


@shared_task
def read_missing_holidays() -> int:
    return operations.read_missing_holidays(timezone.now(), public_holidays)
