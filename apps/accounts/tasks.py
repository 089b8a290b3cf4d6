from datetime import date

from celery import shared_task
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.accounts import operations

# a worker holds the library only once it has had something to read
PUBLIC = "apps.accounts.holidays.public.public_holidays"


@shared_task
def read_missing_holidays() -> int:
    return operations.read_missing_holidays(timezone.now(), _read)


def _read(country: str, subdivision: str, year: int) -> dict[date, str]:
    found: dict[date, str] = import_string(PUBLIC)(country, subdivision, year)
    return found
