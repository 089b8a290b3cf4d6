"""How things reach a person: what they choose category by category, and what a link in a mail turns off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.audit.operations import record
from apps.core.permissions import require
from apps.notifications.categories import Category, choosable
from apps.notifications.models import NotificationPreference
from apps.notifications.operations.triage import modes_of

if TYPE_CHECKING:
    from apps.accounts.models import User


@transaction.atomic
def set_preferences(*, modes: Mapping[str, str], by: User) -> User:
    """What is left out stays. Escalations reach a lead at least in the portal."""
    require(by.is_active)
    known, now = choosable(), modes_of(by)
    errors = {
        name: f"Choose one of: {', '.join(known[name].modes)}."
        if name in known
        else "There is no such category."
        for name, mode in modes.items()
        if name not in known or mode not in known[name].modes
    }
    if errors:
        raise ValidationError(errors)
    changed = {name: mode for name, mode in modes.items() if now[name] != mode}
    for name, mode in changed.items():
        NotificationPreference.objects.update_or_create(user=by, category=name, defaults={"mode": mode})
    if changed:
        told = {name: [now[name], mode] for name, mode in changed.items()}
        record("notification_preferences.changed", by, by=by, changes=told)
    return by


def unsubscribe(person: User, category: Category) -> None:
    """Asked for by a link in a mail, without signing in; asked again it changes nothing."""
    if category.stop:
        category.stop(person)
    else:
        set_preferences(modes={category.name: category.quietest}, by=person)
