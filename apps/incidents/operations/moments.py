"""When something may be said to have happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=2)


def check_past(field: str, moment: datetime | None, now: datetime) -> None:
    """Refuse a moment that has not come yet, or that no incident of ours can have seen."""
    if moment is None:
        return
    if moment > now + CLOCK_SKEW:
        raise ValidationError({field: "This lies in the future. Give the time at which it happened, in UTC."})
    if moment < EARLIEST:
        raise ValidationError({field: "Give a time after 1970."})
