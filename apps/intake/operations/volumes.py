"""What an integration may store on one day. No person does this, so no policy is asked."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import F

from apps.intake.models import Integration, Volume
from apps.intake.models.volume import day_of, seconds_left_of


class TooMuchToday(Exception):
    """`wait` is the number of seconds until the next day."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"This key has stored its {settings.INTAKE_DAILY_MB} MB of today.")
        self.wait = wait


def most_of_a_day() -> int:
    """Bytes."""
    return settings.INTAKE_DAILY_MB * 1_000_000


def take_volume(integration: Integration, size: int, *, now: datetime) -> None:
    """Count `size` bytes that are stored in this transaction; raise TooMuchToday when they do not fit."""
    row, _ = Volume.objects.get_or_create(integration=integration, day=day_of(now))
    free = Volume.objects.filter(pk=row.pk, stored__lte=most_of_a_day() - size)
    if not free.update(stored=F("stored") + size):
        raise TooMuchToday(seconds_left_of(now))


def note_refusal(integration: Integration, *, now: datetime) -> None:
    """Outside of the transaction that was refused."""
    row, _ = Volume.objects.get_or_create(integration=integration, day=day_of(now))
    Volume.objects.filter(pk=row.pk).update(refused=F("refused") + 1)
