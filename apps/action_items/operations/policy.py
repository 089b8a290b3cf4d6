"""Admins say what is usual for promises, whole and under one version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.action_items.models import ActionItemPolicy, Priority
from apps.action_items.models.policy import LONGEST, ORIGINS, SHIPPED
from apps.action_items.policies import can_configure
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock_shipped
from apps.core.permissions import require


@transaction.atomic
def edit_action_item_policy(
    *, changes: Mapping[str, Any], seen: int | None = None, by: User
) -> ActionItemPolicy:
    """What is left out stays. It is asked from now on: dates that are promised and items that are done stay."""
    require(can_configure(by), "Only admins change what is usual for action items.")
    row = lock_shipped(ActionItemPolicy.objects.current(), SHIPPED)
    check_version(row, seen)
    wanted = {name: changes[name] for name in SHIPPED if name in changes}
    if "due_days" in wanted:
        _check_days(wanted["due_days"])
    diff = apply_changes(row, wanted)
    if diff:
        record("action_item_policy.edited", row, by=by, changes=diff)
    return row


def _check_days(due_days: Mapping[str, Any]) -> None:
    """A less urgent promise is not due before a more urgent one."""
    names = [priority.label for priority in Priority]
    if set(due_days) != set(ORIGINS) or any(set(row) != set(names) for row in due_days.values()):
        said = f"Name the days of {', '.join(names)} for each of {', '.join(ORIGINS)}."
        raise ValidationError({"due_days": said})
    for row in due_days.values():
        days = [row[name] for name in names]
        if any(one not in range(1, LONGEST + 1) for one in days):
            raise ValidationError({"due_days": f"From 1 to {LONGEST} days."})
        if days != sorted(days):
            raise ValidationError({"due_days": "What is less urgent is not due earlier."})
