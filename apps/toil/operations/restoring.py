"""An entry as JSON keeps it, and giving it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from apps.accounts.models import User
from apps.core.changes import plain
from apps.core.errors import StaleVersion
from apps.core.permissions import require
from apps.toil.models import ToilEntry
from apps.toil.operations.entries import EDITABLE, NOT_YOURS_TO_CHANGE, delete_entry, edit_entry, log_entry
from apps.toil.policies import can_edit_entry

KEPT = (*sorted(EDITABLE), "person", "tz")
GONE = "It was deleted since."


def state_of(entry: ToilEntry) -> dict[str, Any]:
    """All of it that can change; rows by their primary key."""
    return {name: plain(getattr(entry, _field(name).attname)) for name in KEPT}


def give_back(entry: ToilEntry | None, before: dict[str, Any], seen: int, *, by: User, now: datetime) -> None:
    """Store what it was again. Raises StaleVersion when somebody has changed it since."""
    if entry is None:
        raise StaleVersion(None, seen=seen, current=0)
    changes = _values({name: before[name] for name in EDITABLE if name in before})
    edit_entry(entry, changes=changes, seen=seen, by=by, now=now)


def bring_back(before: dict[str, Any], *, by: User, now: datetime) -> ToilEntry:
    """An entry that a merge took away; it gets another id."""
    return log_entry(**_values(before), is_copy=True, by=by, now=now)


def take_away(entry: ToilEntry | None, seen: int, *, by: User) -> None:
    """An entry that a split made."""
    if entry is None:
        raise StaleVersion(None, seen=seen, current=0)
    require(can_edit_entry(by, entry), NOT_YOURS_TO_CHANGE)
    delete_entry(entry, seen=seen, by=by)


def _values(before: dict[str, Any]) -> dict[str, Any]:
    """As operations take them: a start and an end say the rest."""
    values = {name: _value(_field(name), stored) for name, stored in before.items()}
    return values | ({"seconds": None, "local_date": None} if values["started_at"] else {})


def _value(field: models.Field[Any, Any], stored: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.filter(pk=stored).first() if stored else None
    return field.to_python(stored)


def _field(name: str) -> Any:
    return ToilEntry._meta.get_field(name)
