"""Admins say when a postmortem is owed and by when, whole and under one version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock_shipped
from apps.core.permissions import require
from apps.incidents.models import Severity
from apps.postmortems.models import SHIPPED_RULES, PostmortemPolicy
from apps.postmortems.policies import can_configure

DAYS = range(1, 131)  # half a year of business days


@transaction.atomic
def edit_postmortem_policy(
    *, changes: Mapping[str, Any], seen: int | None = None, by: User
) -> PostmortemPolicy:
    """What is left out stays. Incidents since `applies_from` are judged again; what is owed already stays owed."""
    require(can_configure(by), "Only admins change when a postmortem is owed.")
    row = lock_shipped(PostmortemPolicy.objects.current(), SHIPPED_RULES)
    check_version(row, seen)
    wanted = {name: changes[name] for name in SHIPPED_RULES if name in changes}
    if "clocks" in wanted:
        _check_clocks(wanted["clocks"])
    diff = apply_changes(row, wanted)
    if diff:
        record("postmortem_policy.edited", row, by=by, changes=diff)
    return row


def _check_clocks(clocks: Mapping[str, Any]) -> None:
    if set(clocks) != {str(severity) for severity in Severity.values}:
        raise ValidationError({"clocks": "Name the two clocks of each of 1, 2, 3 and 4."})
    for days in clocks.values():
        if len(days) != 2 or any(one not in DAYS for one in days):
            raise ValidationError({"clocks": f"Two numbers of business days, from 1 to {DAYS[-1]}."})
        if days[1] < days[0]:
            raise ValidationError({"clocks": "Nothing is published before it is drafted."})
