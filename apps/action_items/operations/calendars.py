"""Opening and closing the addresses of calendars."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from apps.accounts.models import User
from apps.action_items.models import CalendarKey
from apps.action_items.models.calendar import calendar_digest
from apps.audit.operations import record
from apps.core.address_keys import new_secret, prefix_of
from apps.core.changes import lock
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import Team


@transaction.atomic
def open_calendar(*, team: Team | None = None, by: User, now: datetime) -> tuple[CalendarKey, str]:
    """A new key and its secret, which is shown once. The one before for the same opens nothing any more."""
    require(by.is_active)
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    for old in CalendarKey.objects.filter(person=by, team=team):
        close_calendar(old, by=by)
    secret = new_secret()
    kept = {"prefix": prefix_of(secret), "digest": calendar_digest(secret)}
    key = CalendarKey.objects.create(person=by, team=team, created_at=now, **kept)
    record("calendar.opened", key, by=by, changes={"team": [None, team.slug]} if team else {})
    return key, secret


@transaction.atomic
def close_calendar(key: CalendarKey, *, by: User) -> None:
    row = lock(key)
    require(row.person_id == by.pk)
    record("calendar.closed", row, by=by)
    row.delete()
